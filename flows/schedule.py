"""The scheduled batch: a deployment made from ``config.yaml``, and the process that runs it when it is due.

In: the ``schedule`` branch and the settings of the batch. Out: a deployment in a Prefect server, served until the
process is stopped. Must not know what the batch does.

    prefect server start                       # once, anywhere; then, with PREFECT_API_URL set to its address:
    python -m flows.schedule                   # or: dedup serve

``prefect.yaml`` deploys the same flow to a work pool instead.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, cast

from prefect import get_client
from prefect import serve as serve_deployments
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.settings import PREFECT_API_URL
from prefect.types.entrypoint import EntrypointType

from dedup.config import Config
from dedup.errors import ConfigError, DedupError
from dedup.settings import load_config
from flows.detect import detect
from flows.notices import remember_command

WHERE_AND_WHEN: Final = {"name", "cron", "timezone", "inputs", "out", "store", "inbox", "on_failure"}
"""What of the ``schedule`` branch is no setting of the batch; ``on_failure`` must never be one, see ``notices``."""


def batch_parameters(config: Config) -> dict[str, Any]:
    """The flow's parameters for a scheduled run.

    Args:
        config: All settings.

    Returns:
        Absolute paths, so that it does not matter where the run is started, and the settings that differ from the
        defaults, so that the run's page shows what somebody chose.

    Examples:
        >>> config = Config.model_validate({"match": {"max_bucket": 32}, "schedule": {"inputs": ["/news/*.jsonl"]}})
        >>> parameters = batch_parameters(config)
        >>> parameters["inputs"], parameters["config"]
        (['/news/*.jsonl'], {'match': {'max_bucket': 32}})
    """
    kept = {
        name: str(Path.cwd() / given)
        for name, given in (("store", config.schedule.store), ("inbox", config.schedule.inbox))
        if given is not None
    }
    # A branch of which all that was chosen is left out would stand there empty.
    chosen = config.model_dump(mode="json", exclude={"schedule": WHERE_AND_WHEN}, exclude_defaults=True)
    return {
        "inputs": [] if "inbox" in kept else [str(Path.cwd() / each) for each in config.schedule.inputs],
        "out": str(Path.cwd() / config.schedule.out),
        "config": {name: branch for name, branch in chosen.items() if branch},
        **kept,
    }


def scheduled_deployment(config: Config) -> RunnerDeployment:
    """The deployment that ``serve`` registers; making it calls no server.

    One run at a time: a run that would start while another is running is dropped, not queued, because the next one
    reads the same folders anyway. A run that died gives its place back when its lease ends.

    Args:
        config: All settings; ``config.schedule`` says name, cron, time zone and paths.

    Raises:
        ConfigError: The cron expression is not one.
    """
    plan = config.schedule
    try:
        schedule = Cron(plan.cron, timezone=plan.timezone)
    except ValueError:
        raise ConfigError(
            "is not a cron expression",
            where="schedule.cron",
            got=plan.cron,
            expected="five fields such as '0 2 * * *'",
        ) from None
    deployment = detect.to_deployment(
        name=plan.name,
        schedule=schedule,
        parameters=batch_parameters(config),
        tags=["dedup", "scheduled"],
        description=f"Reads {plan.inbox or ', '.join(plan.inputs)}; writes {plan.out}.",
        # NOTE: stopping the server process pauses the deployment; without this, starting it again leaves it paused.
        paused=False,
        concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    return cast("RunnerDeployment", deployment)  # a coroutine only where an event loop runs, and none does here


def serve(config: Config) -> None:
    """Register the scheduled batch and run it whenever it is due, until this process is stopped.

    Stopping it (Ctrl-C or SIGTERM) pauses the schedule, so that no late runs pile up; starting it again resumes it.

    Args:
        config: All settings.

    Raises:
        ConfigError: The cron expression is not one.
        DedupError: There is no Prefect server to register with.
    """
    deployment = scheduled_deployment(config)
    _require_server()
    remember_command(config.schedule.on_failure)
    serve_deployments(deployment, limit=1)


def _require_server() -> None:
    url = PREFECT_API_URL.value()
    hint = "Start one with 'prefect server start' and set PREFECT_API_URL=http://127.0.0.1:4200/api."
    if not url:
        # Prefect would start a temporary server here, which has no scheduler: nothing would ever run.
        raise DedupError("no Prefect server to schedule with", where="PREFECT_API_URL", hint=hint)
    with get_client(sync_client=True) as client:
        fault = client.api_healthcheck()
    if fault is not None:
        raise DedupError("the Prefect server does not answer", where=url, got=str(fault), hint=hint)


def main(arguments: Sequence[str] | None = None) -> int:
    """``python -m flows.schedule``: serve the batch that a settings file describes.

    Args:
        arguments: The command line without the program's name; None takes the process's own.

    Returns:
        The exit code: 0 stopped, 1 no server, 2 wrong settings.
    """
    parser = argparse.ArgumentParser(prog="python -m flows.schedule", description="Serve the scheduled batch.")
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings; config.yaml if there is one")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", dest="overrides", help="one setting")
    chosen = parser.parse_args(arguments)
    try:
        serve(load_config(chosen.config, chosen.overrides))
    except DedupError as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
