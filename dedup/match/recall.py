"""Estimate, on the user's own batch, how many true pairs the candidate search missed.

In: terms, candidates and the verified pairs. Out: the share of accepted partners of sampled articles that had been
candidates. Must not know how candidates were found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from dedup.config import Config
from dedup.match.comparing import COMPILED_FROM
from dedup.match.pairs import each_evidence
from dedup.match.sides import Sides
from dedup.match.verdict import confidences
from dedup.schemas import CANDIDATES, TERMS

SAMPLE: Final = 64
"""Articles compared with the whole batch."""
PARTNERS: Final = 5
"""Closest articles verified for each, by exact shared salience."""


@dataclass(frozen=True)
class Recall:
    """An estimate of candidate recall.

    Args:
        estimate: Share of accepted pairs that had been candidates, [0,1]; None where the sample has no accepted pair.
        n_articles: Sampled articles.
        n_pairs: Accepted pairs the estimate rests on.
    """

    estimate: float | None
    n_articles: int
    n_pairs: int


def estimate_recall(
    terms: pl.DataFrame, candidates: pl.DataFrame, articles: pl.DataFrame, documents: pl.DataFrame, config: Config
) -> Recall:
    """Compare a sample of articles exactly with all others.

    Each sampled article is held against every article it shares a salient term with; its five closest by shared
    salience are verified whether or not they were candidates.

    Args:
        terms: TERMS frame.
        candidates: CANDIDATES frame.
        articles: ARTICLES frame.
        documents: DOCUMENTS frame.
        config: All settings.

    Returns:
        The estimate; the same for the same batch.
    """
    TERMS.check(terms)
    CANDIDATES.check(candidates)
    with_terms = terms["row"].unique().sort()
    sample = with_terms.gather_every(max(1, len(with_terms) // SAMPLE)).head(SAMPLE)
    closest = _closest(terms, sample)
    sides = Sides(articles, documents, config)
    judged = closest.with_columns(
        confidence=pl.Series(
            confidences(each_evidence(sides, closest.rows(), compiled=candidates.height >= COMPILED_FROM)),
            dtype=pl.Float64,
        )
    )
    accepted = judged.filter(pl.col("confidence") >= config.match.min_confidence)
    found = accepted.join(candidates, on=["left", "right"], how="semi")
    share = found.height / accepted.height if accepted.height else None
    return Recall(share, len(sample), accepted.height)


def _closest(terms: pl.DataFrame, sample: pl.Series) -> pl.DataFrame:
    """The pairs of each sampled article with its closest others, left < right, each once."""
    mine = terms.filter(pl.col("row").is_in(sample.implode()))
    mass = terms.group_by("row").agg(mass=pl.col("weight").sum())
    shared = (
        mine.lazy()
        .join(terms.lazy(), on="term", suffix="_other")
        .filter(pl.col("row") != pl.col("row_other"))
        .group_by("row", "row_other")
        .agg(shared=pl.min_horizontal("weight", "weight_other").sum())
        .join(mass.lazy(), on="row")
        .join(mass.lazy().rename({"row": "row_other", "mass": "mass_other"}), on="row_other")
        .with_columns(score=pl.col("shared") / pl.min_horizontal("mass", "mass_other"))
        .sort("row", "score", "row_other", descending=[False, True, False])
        .group_by("row", maintain_order=True)
        .head(PARTNERS)
        .select(left=pl.min_horizontal("row", "row_other"), right=pl.max_horizontal("row", "row_other"))
        .unique()
        .sort("left", "right")
    )
    return shared.collect()
