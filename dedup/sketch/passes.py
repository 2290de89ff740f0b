"""Passes over many texts: memory for kernels, and chunks for threads.

In: a kernel's work on a stretch of rows. Out: the work done, by as many threads as asked. Must not know what is
computed.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

import numpy as np

from dedup.sketch.texts import SLACK

_CHUNK: Final = 2_048
"""Texts a thread takes at a time."""


class Scratch:
    """Memory of one thread for texts of up to so many bytes and, where their runs are sought, words."""

    def __init__(self, most_bytes: int, num_perm: int, most_words: int = 0) -> None:
        # Two bytes can stand for four characters at most, and every one of them for a word.
        self.folded = np.zeros(6 * most_bytes + SLACK, np.uint8)
        self.spare = np.zeros(128, np.uint8)
        self.edges = np.zeros(4 * most_bytes + 32, np.int32)
        self.hashes = np.zeros(2 * most_bytes + 4, np.uint64)
        self.shingles = np.zeros(2 * most_bytes + 4, np.uint32)
        self.signature = np.zeros(num_perm, np.uint32)
        self.table = np.zeros(table_size(most_words), np.uint64)
        self.stamp = np.zeros(len(self.table), np.int64)


def table_size(n_words: int) -> int:
    """Slots of a table for the runs of so many words: a power of two, half of it empty."""
    return 1 << max(4, (2 * n_words - 1).bit_length())


Memory = TypeVar("Memory")
Work = Callable[[Scratch, int, int], None]
"""Work on rows from a first to before a last one, with a scratch that nobody else has meanwhile."""


def in_chunks(
    work: Callable[[Memory, int, int], None], n_rows: int, make: Callable[[], Memory], *, threads: int
) -> None:
    """Have rows worked on, chunk by chunk.

    Args:
        work: Called once a chunk; kernels let go of the interpreter's lock, so threads do run beside each other.
        n_rows: How many rows there are.
        make: Makes the memory of a thread.
        threads: Threads, at least 1.

    Raises:
        Exception: Whatever ``work`` raises, in a thread or not.
    """
    spare: list[Memory] = []

    def chunk(start: int) -> None:
        try:
            scratch = spare.pop()  # not asked for before: another thread may take the last one in between
        except IndexError:
            scratch = make()
        work(scratch, start, min(start + _CHUNK, n_rows))
        spare.append(scratch)

    starts = range(0, n_rows, _CHUNK)
    if threads == 1 or len(starts) < 2:
        for start in starts:
            chunk(start)
        return
    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(chunk, starts):
            pass
