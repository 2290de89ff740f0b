"""Frames and manifests as JSON and CSV that are safe to open anywhere.

In: a frame or a dictionary. Out: bytes, the same for the same content. Must not know which files there are.

JSON: UTF-8 unescaped, except U+2028 and U+2029, which end a line for JavaScript and for careless readers of JSON Lines;
times as ISO 8601 with Z; floats to four decimals (manifest: six), never NaN or infinity, which JSON does not know.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from numbers import Integral, Real
from os import PathLike, fspath
from typing import Final

import polars as pl
from polars.datatypes import DataTypeClass

FRAME_DECIMALS: Final = 4
MANIFEST_DECIMALS: Final = 6
TIME_FORM: Final = "%Y-%m-%dT%H:%M:%S%.fZ"

FORMULA: Final = r"((?:^|[;\t\n])[\s\x00-\x1f]*)([=+\-@\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}])"
"""Where a spreadsheet may see a formula: an equals, plus, minus or at sign, full-width ones included, at the start of a
cell or after what starts one in countries that separate cells by semicolons."""


def json_lines(frame: pl.DataFrame) -> bytes:
    r"""A frame as JSON Lines, a row a line, keys in the order of the columns.

    Examples:
        >>> json_lines(pl.DataFrame({"title": ["a\u2028b"], "score": [0.123456]}))
        b'{"title":"a\\u2028b","score":0.1235}\n'
    """
    lines = io.BytesIO()
    frame.select(_plain(pl.col(name), dtype).alias(name) for name, dtype in frame.schema.items()).write_ndjson(lines)
    return _without_separators(lines.getvalue())


def json_document(content: Mapping[str, object]) -> bytes:
    r"""A manifest as indented JSON.

    Args:
        content: Strings, numbers (NumPy's too), times, paths, None, and mappings and sequences of these. NaN and
            infinity become null; a time without a zone is UTC; bytes of a path that are not UTF-8 are escaped.

    Raises:
        TypeError: There is something else in it.

    Examples:
        >>> print(
        ...     json_document({"at": datetime(2025, 3, 4, tzinfo=UTC), "share": 1 / 3, "rate": float("nan")}).decode()
        ... )
        {
          "at": "2025-03-04T00:00:00Z",
          "share": 0.333333,
          "rate": null
        }
        <BLANKLINE>
    """
    text = json.dumps(_jsonable(content), ensure_ascii=False, indent=2, allow_nan=False)
    return _without_separators(f"{text}\n".encode())


def spreadsheet(frame: pl.DataFrame) -> bytes:
    r"""A flat frame as CSV that no spreadsheet runs.

    A sign that could begin a formula gets an apostrophe before it, which makes it text for every spreadsheet. So ids
    and titles that begin with = + - @ differ here, and only here, from what was given: machines read the Parquet file.
    All text is quoted; control characters other than tab and line feed become U+FFFD.

    Examples:
        >>> spreadsheet(pl.DataFrame({"title": ["=HYPERLINK(1)", " -2%", "a\x1b[2J"], "score": [0.5, None, 1.0]}))
        b'"title","score"\n"\'=HYPERLINK(1)",0.5\n" \'-2%",\n"a\xef\xbf\xbd[2J",1.0\n'
    """
    columns = []
    for name, dtype in frame.schema.items():
        cell = _plain(pl.col(name), dtype)
        if dtype == pl.String or isinstance(dtype, pl.Enum):
            cell = cell.cast(pl.String)
            tame = cell.str.replace_all(FORMULA, "${1}'${2}")
            cell = tame.str.replace_all(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", "\ufffd")
        columns.append(cell.alias(name))
    return frame.select(columns).write_csv(quote_style="non_numeric").encode()


def _plain(value: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """An expression for ``value`` with rounded floats and times as text, at any depth."""
    if isinstance(dtype, pl.Datetime):
        utc = value.dt.convert_time_zone("UTC") if dtype.time_zone else value
        return utc.dt.strftime(TIME_FORM)
    if dtype.is_float():
        # Adding zero turns -0.0, which a sum in another order may give, into 0.0.
        return pl.when(value.is_finite()).then(value.round(FRAME_DECIMALS) + pl.lit(0, dtype))
    if isinstance(dtype, pl.List) and _has_work(dtype.inner):
        return value.list.eval(_plain(pl.element(), _dtype(dtype.inner)))
    if isinstance(dtype, pl.Struct) and _has_work(dtype):
        fields = [
            _plain(value.struct.field(field.name), _dtype(field.dtype)).alias(field.name) for field in dtype.fields
        ]
        return pl.when(value.is_not_null()).then(pl.struct(fields))
    return value


def _has_work(dtype: pl.DataType | DataTypeClass) -> bool:
    dtype = _dtype(dtype)
    if isinstance(dtype, pl.List):
        return _has_work(dtype.inner)
    if isinstance(dtype, pl.Struct):
        return any(_has_work(field.dtype) for field in dtype.fields)
    return dtype.is_float() or isinstance(dtype, pl.Datetime)


def _dtype(dtype: pl.DataType | DataTypeClass) -> pl.DataType:
    return dtype() if isinstance(dtype, DataTypeClass) else dtype


def _jsonable(value: object) -> object:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str | PathLike):
        # Lone surrogates come from file names that are not UTF-8, and UTF-8 cannot hold them.
        return str(fspath(value)).encode("utf-8", "backslashreplace").decode()
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        number = float(value)
        return round(number, MANIFEST_DECIMALS) + 0.0 if math.isfinite(number) else None
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(_jsonable(key)): _jsonable(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_jsonable(item) for item in value]
    raise TypeError(f"a manifest cannot hold {type(value).__name__}")


def _without_separators(data: bytes) -> bytes:
    # Both can only stand inside strings, where an escape means the same.
    return data.replace("\u2028".encode(), b"\\u2028").replace("\u2029".encode(), b"\\u2029")
