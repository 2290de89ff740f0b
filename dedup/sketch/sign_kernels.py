"""Texts to signatures and band keys, compiled: everything from bytes to slots in one pass.

In: addresses of texts (see ``texts``), the character tables and the permutations. Out: arrays. Must not know what is
done with them. The readable references, which these equal bit for bit, are ``hashes``, ``minhash`` and ``bands``; a
text that ``fold_kernels`` cannot fold is reported, and comes back as hashes of its words.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from dedup.sketch.fold_kernels import fold_words
from dedup.sketch.hash_kernels import hash_words, shingle_hashes
from dedup.sketch.lanes import SLOTS, least_permuted
from dedup.sketch.machine import njit

EMPTY: Final = np.uint32(0xFFFFFFFF)
_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_REPLICA: Final = np.uint64(0x9E3779B97F4A7C15)
_SPREAD: Final = np.uint64(0xFF51AFD7ED558CCD)


@njit(cache=True, nogil=True)
def minhash(mixed: Any, n_elements: int, multipliers: Any, offsets: Any, signature: Any) -> None:
    """The MinHash of mixed element hashes under datasketch's scheme affine32; see ``dedup.sketch.minhash``."""
    n_slots = len(signature)
    done = n_slots // SLOTS * SLOTS
    for slot in range(0, done, SLOTS):  # the slots of a block stay in registers while all elements go by
        least_permuted(
            mixed.ctypes.data, n_elements, multipliers[slot:].ctypes.data, offsets[slot:].ctypes.data,
            signature[slot:].ctypes.data,
        )  # fmt: skip
    for slot in range(done, n_slots):
        least = EMPTY
        for at in range(n_elements):
            least = min(least, np.uint32(np.uint32(mixed[at] * multipliers[slot]) + offsets[slot]))
        signature[slot] = least


@njit(inline="always")
def _keyed(key: Any, slot: Any) -> Any:
    key = (key ^ np.uint64(slot)) * _GOLDEN
    return key ^ (key >> np.uint64(32))


@njit(cache=True, nogil=True)
def write_keys(signature: Any, n_band_rows: int, keys: Any) -> None:
    """The keys of all bands of one signature; see ``dedup.sketch.bands``."""
    nothing = np.uint64(0)
    if n_band_rows == 4:  # the usual number, without a loop inside, so that bands are hashed many at a time
        for band in range(len(keys)):
            at = 4 * band
            half = _keyed(_keyed(nothing, signature[at]), signature[at + 1])
            keys[band] = _keyed(_keyed(half, signature[at + 2]), signature[at + 3])
        return
    for band in range(len(keys)):
        key = nothing
        for at in range(band * n_band_rows, (band + 1) * n_band_rows):
            key = _keyed(key, signature[at])
        keys[band] = key


@njit(cache=True, nogil=True)
def keys_of_words(
    hashes: Any, n_words: int, multipliers: Any, offsets: Any, n_band_rows: int, size: int, shingles: Any,
    signature: Any, keys: Any,
) -> None:  # fmt: skip
    """Band keys of a text whose words are hashed; see ``copy_keys``."""
    n_shingles = shingle_hashes(hashes, n_words, size, shingles)
    minhash(shingles, n_shingles, multipliers, offsets, signature)
    write_keys(signature, n_band_rows, keys)


