"""Words of a language as numbers, looked up once a form and taken from arrays ever after.

In: words of folded texts. Out: for each the place of its form, and by that place its term, rarity, beginning and kind.
Must not know articles. A text has a few hundred words and a batch a few hundred thousand forms, so a batch pays for
stemming, rarity and hashing once a form, and a text for one look-up a word.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.sketch.cutting import Answers, Int32s, Int64s, placed, words
from dedup.sketch.salience import term_id, vocabulary
from dedup.text.words import is_unspaced

Floats = npt.NDArray[np.float32]

_PREFIX_CHARACTERS: Final = 5


class Read(NamedTuple):
    """The words of a text.

    Args:
        places: (n,) where the form of each word is in the arrays of ``Forms``.
        spans: (n, 2) half-open, in code points of the folded text.
        term: (n,) hashed terms.
        weight: (n,) rarities in [0,1].
    """

    places: Int64s
    spans: Int32s
    term: Int64s
    weight: Floats


class Forms:
    """What is known of the word forms of a language.

    Args:
        lang: ISO 639-1 code.

    Attributes:
        term: Hashed term of each form.
        weight: Its rarity in [0,1].
        prefix: Hashed beginning of the form, 0 where it is short or a number.
        word: The form hashed, without accents and as it was before a scanner misread it.
        is_digits: Whether it is written in digits.
        is_unspaced: Whether it is a character of a script written without spaces.

    Examples:
        >>> known = Forms("en")
        >>> at = known.places(["the", "harbours", "the", "harbour"])
        >>> at.tolist(), bool(known.term[at[1]] == known.term[at[3]]), bool(known.word[at[1]] == known.word[at[3]])
        ([0, 1, 0, 2], True, False)
    """

    def __init__(self, lang: str) -> None:
        self._vocabulary = vocabulary(lang)
        self._known = Answers(self._add)
        self.term = np.empty(0, dtype=np.int64)
        self.weight = np.empty(0, dtype=np.float32)
        self.prefix = np.empty(0, dtype=np.int64)
        self.word = np.empty(0, dtype=np.int64)
        self.is_digits = np.empty(0, dtype=np.bool_)
        self.is_unspaced = np.empty(0, dtype=np.bool_)

    def places(self, forms: Sequence[str]) -> Int64s:
        """(n,) where each form is in the arrays, until others are asked for: a full table starts anew."""
        found, text = placed(forms)
        return self._known.of(*found, text)

    def read(self, folded: str) -> Read:
        """The words of a folded text; their places are good until other words are asked for.

        Examples:
            >>> known = Forms("en")
            >>> read = known.read("old harbours")
            >>> read.spans.tolist(), bool(read.weight[1] > read.weight[0])
            ([[0, 3], [4, 12]], True)
        """
        spans, hashes = words(folded)
        places = self._known.of(spans, hashes, folded)
        return Read(places, spans, *self._terms(places, lambda at: folded[slice(*spans[at].tolist())]))

    def terms_of(self, forms: Sequence[str], at: Int64s) -> tuple[Int64s, Floats]:
        """Terms of a text and their weights; a character of a script without spaces counts as the pair it begins.

        Args:
            forms: Words of a text, in order.
            at: Their places.

        Returns:
            (n,) hashed terms and (n,) rarities in [0,1].
        """
        return self._terms(at, forms.__getitem__)

    def _terms(self, at: Int64s, form: Callable[[int], str]) -> tuple[Int64s, Floats]:
        term, weight, unspaced = self.term[at], self.weight[at], self.is_unspaced[at]
        for here in np.flatnonzero(unspaced[:-1] & unspaced[1:]).tolist():
            pair = self._vocabulary.pair(form(here) + form(here + 1))
            term[here], weight[here] = pair.id, pair.weight
        return term, weight

    def _add(self, forms: list[str]) -> range:
        unspaced = [is_unspaced(form) for form in forms]
        printed = [self._vocabulary.printed(form) for form in forms]
        found = [
            self._vocabulary.pair(form) if alone else self._vocabulary.term(form)
            for form, alone in zip(printed, unspaced, strict=True)
        ]
        first = len(self._known)
        last = first + len(forms)
        for name, values in (
            ("term", [term.id for term in found]),
            ("weight", [term.weight for term in found]),
            ("prefix", [_prefix_id(form) for form in printed]),
            ("word", [term_id(_unmarked(form)) for form in printed]),
            ("is_digits", [form.isdecimal() for form in forms]),
            ("is_unspaced", unspaced),
        ):
            column = getattr(self, name)
            if last > len(column):  # room for as many again, so that growing costs little
                column = np.concatenate([column[:first], np.empty(2 * last - first, dtype=column.dtype)])
                setattr(self, name, column)
            column[first:last] = values
        return range(first, last)


@lru_cache(maxsize=64)
def forms(lang: str) -> Forms:
    """The shared forms of ``lang``."""
    return Forms(lang)


def _unmarked(form: str) -> str:
    """A form without accents, which editors drop from foreign names."""
    if form.isascii():
        return form
    return "".join(letter for letter in unicodedata.normalize("NFD", form) if not "\u0300" <= letter <= "\u036f")


def _prefix_id(form: str) -> int:
    if len(form) <= _PREFIX_CHARACTERS or form[0].isdigit():
        return 0
    return term_id("~" + form[:_PREFIX_CHARACTERS])
