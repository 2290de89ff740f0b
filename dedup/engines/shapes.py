"""Types of columns, as Polars and as Spark have them.

In: a Polars schema or frame. Out: the Spark schema in which it is kept, and the frame as an Arrow table of that schema.
Must not know what a column means.

Spark has no unsigned numbers and no enumerations: they are kept as wider numbers and as strings, and become what they
were when they come back. Times are kept in microseconds, UTC.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql.types import DataType, StructType

_NUMBERS: Final[dict[Any, tuple[Any, str, str]]] = {
    pl.UInt8: (pl.Int32, "IntegerType", "int32"),
    pl.UInt16: (pl.Int32, "IntegerType", "int32"),
    pl.UInt32: (pl.Int64, "LongType", "int64"),
    pl.Int32: (pl.Int32, "IntegerType", "int32"),
    pl.Int64: (pl.Int64, "LongType", "int64"),
    pl.Float32: (pl.Float32, "FloatType", "float32"),
    pl.Float64: (pl.Float64, "DoubleType", "float64"),
    pl.Boolean: (pl.Boolean, "BooleanType", "bool_"),
    pl.Binary: (pl.Binary, "BinaryType", "binary"),
}
"""What each type is kept as by Polars, Spark and Arrow; whatever is not here is a string."""


def kept_as(dtype: Any) -> Any:
    """The Polars type in which a column of ``dtype`` lies in Spark.

    Examples:
        >>> kept_as(pl.List(pl.Struct({"start": pl.UInt32, "kind": pl.Enum(["a"])})))
        List(Struct({'start': Int64, 'kind': String}))
    """
    if isinstance(dtype, pl.List):
        return pl.List(kept_as(dtype.inner))
    if isinstance(dtype, pl.Struct):
        return pl.Struct({field.name: kept_as(field.dtype) for field in dtype.fields})
    if isinstance(dtype, pl.Datetime):
        return pl.Datetime("us", "UTC")
    base = dtype.base_type() if isinstance(dtype, pl.DataType) else dtype
    return _NUMBERS[base][0] if base in _NUMBERS else pl.String


def _spark(dtype: Any) -> DataType:
    from pyspark.sql import types

    if isinstance(dtype, pl.List):
        return types.ArrayType(_spark(dtype.inner))
    if isinstance(dtype, pl.Struct):
        return types.StructType([types.StructField(field.name, _spark(field.dtype)) for field in dtype.fields])
    if isinstance(dtype, pl.Datetime):
        return types.TimestampType()
    base = dtype.base_type() if isinstance(dtype, pl.DataType) else dtype
    kind: DataType = getattr(types, _NUMBERS[base][1])() if base in _NUMBERS else types.StringType()
    return kind


def _arrow(dtype: Any) -> pa.DataType:
    import pyarrow as pa

    if isinstance(dtype, pl.List):
        return pa.list_(_arrow(dtype.inner))
    if isinstance(dtype, pl.Struct):
        return pa.struct([(field.name, _arrow(field.dtype)) for field in dtype.fields])
    if isinstance(dtype, pl.Datetime):
        return pa.timestamp("us", "UTC")
    base = dtype.base_type() if isinstance(dtype, pl.DataType) else dtype
    return getattr(pa, _NUMBERS[base][2])() if base in _NUMBERS else pa.string()


def spark_type(schema: pl.Schema) -> StructType:
    """The Spark schema in which frames of ``schema`` are kept; every column may be null."""
    from pyspark.sql import types

    return types.StructType([types.StructField(name, _spark(dtype)) for name, dtype in schema.items()])


def as_table(frame: pl.DataFrame, schema: pl.Schema | None = None) -> pa.Table:
    """A frame as the Arrow table that Spark takes.

    Args:
        frame: The frame.
        schema: The schema it must have; its own without one.
    """
    import pyarrow as pa

    wanted = schema or frame.schema
    plain = frame.select(pl.col(name).cast(kept_as(dtype)) for name, dtype in wanted.items())
    return plain.to_arrow().cast(pa.schema([(name, _arrow(dtype)) for name, dtype in wanted.items()]))


def storable(frame: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    """A frame that comes from Spark, in the types it had before."""
    return frame.select(pl.col(name).cast(dtype) for name, dtype in schema.items())
