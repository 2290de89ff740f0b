"""Which reader reads which file: the one place where formats are registered.

In: a file name. Out: the reader for it. Must not know how any format looks inside.

To add a format, write one file here with a ``Reader`` (see ``batch.py``) and add its ending below. The longest ending
that fits wins, so ``.jsonl.gz`` can have another reader than ``.gz``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from dedup.store.readers import csv_files, json_lines, parquet_files, text_files
from dedup.store.readers.batch import Batch, Reader

__all__ = ["ENDINGS", "READERS", "Batch", "Reader", "reader_for"]

READERS: Final[Mapping[str, Reader]] = MappingProxyType(
    {
        ".txt": text_files.read,
        ".jsonl": json_lines.read,
        ".ndjson": json_lines.read,
        ".jsonl.gz": json_lines.read,
        ".ndjson.gz": json_lines.read,
        ".csv": csv_files.read,
        ".tsv": csv_files.read,
        ".csv.gz": csv_files.read,
        ".tsv.gz": csv_files.read,
        ".parquet": parquet_files.read,
    }
)

ENDINGS: Final = ", ".join(READERS)


def reader_for(name: str) -> Reader | None:
    """The reader for a file, by its ending in any case, or None.

    Examples:
        >>> reader_for("news/A.JSONL") is READERS[".jsonl"], reader_for("photo.jpg")
        (True, None)
    """
    name = name.lower()
    fitting = [ending for ending in READERS if name.endswith(ending)]
    return READERS[max(fitting, key=len)] if fitting else None
