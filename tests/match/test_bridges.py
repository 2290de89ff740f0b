"""Bridges between two groups: what the pairs across say together."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dedup.match.bridges import crossing

Pairs = list[tuple[str, str, float]]

lefts, rights = st.sampled_from(["a", "b", "c"]), st.sampled_from(["x", "y", "z"])
across = st.dictionaries(st.tuples(lefts, rights), st.floats(0, 1).map(lambda value: round(value, 3))).map(
    lambda held: [(*pair, confidence) for pair, confidence in held.items()]
)
"""Pairs between two groups of three, each at most once."""


class TestMean:
    def test_is_over_all_pairs_that_were_compared(self) -> None:
        assert crossing([("a", "x", 0.75), ("b", "x", 0.25)], 2, 2).mean == 0.5

    def test_of_nothing_is_nothing_and_reaches_nothing(self) -> None:
        nothing = crossing([], 2, 2)
        assert (nothing.n_pairs, nothing.mean, nothing.support) == (0, 0.0, 0.0)
        assert not nothing.reaches_mean(0.0)

    def test_is_reached_at_the_threshold(self) -> None:
        found = crossing([("a", "x", 0.1), ("b", "x", 0.1), ("a", "y", 0.1)], 2, 2)
        assert found.reaches_mean(0.1)
        assert not found.reaches_mean(0.1001)


class TestSupport:
    def test_is_that_of_the_group_that_is_less_sure(self) -> None:
        # a and b are sure of x by 0.9 and 0.8; y was compared with nobody.
        found = crossing([("a", "x", 0.9), ("b", "x", 0.8)], 2, 2)
        assert found.support == pytest.approx(0.45)
        assert found.reaches_support(0.45)
        assert not found.reaches_support(0.46)

    def test_takes_the_best_partner_of_each(self) -> None:
        found = crossing([("a", "x", 0.9), ("a", "y", 0.1), ("b", "x", 0.1), ("b", "y", 0.9)], 2, 2)
        assert (found.support, found.mean) == (0.9, 0.5)

    @pytest.mark.parametrize("sizes", [(1, 3), (3, 1), (1, 1)])
    def test_is_not_needed_by_a_single_article(self, sizes: tuple[int, int]) -> None:
        found = crossing([("a", "x", 0.5)], *sizes)
        assert found.support is None
        assert found.reaches_support(1.0)

    @given(across)
    def test_is_never_above_the_best_pair(self, pairs: Pairs) -> None:
        support = crossing(pairs, 3, 3).support
        assert support is not None
        assert 0 <= support <= max((confidence for *_, confidence in pairs), default=0.0) + 1e-12

    @given(across, lefts, rights)
    def test_grows_with_what_is_verified(self, pairs: Pairs, left: str, right: str) -> None:
        assume((left, right) not in {pair[:2] for pair in pairs})
        before, after = crossing(pairs, 3, 3).support, crossing([*pairs, (left, right, 1.0)], 3, 3).support
        assert before is not None
        assert after is not None
        assert after >= before


class TestBoth:
    @given(across, st.integers(0, 2**32))
    def test_are_the_same_in_any_order_and_from_either_side(self, pairs: Pairs, seed: int) -> None:
        shuffled = [(right, left, confidence) for left, right, confidence in pairs]
        Random(seed).shuffle(shuffled)
        assert crossing(shuffled, 3, 3) == crossing(pairs, 3, 3)

    def test_are_needed_between_groups_at_one_threshold(self) -> None:
        one_good_pair = crossing([("a", "x", 0.9)], 3, 3)
        assert one_good_pair.reaches_mean(0.9)
        assert not one_good_pair.carries(0.1, 0.5)
        good_and_bad = crossing([("a", "x", 0.9), ("a", "y", 0.1), ("b", "x", 0.1), ("b", "y", 0.9)], 2, 2)
        assert good_and_bad.reaches_support(0.9)
        assert not good_and_bad.carries(0.1, 0.6)
        assert good_and_bad.carries(0.1, 0.5)

    @given(across, st.floats(0, 1), st.floats(0, 1))
    def test_of_groups_do_not_ask_for_the_mean_of_a_single_article(
        self, pairs: Pairs, min_bridge: float, min_support: float
    ) -> None:
        found = crossing(pairs, 3, 3)
        assert found.carries(min_bridge, min_support) == found.carries(0.0, min_support)
        assert found.carries(min_bridge, min_support) == (
            found.reaches_mean(min_support) and found.reaches_support(min_support)
        )

    @given(across, st.floats(0, 1), st.floats(0, 1))
    def test_are_too_much_to_ask_of_a_single_article(self, pairs: Pairs, min_bridge: float, min_support: float) -> None:
        of_one = [pair for pair in pairs if pair[0] == "a"]
        found = crossing(of_one, 1, 3)
        assert found.carries(min_bridge, min_support) == found.reaches_mean(min_bridge)
