"""Stages as task runs, in a real server."""

from __future__ import annotations

import itertools
from typing import Any

import polars as pl
import pytest
from prefect import flow

from dedup.errors import DedupError, InputError
from flows import stages
from flows.stages import StageTasks
from tests.flows.conftest import Server, wait_for

pytestmark = pytest.mark.prefect


def ignore(_stage: str) -> None:
    """A listener for tests about something else."""


def made_run(api: Server, name: str) -> dict[str, Any]:
    """The flow run of that name."""
    (found,) = [run for run in api.runs() if run["name"] == name]
    return found


def test_a_stage_returns_the_very_object_and_is_one_task_run(api: Server) -> None:
    frame = pl.DataFrame({"row": range(1200)})
    done: list[str] = []

    def joined(left: pl.DataFrame, *, right: pl.DataFrame) -> pl.DataFrame:
        assert left is right
        return right

    @flow(name="test-stages", flow_run_name="objects")
    def run_stages() -> None:
        runner = StageTasks(done.append)
        assert runner("articles", lambda: frame) is frame
        assert runner("pairs", joined, frame, right=frame) is frame

    run_stages()

    assert done == ["articles", "pairs"]
    run = made_run(api, "objects")
    tasks = api.tasks(run["id"])
    assert [(task["name"], task["state_type"]) for task in tasks] == [("articles", "COMPLETED"), ("pairs", "COMPLETED")]
    assert [each["id"] for each in tasks[1]["task_inputs"]["wait_for"]] == [tasks[0]["id"]]
    assert tasks[0]["task_key"] != tasks[1]["task_key"]


def test_frames_reach_neither_the_api_nor_the_result_store(api: Server) -> None:
    frame = pl.DataFrame({"text": ["a text that must not travel"]})

    @flow(name="test-stages", flow_run_name="frames", persist_result=False)
    def run_stages() -> None:
        StageTasks(ignore)("articles", lambda given: given, frame)

    run_stages()

    run = made_run(api, "frames")
    assert "must not travel" not in str(api.tasks(run["id"]))
    stored = [path for path in (api.home / "storage").rglob("*") if path.is_file()]
    assert [path for path in stored if b"must not travel" in path.read_bytes()] == []


def test_the_log_has_rows_and_seconds(api: Server) -> None:
    @flow(name="test-stages", flow_run_name="log")
    def run_stages() -> None:
        StageTasks(ignore)("bands", lambda: pl.DataFrame({"row": range(1200)}))

    run_stages()

    run = made_run(api, "log")

    def logged() -> str | None:
        lines = api.post("/logs/filter", logs={"flow_run_id": {"any_": [run["id"]]}})
        return next((line["message"] for line in lines if line["message"].startswith("bands: ")), None)

    assert wait_for(logged, 30, "log line").startswith("bands: 1,200 rows in 0.")


def test_a_transient_fault_is_tried_again(api: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "RETRY_DELAYS", (0.1, 0.1))
    tries = itertools.count(1)

    def flaky() -> int:
        if (number := next(tries)) < 3:
            raise OSError(5, "Input/output error")
        return number

    @flow(name="test-stages", flow_run_name="transient")
    def run_stages() -> int:
        return StageTasks(ignore)("articles", flaky)

    assert run_stages() == 3
    (task,) = api.tasks(made_run(api, "transient")["id"])
    assert (task["run_count"], task["state_type"]) == (3, "COMPLETED")


@pytest.mark.parametrize(
    "fault", [InputError("no such folder", where="news/"), PermissionError("news"), ValueError("x")]
)
def test_a_lasting_fault_is_raised_as_it_is_and_not_tried_again(api: Server, fault: Exception) -> None:
    tries: list[int] = []

    def broken() -> None:
        tries.append(1)
        raise fault

    @flow(name="test-stages", flow_run_name=f"lasting {type(fault).__name__}")
    def run_stages() -> None:
        StageTasks(ignore)("articles", broken)

    with pytest.raises(type(fault)) as caught:
        run_stages()

    assert caught.value is fault
    assert len(tries) == 1
    run = made_run(api, f"lasting {type(fault).__name__}")
    assert run["state_type"] == "FAILED"
    assert str(fault) in run["state"]["message"]
    (task,) = api.tasks(run["id"])
    assert (task["run_count"], task["state_type"]) == (1, "FAILED")


def test_no_further_stage_is_announced_after_a_failure(api: Server) -> None:
    done: list[str] = []

    @flow(name="test-stages", flow_run_name="announced")
    def run_stages() -> None:
        runner = StageTasks(done.append)
        runner("articles", lambda: None)
        runner("documents", fail)

    def fail() -> None:
        raise DedupError("nothing to read")

    with pytest.raises(DedupError, match="nothing to read"):
        run_stages()

    assert done == ["articles"]
    assert [task["name"] for task in api.tasks(made_run(api, "announced")["id"])] == ["articles", "documents"]
