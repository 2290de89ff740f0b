"""Bars that begin where the one before ended."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from dedup.report.bars import Bar, Scale, bar_scale


def drawn(bar: Bar, width: int = 20, encoding: str = "utf-8") -> str:
    """One bar, on a terminal of this width."""
    raw = io.BytesIO()
    console = Console(file=io.TextIOWrapper(raw, encoding=encoding, write_through=True), width=width)
    console.print(bar)
    return raw.getvalue().decode(encoding).rstrip("\n")


class TestBar:
    def test_grows_to_the_right_of_its_start(self) -> None:
        assert drawn(Bar(0.0, 1.9, Scale(-2.0, 2.0, None))) == " " * 10 + "█" * 10

    def test_falls_to_the_left_of_it(self) -> None:
        assert drawn(Bar(0.0, -1.0, Scale(-2.0, 2.0, None))) == " " * 5 + "░" * 6 + " " * 9

    def test_is_seen_however_small(self) -> None:
        assert drawn(Bar(0.001, 0.0, Scale(-2.0, 2.0, None))).strip() == "░"

    def test_leaves_the_line_where_it_does_not_cover_it(self) -> None:
        assert drawn(Bar(1.0, 2.0, Scale(-2.0, 2.0, 0.0))) == " " * 10 + "│" + " " * 4 + "█" * 5

    def test_is_drawn_in_ascii_where_there_is_nothing_else(self) -> None:
        assert drawn(Bar(1.0, 2.0, Scale(-2.0, 2.0, 0.0)), encoding="ascii") == " " * 10 + "|" + " " * 4 + "#" * 5
        assert "--" in drawn(Bar(1.0, -2.0, Scale(-2.0, 2.0, 0.0)), encoding="ascii")

    @given(st.lists(st.floats(-50, 50), min_size=2, max_size=6), st.floats(0, 1), st.integers(1, 90))
    def test_is_exactly_as_wide_as_it_may_be(self, numbers: list[float], probability: float, width: int) -> None:
        scale = bar_scale(numbers, probability)
        assert len(drawn(Bar(numbers[0], numbers[1], scale), width)) == width


class TestScale:
    @pytest.mark.parametrize("probability", [0.0, 1.0])
    def test_has_no_line_where_certainty_is_asked_for(self, probability: float) -> None:
        assert bar_scale([-1.0, 1.0], probability).line is None

    def test_holds_the_line(self) -> None:
        scale = bar_scale([-1.0, 1.0], 0.9)
        assert scale.line == pytest.approx(2.197, abs=1e-3)
        assert scale.highest == scale.line

    def test_of_a_single_number_still_has_room(self) -> None:
        assert bar_scale([2.0, 2.0], 0.0) == Scale(2.0, 3.0, None)
