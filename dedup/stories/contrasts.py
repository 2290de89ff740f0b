"""Where two sentences that carry one content say the opposite without a figure being to blame.

In: the readings of two articles and the tokens of linked sentences. Out: contrasts (how much: all / most / half / few /
none; who admits and who denies; opposites; negations), each with the tokens on both sides. Must not know how the
sentences were linked or what is done with a contrast.

Precision comes before recall: a contrast needs the same words around it on both sides, and every list is from the
language's lexicon, so that a language without lists has none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from dedup.stories.amounts import Amount, complements, shares, unequal
from dedup.stories.sides import Side, is_negated

_CLOSE: Final = 6
"""The same, around a word that a negation turns round."""
_OPPOSITE_REACH: Final = 7
_LESS: Final = frozenset({"less", "least", "fewer", "more", "menos", "weniger", "moins", "meno", "менее", "不"})


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


def contrasts(canonical: Side, variant: Side) -> list[Contrast]:
    """Every contrast between linked sentences, in the order of the variant's tokens.

    Args:
        canonical: The cited sentences.
        variant: The sentence that carries them.
    """
    counted = shares(canonical), shares(variant)
    found = [
        *(Contrast("quantity", old[:2], new[:2]) for old, new in filter(None, [unequal(canonical, variant, counted)])),
        *_stances(canonical, variant),
        *_opposites(canonical, variant, counted),
        *_negations(canonical, variant),
        *_rebuttals(canonical, variant),
    ]
    return sorted(found, key=lambda contrast: (contrast.variant, contrast.canonical, contrast.kind))


# --------------------------------------------------------------------------------------- who admits and who denies


def _stances(canonical: Side, variant: Side) -> Iterator[Contrast]:
    """Admitted against denied, established against no evidence, on one subject."""
    yields = (("denying", "admitting"), ("admitting", "denying"))
    for ours_name, theirs_name in yields:
        ours = canonical.find("attribution", ours_name)
        theirs = variant.find("attribution", theirs_name)
        if not ours or not theirs:
            continue
        if canonical.find("attribution", theirs_name) or variant.find("attribution", ours_name):
            continue
        if ours_name == "admitting" and _negates(canonical):
            continue  # "confirmed that neither could be sold" admits nothing
        for first, stop, _ in theirs:
            if is_negated(variant, first):
                continue
            context = variant.around(first, stop, 10)
            shared = [hit for hit in ours if context & canonical.around(hit[0], hit[1], 10)]
            if shared or len(canonical.ranges) > 1:
                hit = shared[0] if shared else ours[0]
                yield Contrast("stance", hit[:2], (first, stop))
                break


# ------------------------------------------------------------------------------------------------------- opposites


def _sides(side: Side, name: str) -> dict[str, list[tuple[int, int, int]]]:
    """Pair of opposites -> (first, stop, which side it means, negation counted)."""
    found: dict[str, list[tuple[int, int, int]]] = {}
    for first, end, label in side.find("contrast", name):
        pair, which = label.split()
        direct = _negator_of(side, first) >= 0
        if direct or not (is_negated(side, first) or side.reading.tokens.lower[first - 1] in _LESS):
            found.setdefault(pair, []).append((first, end, int(which) ^ direct))
    return found


def _opposites(canonical: Side, variant: Side, counted: tuple[list[Amount], list[Amount]]) -> Iterator[Contrast]:
    """Safe against contaminated, where each article has only one of the two and both stand by the same words."""
    lists = (("pairs", 1), ("weak_pairs", 2))
    told = [one for one in lists if canonical.find("contrast", one[0]) and variant.find("contrast", one[0])]
    if not told or any(complements(old, new) for old in counted[0] for new in counted[1]):
        return  # a tenth survived: nine out of ten died
    for name, needed in told:
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
        if not _is_flipped(canonical, variant, theirs[stem], ours_not):
            continue
        if len(variant.around(here, here + 1, _CLOSE) & canonical.around(at, at + 1, _CLOSE)) >= 2:
            begin = ours_not if ours_not >= 0 else at
            yield Contrast("negation", (begin, at + 1), (theirs_not if theirs_not >= 0 else here, here + 1))
            return


def _is_flipped(canonical: Side, variant: Side, there: list[int], ours_not: int) -> bool:
    """Whether one side negates the word right before it and the other denies nothing at all."""
    negated = [_negator_of(variant, here) >= 0 for here in there]
    if ours_not >= 0:
        return not any(negated) and not _negates(variant)
    return all(negated) and not _negates(canonical)


def _negator_of(side: Side, at: int) -> int:
    """The token where a negation begins that ends at most one word before ``at``; -1 if none does."""
    hits = side.find("contrast", "negators")
    if not hits:
        return -1
    begin = max(side.low(at), at - 3)
    harmless = side.reading.lists.words("contrast", "not_negating")
    lower = side.reading.tokens.lower
    for first, stop, _ in hits:
        # "did not rule out raising" denies nothing of the raising.
        twice = stop == at - 1 and lower[stop] in side.reading.lists.phrases("contrast", "soft_negators")
        if begin <= first and at - 1 <= stop <= at and lower[stop] not in harmless and not twice:
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
    asserted = variant.find("contrast", "asserting")
    lower = canonical.reading.tokens.lower
    but = {variant.reading.tokens.lower[first] for first, _, _ in theirs}
    if asserted and asserted[0][0] < theirs[0][0] and not but & {lower[at] for at in canonical.tokens()}:
        first, stop = canonical.ranges[0]
        yield Contrast("rebuttal", (first, stop), theirs[0][:2])
