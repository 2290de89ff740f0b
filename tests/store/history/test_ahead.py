"""What comes ahead of a batch counts with it, or is taken out by whoever opens the history next."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dedup.errors import DiskError
from dedup.pipeline import run
from dedup.store.history import ahead, commits
from dedup.store.history.database import FILE, database
from dedup.store.history.history import History
from dedup.store.history.tables import TABLES
from dedup.store.history.upkeep import faults, information
from tests.cli.processes import environment
from tests.crashes import batch
from tests.histories import WIDE, stories_of

TIMES = ("arrived_at", "canonical_since", "previous")


def changed(folder: Path) -> Path:
    """The articles of the second night, of which the history has seen some, two of these with another text."""
    lines = [json.loads(line) for night in (0, 1) for line in batch(folder, night).read_text("utf-8").splitlines()]
    for row in lines[:2]:
        row["text"] += " Pilots from the next harbour helped to tow the ship."
    path = folder / "changed.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in lines), encoding="utf-8")
    return path


def tables(store: Path) -> dict[str, list[dict[str, Any]]]:
    """All that is kept and does not say when, by table."""
    with database(store) as history:
        found = {name: history.frame(f"FROM {name}") for name in TABLES if name not in {"runs", "meta"}}
    return {
        name: sorted(frame.drop(*TIMES, strict=False).iter_rows(named=True), key=repr) for name, frame in found.items()
    }


def test_a_history_is_the_same_whether_rows_come_ahead_or_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    batches = [batch(tmp_path, 0), changed(tmp_path)]
    for store, at_once in (("together", 100), ("ahead", 0)):
        monkeypatch.setattr(commits, "_AT_ONCE", at_once)
        for one in batches:
            run([one], tmp_path / "out", WIDE, store=tmp_path / store)
    assert tables(tmp_path / "ahead") == tables(tmp_path / "together")
    assert faults(tmp_path / "ahead") == {}
    assert information(tmp_path / "ahead")["articles"] == 18


def raw(store: Path, query: str) -> Any:
    """What the file says to who does not know what counts."""
    with duckdb.connect(str(store / FILE), read_only=True) as connection:
        return connection.execute(query).fetchall()[0][0]


def test_who_opens_the_history_after_a_kill_sees_nothing_of_what_came_ahead(tmp_path: Path) -> None:
    first, second, store = batch(tmp_path, 0), changed(tmp_path), tmp_path / "store"
    run([first], tmp_path / "out", WIDE, store=store)
    before, kept = stories_of(History(store, WIDE)), tables(store)
    program = """
import os, signal, sys
from pathlib import Path
from dedup.pipeline import run
from dedup.store.history import ahead, commits
from tests.histories import WIDE

commits._AT_ONCE = 0
commits._put = lambda *_arguments, **_named: os.kill(os.getpid(), signal.SIGKILL)
run([sys.argv[1]], Path(sys.argv[2]), WIDE, store=Path(sys.argv[3]))
"""
    arguments = [sys.executable, "-c", program, str(second), str(tmp_path / "killed"), str(store)]
    done = subprocess.run(arguments, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert raw(store, "SELECT count(*) FROM articles") == 18
    assert information(store)["articles"] == 9
    assert raw(store, "SELECT count(*) FROM articles") == 9
    assert tables(store) == kept
    assert faults(store) == {}
    assert stories_of(History(store, WIDE)) == before
    run([second], tmp_path / "out", WIDE, store=store)
    assert information(store)["articles"] == 18


def test_a_commit_that_fails_takes_out_what_came_ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object, **_named: object) -> None:
        raise DiskError("no space left", where="store")

    monkeypatch.setattr(commits, "_AT_ONCE", 0)
    monkeypatch.setattr(commits, "_put", full)
    with pytest.raises(DiskError, match="no space left"):
        run([batch(tmp_path, 0)], tmp_path / "out", WIDE, store=tmp_path / "store")
    assert raw(tmp_path / "store", "SELECT count(*) FROM articles") == 0
    assert raw(tmp_path / "store", "SELECT count(*) FROM meta") == 1


def test_it_is_taken_out_of_a_history_of_which_tables_are_missing_too(tmp_path: Path) -> None:
    store = tmp_path / "store"
    run([batch(tmp_path, 0)], tmp_path / "out", WIDE, store=store)
    with database(store, write=True) as history:
        ahead.begin(history, 5)
        for table in ("lines", "pairs"):
            history.run(f"DROP TABLE {table}")
    with database(store) as history:
        assert history.value("SELECT count(*) FROM articles") == 5
        assert history.value("SELECT count(*) FROM meta") == 1
        assert history.frame("FROM terms")["number"].max() == 4
