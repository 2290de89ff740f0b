"""Added words within a sentence; whole diffs are looked at in test_terminal.py, as part of their story."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dedup.report.terminal_diff import highlighted


class TestHighlighted:
    @given(
        st.text(st.characters(categories=["L"]), min_size=1),
        st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=5),
    )
    def test_shows_every_character_once_whatever_the_spans(self, text: str, spans: list[tuple[int, int]]) -> None:
        added = [{"start": start, "end": end} for start, end in spans]
        assert highlighted(text, 0, len(text), added, "", marks=False).plain == text

    def test_leaves_out_what_lies_outside_the_sentence(self) -> None:
        shown = highlighted("One. Two.", 5, 9, [{"start": 0, "end": 3}, {"start": 3, "end": 8}], "", marks=True)
        assert shown.plain == "{+Two+}."
