"""What the words of a text look like: which have a capital, at which a number or a date can begin.

In: tokens and a lexicon. Out: the places that readers of names, numbers and dates must look at; all others they pass
over. Must not know what is read there. Every word is looked up once, for all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import compress
from typing import NamedTuple

import numpy as np

from dedup.text.lexicon import Lexicon
from dedup.text.numerals import numerals
from dedup.text.tokens import Tokens

_CAPITAL, _SMALL, _QUANTITY, _MOMENT, _LOUD = 1, 2, 4, 8, 16


class Looks(NamedTuple):
    """What the tokens of one text look like.

    Args:
        capital: For each token whether it begins with a capital, or with a small particle and one: al-Harrasi.
        capitals: Those that do.
        small: The words that begin with a small letter, as written.
        quantities: Tokens at which a number can begin.
        moments: Tokens at which a date or time can begin.
        loud: Tokens of two and more letters, all capitals.
    """

    capital: list[bool]
    capitals: list[int]
    small: frozenset[str]
    quantities: list[int]
    moments: list[int]
    loud: list[int]


def looks(read: Tokens, lexicon: Lexicon) -> Looks:
    """What the tokens look like in a language, kept with them.

    Examples:
        >>> from dedup.text.lexicon import lexicon
        >>> from dedup.text.tokens import tokens
        >>> seen = looks(tokens("In May al-Harrasi sold 12 boats"), lexicon("en"))
        >>> seen.capitals, sorted(seen.small), seen.quantities, seen.moments
        ([0, 1, 2], ['al-Harrasi', 'boats', 'sold'], [2, 4], [1, 4])
    """
    kept: Looks | None = read.kept.get(lexicon.lang)
    if kept is not None:
        return kept
    words = read.words
    table = lexicon.remembered("looks", _look)
    seen = np.frombuffer(bytes(map(table.__getitem__, words)), dtype=np.uint8)
    capital = (seen & _CAPITAL) != 0
    found = read.kept[lexicon.lang] = Looks(
        capital.tolist(),
        np.flatnonzero(capital).tolist(),
        frozenset(compress(words, (seen & _SMALL).tolist())),
        np.flatnonzero(seen & _QUANTITY).tolist(),
        np.flatnonzero(seen & _MOMENT).tolist(),
        np.flatnonzero(seen & _LOUD).tolist(),
    )
    return found


def _look(lexicon: Lexicon) -> Callable[[str], int]:
    """All that is asked of a word, as bits."""
    particles = lexicon.words("names", "particles")
    quantities = numerals(lexicon).starters
    named = lexicon.values("dates", "months").keys() | lexicon.values("dates", "weekdays").keys()
    moments = named | lexicon.keys("dates", "relative").firsts

    def has_capital(word: str) -> bool:
        if "-" not in word or word[0].isupper():
            return word[0].isupper()
        particle, _, rest = word.partition("-")
        return particle in particles and rest[:1].isupper()

    def look(word: str) -> int:
        lower = word.lower()
        in_digits = lower[0].isdecimal()
        return (
            _CAPITAL * has_capital(word)
            | _SMALL * word[0].islower()
            | _QUANTITY * (lower in quantities or in_digits or "-" in lower[1:])
            | _MOMENT * (lower in moments or in_digits)
            | _LOUD * (len(word) > 1 and word.isupper())
        )

    return look
