"""How well a tool's clusters agree with the exact join.

In: clusters, exact pairs, and for a made corpus what was planted. Out: recall of pairs, precision, B-cubed. Must not
know the tool.

The truth is that of copies: connected components over pairs whose exact similarity reaches the threshold. A tool that
also joins paraphrases, as ``dedup run`` does, is less precise by this measure, and not by its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from benchmarks.exact import partition
from dedup.evaluation import score_clusters

_EDGES = (0.7, 0.8, 0.9)


@dataclass(frozen=True)
class Truth:
    """What is true of a corpus.

    Args:
        cluster: Exact cluster of each article.
        pairs: left, right (article ids), jaccard, kind (null unless one was made from the other), planted.
    """

    cluster: Mapping[str, int]
    pairs: pl.DataFrame


@dataclass(frozen=True)
class Scores:
    """How well clusters agree with the truth.

    Args:
        n_pairs: Pairs counted for recall: the planted ones that reach the threshold; all, where nothing was planted.
        recall: Share of them put together.
        recall_by_kind: The same for each way an article was made from another.
        recall_by_similarity: The same from each tenth of similarity on.
        precision: Share of all pairs put together that the exact join puts together.
        bcubed_precision: Mean over articles of the share of their cluster that belongs there.
        bcubed_recall: Mean over articles of the share of their true cluster that is with them.
        bcubed_f1: Harmonic mean of both.
        same: Whether the partition is that of the exact join, article for article.
    """

    n_pairs: int
    recall: float
    recall_by_kind: dict[str, float]
    recall_by_similarity: dict[str, float]
    precision: float
    bcubed_precision: float
    bcubed_recall: float
    bcubed_f1: float
    same: bool


def truth_of(article_ids: pl.Series, exact: pl.DataFrame, planted: pl.DataFrame | None = None) -> Truth:
    """Gather what is true.

    Args:
        article_ids: (n,) ids, in the order of the rows of ``exact``.
        exact: left, right, jaccard: the exact pairs.
        planted: article_id, cluster, kind: what the generator planted.
    """
    cluster = dict(zip(article_ids.to_list(), partition(len(article_ids), exact), strict=True))
    pairs = exact.select(
        article_ids.gather(exact["left"]).alias("left"), article_ids.gather(exact["right"]).alias("right"), "jaccard"
    )
    if planted is None:
        return Truth(cluster, pairs.with_columns(planted=pl.lit(value=True), kind=pl.lit(None, pl.String)))
    for side in ("left", "right"):
        columns = planted.select(
            pl.col("article_id").alias(side),
            pl.col("cluster").alias(f"{side}_cluster"),
            pl.col("kind").alias(f"{side}_kind"),
        )
        pairs = pairs.join(columns, on=side, how="left", maintain_order="left")
    from_original = (
        pl.when(pl.col("left_kind") == "original")
        .then("right_kind")
        .when(pl.col("right_kind") == "original")
        .then("left_kind")
    )
    together = pl.col("left_cluster") == pl.col("right_cluster")
    return Truth(
        cluster, pairs.select("left", "right", "jaccard", planted=together, kind=pl.when(together).then(from_original))
    )


def score(found: pl.DataFrame, truth: Truth) -> Scores:
    """Score clusters.

    Args:
        found: article_id, cluster; an article that is missing is a cluster of its own.
        truth: What is true.

    Returns:
        The scores; all 1 where there is nothing to find and nothing was found.
    """
    clusters = dict(found.select("article_id", "cluster").iter_rows())
    agreed = score_clusters(clusters, truth.cluster)
    pairs = truth.pairs.filter("planted").join(
        found.select(left="article_id", left_found="cluster"), on="left", how="left"
    )
    pairs = pairs.join(found.select(right="article_id", right_found="cluster"), on="right", how="left")
    pairs = pairs.with_columns(hit=(pl.col("left_found") == pl.col("right_found")).fill_null(value=False))
    kinds = pairs.filter(pl.col("kind").is_not_null()).group_by("kind").agg(pl.col("hit").mean()).sort("kind")
    tenths: dict[str, float] = {}
    for low, high in zip(_EDGES, (*_EDGES[1:], 1.01), strict=True):
        part = pairs.filter(pl.col("jaccard").is_between(low, high, closed="left"))
        if part.height:
            tenths[f"{low}"] = _share(part)
    return Scores(
        n_pairs=pairs.height,
        recall=_share(pairs),
        recall_by_kind=dict(kinds.iter_rows()),
        recall_by_similarity=tenths,
        precision=agreed.pair_precision,
        bcubed_precision=agreed.bcubed_precision,
        bcubed_recall=agreed.bcubed_recall,
        bcubed_f1=agreed.bcubed_f1,
        same=agreed.pair_precision == agreed.pair_recall == 1.0,
    )


def _share(pairs: pl.DataFrame) -> float:
    return float(pairs["hit"].sum()) / pairs.height if pairs.height else 1.0
