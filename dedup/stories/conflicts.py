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
from functools import lru_cache
from typing import Final

from dedup.stories.contrasts import Side, contrasts
from dedup.text.claims import Claim
from dedup.text.dates import Moment, comparable, resolved, same_moment
from dedup.text.names import same_name
from dedup.text.reading import Reading, read
from dedup.text.units import Quantity, agree, dimension

Span = tuple[int, int]
Days = tuple[date | None, date | None]
"""Days of publication of the canonical article and the variant."""
_REACH: Final = 4
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
        reason: What was compared: ``figure``, ``date``, ``role``, ``quantity``, ``stance``, ``opposite``, ``negation``
            or ``rebuttal``.
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
        canonical_spans: Spans of the cited sentences; none means no conflict.
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
    if not canonical_spans or _is_verbatim(canonical_text, variant_text, canonical_spans, variant_span):
        return []
    days = _day(published[0]), _day(published[1])
    spans = tuple((start, end) for start, end in canonical_spans)
    return list(_conflicts(canonical_text, variant_text, spans, (variant_span[0], variant_span[1]), lang, days))


@lru_cache(maxsize=1024)  # the sentence's kind, the facts and the signals of a variant each ask
def _conflicts(
    canonical_text: str, variant_text: str, spans: tuple[Span, ...], span: Span, lang: str, days: Days
) -> tuple[Conflict, ...]:
    link = _Link(read(canonical_text, lang), read(variant_text, lang), spans, span, days)
    found = [*link.figures(), *link.dates(), *link.roles(), *link.contrasts()]
    return tuple(sorted(found, key=lambda one: (one.variant, one.canonical, one.kind, one.reason)))


def _is_verbatim(canonical: str, variant: str, spans: Sequence[Span], span: Span) -> bool:
    said = " ".join(variant[span[0] : span[1]].split())
    return any(said in " ".join(canonical[start:end].split()) for start, end in spans)


class _Link:
    """One sentence of the variant and the canonical sentences it carries."""

    def __init__(
        self,
        canonical: Reading,
        variant: Reading,
        spans: tuple[Span, ...],
        span: Span,
        days: Days,
    ) -> None:
        self.canonical, self.variant = canonical, variant
        self.spans, self.span = spans, span
        self.days = days
        self.ours = [claim for start, end in spans for claim in canonical.claims_within(start, end)]
        self.theirs = variant.claims_within(*span)

    def _both(self, kind: str) -> Iterator[tuple[Claim, Claim]]:
        for theirs in self.theirs:
            if theirs.kind == kind:
                for ours in self.ours:
                    if ours.kind == kind:
                        yield ours, theirs

    def _shared(self, ours: Claim, theirs: Claim, reach: int = _REACH) -> frozenset[str]:
        return self.canonical.near(ours.start, ours.end, reach) & self.variant.near(theirs.start, theirs.end, reach)

    # ---- figures

    def figures(self) -> Iterator[Conflict]:
        """Numbers of one unit beside the same words that cannot be the same."""
        taken: set[Span] = set()
        for ours, theirs in self._both("number"):
            a, b = ours.value, theirs.value
            if not isinstance(a, Quantity) or not isinstance(b, Quantity) or dimension(a.unit) != dimension(b.unit):
                continue
            span = (theirs.start, theirs.end)
            if span in taken or "order" in {a.bound, b.bound} or "ordinal" in {a.unit, b.unit} or agree(a, b):
                continue
            if _stated(self.variant, a) or _stated(self.canonical, b):
                continue
            shared = self._shared(ours, theirs)
            if self._counts_same(ours, theirs, shared):
                taken.add(span)
                yield Conflict("number", "figure", (ours.start, ours.end), span)

    def _counts_same(self, ours: Claim, theirs: Claim, shared: frozenset[str]) -> bool:
        """Whether two figures are of one thing: one unit or one counted word, and words in common around them."""
        if _unit(ours):
            return len(shared) >= (1 if _unit(ours) == _unit(theirs) else 2)
        here, there = _behind(self.canonical, ours), _behind(self.variant, theirs)
        return bool(shared and here & there) or (len(shared) >= 3 and not (here and there))

    # ---- dates

    def dates(self) -> Iterator[Conflict]:
        """Dates stated alike, beside the same words, that are not the same day, month or year."""
        for ours, theirs in self._both("date"):
            if not isinstance(ours.value, Moment) or not isinstance(theirs.value, Moment):
                continue
            a, b = ours.value, theirs.value
            if not comparable(a, b) or same_moment(a, b) or self._known_date(a, b):
                continue
            if len(self._shared(ours, theirs, 5)) >= 2:
                yield Conflict("date", "date", (ours.start, ours.end), (theirs.start, theirs.end))
                return

    def _known_date(self, a: Moment, b: Moment) -> bool:
        """Whether the two are one day, or either is stated on the other side as well."""
        a, b = resolved(a, self.days[0]), resolved(b, self.days[1])
        if same_moment(a, b) or a.shift is not None or b.shift is not None:
            return True  # "yesterday" says nothing where the day of publication is unknown
        there = [resolved(c.value, self.days[1]) for c in self.variant.claims if isinstance(c.value, Moment)]
        here = [resolved(c.value, self.days[0]) for c in self.canonical.claims if isinstance(c.value, Moment)]
        return any(same_moment(a, moment) for moment in there) or any(same_moment(b, moment) for moment in here)

    # ---- roles

    def roles(self) -> Iterator[Conflict]:
        """Deputy head against head, of one person or beside the same words."""
        theirs = _roles(self.variant, [self.span])
        ours = _roles(self.canonical, self.spans)
        for role, modifier, span in theirs:
            for other_role, other_modifier, other_span in ours:
                if role != other_role or modifier == other_modifier:
                    continue
                if any(r == role and m == modifier for r, m, _ in ours) or any(r == role and m == other_modifier for r, m, _ in theirs):
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

    def contrasts(self) -> Iterator[Conflict]:
        """What ``contrasts`` finds, as spans."""
        canonical = Side(self.canonical, [self.canonical.tokens.within(*span) for span in self.spans])
        variant = Side(self.variant, [self.variant.tokens.within(*self.span)])
        for found in contrasts(canonical, variant):
            yield Conflict(
                _KINDS[found.kind],
                found.kind,
                self.canonical.tokens.span(found.canonical[0], found.canonical[1] - 1),
                self.variant.tokens.span(found.variant[0], found.variant[1] - 1),
            )


def _unit(claim: Claim) -> str:
    return claim.value.unit if isinstance(claim.value, Quantity) else ""


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _stated(reading: Reading, value: Quantity) -> bool:
    """Whether an article states the figure anywhere."""
    return any(isinstance(claim.value, Quantity) and agree(claim.value, value) for claim in reading.claims)


def _behind(reading: Reading, claim: Claim) -> frozenset[str]:
    """Stem of the word a plain count counts: the first content word behind it, across one other."""
    _, stop = reading.tokens.within(claim.start, claim.end)
    return frozenset(stem for at, stem in enumerate(reading.stems[stop : stop + 2], stop) if reading.content[at])


def _roles(reading: Reading, spans: Sequence[Span]) -> list[tuple[str, str, Span]]:
    """Role words of sentences: (role with the word before it, modifier or "", span with the modifier)."""
    roles, modifiers = reading.lists.words("names", "roles"), reading.lists.words("names", "role_modifiers")
    lower = reading.tokens.lower
    found = []
    for start, end in spans:
        first, stop = reading.tokens.within(start, end)
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
