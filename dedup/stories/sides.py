"""Linked sentences of one article, and the words around a word in them.

In: an article's reading and the token ranges of its sentences. Out: listed phrases, surroundings and negations within
them. Must not know the other article.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dedup.text.listed import Hit, Key
from dedup.text.reading import Reading


class Side:
    """Sentences of one article.

    Args:
        reading: The article.
        ranges: Its sentences as half-open ranges of tokens.

    Attributes:
        listed: Listed phrases in the sentences, by list; lists without any are left out.
    """

    __slots__ = ("listed", "ranges", "reading")

    def __init__(self, reading: Reading, ranges: Sequence[tuple[int, int]]) -> None:
        self.reading, self.ranges = reading, ranges
        found = [reading.listed.between(*sentence) for sentence in ranges]
        self.listed: Mapping[Key, list[Hit]] = found[0] if len(found) == 1 else _merged(found)

    def tokens(self) -> Iterator[int]:
        """Every token of the sentences."""
        for start, stop in self.ranges:
            yield from range(start, stop)

    def around(self, first: int, stop: int, reach: int) -> frozenset[str]:
        """Content stems near a token range, within its sentence, itself left out."""
        low, high = next((r for r in self.ranges if r[0] <= first < r[1]), (first, stop))
        stems, content = self.reading.stems, self.reading.content
        near = (*range(max(low, first - reach), first), *range(stop, min(high, stop + reach)))
        return frozenset(stems[at] for at in near if content[at])

    def find(self, section: str, name: str) -> list[Hit]:
        """Phrases of a list in the sentences."""
        return self.listed.get((section, name), [])

    def low(self, at: int) -> int:
        """First token of the sentence in which a token stands."""
        return next((start for start, stop in self.ranges if start <= at < stop), at)


def is_negated(side: Side, at: int) -> bool:
    """Whether a negation stands at most three words before ``at``, in its sentence and clause."""
    lower = side.reading.tokens.lower
    return any("," not in lower[begin:at] for begin in negators(side, at, 4))


def negators(side: Side, at: int, reach: int) -> list[int]:
    """Where negations begin that lie within ``reach`` tokens before ``at`` in its sentence."""
    lower = side.reading.tokens.lower
    harmless = side.reading.lists.words("contrast", "not_negating")
    begin = max(side.low(at), at - reach)
    hits = side.find("contrast", "negators")
    return [first for first, stop, _ in hits if begin <= first and stop <= at and lower[stop] not in harmless]


def _merged(found: Sequence[Mapping[Key, list[Hit]]]) -> Mapping[Key, list[Hit]]:
    """What stands in several sentences, in their order."""
    merged: dict[Key, list[Hit]] = {}
    for one in found:
        for key, hits in one.items():
            merged[key] = [*merged.get(key, []), *hits]
    return merged
