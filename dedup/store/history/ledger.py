"""What was done with the files of an inbox.

In: a file as it was found, how its batch ended. Out: the entry in the history; all entries. Must not know how files are
found or batches run.

An entry is never changed: a file that is done again has two, and the last one counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import polars as pl

from dedup.errors import InputError, UnreadInputError
from dedup.frames import TIME
from dedup.store.articles import Read
from dedup.store.history.database import FILE, Database, database

DONE: Final = "done"
FAILED: Final = "failed"
COLUMNS: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "path": pl.String,
    "size": pl.Int64,
    "sha256": pl.String,
    "changed_ns": pl.Int64,
    "run_id": pl.String,
    "ended_at": TIME,
    "outcome": pl.String,
    "reason": pl.String,
}


@dataclass(frozen=True)
class InboxFile:
    """A file of an inbox as it was found.

    Args:
        path: Where, links resolved, legal as UTF-8.
        size: Bytes.
        changed_ns: When its content or its name last changed, in nanoseconds since 1970.
        sha256: Hash of its content, hexadecimal.
    """

    path: str
    size: int
    changed_ns: int
    sha256: str


def enter(history: Database, file: InboxFile, run_id: str, at: datetime, outcome: str, reason: str = "") -> None:
    """Add an entry; inside the transaction of the batch where there is one.

    Args:
        history: Open for writing.
        file: The file.
        run_id: The run; empty where it failed.
        at: When.
        outcome: ``DONE`` or ``FAILED``.
        reason: Why it failed.
    """
    values = (file.path, file.size, file.sha256, file.changed_ns, run_id, at, outcome, reason)
    history.run("INSERT INTO inbox VALUES (?, ?, ?, ?, ?, ?, ?, ?)", *values)


def is_as_found(file: InboxFile, path: Path) -> bool:
    """Whether a file, at the path to open it by, is there and has not changed since it was found."""
    try:
        about = path.stat()
    except OSError:
        return False
    return (about.st_size, about.st_ctime_ns) == (file.size, file.changed_ns)


def check_as_found(file: InboxFile, path: Path) -> None:
    """Refuse a file that is not what it was found to be, which would be done under the hash of what nobody has read.

    Raises:
        UnreadInputError: It changed, or it is not there.
    """
    if not is_as_found(file, path):
        raise UnreadInputError("changed before it was read", where=file.path, hint="It is found anew by the next run.")


def check_usable(read: Read, file: InboxFile, path: Path) -> None:
    """Refuse a file that was not read as it was found, and one of which nothing could be used.

    As a batch of nothing, or of the part before a fault of the disk, it would be done, and nobody would look.

    Raises:
        UnreadInputError: It changed while it was read, or the system could not read all of it.
        InputError: Nothing in it can be used; the text has the first reason.
    """
    check_as_found(file, path)
    if read.of_disk:
        raise UnreadInputError(
            "could not be read to its end", where=file.path, got=read.of_disk[0], hint="The next run tries it again."
        )
    if read.articles.is_empty() and read.skipped.height:
        reason = str(read.skipped["reason"][0])
        raise InputError("no article in it can be used", where=file.path, got=reason)


def entries(history: Database) -> pl.DataFrame:
    """All entries in the order they were made; none in a history from before there were any."""
    if not history.value("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'inbox'"):
        return pl.DataFrame(schema=COLUMNS)
    return history.frame("FROM inbox ORDER BY rowid")


def ledger_of(folder: Path) -> pl.DataFrame:
    """All entries of the store in a folder, in the order they were made; none where nothing has begun yet.

    Args:
        folder: Folder of the store.
    """
    if not (folder / FILE).is_file():
        return pl.DataFrame(schema=COLUMNS)
    with database(folder) as history:
        return entries(history)


def enter_failure(folder: Path, file: InboxFile, at: datetime, reason: str) -> None:
    """Note that a file could not be used, in a transaction of its own; its history must have begun.

    Args:
        folder: Folder of the store.
        file: The file.
        at: When.
        reason: What the error said.
    """
    with database(folder, write=True) as history:
        enter(history, file, "", at, FAILED, reason)
