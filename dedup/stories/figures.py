"""Figures that cannot be the same: 40 people against 14 people, hundreds against thousands, 56 years of age against 65.

In: what two articles state, and the claims of linked sentences. Out: pairs of figures in conflict. Must not know dates,
names or the words around a sentence.

What a figure says depends on what it is a figure of. Two figures are of one thing where they have one unit, or count
one noun, and stand by the same words; an equal number of something else excuses nothing. A figure is left alone where
either article gives it, of the same thing, anywhere: a rewriter draws on more than the sentence that a link cites.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

from dedup.text.claims import Claim
from dedup.text.names import same_name
from dedup.text.reading import Reading
from dedup.text.units import Quantity, agree, dimension

AGE: Final = "age"
"""What the years of somebody's life are called among the dimensions: no duration is one."""
_REACH: Final = 4
_WIDE: Final = 7
"""Words on either side in which another statement of a figure has to have something in common with it."""
_ALIKE: Final = 4
"""Content words two sides share from which the one figure that each has alone is one statement's."""
_ALIKE_COUNTED: Final = 2
"""The same where both count the same noun, or people."""
_ALIKE_MEASURED: Final = 3
"""The same where both have a unit, of other things than time."""
_RECKONED: Final = 0.002
"""How far, as a share of it, a figure may lie from what others come to and still be their sum or difference."""
_TRANSPOSED: Final = 3
"""Digits of a figure from which another order of them is no chance."""
_LARGE: Final = 10_000
"""From here two equal numbers are one, whatever they seem to count."""
_OLDEST: Final = 110
_PEOPLE: Final = "\u2026people"
"""Stands for every word that counts human beings of whatever kind."""
# "Dozens" are 24 to 99, with some play: 1,500 may be called thousands, and so may 15,000.
_LEAST: Final = 1.65
_MILLIONS: Final = 1e6
_MOST: Final = ((12.0, 120.0), (100.0, 12.0), (float("inf"), 20.0))
"""Up to a base, how many times itself the word for it can mean; of ten and a dozen, what it can mean at most."""


class Figure(NamedTuple):
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

    @property
    def near(self) -> frozenset[str]:
        """Stems of the content words close by."""
        return self.reading.near(self.claim.start, self.claim.end, _REACH)

    @property
    def wide(self) -> frozenset[str]:
        """The same further around."""
        return self.reading.near(self.claim.start, self.claim.end, _WIDE)

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
        if before == "(" and after == ")" and not value.unit:
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
            if ahead and ahead[-1][-1].bound == "order":
                base *= ahead[-1][-1].magnitude
            elif any(self._tens.at(lower, at) for at in (first - 2, first - 1)):
                base *= 10
        times = next(times for most, times in _MOST if base <= most)
        return (_LEAST if base < _MILLIONS else 1.0) * base, times if times > _MOST[-1][1] else times * base

    def _counted(self, stop: int) -> frozenset[str]:
        """Stems of what a plain number counts: the first content word behind it, across "of the", and the next."""
        reading = self.reading
        lower, stems, content = reading.tokens.lower, reading.stems, reading.content
        for at in range(stop, min(stop + 3, len(stems))):
            if lower[at] in self._people:
                return frozenset({_PEOPLE})
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


def conflicting(
    canonical: Reading, variant: Reading, ours: list[Claim], theirs: list[Claim], common: frozenset[str]
) -> Iterator[tuple[Claim, Claim]]:
    """Figures of linked sentences that are of one thing and cannot be the same, canonical first.

    Args:
        canonical: The canonical article.
        variant: The variant.
        ours: Claims of the cited sentences.
        theirs: Claims of the sentence that carries them.
        common: Stems of the content words that both sides have.

    Yields:
        At most one pair for each figure of the variant's.
    """
    if not any(claim.kind == "number" for claim in theirs) or not any(claim.kind == "number" for claim in ours):
        return
    here, there = figures(canonical), figures(variant)
    told, given = there.of(theirs), here.of(ours)
    if told and given:
        yield from _Compared(here, there, given, told, common).conflicts()


