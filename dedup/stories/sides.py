"""Linked sentences of one article, and the words around a word in them.

In: an article's reading and the token ranges of its sentences. Out: listed phrases, surroundings and negations within
them. Must not know the other article.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from dedup.text.listed import Hit, Key
from dedup.text.reading import Reading

_MARKS: Final = frozenset(",;:()\u2013\u2014.!?\uff0c\uff1b\uff1a\u3002\u3001")
"""Marks between clauses."""


class Side:
    """Sentences of one article.

    Args:
        reading: The article.
        ranges: Its sentences as half-open ranges of tokens.

    Attributes:
        listed: Listed phrases in the sentences, by list; lists without any are left out.
    """

    __slots__ = ("_clauses", "_names", "listed", "ranges", "reading")

    def __init__(self, reading: Reading, ranges: Sequence[tuple[int, int]]) -> None:
        self.reading, self.ranges = reading, ranges
        found = [reading.listed.between(*sentence) for sentence in ranges]
        self._clauses: dict[int, tuple[int, int]] = {}
        self._names: set[int] | None = None
        self.listed: Mapping[Key, list[Hit]] = found[0] if len(found) == 1 else _merged(found)

    def tokens(self) -> Iterator[int]:
        """Every token of the sentences."""
        for start, stop in self.ranges:
            yield from range(start, stop)

    def sentence(self, first: int, stop: int) -> tuple[int, int]:
        """Half-open range of the sentence in which a token range begins; of none of them, the range itself."""
        return next((one for one in self.ranges if one[0] <= first < one[1]), (first, stop))

    def around(self, first: int, stop: int, reach: int) -> frozenset[str]:
        """Content stems near a token range, within its sentence, itself left out."""
        low, high = self.sentence(first, stop)
        stems, content = self.reading.stems, self.reading.content
        near = (*range(max(low, first - reach), first), *range(stop, min(high, stop + reach)))
        return frozenset(stems[at] for at in near if content[at])

    def clause(self, at: int) -> tuple[int, int]:
        """Half-open range of the tokens of the clause of a token, as far as marks and joining words tell."""
        found = self._clauses.get(at)
        if found is None:
            lower, breaks = self.reading.tokens.lower, self.reading.lists.words("contrast", "clause_breaks")
            low, high = self.sentence(at, at + 1)
            first = stop = at
            while first > low and not (lower[first - 1] in _MARKS or lower[first - 1] in breaks):
                first -= 1
            while stop < high and (stop == at or not (lower[stop] in _MARKS or lower[stop] in breaks)):
                stop += 1
            found = self._clauses[at] = first, stop
        return found

    def beside(self, first: int, stop: int, reach: int = 0) -> frozenset[str]:
        """Content stems near a token range but those of names, and each figure as one: "percent" is nothing in common.

        Who is speaking says little of what is said.

        Args:
            first: First token of the range.
            stop: One past the last.
            reach: Tokens on either side, within the sentence; 0 for the clause.
        """
        if reach:
            low, high = self.sentence(first, stop)
            low, high = max(low, first - reach), min(high, stop + reach)
        else:
            low, high = self.clause(first)
        stems, content = self.reading.stems, self.reading.content
        taken = set(range(first, stop)) | self._named()
        found = set()
        for _, begin, end, value in self.reading.numbers_within(low, high):
            taken.update(range(begin, end))
            found.add(f"#{value.magnitude:g}")
        found.update(stems[at] for at in range(low, high) if content[at] and at not in taken)
        return frozenset(found)

    def _named(self) -> set[int]:
        """Tokens of names, in the sentences."""
        if self._names is None:
            within = self.reading.tokens.within
            named = (claim for sentence in self.ranges for claim in self.reading.names_within(*sentence))
            self._names = {at for claim in named for at in range(*within(claim.start, claim.end))}
        return self._names

    def is_name(self, at: int) -> bool:
        """Whether a token is part of a name: Ms Fell."""
        return at in self._named()

    def find(self, section: str, name: str) -> list[Hit]:
        """Phrases of a list in the sentences."""
        return self.listed.get((section, name), [])

    def has_any(self, keys: frozenset[Key]) -> bool:
        """Whether a phrase of any of some lists stands in the sentences."""
        return not keys.isdisjoint(self.listed)

    def low(self, at: int) -> int:
        """First token of the sentence in which a token stands."""
        return self.sentence(at, at + 1)[0]


def is_negated(side: Side, at: int) -> bool:
    """Whether a negation stands at most three words before ``at``, in its sentence and clause."""
    lower = side.reading.tokens.lower
    return any("," not in lower[begin:at] for begin, _ in _negations(side, at, 4))


def _negations(side: Side, at: int, reach: int) -> list[tuple[int, int]]:
    """Token ranges of the negations that lie within ``reach`` tokens before ``at`` in its sentence."""
    lower = side.reading.tokens.lower
    harmless = side.reading.lists.words("contrast", "not_negating")
    begin = max(side.low(at), at - reach)
    hits = side.find("contrast", "negators")
    return [(first, stop) for first, stop, _ in hits if begin <= first and stop <= at and lower[stop] not in harmless]


def denier_of(side: Side, at: int) -> int:
    """The token where a negation begins that turns the word at ``at`` round; -1 if none does.

    It ends at most one word before, or is about the subject of the clause: nobody died, no school is open.
    """
    direct = negator_of(side, at)
    if direct >= 0:
        return direct
    first, _ = side.clause(at)
    lower = side.reading.tokens.lower
    for begin, stop, _ in side.find("contrast", "none"):
        if first <= begin and stop <= at:
            return begin
    lists = side.reading.lists
    if first < at and lower[first] in lists.words("contrast", "no_determiner"):
        return first if lower[first + 1] not in lists.words("contrast", "not_negating") else -1
    return -1


def negator_of(side: Side, at: int) -> int:
    """The token where a negation begins that ends at most one word before ``at``; -1 if none does."""
    if not side.find("contrast", "negators"):
        return -1
    lower, soft = side.reading.tokens.lower, side.reading.lists.phrases("contrast", "soft_negators")
    # "did not rule out raising" denies nothing of the raising.
    return next(
        (
            first
            for first, stop in _negations(side, at, 3)
            if stop == at or (stop == at - 1 and lower[stop] not in soft)
        ),
        -1,
    )


def _merged(found: Sequence[Mapping[Key, list[Hit]]]) -> Mapping[Key, list[Hit]]:
    """What stands in several sentences, in their order."""
    merged: dict[Key, list[Hit]] = {}
    for one in found:
        for key, hits in one.items():
            merged[key] = [*merged.get(key, []), *hits]
    return merged
