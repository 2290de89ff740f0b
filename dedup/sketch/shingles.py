"""How long the runs of words are that the copy view is made of.

In: words of a folded text. Out: words a shingle. Must not know what a shingle becomes; ``hashes`` does.
"""

from __future__ import annotations

from collections.abc import Sequence

from dedup.text.words import is_unspaced


def shingle_size(words: Sequence[str], spaced: int, unspaced: int) -> int:
    """Words a shingle of this text: ``unspaced`` where most words are single characters of an unspaced script.

    Examples:
        >>> shingle_size(["the", "lease", "河"], 5, 8), shingle_size(["河", "市"], 5, 8)
        (5, 8)
    """
    return unspaced if 2 * sum(map(is_unspaced, words)) > len(words) else spaced
