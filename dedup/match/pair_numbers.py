"""Pairs of rows as one number each, which sort and compare at once.

In: rows. Out: numbers whose order is that of the left row, then the right one, and the way back. Must not know what
the rows are, nor why they are paired.
"""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

Int64s = npt.NDArray[np.int64]
UInt32s = npt.NDArray[np.uint32]
UInt64s = npt.NDArray[np.uint64]
Whole = TypeVar("Whole", np.int64, np.uint64)
Number = TypeVar("Number", np.int64, np.uint32, np.uint64)


def as_pairs(numbers: UInt64s) -> pl.DataFrame:
    """Columns left, right (UInt32) of pairs that ``as_numbers`` gave."""
    ends = {"left": (numbers >> np.uint64(32)).astype(np.uint32), "right": numbers.astype(np.uint32)}
    return pl.DataFrame(ends, schema={"left": pl.UInt32, "right": pl.UInt32})


def as_numbers(row: npt.NDArray[Any], to: npt.NDArray[Any]) -> UInt64s:
    """Pairs as one number each, the smaller row above; their order is that of left, then right.

    Examples:
        >>> as_pairs(np.sort(as_numbers(np.array([7, 2]), np.array([1, 3])))).rows()
        [(1, 7), (2, 3)]
    """
    pairs: UInt64s = (np.minimum(row, to).astype(np.uint64) << np.uint64(32)) | np.maximum(row, to).astype(np.uint64)
    return pairs


def in_order(first: UInt32s, second: UInt32s) -> tuple[UInt32s, UInt32s]:
    """Pairs of which either number may be the smaller, in the order of the first, then the second.

    Examples:
        >>> [column.tolist() for column in in_order(np.array([7, 2, 7], np.uint32), np.array([1, 3, 0], np.uint32))]
        [[2, 7, 7], [3, 0, 1]]
    """
    numbers = np.sort(first.astype(np.uint64) << np.uint64(32) | second)
    return (numbers >> np.uint64(32)).astype(np.uint32), numbers.astype(np.uint32)


def distinct(values: npt.NDArray[Whole]) -> npt.NDArray[Whole]:
    """Values in ascending order, each once.

    Examples:
        >>> distinct(np.array([3, 1, 3], np.uint64)).tolist()
        [1, 3]
    """
    ordered = np.sort(values)  # many times as fast as np.unique, which hashes
    new = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    return ordered[new]


def counted(ordered: npt.NDArray[Number]) -> tuple[npt.NDArray[Number], Int64s]:
    """The distinct values of a sorted array, and how often each is there.

    Examples:
        >>> [found.tolist() for found in counted(np.array([3, 3, 5, 9, 9, 9]))]
        [[3, 5, 9], [2, 1, 3]]
    """
    begins = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])[: len(ordered)])
    return ordered[begins], np.diff(np.append(begins, len(ordered)))


def places_in(sizes: npt.NDArray[np.integer]) -> Int64s:
    """Which one of its run each of some values is, from 0, where runs of these sizes follow one another.

    Examples:
        >>> places_in(np.array([2, 1, 3])).tolist()
        [0, 1, 0, 0, 1, 2]
    """
    ends = np.cumsum(sizes, dtype=np.int64)
    places: Int64s = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - sizes, sizes)
    return places
