"""A batch is told from what the history has, and what is never lost silently is said."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from dedup.errors import OutputError, StoreLockedError
from dedup.increment.batches import admitted, arrivals, fingerprints
from dedup.schemas import LINES
from dedup.store.history.database import database
from dedup.store.history.history import History
from dedup.store.history.upkeep import faults, information, prune
from dedup.store.locks import store_lock
from tests.builders import make_articles
from tests.histories import WIDE, add_batch, grown, stories_of

NOW = datetime(2026, 3, 2, tzinfo=UTC)
SHIP = "The grain ship Meridian broke its moorings in Palisade on Monday and drifted towards the quay of the ferry."
SHIP_AGAIN = "In Palisade the grain ship Meridian drifted towards the ferry on Monday after its moorings had broken."
THEATRE = "The council of Skarrel sold the Ottoline theatre to a bank and the actors must leave by the summer."


def test_a_known_text_is_not_matched_again_and_another_title_is_told(tmp_path: Path) -> None:
    history = grown(tmp_path, [make_articles(SHIP, THEATRE)])
    again = make_articles({"text": SHIP, "title": "Another"}, {"text": THEATRE})
    brought = admitted(again, history.known(fingerprints(again)), arrivals(2, NOW))
    assert brought.known == ["a00", "a01"]
    assert brought.articles.is_empty()
    assert len(brought.warnings) == 1
    assert "'a00'" in brought.warnings[0]


def test_a_correction_replaces_what_was_there_and_is_told(tmp_path: Path) -> None:
    history = grown(tmp_path, [make_articles(SHIP, SHIP_AGAIN)])
    assert len(stories_of(history)) == 1
    corrected = add_batch(history, make_articles("x", {"article_id": "a01", "text": THEATRE})[1:], 1)
    assert corrected.counts["corrected"] == 1
    assert corrected.counts["new"] == 0
    assert len(corrected.warnings) == 1
    assert stories_of(history) == stories_of(grown(tmp_path / "new", [make_articles(SHIP, THEATRE)]))
    assert faults(tmp_path) == {}


def test_a_history_of_other_settings_is_refused_with_the_way_out(tmp_path: Path) -> None:
    grown(tmp_path, [make_articles(SHIP)])
    other = WIDE.model_copy(update={"sketch": WIDE.sketch.model_copy(update={"seed": 2})})
    with pytest.raises(OutputError, match=r"sketch.*dedup history rebuild"):
        History(tmp_path, other).begin()


def test_a_store_that_is_held_names_who_holds_it(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with store_lock(store), pytest.raises(StoreLockedError, match=r"dedup run, process \d+.*--wait") as caught:  # noqa: SIM117 - the second must meet the first
        with store_lock(store, wait_seconds=0.1):
            pass
    assert caught.value.exit_code == 75
    with store_lock(store):
        pass


def test_pruning_keeps_groups_whole_and_their_names_for_ever(tmp_path: Path) -> None:
    old, young = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 3, tzinfo=UTC)
    articles = make_articles(
        {"text": SHIP, "published_at": old},
        {"text": SHIP_AGAIN, "published_at": young},
        {"text": THEATRE, "published_at": old},
    )
    history = grown(tmp_path, [articles])
    gone = prune(tmp_path, datetime(2026, 1, 2, tzinfo=UTC))
    assert (gone.articles, gone.stories) == (1, 1)
    assert information(tmp_path)["articles"] == 2
    assert faults(tmp_path) == {}
    with database(tmp_path) as opened:
        before = set(opened.frame("SELECT story_id FROM stories")["story_id"])
    add_batch(history, articles[2:], 1)
    with database(tmp_path) as opened:
        now = set(opened.frame("SELECT story_id FROM stories")["story_id"])
    assert len(now) == len(before) + 1


def test_the_lines_of_a_batch_are_those_of_articles_whose_outlet_is_known(tmp_path: Path) -> None:
    history = grown(tmp_path, [make_articles({"text": SHIP, "source": None}, {"text": f"{THEATRE}\n\nOne more."})])
    with database(history.folder) as opened:
        lines = opened.frame("SELECT source, mark FROM lines")
    assert lines.schema == LINES
    assert lines.height == 2
