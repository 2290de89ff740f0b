"""Labels: which article belongs to which story, and which sentence came from which.

In: a table of articles and stories (a run's members as much as somebody's truth), or the lines of a framing diff and
its labels. Out: plain mappings and records to score. Must not know how scores are computed.

A run may have some bad articles; a table of labels may not. Whatever is wrong with a row ends the reading, since a
score over the rest would look like a score over all.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl
from pydantic_core import from_json

from dedup.errors import InputError
from dedup.store.files import legal_text

ID_COLUMNS: Final = ("id", "article_id")
STORY_COLUMNS: Final = ("story", "cluster", "story_id")
KIND_COLUMNS: Final = ("role", "kind")
"""Columns by which labels are left out; a row may have both."""

ENDINGS: Final = (".jsonl", ".ndjson", ".csv", ".tsv", ".parquet")

MAX_NAMED: Final = 20
"""Columns named in an error; a table can have thousands."""

_GUARD = re.compile(r"((?:^|[;\t\n])[\s\x00-\x1f]*)'(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")
"""The apostrophe that ``records.spreadsheet`` puts before what could begin a formula."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Labels:
    """Stories of articles, read from a table.

    Args:
        story: Story of each article, in the order of the table.
        n_excluded: Rows left out because of their role or kind.
        n_unlabelled: Rows that name no story.
    """

    story: dict[str, str]
    n_excluded: int
    n_unlabelled: int


def read_labels(path: Path, *, exclude: Collection[str] = ()) -> Labels:
    """Read the stories of articles.

    Args:
        path: JSON Lines, CSV or Parquet with a column for the id (``id``, else ``article_id``) and one for the story
            (``story``, else ``cluster``, else ``story_id``). Whole numbers are as good as strings: 7, 7.0 and "7" are
            one id. In CSV an apostrophe before what could begin a formula, as ``members.csv`` has it, is taken off.
        exclude: Rows whose ``role`` or ``kind`` is one of these are left out.

    Returns:
        The labels. A row without a story is no label, and counted.

    Raises:
        InputError: The file is missing, is no such table, has no such columns, a row without an id or an id in two
            stories, or no label is left.
    """
    unwanted = tuple(exclude)  # compared, not hashed: JSON may hold a list where a kind should be
    story: dict[str, str] = {}
    n_rows = n_excluded = n_unlabelled = 0
    for where, row in _rows(path):
        n_rows += 1
        if any(row.get(column) in unwanted for column in KIND_COLUMNS):
            n_excluded += 1
            continue
        one = _name(_first(row, ID_COLUMNS), where, "id")
        found = _name(_first(row, STORY_COLUMNS), where, "story")
        if one is None:
            raise InputError("a row without an id", where=where, expected=f"a value of {' or '.join(ID_COLUMNS)}")
        if found is None:
            n_unlabelled += 1
        elif story.setdefault(one, found) != found:
            raise InputError(f"{one!r} is in two stories, {story[one]!r} and {found!r}", where=where)
    if not story:
        left_out = f"{n_rows:,} rows, {n_excluded:,} excluded and {n_unlabelled:,} without a story"
        raise InputError("holds no labels", where=_where(path), got=left_out if n_rows else "no rows")
    return Labels(story, n_excluded, n_unlabelled)


def read_framing(path: Path) -> list[Row]:
    """Read the diffs of a ``framing.jsonl``: as far as scores need them.

    Returns:
        Rows with variant_id, canonical_id and sentences (start, end, kind, canonical [start, end], added [start, end]).

    Raises:
        InputError: The file is missing, empty, or a line of it is no such diff.
    """
    from dedup.store.label_shapes import FoundDiff

    return [FoundDiff.read(row, where) for where, row in _records(path)]


def read_alignment(path: Path) -> list[Row]:
    """Read labelled alignments.

    Returns:
        Rows with variant, source, source_sentences [[start, end]] and sentences (start, end, kind, from, adds,
        boiler).

    Raises:
        InputError: The file is missing, empty, or a line of it is no such label.
    """
    from dedup.store.label_shapes import LabelledDiff

    return [LabelledDiff.read(row, where) for where, row in _records(path)]


