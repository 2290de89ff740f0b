"""An article read once for everything that compares what articles say.

In: a text as it was given and its language. Out: its tokens, stems and claims side by side. Must not know other
articles.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Final

from dedup.text.claims import MAX_CHARACTERS, Claim, claims_of, stated
from dedup.text.lexicon import Lexicon, lexicon
from dedup.text.listed import Begun, Listed, begun
from dedup.text.tokens import Tokens, folded_name
from dedup.text.units import Figures, Quantity

_KEPT: Final = 64
"""Readings kept: a story's canonical article is held against each of its variants in turn."""

Number = tuple[int, int, int, Quantity]


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """An article's tokens, stems and claims.

    Args:
        text: The text as given, up to ``MAX_CHARACTERS``.
        lists: Lists of its language.
        tokens: Its tokens.
        stems: The stem of each token.
        claims: Its claims, by start.
        content: Whether each token is a word or number that carries content.
        starts: Where each claim starts.
        vocabulary: Every folded word and every stem of the text.
        figures: Every quantity it states.
        numbers: Every quantity in order: where it starts, the half-open range of its tokens, and itself.
        listed: Where the phrases of the word lists stand.
    """

    text: str
    lists: Lexicon
    tokens: Tokens
    stems: list[str]
    claims: list[Claim]
    content: list[bool]
    starts: list[int]
    vocabulary: frozenset[str]
    figures: Figures
    numbers: list[Number]
    listed: Listed

    def claims_within(self, start: int, end: int) -> list[Claim]:
        """Claims that begin in a span of the text."""
        return self.claims[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    def numbers_within(self, first: int, stop: int) -> list[Number]:
        """Quantities that begin in a half-open range of tokens."""
        if first >= stop or not self.numbers:
            return []
        start, end = self.tokens.span(first, first)[0], self.tokens.span(stop - 1, stop - 1)[1]
        return self.numbers[bisect_left(self.numbers, (start,)) : bisect_left(self.numbers, (end,))]

    def names_within(self, first: int, stop: int) -> list[Claim]:
        """Names that begin in a half-open range of tokens."""
        if first >= stop:
            return []
        start, end = self.tokens.span(first, first)[0], self.tokens.span(stop - 1, stop - 1)[1]
        return [claim for claim in self.claims_within(start, end) if claim.kind == "entity"]

    def near(self, start: int, end: int, reach: int) -> frozenset[str]:
        """Stems of the content words of the ``reach`` tokens on either side of a span, the span's own left out."""
        first, stop = self.tokens.within(start, end)
        around = (*range(max(0, first - reach), first), *range(stop, min(len(self.stems), stop + reach)))
        return frozenset(self.stems[at] for at in around if self.content[at])


@lru_cache(maxsize=_KEPT)
def read(text: str, lang: str) -> Reading:
    """Read an article; the last few are kept.

    Examples:
        >>> reading = read("The dam holds 310 million cubic metres.", "en")
        >>> [reading.text[claim.start : claim.end] for claim in reading.claims]
        ['310 million cubic metres']
        >>> sorted(reading.near(14, 38, 3))
        ['dam', 'hold']
    """
    lists = lexicon(lang)
    head = text[:MAX_CHARACTERS]
    found, told = stated(text, lang)
    # Looked up once a word, whatever is asked of it.
    known = list(map(lists.remembered("known", _known).__getitem__, found.lower))
    stems, folded, content, *phrases = map(list, zip(*known, strict=True)) if known else ([], [], [], [], [])
    listed = Listed(found.lower, stems, lists, (phrases[0], phrases[1]))
    claims = claims_of(head, found, told, listed, lists)
    vocabulary = frozenset(chain(stems, folded))
    starts = [claim.start for claim in claims]
    numbers = [
        (claim.start, *found.within(claim.start, claim.end), claim.value)
        for claim in claims
        if isinstance(claim.value, Quantity)
    ]
    figures = Figures(number[-1] for number in numbers)
    return Reading(head, lists, found, stems, claims, content, starts, vocabulary, figures, numbers, listed)


def _known(lists: Lexicon) -> Callable[[str], tuple[str, str, bool, Begun | None, Begun | None]]:
    """What is known of a word: its stem, itself folded, whether it carries content, and what it begins (``listed``)."""
    stop, begins = lists.words("words", "stop"), begun(lists)

    def known(word: str) -> tuple[str, str, bool, Begun | None, Begun | None]:
        stem = lists.stem([word])[0]
        return stem, folded_name(word), word[0].isalnum() and word not in stop, *begins(word, stem)

    return known
