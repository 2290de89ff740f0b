"""Stage ``signatures``: two MinHash views of every article.

In: documents and their terms. Out: a copy-view and a story-view signature per article. Must not know bands or pairs.

The story view is a weighted Jaccard by integer replication (Haveliwala, Gionis and Indyk 2000, "Scalable techniques for
clustering the web", section 3.2): a term of weight ``w`` stands in the set ``round(32 w)`` times, so that the signature
stays a plain MinHash.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.config import SketchConfig
from dedup.places import MEMORY, Place, between, text_slices
from dedup.schemas import DOCUMENTS, SIGNATURES, TERMS
from dedup.sketch.codepoints import codepoints
from dedup.sketch.hashes import element_hashes, shingle_elements, word_hashes
from dedup.sketch.minhash import EMPTY, permutations, signature
from dedup.sketch.passes import Scratch, in_chunks
from dedup.sketch.shingles import shingle_size
from dedup.sketch.texts import texts
from dedup.text.words import UNSPACED, words

UInt32s = npt.NDArray[np.uint32]

COMPILED_FROM: Final = 1_000
"""Articles from which compiled code repays loading it."""
REPLICAS: Final = 32
"""Copies of a term of weight 1; 16 to 64 gave the same recall within 0.005, and cost grows with it."""


def signatures(
    documents: pl.DataFrame, terms: pl.DataFrame, config: SketchConfig, threads: int = 1, place: Place = MEMORY
) -> pl.DataFrame:
    """Sign every article in both views.

    Two paths give the same: word by word here, and the kernels in ``sign_kernels`` for batches that repay loading them.

    Args:
        documents: DOCUMENTS frame.
        terms: TERMS frame of the same articles.
        config: The ``sketch`` settings.
        threads: Threads of the compiled path, at least 1.
        place: Where the frame is to lie.

    Returns:
        SIGNATURES frame, one row per article; null where the article is too short to be matched.
    """
    DOCUMENTS.check(documents)
    TERMS.check(terms)
    compiled = documents.height >= COMPILED_FROM
    growing = place.growing(SIGNATURES.schema)
    for some in text_slices(documents["matching"]):
        mine = between(terms, "row", some)
        growing.append(_signed(documents[some], mine, config, threads if compiled else None))
    return SIGNATURES.check(growing.frame())


def _signed(documents: pl.DataFrame, terms: pl.DataFrame, config: SketchConfig, threads: int | None) -> pl.DataFrame:
    """The signatures of some articles, by kernels on so many threads or without."""
    first = documents["row"][0]
    numbered = terms.with_columns(pl.col("row") - first)
    if threads is not None:
        copy, story = _compiled(documents, numbered, config, threads)
    else:
        copy, story = _readable(documents, numbered, config)
    short = documents["flags"].list.eval(pl.element().is_in(["short", "empty"])).list.any()
    has_terms = documents["row"].is_in(terms.filter(pl.col("weight") * REPLICAS >= 0.5)["row"].unique().implode())
    frame = pl.DataFrame({"row": documents["row"], "copy": _lists(copy), "story": _lists(story)}).with_columns(
        copy=pl.when(~short).then("copy"), story=pl.when(has_terms).then("story")
    )
    return frame.cast(pl.Schema(SIGNATURES.schema))


def _lists(slots: UInt32s) -> pl.Series:
    return pl.Series(slots, dtype=pl.Array(pl.UInt32, slots.shape[1])).arr.to_list()


def _readable(documents: pl.DataFrame, terms: pl.DataFrame, config: SketchConfig) -> tuple[UInt32s, UInt32s]:
    copy = np.empty((documents.height, config.copy_view.num_perm), dtype=np.uint32)
    story = np.full((documents.height, config.story_view.num_perm), EMPTY, dtype=np.uint32)
    for row, matching in enumerate(documents["matching"]):
        copy[row] = _copy_signature(matching, config)
    for (row,), mine in terms.group_by("row", maintain_order=True):
        elements = replicate(mine["term"].to_numpy(), mine["weight"].to_numpy())
        story[int(str(row))] = signature(elements, config.story_view.num_perm, config.seed)
    return copy, story


def _copy_signature(matching: str, config: SketchConfig) -> UInt32s:
    return signature(element_hashes(copy_elements(words(matching), config)), config.copy_view.num_perm, config.seed)


def copy_elements(found: Sequence[str], config: SketchConfig) -> list[bytes]:
    """What the copy view of a text is made over: its runs of words, as bytes (see ``hashes.shingle_elements``)."""
    return shingle_elements(word_hashes(found), shingle_size(found, config.shingle_words, config.shingle_characters))


def _compiled(
    documents: pl.DataFrame, terms: pl.DataFrame, config: SketchConfig, threads: int
) -> tuple[UInt32s, UInt32s]:
    from dedup.sketch.sign_kernels import sign_terms

    copy = np.empty((documents.height, config.copy_view.num_perm), dtype=np.uint32)
    matching = documents["matching"]
    unspaced = _is_unspaced(matching)
    for size, rows in (
        (config.shingle_words, np.flatnonzero(~unspaced)),
        (config.shingle_characters, np.flatnonzero(unspaced)),
    ):
        if len(rows):
            copy[rows] = _sign_copies(matching.gather(rows), size, config, threads)
    n_terms = np.bincount(terms["row"].to_numpy(), minlength=documents.height)
    begins = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(n_terms)])
    times = np.rint(terms["weight"].to_numpy() * REPLICAS).astype(np.int64)
    story = np.empty((documents.height, config.story_view.num_perm), dtype=np.uint32)
    tables = permutations(config.story_view.num_perm, config.seed)
    hashed = terms["term"].to_numpy().view(np.uint64)
    in_chunks(
        lambda _, first, last: sign_terms(begins, first, last, hashed, times, *tables, story),
        documents.height, lambda: None, threads=threads,
    )  # fmt: skip
    return copy, story


def _is_unspaced(matching: pl.Series) -> npt.NDArray[np.bool_]:
    """(n,) whether most words of each text are characters of a script written without spaces."""
    result = np.zeros(len(matching), dtype=np.bool_)
    for row in matching.str.contains(f"[{UNSPACED}]").arg_true().to_list():
        result[row] = shingle_size(words(matching[row]), 0, 1) == 1
    return result


def _sign_copies(column: pl.Series, size: int, config: SketchConfig, threads: int) -> UInt32s:
    """(n, num_perm) copy-view signatures of texts whose shingles have ``size`` words."""
    from dedup.sketch.sign_kernels import sign_copies

    found = texts(column)
    slots = np.empty((len(found), config.copy_view.num_perm), dtype=np.uint32)
    n_words, contents = np.zeros(len(found), dtype=np.int64), np.zeros(len(found), dtype=np.uint64)
    tables = codepoints()
    pages = (tables.pages, tables.entries, tables.pool, tables.quick)
    permuted = permutations(config.copy_view.num_perm, config.seed)

    def work(scratch: Scratch, first: int, last: int) -> None:
        sign_copies(
            found.address, found.n_bytes, first, last, *pages, *permuted, size, scratch.folded.ctypes.data,
            scratch.spare.ctypes.data, scratch.edges, scratch.hashes, scratch.shingles, slots, n_words, contents,
        )  # fmt: skip

    most_bytes = int(found.n_bytes.max(initial=0))
    in_chunks(work, len(found), lambda: Scratch(most_bytes, config.copy_view.num_perm), threads=threads)
    for row in np.flatnonzero(n_words < 0).tolist():  # what no kernel can fold
        slots[row] = _copy_signature(column[row], config)
    return slots


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
