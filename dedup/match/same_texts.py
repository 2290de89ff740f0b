"""Copies of a text, taken for one where not all of them were compared.

In: verified pairs. Out: which articles are copies of which, and the pairs between texts. Must not know stories.

A story that a hundred outlets print is not compared all to all: each copy is held against a few others. What is known
of one of them is as true of the next, since most of their texts is the same; so whoever asks how well two groups fit
counts such a text once, whatever the number of its copies, and takes what is known of any of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import polars as pl

from dedup.match.verdict import container

_ALIKE: Final = 0.6
"""Least Jaccard similarity to the copy that stands for a text.

The Jaccard distance is a metric (Levandowsky and Winter, "Distance between Sets", 1971), so that two such copies share
a fifth of their word runs at least, whatever outlets put around the text; articles of two origins share next to none.
"""
SAME_TEXT: Final = (pl.col("shingle_jaccard") >= _ALIKE) & (pl.col("length_ratio") >= _ALIKE)
"""Of the evidence about a pair: whether one is a copy of the other, but for what an outlet adds or leaves out."""


class Edge(NamedTuple):
    """A verified pair.

    Args:
        left: The smaller id.
        right: The larger id.
        confidence: Confidence that both tell one story, [0,1].
        accepted: Whether that alone lets them be one story.
        container: The one of the two that holds the other among much else, None where neither does.
        same: Whether one is a copy of the other, but for what an outlet adds or leaves out.
    """

    left: str
    right: str
    confidence: float
    accepted: bool
    container: str | None = None
    same: bool = False


def edge_of(
    ends: tuple[str, str], confidence: float, relation: str, carried: tuple[float, float], *, accepted: bool, same: bool
) -> Edge:
    """The edge that a verified pair is.

    Args:
        ends: The smaller id and the larger.
        confidence: As in ``Edge``.
        relation: What the two are to each other.
        carried: Shares of the content of each that the other carries, [0,1].
        accepted: As in ``Edge``.
        same: As there.

    Examples:
        >>> edge_of(("a", "blog"), 0.8, "partial", (0.9, 0.2), accepted=True, same=False).container
        'blog'
    """
    holder = container(relation, *carried)
    return Edge(*ends, confidence, accepted, None if holder is None else ends[holder], same)


def first_of_texts(edges: Sequence[Edge]) -> dict[str, str]:
    """The copy that stands for each copy of a text, where not all copies were compared with each other.

    Args:
        edges: Verified pairs, each once. An article stands for those that are accepted copies of it and have a larger
            id, unless a smaller one already does.

    Returns:
        By article the one that stands for it, itself included. Articles that need nobody are left out: what is to be
        known of them is known.

    Examples:
        >>> copies = [Edge("a", "b", 1.0, True, same=True), Edge("a", "c", 1.0, True, same=True)]
        >>> first_of_texts(copies)
        {'a': 'a', 'b': 'a', 'c': 'a'}
        >>> first_of_texts([*copies, Edge("b", "c", 0.9, True)])
        {}
    """
    near: dict[str, list[str]] = {}
    for edge in edges:
        if edge.accepted and edge.same:
            near.setdefault(min(edge.left, edge.right), []).append(max(edge.left, edge.right))
    first: dict[str, str] = {}
    for one in sorted(near):
        if one not in first:
            first.update({other: one for other in near[one] if other not in first} | {one: one})
    n_copies = Counter(first.values())
    n_compared = Counter(first[edge.left] for edge in edges if first.get(edge.left, "") == first.get(edge.right))
    return {
        copy: one for copy, one in sorted(first.items()) if 2 * n_compared[one] < n_copies[one] * (n_copies[one] - 1)
    }


def between_texts(edges: Iterable[Edge], first: Mapping[str, str]) -> list[Edge]:
    """What is known between texts.

    Args:
        edges: Verified pairs, each once.
        first: As ``first_of_texts`` gives it.

    Returns:
        For every two texts the pair that speaks loudest for them, in terms of the articles that stand for them: copies
        differ in when they were published, and the two nearest tell most.

    Examples:
        >>> edges = [Edge("a", "x", 0.4, False), Edge("b", "x", 0.7, True), Edge("a", "b", 1.0, True, same=True)]
        >>> [tuple(edge)[:4] for edge in between_texts(edges, {"a": "a", "b": "a"})]
        [('a', 'x', 0.7, True)]
    """
    edges = [*edges]
    if not first:
        return edges
    loudest: dict[tuple[str, str], Edge] = {}
    for edge in edges:
        left, right = sorted(first.get(one, one) for one in (edge.left, edge.right))
        if left == right:
            continue
        container = None if edge.container is None else first.get(edge.container, edge.container)
        mine = Edge(left, right, edge.confidence, edge.accepted, container)
        loudest[left, right] = max(mine, loudest.get((left, right), mine), key=_loudness)
    return [*loudest.values()]


def _loudness(edge: Edge) -> tuple[bool, bool, float, str]:
    return edge.accepted, edge.container is None, edge.confidence, edge.container or ""
