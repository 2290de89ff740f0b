"""Every pair of sets that can be similar enough, compiled: prefix filtering.

In: sets of hashed word runs. Out: the pairs that no bound rules out. Must not know sketches, which may miss a pair;
what this finds is what theirs is held against.

Two sets of Jaccard similarity t share at least t of the larger one. So however all tokens are ordered, the first
``n - ceil(t n) + 1`` of both share a token (Chaudhuri, Ganti and Kaushik 2006; Bayardo, Ma and Srikant 2007). Rare
tokens come first, so that few sets share one.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from dedup.sketch.machine import njit

_MOST: Final = 255
_LAID_ASIDE: Final = 1 << 25
"""Pairs from which repeats are sorted out in between, so that memory stays bounded."""


@njit(cache=True, nogil=True)
def count_runs(runs: Any, begins: Any, counts: Any, seen: Any) -> None:
    """How many sets have a run, up to 255, by the lowest bits of its hash: never too few.

    Args:
        runs: Distinct hashes of each set, in any order.
        begins: (n,) where those of each set begin.
        counts: (n,) how many it has.
        seen: A power of two counters, written to.
    """
    mask = np.uint64(len(seen) - 1)
    for row in range(len(counts)):
        for at in range(begins[row], begins[row] + counts[row]):
            place = np.int64(runs[at] & mask)
            if seen[place] < _MOST:
                seen[place] += 1


@njit(cache=True, nogil=True)
def prefixes(runs: Any, begins: Any, counts: Any, seen: Any, min_jaccard: float, tokens: Any, owners: Any) -> Any:
    """The tokens by which each set must be found.

    Args:
        runs: See ``count_runs``; sorted within each set when this returns.
        begins: See ``count_runs``.
        counts: See ``count_runs``.
        seen: As ``count_runs`` leaves it.
        min_jaccard: Least similarity, (0,1].
        tokens: Written to, if there is room.
        owners: The set of each token; written to, if there is room.

    Returns:
        How many tokens there are; those that no other set has are left out.
    """
    mask = np.uint64(len(seen) - 1)
    n_tokens = 0
    bucket = np.zeros(_MOST + 2, np.int64)
    for row in range(len(counts)):
        n = counts[row]
        if n == 0:
            continue
        mine = runs[begins[row] : begins[row] + n]
        mine.sort()
        length = n - np.int64(np.ceil(min_jaccard * n - 1e-9)) + 1
        bucket[:] = 0
        for at in range(n):
            bucket[seen[np.int64(mine[at] & mask)]] += 1
        # Rarest first, by hash among equally rare ones: of the last frequency that fits, only the first few.
        last, room = 0, length
        while last < _MOST and room > bucket[last]:
            room -= bucket[last]
            last += 1
        for at in range(n):
            often = seen[np.int64(mine[at] & mask)]
            if often > last:
                continue
            if often == last:
                if room == 0:
                    continue
                room -= 1
            if often > 1:
                if n_tokens < len(tokens):
                    tokens[n_tokens] = mine[at]
                    owners[n_tokens] = row
                n_tokens += 1
    return n_tokens


@njit(cache=True, nogil=True)
def token_pairs(tokens: Any, owners: Any, order: Any, counts: Any, min_jaccard: float) -> Any:
    """Pairs of sets that share a token and are not too different in size, each once, the smaller row first.

    Args:
        tokens: (m,) tokens.
        owners: (m,) the set of each.
        order: (m,) places of the tokens in ascending order, those of a token by set.
        counts: (n,) size of each set.
        min_jaccard: Least similarity.

    Returns:
        Sorted pairs, the left row in the high half.
    """
    pairs = np.empty(1 << 16, np.uint64)
    n_pairs, distinct = 0, 0
    start = 0
    while start < len(order):
        stop = start + 1
        while stop < len(order) and tokens[order[stop]] == tokens[order[start]]:
            stop += 1
        for one in range(start, stop):
            left = owners[order[one]]
            for other in range(one + 1, stop):
                right = owners[order[other]]
                short, long = min(counts[left], counts[right]), max(counts[left], counts[right])
                if short / long < min_jaccard:
                    continue
                if n_pairs == len(pairs):
                    if n_pairs - distinct >= _LAID_ASIDE:
                        distinct = n_pairs = _distinct(pairs, n_pairs)
                    if 2 * n_pairs > len(pairs):
                        larger = np.empty(2 * len(pairs), np.uint64)
                        larger[:n_pairs] = pairs[:n_pairs]
                        pairs = larger
                pairs[n_pairs] = (np.uint64(left) << np.uint64(32)) | np.uint64(right)
                n_pairs += 1
        start = stop
    return pairs[: _distinct(pairs, n_pairs)]


@njit(cache=True, nogil=True)
def _distinct(pairs: Any, n_pairs: int) -> Any:
    """Sort the first pairs, move each to the front once, and say how many those are."""
    found = pairs[:n_pairs]
    found.sort()
    kept = 0
    for at in range(n_pairs):
        if at == 0 or found[at] != found[kept - 1]:
            found[kept] = found[at]
            kept += 1
    return kept
