"""How a variant frames what it took: hedges, intensifiers, loaded words, verbs of saying, labels, negations.

In: both texts as given, and for each sentence of the variant the canonical sentences it carries. Out: framing signals
added, removed or replaced, with spans into the texts as given. Must not know how sentences were linked, nor judge: the
lists of words are the lexicons', and a language without a list has no such signal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from dedup.stories.conflicts import Conflict, Span, conflicts
from dedup.stories.facts import Link
from dedup.stories.sides import Side
from dedup.text.claims import Claim
from dedup.text.names import same_name
from dedup.text.reading import Reading, read

Marked = tuple[Span, str]
"""Where a listed word stands in the text as given, and the entry it stands for."""

_TONES: Final = (("hedge", "hedges"), ("intensifier", "intensifiers"))
_KEYS: Final = frozenset(("signals", name) for name in ("hedges", "intensifiers", "loaded", "labels"))


def signals(
    canonical_text: str,
    variant_text: str,
    links: Sequence[Link],
    *,
    lang: str,
    canonical_published_at: datetime | None = None,
    variant_published_at: datetime | None = None,
) -> list[dict[str, Any]]:
    """The framing signals in which a variant differs from the canonical article.

    A signal of a carrying sentence is held against the sentences it carries: a hedge is added where they have none, and
    removed where only they have one. Sentences of the variant that carry nothing add all they have. Loaded words and
    labels that the other article uses anywhere are no signal.

    Args:
        canonical_text: The canonical article as given.
        variant_text: The variant as given.
        links: Every sentence of the variant with the canonical sentences it carries (none: it was added).
        lang: Language of both, BCP 47.
        canonical_published_at: When the canonical article was published, for its relative dates.
        variant_published_at: The same of the variant.

    Returns:
        Rows as ``schemas.SIGNAL``, by position in the variant, then removed ones by position in the canonical text.

    Examples:
        >>> canonical = "The mayor said the plan will cost 2 million euros."
        >>> variant = "The mayor claimed the shameful scheme could cost 2 million euros."
        >>> for row in signals(canonical, variant, [((0, 65), [(0, 50)])], lang="en"):
        ...     print(row["signal"], row["change"], row["before"], "->", row["after"])
        attribution_verb replaced said -> claimed
        loaded added None -> shameful
        relabel replaced plan -> scheme
        hedge added None -> could
    """
    if canonical_text == variant_text:
        return []
    finder = _Signals(canonical_text, variant_text, lang)
    rows: list[dict[str, Any]] = []
    for span, cited in links:
        if cited and finder.is_verbatim(span, cited):
            continue
        sides = finder.sides(span, cited)
        if any(side.has_any(_KEYS) for side in sides):
            # A label in place of another is not also a loaded word.
            labels = [*finder.labels(*sides)] if cited else []
            relabelled = [row["variant_span"] for row in labels]
            rows.extend(labels)
            rows.extend(finder.tones(*sides))
            rows.extend(row for row in finder.loaded(*sides) if row["variant_span"] not in relabelled)
        rows.extend(finder.verbs(span, cited))
        if cited:
            found = conflicts(
                canonical_text,
                variant_text,
                cited,
                span,
                lang=lang,
                published=(canonical_published_at, variant_published_at),
            )
            rows.extend(finder.negation(one) for one in found if one.kind == "negation")
    return _in_order(rows)


def _in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows by position, each place and kind once: two sentences may carry, and drop, the same canonical word."""
    kept: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        span = row["variant_span"] or row["canonical_span"]
        kept.setdefault((row["variant_span"] is None, span["start"], span["end"], row["signal"], row["change"]), row)
    return [kept[key] for key in sorted(kept)]


