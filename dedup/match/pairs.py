"""Stage ``pairs``: verify every candidate.

In: candidates, articles and documents. Out: the evidence, confidence, relation and decision of each pair. Must not know
stories.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.config import Config
from dedup.match.alignment import FEATURES
from dedup.match.evidence import evidence
from dedup.match.logistic import load_model
from dedup.match.sides import Sides
from dedup.match.verdict import Columns, columns, confidences, same_event, verdict
from dedup.schemas import CANDIDATES, EVIDENCE, PAIRS

COMPILED_FROM: Final = 1_000
"""Pairs from which compiled code repays loading it; below, a small run stays quick."""
_CHUNK: Final = 256
"""Pairs a thread takes at a time."""
_VIEWS: Final = ("copy", "story", "anchor")


def pairs(candidates: pl.DataFrame, articles: pl.DataFrame, documents: pl.DataFrame, config: Config) -> pl.DataFrame:
    """Verify every candidate pair by exact evidence.

    Args:
        candidates: CANDIDATES frame.
        articles: ARTICLES frame.
        documents: DOCUMENTS frame.
        config: All settings.

    Returns:
        PAIRS frame, sorted by left_id and right_id; decision is accepted or rejected.
    """
    found = gathered(candidates, articles, documents, config)
    known = pl.DataFrame(dict(found), schema=dict.fromkeys(EVIDENCE, pl.Float64)).fill_nan(None)
    judged = [
        verdict(row, chance, event, config.match.min_confidence)
        for row, chance, event in zip(
            known.iter_rows(named=True), confidences(found).tolist(), same_event(found).tolist(), strict=True
        )
    ]
    ids = articles["article_id"]
    views = [
        [view for view, has in zip(_VIEWS, row, strict=True) if has] for row in candidates.select(_VIEWS).iter_rows()
    ]
    frame = known.with_columns(
        left_id=ids.gather(candidates["left"]),
        right_id=ids.gather(candidates["right"]),
        views=pl.Series(views, dtype=pl.List(pl.String)),
        relation=pl.Series([one.relation for one in judged], dtype=pl.String),
        confidence=pl.Series([one.confidence for one in judged], dtype=pl.Float64),
        decision=pl.Series(["accepted" if one.accepted else "rejected" for one in judged], dtype=pl.String),
        reason=pl.Series([one.reason for one in judged], dtype=pl.String),
    )
    return PAIRS.check(frame.select(*PAIRS.columns).cast(pl.Schema(PAIRS.schema)).sort("left_id", "right_id"))


def gathered(candidates: pl.DataFrame, articles: pl.DataFrame, documents: pl.DataFrame, config: Config) -> Columns:
    """The evidence about every candidate pair, in their order, before anything is judged.

    Two paths give the same: article by article here, and the kernels in ``evidence_kernels`` for batches that repay
    loading them.

    Returns:
        One (n,) array a column of ``schemas.EVIDENCE``, NaN where a value is unknown.
    """
    CANDIDATES.check(candidates)
    sides = Sides(articles, documents, config)
    if candidates.height < COMPILED_FROM:
        known = [evidence(sides[left], sides[right]) for left, right in candidates.select("left", "right").iter_rows()]
        return columns(known)
    return _compiled(candidates, sides, config.engine.n_threads)


def _compiled(candidates: pl.DataFrame, sides: Sides, threads: int) -> Columns:
    from dedup.match.evidence_kernels import evidence_rows
    from dedup.match.packing import packed

    ends = candidates.select("left", "right").to_numpy()
    rows = np.unique(ends)
    articles = packed(sides.once(int(row)) for row in rows)
    left, right = (np.searchsorted(rows, column).astype(np.int64) for column in ends.T)
    model = load_model("links", FEATURES).packed
    found: npt.NDArray[np.float64] = np.empty((candidates.height, len(EVIDENCE)))

    def fill(start: int) -> None:
        chunk = slice(start, start + _CHUNK)
        evidence_rows(articles, left[chunk], right[chunk], model, found[chunk])

    fill(0)  # compiles, if that was not done before
    with ThreadPoolExecutor(threads) as pool:
        # The list makes an error in a thread an error here.
        list(pool.map(fill, range(_CHUNK, candidates.height, _CHUNK)))
    return dict(zip(EVIDENCE, np.ascontiguousarray(found.T), strict=True))
