"""The scheduled batch: what is registered, and that it runs when it is due.

These tests also say when the upper bounds of FastAPI and SQLAlchemy in pyproject.toml can be lifted: with a set that
does not work, flows fail or schedules never fire, and nothing but a run that was due shows it.
"""

from __future__ import annotations

import inspect
import json
import shutil
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from prefect.flows import load_flow_from_entrypoint
from prefect.settings import PREFECT_API_URL, temporary_settings

from dedup import pipeline
from dedup.config import Config
from dedup.errors import ConfigError
from flows.detect import detect
from flows.notices import VARIABLE
from flows.schedule import batch_parameters, main, scheduled_deployment
from tests.flows.conftest import Server, background, free_port, wait_for

DUE_SECONDS = 240
"""A minute until the schedule is due, and the time a busy machine needs to start and end a run."""


def make_config(**schedule: Any) -> Config:
    """Settings with that schedule."""
    return Config.model_validate({"schedule": schedule})


def test_paths_are_absolute_so_that_it_does_not_matter_where_a_run_starts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    parameters = batch_parameters(make_config(inputs=["news/*.jsonl", "/wire"], out="out/nightly"))
    assert parameters["inputs"] == [str(tmp_path / "news/*.jsonl"), "/wire"]
    assert parameters["out"] == str(tmp_path / "out/nightly")


def test_parameters_carry_only_what_somebody_chose_and_all_of_it() -> None:
    chosen = {"match": {"max_bucket": 32}, "sketch": {"story_view": {"bands": 64, "rows": 3}}}
    parameters = batch_parameters(Config.model_validate(chosen))
    assert parameters["config"] == chosen
    assert Config.model_validate(parameters["config"]) == Config.model_validate(chosen)


def test_the_deployment_is_the_schedule_branch() -> None:
    deployment = scheduled_deployment(make_config(name="hourly", cron="5 * * * *", timezone="Europe/Berlin"))
    (schedule,) = deployment.schedules or []
    assert (deployment.name, deployment.flow_name) == ("hourly", "detect-stories")
    assert schedule.schedule is not None
    assert schedule.schedule.model_dump(include={"cron", "timezone"}) == {
        "cron": "5 * * * *",
        "timezone": "Europe/Berlin",
    }
    assert deployment.concurrency_limit == 1


def test_a_cron_expression_that_is_none_is_a_settings_error() -> None:
    with pytest.raises(ConfigError, match=r"schedule\.cron: is not a cron expression, got '99 \* \* \* \*'"):
        scheduled_deployment(make_config(cron="99 * * * *"))


