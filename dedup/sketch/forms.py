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

from dedup.sketch.cutting import Answers, Flags, Int32s, Int64s, placed, with_room, words
from dedup.sketch.salience import term_id, vocabulary
from dedup.text.words import is_unspaced

Floats = npt.NDArray[np.float32]

_PREFIX_CHARACTERS: Final = 5


_KNOWN: Final = np.dtype(
    [
        ("term", np.int64),
        ("prefix", np.int64),
        ("word", np.int64),
        ("weight", np.float32),
        ("is_digits", np.bool_),
        ("is_unspaced", np.bool_),
        ("", np.void, 2),
    ]
)
"""What is known of a form, together: tables are larger than a processor's cache, and a text asks for all of it."""


class Read(NamedTuple):
    """The words of a text, and of each what ``Forms`` knows.

    Args:
        spans: (n, 2) half-open, in code points of the folded text.
        term: (n,) hashed terms.
        weight: (n,) rarities in [0,1].
        prefix: (n,) hashed beginnings.
        word: (n,) hashed forms.
        is_digits: (n,) written in digits.
        is_unspaced: (n,) a character of a script written without spaces.
    """

    spans: Int32s
    term: Int64s
    weight: Floats
    prefix: Int64s
    word: Int64s
    is_digits: Flags
    is_unspaced: Flags


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
        self._hold(np.empty(0, dtype=_KNOWN))

    def _hold(self, columns: npt.NDArray[np.void]) -> None:
        self._columns = columns
        self.term: Int64s = columns["term"]
        self.weight: Floats = columns["weight"]
        self.prefix: Int64s = columns["prefix"]
        self.word: Int64s = columns["word"]
        self.is_digits: Flags = columns["is_digits"]
        self.is_unspaced: Flags = columns["is_unspaced"]

    def places(self, forms: Sequence[str]) -> Int64s:
        """(n,) where each form is in the arrays, until others are asked for: a full table starts anew."""
        found, text = placed(forms)
        return self._known.of(*found, text)

    def read(self, folded: str) -> Read:
        """The words of a folded text.

        Examples:
            >>> known = Forms("en")
            >>> read = known.read("old harbours")
            >>> read.spans.tolist(), bool(read.weight[1] > read.weight[0])
            ([[0, 3], [4, 12]], True)
        """
        spans, hashes = words(folded)
        places = self._known.of(spans, hashes, folded)  # may put more into the table
        known = self._columns.take(places)
        columns = {name: np.ascontiguousarray(known[name]) for name in Read._fields[1:]}
        self._pair(columns["term"], columns["weight"], columns["is_unspaced"], lambda at: folded[slice(*spans[at])])
        return Read(spans, **columns)

    def terms_of(self, forms: Sequence[str], at: Int64s) -> tuple[Int64s, Floats]:
        """Terms of a text and their weights; a character of a script without spaces counts as the pair it begins.

        Args:
            forms: Words of a text, in order.
            at: Their places.

        Returns:
            (n,) hashed terms and (n,) rarities in [0,1].
        """
        term, weight = self.term[at], self.weight[at]
        self._pair(term, weight, self.is_unspaced[at], forms.__getitem__)
        return term, weight

    def _pair(self, term: Int64s, weight: Floats, unspaced: Flags, form: Callable[[int], str]) -> None:
        """Let characters of a script without spaces be the pairs that they begin."""
        if not unspaced.any():
            return
        for here in np.flatnonzero(unspaced[:-1] & unspaced[1:]).tolist():
            pair = self._vocabulary.pair(form(here) + form(here + 1))
            term[here], weight[here] = pair.id, pair.weight

    def _add(self, forms: list[str]) -> range:
        unspaced = [is_unspaced(form) for form in forms]
        printed = [self._vocabulary.printed(form) for form in forms]
        found = [
            self._vocabulary.pair(form) if alone else self._vocabulary.term(form)
            for form, alone in zip(printed, unspaced, strict=True)
        ]
        first = len(self._known)
        last = first + len(forms)
        self._hold(with_room(self._columns, first, last))
        for name, values in (
            ("term", [term.id for term in found]),
            ("weight", [term.weight for term in found]),
            ("prefix", [_prefix_id(form) for form in printed]),
            ("word", [term_id(_unmarked(form)) for form in printed]),
            ("is_digits", [form.isdecimal() for form in forms]),
            ("is_unspaced", unspaced),
        ):
            self._columns[name][first:last] = values
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
