"""Stage ``terms``: the salient terms of every article.

In: documents. Out: one row per article and distinct salient term with its weight. Must not know signatures or pairs.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from dedup.schemas import DOCUMENTS, TERMS
from dedup.sketch.salience import terms as terms_of
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
    rows: list[int] = []
    ids: list[int] = []
    weights: list[float] = []
    columns = ("row", "lang", "matching", "headline", "flags")
    for row, lang, matching, headline, flags in documents.select(columns).iter_rows():
        if "short" in flags or "empty" in flags:
            continue
        best: dict[int, float] = {}
        for term in (*terms_of(words(matching), lang), *terms_of(words(headline), lang)):
            if term.weight >= MIN_WEIGHT and term.weight > best.get(term.id, 0.0):
                best[term.id] = term.weight
        rows.extend([row] * len(best))
        ids.extend(best)
        weights.extend(best.values())
    frame = pl.DataFrame({"row": rows, "term": ids, "weight": weights}, schema=TERMS.schema)
    return TERMS.check(frame.sort("row", "term"))
