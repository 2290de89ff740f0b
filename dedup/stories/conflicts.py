"""Where a sentence that carries others states what they deny.

In: two articles' texts, the span of a sentence of the variant and the spans of the canonical sentences it carries. Out:
conflicts, each with a span on both sides. Must not know how sentences were linked, nor the rest of the framing diff.

A figure is in conflict where both sides give one in the same unit beside the same words, neither is found anywhere on
the other side, and rounding, "about" or another unit do not explain it. Dates, roles ("deputy head", "head") and the
contrasts of ``contrasts`` follow the same rule: better a conflict missed than a true sentence accused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Final

from dedup.stories.contrasts import contrasts
from dedup.stories.deeds import Linked, other_places, other_speakers, reversed_deeds
from dedup.stories.miscounts import conflicting
from dedup.stories.sides import Side
from dedup.stories.statements import Statements, statements
from dedup.text.claims import Claim
from dedup.text.moments import Moment, comparable, resolved, same_moment
from dedup.text.names import same_name
from dedup.text.reading import Reading, read

Span = tuple[int, int]
Days = tuple[date | None, date | None]
"""Days of publication of the canonical article and the variant."""
_ALIKE: Final = 4
"""Content words two sides share from which the one date that each has alone is one statement's."""
_MAX_TOKENS: Final = 2_000
"""Longer links hold no sentences but tables, lists and hostile text; they are not compared."""
_KINDS: Final = {
    "quantity": "number",
    "stance": "attribution",
    "opposite": "negation",
    "negation": "negation",
    "rebuttal": "negation",
}


@dataclass(frozen=True, slots=True)
class Conflict:
    """One statement of the variant against one of the canonical article.

    Args:
        kind: ``number``, ``date``, ``entity`` or ``attribution`` (facts), or ``negation`` (a framing signal).
        reason: What was compared: ``figure``, ``date``, ``role``, ``deed``, ``speaker``, ``place``, ``quantity``,
            ``stance``, ``opposite``, ``negation`` or ``rebuttal``.
        canonical: Half-open span in the canonical text.
        variant: Half-open span in the variant text.
    """

    kind: str
    reason: str
    canonical: Span
    variant: Span


def conflicts(
    canonical_text: str,
    variant_text: str,
    canonical_spans: Sequence[Span],
    variant_span: Span,
    *,
    lang: str,
    published: tuple[datetime | None, datetime | None] = (None, None),
) -> list[Conflict]:
    """What one sentence of the variant states against the canonical sentences it carries.

    Args:
        canonical_text: The canonical article as given.
        variant_text: The variant as given.
        canonical_spans: Spans of the cited sentences; none means no conflict, nor do more than 2,000 words and marks.
        variant_span: Span of the sentence.
        lang: Language of both, BCP 47.
        published: When the canonical article and the variant were published; unknown is None.

    Returns:
        Conflicts by variant span; empty for a sentence that says what it cites, and always for verbatim text.

    Examples:
        >>> canonical = "Some 350 office jobs will go, most of them in Britain."
        >>> variant = "All 350 of the office staff to be sacked are British."
        >>> for one in conflicts(canonical, variant, [(0, 54)], (0, 53), lang="en"):
        ...     print(one.kind, one.reason, canonical[slice(*one.canonical)], "/", variant[slice(*one.variant)])
        number quantity most of / All
        >>> conflicts("It cost 74 million dollars.", "It cost $74m.", [(0, 27)], (0, 13), lang="en")
        []
    """
    if not canonical_spans:
        return []
    days = _day(published[0]), _day(published[1])
    spans = tuple((start, end) for start, end in canonical_spans)
    return list(_conflicts(canonical_text, variant_text, spans, (variant_span[0], variant_span[1]), lang, days))


