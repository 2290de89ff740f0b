"""A store under a real worker: an inbox is caught up with, a run is cancelled, the store stays whole."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import pytest

from dedup.pipeline import run
from dedup.store.history.ledger import ledger_of
from dedup.store.history.upkeep import faults, information
from tests.crashes import batch
from tests.flows.conftest import Server, background, wait_for
from tests.histories import WIDE

pytestmark = [pytest.mark.prefect, pytest.mark.slow]
PREFECT = [sys.executable, "-m", "prefect", "--no-prompt"]
SETTINGS = {"history": {"window_days": 3650}, "schedule": {"settle_seconds": 0}}
DEPLOYMENT = "detect-stories/nightly-pool"


@pytest.fixture(scope="module")
def worker(server: Server, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A worker whose deployment runs when it is told to; yields its log."""
    folder = tmp_path_factory.mktemp("worker")
    pool = ("work-pool", "create", "--type", "process", "--overwrite", "news")
    for arguments in (pool, ("deploy", "--name", "nightly-pool", "--cron", "0 0 1 1 *")):
        call(server, root, *arguments)
    with background([*PREFECT, "worker", "start", "--pool", "news"], server.environment, folder / "log", folder):
        yield folder / "log"


def call(server: Server, root: Path, *arguments: str) -> None:
    """A command of Prefect."""
    done = subprocess.run(
        [*PREFECT, *arguments], env=server.environment, cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def asked_for(server: Server) -> list[dict[str, Any]]:
    """Runs of the deployment that its schedule did not plan."""
    return [each for each in server.runs(deployment="nightly-pool") if not each["auto_scheduled"]]


def started(server: Server, root: Path, **parameters: Any) -> str:
    """The id of a run of the deployment that was just asked for."""
    before = {each["id"] for each in asked_for(server)}
    given = json.dumps({"config": SETTINGS, "inputs": [], **parameters}, default=str)
    call(server, root, "deployment", "run", DEPLOYMENT, "--params", given)
    (new,) = [each["id"] for each in asked_for(server) if each["id"] not in before]
    return str(new)


def state(server: Server, run_id: str) -> dict[str, Any]:
    """The state of a run."""
    (found,) = [each for each in server.runs(deployment="nightly-pool") if each["id"] == run_id]
    return dict(found["state"])


def ended(server: Server, run_id: str, log: Path) -> dict[str, Any]:
    """The state in which a run ended."""
    final = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}

    def look() -> dict[str, Any] | None:
        now = state(server, run_id)
        return now if now["type"] in final else None

    return wait_for(look, 120, "ended run", log)


def test_after_downtime_all_is_caught_up_and_a_failed_file_is_run_again(
    server: Server, root: Path, worker: Path, tmp_path: Path
) -> None:
    inbox, store = tmp_path / "inbox", tmp_path / "store"
    inbox.mkdir()
    batch(inbox, 0)
    (inbox / "broken.jsonl").write_text("{\n", encoding="utf-8")
    batch(inbox, 1)
    given = {"inbox": inbox, "store": store, "out": tmp_path / "out"}

    first = ended(server, started(server, root, **given), worker)
    assert (first["type"], first["message"][:25]) == ("FAILED", "2 of 3 new files done. br")
    (inbox / "broken.jsonl").write_text('{"id": "x", "text": "The ferry sank off the coast at noon."}\n')
    again = ended(server, started(server, root, **given, again=["broken.jsonl"]), worker)
    assert (again["type"], again["message"]) == ("COMPLETED", "1 of 1 new files done.")
    assert ledger_of(store)["outcome"].to_list() == ["done", "failed", "done", "done"]
    assert information(store)["articles"] == 19


def test_a_schedule_of_a_few_seconds_fires_again_and_again_and_adds_each_file_once(
    server: Server, root: Path, worker: Path, tmp_path: Path
) -> None:
    inbox, store, told = tmp_path / "inbox", tmp_path / "store", tmp_path / "told"
    inbox.mkdir()
    batch(inbox, 0)
    given = {"inbox": inbox, "store": store, "out": tmp_path / "out", "config": SETTINGS}
    notice = f"import pathlib, sys; pathlib.Path({str(told)!r}).write_text(sys.stdin.read())"
    parameters = [part for name, value in given.items() for part in ("--param", f"{name}={as_parameter(value)}")]
    variable = json.dumps({"env": {"DEDUP_ON_FAILURE": json.dumps([sys.executable, "-c", notice])}})
    call(server, root, "deploy", "--name", "inbox-pool", "--interval", "5", *parameters, "--job-variable", variable)
    try:
        wait_for(lambda: n_done(store) == 1 or None, 240, "first batch", worker)
        batch(inbox, 1)  # while the schedule goes on
        wait_for(lambda: n_done(store) == 2 or None, 240, "second batch", worker)
        (inbox / "broken.jsonl").write_text("{\n", encoding="utf-8")
        wait_for(lambda: (told.exists() and told.read_text()) or None, 240, "notice of the failure", worker)
    finally:
        pause(server, "inbox-pool")
    runs = [each for each in server.runs(deployment="inbox-pool") if each["state_type"] in {"COMPLETED", "FAILED"}]
    assert all(each["auto_scheduled"] for each in runs)
    assert len(runs) >= 3
    assert json.loads(told.read_text())["message"].startswith("0 of 1 new files done. broken.jsonl: ")
    assert ledger_of(store)["outcome"].to_list() == ["done", "done", "failed"]
    assert information(store)["articles"] == 18
    assert faults(store) == {}
    changed = [server.artifacts(each["id"]).get("dedup-changes") for each in runs]
    captions = [each["description"] for each in changed if each is not None]
    assert "Most articles of the batch: Outlet 0 3, Outlet 1 3, Outlet 2 3." in captions[0]
    summaries = [server.artifacts(each["id"]).get("dedup-summary") for each in runs]
    assert "| commit | " in next(each["data"] for each in summaries if each is not None)


def as_parameter(value: object) -> str:
    """A parameter as the command line of Prefect takes it."""
    return json.dumps(value) if isinstance(value, dict) else str(value)


def n_done(store: Path) -> int:
    """Files of the inbox that were done."""
    return ledger_of(store).filter(pl.col("outcome") == "done").height


def pause(server: Server, name: str) -> None:
    """Stop a schedule."""
    found = httpx.get(f"{server.url}/deployments/name/detect-stories/{name}", timeout=30).json()
    httpx.post(f"{server.url}/deployments/{found['id']}/pause_deployment", timeout=30).raise_for_status()


def test_a_cancelled_run_leaves_the_store_whole(server: Server, root: Path, worker: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    run([batch(tmp_path, 0)], tmp_path / "out", WIDE, store=store)
    asked = started(server, root, inputs=[batch(tmp_path, 1)], store=store, out=tmp_path / "out")
    wait_for(lambda: state(server, asked)["type"] == "RUNNING" or None, 120, "running run", worker)
    # What ``prefect flow-run cancel`` does, without the seconds it takes to start, in which the run could end.
    server.post(f"/flow_runs/{asked}/set_state", state={"type": "CANCELLING"})
    assert ended(server, asked, worker)["type"] == "CANCELLED"
    assert faults(store) == {}
    assert information(store)["articles"] in {9, 18}
    run([batch(tmp_path, 1)], tmp_path / "out", WIDE, store=store)
    assert information(store)["articles"] == 18
