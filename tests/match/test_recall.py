"""How many true pairs the search is estimated to have found."""

from __future__ import annotations

import polars as pl
import pytest

from dedup.config import Config
from dedup.match.recall import Recall, estimate_recall
from dedup.schemas import CANDIDATES
from dedup.sketch.documents import documents
from dedup.sketch.terms import terms
from tests.builders import make_articles
from tests.match.builders import LEAK, TOW, TOW_AGAIN
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
