"""How many true pairs the search is estimated to have found."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import polars as pl
import pytest

from dedup.config import Config
from dedup.match.keys import UNIT
from dedup.match.recall import PARTNERS, SAMPLE, Recall, _closest, estimate_recall
from dedup.schemas import CANDIDATES
from dedup.sketch.documents import documents
from dedup.sketch.terms import terms
from tests.builders import make_articles
from tests.match.builders import LEAK, TOW, TOW_AGAIN
from tests.match.test_anchors import make_terms
from tests.match.test_pairs import make_candidates


def estimate(candidates: pl.DataFrame, *texts: str) -> Recall:
    config = Config()
    articles = make_articles(*texts)
    prepared = documents(articles, config.text)
    return estimate_recall(terms(prepared), candidates, articles, prepared, config)


def test_is_one_where_every_accepted_pair_was_a_candidate() -> None:
    assert estimate(make_candidates((0, 1)), TOW, TOW_AGAIN, LEAK) == Recall(1.0, 3, 1)


def test_is_none_at_all_where_the_search_found_nothing() -> None:
    assert estimate(CANDIDATES.empty(), TOW, TOW_AGAIN, LEAK) == Recall(0.0, 3, 1)


def test_counts_the_share_that_was_found() -> None:
    found = estimate(make_candidates((0, 1)), TOW, TOW_AGAIN, TOW.replace("dawn", "noon"), LEAK)
    assert (found.n_articles, found.n_pairs) == (4, 3)
    assert found.estimate == pytest.approx(1 / 3)


@pytest.mark.parametrize("texts", [(TOW, LEAK), (TOW,), ()])
def test_is_unknown_where_there_is_nothing_to_find(texts: tuple[str, ...]) -> None:
    found = estimate(CANDIDATES.empty(), *texts)
    assert (found.estimate, found.n_pairs) == (None, 0)
    assert found.n_articles == len(texts)


def test_is_the_same_for_the_same_batch() -> None:
    texts = [f"{TOW_AGAIN} Bulletin number {n} of the day." for n in range(12)]
    assert estimate(make_candidates((0, 1)), *texts) == estimate(make_candidates((0, 1)), *texts)


def test_the_closest_are_told_by_sums_that_know_no_order() -> None:
    draw = Random(5)
    batch = [{term: draw.choice([0.1, 0.2, 0.3, 0.7]) for term in draw.sample(range(60), 12)} for _ in range(300)]
    found = make_terms(batch)
    parts = [
        {term: int(weight * UNIT) for term, weight in frame.select("term", "weight").iter_rows()}
        for frame in found.partition_by("row", maintain_order=True)
    ]
    expected = set()
    for one in range(SAMPLE):
        near = [
            (-Fraction(shared, min(sum(parts[one].values()), sum(other.values()))), at)
            for at, other in enumerate(parts)
            if at != one and (shared := sum(min(parts[one][term], other[term]) for term in parts[one].keys() & other))
        ]
        expected |= {(min(one, at), max(one, at)) for _, at in sorted(near)[:PARTNERS]}
    assert _closest(found, pl.Series(range(SAMPLE), dtype=pl.UInt32)).rows() == sorted(expected)
