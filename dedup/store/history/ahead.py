"""Rows that are in a history ahead of the batch they belong to.

In: a history, open. Out: a number from which on nothing in it counts yet, or none of that any more. Must not know what
a batch brings.

The database holds all that a transaction changes in memory, several times over. So a large batch puts in what it brings
of new articles by many transactions, under numbers that no article in the history has, and the one that puts in the
rest makes them count. Whoever opens a history in which such rows are left of a batch that never came takes them out
before anything is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from dedup.store.history.database import Database

_KEY: Final = "ahead"
_NUMBERED: Final = ("articles", "documents", "terms", "buckets", "lines", "best")


def begin(history: Database, first: int) -> None:
    """Say that rows come ahead.

    Args:
        history: Open for writing.
        first: The smallest number of an article that they belong to; no article in the history has it, or a larger one.
    """
    history.run("INSERT INTO meta VALUES (?, ?)", _KEY, str(first))


def end(history: Database) -> None:
    """Let what came ahead count: to be done by the transaction that puts in all the rest."""
    history.run("DELETE FROM meta WHERE key = ?", _KEY)


def first_ahead(history: Database) -> int | None:
    """The number from which on nothing counts yet; None where all does."""
    if not history.has_table("meta"):
        return None
    first = history.value("SELECT value FROM meta WHERE key = ?", _KEY)
    return None if first is None else int(first)


def take_out(history: Database) -> None:
    """Take out what came ahead of a batch that never came, if there is any.

    Args:
        history: Open for writing, in no transaction.
    """
    first = first_ahead(history)
    if first is None:
        return
    with history.transaction():
        for table in _NUMBERED:
            if history.has_table(table):
                history.run(f"DELETE FROM {table} WHERE number >= ?", first)
        if history.has_table("pairs"):
            history.run('DELETE FROM pairs WHERE "left" >= ? OR "right" >= ?', first, first)
        end(history)
