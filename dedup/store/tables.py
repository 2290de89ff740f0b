"""A table as one file, in the form that its name says.

In: a frame, the name of a file. Out: the file, replaced in one step. Must not know what a row means.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import polars as pl

from dedup.errors import UsageError
from dedup.store.files import legal_text
from dedup.store.folders import replace_file
from dedup.store.records import json_lines, spreadsheet
from dedup.store.targets import check_file

ENDINGS: Final = (".parquet", ".csv", ".jsonl")


def check_table(out: Path, inputs: Sequence[str | Path] = ()) -> None:
    """Raise, before any work, if ``write_table`` cannot write ``out`` or something would be lost by it.

    Args:
        out: The file that will be written.
        inputs: What will be read.

    Raises:
        UsageError: Its ending is of no form that is known.
        OutputError: See ``dedup.store.targets``.
    """
    if out.suffix.lower() not in ENDINGS:
        raise UsageError(
            "cannot tell in which form to write it",
            where=legal_text(str(out)),
            got=legal_text(out.suffix) or "no ending",
            expected=f"one of {', '.join(ENDINGS)}",
            hint="Name another file with --out.",
        )
    check_file(out, inputs)


def write_table(out: Path, frame: pl.DataFrame) -> None:
    """Write a flat frame, replacing the file that was there, in one step.

    Killed at any moment, ``out`` holds the previous table or this one, whole. The same frame gives the same bytes.

    Args:
        out: The file; .parquet, .csv (safe for spreadsheets, see ``records.spreadsheet``) or .jsonl.
        frame: The rows.

    Raises:
        StoreLockedError: Another process is writing ``out``.
        OutputError: It cannot be written.
    """

    def fill(path: Path) -> None:
        ending = out.suffix.lower()
        if ending != ".parquet":
            path.write_bytes(spreadsheet(frame) if ending == ".csv" else json_lines(frame))
            return
        try:
            frame.write_parquet(path, compression="zstd", statistics=True)
        except pl.exceptions.PolarsError as error:
            raise OSError(None, str(error)) from error

    replace_file(out, fill)
