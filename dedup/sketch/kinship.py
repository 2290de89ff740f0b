"""Which words of a language mean nearly the same.

In: hashed word forms. Out: for pairs of them how near they are in meaning, [0,1]. Must not know sentences or articles.

A word is a point: 64 numbers, distilled from a sentence encoder by giving it one word at a time and keeping the
directions in which words differ most (static distillation, as in Model2Vec: Tulkens and van Dongen 2024). The file
``kinship.npz`` is part of the package, so that nothing is downloaded; where it comes from and under which licence is in
``kinship.toml`` beside it. Only English has one: for other languages no two words are kin, which costs recall and
never invents a likeness.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Int64s = npt.NDArray[np.int64]
Matrix = npt.NDArray[np.float64]

_LANG: Final = "en"
_STRANGERS: Final = 0.35
"""Cosine up to which two words are of one field at best ("minister", "parliament")."""
_TWINS: Final = 0.85
"""Cosine from which they say the same ("plane", "aircraft")."""


class _Points(NamedTuple):
    """Words as points.

    Args:
        word: (n,) hashed forms (``salience.term_id``), ascending.
        point: (n, 64) unit vectors, in the same order.
    """

    word: Int64s
    point: npt.NDArray[np.float32]


class Kinship(NamedTuple):
    """The pairs of words of two articles that are kin: one in fifty of all.

    Args:
        left: (n,) which of the distinct words of its article each left word is.
        right: (m,) the same for each right word.
        kin: (2, n_pairs) a distinct left word and a distinct right word, by the first, then by the second.
        near: (n_pairs,) how near they are in meaning, (0,1]: 1 for words that say the same.
    """

    left: Int64s
    right: Int64s
    kin: Int64s
    near: Matrix


def kinship(left_lang: str, left: Int64s, right_lang: str, right: Int64s) -> Kinship:
    """Which of some words are near in meaning to which of others, and how near.

    Args:
        left_lang: ISO 639-1 code of the language of ``left``.
        left: (n,) hashed word forms.
        right_lang: The same for ``right``.
        right: (m,) hashed word forms.

    Returns:
        Their kinship; unknown words, and words of one field only, are no kin.

    Examples:
        >>> from dedup.sketch.salience import term_id
        >>> ours, theirs = [term_id("jailed")], [term_id("prison"), term_id("cheese")]
        >>> found = kinship("en", np.array(ours), "en", np.array(theirs))
        >>> found.right[found.kin[1]].tolist() == [found.right[0]], bool(found.near[0] > 0.3)
        (True, True)
    """
    if left_lang != _LANG or right_lang != _LANG:
        nobody = np.zeros(len(left), dtype=np.int64), np.zeros(len(right), dtype=np.int64)
        return Kinship(*nobody, np.empty((2, 0), dtype=np.int64), np.empty(0))
    ours, theirs = _at(left), _at(right)
    cosine = (ours[0] @ theirs[0].T).reshape(-1)
    kin = np.flatnonzero(cosine > _STRANGERS)
    near = (cosine[kin].astype(np.float64) - _STRANGERS) / (_TWINS - _STRANGERS)
    return Kinship(ours[1], theirs[1], np.stack(np.divmod(kin, max(1, len(theirs[0])))), np.minimum(near, 1.0))


def _at(words: Int64s) -> tuple[npt.NDArray[np.float32], Int64s]:
    """The points of the distinct words, zeros for unknown ones, and which of them each word is."""
    points = _points()
    distinct, which = np.unique(words, return_inverse=True)
    at = np.minimum(np.searchsorted(points.word, distinct), len(points.word) - 1)
    point = points.point[at]
    point[points.word[at] != distinct] = 0.0
    return point, which


@lru_cache(maxsize=1)
def _points() -> _Points:
    with resources.files("dedup.sketch").joinpath("kinship.npz").open("rb") as file, np.load(file) as stored:
        point = stored["point"].astype(np.float32)
        return _Points(stored["word"], point / np.linalg.norm(point, axis=1, keepdims=True))
