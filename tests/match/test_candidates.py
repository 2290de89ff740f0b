"""Pairs worth verifying: which are found, and what is cut."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from itertools import combinations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.config import AnchorConfig, Config, MatchConfig
from dedup.match.candidates import Candidates, candidates
from dedup.schemas import BANDS, CANDIDATES, TERMS
from dedup.sketch.bands import bands
from dedup.sketch.documents import documents
from dedup.sketch.signatures import signatures
from dedup.sketch.terms import terms
from tests.builders import FIRST_HOUR, Article, make_articles
from tests.match.builders import LEAK, TOW, TOW_AGAIN
from tests.match.test_anchors import make_terms
from tests.text.strange import few

Buckets = list[list[int]]
"""For each article the key of its bucket in each band."""

keys = st.integers(0, 3)
batches = st.integers(1, 3).flatmap(
    lambda n_bands: st.lists(st.lists(keys, min_size=n_bands, max_size=n_bands), max_size=9)
)


def make_bands(copy: Buckets, story: Buckets | None = None) -> pl.DataFrame:
    rows = [
        (view, band, key, row)
        for view, buckets in (("copy", copy), ("story", story or []))
        for row, of_bands in enumerate(buckets)
        for band, key in enumerate(of_bands)
    ]
    return BANDS.check(pl.DataFrame(rows, BANDS.schema, orient="row"))


def find(
    copy: Buckets, story: Buckets | None = None, terms_given: pl.DataFrame | None = None, **given_settings: object
) -> Candidates:
    n_articles = max(len(copy), len(story or []))
    articles = make_articles(*(f"Article {n} of this batch." for n in range(n_articles)))
    config = MatchConfig.model_validate(given_settings)
    return candidates(make_bands(copy, story), TERMS.empty() if terms_given is None else terms_given, articles, config)


def pairs_of(found: Candidates) -> list[tuple[int, int]]:
    return found.frame.select("left", "right").rows()


class TestCopyView:
    @few
    @given(batches)
    def test_finds_exactly_the_articles_that_share_a_bucket(self, buckets: Buckets) -> None:
        found = find(buckets)
        expected = [
            (left, right)
            for left, right in combinations(range(len(buckets)), 2)
            if any(one == other for one, other in zip(buckets[left], buckets[right], strict=True))
        ]
        assert pairs_of(found) == expected
        assert CANDIDATES.check(found.frame)["copy"].all()
        assert found.counts == {"copy": len(expected), "story": 0, "anchor": 0, "total": len(expected)}
        assert found.caps == {}

    @few
    @given(batches, st.integers(2, 4))
    def test_chains_a_large_bucket_so_that_nobody_is_lost(self, buckets: Buckets, max_bucket: int) -> None:
        cut, whole = find(buckets, max_bucket=max_bucket), find(buckets)
        assert set(pairs_of(cut)) <= set(pairs_of(whole))
        assert components(pairs_of(cut), len(buckets)) == components(pairs_of(whole), len(buckets))

    def test_tells_how_many_buckets_were_chained(self) -> None:
        found = find([[7]] * 5, max_bucket=4)
        assert found.caps == {"copy_buckets_chained": 1}
        assert pairs_of(found) == [(0, 1), (0, 2), (0, 3), (0, 4), (1, 2), (2, 3), (3, 4)]


class TestStoryView:
    def test_leaves_a_large_bucket_to_the_anchors_and_tells(self) -> None:
        found = find([], [[7]] * 5, max_bucket=4)
        assert pairs_of(found) == []
        assert found.caps["story_buckets_left_to_anchors"] == 1

    def test_keeps_pairs_that_share_rare_terms_only(self) -> None:
        alike, alone = {1: 0.5, 2: 0.5}, {3: 0.5, 4: 0.5}
        found = find([], [[7], [7], [7]], make_terms([alike, alike, alone]))
        assert pairs_of(found) == [(0, 1)]
        assert found.frame["story"].to_list() == [True]


class TestAnchors:
    def test_find_what_no_bucket_does(self) -> None:
        found = find([[1], [2], [3]], None, make_terms([{1: 0.5, 2: 0.5}, {1: 0.5, 2: 0.5}, {3: 0.5}]))
        assert found.frame.rows() == [(0, 1, False, False, True)]

    def test_an_article_has_a_bounded_number_of_partners_and_the_rest_is_told(self) -> None:
        draw = random.Random(1)
        batch = make_terms([{term: draw.uniform(0.1, 1.0) for term in range(6)} for _ in range(12)])
        found = find([[n] for n in range(12)], None, batch, anchors=AnchorConfig(per_article=3))
        partners = Counter(one for pair in pairs_of(found) for one in pair)
        assert max(partners.values()) <= 2 * 3
        assert found.caps["pairs_beyond_best_partners"] > 0

    def test_too_widespread_to_compare_all_who_have_them_lead_to_the_first_and_are_told(self) -> None:
        everywhere = make_terms([{1: 0.5, 2: 0.5}] * 5)
        found = find([[n] for n in range(5)], None, everywhere, anchors=AnchorConfig(max_articles=3, min_shared=1))
        assert found.caps == {"anchors_trimmed": 1}
        assert pairs_of(found) == [pair for pair in combinations(range(5), 2) if pair != (3, 4)]


class TestWindow:
    def articles(self, *hours: float | None) -> pl.DataFrame:
        return make_articles(
            *(
                Article(text="Text.", published_at=None if hour is None else FIRST_HOUR + timedelta(hours=hour))
                for hour in hours
            )
        )

    def test_keeps_what_lies_within_and_what_has_no_time(self) -> None:
        articles = self.articles(0, 24, 25, None)
        found = candidates(make_bands([[1]] * 4), TERMS.empty(), articles, MatchConfig(window_days=1.0))
        assert pairs_of(found) == [(0, 1), (0, 3), (1, 2), (1, 3), (2, 3)]
        assert found.caps == {"pairs_outside_window": 1}

    def test_does_not_depend_on_which_came_first(self) -> None:
        one = candidates(make_bands([[1]] * 2), TERMS.empty(), self.articles(0, 30), MatchConfig(window_days=1.0))
        other = candidates(make_bands([[1]] * 2), TERMS.empty(), self.articles(30, 0), MatchConfig(window_days=1.0))
        assert pairs_of(one) == pairs_of(other) == []


class TestOnArticles:
    @pytest.mark.parametrize("order", [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]])
    def test_a_rewrite_and_a_copy_are_found_whatever_the_order(self, order: list[int]) -> None:
        texts = [TOW, TOW_AGAIN, LEAK, TOW.upper()]
        articles = make_articles(*(texts[at] for at in order))
        config = Config()
        prepared = documents(articles, config.text)
        salient = terms(prepared)
        banded = bands(signatures(prepared, salient, config.sketch), config.sketch)
        found = candidates(banded, salient, articles, config.match)
        met = {frozenset((order[left], order[right])) for left, right in pairs_of(found)}
        assert met >= {frozenset({0, 1}), frozenset({0, 3}), frozenset({1, 3})}
        copies = found.frame.filter(pl.col("copy")).select("left", "right").rows()
        assert [{order[left], order[right]} for left, right in copies] == [{0, 3}]

    def test_no_articles_have_no_candidates(self) -> None:
        found = find([])
        assert CANDIDATES.check(found.frame).is_empty()
        assert found.counts["total"] == 0


def components(pairs: list[tuple[int, int]], n_articles: int) -> set[frozenset[int]]:
    """Groups of articles that chains of pairs connect."""
    group = {one: {one} for one in range(n_articles)}
    for left, right in pairs:
        if group[left] is not group[right]:
            merged = group[left] | group[right]
            for one in merged:
                group[one] = merged
    return {frozenset(members) for members in group.values()}
