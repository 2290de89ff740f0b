"""The signing pass alone: bytes of text to band keys of the copy view, on one core.

In: a column of texts. Out: megabytes of text a second. Must not know other tools. Processor time is taken, the best of
several passes, since what else a machine does can only make a pass slower.
"""

from __future__ import annotations

import time

import numpy as np
import polars as pl

from dedup.sketch.codepoints import codepoints
from dedup.sketch.kept import Kept
from dedup.sketch.minhash import permutations
from dedup.sketch.passes import Scratch
from dedup.sketch.texts import texts

BANDS, _ROWS = 32, 4
_copy_keys = Kept("dedup.sketch.sign_kernels", "copy_keys")


def megabytes_a_second(column: pl.Series, *, size: int = 5, passes: int = 7, bands: int = BANDS) -> tuple[float, float]:
    """How fast a column is signed.

    Args:
        column: Texts.
        size: Words a run.
        passes: Passes over the column, of which the best counts.
        bands: Bands of four permutations each.

    Returns:
        MB (10**6 bytes of UTF-8) a second, and the share of texts that the kernel left to Python, [0,1].
    """
    found, tables = texts(column), codepoints()
    rows = np.arange(len(found))
    scratch = Scratch(int(found.n_bytes.max(initial=0)), bands * _ROWS)
    keys = np.zeros((len(found), bands), np.uint64)
    n_words, contents = np.zeros(len(found), np.int64), np.zeros(len(found), np.uint64)
    best = float("inf")
    for _ in range(passes + 1):  # the first one loads, or compiles, the kernel
        began = time.process_time()
        _copy_keys(
            found.address, found.n_bytes, rows, 0, len(rows), tables.pages, tables.entries, tables.pool, tables.quick,
            *permutations(bands * _ROWS, 1), _ROWS, size, scratch.folded.ctypes.data, scratch.spare.ctypes.data,
            scratch.edges, scratch.hashes, scratch.shingles, scratch.signature, keys, n_words, contents,
        )  # fmt: skip
        best = min(best, time.process_time() - began)
    return float(found.n_bytes.sum()) / best / 1e6, float((n_words < 0).mean())
