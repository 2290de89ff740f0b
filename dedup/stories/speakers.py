"""Who speaks: quoted words per speaker, in the canonical article and in a variant.

In: both texts as given. Out: for each speaker how many words each article quotes. Must not know how sentences were
linked.
"""

from __future__ import annotations

from typing import Any, Final

from dedup.text.claims import Claim
from dedup.text.names import same_name
from dedup.text.reading import Reading, read

UNKNOWN: Final = ""
"""Speaker of quotations that the text gives nobody."""
_NEAR: Final = 90
"""Characters between a quotation and the verb that gives it to somebody."""
_MIN_WORDS: Final = 3
"""Fewer quoted words are names and single words in quotation marks, not speech."""


def speakers(canonical_text: str, variant_text: str, lang: str) -> list[dict[str, Any]]:
    """Quoted words per speaker on both sides.

    Args:
        canonical_text: The canonical article as given.
        variant_text: The variant as given.
        lang: Language of both, BCP 47.

    Returns:
        Rows as ``schemas.SPEAKER``: the speaker's fullest name as it stands in the texts, empty for words that no text
        gives to anybody. Most words first, ties by name.

    Examples:
        >>> canonical = "“It is slow, it is safe,” said Ada Byrne. “We wait for the gauge,” she said."
        >>> variant = "“It is slow,” Ms Byrne claimed."
        >>> speakers(canonical, variant, "en")
        [{'speaker': 'Ada Byrne', 'canonical_words': 11, 'variant_words': 3}]
    """
    rows: list[tuple[str, str, list[int]]] = []
    for side, reading in enumerate((read(canonical_text, lang), read(variant_text, lang))):
        for name, shown, n_quoted in _spoken(reading):
            at = next((i for i, row in enumerate(rows) if _is_same(row[0], name)), None)
            if at is None:
                rows.append((name, shown, [0, 0]))
                at = len(rows) - 1
            elif len(shown) > len(rows[at][1]):
                rows[at] = (name, shown, rows[at][2])
            rows[at][2][side] += n_quoted
    # Two names that cannot be one, such as the first and the last word of a third, may have the same fullest form.
    totals: dict[str, list[int]] = {}
    for _, shown, n_words in rows:
        totals[shown] = [sum(both) for both in zip(totals.get(shown, (0, 0)), n_words, strict=True)]
    ordered = sorted(totals.items(), key=lambda one: (-sum(one[1]), one[0]))
    return [{"speaker": shown, "canonical_words": n[0], "variant_words": n[1]} for shown, n in ordered]


def _is_same(left: str, right: str) -> bool:
    return left == right or (bool(left) and bool(right) and same_name(left, right))


def _spoken(reading: Reading) -> list[tuple[str, str, int]]:
    """Each quotation's speaker (folded, as it stands) and number of words, in order."""
    said = [claim for claim in reading.claims if claim.kind == "attribution"]
    found: list[tuple[str, str, int]] = []
    last: tuple[int, str] = (-1, UNKNOWN)
    for claim in reading.claims:
        if claim.kind != "quote":
            continue
        first, stop = reading.tokens.within(claim.start, claim.end)
        n_words = sum(1 for word in reading.tokens.lower[first:stop] if word[0].isalnum())
        if n_words < _MIN_WORDS:
            continue
        name = _speaker(reading, claim, said)
        if not name and last[0] >= 0 and "\n" not in reading.text[last[0] : claim.start]:
            name = last[1]  # “…,” she said. “…”: the quotation goes on
        last = (claim.end, name)
        found.append((name, _shown(reading, name), n_words))
    return found


def _speaker(reading: Reading, quote: Claim, said: list[Claim]) -> str:
    """Folded name of whom the nearest verb of the paragraph gives the quotation to; empty for nobody."""
    ranked = []
    for claim in said:
        gap = max(claim.start - quote.end, quote.start - claim.end)
        between = reading.text[min(claim.end, quote.end) : max(claim.start, quote.start)]
        if 0 <= gap <= _NEAR and "\n" not in between and claim.value[2]:
            # A verb behind the quotation is its own; one before it may belong to the sentence before.
            ended = any(mark in between for mark in (". ", "! ", "? ", "。"))
            ranked.append((ended, claim.start < quote.start, gap, str(claim.value[2])))
    return min(ranked)[3] if ranked and not min(ranked)[0] else UNKNOWN


def _shown(reading: Reading, name: str) -> str:
    """The fullest form of a name as it stands in the text; the form itself decides ties, the first place the rest."""
    if not name:
        return UNKNOWN
    forms = [
        " ".join(reading.text[claim.start : claim.end].split())
        for claim in reading.claims
        if claim.kind == "entity" and same_name(str(claim.value), name)
    ]
    return max(forms, key=len, default=name)
