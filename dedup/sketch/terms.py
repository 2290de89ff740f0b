"""Stage ``terms``: the salient terms of every article.

In: documents. Out: one row per article and distinct salient term with its weight. Must not know signatures or pairs.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.schemas import DOCUMENTS, TERMS
from dedup.sketch.forms import Forms, forms
from dedup.text.words import words

MIN_WEIGHT: Final = 0.016
"""Salience below which a term is left out: more common than once per 50,000 words (Zipf 4.8)."""


def terms(documents: pl.DataFrame) -> pl.DataFrame:
    """The salient terms of every article, its headline included: the name a short notice is about may stand only there.

    Args:
        documents: DOCUMENTS frame; an article flagged ``short`` or ``empty`` has no terms here, so joins no story.

    Returns:
        TERMS frame, sorted by row and term.
    """
    DOCUMENTS.check(documents)
    rows, ids, weights = ([np.empty(0, dtype)] for dtype in (np.uint32, np.int64, np.float32))
    columns = ("row", "lang", "matching", "headline", "flags")
    for row, lang, matching, headline, flags in documents.select(columns).iter_rows():
        if "short" in flags or "empty" in flags:
            continue
        known = forms(lang)
        found = [_salient(known, words(part)) for part in (matching, headline)]
        term, weight = (np.concatenate(column) for column in zip(*found, strict=True))
        order = np.lexsort((-weight, term))
        term, weight = term[order], weight[order]
        first = np.ones(len(term), dtype=np.bool_)
        first[1:] = term[1:] != term[:-1]
        rows.append(np.full(int(first.sum()), row, dtype=np.uint32))
        ids.append(term[first])
        weights.append(weight[first])
    frame = pl.DataFrame(
        {"row": np.concatenate(rows), "term": np.concatenate(ids), "weight": np.concatenate(weights)},
        schema=TERMS.schema,
    )
    return TERMS.check(frame.sort("row", "term"))


def _salient(known: Forms, written: list[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Hashed terms and weights of those words that weigh enough."""
    at = known.places(written)
    term, weight = known.terms_of(written, at)
    # The last character of a run has been told already, as the second of a pair.
    unspaced = known.is_unspaced[at]
    told = np.zeros(len(at), dtype=np.bool_)
    told[1:] = unspaced[1:] & unspaced[:-1]
    told[:-1] &= ~unspaced[1:]
    kept = ~told & (weight >= MIN_WEIGHT)
    return term[kept], weight[kept]
