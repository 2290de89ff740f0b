"""Texts to sets of word runs, compiled: what the exact similarity of two texts is computed from.

In: addresses of texts (see ``texts``) and the character tables. Out: 64-bit hashes of every distinct run of words.
Must not know sketches. As in ``sign_kernels``, a text that cannot be folded here is reported.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from dedup.sketch.fold_kernels import fold_words
from dedup.sketch.hash_kernels import hash_words
from dedup.sketch.machine import njit

_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)


@njit(cache=True, nogil=True)
def all_runs(hashes: Any, n_words: int, size: int, found: Any) -> int:
    """64-bit hashes of every run of ``size`` words, in order: polynomials in the hashes of their words.

    Args:
        hashes: Hashes of the words.
        n_words: How many there are.
        size: Words a run; a shorter text is one run.
        found: Written to.

    Returns:
        Number of runs.
    """
    if n_words == 0:
        return 0
    size = min(size, n_words)
    n_runs = n_words - size + 1
    if size == 5:  # the usual size, without a loop inside, so that runs are hashed many at a time
        for at in range(n_runs):
            value = (hashes[at] * _GOLDEN + hashes[at + 1]) * _GOLDEN + hashes[at + 2]
            found[at] = (value * _GOLDEN + hashes[at + 3]) * _GOLDEN + hashes[at + 4]
        return n_runs
    for at in range(n_runs):
        value = np.uint64(0)
        for place in range(at, at + size):
            value = value * _GOLDEN + hashes[place]
        found[at] = value
    return n_runs


@njit(cache=True, nogil=True)
def distinct_runs(hashes: Any, n_words: int, size: int, table: Any, stamp: Any, mark: int, found: Any) -> int:
    """Distinct 64-bit hashes of every run of ``size`` words, in the order of their first appearance.

    Args:
        hashes, n_words, size: See ``all_runs``.
        table, stamp: Scratch of a power of two slots, at least twice the number of runs; ``stamp`` holds no ``mark``.
        mark: A number that was not used with this scratch before.
        found: Written to; there is room for as many as there are words.

    Returns:
        Number of distinct runs.
    """
    mask = np.uint64(len(table) - 1)
    n_found = 0
    for at in range(all_runs(hashes, n_words, size, found)):
        value = found[at]
        slot = np.int64((value >> np.uint64(20)) & mask)
        while stamp[slot] == mark and table[slot] != value:
            slot = np.int64(np.uint64(slot + 1) & mask)
        if stamp[slot] != mark:
            stamp[slot] = mark
            table[slot] = value
            found[n_found] = value
            n_found += 1
    return n_found


@njit(cache=True, nogil=True)
def copy_runs(
    address: Any, n_bytes: Any, rows: Any, first: int, last: int, pages: Any, entries: Any, pool: Any, quick: Any,
    size: int, scratch: int, spare: int, edges: Any, hashes: Any, table: Any, stamp: Any, begins: Any, runs: Any,
    counts: Any,
) -> None:  # fmt: skip
    """Distinct runs of words of the texts ``rows[first:last]``, each at its place in ``runs``.

    Args:
        address, n_bytes, rows, first, last, pages, entries, pool, quick, size, scratch, spare, edges, hashes: See
            ``copy_keys``.
        table, stamp: See ``distinct_runs``.
        begins: (len(rows),) where the runs of each text go; there is room for as many as it has words.
        runs: Written to.
        counts: (len(rows),) written to: how many there are.
    """
    for at in range(first, last):
        row = rows[at]
        found = fold_words(address[row], n_bytes[row], scratch, spare, pages, entries, pool, quick, edges)
        if found > 0:
            hash_words(scratch, edges, found, hashes)
            counts[at] = distinct_runs(hashes, found, size, table, stamp, at + 1, runs[begins[at] :])
