"""Batches of a store as flow runs: what they leave in the store, whatever happens to them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dedup import pipeline
from dedup.errors import DiskError, InputError, StoreLockedError
from dedup.store.history.history import History
from dedup.store.history.upkeep import faults, information
from dedup.store.locks import store_lock
from flows import limits, notices, stages
from flows.detect import run_flow
from flows.limits import OvertimeError
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
