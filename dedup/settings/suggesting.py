"""The word somebody probably meant.

In: a word that does not exist and the ones that do. Out: the nearest of these, if any is near. Must not know whether
they are settings, policies or stories.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Final

MIN_LIKENESS: Final = 0.7
"""Share of characters two words must have in common, in order, before one is offered for the other."""


def nearest(word: str, known: Iterable[str]) -> list[str]:
    """Return the one or two known words nearest to ``word``.

    Dotted words are compared as a whole and by their last part, so that a setting is found from the wrong branch. Case
    and the difference between ``-`` and ``_`` do not count.

    Args:
        word: What was written.
        known: What could have been written.

    Returns:
        Best first; two only if they are equally near; empty if nothing is near.

    Examples:
        >>> nearest("match.max_buckets", ["match.max_bucket", "text.min_words"])
        ['match.max_bucket']
        >>> nearest("min-words", ["match.max_bucket", "text.min_words"])
        ['text.min_words']
        >>> nearest("colour", ["match.max_bucket", "text.min_words"])
        []
    """
    scored = sorted(((_likeness(word, other), other) for other in known), key=lambda pair: -pair[0])
    near = [other for score, other in scored if score >= MIN_LIKENESS and score > scored[0][0] - 0.01]
    return near[:2]


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Return the question to put to somebody who wrote ``word``, or None if nothing is near.

    Examples:
        >>> did_you_mean("earlyest", ["combined", "earliest"])
        "Did you mean 'earliest'?"
    """
    near = nearest(word, known)
    return f"Did you mean {' or '.join(repr(other) for other in near)}?" if near else None


def _likeness(word: str, other: str) -> float:
    word, other = (text.casefold().replace("-", "_") for text in (word, other))
    whole = SequenceMatcher(None, word, other).ratio()
    last = SequenceMatcher(None, word.rpartition(".")[2], other.rpartition(".")[2]).ratio()
    return max(whole, 0.9 * last + 0.1 * whole)
