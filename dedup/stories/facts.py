"""The ledger of facts between a variant and the canonical article.

In: both texts as given, and for each sentence of the variant the canonical sentences it carries. Out: names, numbers,
dates, quotations and attributions that were added, dropped, changed or stand in conflict, each with the words as they
stand and spans into the texts as given. Must not know how sentences were linked, nor who is right.

A claim is first held against the sentences it is linked to (conflict, changed), then against the whole other article:
what is found nowhere there was added or dropped. A fact is reported once, where it first stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Literal

from dedup.stories.conflicts import Span, conflicts
from dedup.text.claims import Claim
from dedup.text.dates import Moment, resolved, same_moment
from dedup.text.names import same_name
from dedup.text.reading import Reading, read
from dedup.text.tokens import folded_name
from dedup.text.units import Quantity, agree, dimension

Link = tuple[Span, Sequence[Span]]
"""A sentence of the variant and the canonical sentences it carries, none for an added one."""
Status = Literal["added", "dropped", "changed", "conflict"]

_KINDS: Final = ("entity", "number", "date", "quote", "attribution")
_SMALL: Final = 3.0
"""Plain counts up to this are too common to be a fact of their own ("two sides")."""
_SAME_QUOTE: Final = 0.6
"""Share of common words from which two quotations are one, retold."""
_MAX_COMPARED: Final = 250_000
"""Pairs of numbers compared with tolerance; longer articles compare equal values only."""


def facts(
    canonical_text: str,
    variant_text: str,
    links: Sequence[Link],
    *,
    lang: str,
    canonical_published_at: datetime | None = None,
    variant_published_at: datetime | None = None,
) -> list[dict[str, Any]]:
    """The facts in which a variant differs from the canonical article.

    Args:
        canonical_text: The canonical article as given.
        variant_text: The variant as given.
        links: Every sentence of the variant with the canonical sentences it carries (none: it was added).
        lang: Language of both, BCP 47. Without word lists for it, less is found, nothing is guessed.
        canonical_published_at: When the canonical article was published: what its "Tuesday" means.
        variant_published_at: The same of the variant.

    Returns:
        Rows as ``schemas.FACT``, those of the variant by position, then dropped ones by position in the canonical text.
        Equal articles give none.

    Examples:
        >>> canonical = "The dam cost 74 million dollars, Ada Byrne said."
        >>> variant = "The dam cost 47 million dollars."
        >>> for fact in facts(canonical, variant, [((0, 32), [(0, 48)])], lang="en"):
        ...     print(fact["status"], fact["kind"], fact["canonical"], "/", fact["variant"])
        conflict number 74 million dollars / 47 million dollars
        dropped entity Ada Byrne / None
        dropped attribution said / None
    """
    if canonical_text == variant_text:
        return []
    ledger = _Ledger(
        canonical_text, variant_text, lang, (canonical_published_at, variant_published_at)
    )
    for span, cited in links:
        ledger.compare(span, list(cited))
    ledger.compare_quotes()
    ledger.add_and_drop()
    return sorted(ledger.rows, key=_position)


def _position(row: dict[str, Any]) -> tuple[Any, ...]:
    span = row["variant_span"] or row["canonical_span"]
    return (row["variant_span"] is None, span["start"], span["end"], row["kind"], row["status"])


@dataclass
class _Ledger:
    canonical_text: str
    variant_text: str
    lang: str
    published: tuple[datetime | None, datetime | None]
    rows: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.canonical, self.variant = read(self.canonical_text, self.lang), read(self.variant_text, self.lang)
        self.days = tuple(moment.date() if moment else None for moment in self.published)
        self.stated = tuple(
            {kind: _of(reading.claims, kind) for kind in _KINDS} for reading in (self.canonical, self.variant)
        )
        self.running = _running(self.canonical), _running(self.variant)
        self.settled: tuple[list[Span], list[Span]] = ([], [])
        """Spans of each side that a row already speaks of."""

    # ---- inside links

    def compare(self, span: Span, cited: list[Span]) -> None:
        """Conflicts and changes of one sentence against what it carries."""
        if not cited:
            return
        for found in conflicts(
            self.canonical_text, self.variant_text, cited, span, lang=self.lang, published=self.published
        ):
            if found.kind != "negation":
                self._row(found.kind, "conflict", found.canonical, found.variant)
        ours = [claim for start, end in cited for claim in self.canonical.claims_within(start, end)]
        theirs = self.variant.claims_within(*span)
        self._changed_numbers(ours, theirs)
        self._changed_names(ours, theirs)
        self._changed_speech(ours, theirs)

    def _changed_numbers(self, ours: list[Claim], theirs: list[Claim]) -> None:
        """A lone figure of a unit that became another one, without the surroundings that would make it a conflict."""
        here = [claim for claim in _of(ours, "number") if not self._is_known(claim, self.variant)]
        there = [claim for claim in _of(theirs, "number") if not self._is_known(claim, self.canonical)]
        for unit in sorted({dimension(_unit(claim)) for claim in there} - {""}):
            left = [claim for claim in here if dimension(_unit(claim)) == unit]
            right = [claim for claim in there if dimension(_unit(claim)) == unit]
            if len(left) == 1 and len(right) == 1 and not self._is_settled(right[0], 1):
                self._row("number", "changed", _span(left[0]), _span(right[0]))

    def _changed_names(self, ours: list[Claim], theirs: list[Claim]) -> None:
        """A name spelt another way: Sjöwall, Sjövall."""
        here = [claim for claim in _of(ours, "entity") if not self._is_known(claim, self.variant)]
        for claim in _of(theirs, "entity"):
            if self._is_known(claim, self.canonical):
                continue
            twin = next((other for other in here if _misspelt(str(other.value), str(claim.value))), None)
            if twin is not None and not self._is_settled(claim, 1):
                self._row("entity", "changed", _span(twin), _span(claim))

    def _changed_speech(self, ours: list[Claim], theirs: list[Claim]) -> None:
        """Another verb or another speaker for the same statement; a statement that lost or gained its speaker."""
        here, there = _of(ours, "attribution"), _of(theirs, "attribution")
        named = [claim for claim in _of(theirs, "entity")]
        if here and not there:
            for claim in here:
                speaker = str(claim.value[2])
                if speaker and not any(same_name(speaker, str(name.value)) for name in named):
                    self._row("attribution", "dropped", _span(claim), None)
            return
        for claim in there:
            verb, tone, speaker = map(str, claim.value)
            twin = next((c for c in here if speaker and same_name(speaker, str(c.value[2]))), None)
            twin = twin or (here[0] if len(here) == len(there) == 1 else None)
            if twin is None:
                if speaker and not here and not self._speaks(speaker):
                    self._row("attribution", "added", None, _span(claim))
                continue
            if twin.value[0] != verb and "loaded" in {tone, twin.value[1]} and not self._is_settled(claim, 1):
                self._row("attribution", "changed", _span(twin), _span(claim))

    def _speaks(self, speaker: str) -> bool:
        said = self.stated[0]["attribution"]
        return any(same_name(speaker, str(claim.value[2])) for claim in said if claim.value[2])

    # ---- over both articles

    def compare_quotes(self) -> None:
        """Quotations retold, and quotations put into another mouth."""
        ours = self.stated[0]["quote"]
        for claim in self.stated[1]["quote"]:
            if self._is_known(claim, self.canonical):
                continue
            words = set(str(claim.value).split())
            ranked = [(_common(words, set(str(other.value).split())), -other.start, other) for other in ours]
            best = max(ranked, key=lambda item: item[:2], default=None)
            if best and best[0] >= _SAME_QUOTE and len(words) > 2:
                self._row("quote", "changed", _span(best[2]), _span(claim))

    def add_and_drop(self) -> None:
        """What stands nowhere on the other side."""
        for status, own, other, side in (
            ("added", self.variant, self.canonical, 1),
            ("dropped", self.canonical, self.variant, 0),
        ):
            seen: dict[str, list[Claim]] = {}
            for claim in own.claims:
                if claim.kind == "attribution" or _is_trivial(claim) or self._is_settled(claim, side):
                    continue
                if self._is_known(claim, other) or any(self._same(claim, known, side, side) for known in seen.get(claim.kind, ())):
                    continue
                seen.setdefault(claim.kind, []).append(claim)
                span = _span(claim)
                self._row(claim.kind, "added" if status == "added" else "dropped", *((None, span) if side else (span, None)))

    # ---- what is the same

    def _is_known(self, claim: Claim, other: Reading) -> bool:
        """Whether the other article states the claim anywhere."""
        side = 0 if other is self.canonical else 1
        if claim.kind == "entity":
            words = str(claim.value).split()
            if words and all(word in other.vocabulary for word in words):
                return True
            return any(same_name(str(claim.value), str(rival.value)) for rival in self.stated[side]["entity"])
        if claim.kind == "quote":
            own = self.variant if other is self.canonical else self.canonical
            return _running(own, *own.tokens.within(claim.start, claim.end)) in self.running[side]
        rivals = self.stated[side][claim.kind]
        if claim.kind == "number" and len(rivals) * len(rivals) > _MAX_COMPARED:
            return any(rival.value == claim.value for rival in rivals)
        return any(self._same(claim, rival, 1 - side, side) for rival in rivals)

    def _same(self, claim: Claim, rival: Claim, side: int, rival_side: int) -> bool:
        a, b = claim.value, rival.value
        if isinstance(a, Quantity) and isinstance(b, Quantity):
            return agree(a, b)
        if isinstance(a, Moment) and isinstance(b, Moment):
            return same_moment(a, b) or same_moment(self._resolved(a, side), self._resolved(b, rival_side))
        if claim.kind == "entity":
            return same_name(str(a), str(b))
        return a == b

    def _resolved(self, moment: Moment, side: int) -> Moment:
        day: date | None = self.days[side]
        return resolved(moment, day)

    # ---- rows

    def _is_settled(self, claim: Claim, side: int) -> bool:
        return any(start < claim.end and claim.start < end for start, end in self.settled[side])

    def _row(self, kind: str, status: Status, canonical: Span | None, variant: Span | None) -> None:
        row = {
            "kind": kind,
            "status": status,
            "canonical": self.canonical_text[slice(*canonical)] if canonical else None,
            "variant": self.variant_text[slice(*variant)] if variant else None,
            "canonical_span": _as_struct(canonical),
            "variant_span": _as_struct(variant),
        }
        if row in self.rows:
            return
        self.rows.append(row)
        for side, span in enumerate((canonical, variant)):
            if span:
                self.settled[side].append(span)


def _as_struct(span: Span | None) -> dict[str, int] | None:
    return {"start": span[0], "end": span[1]} if span else None


def _span(claim: Claim) -> Span:
    return claim.start, claim.end


def _unit(claim: Claim) -> str:
    return claim.value.unit if isinstance(claim.value, Quantity) else ""


def _of(claims: Iterable[Claim], kind: str) -> list[Claim]:
    return [claim for claim in claims if claim.kind == kind]


def _is_trivial(claim: Claim) -> bool:
    """Whether a claim is too common to be worth a row: "two sides", "today"."""
    value = claim.value
    if isinstance(value, Moment):
        return value.shift == 0
    return isinstance(value, Quantity) and value.unit in {"", "ordinal"} and value.magnitude <= _SMALL


def _common(left: set[str], right: set[str]) -> float:
    """Dice overlap of two sets of words, [0,1]."""
    return 2.0 * len(left & right) / (len(left) + len(right)) if left and right else 0.0


def _running(reading: Reading, first: int = 0, stop: int | None = None) -> str:
    """The words of an article, or of some of its tokens, in lower case between blanks."""
    return f" {' '.join(word for word in reading.tokens.lower[first:stop] if word[0].isalnum())} "


def _misspelt(left: str, right: str) -> bool:
    """Whether two names differ by one letter left out, put in or changed, or two neighbours swapped.

    Examples:
        >>> _misspelt("sjowall", "sjovall"), _misspelt("kelvasti", "kelvatsi"), _misspelt("byrne", "brown")
        (True, True, False)
    """
    a, b = folded_name(left), folded_name(right)
    if a == b or min(len(a), len(b)) < 5 or abs(len(a) - len(b)) > 1:
        return False
    start = next((at for at, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    rest_a, rest_b = a[start:], b[start:]
    swapped = rest_a[:2] == rest_b[:2][::-1] and rest_a[2:] == rest_b[2:]
    return swapped or rest_a[1:] == rest_b[1:] or rest_a[1:] == rest_b or rest_a == rest_b[1:]


