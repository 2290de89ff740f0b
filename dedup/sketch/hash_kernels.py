"""Words to hashes, and hashes to shingles, compiled.

In: a folded text and the edges of its words (see ``fold_kernels``). Out: word hashes, shingle hashes, one hash of a
whole text. Must not know how a text was folded, nor what a signature is. ``hashes`` is the readable reference, which
these equal bit for bit.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from dedup.sketch.lanes import CHARACTERS, SHINGLES, hashes_of_three, shingles_of_five, with_edges
from dedup.sketch.machine import load64, lowest_bit, multiply_fold, njit, store64, swap_bytes

# XXH3, lengths 9 to 64, without seed: the parts of its secret that those lengths use.
_SECRET: Final = bytes.fromhex(
    "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221b8084674f743248e"
    "e03590e6813a264c"
)
_S: Final = tuple(np.uint64(int.from_bytes(_SECRET[at : at + 8], "little")) for at in range(0, 64, 8))
_S0, _S1, _S2, _S3, _S4, _S5, _S6, _S7 = _S
_LOW_MASK: Final = _S[3] ^ _S[4]
_HIGH_MASK: Final = _S[5] ^ _S[6]
_PRIME64: Final = np.uint64(0x9E3779B185EBCA87)
_MIXER: Final = np.uint64(0x165667919E3779F9)
_LOW: Final = np.asarray([(1 << 8 * min(n, 8)) - 1 for n in range(17)], dtype=np.uint64)
_HIGH: Final = np.asarray([(1 << 8 * max(n - 8, 0)) - 1 for n in range(17)], dtype=np.uint64)
"""Which of the first and the second eight bytes belong to a word of so many."""
_P1: Final = np.uint32(0x9E3779B1)
_P2: Final = np.uint32(0x85EBCA77)
_P3: Final = np.uint32(0xC2B2AE3D)
_P4: Final = np.uint32(0x27D4EB2F)
_THREE_BYTES: Final = np.uint64(0xFFFFFF)
_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_HALF: Final = np.uint64(0xFFFFFFFF)
_ALL: Final = np.uint64((1 << CHARACTERS) - 1)


@njit(inline="always")
def _avalanche(value: Any) -> Any:
    value ^= value >> np.uint64(37)
    value *= _MIXER
    return value ^ (value >> np.uint64(32))


@njit(inline="always")
def word_hash(address: int, n_bytes: Any) -> Any:
    """XXH3 of a word padded with NUL to 16 bytes and cut at 64; reads up to 16 bytes whatever its length."""
    if n_bytes <= np.uint64(16):
        # Masks from a table: whether a word is longer than eight bytes is not to be foreseen, and guessing costs more.
        low = (load64(address) & _LOW[n_bytes]) ^ _LOW_MASK
        high = (load64(address + 8) & _HIGH[n_bytes]) ^ _HIGH_MASK
        return _avalanche(np.uint64(16) + swap_bytes(low) + high + multiply_fold(low, high))
    n_bytes = np.int64(min(n_bytes, np.uint64(64)))
    value = np.uint64(n_bytes) * _PRIME64
    if n_bytes > 32:
        value += multiply_fold(load64(address + 16) ^ _S4, load64(address + 24) ^ _S5)
        value += multiply_fold(load64(address + n_bytes - 32) ^ _S6, load64(address + n_bytes - 24) ^ _S7)
    value += multiply_fold(load64(address) ^ _S0, load64(address + 8) ^ _S1)
    value += multiply_fold(load64(address + n_bytes - 16) ^ _S2, load64(address + n_bytes - 8) ^ _S3)
    return _avalanche(value)


@njit(inline="always")
def _avalanche32(value: Any) -> Any:
    value ^= value >> np.uint32(15)
    value = np.uint32(value * _P2)
    value ^= value >> np.uint32(13)
    value = np.uint32(value * _P3)
    return np.uint32(value ^ (value >> np.uint32(16)))


@njit(inline="always")
def _mix32(value: Any) -> Any:
    """The MurmurHash3 finaliser with which datasketch's scheme affine32 begins; see ``minhash.mix``."""
    value ^= value >> np.uint32(16)
    value = np.uint32(value * np.uint32(0x85EBCA6B))
    value ^= value >> np.uint32(13)
    value = np.uint32(value * np.uint32(0xC2B2AE35))
    return np.uint32(value ^ (value >> np.uint32(16)))


@njit(inline="always")
def _round(value: Any, word: Any) -> Any:
    value = np.uint32(value + np.uint32(word * _P2))
    return np.uint32(np.uint32((value << np.uint32(13)) | (value >> np.uint32(19))) * _P1)


