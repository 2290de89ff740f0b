"""What is kept of articles to compare them again comes back as it was, and goes when the window has passed."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from dedup.store.history.database import Database, database
from dedup.store.history.parcels import Layout, keep, let_go, parcels

DAY = 86_400_000_000
LAYOUT = Layout.of("version 1", 8 * DAY)
ONE, OTHER = "night0-Palisade-0", "night1-Skarrel-0"
MADE = {ONE: b"what is known of it" * 100, OTHER: b""}


def kept_in(history: Database, made: dict[str, bytes], layout: Layout = LAYOUT) -> None:
    keep(history, made, layout)


def found_in(history: Database, ids: list[str], layout: Layout) -> dict[str, bytes]:
    shelf: dict[str, bytes] = {}
    assert parcels(history, ids, layout, shelf.update) == shelf.keys()
    return shelf


def test_what_was_kept_comes_back_and_of_others_nothing(store: Path) -> None:
    with database(store, write=True) as history:
        kept_in(history, MADE)
        assert found_in(history, [ONE, OTHER, "night0-Palisade-1", "nobody"], LAYOUT) == MADE
        assert found_in(history, [ONE], LAYOUT) == {ONE: MADE[ONE]}
        assert found_in(history, [], LAYOUT) == {}


def test_what_another_version_made_is_of_no_use_and_goes(store: Path) -> None:
    with database(store, write=True) as history:
        kept_in(history, MADE)
        newer = Layout.of("version 2", 8 * DAY)
        assert found_in(history, [ONE, OTHER], newer) == {}
        kept_in(history, {ONE: b"anew"}, newer)
        assert found_in(history, [ONE, OTHER], newer) == {ONE: b"anew"}


def test_what_the_window_has_left_behind_goes(store: Path) -> None:
    with database(store, write=True) as history:
        kept_in(history, MADE)
        history.run("UPDATE articles SET at_us = at_us + ? WHERE article_id = ?", 10 * DAY, OTHER)
        kept_in(history, {OTHER: b"moved", "night0-Palisade-1": b"too old"})
        assert found_in(history, [ONE, OTHER, "night0-Palisade-1"], LAYOUT) == {OTHER: b"moved"}
        names = history.frame("SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'parcels%'")
        assert names.height == 1


def test_of_an_article_that_is_no_more_nothing_is_left(store: Path) -> None:
    with database(store, write=True) as history:
        kept_in(history, MADE)
        number = history.value("SELECT number FROM articles WHERE article_id = ?", ONE)
        let_go(history, pl.DataFrame({"number": [number]}))
        assert found_in(history, [ONE, OTHER], LAYOUT) == {OTHER: MADE[OTHER]}
