"""Group articles into stories over accepted pairs, so that a weak bridge never merges two stories.

In: verified pairs. Out: one group per story. Must not know texts.

Accepted pairs are taken from the surest down (Kruskal 1956), and each merges its two groups only if the rest of what
was verified between them agrees: the mean confidence of *all* verified pairs across, rejected ones included, and
between two groups of several articles also the support, that is how sure the average member of each is of some member
of the other.
One article that resembles two stories joins the one it fits best and cannot chain them together, while five wordings of
one story need not all resemble each other.

Copies of a text of which not all were compared with each other are one story to begin with, and are taken for one
article from there on: what is known of one is true of all (``match.same_texts``).

An article that holds another among much else (a live blog, a review of the week, a long background piece) may join a
story by that, and so may what it holds; but it never leads from one to another: that both are in it says nothing of the
two, and whoever joins a story it is in must fit others of that story, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dedup.match.bridges import crossing
from dedup.match.same_texts import Edge, between_texts, first_of_texts


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
        >>> edges = [
        ...     Edge("a", "b", 0.9, True),
        ...     Edge("c", "d", 0.9, True),
        ...     Edge("b", "c", 0.6, True),
        ...     Edge("a", "c", 0.1, False),
        ... ]
        >>> groups(["a", "b", "c", "d"], edges, min_bridge=0.5, min_support=0.7)
        [['a', 'b'], ['c', 'd']]
        >>> edges = [Edge("a", "b", 0.9, True), Edge("b", "c", 0.8, True)]
        >>> groups(["a", "b", "c"], edges, min_bridge=0.5, min_support=0.7)
        [['a', 'b', 'c']]
        >>> edges = [Edge("a", "b", 1.0, True, same=True), Edge("b", "c", 0.8, True)]
        >>> groups(["a", "b", "c"], edges, min_bridge=0.5, min_support=0.7)
        [['a', 'b', 'c']]
        >>> edges = [Edge("a", "blog", 0.9, True, "blog"), Edge("blog", "c", 0.8, True, "blog")]
        >>> groups(["a", "blog", "c"], edges, min_bridge=0.5, min_support=0.7)
        [['a', 'blog'], ['c']]
    """
    edges = [*edges]
    first = first_of_texts(edges)
    edges = between_texts(edges, first)
    linked = set(first.values()) | {one for edge in edges if edge.accepted for one in (edge.left, edge.right)}
    near: dict[str, dict[str, float]] = {one: {} for one in linked}
    accepted: list[tuple[bool, float, str, str, str | None]] = []
    for edge in edges:
        if edge.left in linked and edge.right in linked:
            near[edge.left][edge.right] = near[edge.right][edge.left] = edge.confidence
        if edge.accepted:
            ends = min(edge.left, edge.right), max(edge.left, edge.right)
            accepted.append((edge.container is not None, -edge.confidence, *ends, edge.container))
    group_of = {one: one for one in linked}
    members = {one: [one] for one in linked}
    refused: set[tuple[str, str, int, str | None]] = set()
    # An article that holds another among much else comes last: see above.
    for _, _, left, right, container in sorted(accepted, key=lambda edge: edge[:4]):
        smaller, larger = group_of[left], group_of[right]
        if smaller == larger:
            continue
        if (len(members[smaller]), smaller) > (len(members[larger]), larger):
            smaller, larger = larger, smaller
        alone = container is None or [container] in (members[smaller], members[larger])
        barred = None if alone else container
        # Groups only grow: two of these names and together this large are the same two that were refused before. Two
        # groups of hundreds can have thousands of accepted pairs between them.
        state = (smaller, larger, len(members[smaller]) + len(members[larger]), barred)
        if state in refused:
            continue
        across = (
            (one, other, confidence)
            for one in members[smaller]
            for other, confidence in near[one].items()
            if group_of[other] == larger and barred not in {one, other}
        )
        if crossing(across, len(members[smaller]), len(members[larger])).carries(min_bridge, min_support):
            for one in members[smaller]:
                group_of[one] = larger
            members[larger] += members.pop(smaller)
        else:
            refused.add(state)
    copies: dict[str, list[str]] = {}
    for one, stands_for_it in first.items():
        copies.setdefault(stands_for_it, []).append(one)
    grown = (sorted(one for text in group for one in copies.get(text, [text])) for group in members.values())
    alone_from_the_start = ([one] for one in article_ids if one not in linked and one not in first)
    return sorted([*grown, *alone_from_the_start])
