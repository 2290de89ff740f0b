"""Close groups of articles: which pairs of them have not been looked at?

In: articles, accepted pairs, times. Out: the groups that accepted pairs connect, and the pairs within them that nobody
has verified. Must not know texts.

Which articles of a group were compared depends on the batches they came in. Once all of them have been, what becomes of
the group depends on its articles alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

Pair = tuple[str, str]


def connected(ids: Iterable[str], accepted: Iterable[Pair]) -> list[list[str]]:
    """Groups of articles that accepted pairs connect.

    Args:
        ids: The articles.
        accepted: Pairs of them.

    Returns:
        Sorted groups of sorted ids.

    Examples:
        >>> connected(["a", "b", "c"], [("a", "c")])
        [['a', 'c'], ['b']]
    """
    leader = {one: one for one in ids}

    def find(one: str) -> str:
        while leader[one] != one:
            leader[one] = leader[leader[one]]
            one = leader[one]
        return one

    for left, right in accepted:
        first, second = sorted((find(left), find(right)))
        leader[second] = first
    groups: dict[str, list[str]] = {}
    for one in sorted(leader):
        groups.setdefault(find(one), []).append(one)
    return sorted(groups.values())


def missing_pairs(
    groups: Sequence[Sequence[str]], verified: Collection[Pair], at: Mapping[str, int], window_us: int, max_closed: int
) -> tuple[list[Pair], list[Sequence[str]]]:
    """Pairs within the groups that have not been verified.

    Args:
        groups: Sorted ids of articles that belong together so far.
        verified: Pairs that have been, left < right.
        at: Time of each article, in microseconds.
        window_us: Pairs further apart than this are not compared.
        max_closed: Articles up to which a group is closed.

    Returns:
        The pairs, and the groups that are too large to be closed.

    Examples:
        >>> missing_pairs([["a", "b", "c"]], {("a", "b"), ("b", "c")}, {"a": 0, "b": 1, "c": 2}, 5, 100)
        ([('a', 'c')], [])
    """
    missing: list[Pair] = []
    open_ones: list[Sequence[str]] = []
    for group in groups:
        if len(group) > max_closed:
            open_ones.append(group)
            continue
        missing.extend(
            (left, right)
            for place, left in enumerate(group)
            for right in group[place + 1 :]
            if abs(at[left] - at[right]) <= window_us and (left, right) not in verified
        )
    return missing, open_ones