def test_without_a_server_nothing_is_served(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 1
    assert "PREFECT_API_URL: no Prefect server to schedule with" in capsys.readouterr().err


def test_a_server_that_does_not_answer_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    url = f"http://127.0.0.1:{free_port()}/api"
    with temporary_settings({PREFECT_API_URL: url}):
        assert main([]) == 1
    assert f"{url}: the Prefect server does not answer" in capsys.readouterr().err


def test_wrong_settings_are_told_before_any_server_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--set", "schedule.crom=x"]) == 2
    assert "Did you mean 'schedule.cron'?" in capsys.readouterr().err


def pools(root: Path) -> dict[str, Any]:
    """The deployments of ``prefect.yaml`` by name."""
    return {pool["name"]: pool for pool in yaml.safe_load((root / "prefect.yaml").read_text())["deployments"]}


def test_a_pool_offers_an_inbox_a_store_and_a_notice_of_failure_and_no_parameter_is_a_command(root: Path) -> None:
    pool = pools(root)["inbox-pool"]
    given = {name: pool["parameters"][name] for name in ("inputs", "inbox", "store")}
    assert given == {"inputs": [], "inbox": "inbox", "store": "store"}
    parameters = set(inspect.signature(detect.fn).parameters)
    for each in pools(root).values():
        assert each["parameters"].keys() <= parameters
        assert json.loads(each["work_pool"]["job_variables"]["env"][VARIABLE]) == []
    assert not {name for name in parameters if "fail" in name or "command" in name}


def test_the_pool_runs_the_same_flow_on_the_same_schedule_as_serve(root: Path) -> None:
    pool = pools(root)["nightly-pool"]
    (schedule,) = pool["schedules"]
    plan = Config().schedule
    assert (schedule["cron"], schedule["timezone"]) == (plan.cron, plan.timezone)
    assert (tuple(pool["parameters"]["inputs"]), pool["parameters"]["out"]) == (plan.inputs, plan.out)
    assert Config.model_validate(pool["parameters"]["config"]) == Config()
    assert load_flow_from_entrypoint(pool["entrypoint"]).name == detect.name


@dataclass(frozen=True)
class Fired:
    """What happened while a served and a pooled deployment waited for their minute.

    Args:
        served: The run under ``flows.schedule``.
        pooled: The run under a worker.
        paused: Whether stopping ``flows.schedule`` paused its deployment.
        folder: Where both ran; each wrote the folder of its name.
    """

    served: dict[str, Any]
    pooled: dict[str, Any]
    paused: bool
    folder: Path


@pytest.fixture(scope="module")
def fired(server: Server, seeds: Path, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Fired:
    """Both deployments on a schedule of once a minute, until each has run once; nothing is triggered by hand."""
    folder = tmp_path_factory.mktemp("scheduled")
    shutil.copytree(seeds, folder / "news")
    plan = {"cron": "* * * * *", "inputs": ["news"], "out": "served"}
    (folder / "config.yaml").write_text(yaml.safe_dump({"schedule": plan}))
    serve = [sys.executable, "-m", "flows.schedule", "--config", "config.yaml"]
    prefect = [sys.executable, "-m", "prefect", "--no-prompt"]

    def call(*arguments: str) -> None:
        done = subprocess.run(
            [*prefect, *arguments], env=server.environment, cwd=root, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    with ExitStack() as running:
        running.enter_context(background(serve, server.environment, folder / "serve.log", folder))
        call("work-pool", "create", "--type", "process", "news")
        inputs = json.dumps([str(folder / "news")])
        call("deploy", "--name", "nightly-pool", "--cron", "* * * * *",
             "--param", f"inputs={inputs}", "--param", f"out={folder / 'pooled'}")  # fmt: skip
        worker = [*prefect, "worker", "start", "--pool", "news"]
        running.enter_context(background(worker, server.environment, folder / "worker.log", folder))
        served = ended_run(server, "nightly", folder / "serve.log")
        pooled = ended_run(server, "nightly-pool", folder / "worker.log")
    return Fired(served=served, pooled=pooled, paused=deployment(server, "nightly")["paused"], folder=folder)


def ended_run(server: Server, name: str, log: Path) -> dict[str, Any]:
    """The first run of a deployment that has ended."""

    def ended() -> dict[str, Any] | None:
        states = {"COMPLETED", "FAILED", "CRASHED"}
        return next((run for run in server.runs(deployment=name) if run["state_type"] in states), None)

    return wait_for(ended, DUE_SECONDS, f"ended run of {name}", log)


def deployment(server: Server, name: str) -> dict[str, Any]:
    """A deployment as the server knows it."""
    answer = httpx.get(f"{server.url}/deployments/name/detect-stories/{name}", timeout=30)
    answer.raise_for_status()
    found = answer.json()
    assert isinstance(found, dict)
    return found


@pytest.mark.prefect
@pytest.mark.slow
@pytest.mark.parametrize("how", ["served", "pooled"])
def test_a_scheduled_run_fires_and_succeeds(fired: Fired, how: str) -> None:
    run = getattr(fired, how)
    assert run["auto_scheduled"] is True
    assert (run["state_type"], run["state"]["message"]) == ("COMPLETED", "5 articles, 3 stories.")
    assert run["name"].startswith(f"news → {how}, 20")
    assert set(run["tags"]) >= {"dedup", "scheduled"}
    manifest = json.loads((fired.folder / how / "run.json").read_text())
    assert manifest["counts"]["articles"] == 5


@pytest.mark.prefect
@pytest.mark.slow
@pytest.mark.parametrize("how", ["served", "pooled"])
def test_its_task_runs_are_the_stages(server: Server, fired: Fired, how: str) -> None:
    tasks = server.tasks(getattr(fired, how)["id"])
    assert [(task["name"], task["state_type"]) for task in tasks] == [(stage, "COMPLETED") for stage in pipeline.STAGES]


@pytest.mark.prefect
@pytest.mark.slow
@pytest.mark.parametrize("how", ["served", "pooled"])
def test_its_artifacts_can_be_read_back(server: Server, fired: Fired, how: str) -> None:
    shown = server.artifacts(getattr(fired, how)["id"])
    assert set(shown) == {*("dedup-stories", "dedup-outlets", "dedup-framing", "dedup-summary", "dedup-progress")}
    assert [row["articles"] for row in json.loads(shown["dedup-stories"]["data"])] == [2, 2, 1]
    assert "- `reworded` " in shown["dedup-framing"]["data"]


@pytest.mark.prefect
@pytest.mark.slow
def test_stopping_pauses_the_schedule_and_starting_resumes_it(server: Server, fired: Fired) -> None:
    assert fired.paused is True
    serve = [sys.executable, "-m", "flows.schedule", "--set", "schedule.cron=0 0 1 1 *"]
    log = fired.folder / "again.log"
    with background(serve, server.environment, log, fired.folder):
        wait_for(lambda: not deployment(server, "nightly")["paused"] or None, 60, "resumed deployment", log)