class _Compared:
    """Figures of one sentence of the variant (``told``) and of the sentences that it carries (``given``)."""

    def __init__(
        self, here: Figures, there: Figures, given: list[Figure], told: list[Figure], common: frozenset[str]
    ) -> None:
        self.here, self.there, self.given, self.told, self.common = here, there, given, told, common

    def conflicts(self) -> Iterator[tuple[Claim, Claim]]:
        """The pairs."""
        answered = [[other for other in self.given if one.agrees(other)] for one in self.told]
        taken = {id(other) for others in answered for other in others}
        loose = [other for other in self.given if id(other) not in taken]
        if not loose and all(answered):
            return
        free_told = [one for one, found in zip(self.told, answered, strict=True) if self._is_free(one, found, True)]
        free_given = [one for one in loose if self._is_free(one, [], False)] if loose else []
        for one, found in zip(self.told, answered, strict=True):
            rival = self._rival(one, found, one in free_told, free_given) or (
                self._lone(one, free_told, free_given) if one in free_told else None
            )
            if rival is not None:
                yield rival.claim, one.claim

    def _is_free(self, one: Figure, found: list[Figure], told: bool) -> bool:
        """Whether nothing in the linked sentences explains a figure."""
        own, others = (self.told, self.given) if told else (self.given, self.told)
        return not found and (one.is_vague or not _is_reckoned(one, own, others))

    def _rival(self, one: Figure, found: list[Figure], is_free: bool, free_given: list[Figure]) -> Figure | None:
        """A figure of the same thing that cannot be the same."""
        for other in self.given:
            if other.kind != one.kind or other.agrees(one):
                continue
            if is_free and other in free_given:
                is_one_thing = _are_of_one_thing(other, one)
            elif other in free_given and found and self.here.is_listed:
                # The number is there, but of something else: 13 boats and 40 children, 40 boats.
                is_one_thing = bool((one.counted & other.counted) - {_PEOPLE}) and all(
                    len(one.near & other.near) > len(one.near & rival.near) and not one.counted & rival.counted
                    for rival in found
                )
            else:
                continue
            if is_one_thing and not self._is_told(one, other):
                return other
        return None

    def _lone(self, one: Figure, free_told: list[Figure], free_given: list[Figure]) -> Figure | None:
        """The one figure of its kind that each side has alone: among like words, one has taken the other's place."""
        rivals = [other for other in free_given if other.kind == one.kind and not other.is_slight]
        if len(rivals) != 1 or one.is_slight or sum(other.kind == one.kind for other in free_told) != 1:
            return None
        rival = rivals[0]
        swapped = _transposed(one.value, rival.value)
        if one.kind == "time" and not (one.value.unit == rival.value.unit and one.near & rival.near):
            return None  # for two weeks, two months ago: hardly a sentence is without a time of its own
        if (one.counted | rival.counted) & self.common and not one.counted & rival.counted and not swapped:
            return None  # what one of them counts is there without a number as well
        related = one.counted & rival.counted or (one.is_vague and rival.is_vague)
        needed = _ALIKE_COUNTED if related else _ALIKE if one.kind in {"", "time"} else _ALIKE_MEASURED
        enough = len(self.common) >= needed
        return rival if enough and _are_of_one(rival, one) and not self._is_told(one, rival) else None

    def _is_told(self, one: Figure, rival: Figure) -> bool:
        """Whether the other article gives one of two figures elsewhere, of the same thing as far as words tell."""
        return _is_stated(one, self.here, rival, self.given) or _is_stated(rival, self.there, one, self.told)


def _is_stated(one: Figure, other: Figures, rival: Figure, linked: list[Figure]) -> bool:
    """Whether an article states a figure somewhere in words at least as near to it as its rival's."""
    least = int(other.is_listed) * (2 if one.kind in {"", "%"} and one.affinity(rival) > 1 else 1)
    return any(
        found.agrees(one)
        and found.affinity(one) >= least
        and (found.kind == one.kind or not other.is_listed)
        and found not in linked
        for found in other.all
    )


def _are_of_one(ours: Figure, theirs: Figure) -> bool:
    """Whether two ages are of one person, as far as names beside them tell; any other figures are."""
    return not (ours.whose and theirs.whose) or same_name(ours.whose, theirs.whose)


def _are_of_one_thing(ours: Figure, theirs: Figure) -> bool:
    """Whether two figures are of one thing: one unit or one counted word, and words in common around them.

    The same digits in another order are one figure miscopied: of one unit, they need no words around them.
    """
    shared = len(ours.near & theirs.near)
    if ours.kind == AGE:
        return _are_of_one(ours, theirs) and bool((ours.whose and theirs.whose) or shared)
    if ours.kind:
        same_unit = ours.value.unit == theirs.value.unit
        digits = _transposed(ours.value, theirs.value)
        needed = 1 if same_unit and (ours.kind != "time" or digits) else 2
        return shared >= needed or digits >= _TRANSPOSED
    same = ours.counted & theirs.counted
    if same:
        return shared >= 1 or (same != {_PEOPLE} and bool(same))
    return shared >= (2 if _PEOPLE in ours.counted | theirs.counted else 3)


def _is_reckoned(one: Figure, own: list[Figure], others: list[Figure]) -> bool:
    """Whether a figure follows from what the other side gives: 725 million are 85 million above 640.

    Not so if both figures that it follows from are this side's own: then it says nothing of the other's.
    """
    size = one.value.magnitude
    mine, theirs = ({c.value.magnitude for c in side if c.kind == one.kind} - {size} for side in (own, others))
    foreign, all_of_them = sorted(theirs - mine), sorted(theirs | mine)

    def is_given(wanted: float, but: float) -> bool:
        first, last = wanted - _RECKONED * size, wanted + _RECKONED * size
        near = all_of_them[bisect_left(all_of_them, first) : bisect_right(all_of_them, last)]
        return any(one != but for one in near)

    # Looked up, not added each to each: a sentence may be a table.
    return size > 0 and any(is_given(abs(size - one), one) or is_given(size + one, one) for one in foreign)


def _is_year(value: Quantity) -> bool:
    """Whether a plain number can be a year that was not read as a date: "the 2021 protocol"."""
    return not value.unit and value.magnitude in range(1800, 2101)


def _transposed(ours: Quantity, theirs: Quantity) -> int:
    """How many digits two figures have in another order, 51.3 and 53.1; none if they are not of the same digits."""
    one, other = (sorted(f"{value.magnitude:.6g}") for value in (ours, theirs))
    return sum(map(str.isdigit, one)) if one == other else 0
