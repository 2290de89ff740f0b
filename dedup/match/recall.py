"""Estimate, on the user's own batch, how many true pairs the candidate search missed.

In: terms, candidates and the verified pairs. Out: the share of accepted partners of sampled articles that had been
candidates. Must not know how candidates were found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from dedup.config import Config
from dedup.match.comparing import COMPILED_FROM
from dedup.match.keys import UNIT
from dedup.match.pairs import each_evidence
from dedup.match.sides import Sides
from dedup.match.verdict import confidences
from dedup.memory import mapped_pages_go
from dedup.places import between, slices_of
from dedup.schemas import CANDIDATES, TERMS

SAMPLE: Final = 64
"""Articles compared with the whole batch."""
PARTNERS: Final = 5
"""Closest articles verified for each, by exact shared salience."""
_NEAR: Final = pl.Schema({"row": pl.UInt32, "row_other": pl.UInt32, "score": pl.Float64})


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
    with_terms = pl.concat([some["row"].unique() for some in _some_at_a_time(terms)]).sort()
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
    sampled = pl.col("row").is_in(sample.implode())
    mine = _in_parts(pl.concat([some.filter(sampled) for some in _some_at_a_time(terms)]))
    mass = mine.group_by("row").agg(mass=pl.col("weight").sum())
    found = [_nearest(_shared(mine, mass, _in_parts(some))) for some in _some_at_a_time(terms)]
    return (
        _nearest(pl.concat([_NEAR.to_frame(), *found]))
        .select(left=pl.min_horizontal("row", "row_other"), right=pl.max_horizontal("row", "row_other"))
        .unique()
        .sort("left", "right")
    )


def _some_at_a_time(terms: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The terms of some articles after another; at first, none."""
    yield TERMS.empty()
    for some in slices_of(terms["row"].to_numpy(), int(terms["row"][-1]) + 1 if terms.height else 0):
        yield between(terms, "row", some)
        mapped_pages_go()


def _in_parts(terms: pl.DataFrame) -> pl.DataFrame:
    """The same with weights in whole parts of one, so that no sum depends on its order, nor on the engine."""
    return terms.with_columns((pl.col("weight").cast(pl.Float64) * UNIT).floor().cast(pl.Int64))


def _shared(mine: pl.DataFrame, mass: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """How much of the lighter one's salience each sampled article shares with each of some others."""
    weights = others.group_by("row").agg(mass=pl.col("weight").sum())
    return (
        mine.lazy()
        .join(others.lazy(), on="term", suffix="_other")
        .filter(pl.col("row") != pl.col("row_other"))
        .group_by("row", "row_other")
        .agg(shared=pl.min_horizontal("weight", "weight_other").sum())
        .join(mass.lazy(), on="row")
        .join(weights.lazy().rename({"row": "row_other", "mass": "mass_other"}), on="row_other")
        .select("row", "row_other", score=pl.col("shared") / pl.min_horizontal("mass", "mass_other"))
        .collect()
    )


def _nearest(shared: pl.DataFrame) -> pl.DataFrame:
    """The closest partners of each article, ties by row."""
    ranked = shared.sort("row", "score", "row_other", descending=[False, True, False])
    return ranked.group_by("row", maintain_order=True).head(PARTNERS)
