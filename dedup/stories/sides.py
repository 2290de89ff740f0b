"""Linked sentences of one article, and the words around a word in them.

In: an article's reading and the token ranges of its sentences. Out: listed phrases, surroundings and negations within
them. Must not know the other article.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dedup.text.reading import Hit, Reading, within


class Side(NamedTuple):
    """Sentences of one article, as token ranges."""

    reading: Reading
    ranges: Sequence[tuple[int, int]]

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

    def find(self, section: str, name: str, *, stems: bool = False) -> list[Hit]:
        """Phrases of a lexicon list in the sentences."""
        hits = self.reading.hits(section, name, stems=stems)
        return [hit for start, stop in self.ranges for hit in within(hits, start, stop)] if hits else []

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
    hits = within(side.reading.hits("contrast", "negators"), max(side.low(at), at - reach), at)
    return [first for first, stop, _ in hits if lower[stop] not in harmless]
