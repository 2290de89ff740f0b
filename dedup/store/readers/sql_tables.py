"""Tables of SQLite and DuckDB, by address.

In: ``sqlite:///news.db?table=articles`` or ``duckdb:///...``. Out: the rows of that table. Must not know which rows
make acceptable articles.

The database is opened read-only and nothing but that table is asked of it: views are refused, because a view is a query
that whoever made the file has chosen, and may never end.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote

import polars as pl

from dedup.config import InputConfig
from dedup.errors import InputError
from dedup.store.fields import candidates
from dedup.store.files import Rejection, SourceFile
from dedup.store.readers.batch import (
    BATCH_CHARACTERS,
    Batch,
    each_file,
    legal_or_none,
    not_utf8,
    reject_without_fields,
    rejected,
)
from dedup.store.readers.streams import FREE_BYTES

WELCOME: Final[Mapping[str, tuple[str, Callable[[object], bool]]]] = MappingProxyType(
    {
        "id": ("bad_id", lambda value: not isinstance(value, bool | float | list | tuple | dict)),
        "text": ("text_not_string", lambda value: isinstance(value, str | bytes)),
    }
)
"""By required field the code of a value that cannot be it, and which values can."""

SQLITE_LONGEST: Final = 1_000_000_000
"""Bytes of a value that SQLite itself allows."""

ROWS_A_BATCH: Final = 2_000
SAFE_DUCKDB: Final[dict[str, str | bool | int | float | list[str]]] = {
    "enable_external_access": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "lock_configuration": "true",
}
"""The file may not make DuckDB read others, fetch extensions, or undo this."""


def read_file(file: SourceFile, config: InputConfig) -> Iterator[Batch]:
    """Read one table.

    Args:
        file: The database, its table and, as origin, its address.
        config: Its ``fields`` say which columns matter; no others are read.

    Returns:
        Batches with places ``address:row``, rows counted from 1 in the order of the table. Ids that are whole numbers,
        decimals, UUIDs, dates and times become strings, text that is bytes is read as UTF-8; rows whose only text or id
        is not UTF-8 or anything else are rejections (``not_utf8``, ``text_not_string``, ``bad_id``), as is a table
        without rows (``empty_file``). Beside a better column such a value is left out, as are bytes that are not UTF-8,
        a list or a truth value in any other field.

    Raises:
        InputError: There is no such table, it is a view, it has no column for id or text, the file is no database of
            this kind, or DuckDB is not installed.
    """
    is_sqlite = file.origin.startswith("sqlite:")
    with _open_sqlite(file) if is_sqlite else _open_duckdb(file) as (cursor, columns):
        if missing := reject_without_fields(file, columns, config):
            yield missing
            return
        names = candidates(config)
        wanted = {name.casefold() for group in names.values() for name in group}
        chosen = [column for column in columns if column.casefold() in wanted]
        # Both are names that the database itself has just listed, in quotes.
        cursor.execute(f"SELECT {', '.join(map(_quoted, chosen))} FROM {_quoted(file.table)}")  # noqa: S608
        number = 0
        for rows in _in_parts(iter(cursor.fetchone, None)):
            yield _batch(rows, chosen, number, file, names)
            number += len(rows)
        if not number:
            yield Batch(columns=frozenset(columns))
            yield rejected(file, "empty_file: a table without rows")


read = each_file(read_file)


def _in_parts(rows: Iterable[Sequence[object]]) -> Iterator[list[Sequence[object]]]:
    """Rows until there is enough: by number, and by size, since what is computed may be larger than the file."""
    part: list[Sequence[object]] = []
    size = 0
    for row in rows:
        part.append(row)
        size += sum(len(value) for value in row if isinstance(value, str | bytes))
        if len(part) >= ROWS_A_BATCH or size >= BATCH_CHARACTERS:
            yield part
            part, size = [], 0
    if part:
        yield part


def _batch(
    rows: Sequence[Sequence[object]],
    columns: Sequence[str],
    start: int,
    file: SourceFile,
    names: dict[str, tuple[str, ...]],
) -> Batch:
    values: list[list[str | None]] = []
    places, rejections = [], []
    left_out: Counter[str] = Counter()
    # By field the columns in which it is looked for, the best first.
    by_field = {
        field: [column for name in names[field] for column in columns if column.casefold() == name.casefold()]
        for field in WELCOME
    }
    for number, row in enumerate(rows, start + 1):
        place = f"{file.origin}:{number}"
        found = {column: value for column, value in zip(columns, row, strict=True) if value is not None}
        usable = {column: _as_string(value) for column, value in found.items()}
        if reason := _refuse(found, usable, by_field):
            rejections.append(Rejection(place, reason))
            continue
        left_out.update(column for column, value in usable.items() if value is None)
        values.append([usable.get(column) for column in columns])
        places.append(place)
    frame = pl.DataFrame(values, dict.fromkeys(columns, pl.String), orient="row")
    return Batch(frame, places, rejections, frozenset(columns), left_out)


def _refuse(
    found: Mapping[str, object], usable: dict[str, str | None], by_field: Mapping[str, Sequence[str]]
) -> str | None:
    """The reason if the only ids or texts of a row are of a wrong type; wrong ones beside a right one are undone."""
    for field, (code, is_welcome) in WELCOME.items():
        given = [column for column in by_field[field] if column in found]
        wrong = [column for column in given if not is_welcome(found[column])]
        if wrong and len(wrong) == len(given):
            return f"{code}: '{wrong[0]}' is of type {type(found[wrong[0]]).__name__}"
        undecoded = {column: byte for column in given if (byte := _wrong_byte(found[column])) is not None}
        if undecoded and len(undecoded) + len(wrong) == len(given):
            column, byte = next(iter(undecoded.items()))
            return not_utf8(byte, column)
        # 'uri' may be an id or a url: what is no id is no url either.
        usable.update(dict.fromkeys(wrong))
    return None


def _wrong_byte(value: object) -> int | None:
    """The first byte that is not UTF-8; None where there is none."""
    try:
        if isinstance(value, bytes):
            value.decode()
    except UnicodeDecodeError as error:
        return int(error.object[error.start])
    return None


def _as_string(value: object) -> str | None:
    """The value as a string, or None if it is of a kind that no field can hold."""
    if isinstance(value, bytes):
        return None if _wrong_byte(value) is not None else value.decode()
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        value = next((value[key] for key in ("name", "title") if isinstance(value.get(key), str)), None)
    if value is None or isinstance(value, bool | list | tuple | dict):
        return None
    return legal_or_none(str(value))


@contextmanager
def _open_sqlite(file: SourceFile) -> Iterator[tuple[Any, list[str]]]:
    try:
        address = f"file:{quote(str(file.path))}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as connection:
            connection.text_factory = lambda data: data.decode("utf-8", "replace")
            connection.execute("PRAGMA query_only = ON")
            connection.execute("PRAGMA trusted_schema = OFF")
            kinds = connection.execute("SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view')")
            _check_table(file, [(str(name), str(kind)) for name, kind in kinds])
            # Columns that are computed from others are columns too; those that a virtual table hides are not.
            columns = connection.execute("SELECT name FROM pragma_table_xinfo(?) WHERE hidden <> 1", [file.table])
            # What is stored is no longer than the file; what is computed could be a gigabyte of zeros a row.
            longest = max(file.path.stat().st_size, FREE_BYTES)
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, min(longest, SQLITE_LONGEST))
            names = [str(name) for (name,) in columns]
            connection.text_factory = bytes  # nobody checked that it is UTF-8
            yield connection.cursor(), names
    except (sqlite3.Error, UnicodeDecodeError) as error:  # a damaged file may have names that are not UTF-8
        raise _unread(file, legal_or_none(str(error)) or "damaged", "SQLite") from None


@contextmanager
def _open_duckdb(file: SourceFile) -> Iterator[tuple[Any, list[str]]]:
    import duckdb  # heavy, and most runs read no such table

    try:
        with closing(duckdb.connect(str(file.path), read_only=True, config=SAFE_DUCKDB)) as connection:
            kinds = connection.execute(
                "SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = 'main'"
            ).fetchall()
            _check_table(file, [(name, "view" if "VIEW" in kind else "table") for name, kind in kinds])
            described = connection.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_schema = 'main' AND table_name = ? "
                "ORDER BY ordinal_position",
                [file.table],
            ).fetchall()
            yield connection.cursor(), [str(name) for (name,) in described]
    except duckdb.Error as error:
        raise _unread(file, (str(error) or type(error).__name__).splitlines()[0], "DuckDB") from None


def _unread(file: SourceFile, what: str, kind: str) -> InputError:
    return InputError(
        f"the database cannot be read ({what})",
        where=file.origin,
        expected=f"a file of {kind} that is whole and that no other program is writing",
        hint="Close that program, or give a copy of the file.",
    )


def _check_table(file: SourceFile, found: Iterable[tuple[str, str]]) -> None:
    kinds = dict(found)
    if kinds.get(file.table) == "table":
        return
    if kinds.get(file.table) == "view":
        raise InputError(
            "is a view, and views are not read",
            where=file.origin,
            hint="Write what it shows to a table and name that one.",
        )
    tables = sorted(name for name, kind in kinds.items() if kind == "table")
    expected = ", ".join(tables[:20]) or None
    raise InputError("there is no such table", where=file.origin, got=file.table, expected=expected)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
