"""The figures of an article and what each is of: 40 people, dozens of boats, 56 years of age.

In: an article's reading. Out: its figures, each with the range of what it can mean and what it counts or measures. Must
not know other articles, nor when two figures are in conflict.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from dedup.text.claims import Claim
from dedup.text.reading import Reading
from dedup.text.units import Quantity, agree, dimension

AGE: Final = "age"
"""What the years of somebody's life are called among the dimensions: no duration is one."""
_REACH: Final = 4
_WIDE: Final = 7
"""Words on either side in which another statement of a figure has to have something in common with it."""
_ENDS: Final = frozenset({".", "!", "?", "\u3002"})
_LARGE: Final = 10_000
"""From here two equal numbers are one, whatever they seem to count."""
_OLDEST: Final = 110
PEOPLE: Final = "\u2026people"
"""Stands for every word that counts human beings of whatever kind."""
# "Dozens" are 24 to 99, with some play: 1,500 may be called thousands, and so may 15,000.
_LEAST: Final = 1.65
_MILLIONS: Final = 1e6
_MOST: Final = ((12.0, 120.0), (100.0, 12.0), (float("inf"), 20.0))
"""Up to a base, how many times itself the word for it can mean; of ten and a dozen, what it can mean at most."""


@dataclass(frozen=True, eq=False)
class Figure:
    """A figure and what it is of.

    Args:
        claim: Where it stands, and its value.
        value: The value.
        kind: What it measures (``units.dimension``); ``age``; empty for a plain count.
        low: The least it can mean in its own unit; for an exact figure, itself.
        high: The most.
        counted: Stems of the words it counts; empty where it has a unit.
        whose: Folded name right before an age, empty for nobody.
        reading: The article.
    """

    claim: Claim
    value: Quantity
    kind: str
    low: float
    high: float
    counted: frozenset[str]
    whose: str
    reading: Reading

    @cached_property
    def near(self) -> frozenset[str]:
        """Stems of the content words close by."""
        return self.reading.near(self.claim.start, self.claim.end, _REACH)

    @cached_property
    def wide(self) -> frozenset[str]:
        """The same further around, but in its sentence."""
        reading = self.reading
        lower, (first, stop) = reading.tokens.lower, reading.tokens.within(self.claim.start, self.claim.end)
        low, high = first, stop
        while low > 0 and first - low < _WIDE and lower[low - 1] not in _ENDS:
            low -= 1
        while high < len(lower) and high - stop < _WIDE and lower[high] not in _ENDS:
            high += 1
        return frozenset(reading.stems[at] for at in (*range(low, first), *range(stop, high)) if reading.content[at])

    @property
    def is_vague(self) -> bool:
        """Whether it says no more than an order of magnitude."""
        return self.low < self.high

    @property
    def is_slight(self) -> bool:
        """Whether it is a mere "one", which is an article as often as a count, or the nil of a score."""
        return not self.kind and self.value.magnitude <= 1

    def agrees(self, other: Figure) -> bool:
        """Whether both can state one figure, whatever it is of."""
        if self.is_vague or other.is_vague:
            return self.kind == other.kind and self.low <= other.high and other.low <= self.high
        if self.kind != other.kind and (self.counted or other.counted) and self.value.magnitude < _LARGE:
            return False  # 410 people, 410 pence
        if AGE in {self.kind, other.kind}:
            return self.value.magnitude == other.value.magnitude and {self.kind, other.kind} <= {AGE, "", "time"}
        same = self.value.magnitude == other.value.magnitude and self.kind == other.kind  # miles are taken for miles
        return same or agree(self.value, other.value)

    def affinity(self, other: Figure) -> int:
        """How many words both have around them or count."""
        return len(self.wide & other.wide) + len(self.counted & other.counted)


