"""Groups of articles over verified pairs."""

from __future__ import annotations

from itertools import combinations, product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.match.same_texts import Edge, first_of_texts
from dedup.stories.clusters import groups

confidences = st.floats(0, 1).map(lambda value: round(value, 3))
names = st.integers(0, 9).map(lambda number: f"a{number}")


@st.composite
def verified(draw: st.DrawFn) -> list[Edge]:
    """Pairs of ten articles, each once, accepted from 0.5 on; of some, one holds the other among much else.

    Some have the same text.
    """
    pairs = draw(st.sets(st.tuples(names, names).filter(lambda pair: pair[0] < pair[1]), max_size=30))
    edges = []
    for left, right in sorted(pairs):
        confidence = draw(confidences)
        container = draw(st.sampled_from([None, None, left, right]))
        same = draw(st.sampled_from([False, False, False, True]))
        edges.append(Edge(left, right, confidence, confidence >= 0.5, container, same))
    return edges


IDS = [f"a{number}" for number in range(10)]


def cluster(edges: list[Edge], ids: list[str] | None = None, min_bridge: float = 0.5) -> list[list[str]]:
    return groups(IDS if ids is None else ids, edges, min_bridge=min_bridge, min_support=0.7)


def inside(members: list[str], confidence: float) -> list[Edge]:
    return [Edge(left, right, confidence, True) for left, right in combinations(sorted(members), 2)]


def holding(container: str, members: list[str], confidence: float) -> list[Edge]:
    """Accepted pairs of an article with others that it holds among much else."""
    return [Edge(min(container, one), max(container, one), confidence, True, container) for one in members]


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
        turned = [edge._replace(left=edge.right, right=edge.left) for edge in shuffled]
        assert cluster(shuffled, ids) == cluster(edges)
        assert cluster(turned, ids) == cluster(edges)

    @given(verified())
    def test_only_chains_of_accepted_pairs_join(self, edges: list[Edge]) -> None:
        reach = {one: {one} for one in IDS}
        for left, right, _, accepted, *_ in edges:
            if accepted and reach[left] is not reach[right]:
                merged = reach[left] | reach[right]
                for one in merged:
                    reach[one] = merged
        for group in cluster(edges):
            assert set(group) <= reach[group[0]]

    @given(verified())
    def test_stories_that_share_no_pair_do_not_influence_each_other(self, edges: list[Edge]) -> None:
        others = [
            edge._replace(
                left=f"b{edge.left}",
                right=f"b{edge.right}",
                container=None if edge.container is None else f"b{edge.container}",
            )
            for edge in edges
        ]
        both = cluster(edges + others[::-1], [*IDS, *(f"b{one}" for one in IDS)])
        assert [group for group in both if group[0] in IDS] == cluster(edges)

    @given(st.lists(names, unique=True, max_size=10), st.floats(0.5, 1))
    def test_a_group_that_agrees_on_everything_is_one_story(self, members: list[str], confidence: float) -> None:
        assert cluster(inside(members, confidence), members) == ([sorted(members)] if members else [])


class TestCopies:
    """A hundred copies of a text are compared each with a few of the others."""

    @given(verified())
    def test_copies_are_in_the_story_of_the_one_that_stands_for_them(self, edges: list[Edge]) -> None:
        story_of = {one: at for at, group in enumerate(cluster(edges)) for one in group}
        assert all(story_of[copy] == story_of[one] for copy, one in first_of_texts(edges).items())

    def test_a_copy_says_of_the_others_what_it_says_of_itself(self) -> None:
        copies, others = ["a", "b", "c"], ["x", "y"]
        same = [Edge("a", one, 1.0, True, same=True) for one in ("b", "c")]
        across = [Edge("c", one, 0.8, True) for one in others]
        assert cluster([*same, *inside(others, 0.9), *across], copies + others) == [copies + others]
        apart = [edge._replace(same=False) for edge in same]
        assert cluster([*apart, *inside(others, 0.9), *across], copies + others) == [copies, others]

    def test_copies_that_were_all_compared_speak_each_for_itself(self) -> None:
        copies, others = ["a", "b", "c"], ["x", "y"]
        same = [edge._replace(same=True) for edge in inside(copies, 1.0)]
        across = [Edge("c", one, 0.8, True) for one in others]
        assert cluster([*same, *inside(others, 0.9), *across], copies + others) == [copies, others]

    def test_a_copy_that_was_not_accepted_stands_for_itself(self) -> None:
        weeks_later = Edge("a", "b", 0.4, False, same=True)
        assert cluster([weeks_later, Edge("b", "c", 0.9, True)], ["a", "b", "c"]) == [["a"], ["b", "c"]]