@lru_cache(maxsize=1024)  # the sentence's kind, the facts and the signals of a variant each ask
def _conflicts(
    canonical_text: str, variant_text: str, spans: tuple[Span, ...], span: Span, lang: str, days: Days
) -> tuple[Conflict, ...]:
    if is_verbatim(canonical_text, variant_text, spans, span):
        return ()
    canonical, variant = read(canonical_text, lang), read(variant_text, lang)
    here, there = [canonical.tokens.within(*one) for one in spans], variant.tokens.within(*span)
    if is_long([there, *here]):
        return ()
    link = _Link(statements(canonical, days[0]), statements(variant, days[1]), spans, span, (here, there))
    found = [*link.figures(), *link.dates(), *link.roles(), *link.deeds(), *link.contrasts()]
    return tuple(sorted(found, key=lambda one: (one.variant, one.canonical, one.kind, one.reason)))


def is_long(ranges: Sequence[tuple[int, int]]) -> bool:
    """Whether sentences, as ranges of tokens, are tables, lists and hostile text, and too much to compare."""
    return sum(stop - start for start, stop in ranges) > _MAX_TOKENS


def is_verbatim(canonical: str, variant: str, spans: Sequence[Span], span: Span) -> bool:
    """Whether a sentence of the variant stands word for word in one of some of the canonical article."""
    said = " ".join(variant[span[0] : span[1]].split())
    return any(said in " ".join(canonical[start:end].split()) for start, end in spans)


