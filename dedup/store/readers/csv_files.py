"""Comma- or tab-separated tables with a header.

In: ``.csv`` and ``.tsv`` files. Out: batches of their rows, every cell a string. Must not know which
rows make acceptable articles, only which lines are rows.

Python's own parser is used because it tells the line of every row (news texts span many) and where a quote is wrong.
A wrong quote can swallow all that follows, so after one the lines are tried one by one until one is a whole row again.
"""

from __future__ import annotations

import csv
import io
import sys
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Final

import polars as pl

from dedup.config import InputConfig
from dedup.store.fields import FIELDS, REQUIRED
from dedup.store.files import Rejection, SourceFile
from dedup.store.readers.batch import (
    BATCH_CHARACTERS,
    Batch,
    each_file,
    is_no_character,
    reject_without_fields,
    rejected,
)
from dedup.store.readers.encodings import as_utf8
from dedup.store.readers.streams import LimitReachedError, damage_of, open_bytes, over, plain_name

DELIMITERS: Final = (",", ";", "\t")
CUT: Final = "bad_row: the file breaks off in it"


def looks_like_a_table(head: bytes) -> bool:
    r"""Whether first bytes are a header of a table with a column that we know.

    Examples:
        >>> looks_like_a_table(b"id,headline,body\n1,x,y"), looks_like_a_table(b"Well, it rained.\n")
        (True, False)
    """
    line = head.removeprefix(b"\xef\xbb\xbf").lstrip().split(b"\n", 1)[0].decode("utf-8", "replace")
    mark = max(DELIMITERS, key=line.count)
    cells = [cell.strip().strip('"').casefold() for cell in line.split(mark)]
    known = {name.casefold() for field in REQUIRED for name in FIELDS[field]}
    return len(cells) > 1 and not known.isdisjoint(cells)


class _Lines:
    """The lines of a file, numbered from 1, of which those of the last record can be given back."""

    def __init__(self, stream: IO[str], max_characters: int, is_damaged: Callable[[], bool]) -> None:
        self._stream = stream
        self._max_characters = max_characters
        self.is_damaged = is_damaged
        self._at_end = self._is_cut = False
        self._given_back: deque[str] = deque()
        self._record: list[str] = []
        self._size = 0
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._given_back.popleft() if self._given_back else self._read()
        self._record.append(line)
        self._size += len(line)
        self.number += 1
        if self._size > self._max_characters:
            raise _TooLargeError
        return line

    def _read(self) -> str:
        """The next line; of one that is too long the beginning, enough to be refused by."""
        line = self._stream.readline(self._max_characters + 1)
        if not line:
            self._at_end = True
            raise StopIteration
        self._is_cut = not line.endswith(("\n", "\r"))
        ended = len(line) <= self._max_characters
        while not ended and (part := self._stream.readline(1 << 20)):
            ended = part.endswith(("\n", "\r"))
        return line

    def break_off(self) -> bool:
        """Whether the damage of the file cut what was read last: a line, or a row that goes on after it."""
        return (self._is_cut or self._at_end) and not self._given_back and self.is_damaged()

    def begin_record(self) -> None:
        """Forget the lines before this point."""
        self._record, self._size = [], 0

    def give_back(self) -> None:
        """Put all lines of the record but its first back."""
        self._given_back.extendleft(reversed(self._record[1:]))
        self.number -= len(self._record) - 1
        self._record = self._record[:1]


class _TooLargeError(csv.Error):
    """A row that is larger than may be held; mostly a quote that was never closed."""


def read_file(file: SourceFile, config: InputConfig, *, batch_characters: int = BATCH_CHARACTERS) -> Iterator[Batch]:
    """Read one table.

    A cell that was never written (a short row) is null, an empty one is an empty string; empty cells beyond the header
    are no harm. Tables that use semicolons throughout their header are read as such.

    Args:
        file: The file.
        config: Its ``fields`` say which columns matter.
        batch_characters: How much is handed over at a time. Does not change the result.

    Returns:
        Batches with places ``file:line``, the line on which the row begins. Rows with more cells than the header
        (``ragged_row``), wrong quotes (``bad_row``) or bytes that are not UTF-8 (``not_utf8``) are rejections, as is a
        file without rows (``empty_file``) or without our columns (``missing_columns``).

    Raises:
        InputError: The user named this very file and it has no column for id or text.
        OSError: The file cannot be read, or what follows the rows given is damaged.
    """
    # The limit of the process, 128 kB, would refuse a long article; how long one may be is judged later.
    csv.field_size_limit(max(csv.field_size_limit(), min(sys.maxsize, 2**31 - 1)))
    with open_bytes(file, config, up_to_damage=True) as stream:
        # Bad bytes become lone surrogates, so that each can be blamed on its row instead of on the file.
        text = io.TextIOWrapper(as_utf8(stream), "utf-8-sig", errors="surrogateescape", newline="")
        lines = _Lines(text, config.max_record_bytes, lambda: damage_of(stream) is not None)
        yield from _read_table(lines, file, config, batch_characters)


read = each_file(read_file)


