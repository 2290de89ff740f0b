"""Runs of words, the elements of the copy view.

In: words of a folded text. Out: shingles as text, or their 32-bit hashes. Must not know signatures or rarity.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import xxhash

from dedup.text.words import is_unspaced

UInt32s = npt.NDArray[np.uint32]


def shingle_size(words: Sequence[str], spaced: int, unspaced: int) -> int:
    """Words a shingle of this text: ``unspaced`` where most words are single characters of an unspaced script.

    Examples:
        >>> shingle_size(["the", "lease", "河"], 5, 8), shingle_size(["河", "市"], 5, 8)
        (5, 8)
    """
    return unspaced if 2 * sum(map(is_unspaced, words)) > len(words) else spaced


def shingles(words: Sequence[str], size: int) -> list[str]:
    """Every run of ``size`` words joined by a space, in order; a shorter text is one shingle, an empty one none.

    Examples:
        >>> shingles("two tugs towed the ship".split(), 3)
        ['two tugs towed', 'tugs towed the', 'towed the ship']
        >>> shingles(["two"], 3), shingles([], 3)
        (['two'], [])
    """
    if not words:
        return []
    return [" ".join(words[at : at + size]) for at in range(max(1, len(words) - size + 1))]


def element_hashes(elements: Sequence[str]) -> UInt32s:
    """xxh32 of each element's UTF-8 bytes: what ``datasketch.MinHash(hashfunc=xxhash.xxh32_intdigest)`` hashes.

    Returns:
        (n,) unsigned 32-bit hashes, in order.
    """
    return np.fromiter((xxhash.xxh32_intdigest(element.encode()) for element in elements), np.uint32, len(elements))
