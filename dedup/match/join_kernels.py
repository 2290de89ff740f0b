"""Which articles share a bucket, how alike two are, and what pairs connect, compiled.

In: the band keys of one band; sets of hashed word runs; pairs. Out: numbers, written to arrays that are handed in, so
that these kernels need no Numba (see ``dedup.sketch.kept``). Must not know what a key stands for. ``candidates`` says
what is done with large buckets and why.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from dedup.sketch.machine import n_bits, njit

MARKS: Final = 4_096
"""Bits for the runs of a set, some ten times as many as an article has runs."""
_TO_MARK: Final = np.uint64(52)
"""Bits by which a run is shifted to be below ``MARKS``."""


@njit(cache=True, nogil=True)
def key_columns(keys: Any, rows: Any, first: int, columns: Any) -> None:
    """The keys of some bands, each band's in one piece.

    Keys are written article by article and compared band by band. A cache line holds those of eight bands of one.

    Args:
        keys: (n_rows, n_bands) keys.
        rows: (n,) which rows to take.
        first: The first of the bands.
        columns: (n_columns, n) written to.
    """
    for at in range(len(rows)):
        for column in range(len(columns)):
            columns[column, at] = keys[rows[at], first + column]


@njit(cache=True, nogil=True)
def bucket_pairs(keys: Any, rows: Any, max_bucket: int, table: Any, chains: Any, pairs: Any, n_large: Any) -> Any:
    """Pairs of rows with the same key.

    Of nearly all keys there is one. So each is looked up in a table of the rows before it, and only rows that repeat a
    key are chained to the one before them.

    Args:
        keys: (n,) keys, well mixed.
        rows: (n,) the row of each, ascending.
        max_bucket: Largest bucket compared all to all; each row of a larger one is paired with its neighbour and with
            the first.
        table: Scratch of a power of two slots, at least twice the number of keys.
        chains: (5, n) scratch, whose first row holds zeros, and does again afterwards.
        pairs: Written to, if there is room for all: left row in the high half.
        n_large: (1,) the number of large buckets is added to it, if there is room.

    Returns:
        How many pairs there are.
    """
    sizes, firsts, latest, before, repeats = chains[0], chains[1], chains[2], chains[3], chains[4]
    mask = np.uint64(len(table) - 1)
    table[:] = 0
    n_repeats = 0
    for at in range(len(keys)):
        key = keys[at]
        slot = np.int64(key & mask)
        while table[slot] != 0 and keys[table[slot] - 1] != key:
            slot = np.int64(np.uint64(slot + 1) & mask)
        if table[slot] == 0:
            table[slot] = at + 1
            continue
        first = np.int64(table[slot] - 1)
        if sizes[first] == 0:
            sizes[first] = 1
            latest[first] = first
        sizes[first] += 1
        firsts[at], before[at], latest[first], repeats[n_repeats] = first, latest[first], at, at
        n_repeats += 1
    needed: Any = np.int64(0)
    n_big: Any = np.int64(0)
    for place in range(n_repeats):
        at = repeats[place]
        if before[at] == firsts[at]:  # the second of its bucket: told once
            size = np.int64(sizes[firsts[at]])
            needed += (size * (size - 1)) >> 1 if size <= max_bucket else 2 * size - 3
            n_big += size > max_bucket
    if needed <= len(pairs):
        n_large[0] += n_big
        found = 0
        for place in range(n_repeats):
            member = np.int64(repeats[place])
            head = np.int64(firsts[member])
            right = np.uint64(rows[member])
            if sizes[head] <= max_bucket:
                other = member
                while other != head:
                    other = np.int64(before[other])
                    pairs[found] = np.uint64(rows[other]) << np.uint64(32) | right
                    found += 1
            else:
                pairs[found] = np.uint64(rows[before[member]]) << np.uint64(32) | right
                found += 1
                if before[member] != head:
                    pairs[found] = np.uint64(rows[head]) << np.uint64(32) | right
                    found += 1
    for place in range(n_repeats):
        sizes[firsts[repeats[place]]] = 0
    return needed


@njit(inline="always", error_model="numpy")
def _jaccard(shared: int, both: int) -> float:
    """The similarity of two sets that share so many of their elements, both counted."""
    return shared / (both - shared)


@njit(cache=True, nogil=True)
def mark_runs(begins: Any, counts: Any, runs: Any, marks: Any) -> None:
    """Set a bit for each run of each set, by the highest bits of the run.

    Args:
        begins: (n_sets + 1,) where the runs of each set begin.
        counts: (n_sets,) how many it has.
        runs: 64-bit runs, well mixed.
        marks: (n_sets, MARKS / 64) zeros, written to.
    """
    for row in range(len(counts)):
        for place in range(begins[row], begins[row] + counts[row]):
            bit = runs[place] >> _TO_MARK
            marks[row, np.int64(bit >> np.uint64(6))] |= np.uint64(1) << (bit & np.uint64(63))


@njit(inline="always")
def _most_shared(marks: Any, left: int, right: int, n_left: int, n_right: int) -> Any:
    """No fewer than two sets share: a bit that one has and the other has not is of at least one run of its own."""
    only_left = only_right = 0
    for at in range(marks.shape[1]):
        one, other = marks[left, at], marks[right, at]
        only_left += n_bits(one & ~other)
        only_right += n_bits(other & ~one)
    return min(n_left - only_left, n_right - only_right)


@njit(cache=True, nogil=True, error_model="numpy")
def similarities(
    pairs: Any, begins: Any, counts: Any, runs: Any, marks: Any, min_jaccard: float, table: Any, owners: Any,
    jaccard: Any,
) -> None:  # fmt: skip
    """How alike the sets of each pair are, as far as it matters.

    Pairs come sorted by their left set: its runs are put into a table once, and those of every partner looked up, until
    it is certain that too few are shared.

    Args:
        pairs: (n,) pairs, left in the high half.
        begins, counts: See ``mark_runs``.
        runs: Distinct 64-bit runs of each set, in any order.
        marks: What ``mark_runs`` makes of them, which rules most pairs out.
        min_jaccard: Least similarity, above 0.
        table, owners: Scratch of a power of two slots, at least twice the size of the largest set; ``owners`` holds -1.
        jaccard: (n,) written to: the similarity, 0 where it is below the least.
    """
    current = np.int64(-1)
    mask = np.uint64(0)
    for at in range(len(pairs)):
        left = np.int64(pairs[at] >> np.uint64(32))
        right = np.int64(pairs[at] & np.uint64(0xFFFFFFFF))
        both, shorter = counts[left] + counts[right], min(counts[left], counts[right])
        jaccard[at] = 0.0
        # Least number that reaches the least similarity, as it is divided: a product may be rounded past it.
        least = np.int64(min_jaccard * both / (1.0 + min_jaccard))
        while least > 0 and _jaccard(least - 1, both) >= min_jaccard:
            least -= 1
        while least <= shorter and _jaccard(least, both) < min_jaccard:
            least += 1
        if least > shorter or both == 0 or _most_shared(marks, left, right, counts[left], counts[right]) < least:
            continue
        if left != current:
            current = left
            room = 4
            while room < 2 * counts[left]:
                room *= 2
            mask = np.uint64(room - 1)
            for place in range(begins[left], begins[left] + counts[left]):
                slot = np.int64((runs[place] >> np.uint64(20)) & mask)
                while owners[slot] == left:
                    slot = np.int64(np.uint64(slot + 1) & mask)
                owners[slot] = left
                table[slot] = runs[place]
        missing = counts[right] - least
        shared = counts[right]
        for place in range(begins[right], begins[right] + counts[right]):
            value = runs[place]
            slot = np.int64((value >> np.uint64(20)) & mask)
            while owners[slot] == left and table[slot] != value:
                slot = np.int64(np.uint64(slot + 1) & mask)
            if owners[slot] != left:
                shared -= 1
                missing -= 1
                if missing < 0:
                    break
        if missing >= 0:
            jaccard[at] = _jaccard(shared, both)


@njit(cache=True, nogil=True)
def join_rows(parent: Any, left: Any, right: Any) -> None:
    """The smallest row of the component of each row (union-find with path halving).

    Args:
        parent: (n,) every row itself; written to.
        left: (m,) rows.
        right: (m,) rows that belong to the same component.
    """
    for at in range(len(left)):
        one, other = left[at], right[at]
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        while parent[other] != other:
            parent[other] = parent[parent[other]]
            other = parent[other]
        if one < other:
            parent[other] = one
        elif other < one:
            parent[one] = other
    for row in range(len(parent)):
        top = row
        while parent[top] != top:
            parent[top] = parent[parent[top]]
            top = parent[top]
        parent[row] = top
