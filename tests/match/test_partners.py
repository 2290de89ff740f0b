"""Who is held against whom depends on the two articles, not on who else is there or when they came."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import polars as pl
import pytest

from dedup.config import Config, MatchConfig
from dedup.match.partners import UNIT, Findable, Partners, buckets, keys, partners, totals
from dedup.match.rankings import Ranking, ranking
from dedup.schemas import BUCKETS, KEYS, VOTES, Best
from dedup.sketch.bands import bands
from dedup.sketch.documents import documents
from dedup.sketch.signatures import signatures
from dedup.sketch.terms import terms
from tests.builders import make_articles

DAY = 86_400_000_000
CONFIG = Config()
TEXTS = (
    "The grain ship Meridian broke its moorings in Palisade on Monday and drifted towards the quay of the ferry.",
    "In Palisade the grain ship Meridian drifted towards the ferry on Monday after its moorings had broken.",
    "The council of Skarrel sold the Ottoline theatre to a bank and the actors must leave by the summer.",
    "Actors must leave the Ottoline theatre: the council of Skarrel has sold it to a bank.",
)


def findable(articles: pl.DataFrame, days: list[float]) -> Findable:
    prepared = documents(articles, CONFIG.text)
    salient = terms(prepared)
    banded = bands(signatures(prepared, salient, CONFIG.sketch), CONFIG.sketch)
    held = keys(salient, CONFIG.match.anchors)
    at = np.asarray([round(day * DAY) for day in days], dtype=np.int64)
    return Findable(articles["article_id"], at, totals(held, articles.height), held, buckets(banded))


def nothing() -> Findable:
    empty = pl.Series("article_id", [], pl.String)
    return Findable(empty, np.zeros(0, np.int64), np.zeros(0, np.int64), KEYS.to_frame(), BUCKETS.to_frame())


def ends(new: Findable, past: Findable, config: MatchConfig = CONFIG.match) -> set[tuple[str, str]]:
    return set(partners(new, past, config, 7 * DAY).frame.select("left_id", "right_id").rows())


def test_rewrites_are_partners_in_one_batch() -> None:
    assert {("a00", "a01"), ("a02", "a03")} <= ends(findable(make_articles(*TEXTS), [0, 0, 0, 0]), nothing())


def test_a_pair_is_found_whichever_of_the_two_is_new() -> None:
    articles = make_articles(*TEXTS)
    whole = ends(findable(articles, [0] * 4), nothing())
    for cut in (1, 2, 3):
        old, new = findable(articles[:cut], [0] * cut), findable(articles[cut:], [0] * (4 - cut))
        assert ends(old, nothing()) | ends(new, old) == whole
        assert ends(new, nothing()) | ends(old, new) == whole


def test_two_of_the_past_are_not_asked_for_again() -> None:
    articles = make_articles(*TEXTS)
    found = ends(findable(articles[2:3], [0]), findable(articles[:2], [0, 0]))
    assert ("a00", "a01") not in found


def test_articles_further_apart_than_the_window_are_no_partners() -> None:
    articles = make_articles(*TEXTS)
    assert ("a00", "a01") in ends(findable(articles, [0, 7, 0, 0]), nothing())
    assert ("a00", "a01") not in ends(findable(articles, [0, 7.01, 0, 0]), nothing())


def test_what_a_crowded_article_loses_is_counted_and_the_best_stay() -> None:
    # One more wording than may stay: all are partners of all.
    texts = [f"{TEXTS[at % 2]} It was reported {at + 2} times." for at in range(6)]
    config = CONFIG.match.model_copy(update={"anchors": CONFIG.match.anchors.model_copy(update={"per_article": 3})})
    far = "Meridian traders met in Palisade to praise the weather, the wine and the late King of Verhoven."
    articles = make_articles(*texts, far)
    found = partners(findable(articles, [0] * 7), nothing(), config, DAY)
    assert found.caps["partners_beyond_best"] > 0
    assert ("a00", "a02") in set(found.frame.select("left_id", "right_id").rows())


def test_a_large_bucket_of_copies_is_chained_and_counted() -> None:
    config = CONFIG.match.model_copy(update={"max_bucket": 3})
    same = make_articles(*[TEXTS[0]] * 6)
    found = partners(findable(same, [0] * 6), nothing(), config, DAY)
    assert found.caps["copy_buckets_chained"] > 0
    copies = set(found.frame.filter("copy").select("left_id", "right_id").rows())
    assert {(f"a{at:02}", f"a{at + 1:02}") for at in range(5)} <= copies


def test_an_empty_batch_has_no_partners() -> None:
    assert ends(nothing(), findable(make_articles(*TEXTS), [0] * 4)) == set()


def by_terms(held: pl.DataFrame, first: int, stop: int) -> Findable:
    """Some of the articles that ``held`` has terms of; they share no bucket."""
    mine = held.filter(pl.col("row").is_between(first, stop - 1)).with_columns(pl.col("row") - first).cast(KEYS)
    ids = pl.Series("article_id", [f"a{row:02}" for row in range(first, stop)])
    n = stop - first
    return Findable(ids, np.zeros(n, np.int64), totals(mine, n), mine, BUCKETS.to_frame())


CUT = "partners_beyond_best"
LAST = {"row": pl.UInt32, "n": pl.UInt32, "score": pl.Float64}
NOBODY = Best(pl.Series([], dtype=pl.String), VOTES.to_frame(), pl.DataFrame(schema=LAST))


def best_of(found: Partners, past: Findable, elsewhere: tuple[str, ...] = (), *, anew: bool = False) -> Best:
    """What a history tells of the best partners of some articles.

    Args:
        found: What was found when they came.
        past: Those that are not matched anew.
        elsewhere: Others that are not, beyond the window.
        anew: Whether partners that are matched anew, though not named, count.
    """
    beyond = pl.Series(elsewhere, dtype=pl.String)
    names = pl.DataFrame({"article_id": found.names}).with_row_index("place")
    held = pl.DataFrame({"article_id": pl.concat([past.ids, beyond])}).with_row_index("row")
    place = dict(names.join(held, on="article_id").select("place", "row").iter_rows())
    rows = [(place[one], place.get(other), score) for one, other, score in found.best.iter_rows() if one in place]
    votes = pl.DataFrame(rows, VOTES, orient="row")
    last = (votes if anew else votes.drop_nulls()).rename({"voter": "row"}).filter(pl.col("row") < len(past.ids))
    last = last.group_by("row").agg(pl.len().alias("n"), pl.col("score").min())
    return Best(beyond, votes.drop_nulls(), last)


def named(found: Partners) -> tuple[pl.DataFrame, list[tuple[str, str, float]]]:
    """Who is crowded out, and the best partners by id."""
    ids = found.names
    return found.crowded_out, sorted((ids[one], ids[other], score) for one, other, score in found.best.iter_rows())


def test_who_is_matched_anew_is_not_missed_among_the_best_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(1)
    rows = [(row, int(term)) for row in range(60) for term in sorted(chance.choice(30, 12, replace=False))]
    held = pl.DataFrame(rows, ["row", "term"], orient="row").with_columns(value=100 + pl.col("term"), anchor=True)
    config = CONFIG.match.model_copy(update={"anchors": CONFIG.match.anchors.model_copy(update={"per_article": 3})})
    before = partners(by_terms(held, 0, 50), nothing(), config, DAY, NOBODY)
    # Ten of fifty are matched anew, with ten new ones.
    new, past = by_terms(held, 40, 60), by_terms(held, 0, 40)
    ranked: list[int] = []

    def counted(pairs: pl.DataFrame, *arguments: Any) -> Ranking:
        ranked.append(pairs.height)
        return ranking(pairs, *arguments)

    monkeypatch.setattr("dedup.match.partners.ranking", counted)
    missed, known = (partners(new, past, config, DAY, best_of(before, past, anew=anew)) for anew in (False, True))
    assert known.frame.equals(missed.frame)
    (crowded, best), (crowded_if_missed, best_if_missed) = named(known), named(missed)
    assert crowded.equals(crowded_if_missed)
    assert best == best_if_missed
    assert ranked[1] < ranked[0] / 2


@pytest.mark.parametrize("min_score", [0.0, 0.05, 0.3])
def test_compiled_or_readable_in_blocks_of_any_size_the_same_is_found(
    min_score: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = np.random.default_rng(3)
    held = pl.DataFrame(
        [
            (row, int(term), int(chance.integers(1, UNIT)), bool(chance.random() < 0.6))
            for row in range(200)
            for term in sorted(chance.choice(90, chance.integers(0, 25), replace=False))
        ],
        ["row", "term", "value", "anchor"],
        orient="row",
    )
    at = chance.integers(0, 9 * DAY, 200)
    # A bucket of the copy view is chained if it is large, one of the story view left out.
    bucketed = {"row": [*range(200)] * 2, "copy": [False] * 200 + [True] * 200, "bucket": chance.integers(-30, 30, 400)}
    copies = pl.DataFrame(bucketed).with_columns(bucket=pl.col("bucket") * 2 + pl.col("copy")).cast(BUCKETS)

    def some(first: int, stop: int) -> Findable:
        mine = copies.filter(pl.col("row").is_between(first, stop - 1)).with_columns(pl.col("row") - first)
        terms = by_terms(held, first, stop)
        return Findable(terms.ids, at[first:stop], terms.totals, terms.keys, mine.cast(BUCKETS))

    anchors = CONFIG.match.anchors.model_copy(update={"per_article": 3, "min_score": min_score})
    config = CONFIG.match.model_copy(update={"anchors": anchors, "max_bucket": 4})
    elsewhere = tuple(f"a{row:02}" for row in range(100, 120))
    found = []
    for compiled_from, size in ((sys.maxsize, 1_000), (0, 1_000), (sys.maxsize, 7), (0, 7)):
        monkeypatch.setattr("dedup.match.anchored.COMPILED_FROM", compiled_from)
        monkeypatch.setattr("dedup.match.anchored.BLOCK", size)
        monkeypatch.setattr("dedup.places.TOGETHER", size)
        monkeypatch.setattr("dedup.match.partners.TOGETHER", size)
        monkeypatch.setattr("dedup.match.partners.ROWS", size)
        before = partners(some(0, 120), nothing(), config, 4 * DAY, NOBODY, threads=2)
        past = some(0, 100)
        found.append(partners(some(120, 200), past, config, 4 * DAY, best_of(before, past, elsewhere), threads=2))
    whole, *others = found
    assert whole.frame.height > 80
    assert whole.caps.keys() == {"copy_buckets_chained", "story_buckets_left_to_anchors", "pairs_outside_window", CUT}
    assert whole.crowded_out.height > 10
    crowded, best = named(whole)
    for other in others:
        assert other.frame.equals(whole.frame)
        assert (other.counts, other.caps) == (whole.counts, whole.caps)
        crowded_there, best_there = named(other)
        assert crowded_there.equals(crowded)
        assert best_there == best
