"""Sorted sets inside long arrays, compiled: what they share, and what it weighs.

In: an array, and where the sets begin and end in it. Out: counts and weights. Must not know what the values stand for.
"""

from __future__ import annotations

from typing import Any

from dedup.sketch.machine import njit


@njit(cache=True, nogil=True)
def share(part: float, whole: float) -> Any:
    """A part of a whole, at most 1; 0 of nothing."""
    return min(1.0, part / whole) if whole > 0.0 else 0.0


@njit(cache=True, nogil=True)
def n_common(values: Any, at_a: int, end_a: int, at_b: int, end_b: int) -> Any:
    """Number of values that two sorted distinct stretches of one array share."""
    count = 0
    while at_a < end_a and at_b < end_b:
        one, other = values[at_a], values[at_b]
        count += one == other
        at_a += one <= other
        at_b += other <= one
    return count


@njit(cache=True, nogil=True)
def common_mass(values: Any, weight: Any, at: Any, group: int, a: int, b: int) -> Any:
    """Shared, left and right weight of two weighted sets."""
    shared, mass_a, mass_b = 0.0, 0.0, 0.0
    for here in range(at[a, group], at[a + 1, group]):
        mass_a += weight[here]
    for here in range(at[b, group], at[b + 1, group]):
        mass_b += weight[here]
    here, there, end_a, end_b = at[a, group], at[b, group], at[a + 1, group], at[b + 1, group]
    while here < end_a and there < end_b:
        if values[here] == values[there]:
            shared += min(weight[here], weight[there])
            here += 1
            there += 1
        elif values[here] < values[there]:
            here += 1
        else:
            there += 1
    return shared, mass_a, mass_b


@njit(cache=True, nogil=True)
def holds(values: Any, start: int, end: int, wanted: int) -> Any:
    """Whether a sorted stretch of an array holds a value."""
    low, high = start, end
    while low < high:
        middle = (low + high) // 2
        if values[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low < end and values[low] == wanted
