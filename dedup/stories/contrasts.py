"""Where two sentences that carry one content say the opposite without a figure being to blame.

In: the readings of two articles and the tokens of linked sentences. Out: contrasts (how much: all / most / half / few /
none; who admits and who denies; opposites; negations), each with the tokens on both sides. Must not know how the
sentences were linked or what is done with a contrast.

Precision comes before recall: a contrast needs the same words around it on both sides, and every list is from the
language's lexicon, so that a language without lists has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from dedup.text.reading import Hit, Reading, within
from dedup.text.units import Quantity

# How much of a whole each list of words can mean, in percent.
_SHARES: Final = {
    "all": (97.0, 100.0),
    "nearly_all": (80.0, 97.5),
    "most": (50.1, 95.0),
    "half": (35.0, 65.0),
    "some": (1.0, 80.0),
    "few": (0.1, 30.0),
    "nearly_none": (0.1, 10.0),
    "none": (0.0, 0.0),
}
_COUNTED: Final = (1.0, 100.0)
"""Some number of people or things: it only stands against nobody and none."""
_REACH: Final = 12
"""Content is looked for this many tokens around a word that says how much."""
_CLOSE: Final = 6
"""The same, around a word that a negation turns round."""
_OPPOSITE_REACH: Final = 7
_LESS: Final = frozenset({"less", "least", "fewer", "more", "menos", "weniger", "moins", "meno", "менее", "不"})
_FAR: Final = 60.0
"""Shares this many points apart ("nearly all", "a tenth") need only one word in common around them."""


class Contrast(NamedTuple):
    """One contrast; token ranges are half-open, into the articles' tokens.

    Args:
        kind: ``quantity``, ``stance``, ``opposite``, ``negation`` or ``rebuttal``.
        canonical: Tokens of the canonical side.
        variant: Tokens of the variant side.
    """

    kind: str
    canonical: tuple[int, int]
    variant: tuple[int, int]


class Side(NamedTuple):
    """Sentences of one article, as token ranges."""

    reading: Reading
    ranges: Sequence[tuple[int, int]]

    def tokens(self) -> Iterator[int]:
        """Every token of the sentences."""
        for start, stop in self.ranges:
            yield from range(start, stop)

    def around(self, first: int, stop: int, reach: int) -> frozenset[str]:
        """Content stems near a token range, within its sentence, itself left out."""
        low, high = next((r for r in self.ranges if r[0] <= first < r[1]), (first, stop))
        stems, content = self.reading.stems, self.reading.content
        near = (*range(max(low, first - reach), first), *range(stop, min(high, stop + reach)))
        return frozenset(stems[at] for at in near if content[at])

    def find(self, section: str, name: str, *, stems: bool = False) -> list[Hit]:
        """Phrases of a lexicon list in the sentences."""
        hits = self.reading.hits(section, name, stems=stems)
        return [hit for start, stop in self.ranges for hit in within(hits, start, stop)] if hits else []

    def low(self, at: int) -> int:
        """First token of the sentence in which a token stands."""
        return next((start for start, stop in self.ranges if start <= at < stop), at)


class Amount(NamedTuple):
    """How much of a whole some tokens mean, as the range of percent they can mean."""

    first: int
    stop: int
    low: float
    high: float

    @property
    def share(self) -> tuple[float, float]:
        """The range."""
        return self.low, self.high

    def meets(self, other: Amount) -> bool:
        """Whether both can mean one share."""
        return self.low <= other.high and other.low <= self.high


def contrasts(canonical: Side, variant: Side) -> list[Contrast]:
    """Every contrast between linked sentences, in the order of the variant's tokens.

    Args:
        canonical: The cited sentences.
        variant: The sentence that carries them.
    """
    found = [
        *_quantities(canonical, variant),
        *_stances(canonical, variant),
        *_opposites(canonical, variant),
        *_negations(canonical, variant),
        *_rebuttals(canonical, variant),
    ]
    return sorted(found, key=lambda contrast: (contrast.variant, contrast.canonical, contrast.kind))


# -------------------------------------------------------------------------------------------------------- how much


def _amounts(side: Side) -> list[Amount]:
    """Words and shares that say how much, in order."""
    found: list[Amount] = []
    covered: set[int] = set()
    for name in ("nearly_all", "nearly_none", "none", "few", "half", "most", "some", "all"):
        for first, stop, _ in side.find("contrast", name):
            if not covered & set(range(first, stop)) and not _counts_off(side, stop):
                covered.update(range(first, stop))
                found.append(Amount(first, stop, *_SHARES[name]))
    found.extend(Amount(*hit[:2], 0.0, 0.0) for hit in side.find("contrast", "single") if _is_negated(side, hit[0]))
    shares = _shares(side)
    taken = {at for share in shares for at in range(share.first, share.stop)}
    return sorted([*shares, *(amount for amount in found if amount.first not in taken)])


def _shares(side: Side) -> list[Amount]:
    """What the numbers of the sentences say of a whole: percent, "two of the five", and any count at all."""
    tokens = side.reading.tokens
    numbers = [
        (*tokens.within(claim.start, claim.end), claim.value)
        for start, stop in side.ranges
        if start < stop
        for claim in side.reading.claims_within(tokens.span(start, start)[0], tokens.span(stop - 1, stop - 1)[1])
        if isinstance(claim.value, Quantity)
    ]
    links = {(first, stop) for first, stop, _ in side.find("contrast", "of_them")}
    found: list[Amount] = []
    skip = -1
    for at, (first, stop, value) in enumerate(numbers):
        after = numbers[at + 1] if at + 1 < len(numbers) else None
        if value.unit == "%":
            low = 0.0 if value.bound == "under" else value.magnitude - 3.0
            found.append(Amount(first, stop, low, 100.0 if value.bound == "over" else value.magnitude + 3.0))
        elif after and (stop, after[0]) in links and 0 < value.magnitude < after[2].magnitude:
            share = 100.0 * value.magnitude / after[2].magnitude
            found.append(Amount(first, after[1], share - 3.0, share + 3.0))
            skip = at + 1
        elif not value.unit and value.magnitude > 1 and at != skip:
            found.append(Amount(first, stop, *_COUNTED))
    return found


def _counts_off(side: Side, stop: int) -> bool:
    """Whether the word is about a rhythm, not about how much: every season, some hours."""
    rhythms = side.reading.lists.stems("contrast", "rhythms")
    return bool(rhythms) and any(stem in rhythms for stem in side.reading.stems[stop : stop + 2])


def _quantities(canonical: Side, variant: Side) -> Iterator[Contrast]:
    """All against most, half against nothing but, nobody against dozens."""
    ours, theirs = _amounts(canonical), _amounts(variant)
    for new in theirs:
        if any(new.meets(old) for old in ours if old.share != _COUNTED):
            continue
        context = variant.around(new.first, new.stop, _REACH)
        for old in ours:
            if any(old.meets(other) for other in theirs if other.share != _COUNTED) or _complements(old, new):
                continue
            shared = context & canonical.around(old.first, old.stop, _REACH)
            if len(shared) >= _needed(old, new) and _is_beside(old, new, canonical, variant):
                yield Contrast("quantity", (old.first, old.stop), (new.first, new.stop))
                return


def _needed(old: Amount, new: Amount) -> int:
    """How many words must be the same around two amounts: fewer the further they are apart."""
    apart = max(new.low - old.high, old.low - new.high)
    if apart <= 0:
        return 1_000  # no contrast at all
    if _COUNTED in {old.share, new.share} or (apart >= _FAR and {old.share, new.share} != {_SHARES["all"], _SHARES["none"]}):
        return 1
    return 2 if new.low >= 90.0 or new.high <= 10.0 or old.high <= 0.0 else 3


def _is_beside(old: Amount, new: Amount, canonical: Side, variant: Side) -> bool:
    """Whether a vague amount ("some of", any count) is of the very thing the other one is of; a share always is."""
    if _COUNTED in {old.share, new.share}:
        if not (old.high == 0.0 or new.high == 0.0) or _is_repeated(old, canonical, variant) or _is_repeated(new, variant, canonical):
            return False
        return bool(canonical.around(old.first, old.stop, 3) & variant.around(new.first, new.stop, 3))
    if old.share != _SHARES["some"]:
        return True
    return bool(variant.around(new.first, new.stop, _REACH) & canonical.around(old.first, old.stop, 3))


def _is_repeated(amount: Amount, own: Side, other: Side) -> bool:
    """Whether a count stands on the other side as well, so that "none" there is of something else."""
    said = {own.reading.stems[at] for at in range(amount.first, amount.stop)}
    return amount.share == _COUNTED and bool(said & {other.reading.stems[at] for at in other.tokens()})


def _complements(old: Amount, new: Amount) -> bool:
    """A third has not, two thirds have."""
    return old.low > 0 and new.low > 0 and abs((old.low + old.high + new.low + new.high) / 2 - 100.0) < 2.0


# --------------------------------------------------------------------------------------- who admits and who denies


def _stances(canonical: Side, variant: Side) -> Iterator[Contrast]:
    """Admitted against denied, established against no evidence, on one subject."""
    yields = (("denying", "admitting"), ("admitting", "denying"))
    for ours_name, theirs_name in yields:
        ours = canonical.find("attribution", ours_name, stems=True)
        theirs = variant.find("attribution", theirs_name, stems=True)
        if not ours or not theirs:
            continue
        if canonical.find("attribution", theirs_name, stems=True) or variant.find("attribution", ours_name, stems=True):
            continue
        if ours_name == "admitting" and _negates(canonical):
            continue  # "confirmed that neither could be sold" admits nothing
        for first, stop, _ in theirs:
            if _is_negated(variant, first):
                continue
            context = variant.around(first, stop, 10)
            shared = [hit for hit in ours if context & canonical.around(hit[0], hit[1], 10)]
            if shared or len(canonical.ranges) > 1:
                hit = shared[0] if shared else ours[0]
                yield Contrast("stance", hit[:2], (first, stop))
                break


# ------------------------------------------------------------------------------------------------------- opposites


def _is_negated(side: Side, at: int) -> bool:
    """Whether a negation stands at most three words before ``at``, in its sentence and clause."""
    lower = side.reading.tokens.lower
    return any("," not in lower[begin:at] for begin in _negators(side, at, 4))


def _negators(side: Side, at: int, reach: int) -> list[int]:
    """Where negations begin that lie within ``reach`` tokens before ``at`` in its sentence."""
    lower = side.reading.tokens.lower
    harmless = side.reading.lists.words("contrast", "not_negating")
    hits = within(side.reading.hits("contrast", "negators"), max(side.low(at), at - reach), at)
    return [first for first, stop, _ in hits if lower[stop] not in harmless]


def _sides(side: Side, name: str) -> dict[str, list[tuple[int, int, int]]]:
    """Pair of opposites -> (first, stop, which side it means, negation counted)."""
    found: dict[str, list[tuple[int, int, int]]] = {}
    hits = side.reading.grouped("contrast", name, sides=True)
    for start, stop in side.ranges:
        for first, end, label in within(hits, start, stop):
            pair, which = label.split()
            direct = _negator_of(side, first) >= 0
            if direct or not (_is_negated(side, first) or side.reading.tokens.lower[first - 1] in _LESS):
                found.setdefault(pair, []).append((first, end, int(which) ^ direct))
    return found


def _opposites(canonical: Side, variant: Side) -> Iterator[Contrast]:
    """Safe against contaminated, where each article has only one of the two and both stand by the same words."""
    ours_shared, theirs_shared = _shares(canonical), _shares(variant)
    if any(_complements(old, new) for old in ours_shared for new in theirs_shared):
        return  # a tenth survived: nine out of ten died
    for name, needed in (("pairs", 1), ("weak_pairs", 2)):
        ours, theirs = _sides(canonical, name), _sides(variant, name)
        for pair in sorted(ours.keys() & theirs.keys(), key=int):
            if {meant for _, _, meant in theirs[pair]} & {meant for _, _, meant in ours[pair]}:
                continue
            for first, stop, _ in theirs[pair]:
                context = variant.around(first, stop, _OPPOSITE_REACH)
                near = [
                    hit
                    for hit in ours[pair]
                    if canonical.reading.stems[hit[0]] != variant.reading.stems[first]
                    and len(context & canonical.around(hit[0], hit[1], _OPPOSITE_REACH)) >= needed
                ]
                if near:
                    yield Contrast("opposite", near[0][:2], (first, stop))
                    break


# ------------------------------------------------------------------------------------------------------- negations


def _negations(canonical: Side, variant: Side) -> Iterator[Contrast]:
    """A word denied on one side and stated on the other, in the same surroundings; the span takes in its "not"."""
    if not canonical.find("contrast", "negators") and not variant.find("contrast", "negators"):
        return
    theirs: dict[str, list[int]] = {}
    for at in variant.tokens():
        if variant.reading.content[at]:
            theirs.setdefault(variant.reading.stems[at], []).append(at)
    for at in canonical.tokens():
        stem = canonical.reading.stems[at]
        if not canonical.reading.content[at] or not stem[0].isalpha() or stem not in theirs:
            continue
        here = theirs[stem][0]
        ours_not, theirs_not = _negator_of(canonical, at), _negator_of(variant, here)
        if not _is_flipped(canonical, variant, at, theirs[stem], ours_not):
            continue
        if len(variant.around(here, here + 1, _CLOSE) & canonical.around(at, at + 1, _CLOSE)) >= 2:
            begin = ours_not if ours_not >= 0 else at
            yield Contrast("negation", (begin, at + 1), (theirs_not if theirs_not >= 0 else here, here + 1))
            return


def _is_flipped(canonical: Side, variant: Side, at: int, there: list[int], ours_not: int) -> bool:
    """Whether one side negates the word right before it and the other denies nothing at all."""
    negated = [_negator_of(variant, here) >= 0 for here in there]
    if ours_not >= 0:
        return not any(negated) and not _negates(variant)
    return all(negated) and not _negates(canonical)


def _negator_of(side: Side, at: int) -> int:
    """The token where a negation begins that ends at most one word before ``at``; -1 if none does."""
    hits = within(side.reading.hits("contrast", "negators"), max(side.low(at), at - 3), at)
    harmless = side.reading.lists.words("contrast", "not_negating")
    lower = side.reading.tokens.lower
    for first, stop, _ in hits:
        # "did not rule out raising" denies nothing of the raising.
        twice = stop == at - 1 and lower[stop] in side.reading.lists.phrases("contrast", "soft_negators")
        if stop >= at - 1 and lower[stop] not in harmless and not twice:
            return first
    return -1


def _negates(side: Side) -> bool:
    """Whether the sentences negate anything at all, with or without a "not"."""
    return bool(side.find("contrast", "negators") or side.find("contrast", "soft_negators"))


# -------------------------------------------------------------------------------------------------------- rebuttals


def _rebuttals(canonical: Side, variant: Side) -> Iterator[Contrast]:
    """Somebody's account set up to be knocked down: "they blamed the weather, but it was"."""
    theirs = variant.find("contrast", "rebuttals")
    if not theirs or canonical.find("contrast", "rebuttals"):
        return
    asserted = variant.find("contrast", "asserting", stems=True)
    lower = canonical.reading.tokens.lower
    but = {variant.reading.tokens.lower[first] for first, _, _ in theirs}
    if asserted and asserted[0][0] < theirs[0][0] and not but & {lower[at] for at in canonical.tokens()}:
        first, stop = canonical.ranges[0]
        yield Contrast("rebuttal", (first, stop), theirs[0][:2])
