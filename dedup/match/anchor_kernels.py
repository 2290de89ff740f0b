"""The join over anchors, compiled.

In: the keys of every article as numbers, and which articles each key leads to. Out: the best partners of every
article, and the scores of given pairs. Must not know what a key stands for. ``anchors`` is the readable reference; the
tests hold both together.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from dedup.sketch.machine import njit

COUNTED: Final = 20
"""Bits that count keys; an article has fewer than a million."""
MANY: Final = (1 << COUNTED) - 1


@njit(cache=True, nogil=True)
def grown(values: Any, n: int, size: int) -> Any:
    """The first ``n`` values where there is room for ``size``."""
    larger = np.empty(size, values.dtype)
    larger[:n] = values[:n]
    return larger


@njit(cache=True, nogil=True)
def partners(
    begins: Any,
    number: Any,
    value: Any,
    offsets: Any,
    rows: Any,
    totals: Any,
    first: int,
    last: int,
    min_shared: int,
    most: int,
) -> Any:
    """The best partners of some articles.

    Args:
        begins: (n_articles + 1,) where the keys of each article begin.
        number: Number of each key.
        value: Its value.
        offsets: (n_keys + 1,) where the articles that a key leads to begin.
        rows: Those articles, ascending within a key.
        totals: (n_articles,) summed value of each article's anchors, positive.
        first: The first article that is asked about.
        last: Where those end that are asked about.
        min_shared: Keys a partner must share.
        most: Partners kept for each article, the best first, ties by row.

    Returns:
        Two arrays: article and partner.
    """
    n_articles = len(totals)
    # The summed value of what is shared, and below it how many keys that are: most of the time is spent on fetching it.
    shared = np.zeros(n_articles, np.int64)
    touched = np.empty(n_articles, np.uint32)
    found = np.empty(1024, np.uint32)
    found_by = np.empty(1024, np.uint32)
    n_found = 0
    for row in range(first, last):
        n_touched = 0
        for at in range(begins[row], begins[row + 1]):
            key = number[at]
            for place in range(offsets[key], offsets[key + 1]):
                other = rows[place]
                if other == row:
                    continue
                if shared[other] == 0:
                    touched[n_touched] = other
                    n_touched += 1
                shared[other] += np.int64(value[at]) * (MANY + 1) + 1
        n_near = 0
        for at in range(n_touched):  # most share one key by chance, and need no place in an order
            other = touched[at]
            if shared[other] & MANY >= min_shared:
                touched[n_near] = other
                n_near += 1
            else:
                shared[other] = 0
        near = np.sort(touched[:n_near])
        score = np.empty(n_near, np.float64)
        for at in range(n_near):
            other = near[at]
            score[at] = -((shared[other] >> COUNTED) / totals[other])
            shared[other] = 0
        best = np.argsort(score, kind="mergesort")[:most]
        if n_found + len(best) > len(found):
            size = max(2 * len(found), n_found + len(best))
            found, found_by = grown(found, n_found, size), grown(found_by, n_found, size)
        for at in best:
            found_by[n_found] = row
            found[n_found] = near[at]
            n_found += 1
    return found_by[:n_found], found[:n_found]


@njit(cache=True, nogil=True)
def shares(left: Any, right: Any, begins: Any, number: Any, value: Any, anchor: Any, totals: Any) -> Any:
    """The larger share of one article's anchors that the other has, for each pair; see ``anchors.anchor_scores``."""
    scores = np.zeros(len(left), np.float64)
    for pair in range(len(left)):
        one, stop_one = begins[left[pair]], begins[left[pair] + 1]
        other, stop_other = begins[right[pair]], begins[right[pair] + 1]
        of_left = of_right = 0
        while one < stop_one and other < stop_other:
            if number[one] < number[other]:
                one += 1
            elif number[one] > number[other]:
                other += 1
            else:
                if anchor[one]:
                    of_left += value[one]
                if anchor[other]:
                    of_right += value[one]
                one += 1
                other += 1
        scores[pair] = max(of_left / max(totals[left[pair]], 1), of_right / max(totals[right[pair]], 1))
    return scores
