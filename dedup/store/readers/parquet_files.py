"""Parquet tables.

In: ``.parquet`` files. Out: one batch each, with the columns that a field is looked for in, turned into strings. Must
not know which rows make acceptable articles.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from dedup.config import InputConfig
from dedup.store.fields import REQUIRED, candidates
from dedup.store.files import SourceFile
from dedup.store.readers.batch import Batch, each_file, reject_without_fields, rejected

TIME_FORM: Final = "%Y-%m-%dT%H:%M:%S%.6fZ"


def read_file(file: SourceFile, config: InputConfig) -> Iterator[Batch]:
    """Read one table.

    Whole numbers, dates, times and categories become strings; times without a zone are UTC. Ids that are floats
    without a fraction become whole numbers, since pandas turns integers into floats as soon as one is missing. A column
    of a type that cannot hold its field (a text of numbers, a list) counts as absent.

    Args:
        file: The file.
        config: Its ``fields`` say which columns matter; no others are read.

    Returns:
        One batch with places ``file:row``, rows counted from 1. A file that is not Parquet (``unreadable``), has no
        rows (``empty_file``) or no column for id or text (``missing_columns``) is a rejection.

    Raises:
        InputError: The user named this very file and it has no column for id or text.
        OSError: The file cannot be read.
    """
    with file.path.open("rb"):
        pass  # What the system says of a file that may not be read is clearer than what Polars says.
    try:
        # Neither the file's name nor its folder's may mean anything: they can hold '*' or 'lang=en'.
        table = pl.scan_parquet(file.path, glob=False, hive_partitioning=False)
        schema = table.collect_schema()
        names = candidates(config)
        wanted = {column.casefold() for group in names.values() for column in group}
        texts = {column.casefold() for field in REQUIRED for column in names[field]}
        usable = {
            column: expression
            for column, dtype in schema.items()
            if column.casefold() in wanted and (expression := _as_string(column, dtype)) is not None
            if not (column.casefold() in texts and dtype == pl.Boolean)
            if not (column.casefold() in {name.casefold() for name in names["text"]} and not _holds_text(dtype))
        }
        if missing := reject_without_fields(file, [*usable], config, shown=[f"{k} ({v})" for k, v in schema.items()]):
            yield missing
            return
        rows = table.select(expression.alias(column) for column, expression in usable.items()).collect()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        yield rejected(file, f"unreadable: not a Parquet file, or a damaged one ({str(error).splitlines()[0]})")
        return
    if not rows.height:
        yield rejected(file, "empty_file: a table without rows")
    lost = {column: schema[column] for column in schema if column.casefold() in wanted and column not in usable}
    places = pl.select(file.origin + ":" + pl.int_range(1, rows.height + 1).cast(pl.String)).to_series()
    yield Batch(rows, places, columns=frozenset(schema), left_out=dict.fromkeys(lost, rows.height))


read = each_file(read_file)


def _holds_text(dtype: pl.DataType) -> bool:
    return dtype in (pl.String, pl.Binary, pl.Categorical) or isinstance(dtype, pl.Enum)


def _as_string(column: str, dtype: pl.DataType) -> pl.Expr | None:
    """How to turn a column into strings, or None where nothing sensible can come out."""
    value = pl.col(column)
    if isinstance(dtype, pl.Struct):
        # Outlets are often objects with a name (schema.org publisher).
        name = next((field.name for field in dtype.fields if field.name in ("name", "title")), None)
        return value.struct.field(name).cast(pl.String, strict=False) if name else None
    if isinstance(dtype, pl.Datetime):
        utc = value.dt.convert_time_zone("UTC") if dtype.time_zone else value
        return utc.dt.strftime(TIME_FORM)
    if dtype == pl.Date:
        return value.dt.strftime("%Y-%m-%d")
    if dtype.is_float():
        whole = value.cast(pl.Int64, strict=False)
        return pl.when(whole == value).then(whole.cast(pl.String)).otherwise(value.cast(pl.String))
    if dtype.is_integer() or dtype == pl.Null or _holds_text(dtype):
        return value.cast(pl.String, strict=False)
    return None
