"""Kernels called as the stages call them, and the plain Python that they must equal.

In: a text or a column. Out: what kernels make of it, and what the reference does. Must not know what is expected.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import xxhash

from dedup.sketch.codepoints import codepoints
from dedup.sketch.exchange import elements
from dedup.sketch.fold_kernels import fold_words
from dedup.sketch.minhash import permutations
from dedup.sketch.passes import Scratch
from dedup.sketch.sign_kernels import copy_keys, sign_copies
from dedup.sketch.texts import SLACK, texts
from dedup.text.normalise import normalise
from dedup.text.words import words

UInt32s = npt.NDArray[np.uint32]
UInt64s = npt.NDArray[np.uint64]
Int64s = npt.NDArray[np.int64]

CANARY = 0x5A


@lru_cache(maxsize=1)
def tables() -> tuple[Any, Any, Any, Any]:
    """The character tables, as kernels take them."""
    found = codepoints()
    return found.pages, found.entries, found.pool, found.quick


def reference_words(text: str) -> list[str]:
    """The words of a text, by the readable way."""
    return words(normalise(text).text)


def fold_at(address: int, n_bytes: int) -> list[str] | None:
    """The words of the UTF-8 at an address as the kernel finds them; None where it leaves the text to ``normalise``.

    All scratch has the room that the kernel asks for and not a byte more.
    """
    room = 6 * n_bytes + SLACK
    folded = np.full(room + 64, CANARY, np.uint8)
    spare = np.full(128 + 64, CANARY, np.uint8)
    edges = np.full(4 * n_bytes + 32 + 16, CANARY, np.int32)
    found = fold_words(address, n_bytes, folded.ctypes.data, spare.ctypes.data, *tables(), edges)
    for beyond in (folded[room:], spare[128:], edges[4 * n_bytes + 32 :]):
        assert (beyond == CANARY).all(), "the kernel wrote beyond its scratch"
    if found < 0:
        return None
    spans = edges[: 2 * found].reshape(found, 2)
    written = [one.tobytes()[:3] for one in spans[:, 0]]  # a character by itself, which has no second edge
    words_found = [
        folded[begin:end].tobytes() if end else character
        for (begin, end), character in zip(spans.tolist(), written, strict=True)
    ]
    return [word.decode() for word in words_found]


def fold(text: str) -> list[str] | None:
    """``fold_at`` for a string."""
    encoded = np.frombuffer(text.encode() + b"x", np.uint8)
    return fold_at(encoded.ctypes.data, len(encoded) - 1)


@dataclass(frozen=True)
class Signed:
    """A column's signatures, its numbers of words (-1 where they are not signed) and hashes of all words."""

    slots: UInt32s
    n_words: Int64s
    contents: UInt64s


def sign(column: pl.Series, size: int, num_perm: int, seed: int) -> Signed:
    """Sign a column by the kernel."""
    found = texts(column)
    n = len(found)
    scratch = Scratch(int(found.n_bytes.max(initial=0)), num_perm)
    signed = Signed(np.zeros((n, num_perm), np.uint32), np.zeros(n, np.int64), np.zeros(n, np.uint64))
    sign_copies(
        found.address, found.n_bytes, 0, n, *tables(), *permutations(num_perm, seed), size, scratch.folded.ctypes.data,
        scratch.spare.ctypes.data, scratch.edges, scratch.hashes, scratch.shingles, signed.slots, signed.n_words,
        signed.contents,
    )  # fmt: skip
    return signed


def band_keys(column: pl.Series, size: int, n_bands: int, n_rows: int, seed: int) -> tuple[UInt64s, Int64s]:
    """(n, n_bands) band keys of a column by the kernel, and its numbers of words."""
    found = texts(column)
    n = len(found)
    scratch = Scratch(int(found.n_bytes.max(initial=0)), n_bands * n_rows)
    keys, n_words, contents = np.zeros((n, n_bands), np.uint64), np.zeros(n, np.int64), np.zeros(n, np.uint64)
    # Rows backwards: their order is the caller's.
    copy_keys(
        found.address, found.n_bytes, np.arange(n)[::-1].copy(), 0, n, *tables(), *permutations(n_bands * n_rows, seed),
        n_rows, size, scratch.folded.ctypes.data, scratch.spare.ctypes.data, scratch.edges, scratch.hashes,
        scratch.shingles, scratch.signature, keys, n_words, contents,
    )  # fmt: skip
    return keys, n_words


def datasketch_slots(text: str, size: int, num_perm: int, seed: int) -> list[int]:
    """The signature of a text as datasketch makes it."""
    from datasketch import MinHash

    theirs = MinHash(num_perm=num_perm, seed=seed, hashfunc=xxhash.xxh32_intdigest)
    theirs.update_batch(elements(text, size))
    slots: list[int] = theirs.hashvalues.tolist()
    return slots
