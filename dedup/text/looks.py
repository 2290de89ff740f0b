"""What the words of a text look like: which have a capital, at which a number or a date can begin.

In: tokens and a lexicon. Out: the places that readers of names, numbers and dates must look at; all others they pass
over. Must not know what is read there. Every word is looked up once, for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import compress
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import xxhash

from dedup.text.lexicon import Lexicon
from dedup.text.numerals import numerals
from dedup.text.tokens import Tokens

_CAPITAL, _SMALL, _QUANTITY, _MOMENT, _LOUD, _BARE, _JOINING = 1, 2, 4, 8, 16, 32, 64
UPPER: Final = 128
"""Set where a word in lower case is another."""
_STEM_SHIFT: Final = 8
"""From this bit on the hash of a word's stem."""


class Looks(NamedTuple):
    """What the tokens of one text look like.

    Args:
        capital: For each token whether it begins with a capital, or with a small particle and one: al-Harrasi.
        capitals: Those that do.
        named: Those of them at which a name may begin.
        small: The words that begin with a small letter, as written.
        quantities: Tokens at which a number can begin.
        moments: Tokens at which a date or time can begin.
        loud: Tokens of two and more letters, all capitals.
        small_stems: (n,) hashed stems of the words that begin with a small letter; see ``hashed_stem``.
    """

    capital: list[bool]
    capitals: list[int]
    named: list[int]
    small: frozenset[str]
    quantities: list[int]
    moments: list[int]
    loud: list[int]
    small_stems: npt.NDArray[np.int64]


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
    table = lexicon.remembered("looks", look)
    seen = np.fromiter(map(table.__getitem__, read.words), dtype=np.int64, count=len(read.words))
    found = read.kept[lexicon.lang] = looks_of(read.words, seen)
    return found


def hashed_stem(word: str, lexicon: Lexicon) -> int:
    """The hash of a word's stem."""
    return lexicon.remembered("looks", look)[word] >> _STEM_SHIFT


def looks_of(words: Sequence[str], seen: npt.NDArray[np.int64]) -> Looks:
    """What tokens look like, given what ``look`` says of each."""
    bits = seen.astype(np.uint8)
    capital, small = (bits & _CAPITAL) != 0, (bits & _SMALL) != 0
    alone = (bits & _BARE) != 0
    alone[:-1] &= (bits[1:] & _JOINING) == 0
    return Looks(
        capital.tolist(),
        np.flatnonzero(capital).tolist(),
        np.flatnonzero(capital & ~alone).tolist(),
        frozenset(compress(words, small.tolist())),
        np.flatnonzero(bits & _QUANTITY).tolist(),
        np.flatnonzero(bits & _MOMENT).tolist(),
        np.flatnonzero(bits & _LOUD).tolist(),
        seen[small] >> _STEM_SHIFT,
    )


def look(lexicon: Lexicon) -> Callable[[str], int]:
    """All that is asked of a word, as bits and the hash of its stem; ``looks_of`` knows what they stand for."""
    particles = lexicon.words("names", "particles")
    bare = lexicon.words("names", "openers") | lexicon.words("names", "titles") | lexicon.words("names", "never")
    quantities = numerals(lexicon).starters
    named = lexicon.values("dates", "months").keys() | lexicon.values("dates", "weekdays").keys()
    moments = named | lexicon.keys("dates", "relative").firsts

    def has_capital(word: str) -> bool:
        if "-" not in word or word[0].isupper():
            return word[0].isupper()
        particle, _, rest = word.partition("-")
        return particle in particles and rest[:1].isupper()

    def seen(word: str) -> int:
        lower = word.lower()
        in_digits, capital = lower[0].isdecimal(), has_capital(word)
        stem = xxhash.xxh3_64_intdigest(lexicon.stem([word])[0].encode("utf-8", "surrogatepass"))
        return (
            _CAPITAL * capital
            | _SMALL * word[0].islower()
            | _QUANTITY * (lower in quantities or in_digits or "-" in lower[1:])
            | _MOMENT * (lower in moments or in_digits)
            | _LOUD * (len(word) > 1 and word.isupper())
            | _BARE * (len(word) == 1 or lower in bare)
            | _JOINING * (capital or lower == "." or lower in particles)
            | UPPER * (word != lower)
            | stem >> _STEM_SHIFT + 2 << _STEM_SHIFT  # below two to the power of 62
        )

    return seen
