"""Joins over arrays: who shares a bucket, how alike sets are, what pairs connect.

In: arrays. Out: arrays, made here and filled by ``join_kernels``. Must not know texts, nor what keys and runs are.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.match.pair_numbers import distinct
from dedup.sketch.kept import Kept
from dedup.sketch.passes import table_size

Int64s = npt.NDArray[np.int64]
UInt64s = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]

LINE: Final = 8
"""Bands whose keys are fetched together: those of one cache line."""
MARK_WORDS: Final = 64
"""Numbers of 64 bits that mark the runs of a set; see ``join_kernels.MARKS``."""

_key_columns = Kept("dedup.match.join_kernels", "key_columns")
_bucket_pairs = Kept("dedup.match.join_kernels", "bucket_pairs")
_mark_runs = Kept("dedup.match.join_kernels", "mark_runs")
_similarities = Kept("dedup.match.join_kernels", "similarities")
_join_rows = Kept("dedup.match.join_kernels", "join_rows")


def bucket_pairs(
    keys: UInt64s, rows: Int64s, max_bucket: int, first: int = 0, n_bands: int | None = None
) -> tuple[UInt64s, int]:
    """Pairs of rows that share a key in some bands.

    Args:
        keys: (n_rows, n_bands) keys, well mixed.
        rows: (n,) the rows to join, ascending, below 2**31.
        max_bucket: Largest bucket compared all to all; each row of a larger one is paired with its neighbour and with
            the first.
        first: The first of the bands.
        n_bands: How many of them; all that follow by default.

    Returns:
        Pairs in ascending order, each once, the left row in the high half; and the number of large buckets.

    Examples:
        >>> pairs, n_large = bucket_pairs(np.array([[7, 1], [8, 1], [7, 2]], np.uint64), np.arange(3), 64)
        >>> [(pair >> 32, pair & 0xFFFFFFFF) for pair in pairs.tolist()], n_large
        ([(0, 1), (0, 2)], 0)
    """
    n_bands = keys.shape[1] - first if n_bands is None else n_bands
    columns = np.empty((n_bands, len(rows)), np.uint64)
    _key_columns(keys, rows, first, columns)
    table, chains = np.empty(table_size(len(rows)), np.int32), np.zeros((5, len(rows)), np.int32)
    n_large, room = np.zeros(1, np.int64), np.empty(max(1_024, len(rows) // 4), np.uint64)
    found = []
    for column in columns:
        n_pairs = _bucket_pairs(column, rows, max_bucket, table, chains, room, n_large)
        if n_pairs > len(room):
            room = np.empty(n_pairs, np.uint64)
            _bucket_pairs(column, rows, max_bucket, table, chains, room, n_large)
        found.append(room[:n_pairs].copy())
    return distinct(np.concatenate([np.empty(0, np.uint64), *found])), int(n_large[0])


def marks(begins: Int64s, counts: Int64s, runs: UInt64s) -> UInt64s:
    """What tells soon that two sets share too little.

    Args:
        begins: (n_sets + 1,) where the runs of each set begin.
        counts: (n_sets,) how many it has.
        runs: Distinct values of each set, well mixed, in any order.

    Returns:
        (n_sets, MARK_WORDS) bits.

    Examples:
        >>> found = marks(np.array([0, 2]), np.array([2]), np.array([1 << 52, 1 << 53], np.uint64))
        >>> found[0, 0].item()
        6
    """
    found = np.zeros((len(counts), MARK_WORDS), np.uint64)
    _mark_runs(begins, counts, runs, found)
    return found


def similarities(
    pairs: UInt64s, begins: Int64s, counts: Int64s, runs: UInt64s, marked: UInt64s, min_jaccard: float
) -> Floats:
    """How alike the sets of each pair are.

    Args:
        pairs: (n,) pairs of sets in ascending order, the left one in the high half.
        begins: See ``marks``.
        counts: See ``marks``.
        runs: See ``marks``.
        marked: What ``marks`` makes of them.
        min_jaccard: Least similarity that matters, above 0.

    Returns:
        (n,) Jaccard similarities, 0 where they are below the least.

    Examples:
        >>> runs, pairs = np.array([1, 2, 3, 2, 3, 1, 9], np.uint64), np.array([1, 2], np.uint64)
        >>> sets = np.array([0, 3, 5, 7]), np.array([3, 2, 2]), runs
        >>> similarities(pairs, *sets, marks(*sets), 0.5).round(3).tolist()
        [0.667, 0.0]
    """
    n_slots = table_size(int(counts.max(initial=0)))
    table, owners, found = np.empty(n_slots, np.uint64), np.full(n_slots, -1, np.int64), np.empty(len(pairs))
    _similarities(pairs, begins, counts, runs, marked, float(min_jaccard), table, owners, found)
    return found


def components(n_rows: int, left: Int64s, right: Int64s) -> Int64s:
    """The smallest row of the component of each row.

    Args:
        n_rows: Rows.
        left: (m,) rows.
        right: (m,) rows, each of one component with the left one.

    Examples:
        >>> components(4, np.array([3]), np.array([1])).tolist()
        [0, 1, 2, 1]
    """
    found = np.arange(n_rows)
    _join_rows(found, np.ascontiguousarray(left), np.ascontiguousarray(right))
    return found
