"""Group articles into stories over accepted pairs, so that a weak bridge never merges two stories.

In: verified pairs. Out: one group per story and the pairs that were cut. Must not know texts.

Average linkage over the verified pairs: groups merge in the order of the mean confidence of *all* verified pairs
between them, rejected ones included, as long as it reaches ``min_bridge``. One article that resembles two stories
therefore joins the one it fits best and cannot chain them together. A pair that was never a candidate says nothing.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Edge = tuple[str, str, float, bool]
"""left_id, right_id, confidence, accepted."""


def groups(article_ids: Sequence[str], edges: Iterable[Edge], min_bridge: float) -> list[list[str]]:
    """Cluster articles.

    Args:
        article_ids: Every article; each ends in exactly one group.
        edges: Verified pairs, accepted and rejected.
        min_bridge: Mean confidence between two groups from which they merge, [0,1], inclusive.

    Returns:
        Groups of sorted ids, sorted by their first id. The order of the arguments does not matter; ties are broken by
        the smaller ids.

    Examples:
        >>> edges = [("a", "b", 0.9, True), ("c", "d", 0.9, True), ("b", "c", 0.6, True), ("a", "c", 0.1, False)]
        >>> groups(["a", "b", "c", "d"], edges, min_bridge=0.5)
        [['a', 'b'], ['c', 'd']]
    """
    members: dict[str, list[str]] = {one: [one] for one in sorted(article_ids)}
    between: dict[str, dict[str, _Between]] = {one: {} for one in members}
    for left, right, confidence, accepted in edges:
        between[left][right] = between[right][left] = _Between(confidence, 1, accepted)
    heap = [
        (-link.mean, left, right)
        for left, near in between.items()
        for right, link in near.items()
        if left < right and link.joins
    ]
    heapq.heapify(heap)
    while heap:
        negative, left, right = heapq.heappop(heap)
        link = between.get(left, {}).get(right)
        if link is None or link.mean != -negative:
            continue  # an entry from before one of the two grew
        if link.mean < min_bridge:
            break
        members[left] += members.pop(right)
        absorbed = between.pop(right)
        del between[left][right], absorbed[left]
        for other, theirs in absorbed.items():
            del between[other][right]
            ours = between[left].get(other)
            between[left][other] = between[other][left] = theirs if ours is None else ours + theirs
        for other, grown in between[left].items():
            if grown.joins:
                first, second = min(left, other), max(left, other)
                heapq.heappush(heap, (-grown.mean, first, second))
    return sorted(sorted(group) for group in members.values())


@dataclass(frozen=True, slots=True)
class _Between:
    """The verified pairs between two groups.

    Args:
        total: Sum of their confidences.
        count: How many there are.
        joins: Whether one of them was accepted.
    """

    total: float
    count: int
    joins: bool

    @property
    def mean(self) -> float:
        return self.total / self.count

    def __add__(self, other: _Between) -> _Between:
        return _Between(self.total + other.total, self.count + other.count, self.joins or other.joins)
