"""A story has changed when something of it is another, and not whenever it is touched."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from dedup.rebuilding import rebuild
from dedup.store.articles import read_articles
from dedup.store.history.database import database
from dedup.store.history.history import History
from dedup.store.history.reading import changed_since, find_story
from tests.crashes import batch
from tests.histories import FIRST_NIGHT, WIDE, add_batch

LATER = FIRST_NIGHT + timedelta(days=5)


@pytest.fixture
def night(tmp_path: Path) -> pl.DataFrame:
    """The articles of the first night."""
    return read_articles([batch(tmp_path, 0)], WIDE.input).articles


def changed(store: Path) -> list[str]:
    """Stories that changed after the second night."""
    with database(store) as history:
        return changed_since(history, LATER)


def story_of(store: Path, article: str) -> str:
    """The story that an article is in."""
    with database(store) as history:
        return find_story(history, article)[0]


def test_known_articles_change_no_story(store: Path, night: pl.DataFrame) -> None:
    add_batch(History(store, WIDE), night, 6)
    assert changed(store) == []


def test_a_new_member_and_a_corrected_text_change_the_story_that_they_are_in_alone(
    store: Path, night: pl.DataFrame
) -> None:
    first = night["article_id"] == "night0-Palisade-0"
    late = night.filter(first).with_columns(article_id=pl.lit("late"))
    add_batch(History(store, WIDE), pl.concat([late, night.filter(~first)]).sort("article_id"), 6)
    assert changed(store) == [story_of(store, "late")]
    corrected = pl.when(pl.col("article_id") == "night0-Skarrel-0").then(pl.col("text") + " Nobody was hurt.")
    add_batch(History(store, WIDE), night.with_columns(text=corrected.otherwise("text")), 7)
    assert changed(store) == sorted({story_of(store, "late"), story_of(store, "night0-Skarrel-0")})


def test_a_rebuild_with_the_same_settings_changes_no_story(store: Path) -> None:
    before = last_changes(store)
    rebuild(store, WIDE)
    assert last_changes(store) == before


def last_changes(store: Path) -> list[tuple[str, int]]:
    """The run in which each story last changed."""
    with database(store) as history:
        return history.frame("SELECT story_id, changed FROM stories ORDER BY 1").rows()
