"""``dedup history`` and ``dedup report``.

In: the folder of a store. Out: figures, faults and files. Must not know what a history is made of.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from dedup.cli.progress import shown_progress
from dedup.cli.streams import messages, tell, write_json, write_text
from dedup.config import Config
from dedup.errors import UsageError
from dedup.report.printable import printable
from dedup.store.times import parse_time

_UNITS: Final = {"h": "hours", "d": "days", "w": "weeks"}
_FAULTY: Final = 1


def moment_of(text: str, now: datetime | None = None) -> datetime:
    """The time that ``7d``, ``12h``, ``2w`` ago was, or that a date says.

    Args:
        text: What the user wrote.
        now: The present.

    Raises:
        UsageError: It is neither, or it was before the first date there is.

    Examples:
        >>> moment_of("2d", datetime(2026, 3, 3, tzinfo=UTC)).isoformat()
        '2026-03-01T00:00:00+00:00'
        >>> moment_of("2026-03-01").isoformat()
        '2026-03-01T00:00:00+00:00'
    """
    if ago := re.fullmatch(r"(\d+(?:\.\d+)?)\s*([hdw])", text.strip()):
        try:
            return (now or datetime.now(UTC)) - timedelta(**{_UNITS[ago[2]]: float(ago[1])})
        except OverflowError:
            expected = "a time after it, such as 7d, 12h, 2w, or a date such as 2026-03-01"
            raise UsageError("was before the year 1", where=text, expected=expected) from None
    moment = parse_time(text)
    if isinstance(moment, str):
        raise UsageError("is no time", where=text, expected="7d, 12h, 2w, or a date such as 2026-03-01")
    return moment


def show_information(store: Path, *, as_json: bool) -> None:
    """Write size, contents and settings of a history.

    Args:
        store: Folder of the store.
        as_json: Write one line of JSON.
    """
    from dedup.store.history.upkeep import information

    known = information(store)
    if as_json:
        write_json(known)
        return
    plain = {name: _shown(value) for name, value in known.items() if name != "specification"}
    plain["bytes"] += f" ({known['bytes'] / 2**20:,.1f} MiB)"
    for name in plain.keys() & {"first", "last", "last_run"}:
        plain[name] = _minute(known[name])
    width = max(map(len, plain))
    write_text("".join(f"{name.replace('_', ' '):<{width}}  {value}\n" for name, value in plain.items()))


def show_faults(store: Path) -> int:
    """Say what is wrong in a history; returns 1 if anything is."""
    from dedup.store.history.upkeep import faults, remedies

    found = faults(store)
    if not found:
        write_text("The history is whole.\n")
        return 0
    write_text("".join(f"{fault}: {n:,}\n" for fault, n in found.items()))
    tell("The history is damaged.")
    for remedy in remedies(store):
        tell(printable(remedy))
    return _FAULTY


def prune_history(store: Path, older_than: str) -> None:
    """Let go what is older than a time."""
    from dedup.store.history.upkeep import prune
    from dedup.store.locks import store_lock

    before = moment_of(older_than)
    with store_lock(store, holder="dedup history prune"):
        gone = prune(store, before)
    write_text(
        f"Let go {gone.articles:,} articles of {gone.stories:,} stories, older than {before:%Y-%m-%d %H:%M} UTC.\n"
    )


def export_history(store: Path, out: Path | None) -> None:
    """Write the tables as Parquet."""
    from dedup.store.history.exports import QUERIES, export

    written = export(store, out)
    write_text(f"Written to {written}: {', '.join(f'{name}.parquet' for name in QUERIES)}\n")


def verify_history(store: Path, config: Config) -> int:
    """Compute anew and compare; returns 1 if anything differs."""
    from dedup.rebuilding import differing

    found = differing(store, config)
    for what, ids in found.items():
        write_text(f"{what} of {len(ids):,} articles differ, the first: {ids[0]}\n")
    if found:
        tell(f"Bring the history up to date: dedup history rebuild --store {store}")
        return _FAULTY
    write_text("All that is kept is what would be computed today.\n")
    return 0


def rebuild_history(store: Path, config: Config) -> None:
    """Make a history anew, with progress."""
    from dedup.rebuilding import n_batches, rebuild
    from dedup.runners import REBUILDING_STAGES

    def told(done: int, of_all: int) -> None:
        tell(f"{done:,} of {of_all:,} articles matched anew")

    with shown_progress(messages(), REBUILDING_STAGES * n_batches(store, config), quiet=False) as runner:
        done = rebuild(store, config, runner, told)
    write_text(f"Made anew: {done.articles:,} articles in {done.stories:,} stories, {done.renamed:,} of them merged.\n")


def write_report(store: Path, since: str, out: Path, config: Config) -> None:
    """Write the report of what happened since a time: one page, or a folder as of a run."""
    from dedup.reviewing import left_out, review

    told = review(store, moment_of(since), out, config)
    write_text(
        f"{told.stories.height:,} stories of {told.members.height:,} articles since {since}. Written to {out}.\n"
    )
    for warning in left_out(told, out, config):
        tell(f"Warning: {warning}")


def _minute(moment: str | None) -> str:
    return "-" if moment is None else f"{datetime.fromisoformat(moment):%Y-%m-%d %H:%M} UTC"


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else str(value)
