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
_INLINE: Final = 12
"""Bytes of a string that stand in its view."""

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
        buffers: Of a number its values; of a string its ``string_views``, and the bytes of all; of a list where each
            begins and ends, (n + 1,) of 64 bits; of a struct nothing.
        children: Of a list its items, of a struct its fields.
        valid: (n,) rows that hold something; None where all do.
    """

    dtype: Any
    length: int
    buffers: Sequence[npt.NDArray[Any]]
    children: Sequence[Laid] = ()
    valid: npt.NDArray[np.bool_] | None = None


def string_views(data: bytes, lengths: npt.NDArray[Any], before: int = 0) -> npt.NDArray[np.uint32]:
    """Strings as Polars holds them, so that it takes them over without making anything of its own.

    Args:
        data: The bytes of all, one string after the other.
        lengths: (n,) bytes of each.
        before: Bytes that lie before ``data`` where the column has its bytes, less than 2^32 with ``data``.

    Returns:
        (n, 4) variable-size binary views
        (https://arrow.apache.org/docs/format/Columnar.html#variable-size-binary-view-layout): the length, and all of a
        string of up to 12 bytes; of a longer one its first 4, then 0, which is its buffer, and its place there.

    Examples:
        >>> views = string_views(b"quayharbour master", np.array([4, 14]))
        >>> views[:, 0].tolist(), views[0, 1:2].tobytes(), views[1, 1:2].tobytes(), views[1, 2:].tolist()
        ([4, 14], b'quay', b'harb', [0, 4])
    """
    begins = np.cumsum(lengths, dtype=np.int64) - lengths
    views = np.zeros((len(lengths), 4), np.uint32)
    views[:, 0] = lengths
    padded, inline = np.frombuffer(data + bytes(_INLINE), np.uint8), views.view(np.uint8)[:, 4:]
    for at in range(_INLINE):  # a byte of all at a time: all bytes at once would be many times the views
        inline[:, at] = padded[begins + at] * (at < lengths)
    is_long = views[:, 0] > _INLINE
    views[is_long, 2] = 0
    views[is_long, 3] = begins[is_long] + before
    return views


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
        >>> views, text = string_views(b"quaypier", np.array([4, 4])), np.frombuffer(b"quaypier", np.uint8)
        >>> column("word", Laid(pl.String, 2, [views, text])).to_list()
        ['quay', 'pier']
        >>> numbers = Laid(pl.UInt32, 3, [np.array([7, 8, 9], np.uint32)])
        >>> column("rows", Laid(pl.List(pl.UInt32), 2, [np.array([0, 3, 3])], [numbers])).to_list()
        [[7, 8, 9], []]
    """
    kept: list[Any] = []
    exported = _Exported(_array(laid, kept, _COLUMN_GOES), _schema(name, laid.dtype, kept), kept)
    number = next(_names)
    exported.array.private_data = number
    _held[number] = exported
    return pl.Series(name, exported)


def _array(laid: Laid, kept: list[Any], release: Any) -> Array:
    flags = None if laid.valid is None else np.packbits(laid.valid, bitorder="little")
    buffers_of = [*laid.buffers]
    if laid.dtype == pl.String:  # after the buffers of a string's bytes stands how long each is
        buffers_of.append(np.array([laid.buffers[1].nbytes], np.int64))
    addresses = [None if flags is None else flags.ctypes.data, *(buffer.ctypes.data for buffer in buffers_of)]
    buffers = (ctypes.c_void_p * len(addresses))(*addresses)
    children = [ctypes.pointer(_array(child, kept, _CHILD_GOES)) for child in laid.children]
    pointers = (ctypes.POINTER(Array) * len(children))(*children)
    kept += [flags, buffers_of, buffers, children, pointers]  # flags as bits, and not as given, which take eight times
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
        form = "vu" if dtype == pl.String else FORMATS[dtype]
    children = [ctypes.pointer(_schema(*part, kept)) for part in parts]
    pointers = (ctypes.POINTER(Schema) * len(children))(*children)
    said = form.encode(), name.encode()
    kept += [said, children, pointers]
    return Schema(*said, None, _NULLABLE, len(children), pointers if children else None, None, _SCHEMA_GOES, None)


def _capsule(structure: ctypes.Structure, name: bytes) -> Any:
    make: Callable[..., Any] = ctypes.pythonapi.PyCapsule_New
    make.restype, make.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]  # type: ignore[attr-defined]
    return make(ctypes.addressof(structure), name, None)
