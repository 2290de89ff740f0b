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
from datetime import datetime
from typing import Any, Final, Literal

from dedup.stories.conflicts import Span, conflicts
from dedup.stories.statements import Statements, statements
from dedup.text.claims import Claim
from dedup.text.moments import Moment
from dedup.text.names import same_name
from dedup.text.reading import read
from dedup.text.tokens import folded_name
from dedup.text.transcriptions import transcribed_alike
from dedup.text.units import Quantity, dimension

Link = tuple[Span, Sequence[Span]]
"""A sentence of the variant and the canonical sentences it carries, none for an added one."""
Status = Literal["added", "dropped", "changed", "conflict"]

_SMALL: Final = 3.0
"""Plain counts up to this are too common to be a fact of their own ("two sides")."""
_SAME_QUOTE: Final = 0.6
"""Share of common words from which two quotations are one, retold."""


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
    ledger = _Ledger(canonical_text, variant_text, lang, (canonical_published_at, variant_published_at))
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
        days = [moment.date() if moment else None for moment in self.published]
        self.here, self.there = statements(self.canonical, days[0]), statements(self.variant, days[1])
        self.reported: set[tuple[object, ...]] = set()
        self.settled = bytearray(len(self.canonical_text)), bytearray(len(self.variant_text))
        """Whether a row already speaks of a character, on each side."""
        self.spelt: list[tuple[set[str], set[str]]] = []
        """Words of the names, on each side, whose other spelling was reported."""

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
        if ours:
            self._changed_numbers(ours, theirs)
            self._changed_names(ours, theirs)
        if ours or theirs:
            self._changed_speech(ours, theirs)

    def _changed_numbers(self, ours: list[Claim], theirs: list[Claim]) -> None:
        """A lone figure of a unit that became another one, without the surroundings that would make it a conflict."""
        there = [claim for claim in _of(theirs, "number") if not self.here.state(claim, self.there)]
        here = [claim for claim in _of(ours, "number") if not self.there.state(claim, self.here)] if there else []
        for unit in sorted({dimension(_unit(claim)) for claim in there} - {""}):
            left = [claim for claim in here if dimension(_unit(claim)) == unit]
            right = [claim for claim in there if dimension(_unit(claim)) == unit]
            if len(left) == 1 and len(right) == 1 and not self._is_settled(right[0], 1):
                self._row("number", "changed", _span(left[0]), _span(right[0]))

    def _changed_names(self, ours: list[Claim], theirs: list[Claim]) -> None:
        """A name spelt another way: Sjöwall, Sjövall, or transcribed another way: Yevgeny, Evgeni."""
        there = [claim for claim in _of(theirs, "entity") if not self.here.state(claim, self.there)]
        here = [claim for claim in _of(ours, "entity") if not self.there.state(claim, self.here)] if there else []
        for claim in there:
            twin = next((other for other in here if _spelt_alike(str(other.value), str(claim.value))), None)
            if twin is None or self._is_settled(claim, 1):
                continue
            # "Yevgeny Kaddour" and "Evgeni Qaddur", then "Kaddour" and "Qaddur", are one change.
            words = set(str(twin.value).split()), set(str(claim.value).split())
            if not any(words[0] <= ours_told and words[1] <= theirs_told for ours_told, theirs_told in self.spelt):
                self.spelt.append(words)
                self._row("entity", "changed", _span(twin), _span(claim))

    def _changed_speech(self, ours: list[Claim], theirs: list[Claim]) -> None:
        """Another verb or another speaker for the same statement; a statement that lost or gained its speaker."""
        here, there = _of(ours, "attribution"), _of(theirs, "attribution")
        named = _of(theirs, "entity")
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
                if speaker and not here and not self.here.gives_word_to(speaker):
                    self._row("attribution", "added", None, _span(claim))
                continue
            if twin.value[0] != verb and "loaded" in {tone, twin.value[1]} and not self._is_settled(claim, 1):
                self._row("attribution", "changed", _span(twin), _span(claim))

    # ---- over both articles

    def compare_quotes(self) -> None:
        """Quotations retold, and quotations put into another mouth."""
        ours = _of(self.canonical.claims, "quote")
        for claim in _of(self.variant.claims, "quote"):
            if self.here.state(claim, self.there):
                continue
            words = set(str(claim.value).split())
            ranked = [(_common(words, set(str(other.value).split())), -other.start, other) for other in ours]
            best = max(ranked, key=lambda item: item[:2], default=None)
            if best and best[0] >= _SAME_QUOTE and len(words) > 2:
                self._row("quote", "changed", _span(best[2]), _span(claim))

    def add_and_drop(self) -> None:
        """What stands nowhere on the other side."""
        self._only_on("added", self.there, self.here, 1)
        self._only_on("dropped", self.here, self.there, 0)

    def _only_on(self, status: Status, own: Statements, other: Statements, side: int) -> None:
        """Rows for the claims of one side that the other lacks, each once, where it first stands."""
        seen: set[object] = set()
        for claim in own.reading.claims:
            if claim.kind == "attribution" or _is_trivial(claim):
                continue
            # Of a name the last word: "Yerlan Dosymbek", then "Dosymbek".
            key = str(claim.value).rpartition(" ")[2] if claim.kind == "entity" else claim.value
            if key in seen or self._is_settled(claim, side):
                continue
            if not other.state(claim, own) and not other.transcribes(claim):
                seen.add(key)
                self._row(claim.kind, status, *((None, _span(claim)) if side else (_span(claim), None)))

    # ---- rows

    def _is_settled(self, claim: Claim, side: int) -> bool:
        return any(self.settled[side][claim.start : claim.end])

    def _row(self, kind: str, status: Status, canonical: Span | None, variant: Span | None) -> None:
        row = {
            "kind": kind,
            "status": status,
            "canonical": self.canonical_text[slice(*canonical)] if canonical else None,
            "variant": self.variant_text[slice(*variant)] if variant else None,
            "canonical_span": _as_struct(canonical),
            "variant_span": _as_struct(variant),
        }
        key = (kind, status, canonical, variant)
        if key in self.reported:
            return
        self.reported.add(key)
        self.rows.append(row)
        for side, span in enumerate((canonical, variant)):
            if span:
                self.settled[side][slice(*span)] = b"\1" * (span[1] - span[0])


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


def _spelt_alike(left: str, right: str) -> bool:
    """Whether two names that differ are spellings of one: a slip of one letter, or another transcription.

    Examples:
        >>> _spelt_alike("yevgeny kaddour", "evgeni qaddur"), _spelt_alike("yerlan dosymbek", "dosimbek")
        (True, True)
        >>> _spelt_alike("byrne", "brown")
        False
    """
    return _misspelt(left, right) or transcribed_alike(left.split(), right.split())


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
