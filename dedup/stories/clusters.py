"""Group articles into stories over accepted pairs, so that a weak bridge never merges two stories.

In: verified pairs. Out: one group per story. Must not know texts.

Accepted pairs are taken from the surest down (Kruskal 1956), and each merges its two groups only if the rest of what
was verified between them agrees: the mean confidence of *all* verified pairs across, rejected ones included, and
between two groups of several articles also the support, that is how sure the average member of each is of some member
of the other.
One article that resembles two stories joins the one it fits best and cannot chain them together, while five wordings of
one story need not all resemble each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dedup.match.bridges import crossing

Edge = tuple[str, str, float, bool]
"""left_id, right_id, confidence, accepted."""


def groups(
    article_ids: Sequence[str], edges: Iterable[Edge], *, min_bridge: float, min_support: float
) -> list[list[str]]:
    """Cluster articles.

    Args:
        article_ids: Every article; each ends in exactly one group.
        edges: Verified pairs, accepted and rejected, each once.
        min_bridge: Mean confidence of the verified pairs between two groups from which they may merge, [0,1].
        min_support: Support from which two groups of several articles may merge, [0,1]: the mean over the members of a
            group of their best confidence with the other group, in the direction where it is lower.

    Returns:
        Groups of sorted ids, sorted by their first id. The order of the arguments does not matter; ties are broken by
        the smaller ids.

    Examples:
        >>> edges = [("a", "b", 0.9, True), ("c", "d", 0.9, True), ("b", "c", 0.6, True), ("a", "c", 0.1, False)]
        >>> groups(["a", "b", "c", "d"], edges, min_bridge=0.5, min_support=0.7)
        [['a', 'b'], ['c', 'd']]
        >>> groups(["a", "b", "c"], [("a", "b", 0.9, True), ("b", "c", 0.8, True)], min_bridge=0.5, min_support=0.7)
        [['a', 'b', 'c']]
    """
    near: dict[str, dict[str, float]] = {one: {} for one in article_ids}
    accepted: list[tuple[float, str, str]] = []
    for left, right, confidence, is_accepted in edges:
        near[left][right] = near[right][left] = confidence
        if is_accepted:
            accepted.append((-confidence, min(left, right), max(left, right)))
    group_of = {one: one for one in article_ids}
    members = {one: [one] for one in article_ids}
    refused: set[tuple[str, str, int]] = set()
    for _, left, right in sorted(accepted):
        smaller, larger = group_of[left], group_of[right]
        if smaller == larger:
            continue
        if (len(members[smaller]), smaller) > (len(members[larger]), larger):
            smaller, larger = larger, smaller
        # Groups only grow: two of these names and together this large are the same two that were refused before. Two
        # groups of hundreds can have thousands of accepted pairs between them.
        state = (smaller, larger, len(members[smaller]) + len(members[larger]))
        if state in refused:
            continue
        across = (
            (one, other, confidence)
            for one in members[smaller]
            for other, confidence in near[one].items()
            if group_of[other] == larger
        )
        if crossing(across, len(members[smaller]), len(members[larger])).carries(min_bridge, min_support):
            for one in members[smaller]:
                group_of[one] = larger
            members[larger] += members.pop(smaller)
        else:
            refused.add(state)
    return sorted(sorted(group) for group in members.values())
