"""Figures that cannot be the same: 40 people against 14 people, hundreds against thousands, 56 years of age against 65.

In: what two articles state, and the claims of linked sentences. Out: pairs of figures in conflict. Must not know dates,
names or the words around a sentence.

Two figures are of one thing where they have one unit, or count one noun, and stand by the same words; an equal number
of something else excuses nothing. A figure is left alone where either article gives it, of the same thing, anywhere: a
rewriter draws on more than the sentence that a link cites.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Final

from dedup.stories.figures import AGE, PEOPLE, Figure, Figures, figures
from dedup.text.claims import Claim
from dedup.text.names import same_name
from dedup.text.reading import Reading
from dedup.text.units import Quantity

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
                is_one_thing = bool((one.counted & other.counted) - {PEOPLE}) and all(
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
        and (found.kind == one.kind or not other.is_listed)
        and _are_of_one(found, one)
        and found not in linked
        and found.affinity(one) >= least
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
        return shared >= 1 or same != {PEOPLE}
    return shared >= (2 if PEOPLE in ours.counted | theirs.counted else 3)


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


def _transposed(ours: Quantity, theirs: Quantity) -> int:
    """How many digits two figures have in another order, 51.3 and 53.1; none if they are not of the same digits."""
    one, other = (sorted(f"{value.magnitude:.6g}") for value in (ours, theirs))
    return sum(map(str.isdigit, one)) if one == other else 0