def _read_table(lines: _Lines, file: SourceFile, config: InputConfig, batch_characters: int) -> Iterator[Batch]:
    try:
        header_line = _first_line(lines)
    except _TooLargeError:
        yield rejected(file, over("too_large: the line that should name the columns", "max_record_bytes", config))
        return
    if lines.break_off():
        return  # nothing but the damage is known
    if not header_line:
        yield rejected(file, "empty_file: there is nothing in it")
        return
    tabs = plain_name(file.path.name).endswith(".tsv")
    delimiter = "\t" if tabs else max(DELIMITERS, key=lambda mark: (header_line.count(mark), mark == ","))
    try:
        header = _unique(next(csv.reader([header_line], delimiter=delimiter, strict=True)))
    except csv.Error as error:
        yield rejected(file, f"bad_header: {error}; the first line must name the columns")
        return
    if missing := reject_without_fields(file, header, config):
        yield missing
        return
    rows: list[list[str | None]] = []
    places: list[str] = []
    rejections: list[Rejection] = []
    size = n_seen = 0
    try:
        for where, found in _rows(lines, header, delimiter, file.origin, config):
            n_seen += 1
            if isinstance(found, str):
                rejections.append(Rejection(where, found))
                continue
            rows.append([*found, *[None] * (len(header) - len(found))])
            places.append(where)
            size += sum(map(len, found))
            if size >= batch_characters:
                yield Batch(_frame(rows, header), places, rejections, frozenset(header))
                rows, places, rejections, size = [], [], [], 0
    except (LimitReachedError, OSError):  # whatever stops it, rows that were read whole are articles
        yield Batch(_frame(rows, header), places, rejections, frozenset(header))
        raise
    yield Batch(_frame(rows, header), places, rejections, frozenset(header))
    if not (n_seen or lines.is_damaged()):
        yield rejected(file, "empty_file: a header and no rows")


def _first_line(lines: _Lines) -> str:
    """The first line with anything on it; empty if there is none."""
    for line in lines:
        if line.strip():
            return line
        lines.begin_record()
    return ""


def _rows(
    lines: _Lines, header: Sequence[str], delimiter: str, origin: str, config: InputConfig
) -> Iterator[tuple[str, list[str] | str]]:
    """Each row with its place; a row that cannot be read is the reason why."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    quotes = "bad_row: {}; a quote inside a quoted cell must be doubled"
    large = over("too_large: a row, perhaps for a quote that was never closed", "max_record_bytes", config)
    broken: tuple[int, str] | None = None
    passed = 0
    while True:
        lines.begin_record()
        begin = lines.number + 1
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            if lines.break_off():
                broken, passed = broken or (begin, CUT), lines.number
                break
            lines.give_back()
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            reason = large if isinstance(error, _TooLargeError) else quotes.format(error)
            broken, passed = broken or (begin, reason), lines.number
            continue
        if not row:
            continue
        if lines.break_off():
            broken, passed = broken or (begin, CUT), lines.number
            break
        if broken is not None:
            if not _is_whole(row, header):
                if lines.number > begin:
                    lines.give_back()
                    reader = csv.reader(lines, delimiter=delimiter, strict=True)
                passed = lines.number
                continue
            yield _describe_broken(broken, passed, origin)
            broken = None
        yield f"{origin}:{begin}", _checked(row, header)
    if broken is not None:
        yield _describe_broken(broken, passed, origin)


def _is_whole(row: Sequence[str], header: Sequence[str]) -> bool:
    """Whether a row may be believed after a broken one: what is left of a broken text is prose, with its commas.

    Programs write no blank after a delimiter and people do, which tells "and then, in March, he left" from a row.
    """
    return len(row) == len(header) and not any(cell.startswith(" ") for cell in row)


def _describe_broken(broken: tuple[int, str], passed: int, origin: str) -> tuple[str, str]:
    line, reason = broken
    span = f"; lines {line} to {passed} were passed over" if passed > line else ""
    return f"{origin}:{line}", f"{reason}{span}"


def _checked(row: list[str], header: Sequence[str]) -> list[str] | str:
    if len(row) > len(header):
        if any(row[len(header) :]):
            return f"ragged_row: {len(row)} cells where the header has {len(header)}"
        row = row[: len(header)]
    try:
        "".join(row).encode()
    except UnicodeEncodeError as error:
        start = error.object[error.start : error.start + 2].encode("utf-8", "surrogateescape")
        column = next(name for name, cell in zip(header, row, strict=False) if not _is_legal(cell))
        if is_no_character(start):
            return f"not_utf8: a code that is no character in column '{column}'; save the file as UTF-8"
        return f"not_utf8: byte {start[0]:#04x} in column '{column}' is not UTF-8; save the file as UTF-8"
    return row


def _is_legal(cell: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in cell)


def _unique(header: Sequence[str]) -> list[str]:
    """Column names without blanks around them, legal, and each once: the second ``text`` becomes ``text (2)``."""
    names: dict[str, None] = {}
    repeats: Counter[str] = Counter()
    for cell in header:
        name = cell.strip().encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        unique = name
        while unique in names:
            repeats[name] += 1
            unique = f"{name} ({repeats[name] + 1})"
        names[unique] = None
    return [*names]


def _frame(rows: Sequence[Sequence[str | None]], header: Sequence[str]) -> pl.DataFrame:
    columns = zip(*rows, strict=True) if rows else ((),) * len(header)
    schema = dict.fromkeys(header, pl.String)
    return pl.DataFrame({name: [*cells] for name, cells in zip(header, columns, strict=True)}, schema)