class _Link:
    """One sentence of the variant and the canonical sentences it carries.

    Args:
        here: What the canonical article states.
        there: What the variant states.
        spans: The cited sentences in the canonical text.
        span: The sentence in the variant.
        ranges: The tokens of both.
    """

    def __init__(
        self,
        here: Statements,
        there: Statements,
        spans: tuple[Span, ...],
        span: Span,
        ranges: tuple[list[tuple[int, int]], tuple[int, int]],
    ) -> None:
        self.here, self.there = here, there
        self.canonical, self.variant = here.reading, there.reading
        self.ours = [claim for start, end in spans for claim in self.canonical.claims_within(start, end)]
        self.theirs = self.variant.claims_within(*span)
        self.kinds = {claim.kind for claim in self.ours} & {claim.kind for claim in self.theirs}
        self.our_words, self.their_words = ranges

    @cached_property
    def common(self) -> frozenset[str]:
        """Stems of the content words that both sides have."""
        ours = self.canonical
        known = {ours.stems[at] for words in self.our_words for at in range(*words) if ours.content[at]}
        theirs = self.variant
        return frozenset(theirs.stems[at] for at in range(*self.their_words) if theirs.content[at]) & known

    # ---- figures

    def figures(self) -> Iterator[Conflict]:
        """Numbers of one thing that cannot be the same."""
        if "number" not in self.kinds:
            return
        for ours, theirs in conflicting(self.canonical, self.variant, self.ours, self.theirs, self.common):
            yield Conflict("number", "figure", (ours.start, ours.end), (theirs.start, theirs.end))

    # ---- dates

    def dates(self) -> Iterator[Conflict]:
        """Dates stated alike, beside the same words, that are not the same day, month or year."""
        if "date" not in self.kinds:
            return
        told = self._unknown_dates(self.theirs, self.there, self.here)
        ours = self._unknown_dates(self.ours, self.here, self.there) if told else []
        for theirs, moment, around in told:
            for claim, other, words in ours:
                if comparable(other, moment) and not same_moment(other, moment) and len(words & around) >= 2:
                    yield Conflict("date", "date", (claim.start, claim.end), (theirs.start, theirs.end))
                    return
        # The one date of its form that each side has alone.
        for mine, moment, _ in told if len(self.common) >= _ALIKE else ():
            rivals = [(claim, other) for claim, other, _ in ours if comparable(other, moment)]
            alone = len(rivals) == 1 and sum(comparable(other, moment) for _, other, _ in told) == 1
            if alone and not same_moment(rivals[0][1], moment):
                yield Conflict("date", "date", (rivals[0][0].start, rivals[0][0].end), (mine.start, mine.end))
                return

    def _unknown_dates(
        self, claims: list[Claim], own: Statements, other: Statements
    ) -> list[tuple[Claim, Moment, frozenset[str]]]:
        """Dates that the other article does not give, as stated, each with the words around it."""
        return [
            (claim, claim.value, own.reading.near(claim.start, claim.end, 5))
            for claim in claims
            if isinstance(claim.value, Moment)
            # "yesterday" says nothing where the day of publication is unknown.
            and resolved(claim.value, own.day).shift is None
            and not other.state(claim, own)
        ]

    # ---- roles

    def roles(self) -> Iterator[Conflict]:
        """Deputy head against head, of one person or beside the same words."""
        theirs = _roles(self.variant, [self.their_words])
        ours = _roles(self.canonical, self.our_words) if theirs else []
        for role, modifier, span in theirs:
            for other_role, other_modifier, other_span in ours:
                if role != other_role or modifier == other_modifier:
                    continue
                if any(r == role and m == modifier for r, m, _ in ours) or any(
                    r == role and m == other_modifier for r, m, _ in theirs
                ):
                    continue
                if self._same_person(other_span, span):
                    yield Conflict("entity", "role", other_span, span)
                    return

    def _same_person(self, ours: Span, theirs: Span) -> bool:
        """Whether the same name stands within a few words of both roles."""
        here = [c for c in self.canonical.claims_within(ours[0] - 40, ours[1] + 40) if c.kind == "entity"]
        there = [c for c in self.variant.claims_within(theirs[0] - 40, theirs[1] + 40) if c.kind == "entity"]
        return any(same_name(str(a.value), str(b.value)) for a in here for b in there)

    # ---- contrasts

    @cached_property
    def sides(self) -> tuple[Side, Side]:
        """The cited sentences and the one that carries them."""
        return Side(self.canonical, self.our_words), Side(self.variant, [self.their_words])

    def deeds(self) -> Iterator[Conflict]:
        """Names that have each other's part, or another's."""
        if "entity" not in self.kinds:
            return
        named = {word for claim in self.ours if claim.kind == "entity" for word in self._stems(claim)}
        linked = Linked(*self.sides, self.ours, self.theirs, self.here, self.there, len(self.common - named))
        found = [
            *(("entity", "deed", *swap) for swap in reversed_deeds(*self.sides)),
            *(("attribution", "speaker", *swap) for swap in other_speakers(linked)),
            *(("entity", "place", *swap) for swap in other_places(linked)),
        ]
        for kind, reason, ours, theirs in found:
            yield Conflict(kind, reason, (ours.start, ours.end), (theirs.start, theirs.end))

    def _stems(self, claim: Claim) -> list[str]:
        return self.canonical.stems[slice(*self.canonical.tokens.within(claim.start, claim.end))]

    def contrasts(self) -> Iterator[Conflict]:
        """What ``contrasts`` finds, as spans."""
        canonical, variant = self.sides
        for found in contrasts(canonical, variant):
            yield Conflict(
                _KINDS[found.kind],
                found.kind,
                self.canonical.tokens.span(found.canonical[0], found.canonical[1] - 1),
                self.variant.tokens.span(found.variant[0], found.variant[1] - 1),
            )


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _roles(reading: Reading, ranges: Sequence[tuple[int, int]]) -> list[tuple[str, str, Span]]:
    """Role words of sentences: (role with the word before it, modifier or "", span with the modifier).

    Args:
        reading: The article.
        ranges: Its sentences, as half-open ranges of tokens.
    """
    roles, modifiers = reading.lists.words("names", "roles"), reading.lists.words("names", "role_modifiers")
    lower = reading.tokens.lower
    found = []
    for first, stop in ranges:
        if roles.isdisjoint(lower[first:stop]):
            continue
        for at in range(first, stop):
            if lower[at] not in roles:
                continue
            begin = at
            while begin > first and (lower[begin - 1] in roles or lower[begin - 1] == "prime"):
                begin -= 1
            # "deputy water minister": the modifier may stand before the word that says of what.
            modified = _modifier(reading, max(first, begin - 3), begin, modifiers)
            span = reading.tokens.span(modified if modified >= 0 else begin, at)
            found.append((" ".join(lower[begin : at + 1]), lower[modified] if modified >= 0 else "", span))
    return found


def _modifier(reading: Reading, first: int, begin: int, modifiers: frozenset[str]) -> int:
    """The token before ``begin``, across content words only, that weakens a role; -1 if none."""
    for at in range(begin - 1, first - 1, -1):
        if reading.tokens.lower[at] in modifiers:
            return at
        if not reading.content[at]:
            break
    return -1
