"""The files of an inbox, and which of them wait to be done.

In: a folder into which others put files, the ledger of what was done. Out: every file with its state, oldest first.
Must not know what a batch is.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from dedup.errors import InputError, UsageError
from dedup.store.files import UNREADABLE, Rejection, files_in, legal_text, unreadable
from dedup.store.history.ledger import InboxFile
from dedup.store.readers import is_known

NEW: Final = "new"
WAITING: Final = "waiting"
IGNORED: Final = "ignored"


@dataclass(frozen=True)
class Found:
    """A file of an inbox.

    Args:
        name: Its path below the inbox.
        path: The path to open.
        state: ``new``, ``waiting`` (it may still be written), ``done``, ``failed`` or ``ignored`` (no reader for it, or
            it cannot be read now).
        reason: Why it failed or is ignored.
        file: What the ledger knows it by; None where nothing was read of it.
    """

    name: str
    path: Path
    state: str
    reason: str = ""
    file: InboxFile | None = None

    @property
    def is_unread(self) -> bool:
        """Whether it cannot be read now, which says nothing of the next time."""
        return self.state == IGNORED and self.reason.startswith(f"{UNREADABLE}:")


def files_of_inbox(
    inbox: Path, ledger: pl.DataFrame, settle_seconds: float, again: Collection[str] = ()
) -> list[Found]:
    """Every file of an inbox, oldest first by its last change, ties by name.

    A file is known by its content: renamed, or put there once more, it stays done. One of the same path, size and time
    of change as in the ledger is not read again to find that out. The same content twice counts once.

    Args:
        inbox: The folder.
        ledger: As ``ledger_of`` gives it.
        settle_seconds: A file that changed less than so long ago is still waited for.
        again: Names or paths of files that are new whatever the ledger says, and however lately they changed.

    Raises:
        InputError: There is no such folder.
        UsageError: ``again`` names a file that is not there, or that nobody reads.
    """
    if not inbox.is_dir():
        raise InputError("no such folder", where=legal_text(str(inbox)), hint="Make it; files put there are batches.")
    rows = ledger.to_dicts()
    ended = {row["sha256"]: row for row in rows}
    seen = {(row["path"], row["size"], row["changed_ns"]): row["sha256"] for row in rows}
    found: list[tuple[int, Found]] = []
    asked: set[str] = set()
    for each in files_in(inbox, is_known):
        if isinstance(each, Rejection):
            found.append((0, Found(_name(Path(each.where), inbox), Path(each.where), IGNORED, each.reason)))
            continue
        name = _name(each.path, inbox)
        try:
            about = each.path.stat()
        except OSError as error:  # it went away meanwhile
            found.append((0, Found(name, each.path, IGNORED, unreadable(error))))
            continue
        real = legal_text(os.path.realpath(each.path))
        hashed = seen.get((real, about.st_size, about.st_ctime_ns))
        # NOTE: the time of change and not that of the content, which copying tools set back to the original's.
        called = {name, legal_text(str(each.path)), real} & {*again}
        asked |= called
        if hashed is None and not called and 0 <= time.time() - about.st_ctime < settle_seconds:
            found.append((about.st_ctime_ns, Found(name, each.path, WAITING)))
            continue
        try:
            hashed = hashed or _sha256(each.path)
        except OSError as error:  # one file that cannot be read costs the others nothing
            found.append((about.st_ctime_ns, Found(name, each.path, IGNORED, unreadable(error))))
            continue
        file = InboxFile(real, about.st_size, about.st_ctime_ns, hashed)
        before = None if called else ended.get(hashed)
        state, reason = (NEW, "") if before is None else (before["outcome"], before["reason"])
        found.append((about.st_ctime_ns, Found(name, each.path, state, reason, file)))
    ignored = [
        each for _, each in found if each.state == IGNORED and {each.name, legal_text(str(each.path))} & {*again}
    ]
    if ignored:
        hint = "Mend it or leave it out; the other files were not run either."
        raise UsageError("cannot be run", where=ignored[0].name, got=ignored[0].reason, hint=hint)
    missing = sorted(set(again) - asked)
    if missing:
        raise UsageError("no such file in the inbox", where=missing[0], hint="Name it as 'dedup history inbox' does.")
    return [each for _, each in sorted(found, key=lambda one: (one[0], one[1].name))]


def is_readable(found: Found) -> bool:
    """Whether all of a file can be read now and is what was found; otherwise no verdict on it means anything."""
    try:
        return found.file is not None and _sha256(found.path) == found.file.sha256
    except OSError:
        return False


def _name(path: Path, inbox: Path) -> str:
    return legal_text(str(path.relative_to(inbox)))


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
