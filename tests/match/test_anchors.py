"""Pairs found by the rare terms they share."""

from __future__ import annotations

import math
from collections import Counter
from itertools import combinations
from random import Random

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.config import AnchorConfig
from dedup.match.anchors import Anchors, anchor_pairs, anchor_scores, anchors
from dedup.match.keys import UNIT
from dedup.schemas import TERMS
from tests.text.strange import few

Weights = list[dict[int, float]]
Terms = tuple[int, ...]
"""The term a key stands for, or its two terms, the smaller first."""

batches = st.lists(st.dictionaries(st.integers(0, 12), st.floats(0.03125, 1, width=32), max_size=8), max_size=8)
configs = st.builds(
    AnchorConfig,
    per_text=st.integers(1, 8),
    max_articles=st.integers(2, 5),
    joined=st.integers(0, 4),
    min_shared=st.integers(1, 3),
    per_article=st.integers(1, 4),
)
FREE = AnchorConfig(per_text=1_000, max_articles=1_000, min_shared=1, per_article=1_000)
"""Settings that cut nothing."""


def make_terms(batch: Weights) -> pl.DataFrame:
    """The TERMS frame of articles given as term to weight."""
    rows = [(row, term, weight) for row, weights in enumerate(batch) for term, weight in weights.items()]
    return TERMS.check(pl.DataFrame(rows, TERMS.schema, orient="row").sort("row", "term"))


def find(batch: Weights, config: AnchorConfig = FREE) -> Anchors:
    return anchors(make_terms(batch), len(batch), config)


def make_pairs(n_articles: int) -> pl.DataFrame:
    """All pairs of a batch."""
    schema = {"left": pl.UInt32, "right": pl.UInt32}
    return pl.DataFrame(list(combinations(range(n_articles), 2)), schema, orient="row")


def make_large_batch(seed: int, n_articles: int = 300) -> Weights:
    """Articles of some thirty terms each, a few of which half of the others have."""
    draw = Random(seed)
    weights = [round(draw.uniform(0.05, 1.0), 2) for _ in range(500)]
    return [
        {term: weights[term] for term in {min(499, int(draw.paretovariate(0.6))) for _ in range(40)}}
        for _ in range(n_articles)
    ]


def worth(term: int, batch: Weights) -> float:
    """Weight times inverse document frequency, in the parts in which values are counted."""
    weights = [np.float32(article[term]) for article in batch if term in article]
    return float(min(weights)) * math.log(1 + sum(map(bool, batch)) / len(weights)) * UNIT


def terms_of(found: Anchors) -> list[dict[Terms, int]]:
    """What each article can be found by, with its value."""
    told: list[dict[Terms, int]] = [{} for _ in found.totals]
    for row, term, other, value in found.all_keys.select("row", "term", "other", "value").iter_rows():
        told[row][(term,) if other is None else (term, other)] = value
    return told


