"""An inbox: everything in it is done, and nothing twice."""

from __future__ import annotations

import io
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from dedup.catching_up import Caught, catch_up
from dedup.cli import app
from dedup.config import Config
from dedup.errors import OutputError, StoreLockedError, UsageError
from dedup.pipeline import Run
from dedup.rebuilding import rebuild
from dedup.store import inbox as inbox_files
from dedup.store.files import SourceFile
from dedup.store.history.history import History
from dedup.store.history.ledger import ledger_of
from dedup.store.history.upkeep import information
from dedup.store.inbox import Found, files_of_inbox
from dedup.store.locks import store_lock
from dedup.store.readers import streams
from tests.crashes import batch
from tests.histories import WIDE, stories_of

NOW = Config.model_validate({"history": {"window_days": 3650}, "schedule": {"settle_seconds": 0}})


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """Three nights that nobody looked at, the second of them unreadable."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    shutil.copy(batch(tmp_path, 0), folder / "z-first.jsonl")
    (folder / "broken.jsonl").write_text("{\n", encoding="utf-8")
    shutil.copy(batch(tmp_path, 1), folder / "a-last.jsonl")
    return folder


def run_all(inbox: Path, *again: str) -> list[tuple[str, str]]:
    """Files that were run, and what became of each."""
    caught = catch_up(inbox, inbox.parent / "out", NOW, inbox.parent / "store", again=again).files
    return [(each.found.name, each.outcome) for each in caught]


def test_all_is_caught_up_oldest_first_and_a_bad_file_costs_no_other(inbox: Path) -> None:
    assert run_all(inbox) == [("z-first.jsonl", "done"), ("broken.jsonl", "failed"), ("a-last.jsonl", "done")]
    assert information(inbox.parent / "store")["articles"] == 18
    ledger = ledger_of(inbox.parent / "store")
    assert ledger["outcome"].to_list() == ["done", "failed", "done"]
    assert ledger["reason"][1] != ""
    runs = [json.loads(path.read_text())["run_id"] for path in (inbox.parent / "out").glob("*/run.json")]
    assert set(runs) == set(ledger["run_id"]) - {""}


def test_nothing_is_done_twice_whatever_it_is_called(inbox: Path) -> None:
    run_all(inbox)
    assert run_all(inbox) == []
    (inbox / "z-first.jsonl").rename(inbox / "renamed.jsonl")
    shutil.copy(inbox / "a-last.jsonl", inbox / "once-more.jsonl")
    assert run_all(inbox) == []


def test_a_failed_file_runs_again_when_asked_for_or_when_it_is_mended(inbox: Path) -> None:
    run_all(inbox)
    assert run_all(inbox, "broken.jsonl") == [("broken.jsonl", "failed")]
    (inbox / "broken.jsonl").write_text('{"id": "x", "text": "The ferry sank off the coast at noon."}\n')
    assert run_all(inbox) == [("broken.jsonl", "done")]
    (inbox / "broken.jsonl").write_text("{\n", encoding="utf-8")
    path = ledger_of(inbox.parent / "store").filter(outcome="failed")["path"][0]
    assert run_all(inbox, path) == [("broken.jsonl", "failed")]
    with pytest.raises(UsageError, match="nowhere"):
        run_all(inbox, "nowhere.jsonl")
    (inbox / "picture.png").write_bytes(b"")
    with pytest.raises(UsageError, match=r"picture\.png: cannot be run, got 'unknown_format: .*\.png'"):
        run_all(inbox, "picture.png")


def test_a_file_that_changed_just_now_waits(inbox: Path) -> None:
    slow = WIDE.model_copy(update={"schedule": WIDE.schedule.model_copy(update={"settle_seconds": 3600.0})})
    os.utime(inbox / "z-first.jsonl", (0, 0))  # as a copy that keeps the times of the original
    assert catch_up(inbox, inbox.parent / "out", slow, inbox.parent / "store").files == []
    (asked,) = catch_up(inbox, inbox.parent / "out", slow, inbox.parent / "store", again=["a-last.jsonl"]).files
    assert (asked.found.name, asked.outcome) == ("a-last.jsonl", "done")


@pytest.mark.parametrize("becomes", ['{"id": "late", "text": "The ferry sank off the coast at noon."}\n', None])
def test_a_file_that_changes_or_goes_before_its_turn_is_left_for_the_next_time(
    inbox: Path, becomes: str | None
) -> None:
    last, away = inbox / "a-last.jsonl", inbox.parent / "away.jsonl"

    def meanwhile(found: Found, batch: Callable[[], Run]) -> Run:
        run = batch()
        if found.name == "z-first.jsonl":
            last.rename(away)
            if becomes is not None:
                last.write_text(becomes, encoding="utf-8")
        return run

    caught = catch_up(inbox, inbox.parent / "out", NOW, inbox.parent / "store", called=meanwhile).files
    assert [each.outcome for each in caught] == ["done", "failed", "waiting"]
    assert ledger_of(inbox.parent / "store")["outcome"].to_list() == ["done", "failed"]
    if becomes is None:
        away.rename(last)
    assert run_all(inbox) == [("a-last.jsonl", "done")]
    assert information(inbox.parent / "store")["articles"] == (10 if becomes else 18)


def test_a_file_that_cannot_be_read_costs_no_other(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path) -> str:
        if path.name == "broken.jsonl":
            raise PermissionError(13, "Permission denied")
        return hashed(path)

    hashed = inbox_files._sha256
    monkeypatch.setattr(inbox_files, "_sha256", refused)
    assert run_all(inbox) == [("z-first.jsonl", "done"), ("a-last.jsonl", "done")]
    (unread,) = [
        each for each in files_of_inbox(inbox, ledger_of(inbox.parent / "store"), 0) if each.state == "ignored"
    ]
    assert (unread.name, unread.reason) == ("broken.jsonl", "unreadable: Permission denied")


def test_a_fault_of_the_disk_while_a_file_is_read_is_no_verdict_on_it(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing(io.FileIO):
        """Gives the first bytes of a file and then fails."""

        def readinto(self, buffer: Any, /) -> int:
            if self.tell():
                raise OSError(5, "Input/output error")
            return super().readinto(memoryview(buffer)[:64]) or 0

    def opened(file: SourceFile) -> io.BufferedReader:
        return io.BufferedReader(Failing(file.path)) if file.path.name == "a-last.jsonl" else open_raw(file)

    open_raw = streams._open_raw
    monkeypatch.setattr(streams, "_open_raw", opened)
    caught = catch_up(inbox, inbox.parent / "out", NOW, inbox.parent / "store").files
    assert [each.outcome for each in caught] == ["done", "failed", "waiting"]
    assert "Input/output error" in caught[-1].reason
    monkeypatch.undo()
    assert run_all(inbox) == [("a-last.jsonl", "done")]


def test_what_a_reader_says_of_a_file_that_the_system_does_not_read_is_no_verdict(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def once(path: Path) -> str:
        if path in hashed and path.name == "broken.jsonl":
            raise OSError(5, "Input/output error")
        hashed.append(path)
        return sha256(path)

    hashed: list[Path] = []
    sha256 = inbox_files._sha256
    monkeypatch.setattr(inbox_files, "_sha256", once)
    assert ("broken.jsonl", "waiting") in run_all(inbox)
    monkeypatch.undo()
    assert run_all(inbox) == [("broken.jsonl", "failed")]


def test_what_stops_a_run_before_its_commit_leaves_the_file_new(inbox: Path) -> None:
    def full_disk(_found: object, _batch: object) -> Caught:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        catch_up(inbox, inbox.parent / "out", NOW, inbox.parent / "store", called=full_disk)  # type: ignore[arg-type]
    assert ledger_of(inbox.parent / "store").is_empty()
    assert len(run_all(inbox)) == 3


def test_what_is_written_lies_apart_from_the_inbox_and_from_each_other(inbox: Path) -> None:
    for out, store in ((inbox / "out", inbox.parent / "s"), (inbox.parent / "s" / "out", inbox.parent / "s")):
        with pytest.raises(OutputError, match=r"lies where the input is read|lie in one another"):
            catch_up(inbox, out, NOW, store)
        assert not out.exists()


def test_two_at_once_do_not_share_the_work(inbox: Path) -> None:
    with store_lock(inbox.parent / "store" / "inbox"), pytest.raises(StoreLockedError):
        run_all(inbox)


def test_the_ledger_outlives_a_rebuild_and_the_stories_are_those_of_plain_runs(inbox: Path) -> None:
    run_all(inbox)
    before = stories_of(History(inbox.parent / "store", NOW))
    rebuild(inbox.parent / "store", NOW)
    assert run_all(inbox) == []
    assert stories_of(History(inbox.parent / "store", NOW)) == before


def test_the_command_line_runs_and_lists(inbox: Path) -> None:
    store, out = str(inbox.parent / "store"), str(inbox.parent / "out")
    settings = ("--set", "schedule.settle_seconds=0", "--set", "history.window_days=3650")
    done = CliRunner().invoke(app, ["run", "--store", store, "--inbox", str(inbox), "--out", out, "-q", *settings])
    assert done.exit_code == 3, done.output
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == [
        *("z-first.jsonl", "broken.jsonl", "a-last.jsonl")
    ]
    (inbox / "late.jsonl").write_text("{}\n")
    listed = CliRunner().invoke(app, ["history", "inbox", "--store", store, "--inbox", str(inbox), "--json"])
    rows = [json.loads(line) for line in listed.stdout.splitlines()]
    assert [row["outcome"] for row in rows] == ["done", "failed", "done", "waiting"]
    again = CliRunner().invoke(app, ["run", "--store", store, "--inbox", str(inbox), "--out", out, *settings[2:]])
    assert again.exit_code == 0, again.output
    assert "Waiting to settle" in again.stderr
    assert "late.jsonl" in again.stderr
    assert "Nothing new" not in again.stderr
    refused = CliRunner().invoke(app, ["run", "--inbox", str(inbox)])
    assert refused.exit_code == 2
