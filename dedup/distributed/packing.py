"""Several frames as one, for what can return only one.

In: frames by name. Out: a frame with a column of structs for each, of which every row has one, and back. Must not know
what the frames mean.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl


def schema(*others: pl.Schema, **columns: pl.DataType | type[pl.DataType]) -> pl.Schema:
    """Some schemas with more columns, a later one in the place of an earlier one of its name.

    Examples:
        >>> dict(schema(pl.Schema({"row": pl.UInt32, "term": pl.Int64}), row=pl.Int64))
        {'row': Int64, 'term': Int64}
    """
    whole = pl.Schema()
    for each in (*others, pl.Schema(columns)):
        whole.update(each)
    return whole


def packing(schemas: Mapping[str, pl.Schema]) -> pl.Schema:
    """The schema in which frames of these schemas are packed."""
    return schema(**{name: pl.Struct(dict(one)) for name, one in schemas.items()})


def packed(shape: pl.Schema, /, **frames: pl.DataFrame) -> pl.DataFrame:
    """Frames one below the other.

    Args:
        shape: As ``packing``.
        **frames: Those that there are, each with the columns of its schema at least.

    Examples:
        >>> shape = packing({"ports": pl.Schema({"name": pl.String}), "ships": pl.Schema({"tons": pl.Int64})})
        >>> packed(shape, ships=pl.DataFrame({"tons": [9]})).rows()
        [(None, {'tons': 9})]
    """
    parts = [shape.to_frame()]
    for name, frame in frames.items():
        columns = [pl.col(field.name).cast(field.dtype) for field in fields_of(shape[name])]
        parts.append(frame.select(pl.struct(columns).alias(name)))
    return pl.concat(parts, how="diagonal").select(*shape)


def unpacked(shape: pl.Schema, stored: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The frames again, each with the rows it has."""
    return {name: stored.filter(pl.col(name).is_not_null()).select(name).unnest(name) for name in shape}


def fields_of(struct: pl.DataType | type[pl.DataType]) -> list[pl.Field]:
    """The fields of a type that is a struct."""
    if not isinstance(struct, pl.Struct):
        raise TypeError(f"no struct: {struct}")
    return struct.fields
