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

from dedup.text.reading import Reading

# How much of a whole each list of words can mean, in percent.
_SHARES: Final = {
    "all": (97.0, 100.0),
    "nearly_all": (80.0, 97.5),
    "most": (50.1, 95.0),
    "half": (35.0, 65.0),
    "some": (1.0, 80.0),
    "few": (0.1, 30.0),
    "none": (0.0, 0.0),
}
_REACH: Final = 12
"""Content is looked for this many tokens around a word that says how much."""
_CLOSE: Final = 5
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

    def find(self, section: str, name: str, *, stems: bool = False) -> list[tuple[int, int, str]]:
        """Phrases of a lexicon list in the sentences."""
        lists = self.reading.lists
        phrases = lists.stems(section, name) if stems else lists.phrases(section, name)
        words = self.reading.stems if stems else self.reading.tokens.lower
        return [hit for start, stop in self.ranges for hit in phrases.find(words, start, stop)]


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


def _amounts(side: Side) -> list[tuple[int, int, float, float]]:
    """Words and shares that say how much: tokens and the range of percent they can mean."""
    found: list[tuple[int, int, float, float]] = []
    covered: set[int] = set()
    for name in ("nearly_all", "none", "few", "half", "most", "some", "all"):
        low, high = _SHARES[name]
        for first, stop, _ in side.find("contrast", name):
            if not covered & set(range(first, stop)) and not _counts_off(side, first, stop):
                covered.update(range(first, stop))
                found.append((first, stop, low, high))
    found.extend((*hit[:2], 0.0, 0.0) for hit in side.find("contrast", "single") if _is_negated(side, hit[0]))
    for start, stop in side.ranges:
        if start == stop:
            continue
        tokens = side.reading.tokens
        begin, end = tokens.span(start, start)[0], tokens.span(stop - 1, stop - 1)[1]
        for claim in side.reading.claims_within(begin, end):
            if claim.kind == "number" and claim.value[1] == "%":
                first, last = tokens.within(claim.start, claim.end)
                found = [item for item in found if not (first <= item[0] < last)]
                share, bound = float(claim.value[0]), claim.value[2]
                found.append((first, last, 0.0 if bound == "under" else share - 3.0, 100.0 if bound == "over" else share + 3.0))
    return sorted(found)


def _counts_off(side: Side, first: int, stop: int) -> bool:
    """Whether "every" or "all" counts off a rhythm or a fixed set: every second one, every season, all three."""
    reading = side.reading
    if stop - first > 1 or stop >= len(reading.stems):
        return False
    numbers = reading.lists.values("numbers", "words"), reading.lists.values("numbers", "ordinals")
    after = reading.tokens.lower[stop]
    rhythms = reading.lists.stems("contrast", "rhythms")
    return after in numbers[0] or after in numbers[1] or any(stem in rhythms for stem in reading.stems[stop : stop + 2])


def _quantities(canonical: Side, variant: Side) -> Iterator[Contrast]:
    """All against most, half against nothing but."""
    ours = _amounts(canonical)
    theirs = _amounts(variant)
    for first, stop, low, high in theirs:
        if any(low <= b and a <= high for _, _, a, b in ours):
            continue
        context = variant.around(first, stop, _REACH)
        for begin, end, a, b in ours:
            if any(x <= b and a <= y for _, _, x, y in theirs) or _complements(low, high, a, b):
                continue
            shared = context & canonical.around(begin, end, _REACH)
            apart = max(low - b, a - high)
            extreme = low >= 90.0 or high <= 5.0
            if len(shared) >= (1 if apart >= _FAR else 2 if extreme else 3) and _partial_beside((a, b), shared, canonical, (begin, end)):
                yield Contrast("quantity", (begin, end), (first, stop))
                return


def _complements(low: float, high: float, a: float, b: float) -> bool:
    """A third has not, two thirds have."""
    return low > 0 and a > 0 and abs((low + high) / 2 + (a + b) / 2 - 100.0) < 2.0


def _partial_beside(share: tuple[float, float], shared: frozenset[str], side: Side, at: tuple[int, int]) -> bool:
    """Whether a vague "some of" is of the very thing the other side speaks of; a definite share always is."""
    return share != _SHARES["some"] or bool(shared & side.around(*at, 3))


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
    """Whether a negation stands at most three tokens before ``at``, in its sentence."""
    low = next((r[0] for r in side.ranges if r[0] <= at < r[1]), at)
    lists = side.reading.lists
    negators, harmless = lists.phrases("contrast", "negators"), lists.words("contrast", "not_negating")
    lower = side.reading.tokens.lower
    for begin in range(max(low, at - 4), at):
        hit = negators.at(lower, begin)
        if hit and begin + hit[0] <= at and lower[begin + hit[0]] not in harmless and "," not in lower[begin:at]:
            return True
    return False


def _sides(side: Side, name: str) -> dict[str, list[tuple[int, int, int]]]:
    """Pair of opposites -> (first, stop, which side it means, negation counted)."""
    found: dict[str, list[tuple[int, int, int]]] = {}
    pairs = side.reading.lists.groups("contrast", name, sides=True)
    for start, stop in side.ranges:
        for first, end, label in pairs.find(side.reading.stems, start, stop):
            pair, which = label.split()
            direct = _negator_of(side, first) >= 0
            if direct or not (_is_negated(side, first) or side.reading.tokens.lower[first - 1] in _LESS):
                found.setdefault(pair, []).append((first, end, int(which) ^ direct))
    return found


def _opposites(canonical: Side, variant: Side) -> Iterator[Contrast]:
    """Safe against contaminated, where each article has only one of the two and both stand by the same words."""
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
    """The token where a negation begins that stands at most one word before ``at``; -1 if none does."""
    lists = side.reading.lists
    lower = side.reading.tokens.lower
    negators, harmless = lists.phrases("contrast", "negators"), lists.words("contrast", "not_negating")
    low = next((r[0] for r in side.ranges if r[0] <= at < r[1]), at)
    for begin in range(max(low, at - 3), at):
        hit = negators.at(lower, begin)
        if hit and at - 1 <= begin + hit[0] <= at and lower[begin + hit[0]] not in harmless:
            return begin
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
