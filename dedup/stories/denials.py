"""Which sentence of the canonical article, hardly like one of the variant, is denied by it.

In: both texts, the span of a sentence of the variant, those it carries and others it may deny. Out: the first that it
denies together with those it carries. Must not know how sentences were linked. What denies what is for ``contrasts`` to
say; most sentences have nothing that could be denied, and are not held against each other at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from dedup.stories.amounts import Amount, amounts, shares
from dedup.stories.conflicts import Span, is_long, is_verbatim
from dedup.stories.contrasts import STANCES, contrasts
from dedup.stories.negations import behind, denies, negates
from dedup.stories.opposites import meanings
from dedup.stories.sides import Side
from dedup.text.reading import Reading, read

_DENIALS: Final = frozenset({"stance", "opposite", "negation", "quantity"})
"""Contrasts by which a sentence hardly like another denies it."""


@dataclass(frozen=True, slots=True)
class _Grounds:
    """What one sentence says by which another can deny it.

    Args:
        side: The sentence.
        amounts: How much of a whole it speaks of, a mere "no" that begins it counted.
        opposites: What it means of pairs of opposites, as ``opposites.meanings`` gives it.
        has_stance: Whether it speaks of admitting or denying.
        denied: Stems of the content words that a negation can be of.
        is_denial: Whether it negates anything, in whatever words.
    """

    side: Side
    amounts: list[Amount]
    opposites: dict[tuple[str, str], set[int]]
    has_stance: bool
    denied: set[str]
    is_denial: bool


class Denials:
    """What a variant denies of its canonical article.

    By words, "declined to comment on payments", "has admitted to pay": a figure or a date beside other words is another
    one more often than not.

    Args:
        canonical_text: The canonical article as given.
        variant_text: The variant as given.
        lang: Language of both, BCP 47.

    Examples:
        >>> denials = Denials("Prices rose. He denied the payment.", "He admitted the payment.", lang="en")
        >>> denials.first([(0, 12)], [(13, 35)], (0, 24))
        (13, 35)
        >>> denials.first([], [(0, 12)], (0, 24)) is None
        True
    """

    def __init__(self, canonical_text: str, variant_text: str, *, lang: str) -> None:
        self._texts, self._lang = (canonical_text, variant_text), lang
        self._known: dict[Span, _Grounds] = {}

    def first(self, cited: Sequence[Span], near: Sequence[Span], span: Span) -> Span | None:
        """The first of some sentences hardly like one of the variant that it denies together with those it carries.

        Args:
            cited: Spans of the sentences that it carries, none of which it contradicts by itself (``conflicts``).
            near: Spans of the others, in the order in which they are asked about.
            span: Span of the sentence of the variant.
        """
        canonical, variant = self._readings
        words, carried = variant.tokens.within(*span), [canonical.tokens.within(*one) for one in cited]
        if is_long([words, *carried]):
            return None
        theirs = _Denier(Side(variant, [words]), Side(canonical, carried))
        for one in near:
            spans = sorted([*cited, one])
            ours = [canonical.tokens.within(*some) for some in spans]
            # What is too long for a sentence is not even looked at.
            if is_long([words, *ours]) or not theirs.can_deny(self._grounds(one)):
                continue
            if is_verbatim(*self._texts, spans, span):
                continue
            if any(found.kind in _DENIALS for found in contrasts(Side(canonical, ours), theirs.side)):
                return one
        return None

    @cached_property
    def _readings(self) -> tuple[Reading, Reading]:
        canonical, variant = self._texts
        return read(canonical, self._lang), read(variant, self._lang)

    def _grounds(self, span: Span) -> _Grounds:
        """The grounds of a sentence of the canonical article, which many sentences of the variant ask for."""
        found = self._known.get(span)
        if found is None:
            canonical = self._readings[0]
            found = self._known[span] = _grounds(Side(canonical, [canonical.tokens.within(*span)]))
        return found


def _grounds(side: Side) -> _Grounds:
    return _Grounds(
        side,
        amounts(side, shares(side), openers=True),
        meanings(side),
        side.has_any(STANCES),
        _denied(side),
        negates(side) or denies(side),
    )


class _Denier:
    """A sentence of the variant beside those it carries.

    ``can_deny`` may be true of what is not denied, never false of what is: it asks for what ``contrasts`` needs to find
    in these sentences that it does not find in the carried ones alone.
    """

    def __init__(self, side: Side, cited: Side) -> None:
        self.side, self.cited = side, cited
        self._mine = _grounds(side)

    def can_deny(self, other: _Grounds) -> bool:
        """Whether the sentence could deny another together with those that it carries."""
        return self._can_admit(other) or self._can_oppose(other) or self._can_negate(other) or self._can_exceed(other)

    def _can_admit(self, other: _Grounds) -> bool:
        return self._mine.has_stance and (other.has_stance or self.cited.has_any(STANCES))

    def _can_oppose(self, other: _Grounds) -> bool:
        """Whether one means the opposite of what the other does, or both mean what the carried ones speak of, too."""
        return any(
            len(mine | other.opposites[pair]) > 1 or pair in self._cited_opposites
            for pair, mine in self._mine.opposites.items()
            if pair in other.opposites
        )

    def _can_negate(self, other: _Grounds) -> bool:
        """Whether one may state what the other negates.

        What the carried ones negate may be held to be stated where more is denied beside them.
        """
        if other.is_denial and not self._said.isdisjoint(other.denied | self._cited_denied):
            return True
        denied = self._mine.denied
        return self._says_no or (bool(denied) and not denied.isdisjoint(_said(other.side)))

    def _can_exceed(self, other: _Grounds) -> bool:
        """Whether an amount of one cannot be one of the other."""
        return any(not mine.meets(theirs) for mine in self._mine.amounts for theirs in other.amounts)

    @cached_property
    def _cited_opposites(self) -> dict[tuple[str, str], set[int]]:
        return meanings(self.cited)

    @cached_property
    def _cited_denied(self) -> set[str]:
        return _denied(self.cited)

    @cached_property
    def _said(self) -> set[str]:
        return _said(self.side)

    @cached_property
    def _says_no(self) -> bool:
        """Whether there is a "no" of a noun: any sentence may say the rest of what is said of it, or how much it is."""
        determiners = self.side.reading.lists.words("contrast", "no_determiner")
        lower = self.side.reading.tokens.lower
        return any(lower[at] in determiners for at in self.side.tokens())


def _denied(side: Side) -> set[str]:
    """Stems of the content words that a negation can be of."""
    stems, content = side.reading.stems, side.reading.content
    return {stems[at] for at in behind(side) if content[at]}


def _said(side: Side) -> set[str]:
    """Stems of the content words of a sentence."""
    stems, content = side.reading.stems, side.reading.content
    return {stems[at] for at in side.tokens() if content[at]}