class TestBridges:
    @given(st.integers(2, 5), st.integers(2, 5), st.floats(0.5, 0.85), st.floats(0.86, 1), st.booleans())
    def test_a_weak_bridge_never_merges_two_dense_groups(
        self, n_left: int, n_right: int, bridge: float, dense: float, looked_at: bool
    ) -> None:
        left, right = [f"l{n}" for n in range(n_left)], [f"r{n}" for n in range(n_right)]
        edges = [*inside(left, dense), *inside(right, dense), Edge(left[-1], right[0], bridge, True)]
        if looked_at:
            edges += [Edge(*pair, 0.05, False) for pair in product(left, right) if pair != (left[-1], right[0])]
        assert cluster(edges, left + right) == [left, right]

    def test_an_article_between_two_stories_joins_the_one_it_fits_best(self) -> None:
        edges = [
            *inside(["a", "b"], 0.9),
            *inside(["x", "y"], 0.9),
            *[Edge(one, "m", 0.8, True) for one in ("a", "b")],
            *[Edge("m", one, 0.6, True) for one in ("x", "y")],
        ]
        assert cluster(edges, ["a", "b", "m", "x", "y"]) == [["a", "b", "m"], ["x", "y"]]

    def test_wordings_of_one_story_need_not_all_resemble_each_other(self) -> None:
        edges = [Edge("a", "b", 0.9, True), Edge("b", "c", 0.9, True), Edge("c", "d", 0.9, True)]
        assert cluster(edges, ["a", "b", "c", "d"]) == [["a", "b", "c", "d"]]

    def test_two_halves_of_a_story_that_agree_are_one(self) -> None:
        edges = [*inside(["a", "b"], 0.95), *inside(["c", "d"], 0.95)]
        edges += [Edge(*pair, 0.8, True) for pair in product(["a", "b"], ["c", "d"])]
        assert cluster(edges, ["a", "b", "c", "d"]) == [["a", "b", "c", "d"]]

    def test_the_threshold_is_inclusive_and_the_users(self) -> None:
        edges = [Edge("a", "b", 0.6, True)]
        assert cluster(edges, ["a", "b"], min_bridge=0.6) == [["a", "b"]]
        assert cluster(edges, ["a", "b"], min_bridge=0.61) == [["a"], ["b"]]

    def test_an_article_joins_by_a_mean_that_two_groups_could_not_join_by(self) -> None:
        story = inside(["a", "b", "c"], 0.95)
        single = [Edge("a", "x", 0.9, True), Edge("b", "x", 0.2, False), Edge("c", "x", 0.1, False)]
        assert groups(["a", "b", "c", "x"], story + single, min_bridge=0.4, min_support=0.5) == [["a", "b", "c", "x"]]
        group = [*single, Edge("x", "y", 0.95, True)]
        apart = groups(["a", "b", "c", "x", "y"], story + group, min_bridge=0.4, min_support=0.5)
        assert apart == [["a", "b", "c"], ["x", "y"]]


