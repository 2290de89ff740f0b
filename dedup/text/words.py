"""Words of a folded text.

In: a folded text (see ``normalise``). Out: the spans of its words, and which of them belong to a script that is written
without spaces. Must not know rarity, stems or other articles.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import numpy.typing as npt

# Scripts written without spaces between words: there a character is a word.
UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUN: Final = rf"[{UNSPACED}]|[^\W_{UNSPACED}]+"
# Blanks and plain words, which are most of a text, are told first; the rest by itself would say the same.
_WORD: Final = re.compile(rf"(?! )(?:[a-z0-9]++(?=[ ,.'\n-])|{_RUN})")
_PARTED: Final = re.compile(f"({_WORD.pattern})")
_UNSPACED: Final = re.compile(rf"[{UNSPACED}]")


def word_spans(folded: str) -> list[tuple[int, int]]:
    """Half-open spans of the words of ``folded``, in order.

    A word is a run of letters and digits; in scripts without spaces, one character.

    Examples:
        >>> text = "kelvasti's 2.4m loaves 澜河"
        >>> [text[start:end] for start, end in word_spans(text)]
        ['kelvasti', 's', '2', '4m', 'loaves', '澜', '河']
    """
    return [match.span() for match in _WORD.finditer(folded)]


def placed_words(folded: str) -> tuple[list[str], npt.NDArray[np.int32]]:
    """The words of ``folded`` and their (n, 2) spans: ``words`` and ``word_spans`` in one.

    Examples:
        >>> placed_words("two harbours")[1].tolist()
        [[0, 3], [4, 12]]
    """
    pieces = _PARTED.split(folded)
    bounds = np.cumsum(np.fromiter(map(len, pieces), dtype=np.int32, count=len(pieces)), dtype=np.int32)
    return pieces[1::2], bounds[:-1].reshape(-1, 2)


def words(folded: str) -> list[str]:
    """The words of ``folded``, in order.

    Examples:
        >>> words("a ten-year deal")
        ['a', 'ten', 'year', 'deal']
    """
    return _WORD.findall(folded)


def is_unspaced(word: str) -> bool:
    """Whether ``word`` is one character of a script written without spaces.

    Examples:
        >>> is_unspaced("河"), is_unspaced("river"), is_unspaced("강")
        (True, False, False)
    """
    return len(word) == 1 and _UNSPACED.match(word) is not None
