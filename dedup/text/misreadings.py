"""One form for a printed word and what a scanner makes of it.

In: a folded word. Out: a key in which bottom and bottorn, still and sti1l, order and ordcr are one. Must not know which
of them is a word; the text shown to people never changes.

Text recognition confuses glyphs of one shape: the bowls of c, e and o, the stems of i, l and 1, the shoulders of b and
h, and pairs that touch (rn and m, cl and d, vv and w). Two real words can share a key (barn, bam), so a key alone says
nothing: it is asked only of a word that no list has (see ``dedup.sketch.salience``).
"""

from __future__ import annotations

import re
from typing import Final

MIN_CHARACTERS: Final = 5
"""Shorter words are misread into one another too often."""
_LATIN: Final = re.compile(r"[a-z0-9]+")
_TOUCHING: Final = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_SHAPES: Final = str.maketrans("ce0i1b5q9", "ooollhsgg")


def misreading_key(word: str) -> str:
    """The shapes of a word's letters; empty where it is too short, a number, or has other letters than a to z.

    Examples:
        >>> misreading_key("bottorn") == misreading_key("bottom"), misreading_key("sti1l") == misreading_key("still")
        (True, True)
        >>> misreading_key("entry") == misreading_key("empty"), misreading_key("gulf"), misreading_key("19345")
        (False, '', '')
    """
    if len(word) < MIN_CHARACTERS or word.isdecimal() or not _LATIN.fullmatch(word):
        return ""
    for pair, letter in _TOUCHING:
        word = word.replace(pair, letter)
    return word.translate(_SHAPES)