class TestContainers:
    """An article that holds another among much else never leads from one story to another."""

    def test_a_miscellany_of_two_stories_keeps_them_apart(self) -> None:
        a, x = ["a1", "a2"], ["x1", "x2"]
        edges = [*inside(a, 0.9), *inside(x, 0.9), *holding("m", a + x, 0.95)]
        found = cluster(edges, [*a, "m", *x])
        assert found == [["a1", "a2", "m"], ["x1", "x2"]]

    def test_a_live_blog_brings_no_single_articles_together(self) -> None:
        found = cluster(holding("blog", ["a", "b", "c"], 0.9), ["a", "b", "blog", "c"])
        assert found == [["a", "blog"], ["b"], ["c"]]

    def test_a_live_blog_joins_the_one_it_is_surest_of(self) -> None:
        edges = [*holding("blog", ["a", "c"], 0.8), *holding("blog", ["b"], 0.9)]
        assert cluster(edges, ["a", "b", "blog", "c"]) == [["a"], ["b", "blog"], ["c"]]

    def test_comes_after_every_pair_of_equals_however_sure(self) -> None:
        edges = [*holding("m", ["a", "x"], 1.0), Edge("a", "b", 0.6, True), Edge("x", "y", 0.6, True)]
        assert cluster(edges, ["a", "b", "m", "x", "y"], min_bridge=0.3) == [["a", "b", "m"], ["x", "y"]]

    def test_a_cut_down_joins_a_story_of_long_articles_that_all_hold_it(self) -> None:
        long = ["l1", "l2", "l3"]
        edges = [*inside(long, 0.9), *(edge for one in long for edge in holding(one, ["short"], 0.8))]
        assert cluster(edges, [*long, "short"]) == [[*long, "short"]]

    def test_a_cut_down_of_one_long_article_does_not_join_a_story_whose_others_it_does_not_fit(self) -> None:
        edges = [*inside(["l1", "l2"], 0.9), *holding("l1", ["short"], 0.95)]
        assert cluster(edges, ["l1", "l2", "short"]) == [["l1", "l2"], ["short"]]
        unlike = Edge("l2", "short", 0.1, False)
        assert cluster([*edges, unlike], ["l1", "l2", "short"], min_bridge=0.3) == [["l1", "l2"], ["short"]]

    def test_two_cut_downs_that_fit_each_other_are_one_story_with_the_long_article(self) -> None:
        edges = [*holding("long", ["s1", "s2"], 0.95), Edge("s1", "s2", 0.6, True)]
        assert cluster(edges, ["long", "s1", "s2"]) == [["long", "s1", "s2"]]

    def test_a_background_piece_may_join_a_story_of_which_it_holds_every_article(self) -> None:
        news = ["n1", "n2", "n3"]
        edges = [*inside(news, 0.9), *holding("piece", news, 0.7)]
        assert cluster(edges, [*news, "piece"]) == [[*news, "piece"]]

    def test_an_equal_may_lead_where_one_that_holds_may_not(self) -> None:
        ids, ab = ["a", "b", "m"], Edge("a", "m", 0.9, True)
        assert cluster([ab, Edge("b", "m", 0.8, True)], ids) == [["a", "b", "m"]]
        assert cluster([ab, *holding("m", ["b"], 0.8)], ids) == [["a", "m"], ["b"]]
        assert cluster([ab, Edge("b", "m", 0.8, True, "b")], ids) == [["a", "b", "m"]], "here b holds m, and b is alone"

    @given(verified(), confidences)
    def test_adds_nothing_to_what_connects_the_others(self, edges: list[Edge], confidence: float) -> None:
        # Whatever else was verified, articles that only m connects are not one story.
        reach = {one: {one} for one in IDS}
        for left, right, *_ in edges:
            if reach[left] is not reach[right]:
                merged = reach[left] | reach[right]
                for one in merged:
                    reach[one] = merged
        for group in cluster([*edges, *holding("m", IDS, max(0.5, confidence))], [*IDS, "m"], min_bridge=0.3):
            others = [one for one in group if one != "m"]
            assert not others or set(others) <= reach[others[0]]

    @given(verified())
    def test_that_holds_what_nobody_was_compared_with_changes_no_other_story(self, edges: list[Edge]) -> None:
        ids = [*IDS, "b1", "b2", "m"]
        found = cluster([*edges, *holding("m", ["b1", "b2"], 0.9)], ids)
        assert [group for group in found if group[0] in IDS] == cluster(edges)
        assert [group for group in found if group[0] not in IDS] == [["b1", "m"], ["b2"]]


@pytest.mark.parametrize("accepted", [True, False])
def test_a_rejected_pair_joins_nothing_however_sure(accepted: bool) -> None:
    assert cluster([Edge("a", "b", 0.99, accepted)], ["a", "b"]) == ([["a", "b"]] if accepted else [["a"], ["b"]])


def test_no_articles_have_no_groups() -> None:
    assert cluster([], []) == []