class Figures:
    """The figures of one article, each read when it is asked for.

    Args:
        reading: The article.
    """

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.is_listed = bool(reading.lists.words("contrast", "people"))
        """Whether the language has the lists that tell what a figure is of."""
        self._known: dict[int, Figure | None] = {}
        lists = reading.lists
        self._people = lists.words("contrast", "people")
        self._several = lists.words("contrast", "several")
        self._across = lists.words("contrast", "counted_across")
        self._tens = lists.phrases("contrast", "tens_of")
        self._ages = lists.phrases("contrast", "age_after"), lists.words("contrast", "age_before")

    @cached_property
    def all(self) -> list[Figure]:
        """Every figure of the article."""
        return self.of(self.reading.claims)

    def of(self, claims: Sequence[Claim]) -> list[Figure]:
        """The figures among some of its claims."""
        found = []
        for claim in claims:
            if isinstance(claim.value, Quantity):
                if claim.start not in self._known:
                    self._known[claim.start] = self._read(claim, claim.value)
                figure = self._known[claim.start]
                if figure is not None:
                    found.append(figure)
        return found

    def _read(self, claim: Claim, value: Quantity) -> Figure | None:
        reading = self.reading
        first, stop = reading.tokens.within(claim.start, claim.end)
        if value.unit == "ordinal" or _is_year(value) or self._is_part(first, stop, value):
            return None
        kind = AGE if self._is_age(first, stop, value) else dimension(value.unit)
        low, high = self._meant(first, value)
        return Figure(
            claim,
            value,
            kind,
            low,
            high,
            frozenset() if kind else self._counted(stop),
            self._whose(first) if kind == AGE else "",
            reading,
        )

    def _is_part(self, first: int, stop: int, value: Quantity) -> bool:
        """Whether the number is no figure by itself: "hundreds" of thousands, "half" a point."""
        lower = self.reading.tokens.lower
        if value.bound == "order":
            behind = self.reading.numbers_within(stop, min(stop + 2, len(lower)))
            return any(number[-1].bound == "order" for number in behind)
        before, after = lower[first - 1] if first else "", lower[stop] if stop < len(lower) else ""
        # A mark in brackets, the number of a line, a footnote.
        if not value.unit and (before, after) == ("(", ")"):
            return True
        tokens = self.reading.tokens
        glued = before == "." and tokens.ends[first - 1] == tokens.starts[first]
        if not value.unit and (glued or (after == "." and tokens.breaks[first])):
            return True
        return value.unit == "%" and stop - first == 1 and after in {"a", "an"}

    def _meant(self, first: int, value: Quantity) -> tuple[float, float]:
        """The range of what a figure can mean: dozens, several hundred, tens of thousands."""
        base, lower = value.magnitude, self.reading.tokens.lower
        before = lower[first - 1] if first else ""
        is_round = base in {10.0, 12.0} or (base >= 100 and base == 10.0 ** (len(f"{base:.0f}") - 1))
        if not is_round or (value.bound != "order" and before not in self._several):
            return base, base
        if value.bound == "order" and first > 1:
            ahead = self.reading.numbers_within(max(0, first - 2), first)
            if ahead and ahead[-1][-1].bound == "order" and ahead[-1][-1].magnitude < min(base, _MILLIONS):
                base *= ahead[-1][-1].magnitude
            elif any(self._tens.at(lower, at) for at in (first - 2, first - 1)):
                base *= 10
        times = next(times for most, times in _MOST if base <= most)
        if base >= _MILLIONS:
            return base, 100.0 * base
        return _LEAST * base, times if times > _MOST[-1][1] else times * base

    def _counted(self, stop: int) -> frozenset[str]:
        """Stems of what a plain number counts: the first content word behind it, across "of the", and the next."""
        reading = self.reading
        lower, stems, content = reading.tokens.lower, reading.stems, reading.content
        for at in range(stop, min(stop + 3, len(stems))):
            if lower[at] in self._people:
                return frozenset({PEOPLE})
            if content[at]:
                following = stems[at + 1 : at + 2] if content[at + 1 : at + 2] == [True] else []
                return frozenset({stems[at], *following})
            if lower[at] not in self._across or not self.is_listed:
                break
        return frozenset()

    # ---- ages

    def _is_age(self, first: int, stop: int, value: Quantity) -> bool:
        """Whether a number is somebody's age: 56-year-old, aged 56, Ian Moffat, 56, has."""
        if value.unit not in {"", "year"} or value.bound or not 0 < value.magnitude <= _OLDEST:
            return False
        lower = self.reading.tokens.lower
        after, before = self._ages
        if lower[first].endswith("-old") or (first and lower[first - 1] in before):
            return True
        if first > 1 and lower[first - 1] == "of" and lower[first - 2] in before:  # a woman of 71
            return True
        if any(
            lower[at] in after and after.at(lower, at) for at in range(max(first, stop - 2), min(stop + 2, len(lower)))
        ):
            return True
        if value.unit or stop - first != 1 or first < 2 or stop >= len(lower):
            return False
        marks = lower[first - 1], lower[stop]
        return marks in {(",", ","), ("(", ")"), (",", ".")} and bool(self._name_before(first - 1))

    def _name_before(self, at: int) -> str:
        """Folded name that ends right before a token."""
        reading = self.reading
        end = reading.tokens.span(at - 1, at - 1)[1] if at else 0
        near = reading.claims_within(end - 40, end)
        return next((str(one.value) for one in near if one.kind == "entity" and one.end == end), "")

    def _whose(self, first: int) -> str:
        lower = self.reading.tokens.lower
        at = first
        while at > 0 and first - at < 2 and (not lower[at - 1][0].isalnum() or lower[at - 1] in self._ages[1]):
            at -= 1
        return self._name_before(at)


@lru_cache(maxsize=64)
def figures(reading: Reading) -> Figures:
    """The figures of an article; the last few articles are kept."""
    return Figures(reading)


def _is_year(value: Quantity) -> bool:
    """Whether a plain number can be a year that was not read as a date: "the 2021 protocol"."""
    return not value.unit and 1800 <= value.magnitude <= 2100 and value.magnitude == int(value.magnitude)
