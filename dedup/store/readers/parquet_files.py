"""Parquet tables.

In: ``.parquet`` files. Out: batches with the columns that a field is looked for in, turned into strings. Must
not know which rows make acceptable articles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

import polars as pl

from dedup.config import InputConfig
from dedup.errors import InputError
from dedup.store.addresses import STANDARD_INPUT
from dedup.store.fields import REQUIRED, candidates, spelled
from dedup.store.files import Rejection, SourceFile
from dedup.store.readers.batch import Batch, each_file, not_utf8, reject_without_fields, rejected
from dedup.store.readers.parquet_pages import DamagedError, RowGroup, row_groups
from dedup.store.readers.streams import FREE_BYTES, GZIP, ZSTD, over

PART_BYTES: Final = 64 << 20
"""Decompressed bytes read at a time, some more where rows differ in size."""

TIME_FORM: Final = "%Y-%m-%dT%H:%M:%S%.6fZ"
A_DAY: Final = 86_400
FIRST_SECOND: Final = -719_162 * A_DAY
"""Where the year 1 begins, counted from 1970."""

LAST_SECOND: Final = 2_932_897 * A_DAY - 1
"""Where the year 9999 ends."""


def read_file(file: SourceFile, config: InputConfig) -> Iterator[Batch]:
    """Read one table, some of its rows at a time.

    Whole numbers, decimals, dates, times and categories become strings; times without a zone are UTC. Ids that are
    floats without a fraction become whole numbers and NaN is no value, since pandas turns integers into floats as soon
    as one is missing. A column of a type that cannot hold its field (a text of numbers, a list) counts as absent. A
    dotted name leads into structs, whatever the case of its parts.

    Args:
        file: The file.
        config: Its ``fields`` say which columns matter; no others are read. ``max_expansion`` and ``max_articles`` are
            held against what the headers promise before anything is decompressed.

    Returns:
        Batches with places ``file:row``, rows counted from 1. A row whose only id or text is bytes that are not UTF-8
        is a rejection (``not_utf8``); elsewhere such bytes are left out, as are times outside the years 1 to 9999. A
        file that is not Parquet (``unreadable``), would become too large (``expands_too_far``), has no rows
        (``empty_file``) or no column for id or text (``missing_columns``) is a rejection.

    Raises:
        InputError: The user named this very file and it has no column for id or text, or it is standard input.
        OSError: The file cannot be read.
    """
    if file.path == STANDARD_INPUT:
        hint = "Write it to a file: its reader has to jump."
        raise InputError("a Parquet table cannot be read from standard input", where=file.origin, hint=hint)
    with file.path.open("rb") as stream:  # What the system says of a file that may not be read is clear.
        if stream.peek(4).startswith((GZIP, *ZSTD)):
            yield rejected(
                file, "unreadable: a Parquet file is not read while it is compressed as a whole; unpack it first"
            )
            return
        try:
            groups = row_groups(stream)
        except (DamagedError, RecursionError) as error:
            yield rejected(file, f"unreadable: not a Parquet file, or a damaged one ({error})")
            return
        n_bytes, size = sum(group.n_bytes for group in groups), stream.seek(0, 2)
    if n_bytes > FREE_BYTES and n_bytes > config.max_expansion * size:
        yield rejected(file, over(f"expands_too_far: {n_bytes:,} bytes in {size:,}", "max_expansion", config))
        return
    if (n_rows := max((max(group.n_rows, group.n_values) for group in groups), default=0)) > config.max_articles:
        yield rejected(file, over(f"too_many: a part of {n_rows:,} rows", "max_articles", config))
        return
    try:
        yield from _read_table(file, config, groups)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        what = (str(error) or "no reason given").splitlines()[0]
        yield rejected(file, f"unreadable: not a Parquet file, or a damaged one ({what})")


read = each_file(read_file)


def _read_table(file: SourceFile, config: InputConfig, groups: Sequence[RowGroup]) -> Iterator[Batch]:
    # Neither the file's name nor its folder's may mean anything: they can hold '*' or 'lang=en'.
    table = pl.scan_parquet(file.path, glob=False, hive_partitioning=False)
    schema = table.collect_schema()
    names = candidates(config)
    columns = dict(schema) | {
        name: found for group in names.values() for name in group if (found := _type_at(schema, name)) is not None
    }
    wanted = {column.casefold() for group in names.values() for column in group}
    required = {column.casefold() for field in REQUIRED for column in names[field]}
    texts = {name.casefold() for name in names["text"]}
    usable = {
        column: expression
        for column, dtype in columns.items()
        if column.casefold() in wanted and (expression := _as_string(column, dtype, schema)) is not None
        if not (column.casefold() in required and dtype == pl.Boolean)
        if not (column.casefold() in texts and not _holds_text(dtype))
    }
    if missing := reject_without_fields(file, [*usable], config, shown=[f"{k} ({v})" for k, v in schema.items()]):
        yield missing
        return
    lost = [column for column in columns if column.casefold() in wanted and column not in usable]
    chosen = table.select(expression.alias(column) for column, expression in usable.items())
    start = 0
    for length in _parts(groups):
        rows = chosen.slice(start, length).collect()
        numbers = pl.int_range(start + 1, start + rows.height + 1).cast(pl.String)
        places = pl.select(file.origin + ":" + numbers).to_series()
        left_out = dict.fromkeys(lost, rows.height)
        rows, places, rejections, undecoded = _decoded(rows, places, names)
        yield Batch(rows, places, rejections, frozenset(columns), left_out | undecoded)
        start += length
    if not start:
        yield Batch(columns=frozenset(columns))
        yield rejected(file, "empty_file: a table without rows")


def _decoded(
    rows: pl.DataFrame, places: pl.Series, names: Mapping[str, tuple[str, ...]]
) -> tuple[pl.DataFrame, pl.Series, list[Rejection], dict[str, int]]:
    """Turn bytes into strings; rows that are left without id or text by it are rejections, other values are counted."""
    wrong: dict[str, dict[int, int]] = {}
    for column in (column for column, dtype in rows.schema.items() if dtype == pl.Binary):
        try:
            rows = rows.with_columns(pl.col(column).cast(pl.String))
        except pl.exceptions.PolarsError:  # It says that a value is none, not which.
            values, wrong[column] = _one_by_one(rows[column])
            rows = rows.with_columns(values)
    refused: dict[int, str] = {}
    for field in REQUIRED if wrong else ():
        folds = {name.casefold() for name in names[field]}
        given = [column for column in rows.columns if column.casefold() in folds]
        is_missing = rows.select(pl.all_horizontal(pl.col(given).is_null())).to_series()
        for column in given:
            for row, byte in wrong.get(column, {}).items():
                if is_missing[row]:
                    refused.setdefault(row, not_utf8(byte, column))
    rejections = [Rejection(places[row], reason) for row, reason in sorted(refused.items())]
    left_out = {column: n for column, found in wrong.items() if (n := len(found.keys() - refused))}
    if refused:
        is_kept = pl.Series([row not in refused for row in range(rows.height)])
        rows, places = rows.filter(is_kept), places.filter(is_kept)
    return rows, places, rejections, left_out


def _one_by_one(column: pl.Series) -> tuple[pl.Series, dict[int, int]]:
    """Bytes as strings, and of rows whose bytes are not UTF-8, which are null, the first that is wrong."""
    values: list[str | None] = []
    wrong: dict[int, int] = {}
    for row, data in enumerate(column):
        try:
            values.append(None if data is None else data.decode())
        except UnicodeDecodeError as error:
            wrong[row] = data[error.start]
            values.append(None)
    return pl.Series(column.name, values, pl.String), wrong


def _parts(groups: Sequence[RowGroup]) -> Iterator[int]:
    """How many rows to read at a time: row groups until there is enough, one that is larger in equal parts."""
    n_rows = n_bytes = 0
    for group in groups:
        n_rows, n_bytes = n_rows + group.n_rows, n_bytes + group.n_bytes
        if n_bytes >= PART_BYTES:
            size = max(1, n_rows * PART_BYTES // n_bytes)
            yield from (min(size, n_rows - start) for start in range(0, n_rows, size))
            n_rows = n_bytes = 0
    if n_rows:
        yield n_rows


def _type_at(schema: pl.Schema, name: str) -> Any:
    """The type of what a dotted name leads to, None where it leads nowhere or is a column's own."""
    return None if name in schema or "." not in name else _way(schema, name)[1]