@njit(cache=True, nogil=True)
def sign_copies(
    address: Any, n_bytes: Any, first: int, last: int, pages: Any, entries: Any, pool: Any, quick: Any,
    multipliers: Any, offsets: Any, size: int, scratch: int, spare: int, edges: Any, hashes: Any, shingles: Any,
    signatures: Any, n_words: Any, contents: Any,
) -> None:  # fmt: skip
    """Copy-view signatures of the texts ``first`` to ``last``, from bytes to slots.

    Args:
        address, n_bytes: The texts; see ``texts``.
        first, last: Rows to do.
        pages, entries, pool, quick: The character tables.
        multipliers, offsets: The permutations.
        size: Words a shingle.
        scratch, spare, edges, hashes, shingles: Scratch of this thread, large enough for its longest text.
        signatures: (n, num_perm) written to.
        n_words: (n,) written to; -1 where the text must be folded by ``normalise``.
        contents: (n,) written to: one hash of all words in order.
    """
    for row in range(first, last):
        found = fold_words(address[row], n_bytes[row], scratch, spare, pages, entries, pool, quick, edges)
        n_words[row] = found
        if found >= 0:
            contents[row] = hash_words(scratch, edges, found, hashes)
            n_shingles = shingle_hashes(hashes, found, size, shingles)
            minhash(shingles, n_shingles, multipliers, offsets, signatures[row])


@njit(cache=True, nogil=True)
def copy_keys(
    address: Any, n_bytes: Any, rows: Any, first: int, last: int, pages: Any, entries: Any, pool: Any, quick: Any,
    multipliers: Any, offsets: Any, n_band_rows: int, size: int, scratch: int, spare: int, edges: Any, hashes: Any,
    shingles: Any, signature: Any, keys: Any, n_words: Any, contents: Any,
) -> None:  # fmt: skip
    """Band keys of the texts ``rows[first:last]``, from bytes, without keeping a signature.

    Args:
        address, n_bytes: The texts; see ``texts``.
        rows: Which to do.
        first, last: From and to where in ``rows``.
        pages, entries, pool, quick: The character tables.
        multipliers, offsets: The permutations.
        n_band_rows: Rows a band.
        size: Words a shingle.
        scratch, spare, edges, hashes, shingles, signature: Scratch of this thread, large enough for its longest text.
        keys: (n, n_bands) written to; a text without words has no key.
        n_words: (n,) written to; -1 where the text must be folded by ``normalise``.
        contents: (n,) written to: one hash of all words in order.
    """
    for at in range(first, last):
        row = rows[at]
        found = fold_words(address[row], n_bytes[row], scratch, spare, pages, entries, pool, quick, edges)
        n_words[row] = found
        if found > 0:
            contents[row] = hash_words(scratch, edges, found, hashes)
            keys_of_words(hashes, found, multipliers, offsets, n_band_rows, size, shingles, signature, keys[row])


@njit(cache=True, nogil=True)
def mix(element: Any) -> Any:
    """The MurmurHash3 32-bit finaliser; see ``dedup.sketch.minhash``."""
    mixed = np.uint32(element ^ (element >> np.uint32(16)))
    mixed = np.uint32(mixed * np.uint32(0x85EBCA6B))
    mixed = np.uint32(mixed ^ (mixed >> np.uint32(13)))
    mixed = np.uint32(mixed * np.uint32(0xC2B2AE35))
    return np.uint32(mixed ^ (mixed >> np.uint32(16)))


@njit(cache=True, nogil=True)
def sign_terms(
    begins: Any, first: int, last: int, terms: Any, times: Any, multipliers: Any, offsets: Any, signatures: Any
) -> None:
    """Story-view signatures of the articles ``first`` to ``last``; see ``dedup.sketch.signatures``.

    Args:
        begins: (n_articles + 1,) where the terms of each article begin.
        first, last: Articles to do.
        terms: Hashed terms, unsigned.
        times: How often each stands in its article's set.
        multipliers, offsets: The permutations.
        signatures: (n_articles, num_perm) written to.
    """
    for row in range(first, last):
        signature = signatures[row]
        signature[:] = EMPTY
        for at in range(begins[row], begins[row + 1]):
            for ordinal in range(times[at]):
                element = (terms[at] + np.uint64(ordinal) * _REPLICA) * _SPREAD
                element ^= element >> np.uint64(33)
                mixed = mix(np.uint32(element & np.uint64(0xFFFFFFFF)))
                for slot in range(len(signature)):
                    value = np.uint32(np.uint32(mixed * multipliers[slot]) + offsets[slot])
                    signature[slot] = min(signature[slot], value)