class _Signals:
    """Finds the signals of one variant against its canonical article."""

    def __init__(self, canonical_text: str, variant_text: str, lang: str) -> None:
        self.canonical_text, self.variant_text = canonical_text, variant_text
        self.canonical, self.variant = read(canonical_text, lang), read(variant_text, lang)

    def is_verbatim(self, span: Span, cited: Sequence[Span]) -> bool:
        """Whether the sentence stands word for word among those it carries: nothing was framed."""
        said = self.variant_text[slice(*span)].split()
        return any(said == self.canonical_text[slice(*one)].split() for one in cited)

    def sides(self, span: Span, cited: Sequence[Span]) -> tuple[Side, Side]:
        """The sentences that a sentence of the variant carries, and the sentence."""
        ours = [self.canonical.tokens.within(*one) for one in cited]
        return Side(self.canonical, ours), Side(self.variant, [self.variant.tokens.within(*span)])

    def tones(self, canonical: Side, variant: Side) -> Iterator[dict[str, Any]]:
        """Hedges and intensifiers that only one side has."""
        for signal, name in _TONES:
            theirs, ours = _found(variant, name), _found(canonical, name)
            if not ours:
                yield from (self._row(signal, "added", None, at) for at, _ in theirs)
            elif not theirs:
                yield from (self._row(signal, "removed", at, None) for at, _ in ours)
            else:
                said = {label for _, label in ours}
                new = [at for at, label in theirs if label not in said]
                # As many as the canonical side has are its own, reworded ("may", "could"); only the surplus is new.
                surplus = len(theirs) - len(ours)
                yield from (self._row(signal, "added", None, at) for at in new[len(new) - surplus :] if surplus > 0)

    def loaded(self, canonical: Side, variant: Side) -> Iterator[dict[str, Any]]:
        """Loaded words of one side that the other article never uses."""
        for at, _ in _found(variant, "loaded"):
            if not self._has_word(self.canonical, self.variant, at):
                yield self._row("loaded", "added", None, at)
        for at, _ in _found(canonical, "loaded"):
            if not self._has_word(self.variant, self.canonical, at):
                yield self._row("loaded", "removed", at, None)

    def verbs(self, span: Span, cited: Sequence[Span]) -> Iterator[dict[str, Any]]:
        """Verbs of saying that judge what is said, or no longer do."""
        ours = [c for one in cited for c in self.canonical.claims_within(*one) if c.kind == "attribution"]
        theirs = [c for c in self.variant.claims_within(*span) if c.kind == "attribution"]
        by_speaker = {str(claim.value[2]): claim for claim in reversed(ours) if claim.value[2]}
        alone = ours[0] if len(ours) == len(theirs) == 1 else None
        for claim in theirs:
            verb, tone, speaker = map(str, claim.value)
            twin = _of_speaker(speaker, by_speaker) or alone
            if twin is not None and twin.value[0] != verb and "loaded" in {tone, twin.value[1]}:
                yield self._row("attribution_verb", "replaced", (twin.start, twin.end), (claim.start, claim.end))
            elif not ours and tone == "loaded":
                yield self._row("attribution_verb", "added", None, (claim.start, claim.end))

    def labels(self, canonical: Side, variant: Side) -> Iterator[dict[str, Any]]:
        """One actor or thing under another name: protesters, mob."""
        theirs, ours = _grouped(variant), _grouped(canonical)
        for group in sorted(theirs.keys() & ours.keys(), key=int):
            before = [at for at in ours[group] if not self._has_word(self.variant, self.canonical, at)]
            after = [at for at in theirs[group] if not self._has_word(self.canonical, self.variant, at)]
            if before and after:
                yield self._row("relabel", "replaced", before[0], after[0])

    def negation(self, found: Conflict) -> dict[str, Any]:
        """A conflict of the kind negation as a row: added, removed, or an opposite in its place."""
        change = "replaced"
        if found.reason == "negation":
            longer = found.variant[1] - found.variant[0] > found.canonical[1] - found.canonical[0]
            change = "added" if longer else "removed"
        return self._row("negation", change, found.canonical, found.variant)

    # ---- what is found

    def _has_word(self, other: Reading, own: Reading, at: Span) -> bool:
        """Whether the other article uses the word, in any inflection, anywhere."""
        first, stop = own.tokens.within(*at)
        return all(stem in other.vocabulary for stem in own.stems[first:stop])

    def _row(self, signal: str, change: str, canonical: Span | None, variant: Span | None) -> dict[str, Any]:
        return {
            "signal": signal,
            "change": change,
            "before": self.canonical_text[slice(*canonical)] if canonical else None,
            "after": self.variant_text[slice(*variant)] if variant else None,
            "canonical_span": {"start": canonical[0], "end": canonical[1]} if canonical else None,
            "variant_span": {"start": variant[0], "end": variant[1]} if variant else None,
        }


def _found(side: Side, name: str) -> list[Marked]:
    """Listed words of sentences; loaded words in any inflection; no month of May among the hedges."""
    span = side.reading.tokens.span
    hits = [(span(first, stop - 1), label) for first, stop, label in side.find("signals", name)]
    return [hit for hit in hits if not _is_named(side.reading, hit[0])]


def _grouped(side: Side) -> dict[str, list[Span]]:
    """Where sentences name something by one of its labels, by the list of labels."""
    found: dict[str, list[Span]] = {}
    for first, stop, group in side.find("signals", "labels"):
        found.setdefault(group, []).append(side.reading.tokens.span(first, stop - 1))
    return found


def _is_named(reading: Reading, at: Span) -> bool:
    """Whether a word is part of a date or a name: the month of May, the Brave."""
    near = reading.claims_within(at[0] - 40, at[1])
    return any(claim.kind in {"date", "entity"} and claim.start <= at[0] < claim.end for claim in near)


def _of_speaker(speaker: str, by_speaker: Mapping[str, Claim]) -> Claim | None:
    """The canonical attribution of the same speaker."""
    if not speaker or speaker in by_speaker:
        return by_speaker.get(speaker)
    return next((claim for name, claim in by_speaker.items() if same_name(speaker, name)), None)
