"""Stage ``terms``: the salient terms of every article.

In: documents. Out: one row per article and distinct salient term with its weight. Must not know signatures or pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.places import MEMORY, Place, text_slices
from dedup.schemas import DOCUMENTS, TERMS
from dedup.sketch.forms import Forms, forms
from dedup.workers import Cut, shared

_Given = tuple[int, str, str, str]
"""Row, language, matching text and headline."""
_Terms = tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64], npt.NDArray[np.float32]]

MIN_WEIGHT: Final = 0.016
"""Salience below which a term is left out: more common than once per 50,000 words (Zipf 4.8)."""
_TOGETHER: Final = 64
"""Articles that are read, and sent to a worker, at a time."""
_NOTHING: Final[_Terms] = (np.empty(0, np.uint32), np.empty(0, np.int64), np.empty(0, np.float32))


def terms(documents: pl.DataFrame, place: Place = MEMORY) -> pl.DataFrame:
    """The salient terms of every article, its headline included: the name a short notice is about may stand only there.

    Args:
        documents: DOCUMENTS frame; an article flagged ``short`` or ``empty`` has no terms here, so joins no story.
        place: Where the frame is to lie.

    Returns:
        TERMS frame, sorted by row and term.
    """
    DOCUMENTS.check(documents)
    growing = place.growing(TERMS.schema)
    for some in text_slices(documents["matching"]):
        found = shared(_terms_of, _parcels(documents[some]))
        columns = [np.concatenate(column) for column in zip(_NOTHING, *found, strict=True)]
        frame = pl.DataFrame(dict(zip(TERMS.schema, columns, strict=True)), schema=TERMS.schema)
        growing.append(frame.sort("row", "term"))
    return TERMS.check(growing.frame())


def _parcels(documents: pl.DataFrame) -> Sequence[list[_Given]]:
    """Those articles that have enough words, some at a time."""
    flags = pl.col("flags").list
    readable = documents.filter(~(flags.contains("short") | flags.contains("empty")))
    given = readable.select("row", "lang", "matching", "headline")
    return Cut(given.height, _TOGETHER, lambda at: given[at].rows())


def _terms_of(articles: list[_Given]) -> _Terms:
    """Row, term and weight of the terms of some articles."""
    parts = [_NOTHING]
    for row, lang, *texts in articles:
        known = forms(lang)
        found = [_salient(known, text) for text in texts]
        term, weight = (np.concatenate(column) for column in zip(*found, strict=True))
        order = np.lexsort((-weight, term))
        term, weight = term[order], weight[order]
        first = np.ones(len(term), dtype=np.bool_)
        first[1:] = term[1:] != term[:-1]
        parts.append((np.full(int(first.sum()), row, dtype=np.uint32), term[first], weight[first]))
    rows, terms, weights = (np.concatenate(column) for column in zip(*parts, strict=True))
    return rows, terms, weights


def _salient(known: Forms, text: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Hashed terms and weights of those words of a folded text that weigh enough."""
    read = known.read(text)
    # The last character of a run has been told already, as the second of a pair.
    unspaced = read.is_unspaced
    told = np.zeros(len(unspaced), dtype=np.bool_)
    told[1:] = unspaced[1:] & unspaced[:-1]
    told[:-1] &= ~unspaced[1:]
    kept = ~told & (read.weight >= MIN_WEIGHT)
    return read.term[kept], read.weight[kept]
