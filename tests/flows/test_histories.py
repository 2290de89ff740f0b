"""Batches of a store as flow runs: what they leave in the store, whatever happens to them."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dedup import pipeline
from dedup.cli import app
from dedup.errors import DedupError, DiskError, InputError, StoreLockedError, UsageError
from dedup.store.history.history import History
from dedup.store.history.upkeep import faults, information
from dedup.store.locks import store_lock
from flows import limits, notices, stages
from flows.detect import detect, run_flow
from flows.limits import OvertimeError, at_most
from tests.crashes import batch
from tests.flows.conftest import Server
from tests.histories import WIDE, stories_of

pytestmark = pytest.mark.prefect


@contextmanager
def held(store: Path) -> Iterator[None]:
    """The store in the hands of another."""
    with store_lock(store, holder="dedup history prune"):
        yield


def test_a_batch_of_a_store_ends_in_the_same_stories_as_on_the_command_line(api: Server, tmp_path: Path) -> None:
    for night in (0, 1):
        pipeline.run([batch(tmp_path, night)], tmp_path / "out", WIDE, store=tmp_path / "plain")
        run_flow([str(batch(tmp_path, night))], tmp_path / "flow-out", WIDE, store=tmp_path / "flow")

    assert stories_of(History(tmp_path / "flow", WIDE)) == stories_of(History(tmp_path / "plain", WIDE))
    run = api.runs(tag="command-line")[-1]
    assert run["state_type"] == "COMPLETED"
    assert run["parameters"]["store"] == str(tmp_path / "flow")
    assert [task["name"] for task in api.tasks(run["id"])] == list(pipeline.STORE_STAGES)


def test_a_held_store_is_waited_for_and_then_fails_naming_the_holder(
    api: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LOCK_DELAYS", (0.1, 0.1))
    with held(tmp_path / "store"), pytest.raises(StoreLockedError):
        run_flow([str(batch(tmp_path, 0))], tmp_path / "out", WIDE, store=tmp_path / "store")
    run = api.runs(tag="command-line")[-1]
    assert run["state_type"] == "FAILED"
    assert "dedup history prune, process" in run["state"]["message"]
    assert not (tmp_path / "out").exists()


def test_a_batch_that_takes_too_long_is_stopped_and_leaves_the_store_whole(api: Server, tmp_path: Path) -> None:
    store = tmp_path / "store"
    pipeline.run([batch(tmp_path, 0)], tmp_path / "out", WIDE, store=store)
    hurried = WIDE.model_copy(update={"schedule": WIDE.schedule.model_copy(update={"timeout_minutes": 0.002})})
    with pytest.raises(OvertimeError):
        run_flow([str(batch(tmp_path, 1))], tmp_path / "out", hurried, store=store)
    assert "took longer than 0.002 minutes" in api.runs(tag="command-line")[-1]["state"]["message"]
    assert faults(store) == {}
    assert information(store)["articles"] in {9, 18}


def test_a_batch_that_tells_of_its_being_stopped_in_other_words_is_stopped_all_the_same() -> None:
    def deaf() -> None:
        try:
            time.sleep(60)
        except OvertimeError:
            raise KeyboardInterrupt from None

    with pytest.raises(OvertimeError, match="was stopped"), at_most(0.001):
        deaf()
    with pytest.raises(KeyboardInterrupt), at_most(60):
        raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("fault", "again"), [(InputError("bad"), False), (DiskError("full"), True), (StoreLockedError("held"), True)]
)
def test_locks_and_disks_are_tried_again_and_bad_input_never(fault: Exception, again: bool) -> None:
    assert stages.is_transient(fault) is again


@pytest.mark.usefixtures("api")
def test_the_command_on_failure_gets_the_facts_of_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = tmp_path / "told.json"
    script = f"import pathlib, sys; pathlib.Path({str(told)!r}).write_text(sys.stdin.read())"
    monkeypatch.setenv(notices.VARIABLE, json.dumps([sys.executable, "-c", script]))
    with pytest.raises(InputError):
        run_flow([str(tmp_path / "nowhere")], tmp_path / "out", WIDE, store=tmp_path / "store")
    facts = json.loads(told.read_text())
    assert facts["state"] == "Failed"
    assert "nowhere" in facts["message"]
    assert facts["store"] == str(tmp_path / "store")


@pytest.mark.usefixtures("api")
@pytest.mark.parametrize(("inputs", "out", "told"), [(["news"], "out", "there are both"), ([], "", "out: is empty")])
def test_an_inbox_beside_inputs_or_without_a_folder_to_write_is_refused(
    inputs: list[str], out: str, told: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=told):
        detect(inputs, out, WIDE, store=str(tmp_path / "store"), inbox=str(tmp_path))


def test_an_inbox_is_caught_up_a_failed_file_fails_the_run_visibly_and_is_run_again(
    api: Server, tmp_path: Path
) -> None:
    inbox, store, out = tmp_path / "inbox", tmp_path / "store", tmp_path / "out"
    inbox.mkdir()
    batch(inbox, 0)
    (inbox / "broken.jsonl").write_text("{\n", encoding="utf-8")
    (inbox / "away.jsonl").symlink_to(tmp_path / "nowhere.jsonl")
    batch(inbox, 1)
    now = WIDE.model_copy(update={"schedule": WIDE.schedule.model_copy(update={"settle_seconds": 0.0})})

    with pytest.raises(DedupError, match=r"2 of 3 new files done\. broken\.jsonl: "):
        run_flow([], out, now, store=store, inbox=inbox)
    run = api.runs(tag="command-line")[-1]
    assert run["state_type"] == "FAILED"
    assert information(store)["articles"] == 18
    shown = api.artifacts(run["id"])
    rows = json.loads(shown["dedup-inbox"]["data"])
    assert [row["outcome"] for row in rows] == ["done", "failed", "done", "ignored"]
    assert rows[-1]["file"] == "away.jsonl"
    assert "No such file" in rows[-1]["reason"]
    assert "stories grew" in shown["dedup-changes"]["description"]

    settings = ("--set", "schedule.settle_seconds=0", "--set", "history.window_days=3650")
    arguments = ["run", "--prefect", "--store", str(store), "--inbox", str(inbox), "--out", str(out), "--json"]
    done = CliRunner().invoke(app, [*arguments, "--again", "broken.jsonl", *settings])
    assert done.exit_code == 3, done.output
    assert [json.loads(line)["outcome"] for line in done.stdout.splitlines()] == ["failed"]
    assert "Left for the next time: away.jsonl: unreadable: No such file" in done.stderr

    (inbox / "broken.jsonl").write_bytes((inbox / "night0.jsonl").read_bytes())
    run_flow([], out, now, store=store, inbox=inbox, again=["broken.jsonl"])
    assert api.runs(tag="command-line")[-1]["state"]["message"] == "1 of 1 new files done."
    run_flow([], out, now, store=store, inbox=inbox)
    assert api.runs(tag="command-line")[-1]["state"]["message"] == "0 of 0 new files done."
