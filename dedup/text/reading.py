"""An article read once for everything that compares what articles say.

In: a text as it was given and its language. Out: its tokens, stems and claims side by side. Must not know other
articles.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from dedup.text.claims import MAX_CHARACTERS, Claim, claims_of, stated
from dedup.text.lexicon import Lexicon, lexicon
from dedup.text.tokens import Tokens, folded_name
from dedup.text.units import Figures, Quantity

_KEPT: Final = 64
"""Readings kept: a story's canonical article is held against each of its variants in turn."""

Hit = tuple[int, int, str]


def within(hits: list[Hit], start: int, stop: int) -> list[Hit]:
    """Those of ordered hits that lie in a half-open range of tokens.

    Examples:
        >>> within([(0, 1, "a"), (3, 5, "b"), (6, 7, "c")], 2, 6)
        [(3, 5, 'b')]
    """
    found = hits[bisect_left(hits, (start,)) : bisect_left(hits, (stop,))]
    return found if not found or found[-1][1] <= stop else found[:-1]


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
    _hits: dict[tuple[str, str], list[Hit]] = field(default_factory=dict)

    def hits(self, section: str, name: str, *, stems: bool = False) -> list[Hit]:
        """Every phrase of a lexicon list in the text: (first token, one past the last, entry), in order.

        Args:
            section: Section of the lexicon.
            name: Name of the list.
            stems: Whether inflected forms match too; always the same for one list.
        """
        key = (section, name)
        if key not in self._hits:
            phrases = self.lists.stems(section, name) if stems else self.lists.phrases(section, name)
            self._hits[key] = phrases.find(self.stems if stems else self.tokens.lower)
        return self._hits[key]

    def grouped(self, section: str, name: str, *, sides: bool = False) -> list[Hit]:
        """Every word of an array of lists in the text; the entry is the list's number (and its side)."""
        key = (section, name)
        if key not in self._hits:
            self._hits[key] = self.lists.groups(section, name, sides=sides).find(self.stems)
        return self._hits[key]

    def claims_within(self, start: int, end: int) -> list[Claim]:
        """Claims that begin in a span of the text."""
        return self.claims[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

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
    stems = lists.stem(found.lower)
    stop = lists.words("words", "stop")
    content = [word[0].isalnum() and word not in stop for word in found.lower]
    claims = claims_of(head, found, told, stems, lists)
    vocabulary = frozenset(stems) | frozenset(map(folded_name, set(found.lower)))
    starts = [claim.start for claim in claims]
    figures = Figures(claim.value for claim in claims if isinstance(claim.value, Quantity))
    return Reading(head, lists, found, stems, claims, content, starts, vocabulary, figures)
