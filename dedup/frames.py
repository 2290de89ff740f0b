"""What a frame is: named columns of given types, a key, a meaning, and a check at every stage boundary.

In: nothing. Out: ``Column`` and ``Frame``, and the types that many frames share. Must not know any frame.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Final

import polars as pl

from dedup.errors import SchemaError

TIME: Final = pl.Datetime("us", "UTC")
SPAN: Final = pl.Struct({"start": pl.UInt32, "end": pl.UInt32})
"""A half-open range of Unicode code points in an article's ``text`` as it was given."""


@dataclass(frozen=True)
class Column:
    """One column of a frame.

    Args:
        dtype: The exact Polars type.
        meaning: What a value says, with unit and range.
        nullable: Whether null is a legal value.
    """

    dtype: pl.DataType | type[pl.DataType]
    meaning: str
    nullable: bool = False


@dataclass(frozen=True)
class Frame:
    """The declaration of one frame.

    Args:
        name: Plural noun, also the name of the stage that makes it.
        row: What one row stands for.
        key: Columns that identify a row.
        columns: Every column in order.
    """

    name: str
    row: str
    key: tuple[str, ...]
    columns: Mapping[str, Column]

    @property
    def schema(self) -> pl.Schema:
        """Column names and types, in order."""
        return pl.Schema({name: column.dtype for name, column in self.columns.items()})

    def empty(self) -> pl.DataFrame:
        """A frame of this shape without rows."""
        return self.schema.to_frame()

    def check(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return ``frame`` unchanged if it keeps the declaration.

        Args:
            frame: The frame a stage is about to hand on.

        Raises:
            SchemaError: A column is missing, extra, out of order, of another type, or null where it must not be.

        Examples:
            >>> one = Frame("skipped", "a rejected input", ("reason",), {"reason": Column(pl.String, "why")})
            >>> one.check(pl.DataFrame({"reason": [1]}))
            Traceback (most recent call last):
                ...
            dedup.errors.SchemaError: skipped.reason: wrong type, got 'Int64', expected String.
        """
        missing = [name for name in self.columns if name not in frame.columns]
        extra = [name for name in frame.columns if name not in self.columns]
        if missing or extra:
            raise SchemaError(
                "wrong columns", where=self.name, got=f"missing {missing}, extra {extra}", expected=str([*self.columns])
            )
        if frame.columns != [*self.columns]:
            raise SchemaError("columns out of order", where=self.name, got=frame.columns, expected=str([*self.columns]))
        for name, column in self.columns.items():
            if frame.schema[name] != column.dtype:
                raise SchemaError(
                    "wrong type", where=f"{self.name}.{name}", got=str(frame.schema[name]), expected=str(column.dtype)
                )
            if not column.nullable and frame[name].null_count():
                raise SchemaError(
                    f"{frame[name].null_count()} nulls", where=f"{self.name}.{name}", expected="a value in every row"
                )
        return frame


def as_bytes(frame: pl.DataFrame) -> bytes:
    """A frame to be sent to another process; ``pl.read_ipc`` makes it again.

    Pickled by itself, a frame of a few rows takes the texts of its whole batch along: they share a buffer.
    """
    into = BytesIO()
    frame.write_ipc(into, compat_level=pl.CompatLevel.oldest())
    return into.getvalue()


@dataclass(frozen=True)
class Sendable:
    """A frame that may be needed in another process, and is made into bytes only then."""

    frame: pl.DataFrame

    def __reduce__(self) -> tuple[Callable[[bytes], Sendable], tuple[bytes]]:
        return _received, (as_bytes(self.frame),)


def _received(sent: bytes) -> Sendable:
    return Sendable(pl.read_ipc(sent))
