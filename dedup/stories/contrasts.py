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

from dedup.stories.amounts import complements, shares, unequal
from dedup.stories.negations import denied, denies
from dedup.stories.opposites import opposed
from dedup.stories.sides import Side, is_negated

STANCES: Final = frozenset({("attribution", "admitting"), ("attribution", "denying")})


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
    # A tenth survived: nine out of ten died.
    shared_out = any(complements(old, new) for old in counted[0] for new in counted[1])
    found = [
        *(Contrast("quantity", old[:2], new[:2]) for old, new in filter(None, [unequal(canonical, variant, counted)])),
        *_stances(canonical, variant),
        *(Contrast("opposite", *pair) for pair in ([] if shared_out else opposed(canonical, variant))),
        *(Contrast("negation", *pair) for pair in denied(canonical, variant)),
        *_rebuttals(canonical, variant),
    ]
    return sorted(found, key=lambda contrast: (contrast.variant, contrast.canonical, contrast.kind))


# --------------------------------------------------------------------------------------- who admits and who denies


def _stances(canonical: Side, variant: Side) -> Iterator[Contrast]:
    """Admitted against denied, established against no evidence, on one subject."""
    if not canonical.has_any(STANCES) or not variant.has_any(STANCES):
        return
    yields = (("denying", "admitting"), ("admitting", "denying"))
    for ours_name, theirs_name in yields:
        ours = canonical.find("attribution", ours_name)
        theirs = variant.find("attribution", theirs_name)
        if not ours or not theirs:
            continue
        if canonical.find("attribution", theirs_name) or variant.find("attribution", ours_name):
            continue
        if ours_name == "admitting" and denies(canonical):
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
