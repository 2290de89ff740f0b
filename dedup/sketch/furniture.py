"""Which lines an outlet prints under everything.

In: the lines of articles, by outlet. Out: those that are the outlet's, not the story's. Must not know texts.

What is furniture depends on all articles of an outlet that have a line, and on nothing else: not on their order, nor on
the batch in which they came.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final, TypeVar

Line = tuple[str, int]
"""An outlet, and the mark of a line under one of its articles."""
Holder = TypeVar("Holder")

ARTICLES: Final = 3
"""A line under this many articles of one outlet that otherwise differ is the outlet's, not the story's."""
LOOKED_AT: Final = 20
"""Articles with a line that are held against each other: the first by id."""


def outlet_furniture(
    shared: Mapping[Line, Sequence[Holder]], lines_of: Callable[[Holder], AbstractSet[Line]]
) -> set[Line]:
    """Lines that one outlet prints under articles which otherwise share little.

    A line that several articles of one outlet share is furniture only if those articles are not versions of each
    other: the rest of their lines must mostly differ.

    Args:
        shared: Lines and the articles that have them, in the order of their ids; more than the first 20 of a line are
            not looked at.
        lines_of: All lines of an article.

    Examples:
        >>> lines = {"a": {("Wire", 1), ("Wire", 9)}, "b": {("Wire", 2), ("Wire", 9)}, "c": {("Wire", 3), ("Wire", 9)}}
        >>> outlet_furniture({("Wire", 9): ["a", "b", "c"], ("Wire", 1): ["a"]}, lines.__getitem__)
        {('Wire', 9)}
    """
    found: set[Line] = set()
    for line, holders in shared.items():
        if len(holders) < ARTICLES:
            continue
        looked_at = [lines_of(one) for one in holders[:LOOKED_AT]]
        counts = Counter(other for lines in looked_at for other in lines)
        own = sum(1 for lines in looked_at for other in lines if counts[other] == 1)
        if own * 3 >= sum(len(lines) for lines in looked_at):
            found.add(line)
    return found
