"""Columns over memory that somebody else holds.

In: the arrays of a column as Arrow lays them out. Out: a Polars column that reads them where they are. Must not know
where the memory comes from, nor what the column says.

Polars takes a column over through the Arrow C data interface
(https://arrow.apache.org/docs/format/CDataInterface.html), which needs no other package. What holds the memory lives
until Polars has let go of the last column that was made of it.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

_NULLABLE: Final = 2
"""``ARROW_FLAG_NULLABLE``."""

FORMATS: Final[Mapping[Any, str]] = {
    pl.UInt8: "C",
    pl.UInt16: "S",
    pl.UInt32: "I",
    pl.UInt64: "L",
    pl.Int32: "i",
    pl.Int64: "l",
    pl.Float32: "f",
    pl.Float64: "g",
    pl.Datetime("us", "UTC"): "tsu:UTC",
}
"""Types whose values lie one after another, by the name that Arrow has for them."""


class Array(ctypes.Structure):
    """ArrowArray of the Arrow C data interface."""


class Schema(ctypes.Structure):
    """ArrowSchema of the Arrow C data interface."""


_RELEASE_ARRAY: Final = ctypes.CFUNCTYPE(None, ctypes.POINTER(Array))
_RELEASE_SCHEMA: Final = ctypes.CFUNCTYPE(None, ctypes.POINTER(Schema))

Array._fields_ = [  # apart, because the structure holds itself
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(Array))),
    ("dictionary", ctypes.c_void_p),
    ("release", _RELEASE_ARRAY),
    ("private_data", ctypes.c_void_p),
]
Schema._fields_ = [
    ("format", ctypes.c_char_p),
    ("name", ctypes.c_char_p),
    ("metadata", ctypes.c_char_p),
    ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("children", ctypes.POINTER(ctypes.POINTER(Schema))),
    ("dictionary", ctypes.c_void_p),
    ("release", _RELEASE_SCHEMA),
    ("private_data", ctypes.c_void_p),
]


@dataclass(frozen=True)
class Laid:
    """A column as Arrow lays it out.

    Args:
        dtype: One of ``FORMATS``, a string, or a list or struct of such.
        length: Rows.
        buffers: Of a number its values; of a string where each begins and ends, (n + 1,) of 64 bits, and the bytes of
            all; of a list where each begins and ends; of a struct nothing.
        children: Of a list its items, of a struct its fields.
        valid: (n,) rows that hold something; None where all do.
    """

    dtype: Any
    length: int
    buffers: Sequence[npt.NDArray[Any]]
    children: Sequence[Laid] = ()
    valid: npt.NDArray[np.bool_] | None = None


@dataclass
class _Exported:
    """A column on its way to Polars, and all that has to stay where it is until Polars has let go of it."""

    array: Array
    schema: Schema
    kept: list[Any] = field(default_factory=list)

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[Any, Any]:
        del requested_schema
        return _capsule(self.schema, b"arrow_schema"), _capsule(self.array, b"arrow_array")


_names: Final = count(1)
_held: Final[dict[int, _Exported]] = {}
"""What Polars has not let go of yet, by the number that it gives back."""


def _column_goes(pointer: Any) -> None:
    array = pointer.contents
    _held.pop(array.private_data, None)
    array.release = _RELEASE_ARRAY()


def _child_goes(pointer: Any) -> None:
    """Children go with the column that they are of."""
    pointer.contents.release = _RELEASE_ARRAY()


def _schema_goes(pointer: Any) -> None:
    pointer.contents.release = _RELEASE_SCHEMA()


# What C calls has to stay where it is as long as the process lasts.
_COLUMN_GOES: Final = _RELEASE_ARRAY(_column_goes)
_CHILD_GOES: Final = _RELEASE_ARRAY(_child_goes)
_SCHEMA_GOES: Final = _RELEASE_SCHEMA(_schema_goes)


def column(name: str, laid: Laid) -> pl.Series:
    """A column that reads its values where they are.

    Args:
        name: Its name.
        laid: Its arrays; they must not change, and whoever owns their memory is kept as long as Polars needs it.

    Raises:
        KeyError: A type is none of those that ``Laid`` names.

    Examples:
        >>> text = np.frombuffer("quay pier".encode(), np.uint8)
        >>> column("word", Laid(pl.String, 2, [np.array([0, 4, 9]), text])).to_list()
        ['quay', ' pier']
        >>> numbers = Laid(pl.UInt32, 3, [np.array([7, 8, 9], np.uint32)])
        >>> column("rows", Laid(pl.List(pl.UInt32), 2, [np.array([0, 3, 3])], [numbers])).to_list()
        [[7, 8, 9], []]
    """
    kept: list[Any] = [laid]
    exported = _Exported(_array(laid, kept, _COLUMN_GOES), _schema(name, laid.dtype, kept), kept)
    number = next(_names)
    exported.array.private_data = number
    _held[number] = exported
    return pl.Series(name, exported)


def _array(laid: Laid, kept: list[Any], release: Any) -> Array:
    flags = None if laid.valid is None else np.packbits(laid.valid, bitorder="little")
    addresses = [None if flags is None else flags.ctypes.data, *(buffer.ctypes.data for buffer in laid.buffers)]
    buffers = (ctypes.c_void_p * len(addresses))(*addresses)
    children = [ctypes.pointer(_array(child, kept, _CHILD_GOES)) for child in laid.children]
    pointers = (ctypes.POINTER(Array) * len(children))(*children)
    kept += [flags, buffers, children, pointers]
    nulls = 0 if laid.valid is None else int(laid.length - laid.valid.sum())
    return Array(
        laid.length, nulls, 0, len(addresses), len(children), buffers, pointers if children else None, None, release, 0
    )


def _schema(name: str, dtype: Any, kept: list[Any]) -> Schema:
    parts: list[tuple[str, Any]] = []
    if isinstance(dtype, pl.List):
        form, parts = "+L", [("item", dtype.inner)]
    elif isinstance(dtype, pl.Struct):
        form, parts = "+s", [(one.name, one.dtype) for one in dtype.fields]
    else:
        form = "U" if dtype == pl.String else FORMATS[dtype]
    children = [ctypes.pointer(_schema(*part, kept)) for part in parts]
    pointers = (ctypes.POINTER(Schema) * len(children))(*children)
    said = form.encode(), name.encode()
    kept += [said, children, pointers]
    return Schema(*said, None, _NULLABLE, len(children), pointers if children else None, None, _SCHEMA_GOES, None)


def _capsule(structure: ctypes.Structure, name: bytes) -> Any:
    make: Callable[..., Any] = ctypes.pythonapi.PyCapsule_New
    make.restype, make.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]  # type: ignore[attr-defined]
    return make(ctypes.addressof(structure), name, None)
