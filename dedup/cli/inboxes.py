"""``dedup run --inbox`` and ``dedup history inbox``.

In: an inbox, a store, settings. Out: a run for every new file; what became of each, on stdout. Must not know how files
are told apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dedup.cli.outcomes import DONE_WITH_REJECTED, needing_prefect
from dedup.cli.progress import shown_progress
from dedup.cli.rejected import MAX_TOLD, rejected
from dedup.cli.running import Switches, tell_found
from dedup.cli.streams import messages, tell, write_json, write_text
from dedup.config import Config
from dedup.errors import DedupError, UsageError
from dedup.report.printable import printable

if TYPE_CHECKING:
    from dedup.catching_up import Caught, CaughtUp
    from dedup.store.inbox import Found

NOTHING_NEW: Final = "Nothing new in the inbox."


def run_inbox(
    inbox: Path | None, out: Path, config: Config, switches: Switches, *, inputs: Sequence[str], again: Sequence[str]
) -> int:
    """Run every new file of an inbox and say what became of each.

    Args:
        inbox: The folder.
        out: Folder in which every file gets the folder of a run.
        config: All settings.
        switches: How it is called.
        inputs: Must be empty: the inbox is the input.
        again: Names of files to run whatever the ledger says.

    Returns:
        Exit status: 0, or 3 if a file failed or some of its articles were rejected.

    Raises:
        DedupError: Whatever stopped more than one file.
    """
    if inbox is None or switches.store is None or inputs:
        raise UsageError(
            "--inbox needs --store, which keeps what was done, and takes the place of INPUT",
            hint="dedup run --store STORE --inbox FOLDER [--again FILE]",
        )
    if switches.profile is not None or switches.certify:
        raise UsageError(
            "--inbox knows no --profile and no --certify", hint="Run one file: dedup run FILE --store STORE"
        )
    if switches.with_prefect:
        caught_up = _run_flow(inbox, out, config, switches.store, again)
    else:
        caught_up = _run_here(inbox, out, config, switches.store, again, quiet=switches.quiet)
    caught = caught_up.files
    for each in caught:
        if switches.as_json:
            write_json(_row(each))
        else:
            write_text(_line(each) + "\n")
        if each.run is not None and not switches.quiet:
            tell_found(each.run, each.run.out)
    if not switches.quiet:
        _tell_left(caught_up.left, config.schedule.settle_seconds, nothing_run=not caught)
    clean = all(
        each.outcome != "failed" if each.run is None else not rejected(each.run.skipped).height for each in caught
    )
    return 0 if clean else DONE_WITH_REJECTED


def _run_here(inbox: Path, out: Path, config: Config, store: Path, again: Sequence[str], *, quiet: bool) -> CaughtUp:
    from dedup.catching_up import catch_up
    from dedup.runners import STORE_STAGES
    from dedup.workers import at_work

    with at_work(config.engine.n_threads), shown_progress(messages(), STORE_STAGES, quiet=quiet) as runner:
        return catch_up(inbox, out, config, store, again=again, runner=runner)


def _run_flow(inbox: Path, out: Path, config: Config, store: Path, again: Sequence[str]) -> CaughtUp:
    with needing_prefect():
        from flows.catching_up import hearing
        from flows.detect import run_flow
    heard: list[CaughtUp] = []
    try:
        with hearing(heard):
            run_flow([], out, config, store=store, inbox=inbox, again=again)
    except DedupError:
        if not heard:  # else a file failed, which is told with the others
            raise
    return heard[0]


def _tell_left(left: Sequence[Found], settle: float, *, nothing_run: bool) -> None:
    """Tell which files are left for the next time, and why."""
    unread = [each for each in left if each.is_unread]
    waiting = [each.name for each in left if not each.is_unread]
    for each in unread[:MAX_TOLD]:
        tell(printable(f"Left for the next time: {each.name}: {each.reason}"))
    if len(unread) > MAX_TOLD:
        tell(f"Left for the next time: {len(unread) - MAX_TOLD:,} more; 'dedup history inbox --inbox' lists them all")
    if waiting:
        files = "1 file" if len(waiting) == 1 else f"{len(waiting):,} files, the first"
        tell(printable(f"Waiting to settle for {settle:g} s (schedule.settle_seconds): {files}: {waiting[0]}"))
    elif nothing_run and not unread:
        tell(NOTHING_NEW)


def _row(each: Caught) -> dict[str, Any]:
    told: dict[str, Any] = {"file": each.found.name, "outcome": each.outcome, "reason": each.reason}
    if each.run is not None:
        told |= {"run_id": each.run.manifest["run_id"], "out": str(each.run.out), **each.run.manifest["counts"]}
    return told


def _line(each: Caught) -> str:
    name = printable(each.found.name)
    if each.run is None:
        return f"{name}: {each.outcome}. {printable(each.reason)}"
    counts = each.run.manifest["counts"]
    said = f"{counts['new']:,} new articles, {counts['grown']:,} stories grown, {counts['merged']:,} merged"
    return f"{name}: {said}. Written to {printable(str(each.run.out))}"


def show_ledger(store: Path, inbox: Path | None, config: Config, *, as_json: bool) -> None:
    """Write what was done with files, one line each, and what waits in ``inbox``.

    Args:
        store: Folder of the store.
        inbox: A folder whose files are listed, too, unless they are done.
        config: For ``schedule.settle_seconds``.
        as_json: Write JSON lines.
    """
    from dedup.store.history.ledger import DONE, ledger_of
    from dedup.store.inbox import files_of_inbox

    ledger = ledger_of(store)
    rows = [{**row, "ended_at": row["ended_at"].isoformat()} for row in ledger.to_dicts()]
    if inbox is not None:
        found = files_of_inbox(inbox, ledger, config.schedule.settle_seconds)
        waits = [each for each in found if each.state not in {DONE, "failed"}]
        rows += [{"path": each.name, "outcome": each.state, "reason": each.reason} for each in waits]
    for row in rows:
        if as_json:
            write_json(row)
            continue
        when = f"{row['ended_at'][:16]}  " if "ended_at" in row else ""
        reason = f"  {row['reason']}" if row["reason"] else ""
        write_text(printable(f"{when}{row['outcome']:<7}  {row['path']}{reason}") + "\n")
    if not rows:
        tell("No file of an inbox was run yet.")
