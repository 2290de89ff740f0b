"""The hashes of the copy view, in Python as anybody can repeat them.

In: words and runs of words. Out: 64-bit and 32-bit hashes. Must not know texts, signatures or kernels. This is the
reference that ``hash_kernels`` must equal bit for bit, and the way of texts that no kernel can fold.

A word is hashed by XXH3 over its UTF-8, padded with NUL to 16 bytes (so that a kernel needs no branch for the length of
all common words) and cut at 64. A shingle is the low halves of its words' hashes, four bytes each, hashed by XXH32:
what ``datasketch.MinHash(hashfunc=xxhash.xxh32_intdigest)`` is to be fed with.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import xxhash

UInt32s = npt.NDArray[np.uint32]
UInt64s = npt.NDArray[np.uint64]

PADDED: Final = 16
LONGEST: Final = 64
"""Bytes of a word that are looked at; longer ones are addresses and damage, told apart well enough by so much."""


def word_hash(word: str) -> int:
    """The 64-bit hash of a folded word.

    Examples:
        >>> word_hash("jetty") == word_hash("jetty") != word_hash("jetties")
        True
        >>> word_hash("a" * 64) == word_hash("a" * 65)
        True
    """
    return xxhash.xxh3_64_intdigest(word.encode().ljust(PADDED, b"\0")[:LONGEST])


def word_hashes(words: Sequence[str]) -> UInt64s:
    """(n,) hashes of words in order."""
    return np.fromiter(map(word_hash, words), np.uint64, len(words))


def shingle_elements(hashes: UInt64s, size: int) -> list[bytes]:
    """What a MinHash of the copy view is made over: every run of ``size`` words as bytes, in order.

    A shorter text is one run of all its words, an empty one none.

    Examples:
        >>> [len(element) for element in shingle_elements(word_hashes("two tugs towed the ship".split()), 3)]
        [12, 12, 12]
    """
    low = (hashes & np.uint64(0xFFFFFFFF)).astype("<u4")
    if not len(low):
        return []
    size = min(size, len(low))
    return [low[at : at + size].tobytes() for at in range(len(low) - size + 1)]


def element_hashes(elements: Sequence[bytes]) -> UInt32s:
    """(n,) XXH32 of each element."""
    return np.fromiter(map(xxhash.xxh32_intdigest, elements), np.uint32, len(elements))
