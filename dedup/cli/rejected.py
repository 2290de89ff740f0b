"""What was not read, told to the user.

In: the skipped inputs of a command. Out: sentences on stderr. Must not know why anything was skipped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import polars as pl

from dedup.cli.streams import tell
from dedup.report.printable import printable

FURNITURE: Final = ("hidden_file", "not_articles")
"""Codes of what lies in a folder beside the articles (.DS_Store, README): skipped, but nobody took it for an input."""

MAX_TOLD: Final = 5
"""Rejected inputs told one by one; the rest is counted."""


def rejected(skipped: pl.DataFrame) -> pl.DataFrame:
    """Return the skipped inputs that somebody might miss."""
    return skipped.filter(~pl.col("reason").str.split(":").list.first().is_in(FURNITURE))


def n_rejected(by_code: Mapping[str, int]) -> int:
    """How many skipped inputs somebody might miss.

    Args:
        by_code: How many inputs were skipped, by the code of the reason.

    Examples:
        >>> n_rejected({"hidden_file": 2, "not_json": 1})
        1
    """
    return sum(n for code, n in by_code.items() if code not in FURNITURE)


def tell_skipped(skipped: pl.DataFrame, listing: Path | None, by_code: Mapping[str, int] | None = None) -> None:
    """Tell what was rejected, and count what was passed over.

    Args:
        skipped: The SKIPPED frame.
        listing: The file that lists all of it; None where there is none: then the rest is counted by reason.
        by_code: How many inputs were skipped, by code, where the frame may hold the first of them only.
    """
    missed = rejected(skipped)
    n_missed = missed.height if by_code is None else n_rejected(by_code)
    n_skipped = skipped.height if by_code is None else sum(by_code.values())
    for where, reason in missed.head(MAX_TOLD).iter_rows():
        tell(printable(f"Rejected: {where}: {reason}"))  # one line, whatever the name of the file
    if n_missed > MAX_TOLD:
        rest = Counter(reason.partition(":")[0] for reason in missed["reason"][MAX_TOLD:])
        reasons = ", ".join(f"{count:,} {code}" for code, count in sorted(rest.items()))
        where = f"see {listing}" if listing else f"{reasons}; 'dedup run' lists them all"
        tell(f"Rejected: {n_missed - MAX_TOLD:,} more, {where}")
    if n_furniture := n_skipped - n_missed:
        where = f", see {listing}" if listing else ""
        tell(f"Passed over: {n_furniture:,} hidden or accompanying, such as a README{where}")