def _way(schema: pl.Schema, name: str) -> tuple[list[str], Any]:
    """The column and the fields that a dotted name leads through, as they are written there; the type at its end."""
    way: list[str] = []
    dtype: Any = pl.Struct(schema)
    for part in name.split("."):
        fields = dict(dtype.to_schema()) if isinstance(dtype, pl.Struct) else {}
        way.append(spelled(part, fields))
        dtype = fields.get(way[-1])
    return way, dtype


def _value(column: str, schema: pl.Schema) -> pl.Expr:
    if column in schema:
        return pl.col(column)
    first, *rest = _way(schema, column)[0]
    value = pl.col(first)
    for part in rest:
        value = value.struct.field(part)
    return value


def _holds_text(dtype: pl.DataType) -> bool:
    return dtype in (pl.String, pl.Binary, pl.Categorical) or isinstance(dtype, pl.Enum)


def _as_string(column: str, dtype: pl.DataType, schema: pl.Schema) -> pl.Expr | None:
    """How to turn a column into strings, bytes aside, or None where nothing sensible can come out."""
    value = _value(column, schema)
    if isinstance(dtype, pl.Struct):
        # Outlets are often objects with a name (schema.org publisher).
        texts = {field.name: field.dtype for field in dtype.fields if _holds_text(cast("pl.DataType", field.dtype))}
        name = next((name for name in ("name", "title") if name in texts), None)
        return _text(value.struct.field(name), texts[name]) if name else None
    if isinstance(dtype, pl.Datetime):
        a_second = {"ms": 10**3, "us": 10**6, "ns": 10**9}[dtype.time_unit]
        known = _known(value, FIRST_SECOND * a_second, LAST_SECOND * a_second)
        utc = known.dt.convert_time_zone("UTC") if dtype.time_zone else known
        return _shown(value, utc.dt.strftime(TIME_FORM), dtype.time_unit)
    if dtype == pl.Date:
        known = _known(value, FIRST_SECOND // A_DAY, LAST_SECOND // A_DAY)
        return _shown(value, known.dt.strftime("%Y-%m-%d"), "days")
    if dtype.is_float():
        whole = value.cast(pl.Int64, strict=False)
        as_given = value.fill_nan(None).cast(pl.String)
        return pl.when(whole == value).then(whole.cast(pl.String)).otherwise(as_given)
    if dtype.is_integer() or dtype.is_decimal() or dtype == pl.Null or _holds_text(dtype):
        return _text(value, dtype)
    return None


def _text(value: pl.Expr, dtype: Any) -> pl.Expr:
    return value if dtype == pl.Binary else value.cast(pl.String, strict=False)


def _known(value: pl.Expr, first: int, last: int) -> pl.Expr:
    """A time or date that a calendar has, else null: Polars panics over the others, and with them over all."""
    return pl.when(value.to_physical().is_between(first, last)).then(value)


def _shown(value: pl.Expr, known: pl.Expr, unit: str) -> pl.Expr:
    """A time as a string; one that no calendar has as its number, to be told as one that cannot be read."""
    return pl.coalesce(known, value.to_physical().cast(pl.String) + f" {unit} since 1970")
