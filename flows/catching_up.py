"""An inbox as a flow run: every new file a batch, each stage of each a task run.

In: an inbox, a store, settings. Out: the state of the flow run, artifacts of the last file and a table of all. Must not
know which files are new: ``dedup.catching_up`` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final

import httpx
from prefect import State, get_run_logger
from prefect.artifacts import create_table_artifact
from prefect.states import Completed, Failed

from dedup.catching_up import Caught, CaughtUp, catch_up
from dedup.config import Config
from dedup.errors import DedupError, SchemaError, UsageError
from dedup.pipeline import Run
from dedup.runners import STORE_STAGES
from dedup.store.history.ledger import FAILED
from dedup.store.inbox import Found
from flows.limits import at_most, waiting_for_lock
from flows.safe_markdown import cell
from flows.showing import Progress, publish
from flows.stages import StageTasks, failed

_HEARD: Final[ContextVar[list[CaughtUp] | None]] = ContextVar("heard", default=None)

_CAPTION: Final = "Files of the inbox that were run, oldest first; last those that cannot be read now"


@contextmanager
def hearing(heard: list[CaughtUp]) -> Iterator[None]:
    """Add to a list of this process what becomes of the files; as a result, Prefect would inspect the frames.

    Args:
        heard: The list.
    """
    token = _HEARD.set(heard)
    try:
        yield
    finally:
        _HEARD.reset(token)


def caught_up(inbox: str | None, out: str, config: Config, store: str | None, again: Sequence[str]) -> State[Any]:
    """Run what is new in an inbox.

    Args:
        inbox: The folder.
        out: Folder in which every file gets a folder of a run.
        config: All settings.
        store: Folder of the history.
        again: Names of files to run whatever became of them.

    Returns:
        A completed state; a failed one if a file failed, with its reason, though all others were run.
    """
    if inbox is None or store is None:
        return failed(UsageError("an inbox needs a store, which keeps what was done", where="inbox"))
    tasks = StageTasks(_unheard)

    def called(found: Found, batch: Callable[[], Run]) -> Run:
        get_run_logger().info("Running %s", found.name)
        tasks.listen(Progress(len(STORE_STAGES)))
        # Only a lock of the store or the output can be met here, before the batch has done anything.
        return waiting_for_lock(batch)

    def batches() -> CaughtUp:
        return catch_up(Path(inbox), Path(out), config, Path(store), again=again, runner=tasks, called=called)

    try:
        with at_most(config.schedule.timeout_minutes):
            caught = waiting_for_lock(batches)
    except SchemaError:
        raise
    except DedupError as error:
        return failed(error)
    if (heard := _HEARD.get()) is not None:
        heard.append(caught)
    return _shown(caught.files, [each for each in caught.left if each.is_unread], out)


def _shown(caught: Sequence[Caught], unread: Sequence[Found], out: str) -> State[Any]:
    for run in [each.run for each in caught if each.run is not None][-1:]:
        publish(run)
    rows = [{"file": cell(each.found.name), "outcome": each.outcome, "reason": cell(each.reason)} for each in caught]
    rows += [{"file": cell(each.name), "outcome": each.state, "reason": cell(each.reason)} for each in unread]
    try:
        create_table_artifact(rows, key="dedup-inbox", description=_CAPTION)
    except httpx.HTTPError as fault:
        get_run_logger().warning("The files were run, but cannot be shown: %s", fault)
    bad = [each for each in caught if each.outcome == FAILED]
    summary = {"out": out, "files": len(caught), "failed": len(bad)}
    done = f"{sum(each.run is not None for each in caught):,} of {len(caught):,} new files done."
    if bad:
        message = f"{done} {bad[0].found.name}: {bad[0].reason} Run it again with 'again'."
        return Failed(message=message, data=DedupError(message))
    return Completed(message=done, data=summary)


def _unheard(_stage: str) -> None:
    """Nobody watches before the first file."""
