"""What is wrong in a history is named, what may go goes together, and a new file takes its place in one step."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from dedup.errors import OutputError
from dedup.store.history.database import FILE, database
from dedup.store.history.replacing import replacing
from dedup.store.history.upkeep import FAULTS, faults, information, prune

HARM = {
    "articles that are there twice": "UPDATE articles SET article_id = 'night0-Palisade-0'",
    "numbers that are there twice": "UPDATE articles SET number = 0 WHERE number = 1",
    "articles that are in no story": "DELETE FROM members WHERE number = 0",
    "articles that are in two stories": "INSERT INTO members SELECT * FROM members LIMIT 1",
    "articles without a document": "DELETE FROM documents WHERE number = 0",
    "members of no story": "UPDATE members SET story_id = 's-none' WHERE number = 0",
    "members of a story that was merged": "UPDATE stories SET merged_into = story_id WHERE size > 0",
    "stories of another size than they say": "UPDATE stories SET size = size + 1",
    "stories that are there twice": "INSERT INTO stories SELECT * FROM stories LIMIT 1",
    "stories that were merged into none": "INSERT INTO stories (story_id, size, merged_into) VALUES ('a', 0, 'b')",
    "canonical articles outside their story": "UPDATE stories SET canonical_id = 'nobody'",
    "pairs of articles that are not there": 'UPDATE pairs SET "left" = 999',
    "pairs that are there twice": "INSERT INTO pairs SELECT * FROM pairs LIMIT 1",
    "best partners that are not there": "UPDATE best SET other = 999",
    "terms, buckets or lines of articles that are not there": "UPDATE terms SET number = 999 WHERE number = 0",
}


def test_a_whole_history_has_no_faults_and_every_fault_has_a_test(kept: Path) -> None:
    assert faults(kept) == {}
    assert HARM.keys() == FAULTS.keys()


@pytest.mark.parametrize("fault", HARM)
def test_every_harm_is_found_and_named(fault: str, store: Path) -> None:
    with database(store, write=True) as history:
        history.run(HARM[fault])
    assert fault in faults(store)


def test_a_missing_table_is_named(store: Path) -> None:
    with database(store, write=True) as history:
        history.run("DROP TABLE lineage")
    assert faults(store) == {"tables that are missing: lineage": 1}


def test_the_figures_are_those_of_what_is_there(kept: Path) -> None:
    told = information(kept)
    assert (told["articles"], told["runs"]) == (18, 2)
    assert told["bytes_per_article"] == round(told["bytes"] / 18)
    assert told["first"].startswith("2026-03-01")
    assert told["last"].startswith("2026-03-02")


def test_what_is_pruned_goes_whole_and_its_names_stay(store: Path) -> None:
    before = information(store)
    assert prune(store, datetime(2026, 3, 1, tzinfo=UTC)).articles == 0
    # Stories of the first night have members of the second: they stay together.
    assert prune(store, datetime(2026, 3, 2, tzinfo=UTC)).articles < 9
    prune(store, datetime(2027, 1, 1, tzinfo=UTC))
    after = information(store)
    assert (after["articles"], after["stories"], after["pairs"]) == (0, 0, 0)
    assert faults(store) == {}
    with database(store) as history:
        assert history.value("SELECT count(*) FROM stories") >= before["stories"]


def replace_by_an_empty_one(store: Path) -> None:
    """Put an empty history in the place of the one that is there."""
    with replacing(store) as name, database(store, write=True, file=name) as history:
        history.run("CREATE TABLE meta (key VARCHAR, value VARCHAR)")


def test_a_new_file_takes_the_place_of_the_old_one_when_the_block_ends_well(store: Path) -> None:
    replace_by_an_empty_one(store)
    with database(store) as history:
        assert history.value("SELECT count(*) FROM duckdb_tables()") == 1
    assert [path.name for path in store.iterdir()] == [FILE]


def test_whatever_stops_it_leaves_the_old_one_and_nothing_else(store: Path) -> None:
    (store / f"{FILE}.new-1").write_bytes(b"left by a killed one")
    with pytest.raises(KeyboardInterrupt), replacing(store) as name, database(store, write=True, file=name):
        raise KeyboardInterrupt
    assert information(store)["articles"] == 18
    assert [path.name for path in store.iterdir()] == [FILE]


def test_a_new_file_that_cannot_be_put_there_is_told_and_the_old_one_stays(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("dedup.store.history.replacing.sync", full)
    with pytest.raises(OutputError, match=r"cannot be replaced: No space.*The history is as it was"):
        replace_by_an_empty_one(store)
    assert information(store)["articles"] == 18