@njit(inline="always")
def _gather(one: Any, two: Any, three: Any, four: Any) -> Any:
    value = np.uint32((one << np.uint32(1)) | (one >> np.uint32(31)))
    value = np.uint32(value + np.uint32((two << np.uint32(7)) | (two >> np.uint32(25))))
    value = np.uint32(value + np.uint32((three << np.uint32(12)) | (three >> np.uint32(20))))
    return np.uint32(value + np.uint32((four << np.uint32(18)) | (four >> np.uint32(14))))


@njit(inline="always")
def _tail(value: Any, word: Any) -> Any:
    value = np.uint32(value + np.uint32(word * _P3))
    return np.uint32(np.uint32((value << np.uint32(17)) | (value >> np.uint32(15))) * _P4)


@njit(cache=True, nogil=True)
def shingle_hashes(words: Any, n_words: int, size: int, shingles: Any) -> int:
    """XXH32 of every run of ``size`` words (their low halves, four bytes each), mixed for the permutations.

    Args:
        words: Hashes of words.
        n_words: How many there are; fewer than ``size`` are one shingle, none give none.
        size: Words a shingle.
        shingles: Written to.

    Returns:
        Number of shingles.
    """
    if n_words == 0:
        return 0
    size = min(size, n_words)
    n_shingles = n_words - size + 1
    if size == 5 and n_shingles >= SHINGLES:  # the usual size, many at a time; the last ones perhaps twice
        source, target = np.int64(words.ctypes.data), np.int64(shingles.ctypes.data)
        for at in range(0, n_shingles, SHINGLES):
            begin = min(at, n_shingles - SHINGLES)
            shingles_of_five(source + 8 * begin, target + 4 * begin)
        return n_shingles
    for at in range(n_shingles):
        one, two = np.uint32(_P1 + _P2), _P2
        three, four = np.uint32(0), np.uint32(np.uint32(0) - _P1)
        read = 0
        while size - read >= 4:
            one = _round(one, np.uint32(words[at + read]))
            two = _round(two, np.uint32(words[at + read + 1]))
            three = _round(three, np.uint32(words[at + read + 2]))
            four = _round(four, np.uint32(words[at + read + 3]))
            read += 4
        value = _gather(one, two, three, four) if size >= 4 else np.uint32(0x165667B1)
        value = np.uint32(value + np.uint32(4 * size))
        while read < size:
            value = _tail(value, np.uint32(words[at + read]))
            read += 1
        shingles[at] = _mix32(_avalanche32(value))
    return n_shingles


@njit(inline="always")
def _chained(content: Any, value: Any) -> Any:
    content = (content ^ value) * _GOLDEN
    return content ^ (content >> np.uint64(29))


@njit(inline="always")
def _hash_between(folded: int, edges: Any) -> Any:
    """The hash of the word between two edges, the second in the upper half."""
    begin = edges & _HALF
    return word_hash(folded + np.int64(begin), (edges >> np.uint64(32)) - begin)


@njit(inline="always")
def _hash_of(folded: int, word: Any) -> Any:
    """The hash of a word from what ``fold_words`` wrote of it."""
    if word > _HALF:
        return _hash_between(folded, word)
    low = (word & _THREE_BYTES) ^ _LOW_MASK
    return _avalanche(np.uint64(16) + swap_bytes(low) + _HIGH_MASK + multiply_fold(low, _HIGH_MASK))


@njit(cache=True, nogil=True)
def hash_words(folded: int, edges: Any, n_words: int, hashes: Any) -> Any:
    """Hash every word of a folded text.

    Returns:
        One hash of all of them in order.
    """
    place, target = np.int64(edges.ctypes.data), np.int64(hashes.ctypes.data)
    left = n_words
    while left >= CHARACTERS:
        others = with_edges(place)
        if others == _ALL:
            for at in range(CHARACTERS):
                store64(target + 8 * at, _hash_between(folded, load64(place + 8 * at)))
        else:
            hashes_of_three(place, target, _LOW_MASK, _HIGH_MASK, _MIXER)
            while others != np.uint64(0):
                at = 8 * lowest_bit(others)
                others &= others - np.uint64(1)
                store64(target + at, _hash_between(folded, load64(place + at)))
        left -= CHARACTERS
        place, target = place + 8 * CHARACTERS, target + 8 * CHARACTERS
    for at in range(left):
        store64(target + 8 * at, _hash_of(folded, load64(place + 8 * at)))
    return content_of(hashes[:n_words])


@njit(cache=True, nogil=True)
def content_of(hashes: Any) -> Any:
    """One hash of all words in order.

    Each word is moved by its place, and the halves of what comes out are multiplied: no word waits for the one before
    it, so that many are taken at a time. As in NH (Black et al., UMAC, 1999, section 4), from which the product is, two
    texts of different words have the same sum by chance alone.
    """
    total = np.uint64(0)
    for word in range(len(hashes)):
        moved = hashes[word] + np.uint64(word) * _GOLDEN
        total += (moved & _HALF) * (moved >> np.uint64(32)) + moved
    return _chained(np.uint64(len(hashes)), total)
