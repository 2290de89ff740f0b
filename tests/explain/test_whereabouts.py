"""Chains of accepted pairs, and what lies between two stories."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.config import StoriesConfig
from dedup.explain.whereabouts import bridge, chain, home
from dedup.schemas import PAIRS
from tests.explain.runs import make_stored_run, make_story
from tests.report.frames import make_pair


def make_pairs(*edges: tuple[str, str, float]) -> pl.DataFrame:
    """Accepted pairs with their confidence."""
    rows = [make_pair(left, right, decision="accepted", confidence=value) for left, right, value in edges]
    return pl.DataFrame(rows, schema=PAIRS.schema)


class TestChain:
    def test_goes_by_its_weakest_pair_not_by_its_length(self) -> None:
        pairs = make_pairs(("a", "d", 0.5), ("a", "b", 0.9), ("b", "c", 0.75), ("c", "d", 0.75))
        assert chain(pairs, "a", "d") == ("a", "b", "c", "d")

    def test_is_the_shortest_of_equally_strong_ones(self) -> None:
        pairs = make_pairs(("a", "b", 0.75), ("b", "c", 0.75), ("c", "d", 0.75), ("a", "x", 0.75), ("d", "x", 0.75))
        assert chain(pairs, "a", "d") == ("a", "x", "d")

    def test_has_no_rejected_pair(self) -> None:
        rejected = pl.DataFrame([make_pair("a", "b", confidence=0.99)], schema=PAIRS.schema)
        assert chain(rejected, "a", "b") == ()

    @given(
        st.dictionaries(
            st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")).filter(lambda pair: pair[0] < pair[1]),
            st.sampled_from([0.5, 0.625, 0.75, 0.875]),
            max_size=12,
        )
    )
    def test_no_other_chain_is_stronger(self, edges: dict[tuple[str, str], float]) -> None:
        found = chain(make_pairs(*((*pair, value) for pair, value in edges.items())), "a", "f")
        strengths = [value for value in sorted(set(edges.values())) if _joined(edges, value)]
        if not strengths:
            assert found == ()
        else:
            steps = pairwise(found)
            assert min(edges[min(step), max(step)] for step in steps) == max(strengths)


def _joined(edges: dict[tuple[str, str], float], least: float) -> bool:
    """Whether pairs of at least this confidence lead from a to f."""
    reached = {"a"}
    for _ in edges:
        for (left, right), value in edges.items():
            if value >= least and reached & {left, right}:
                reached |= {left, right}
    return "f" in reached


class TestBridge:
    def test_is_none_between_stories_of_which_no_pair_was_compared(self) -> None:
        run = make_stored_run([make_story("s-1", "a"), make_story("s-2", "b")])
        assert bridge(run, home(run, "a"), home(run, "b"), StoriesConfig()) is None

    def test_counts_pairs_of_the_two_stories_only(self) -> None:
        run = make_stored_run(
            [make_story("s-1", "a", "d"), make_story("s-2", "b"), make_story("s-3", "c")],
            pairs=[
                make_pair("a", "b", confidence=0.25),
                make_pair("a", "c", confidence=0.9),
                make_pair("a", "d", confidence=0.9, decision="accepted"),
                make_pair("b", "d", confidence=0.5),
            ],
        )
        found = bridge(run, home(run, "b"), home(run, "d"), StoriesConfig())
        assert found is not None
        assert (found.n_pairs, found.n_confident, found.mean_confidence) == (2, 0, 0.375)

    def test_needs_no_support_to_a_single_article(self) -> None:
        run = make_stored_run([make_story("s-1", "a", "c"), make_story("s-2", "b")], pairs=[make_pair("a", "b")])
        found = bridge(run, home(run, "a"), home(run, "b"), StoriesConfig(min_support=0.9))
        assert found is not None
        assert (found.support, found.min_support) == (None, 0.9)
        assert found.min_bridge == StoriesConfig().min_bridge

    def test_tells_how_sure_the_average_article_is_of_one_of_the_others(self) -> None:
        run = make_stored_run(
            [make_story("s-1", "a", "c"), make_story("s-2", "b", "d", "e")],
            pairs=[
                make_pair("a", "b", confidence=0.75, decision="bridge_cut"),
                make_pair("a", "d", confidence=0.5, decision="bridge_cut"),
                make_pair("b", "c", confidence=0.25),
            ],
        )
        # a is sure of b by 0.75, c by 0.25; b of a by 0.75, d by 0.5, e of nobody.
        found = bridge(run, home(run, "a"), home(run, "b"), StoriesConfig())
        assert found is not None
        assert found.support == pytest.approx((0.75 + 0.5 + 0) / 3)
        assert found == bridge(run, home(run, "b"), home(run, "a"), StoriesConfig())

    @pytest.mark.parametrize(("decision", "outgrown"), [("bridge_cut", True), ("rejected", False)])
    def test_knows_stories_that_would_be_joined_as_they_stand(self, decision: str, outgrown: bool) -> None:
        run = make_stored_run(
            [make_story("s-1", "a"), make_story("s-2", "b")],
            pairs=[make_pair("a", "b", confidence=0.5, decision=decision)],
        )
        found = bridge(run, home(run, "a"), home(run, "b"), StoriesConfig(min_bridge=0.5))
        assert found is not None
        assert found.outgrown is outgrown

    def test_asks_two_groups_for_the_mean_that_two_groups_need(self) -> None:
        pairs = [make_pair(*pair, confidence=0.45, decision="bridge_cut") for pair in ("ab", "ad", "bc", "cd")]
        run = make_stored_run([make_story("s-1", "a", "c"), make_story("s-2", "b", "d")], pairs=pairs)
        config = StoriesConfig(min_bridge=0.3, min_support=0.5)
        found = bridge(run, home(run, "a"), home(run, "b"), config)
        assert found is not None
        assert (found.min_bridge, found.outgrown) == (0.5, False)

    @pytest.mark.parametrize(("carried", "outgrown", "held"), [(0.2, False, True), (0.6, True, False)])
    def test_knows_stories_that_only_an_article_brings_together_that_holds_others(
        self, carried: float, outgrown: bool, held: bool
    ) -> None:
        # The blog is in a story with a; that it carries b, too, says nothing of a and b.
        holds = {"relation": "partial", "aligned_left": 0.9, "aligned_right": carried, "confidence": 0.9}
        run = make_stored_run(
            [make_story("s-1", "a", "blog"), make_story("s-2", "b")],
            pairs=[make_pair("b", "blog", decision="bridge_cut", **holds)],
        )
        for one, other in (("a", "b"), ("b", "blog")):
            found = bridge(run, home(run, one), home(run, other), StoriesConfig())
            assert found is not None
            assert (found.outgrown, found.held) == (outgrown, held)
