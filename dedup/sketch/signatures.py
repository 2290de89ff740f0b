"""Stage ``signatures``: two MinHash views of every article.

In: documents and their terms. Out: a copy-view and a story-view signature per article. Must not know bands or pairs.

The story view is a weighted Jaccard by integer replication (Haveliwala, Gionis and Indyk 2000, "Scalable techniques for
clustering the web", section 3.2): a term of weight ``w`` stands in the set ``round(32 w)`` times, so that the signature
stays a plain MinHash.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.config import SketchConfig
from dedup.schemas import DOCUMENTS, SIGNATURES, TERMS
from dedup.sketch.minhash import signature
from dedup.sketch.shingles import element_hashes, shingle_size, shingles
from dedup.text.words import words

REPLICAS: Final = 32
"""Copies of a term of weight 1; 16 to 64 gave the same recall within 0.005, and cost grows with it."""


def signatures(documents: pl.DataFrame, terms: pl.DataFrame, config: SketchConfig) -> pl.DataFrame:
    """Sign every article in both views.

    Args:
        documents: DOCUMENTS frame.
        terms: TERMS frame of the same articles.
        config: The ``sketch`` settings.

    Returns:
        SIGNATURES frame, one row per article; null where the article is too short to be matched.
    """
    DOCUMENTS.check(documents)
    TERMS.check(terms)
    copy_view: list[list[int] | None] = []
    for matching, flags in documents.select("matching", "flags").iter_rows():
        if "short" in flags or "empty" in flags:
            copy_view.append(None)
            continue
        found = words(matching)
        size = shingle_size(found, config.shingle_words, config.shingle_characters)
        hashes = element_hashes(shingles(found, size))
        copy_view.append(signature(hashes, config.copy_view.num_perm, config.seed).tolist())
    story_view: list[list[int] | None] = [None] * documents.height
    for (row,), mine in terms.group_by("row", maintain_order=True):
        elements = replicate(mine["term"].to_numpy(), mine["weight"].to_numpy())
        if len(elements):
            story_view[int(str(row))] = signature(elements, config.story_view.num_perm, config.seed).tolist()
    frame = pl.DataFrame({"row": documents["row"], "copy": copy_view, "story": story_view}, schema=SIGNATURES.schema)
    return SIGNATURES.check(frame)


def replicate(term: npt.NDArray[np.int64], weight: npt.NDArray[np.float32]) -> npt.NDArray[np.uint32]:
    """Hashes of each term's replicas.

    Args:
        term: (n,) hashed terms.
        weight: (n,) weights in [0,1].

    Returns:
        (sum of ``round(32 * weight)``,) 32-bit hashes; the k-th replica of a term is the same in every article.
    """
    times = np.rint(weight * REPLICAS).astype(np.int64)
    repeated = np.repeat(term.view(np.uint64), times)
    ordinal = np.arange(len(repeated), dtype=np.uint64) - np.repeat(
        np.cumsum(times).astype(np.uint64) - times.astype(np.uint64), times
    )
    mixed = (repeated + ordinal * np.uint64(0x9E3779B97F4A7C15)) * np.uint64(0xFF51AFD7ED558CCD)
    mixed ^= mixed >> np.uint64(33)
    return (mixed & np.uint64(0xFFFFFFFF)).astype(np.uint32)
