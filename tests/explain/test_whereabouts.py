"""Chains of accepted pairs, and what lies between two stories."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

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


def test_stories_of_which_no_pair_was_compared_have_no_bridge() -> None:
    run = make_stored_run([make_story("s-1", "a"), make_story("s-2", "b")])
    assert bridge(run, home(run, "a"), home(run, "b"), 0.5) is None


def test_a_bridge_counts_pairs_of_the_two_stories_only() -> None:
    run = make_stored_run(
        [make_story("s-1", "a", "d"), make_story("s-2", "b"), make_story("s-3", "c")],
        pairs=[make_pair("a", "b", confidence=0.25), make_pair("b", "d", confidence=0.5), make_pair("a", "c")],
    )
    found = bridge(run, home(run, "b"), home(run, "d"), 0.5)
    assert found is not None
    assert (found.n_pairs, found.n_confident, found.mean_confidence) == (2, 0, 0.375)
