"""What every reader hands over, and what readers share.

In: the outcome of reading some files of one format. Out: batches of rows with the columns of the file, as strings,
and rejections with their place. Must not know any format, nor what makes an article acceptable.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Protocol

import polars as pl

from dedup.config import InputConfig
from dedup.errors import InputError
from dedup.store.fields import FIELDS, candidates, missing_fields
from dedup.store.files import Rejection, SourceFile, is_of_system, unreadable
from dedup.store.readers.streams import LimitReachedError, over

BATCH_CHARACTERS: Final = 16 << 20
"""How much is handed over at a time, roughly; more costs memory, less costs time."""


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
        notes: By what is odd about them (see ``NOTES`` in ``articles``), how many articles to tell the user about.
    """

    rows: pl.DataFrame = field(default_factory=pl.DataFrame)
    places: Sequence[str] | pl.Series = ()
    rejections: Sequence[Rejection] = ()
    columns: frozenset[str] = frozenset()
    left_out: Mapping[str, int] = field(default_factory=dict)
    notes: Mapping[str, int] = field(default_factory=dict)


class Gathering:
    """Articles of a format with fields of its own, gathered until they are worth handing over.

    Examples:
        >>> gathering = Gathering()
        >>> gathering.add("a.html", id="a", text="It rained.", title=None)
        >>> gathering.batch().rows.select("id", "text", "url").row(0), len(gathering.batch().places)
        (('a', 'It rained.', None), 0)
    """

    def __init__(self) -> None:
        self._empty()

    def _empty(self) -> None:
        self._values: dict[str, list[str | None]] = {name: [] for name in FIELDS}
        self._places: list[str] = []
        self._rejections: list[Rejection] = []
        self._notes: Counter[str] = Counter()
        self._size = 0

    def add(self, place: str, /, *notes: str, **fields: str | None) -> None:
        """Add an article; fields that are not given are unknown."""
        for name, values in self._values.items():
            values.append(legal_or_none(fields.get(name)))
        self._places.append(place)
        self._notes.update(notes)
        self._size += len(fields.get("text") or "") + 200

    def reject(self, place: str, reason: str) -> None:
        """Add a part that is no article, with the reason as ``code: sentence``."""
        self._rejections.append(Rejection(place, legal_or_none(reason) or ""))
        self._size += 200

    @contextmanager
    def file_at_risk(self, file: SourceFile) -> Iterator[None]:
        """Turn what goes wrong with the whole of a file into a rejection; what it gave before stays."""
        try:
            yield
        except (LimitReachedError, OSError, EOFError, zlib.error) as error:
            self._rejections.append(failure(file, error))

    @property
    def is_full(self) -> bool:
        """Whether it is time to hand over."""
        return self._size >= BATCH_CHARACTERS

    def batch(self) -> Batch:
        """Hand over what was gathered, and begin anew."""
        rows = pl.DataFrame(self._values, dict.fromkeys(FIELDS, pl.String))
        batch = Batch(rows, self._places, self._rejections, notes=self._notes)
        self._empty()
        return batch


class Reader(Protocol):
    """Reads files of one format."""

    def __call__(self, files: Sequence[SourceFile], config: InputConfig, /) -> Iterator[Batch]:
        """Read ``files``; the size of a batch must not change what is read."""
        ...


def each_file(read: Callable[[SourceFile, InputConfig], Iterator[Batch]]) -> Reader:
    """Make a reader of many files from one of a single file.

    A file that fails on the way keeps the batches it gave before and becomes one rejection: ``unreadable``, or what the
    limit it met is called.
    """

    def read_all(files: Sequence[SourceFile], config: InputConfig, /) -> Iterator[Batch]:
        for file in files:
            try:
                yield from read(file, config)
            except (LimitReachedError, OSError, EOFError, zlib.error) as error:
                yield Batch(rejections=[failure(file, error)])

    return read_all


def gathered(read: Callable[[SourceFile, InputConfig, Gathering], None]) -> Reader:
    """Make a reader of many files from one that adds what is in a single file to a gathering.

    A file that fails on the way keeps what it gave before and becomes one rejection, as with ``each_file``.
    """

    def read_all(files: Sequence[SourceFile], config: InputConfig, /) -> Iterator[Batch]:
        gathering = Gathering()
        for file in files:
            with gathering.file_at_risk(file):
                read(file, config, gathering)
            if gathering.is_full:
                yield gathering.batch()
        yield gathering.batch()

    return read_all


def failure(file: SourceFile, error: Exception) -> Rejection:
    """The rejection of a file that failed on the way."""
    if isinstance(error, LimitReachedError):
        return Rejection(file.origin, str(error))
    return Rejection(file.origin, unreadable(error), is_of_system(error))


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
    return rejected(file, f"missing_columns: no column for {' and '.join(missing)} among {listed or 'none'}")


def too_large(size: int, config: InputConfig) -> str:
    """The reason for refusing a text of ``size`` bytes."""
    return over(f"too_large: {size:,} bytes of text", "max_article_bytes", config)


def legal_or_none(text: str | None) -> str | None:
    r"""The text without halves of surrogate pairs, which are no characters and which no file can hold.

    Examples:
        >>> legal_or_none("a\ud800b"), legal_or_none(None)
        ('a�b', None)
    """
    if text is None or text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def not_utf8(byte: int, column: str) -> str:
    """The reason for refusing a row of a table for the first byte of a cell that is not UTF-8.

    Examples:
        >>> not_utf8(0xE9, "text")
        "not_utf8: byte 0xe9 in column 'text' is not UTF-8; save the column as UTF-8"
    """
    return f"not_utf8: byte {byte:#04x} in column '{column}' is not UTF-8; save the column as UTF-8"


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
        >>> try:
        ...     _ = b"caf\xed\xa0\x80".decode()
        ... except UnicodeDecodeError as error:
        ...     print(describe_bytes(error))
        not_utf8: a code that is no character at offset 3; save the file as UTF-8
    """
    found, offset = error.object[error.start : error.start + 2], start + error.start
    if is_no_character(found):
        return f"not_utf8: a code that is no character at offset {offset}; save the file as UTF-8"
    return f"not_utf8: byte {found[0]:#04x} at offset {offset} is not UTF-8; save the file as UTF-8"


def is_no_character(start: bytes) -> bool:
    """Whether bytes begin with half of a character of UTF-16, which is what ``encodings`` makes of any wrong code."""
    return start[:1] == b"\xed" and start[1:2] >= b"\xa0"
