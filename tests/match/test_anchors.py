"""Pairs found by the rare terms they share."""

from __future__ import annotations

from itertools import combinations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.match.anchors import anchor_pairs, anchor_scores, anchors
from dedup.schemas import TERMS
from tests.text.strange import few

Weights = list[dict[int, float]]

batches = st.lists(st.dictionaries(st.integers(0, 12), st.floats(0.03125, 1, width=32), max_size=8), max_size=8)


def make_terms(batch: Weights) -> pl.DataFrame:
    """The TERMS frame of articles given as term to weight."""
    rows = [(row, term, weight) for row, weights in enumerate(batch) for term, weight in weights.items()]
    return TERMS.check(pl.DataFrame(rows, TERMS.schema, orient="row").sort("row", "term"))


def make_pairs(n_articles: int) -> pl.DataFrame:
    """All pairs of a batch."""
    schema = {"left": pl.UInt32, "right": pl.UInt32}
    return pl.DataFrame(list(combinations(range(n_articles), 2)), schema, orient="row")


class TestAnchors:
    @few
    @given(batches, st.integers(1, 8))
    def test_are_the_heaviest_terms_of_each_article(self, batch: Weights, per_text: int) -> None:
        everything = anchors(make_terms(batch), 1_000).frame
        chosen = anchors(make_terms(batch), per_text).frame
        for row, weights in enumerate(batch):
            mine = chosen.filter(row=row)
            assert mine.height == min(per_text, len(weights))
            assert set(mine["term"]) <= set(weights)
            left_out = everything.filter(row=row).join(mine, on="term", how="anti")
            if mine.height and left_out.height:
                lightest, heaviest = mine["value"].min(), left_out["value"].max()
                assert isinstance(lightest, float)
                assert isinstance(heaviest, float)
                assert lightest >= heaviest

    @few
    @given(batches, st.integers(1, 8))
    def test_count_who_shares_them_and_what_they_are_worth(self, batch: Weights, per_text: int) -> None:
        chosen = anchors(make_terms(batch), per_text)
        counted = chosen.frame.group_by("term").agg(n=pl.len(), said=pl.col("sharers").unique())
        assert all(said == [n] for _, n, said in counted.iter_rows())
        summed = chosen.frame.group_by("row").agg(total=pl.col("value").sum()).sort("row")
        assert summed["row"].to_list() == chosen.totals.sort("row")["row"].to_list()
        assert summed["total"].to_list() == pytest.approx(chosen.totals.sort("row")["total"].to_list())

    def test_a_term_of_many_articles_is_worth_less(self) -> None:
        chosen = anchors(make_terms([{1: 0.5, 2: 0.5}, {2: 0.5}, {2: 0.5}]), 2).frame
        assert chosen.filter(row=0)["term"].to_list() == [1, 2]

    def test_ties_go_to_the_smaller_term(self) -> None:
        assert anchors(make_terms([{7: 0.5, 3: 0.5, 5: 0.5}]), 2).frame["term"].to_list() == [3, 5]


class TestPairs:
    @few
    @given(batches, st.integers(1, 8), st.integers(2, 8), st.integers(1, 3))
    def test_are_exactly_those_that_share_enough_anchors(
        self, batch: Weights, per_text: int, max_articles: int, min_shared: int
    ) -> None:
        chosen = anchors(make_terms(batch), per_text)
        sharers = dict(chosen.frame.select("term", "sharers").iter_rows())
        of = {row: set(chosen.frame.filter(row=row)["term"]) for row in range(len(batch))}
        telling = {term for term, count in sharers.items() if count <= max_articles}
        expected = [
            (left, right)
            for left, right in combinations(range(len(batch)), 2)
            if len(of[left] & of[right] & telling) >= min_shared
        ]
        assert anchor_pairs(chosen, max_articles, min_shared).rows() == expected


class TestScores:
    @few
    @given(batches)
    def test_are_shares_of_the_poorer_side(self, batch: Weights) -> None:
        pairs, chosen = make_pairs(len(batch)), anchors(make_terms(batch), 8)
        scores = anchor_scores(pairs, chosen).to_list()
        value = {(row, term): value for row, term, value, _ in chosen.frame.iter_rows()}
        total = dict(chosen.totals.iter_rows())
        for (left, right), score in zip(pairs.iter_rows(), scores, strict=True):
            shared = sum(min(value[left, term], value[right, term]) for term in batch[left] if (right, term) in value)
            poorer = min(total.get(left, 0.0), total.get(right, 0.0))
            assert score == pytest.approx(shared / poorer if poorer else 0.0, abs=1e-8)
            assert 0.0 <= score <= 1.0

    @given(batches.filter(lambda batch: len(batch) > 2))
    def test_do_not_depend_on_how_many_are_scored_at_a_time(self, batch: Weights) -> None:
        pairs, chosen = make_pairs(len(batch)), anchors(make_terms(batch), 8)
        at_once = anchor_scores(pairs, chosen).to_list()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("dedup.match.anchors._CHUNK", 2)
            assert anchor_scores(pairs, chosen).to_list() == at_once

    def test_no_pairs_have_no_scores(self) -> None:
        assert anchor_scores(make_pairs(0), anchors(make_terms([]), 8)).to_list() == []