class TestKeys:
    @few
    @given(batches, configs)
    def test_are_the_terms_that_some_but_not_too_many_articles_have(self, batch: Weights, config: AnchorConfig) -> None:
        sharers = Counter(term for article in batch for term in article)
        for article, told in zip(batch, terms_of(find(batch, config)), strict=True):
            single = {terms[0]: value for terms, value in told.items() if len(terms) == 1}
            assert set(single) == {term for term in article if 2 <= sharers[term] <= config.max_articles}
            for term, value in single.items():
                assert value == pytest.approx(worth(term, batch), abs=1)

    @few
    @given(batches, configs)
    def test_heavy_terms_of_too_many_articles_stand_two_by_two(self, batch: Weights, config: AnchorConfig) -> None:
        sharers = Counter(term for article in batch for term in article)
        heaviest = [
            sorted(
                (term for term in article if sharers[term] > config.max_articles),
                key=lambda term: (-round(worth(term, batch)), term),
            )[: config.joined]
            for article in batch
        ]
        two_by_two = [set(combinations(sorted(chosen), 2)) for chosen in heaviest]
        held = Counter(pair for pairs in two_by_two for pair in pairs)
        for pairs, told in zip(two_by_two, terms_of(find(batch, config)), strict=True):
            joined = {terms: value for terms, value in told.items() if len(terms) == 2}
            assert set(joined) == {pair for pair in pairs if held[pair] > 1}
            for pair, value in joined.items():
                assert value == pytest.approx(min(worth(term, batch) for term in pair), abs=1)

    @few
    @given(batches, configs)
    def test_count_who_has_them_and_are_not_confused(self, batch: Weights, config: AnchorConfig) -> None:
        keys = find(batch, config).all_keys
        counted = keys.group_by("key").agg(
            n=pl.len(), said=pl.col("sharers").unique(), meant=pl.struct("term", "other").n_unique()
        )
        assert all((said, meant) == ([n], 1) for _, n, said, meant in counted.iter_rows())
        assert counted.filter(pl.col("n") < 2).is_empty()
        assert keys.equals(keys.sort("row", "key"))

    def test_are_worth_less_the_more_articles_have_them(self) -> None:
        told = terms_of(find([{1: 0.5, 2: 0.5}, {1: 0.5, 2: 0.5}, {2: 0.5}]))
        assert told[0][1,] > told[0][2,] > 0

    def test_a_word_of_two_languages_is_worth_the_same_in_both(self) -> None:
        one, other = terms_of(find([{1: 0.25}, {1: 0.75}]))
        assert one == other == terms_of(find([{1: 0.25}, {1: 0.25}]))[0]

    def test_widespread_terms_say_nothing_where_none_are_joined(self) -> None:
        everywhere = [{1: 0.5, 2: 0.5, 3: 0.5}] * 4
        assert find(everywhere, AnchorConfig(max_articles=3, joined=0)).all_keys.is_empty()
        joined = find(everywhere, AnchorConfig(max_articles=3, joined=2))
        assert set(joined.all_keys.select("term", "other").iter_rows()) == {(1, 2)}


class TestAnchors:
    @few
    @given(batches, configs)
    def test_are_the_most_valuable_keys_of_each_article(self, batch: Weights, config: AnchorConfig) -> None:
        found = find(batch, config)
        for row in range(len(batch)):
            mine = found.all_keys.filter(row=row).sort("value", "key", descending=[True, False])
            assert mine["anchor"].to_list() == [at < config.per_text for at in range(mine.height)]
            assert found.totals[row] == sum(mine["value"].to_list()[: config.per_text])

    @few
    @given(batches, configs)
    def test_lead_to_no_more_articles_than_are_worth_comparing(self, batch: Weights, config: AnchorConfig) -> None:
        found = find(batch, config)
        held = found.all_keys.filter("anchor").select("key", "row").sort("key", "row")
        leading = held.group_by("key", maintain_order=True).head(config.max_articles)
        assert found.index.equals(leading.select("key", "row"))
        sizes = held.group_by("key").len()["len"]
        assert found.trimmed == (sizes > config.max_articles).sum()

    def test_ties_go_to_the_smaller_key(self) -> None:
        found = find([{7: 0.5, 3: 0.5, 5: 0.5}] * 2, AnchorConfig(per_text=2))
        assert found.all_keys.filter("anchor")["term"].to_list() == [3, 5] * 2

    def test_an_article_alone_with_its_terms_has_none(self) -> None:
        found = find([{1: 0.5, 2: 0.5}, {3: 0.5}])
        assert found.all_keys.is_empty()
        assert found.totals.tolist() == [0, 0]


