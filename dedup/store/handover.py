"""The step between a batch that is in the history and the folder that shows it.

In: a run that was written and waits beside its folder, and whether its batch was committed. Out: the run in its place,
or gone. Must not know how either is made.

A history and a folder cannot change in one step. So the folder is written first and waits, then the batch is
committed, then the folder takes its place. Whoever is killed between the two leaves a folder that waits and says of
which run it is: the next run, or the next look at an inbox, asks the history and finishes what was begun.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from dedup.schemas import SCHEMA_VERSION
from dedup.store.folders import discard_folder, publish_folder, sync, told, waiting_folder, waiting_folders
from dedup.store.outputs import StoredRun, read_run
from dedup.store.records import json_document
from dedup.store.targets import MARK


def publish(out: Path, manifest: Mapping[str, Any]) -> None:
    """Put the run that waits in its place.

    Args:
        out: Its folder, which this process must hold.
        manifest: For ``run.json``, by now with what the commit took.

    Raises:
        OutputError: It cannot be put there; it still waits.
    """
    waiting = waiting_folder(out)
    with told(out, "The batch is in the store. Run it again, and the folder is written."):
        fresh = waiting / f".{MARK}"
        fresh.write_bytes(json_document({"schema_version": SCHEMA_VERSION, **manifest}))
        sync(fresh)
        fresh.replace(waiting / MARK)
    publish_folder(out)


def waiting_runs(parent: Path) -> dict[Path, str]:
    """The folders within ``parent`` for which a run that was killed left one that waits, and the ``run_id`` of each."""
    return {out: _run_id(out) for out in waiting_folders(parent)}


def settled(out: Path, committed: Callable[[str], bool]) -> StoredRun | None:
    """Finish what a killed run began: the run that waits takes its place if its batch is in the history, or goes.

    Args:
        out: The folder, which this process must hold.
        committed: Whether the history has the batch of a run, by ``run_id``.

    Returns:
        The run, if one waited and its batch is there; else None.
    """
    waiting = waiting_folder(out)
    if not waiting.is_dir():
        return None
    run_id = _run_id(out)
    if not run_id or not committed(run_id):
        discard_folder(out)
        return None
    # Killed between two steps of publishing, it may have left the manifest twice.
    (waiting / f".{MARK}").unlink(missing_ok=True)
    publish_folder(out)
    return read_run(out)


def _run_id(out: Path) -> str:
    """Of the run that waits for its place at ``out``; empty where it was being removed when its run was killed."""
    try:
        return str(json.loads((waiting_folder(out) / MARK).read_bytes())["run_id"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
