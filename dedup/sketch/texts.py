"""Where the texts of a column lie in memory.

In: a Polars column of strings. Out: the address and length of every text, without copying one. Must not know what is
read there.

Polars hands its buffers out through the Arrow C stream interface, which needs no other package: strings as views of 16
bytes that hold a short text themselves or point into a buffer.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.arrow_memory import Array

Int64s = npt.NDArray[np.int64]

SLACK: Final = 192
"""Bytes of scratch beyond six times a text that folding may write, and hashing its last word read."""
_VIEW: Final = 16
_INLINE: Final = 12
"""Texts up to this many bytes lie in the view itself, behind its length."""


class _Stream(ctypes.Structure):
    """ArrowArrayStream of the Arrow C stream interface."""


_Stream._fields_ = [
    ("get_schema", ctypes.c_void_p),
    ("get_next", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Stream), ctypes.POINTER(Array))),
    ("get_last_error", ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.POINTER(_Stream))),
    ("release", ctypes.c_void_p),
    ("private_data", ctypes.c_void_p),
]


@dataclass(frozen=True)
class Texts:
    """The texts of a column.

    Args:
        address: (n,) address of each text's first byte; 0 for an empty or missing one.
        n_bytes: (n,) its length.
        owner: What keeps the memory; the addresses are good as long as this object lives.
    """

    address: Int64s
    n_bytes: Int64s
    owner: Any

    def __len__(self) -> int:
        return len(self.address)


class _Owner:
    """Keeps exported arrays and gives them back."""

    def __init__(self, series: pl.Series) -> None:
        self.series = series
        self.capsule = series.__arrow_c_stream__()
        self.arrays: list[Array] = []

    def __del__(self, pointer_to: Callable[[Array], Any] = ctypes.byref) -> None:
        for array in self.arrays:  # perhaps when the process ends and modules are gone
            if array.release:
                array.release(pointer_to(array))


def texts(series: pl.Series) -> Texts:
    """Find the texts of ``series``.

    Args:
        series: A column of strings; nulls count as empty.

    Returns:
        Addresses and lengths, in order.

    Examples:
        >>> found = texts(pl.Series(["quay", None, "a longer text that lies in a buffer"]))
        >>> found.n_bytes.tolist()
        [4, 0, 35]
        >>> [ctypes.string_at(at, n) for at, n in zip(found.address.tolist(), found.n_bytes.tolist(), strict=True) if n]
        [b'quay', b'a longer text that lies in a buffer']
    """
    owner = _Owner(series.cast(pl.String))
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    stream = _Stream.from_address(pointer(owner.capsule, b"arrow_array_stream"))
    addresses: list[Int64s] = []
    lengths: list[Int64s] = []
    while True:
        array = Array()
        if stream.get_next(ctypes.byref(stream), ctypes.byref(array)) != 0:
            raise MemoryError((stream.get_last_error(ctypes.byref(stream)) or b"").decode(errors="replace"))
        if not array.release:
            break
        owner.arrays.append(array)
        if array.length:
            address, n_bytes = _views(array)
            addresses.append(address)
            lengths.append(n_bytes)
    none = np.zeros(0, dtype=np.int64)
    return Texts(np.concatenate([none, *addresses]), np.concatenate([none, *lengths]), owner)


def _views(array: Array) -> tuple[Int64s, Int64s]:
    first = int(array.buffers[1] or 0) + _VIEW * array.offset
    raw = np.ctypeslib.as_array(ctypes.cast(first, ctypes.POINTER(ctypes.c_uint8)), (array.length * _VIEW,))
    parts = raw.view(np.int32).reshape(array.length, 4)
    n_bytes = parts[:, 0].astype(np.int64)
    # Between the views and the last buffer, which holds the sizes of the others, lie the texts.
    bases = np.asarray([int(array.buffers[at] or 0) for at in range(2, array.n_buffers - 1)] or [0], dtype=np.int64)
    if array.null_count and array.buffers[0]:
        n_flags = (array.offset + array.length + 7) // 8
        flags = np.ctypeslib.as_array(ctypes.cast(array.buffers[0], ctypes.POINTER(ctypes.c_uint8)), (n_flags,))
        valid = np.unpackbits(flags, bitorder="little")[array.offset : array.offset + array.length].astype(bool)
        n_bytes = np.where(valid, n_bytes, 0)  # the view of a missing text may hold anything
    inline = n_bytes <= _INLINE
    here = first + _VIEW * np.arange(array.length, dtype=np.int64) + 4
    elsewhere = bases[np.where(inline, 0, parts[:, 2])] + parts[:, 3]
    address = np.where(inline, here, elsewhere)
    return np.where(n_bytes > 0, address, 0), n_bytes
