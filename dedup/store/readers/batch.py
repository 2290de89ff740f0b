"""What every reader hands over, and what readers share.

In: the outcome of reading some files of one format. Out: batches of rows with the columns of the file, as strings,
and rejections with their place. Must not know any format, nor what makes an article acceptable.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Protocol, cast

import polars as pl

from dedup.config import InputConfig
from dedup.errors import InputError
from dedup.store.fields import candidates, missing_fields
from dedup.store.files import Rejection, SourceFile


@dataclass(frozen=True)
class Batch:
    """A part of what was read.

    Args:
        rows: One row a record: the column ``origin`` of ``places`` beside the file's columns, strings wherever the
            name is one of ours or a synonym.
        places: Where each row comes from (``file`` or ``file:line``), as many as there are rows.
        rejections: Records and files that could not be read.
        columns: Names seen in the files, whether or not anybody knows them.
        left_out: By column, how many values of optional fields had a form that no field can hold.
    """

    rows: pl.DataFrame = field(default_factory=pl.DataFrame)
    places: Sequence[str] | pl.Series = ()
    rejections: Sequence[Rejection] = ()
    columns: frozenset[str] = frozenset()
    left_out: Mapping[str, int] = field(default_factory=dict)


class Reader(Protocol):
    """Reads files of one format."""

    def __call__(self, files: Sequence[SourceFile], config: InputConfig, /) -> Iterator[Batch]:
        """Read ``files``; the size of a batch must not change what is read."""
        ...


def each_file(read: Callable[[SourceFile, InputConfig], Iterator[Batch]]) -> Reader:
    """Make a reader of many files from one of a single file.

    A file that fails on the way keeps the batches it gave before and becomes one rejection, ``unreadable``.
    """

    def read_all(files: Sequence[SourceFile], config: InputConfig, /) -> Iterator[Batch]:
        for file in files:
            try:
                yield from read(file, config)
            except (OSError, EOFError, zlib.error) as error:
                yield rejected(file, f"unreadable: {getattr(error, 'strerror', None) or error}")

    return read_all


def open_bytes(file: SourceFile) -> IO[bytes]:
    """Open a file for reading, through gzip if its name says so."""
    if file.path.suffix.lower() == ".gz":
        return cast("IO[bytes]", gzip.open(file.path, "rb"))
    return file.path.open("rb")


def rejected(file: SourceFile, reason: str) -> Batch:
    """A batch that says why the whole of ``file`` was not read."""
    return Batch(rejections=[Rejection(file.origin, reason)])


def reject_without_fields(
    file: SourceFile, columns: Sequence[str], config: InputConfig, *, shown: Sequence[str] | None = None
) -> Batch | None:
    """Judge the columns of a table before its rows are read.

    Args:
        file: The table.
        columns: Those of its columns that can hold a field.
        config: Its ``fields`` say which columns matter.
        shown: What to tell the user about the columns, if more than their names.

    Returns:
        None if every required field can be found, else a batch with one rejection, ``missing_columns``.

    Raises:
        InputError: One cannot, and the user named this very file: then it is a mistake to tell at once, not a stray
            table among articles.
    """
    missing = missing_fields(columns, config)
    if not missing:
        return None
    names = [column[:60] for column in (shown or columns)]
    listed = ", ".join(names[:20]) + (f" and {len(names) - 20} more" if len(names) > 20 else "")
    if file.named:
        raise InputError(
            f"no column for {' and '.join(missing)}",
            where=file.origin,
            got=listed,
            expected="; ".join(f"{name} as one of {', '.join(candidates(config)[name])}" for name in missing),
            hint=f"Say which column it is: --set input.fields.{missing[0]}=NAME.",
        )
    return rejected(file, f"missing_columns: no column for {' and '.join(missing)} among {listed}")


def too_large(size: int, config: InputConfig) -> str:
    """The reason for refusing a text of ``size`` bytes."""
    return f"too_large: {size:,} bytes of text, input.max_article_bytes allows {config.max_article_bytes:,}"


def describe_bytes(error: UnicodeDecodeError, *, start: int = 0) -> str:
    r"""The reason for refusing bytes that are not UTF-8.

    Args:
        error: What Python said.
        start: Offset in the file of the bytes that were decoded.

    Examples:
        >>> try:
        ...     _ = b"caf\xe9".decode()
        ... except UnicodeDecodeError as error:
        ...     print(describe_bytes(error))
        not_utf8: byte 0xe9 at offset 3 is not UTF-8; save the file as UTF-8
    """
    if error.object[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "not_utf8: the file is UTF-16; save it as UTF-8"
    byte, offset = error.object[error.start], start + error.start
    return f"not_utf8: byte {byte:#04x} at offset {offset} is not UTF-8; save the file as UTF-8"
