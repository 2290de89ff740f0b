"""The files of an inbox, each a batch, oldest first: what was not done yet is done, and nothing twice.

In: an inbox, a store, settings. Out: a run for every new file, and an entry in the store's ledger for each. Must not
know how a batch is matched.

A run for every file, and not one for all: a file is a transaction, one that cannot be used costs the others nothing,
and after a month of downtime memory is that of the largest file. ``dedup report --since`` shows what they came to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from dedup import pipeline
from dedup.config import Config
from dedup.errors import DedupError, InputError, SchemaError, UnreadInputError
from dedup.manifest import utc_now
from dedup.pipeline import Run
from dedup.store.handover import waiting_runs
from dedup.store.history.ledger import DONE, FAILED, InboxFile, enter_failure, is_as_found, ledger_of
from dedup.store.inbox import NEW, WAITING, Found, files_of_inbox, is_readable
from dedup.store.locks import store_lock
from dedup.store.targets import check_apart, check_store

_HASH_DIGITS: Final = 8
_NAME_CHARACTERS: Final = 80


@dataclass(frozen=True)
class Caught:
    """What became of one file.

    Args:
        found: The file as it was found.
        outcome: ``done``, ``failed``, or ``waiting`` where it changed, went away or could not be read in its turn.
        reason: Why it failed or waits.
        run: Its run; None unless it is done.
    """

    found: Found
    outcome: str
    reason: str = ""
    run: Run | None = None


def call_batch(_found: Found, batch: Callable[[], Run]) -> Run:
    """The plain way to run a file."""
    return batch()


@dataclass(frozen=True)
class CaughtUp:
    """What came of one round.

    Args:
        files: Every file that was run, in that order, those first that were done by a run that was killed before its
            output was in its place, which it is now.
        left: Files that are left for the next time: those that may still be written, or cannot be read now.
    """

    files: list[Caught]
    left: list[Found]


def catch_up(
    inbox: Path,
    out: Path,
    config: Config,
    store: Path,
    *,
    again: Collection[str] = (),
    runner: pipeline.Runner = pipeline.call_directly,
    called: Callable[[Found, Callable[[], Run]], Run] = call_batch,
) -> CaughtUp:
    """Run every new file of ``inbox`` as a batch of ``store``.

    Args:
        inbox: The folder.
        out: Folder in which every file gets a folder of a run.
        config: All settings; ``schedule.settle_seconds`` says how long a file must have been left alone.
        store: Folder of the history.
        again: Names of files to run whatever the ledger says.
        runner: How each stage is called.
        called: How each file's run is called.

    Returns:
        What became of the files. One whose content cannot be used is entered as failed and the next one is run; it is
        not tried again until somebody asks for it. One that is no longer what it was when its turn comes, or cannot be
        read then, is left for the next time.

    Raises:
        OutputError: ``out``, or the export of ``store``, lies in the inbox, whose next round would read it, or ``out``
            and ``store`` in one another.
        DedupError: Whatever else stops more than one file: a lock, a disk, settings. The file at work stays new.
    """
    check_store(store, out)
    check_apart(out, [inbox])
    if config.history.export:
        check_apart(store, [inbox], "--store")
    caught: list[Caught] = []
    # Held from the first look at the ledger to the last entry: of two at once, the second finds what the first did.
    with store_lock(store / "inbox", config.history.wait_seconds, "dedup run --inbox"):
        done_now: set[str] = set()
        ledger = ledger_of(store)
        files = files_of_inbox(inbox, ledger, config.schedule.settle_seconds, again)
        # A run of the same content finds what waits for its folder by itself.
        theirs = {out / folder_of(found) for found in files if found.state == NEW}
        caught += _finished(out, theirs, ledger, inbox, config, store)
        for found in files:
            if found.state != NEW or found.file is None or found.file.sha256 in done_now:
                continue
            done_now.add(found.file.sha256)
            caught.append(_run(found, found.file, out, config, store, runner, called))
    return CaughtUp(caught, [each for each in files if each.state == WAITING or each.is_unread])


def folder_of(found: Found) -> str:
    """Name of the folder of a file's run: readable, and another for every content.

    Examples:
        >>> file = InboxFile("/inbox/wire/monday 1.jsonl", 10, 0, "0123456789abcdef")
        >>> folder_of(Found("wire/monday 1.jsonl", Path("wire/monday 1.jsonl"), NEW, file=file))
        'wire-monday-1-01234567'
    """
    stem = found.name.partition(".")[0] or "file"
    digest = found.file.sha256 if found.file else ""
    return f"{re.sub(r'[^A-Za-z0-9_]+', '-', stem)[:_NAME_CHARACTERS]}-{digest[:_HASH_DIGITS]}"


def _finished(
    out: Path, but: Collection[Path], ledger: pl.DataFrame, inbox: Path, config: Config, store: Path
) -> list[Caught]:
    """Show what was committed by runs that were killed before they could, whatever their files are called by now."""
    entered = dict(ledger.filter(outcome=DONE).select("run_id", "path").iter_rows())
    caught = []
    for folder, run_id in waiting_runs(out).items():
        if folder in but or run_id not in entered:  # that of another store is none of ours
            continue
        path = Path(entered[run_id])
        name = str(path.relative_to(root) if path.is_relative_to(root := inbox.resolve()) else path)
        run = pipeline.finish(folder, config, store)
        caught += [] if run is None else [Caught(Found(name, path, DONE), DONE, run=run)]
    return caught


def _run(
    found: Found,
    file: InboxFile,
    out: Path,
    config: Config,
    store: Path,
    runner: pipeline.Runner,
    called: Callable[[Found, Callable[[], Run]], Run],
) -> Caught:
    def batch() -> Run:
        target = out / folder_of(found)
        return pipeline.run([found.path], target, config, store=store, file=file, runner=runner)

    def enter(reason: str) -> None:
        with store_lock(store, config.history.wait_seconds, "dedup run --inbox"):
            enter_failure(store, file, utc_now(), reason)

    try:
        run = called(found, batch)
    except InputError as error:
        # Not every reader says of a fault of the disk that it is one, so what failed is read once more.
        if isinstance(error, UnreadInputError) or not is_as_found(file, found.path) or not is_readable(found):
            return Caught(found, WAITING, str(error))
        enter(str(error))
        return Caught(found, FAILED, str(error))
    except (DedupError, OSError) as error:
        if isinstance(error, SchemaError):
            enter(f"{type(error).__name__}: {error}")
        raise
    except Exception as error:  # a bug that this file shows: the next time begins after it
        enter(f"{type(error).__name__}: {error}")
        raise
    return Caught(found, DONE, run=run)