class TestPairs:
    @few
    @given(batches, configs)
    def test_are_each_article_with_those_of_whose_anchors_it_has_most(
        self, batch: Weights, config: AnchorConfig
    ) -> None:
        found = find(batch, config)
        keys = {
            row: dict(found.all_keys.filter(row=row).select("key", "value").iter_rows()) for row in range(len(batch))
        }
        leads: dict[int, set[int]] = {row: set() for row in keys}
        for key, row in found.index.iter_rows():
            leads[row].add(key)
        expected = set()
        for row, held in keys.items():
            ranked = []
            for other in keys.keys() - {row}:
                shared = leads[other] & held.keys()
                if len(shared) >= config.min_shared:
                    ranked.append((-sum(held[key] for key in shared) / int(found.totals[other]), other))
            expected |= {(min(row, to), max(row, to)) for _, to in sorted(ranked)[: config.per_article]}
        assert anchor_pairs(found, config).rows() == sorted(expected)

    def test_a_cut_down_and_the_long_article_find_each_other(self) -> None:
        long = dict.fromkeys(range(40), 0.5)
        others = [dict.fromkeys(range(first, first + 20), 0.5) for first in range(10, 40, 2)]
        cut_down = dict.fromkeys(range(5), 0.5)
        found = find([long, *others, cut_down], AnchorConfig(per_article=1))
        assert (0, len(others) + 1) in anchor_pairs(found, AnchorConfig(per_article=1)).rows()

    def test_of_a_batch_in_which_all_share_everything_stay_bounded(self) -> None:
        config = AnchorConfig(max_articles=4, per_article=3)
        found = find([dict.fromkeys(range(6), 0.5)] * 30, config)
        assert found.trimmed == 15, "every two of six terms"
        assert 0 < anchor_pairs(found, config).height <= 30 * 3


class TestScores:
    @few
    @given(batches, configs)
    def test_are_the_larger_share_of_one_articles_anchors_that_the_other_has(
        self, batch: Weights, config: AnchorConfig
    ) -> None:
        pairs, found = make_pairs(len(batch)), find(batch, config)
        mine = [
            dict(found.all_keys.filter("anchor", row=row).select("key", "value").iter_rows())
            for row in range(len(batch))
        ]
        held = [set(found.all_keys.filter(row=row)["key"]) for row in range(len(batch))]
        scores = anchor_scores(pairs, found)
        assert scores.is_between(0, 1).all()
        for (left, right), score in zip(pairs.iter_rows(), scores, strict=True):
            shares = [
                sum(value for key, value in mine[one].items() if key in held[other]) / max(1, int(found.totals[one]))
                for one, other in ((left, right), (right, left))
            ]
            assert score == max(shares)

    @few
    @given(batches.filter(lambda batch: len(batch) > 2), configs)
    def test_do_not_depend_on_how_many_are_scored_at_a_time(self, batch: Weights, config: AnchorConfig) -> None:
        pairs, found = make_pairs(len(batch)), find(batch, config)
        at_once = anchor_scores(pairs, found).to_list()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("dedup.match.anchors._CHUNK", 2)
            assert anchor_scores(pairs, found).to_list() == at_once

    def test_no_pairs_have_no_scores(self) -> None:
        assert anchor_scores(make_pairs(0), find([])).to_list() == []


class TestTheCompiledPath:
    """Batches from a thousand articles on go another way and must come out at the same place."""

    def both(self, batch: Weights, config: AnchorConfig) -> list[tuple[pl.DataFrame, pl.Series]]:
        """Pairs and scores, plain and compiled."""
        told = []
        for compiled_from in (len(batch) + 1, 0):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("dedup.match.anchors.COMPILED_FROM", compiled_from)
                if not compiled_from:  # nor does it matter how many are looked at together
                    patch.setattr("dedup.match.anchors.AT_A_TIME", 7)
                    patch.setattr("dedup.match.keys._SORTED", 50)
                found = find(batch, config)
                assert (found.numbered is not None) is (compiled_from == 0)
                told.append((anchor_pairs(found, config), anchor_scores(make_pairs(len(batch)), found)))
        return told

    @few
    @given(batches, configs)
    def test_gives_what_the_plain_one_gives(self, batch: Weights, config: AnchorConfig) -> None:
        (pairs, scores), (compiled_pairs, compiled_scores) = self.both(batch, config)
        assert compiled_pairs.equals(pairs)
        assert compiled_scores.equals(scores)

    @pytest.mark.parametrize("seed", [1, 2, 3])
    @pytest.mark.parametrize(
        "config", [AnchorConfig(), AnchorConfig(max_articles=20, joined=6), AnchorConfig(min_shared=1, per_text=6)]
    )
    def test_gives_it_in_batches_with_ties_and_thousands_of_pairs(self, seed: int, config: AnchorConfig) -> None:
        (pairs, scores), (compiled_pairs, compiled_scores) = self.both(make_large_batch(seed), config)
        assert pairs.height > 1_024, "more than the kernel has room for at first"
        assert compiled_pairs.equals(pairs)
        assert compiled_scores.equals(scores)