def _rows(path: Path) -> Iterator[tuple[str, Row]]:
    """Rows with ``file:line``, or ``file:row`` in Parquet, once it is sure that the columns are there."""
    ending = path.suffix.lower()
    if ending == ".parquet":
        return _parquet_rows(path)
    if ending in {".csv", ".tsv"}:
        return _csv_rows(path)
    if ending in {".jsonl", ".ndjson"}:
        return _json_rows(path)
    expected = f"one of {', '.join(ENDINGS)}"
    raise InputError("cannot tell how to read labels from it", where=_where(path), got=ending, expected=expected)


def _json_rows(path: Path) -> Iterator[tuple[str, Row]]:
    rows = list(_records(path))
    # An object may leave a key out that has no value; that none of them has it is a mistake.
    _check_columns(dict.fromkeys(key for _, row in rows for key in row), _where(path))
    return iter(rows)


def _csv_rows(path: Path) -> Iterator[tuple[str, Row]]:
    # The limit of the process, 128 kB, would refuse a table that has the long texts in it too.
    csv.field_size_limit(max(csv.field_size_limit(), min(sys.maxsize, 2**31 - 1)))
    where, text = _where(path), _text(_bytes(path), _where(path))
    header_line = text.partition("\n")[0]
    delimiter = max(",;\t", key=lambda mark: (header_line.count(mark), mark == ","))
    table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [cell.strip() for cell in next(table, [])]
        if header:
            _check_columns(header, where)
        for cells in table:
            if cells and len(cells) != len(header):
                got = f"{len(cells)} cells"
                raise InputError(
                    "a row of another width", where=f"{where}:{table.line_num}", got=got, expected=str(len(header))
                )
            if cells:
                tame = (_GUARD.sub(r"\1", cell) for cell in cells)
                yield f"{where}:{table.line_num}", dict(zip(header, tame, strict=True))
    except csv.Error as error:
        raise InputError(f"no valid CSV ({error})", where=f"{where}:{table.line_num}") from None


def _parquet_rows(path: Path) -> Iterator[tuple[str, Row]]:
    where = _where(path)
    _bytes(path, limit=1)  # What the system says of a missing file is clearer than what Polars says.
    try:
        table = pl.scan_parquet(path, glob=False, hive_partitioning=False)
        columns = table.collect_schema().names()
        _check_columns(columns, where)
        wanted = [name for name in columns if name in {*ID_COLUMNS, *STORY_COLUMNS, *KIND_COLUMNS}]
        rows = table.select(wanted).collect()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise InputError(f"no Parquet file, or a damaged one ({str(error).splitlines()[0]})", where=where) from None
    for number, row in enumerate(rows.iter_rows(named=True), 1):
        yield f"{where}:{number}", row


def _records(path: Path) -> Iterator[tuple[str, Row]]:
    """The objects of a JSON Lines file with ``file:line``; blank lines are nothing."""
    name, empty = _where(path), True
    for number, line in enumerate(_bytes(path).removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not line.strip():
            continue
        where, empty = f"{name}:{number}", False
        try:
            row = from_json(line)
        except ValueError as error:
            raise InputError(f"no JSON ({error})", where=where) from None
        if not isinstance(row, dict):
            raise InputError("no JSON object", where=where, got=type(row).__name__, expected="one object a line")
        yield where, row
    if empty:
        raise InputError("is empty", where=name, expected="one JSON object a line")


def _bytes(path: Path, *, limit: int = -1) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(limit)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot be read ({reason})", where=_where(path), hint="Check the path.") from None


def _text(data: bytes, where: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError("is not UTF-8", where=f"{where}:{line}", hint="Save the file as UTF-8.") from None


def _where(path: Path) -> str:
    return legal_text(str(path))


def _check_columns(columns: Collection[str], where: str) -> None:
    for what, names in (("id", ID_COLUMNS), ("story", STORY_COLUMNS)):
        if not any(name in columns for name in names):
            got = ", ".join([*columns][:MAX_NAMED]) + (" …" if len(columns) > MAX_NAMED else "")
            raise InputError(f"no column for the {what}", where=where, got=got, expected=" or ".join(names))


def _first(row: Row, names: Collection[str]) -> object:
    return next((row[name] for name in names if name in row), None)


def _name(value: object, where: str, what: str) -> str | None:
    """A value as a name; None where there is none."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # pandas turns whole numbers into floats as soon as one is missing
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return None if value is None else str(value)
    if not isinstance(value, str):
        expected = "a string or a whole number"
        raise InputError(f"the {what} is no name", where=where, got=value, expected=expected)
    return value if value.strip() else None
