"""What a batch is given of the history is what it asked for, and nothing else."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.schemas import ARTICLES, DOCUMENTS
from dedup.store.history import lookups, remains
from dedup.store.history.database import database
from dedup.store.laid import Disk

DAY = 86_400_000_000
NO_TERMS = pl.DataFrame({"term": []}, {"term": pl.Int64})
NO_BUCKETS = pl.DataFrame({"bucket": []}, {"bucket": pl.Int64})


@given(st.sets(st.integers(-1_000, 1_000), max_size=20), st.integers(0, 50))
def test_stretches_of_time_hold_what_is_near_a_time_and_nothing_else(times: set[int], window: int) -> None:
    spans = lookups._spans(times, window).rows()
    for moment in range(-1_100, 1_101, 7):
        near = any(abs(moment - one) <= window for one in times)
        assert near == any(first <= moment <= last for first, last in spans)
    assert all(last < first for (_, last), (first, _) in pairwise(spans))


def test_articles_come_whole_sorted_and_only_those_that_are_there(kept: Path) -> None:
    ids = ["night1-Skarrel-0", "nobody", "night0-Palisade-2"]
    with database(kept) as history:
        found = lookups.loaded(history, ids)
        assert lookups.loaded(history, []).articles.is_empty()
    assert found.articles["article_id"].to_list() == ["night0-Palisade-2", "night1-Skarrel-0"]
    assert ARTICLES.check(found.articles).height == DOCUMENTS.check(found.documents).height == 2
    assert found.documents["row"].to_list() == [0, 1]


def test_a_text_is_known_by_its_id_and_its_text(kept: Path) -> None:
    with database(kept) as history:
        rows = history.frame(
            "SELECT article_id, text_hash, title, url, source, published_at, lang FROM articles ORDER BY 1 LIMIT 3"
        )
        asked = rows.with_columns(
            text_hash=pl.when(pl.int_range(pl.len()) == 1).then(pl.lit("other")).otherwise("text_hash"),
            title=pl.when(pl.int_range(pl.len()) == 2).then(pl.lit("other")).otherwise("title"),
        )
        stranger = asked[:1].with_columns(article_id=pl.lit("nobody"))
        found = lookups.known(history, pl.concat([asked, stranger]))
    assert found["article_id"].to_list() == rows["article_id"].to_list()
    assert found["same_text"].to_list() == [True, False, True]
    assert found["same_fields"].to_list() == [True, True, False]


def test_surroundings_are_those_within_the_window_with_what_they_share(kept: Path) -> None:
    with database(kept) as history:
        ids = remains.all_ids(history)
        keys, buckets = lookups.parts(history, ids[:1])
        at = int(history.value("SELECT at_us FROM articles WHERE article_id = ?", ids[0]))
        wide = lookups.surroundings(history, {at}, keys, buckets, ids[:1], 365 * DAY)
        narrow = lookups.surroundings(history, {at}, keys, buckets, ids[:1], DAY // 2)
        alone = lookups.surroundings(history, {at}, NO_TERMS, NO_BUCKETS, (), 365 * DAY)
        everything = lookups.everything(history, keys, buckets)
    assert wide.articles["article_id"].to_list() == sorted(wide.articles["article_id"], key=ids.index)
    assert set(wide.articles["article_id"]) == set(ids[1:])
    assert all(abs(other - at) <= DAY // 2 for other in narrow.articles["at"])
    assert 0 < narrow.articles.height < wide.articles.height
    assert set(wide.keys["term"]) <= set(keys["term"])
    assert set(wide.buckets["bucket"]) <= set(buckets["bucket"])
    assert alone.keys.is_empty()
    assert alone.buckets.is_empty()
    assert set(everything.articles["article_id"]) == set(ids)


def test_the_fullest_window_is_counted(kept: Path, tmp_path: Path) -> None:
    with database(kept) as history:
        times = history.frame('SELECT at_us AS "at" FROM articles')["at"].to_list()
        for days in (0, 1, 365):
            fullest = max(sum(first <= at <= first + days * DAY for at in times) for first in times)
            assert lookups.n_within(history, days * DAY) == fullest
    with database(tmp_path / "empty", write=True) as history:
        history.run("CREATE TABLE articles (at_us BIGINT)")
        assert lookups.n_within(history, DAY) == 0


def test_what_a_batch_touches_is_the_whole_of_its_groups(kept: Path) -> None:
    with database(kept) as history:
        one = lookups.touched(history, ["night0-Palisade-0"])
        whole = lookups.touched(history, remains.all_ids(history))
        nothing = lookups.touched(history, ["nobody"])
    group = set(one.before["component"])
    assert len(group) == 1
    assert set(one.before["article_id"]) == set(whole.before.filter(pl.col("component").is_in(group))["article_id"])
    ours = set(one.before["article_id"])
    assert all(left in ours or right in ours for left, right in one.pairs.select("left_id", "right_id").iter_rows())
    assert nothing.before.is_empty()
    assert nothing.pairs.is_empty()


def test_articles_and_pairs_are_the_same_however_many_are_read_at_a_time(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database(kept) as history:
        ids = remains.all_ids(history)
        for asked in (ids, ids[3:8]):
            whole, pairs = lookups.loaded(history, asked), lookups.touched(history, asked).pairs
            assert (whole.articles.height, pairs.height > 4) == (len(asked), True)
            with monkeypatch.context() as patch:
                patch.setattr(lookups, "_NEAR", 2)
                place = Disk(tmp_path / "out")
                by_and_by, again = lookups.loaded(history, asked, place), lookups.touched(history, asked, place=place)
            assert by_and_by.articles.equals(whole.articles)
            assert by_and_by.documents.equals(whole.documents)
            assert (by_and_by.at.to_list(), by_and_by.arrived_at.to_list()) == (
                whole.at.to_list(),
                whole.arrived_at.to_list(),
            )
            assert again.pairs.equals(pairs)


def test_names_are_taken_for_ever(kept: Path) -> None:
    with database(kept) as history:
        names = history.frame("SELECT story_id FROM stories")["story_id"].to_list()
        assert lookups.taken(history, [*names[:2], "s-never"]) == set(names[:2])
        home = lookups.homes(history, ["night0-Palisade-0", "nobody"])
    assert list(home) == ["night0-Palisade-0"]
    assert home["night0-Palisade-0"] in names
