"""Tell somebody that a scheduled batch failed.

In: a flow run that failed, and the command of ``schedule.on_failure``. Out: the command, run with the facts as JSON on
its standard input. Must not know what a batch does.

The command never is a parameter of the flow: whoever may start a run in Prefect could otherwise run anything here. The
process that runs the batch has it in its environment; ``dedup serve`` puts it there.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from typing import Any, Final

from prefect import Flow, State
from prefect.client.schemas.objects import FlowRun
from prefect.logging import get_logger

VARIABLE: Final = "DEDUP_ON_FAILURE"
"""Environment variable with the command, a JSON list of words, an empty one for none; no shell reads it."""
SECONDS: Final = 60
"""How long the command may take."""


def remember_command(command: Sequence[str]) -> None:
    """Hand the command to the processes that this one starts."""
    if command:
        os.environ[VARIABLE] = json.dumps(list(command))


def facts_of(flow_name: str, run: Any, state: State[Any]) -> dict[str, Any]:
    """What the command is told.

    Args:
        flow_name: The flow.
        run: The flow run, with ``id``, ``name`` and ``parameters``.
        state: The state in which it ended.
    """
    named = {name: run.parameters.get(name) for name in ("inputs", "inbox", "store", "out")}
    told = {"flow": flow_name, "flow_run_id": str(run.id), "flow_run": run.name}
    return {**told, "state": state.name, "message": state.message, **named}


def tell_failure(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """The hook: run the command, if there is one; that it failed itself is a line of the log and nothing more."""
    written = os.environ.get(VARIABLE)
    if not written:
        return
    log = get_logger("dedup.notices")
    facts = json.dumps(facts_of(flow.name, flow_run, state)) + "\n"
    try:
        command = json.loads(written)
        if not command:
            return
        # The command is the owner's own setting, no shell reads it, and article text reaches it on stdin alone.
        done = subprocess.run(  # noqa: S603
            command, input=facts, text=True, capture_output=True, timeout=SECONDS, check=False
        )
    except (OSError, ValueError, TypeError, subprocess.SubprocessError) as fault:
        log.error("%s could not be run: %s", VARIABLE, fault)  # noqa: TRY400  a traceback says no more
        return
    if done.returncode:
        log.error("%s ended with status %d: %s", VARIABLE, done.returncode, done.stderr.strip()[-500:])
