"""Which articles share a bucket, compiled.

In: the band keys of one band. Out: pairs of rows, and how many buckets were too large to be compared all to all. Must
not know what a key stands for. ``candidates`` says what is done with large buckets and why.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dedup.sketch.machine import njit

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@njit(cache=True, nogil=True)
def bucket_pairs(keys: Any, rows: Any, max_bucket: int, chain: bool, pairs: Any, n_pairs: int) -> Any:
    """Pairs of rows with the same key.

    Rows are dealt to partitions by their key's highest bits, so that a partition fits the cache, and compared there.

    Args:
        keys: (n,) keys, well mixed.
        rows: (n,) the row of each, ascending.
        max_bucket: Largest bucket compared all to all.
        chain: Whether each row of a larger bucket is paired with its neighbour and with the first; else it is left.
        pairs: (m,) pairs found so far, left row in the high half.
        n_pairs: How many those are.

    Returns:
        The pairs (a larger array if need be), how many there are now, and the number of large buckets.
    """
    n = len(keys)
    bits = 1
    while (1 << bits) < n and bits < 22:
        bits += 1
    shift = np.uint64(64 - bits)
    begins = np.zeros((1 << bits) + 1, np.int64)
    for at in range(n):
        begins[np.int64(keys[at] >> shift) + 1] += 1
    for at in range(1 << bits):
        begins[at + 1] += begins[at]
    fill = begins[:-1].copy()
    dealt = np.empty(n, np.int64)
    for at in range(n):
        place = np.int64(keys[at] >> shift)
        dealt[fill[place]] = at
        fill[place] += 1
    n_large = 0
    bucket = np.empty(n, np.int64)
    for part in range(1 << bits):
        start, stop = begins[part], begins[part + 1]
        while stop - start > 1:
            # The first row's bucket is taken out of the partition, the rest closes ranks in order.
            key = keys[dealt[start]]
            size = kept = 0
            for at in range(start, stop):
                one = dealt[at]
                if keys[one] == key:
                    bucket[size] = one
                    size += 1
                else:
                    dealt[start + kept] = one
                    kept += 1
            stop = start + kept
            if size < 2:
                continue
            needed = n_pairs + (size * (size - 1) // 2 if size <= max_bucket else 2 * size)
            if needed > len(pairs):
                larger = np.empty(max(needed, 2 * len(pairs)), np.uint64)
                larger[:n_pairs] = pairs[:n_pairs]
                pairs = larger
            if size <= max_bucket:
                for one in range(size):
                    left = np.uint64(rows[bucket[one]]) << np.uint64(32)
                    for other in range(one + 1, size):
                        pairs[n_pairs] = left | np.uint64(rows[bucket[other]])
                        n_pairs += 1
            else:
                n_large += 1
                if chain:
                    for one in range(1, size):
                        right = np.uint64(rows[bucket[one]])
                        pairs[n_pairs] = np.uint64(rows[bucket[one - 1]]) << np.uint64(32) | right
                        n_pairs += 1
                        if one > 1:
                            pairs[n_pairs] = np.uint64(rows[bucket[0]]) << np.uint64(32) | right
                            n_pairs += 1
    return pairs, n_pairs, n_large


@njit(cache=True, nogil=True)
def distinct_pairs(pairs: Any, n_pairs: int) -> Any:
    """Pairs by left, then right row, each once."""
    found = np.sort(pairs[:n_pairs])
    kept = 0
    for at in range(n_pairs):
        if at == 0 or found[at] != found[at - 1]:
            found[kept] = found[at]
            kept += 1
    return found[:kept]


@njit(cache=True, nogil=True)
def shared_counts(pairs: Any, begins: Any, counts: Any, shingles: Any, shared: Any) -> None:
    """How many distinct shingles the two texts of each pair share.

    Pairs come sorted by their left row: its shingles are put into a table once, and those of every partner looked up.

    Args:
        pairs: (n,) pairs, left in the high half.
        begins: (n_rows + 1,) where the shingles of each row begin.
        counts: (n_rows,) how many it has.
        shingles: Distinct 64-bit shingles of each row, in any order.
        shared: (n,) written to.
    """
    longest = 1
    for row in range(len(begins) - 1):
        longest = max(longest, counts[row])
    size = 4
    while size < 2 * longest:
        size *= 2
    table = np.zeros(size, np.uint64)
    owner = np.full(size, -1, np.int64)
    current = np.int64(-1)
    mask = np.uint64(0)
    for at in range(len(pairs)):
        left = np.int64(pairs[at] >> np.uint64(32))
        right = np.int64(pairs[at] & np.uint64(0xFFFFFFFF))
        if left != current:
            current = left
            room = 4
            while room < 2 * counts[left]:
                room *= 2
            mask = np.uint64(room - 1)
            for place in range(begins[left], begins[left] + counts[left]):
                slot = np.int64((shingles[place] >> np.uint64(20)) & mask)
                while owner[slot] == left:
                    slot = np.int64(np.uint64(slot + 1) & mask)
                owner[slot] = left
                table[slot] = shingles[place]
        found = 0
        for place in range(begins[right], begins[right] + counts[right]):
            value = shingles[place]
            slot = np.int64((value >> np.uint64(20)) & mask)
            while owner[slot] == left:
                if table[slot] == value:
                    found += 1
                    break
                slot = np.int64(np.uint64(slot + 1) & mask)
        shared[at] = found


@njit(cache=True, nogil=True)
def components(n_rows: int, left: Any, right: Any) -> Any:
    """The smallest row of the component of each row (union-find with path halving)."""
    parent = np.arange(n_rows)
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
    for row in range(n_rows):
        top = row
        while parent[top] != top:
            parent[top] = parent[parent[top]]
            top = parent[top]
        parent[row] = top
    return parent
