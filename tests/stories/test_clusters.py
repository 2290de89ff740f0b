"""Groups of articles over verified pairs."""

from __future__ import annotations

from itertools import combinations, product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.stories.clusters import Edge, groups

confidences = st.floats(0, 1).map(lambda value: round(value, 3))
names = st.integers(0, 9).map(lambda number: f"a{number}")


@st.composite
def verified(draw: st.DrawFn) -> list[Edge]:
    """Pairs of ten articles, each once, accepted from 0.5 on."""
    pairs = draw(st.sets(st.tuples(names, names).filter(lambda pair: pair[0] < pair[1]), max_size=30))
    return [
        (left, right, confidence, confidence >= 0.5)
        for left, right in sorted(pairs)
        for confidence in [draw(confidences)]
    ]


IDS = [f"a{number}" for number in range(10)]


def cluster(edges: list[Edge], ids: list[str] | None = None, min_bridge: float = 0.5) -> list[list[str]]:
    return groups(IDS if ids is None else ids, edges, min_bridge=min_bridge, min_support=0.7)


def inside(members: list[str], confidence: float) -> list[Edge]:
    return [(left, right, confidence, True) for left, right in combinations(sorted(members), 2)]


class TestLaws:
    @given(verified())
    def test_every_article_is_in_exactly_one_group(self, edges: list[Edge]) -> None:
        found = cluster(edges)
        assert sorted(one for group in found for one in group) == IDS
        assert found == sorted(sorted(group) for group in found)

    @settings(max_examples=200)
    @given(verified(), st.integers(0, 2**32))
    def test_the_order_of_articles_and_pairs_does_not_matter(self, edges: list[Edge], seed: int) -> None:
        shuffle = Random(seed).shuffle
        ids, shuffled = IDS.copy(), edges.copy()
        shuffle(ids)
        shuffle(shuffled)
        turned = [(right, left, confidence, accepted) for left, right, confidence, accepted in shuffled]
        assert cluster(shuffled, ids) == cluster(edges)
        assert cluster(turned, ids) == cluster(edges)

    @given(verified())
    def test_only_chains_of_accepted_pairs_join(self, edges: list[Edge]) -> None:
        reach = {one: {one} for one in IDS}
        for left, right, _, accepted in edges:
            if accepted and reach[left] is not reach[right]:
                merged = reach[left] | reach[right]
                for one in merged:
                    reach[one] = merged
        for group in cluster(edges):
            assert set(group) <= reach[group[0]]

    @given(verified())
    def test_stories_that_share_no_pair_do_not_influence_each_other(self, edges: list[Edge]) -> None:
        others = [(f"b{left}", f"b{right}", confidence, accepted) for left, right, confidence, accepted in edges]
        both = cluster(edges + others[::-1], [*IDS, *(f"b{one}" for one in IDS)])
        assert [group for group in both if group[0] in IDS] == cluster(edges)

    @given(st.lists(names, unique=True, max_size=10), st.floats(0.5, 1))
    def test_a_group_that_agrees_on_everything_is_one_story(self, members: list[str], confidence: float) -> None:
        assert cluster(inside(members, confidence), members) == ([sorted(members)] if members else [])


class TestBridges:
    @given(st.integers(2, 5), st.integers(2, 5), st.floats(0.5, 0.85), st.floats(0.86, 1), st.booleans())
    def test_a_weak_bridge_never_merges_two_dense_groups(
        self, n_left: int, n_right: int, bridge: float, dense: float, looked_at: bool
    ) -> None:
        left, right = [f"l{n}" for n in range(n_left)], [f"r{n}" for n in range(n_right)]
        edges = [*inside(left, dense), *inside(right, dense), (left[-1], right[0], bridge, True)]
        if looked_at:
            edges += [(*pair, 0.05, False) for pair in product(left, right) if pair != (left[-1], right[0])]
        assert cluster(edges, left + right) == [left, right]

    def test_an_article_between_two_stories_joins_the_one_it_fits_best(self) -> None:
        edges = [
            *inside(["a", "b"], 0.9),
            *inside(["x", "y"], 0.9),
            *[(one, "m", 0.8, True) for one in ("a", "b")],
            *[("m", one, 0.6, True) for one in ("x", "y")],
        ]
        assert cluster(edges, ["a", "b", "m", "x", "y"]) == [["a", "b", "m"], ["x", "y"]]

    def test_wordings_of_one_story_need_not_all_resemble_each_other(self) -> None:
        edges: list[Edge] = [("a", "b", 0.9, True), ("b", "c", 0.9, True), ("c", "d", 0.9, True)]
        assert cluster(edges, ["a", "b", "c", "d"]) == [["a", "b", "c", "d"]]

    def test_two_halves_of_a_story_that_agree_are_one(self) -> None:
        edges = [*inside(["a", "b"], 0.95), *inside(["c", "d"], 0.95)]
        edges += [(*pair, 0.8, True) for pair in product(["a", "b"], ["c", "d"])]
        assert cluster(edges, ["a", "b", "c", "d"]) == [["a", "b", "c", "d"]]

    def test_the_threshold_is_inclusive_and_the_users(self) -> None:
        edges: list[Edge] = [("a", "b", 0.6, True)]
        assert cluster(edges, ["a", "b"], min_bridge=0.6) == [["a", "b"]]
        assert cluster(edges, ["a", "b"], min_bridge=0.61) == [["a"], ["b"]]


@pytest.mark.parametrize("accepted", [True, False])
def test_a_rejected_pair_joins_nothing_however_sure(accepted: bool) -> None:
    assert cluster([("a", "b", 0.99, accepted)], ["a", "b"]) == ([["a", "b"]] if accepted else [["a"], ["b"]])


def test_no_articles_have_no_groups() -> None:
    assert cluster([], []) == []
