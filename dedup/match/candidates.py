"""Stage ``candidates``: pairs of articles worth verifying.

In: bands and terms. Out: pairs that share an LSH bucket or enough anchors, and what was capped. Must not know texts or
verdicts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import polars as pl

from dedup.config import AnchorConfig, MatchConfig
from dedup.match.anchors import anchor_pairs, anchor_scores, anchors
from dedup.schemas import ARTICLES, BANDS, CANDIDATES

WORTH: Final = 0.2
"""Share of the best partner's score below which a partner is chance; keeps 0.99 of the pairs at a third of the work."""
_VIEWS: Final = ("copy", "story", "anchor")


@dataclass(frozen=True)
class Candidates:
    """Candidate pairs and what is worth knowing about how they were found.

    Args:
        frame: CANDIDATES frame, sorted by left and right.
        counts: Pairs per view.
        caps: What was cut, by name; empty where nothing was.
    """

    frame: pl.DataFrame
    counts: dict[str, int]
    caps: dict[str, int] = field(default_factory=dict)


def candidates(bands: pl.DataFrame, terms: pl.DataFrame, articles: pl.DataFrame, config: MatchConfig) -> Candidates:
    """Join articles that share a bucket in a view, or anchors.

    Buckets of more than ``max_bucket`` articles are not compared all to all: in the copy view, where they hold copies,
    each article is compared with its neighbour in the bucket and with the bucket's first, which is enough to cluster
    them; in the story view they are left to the anchors, whose keys are stronger. In pairs of the loose views one must
    have ``min_score`` of the other's anchor value, and each be among the ``per_article`` best partners of the other, so
    that the work an article causes is bounded. What a cap cut is counted in ``caps``.

    Args:
        bands: BANDS frame.
        terms: TERMS frame.
        articles: ARTICLES frame; only its publication times are used, for ``window_days``.
        config: The ``match`` settings.

    Returns:
        Pairs with left < right, each once, and the caps that were hit.
    """
    BANDS.check(bands)
    ARTICLES.check(articles)
    caps: dict[str, int] = {}
    chosen = anchors(terms, articles.height, config.anchors)
    if chosen.trimmed:
        caps["anchors_trimmed"] = chosen.trimmed
    found = [
        _bucket_pairs(bands.filter(pl.col("view") == "copy"), "copy", config.max_bucket, caps),
        _bucket_pairs(bands.filter(pl.col("view") == "story"), "story", config.max_bucket, caps),
        anchor_pairs(chosen, config.anchors).with_columns(view=pl.lit("anchor")),
    ]
    frame = (
        pl.concat(found)
        .group_by("left", "right")
        .agg((pl.col("view") == view).any().alias(view) for view in _VIEWS)
        .sort("left", "right")
    )
    if config.window_days is not None:
        frame = _within_window(frame, articles["published_at"], config.window_days, caps)
    kept = _best_partners(frame, anchor_scores(frame, chosen), config.anchors, caps)
    counts = {view: int(kept[view].sum()) for view in _VIEWS}
    return Candidates(CANDIDATES.check(kept), counts | {"total": kept.height}, caps)


def _within_window(frame: pl.DataFrame, published_at: pl.Series, days: float, caps: dict[str, int]) -> pl.DataFrame:
    """Drop pairs published further apart; an unknown time is never too far."""
    apart = (published_at.gather(frame["left"]) - published_at.gather(frame["right"])).dt.total_seconds().abs()
    near = frame.filter((apart <= days * 86_400).fill_null(value=True))
    if near.height < frame.height:
        caps["pairs_outside_window"] = frame.height - near.height
    return near


def _best_partners(frame: pl.DataFrame, score: pl.Series, config: AnchorConfig, caps: dict[str, int]) -> pl.DataFrame:
    """Pairs of the copy view, and of the rest those in which each is among the best partners of the other.

    A pair must reach ``min_score``, each partner stand among the other's ``per_article`` best, and reach a
    fifth of the best score both have: next to true versions of one's story, a chance resemblance is not worth a look.
    """
    scored = frame.with_columns(score=score).filter(pl.col("copy") | (pl.col("score") >= config.min_score))
    both = pl.concat(
        [scored.select(of="left", to="right", score="score"), scored.select(of="right", to="left", score="score")]
    ).with_columns(rank=_rank(), top=pl.col("score").max().over("of"))
    ranked = scored.join(both.select(left="of", right="to", rank="rank", top="top"), on=["left", "right"]).join(
        both.select(right="of", left="to", rank_right="rank", top_right="top"), on=["left", "right"]
    )
    mutual = pl.max_horizontal("rank", "rank_right") <= config.per_article
    worth = pl.col("score") >= WORTH * pl.min_horizontal("top", "top_right")
    kept = ranked.filter(pl.col("copy") | (mutual & worth)).sort("left", "right")
    if n_cut := ranked.filter(~pl.col("copy") & ~mutual & worth).height:
        caps["pairs_beyond_best_partners"] = n_cut
    return kept.select(*CANDIDATES.columns)


def _rank() -> pl.Expr:
    """Place of each partner by score, ties by row, so that no tie lets an article have more than ``per_article``."""
    return pl.struct(-pl.col("score"), "to").rank("ordinal").over("of")


def _bucket_pairs(bands: pl.DataFrame, view: str, max_bucket: int, caps: dict[str, int]) -> pl.DataFrame:
    """Pairs of one view, one band at a time so that memory stays bounded."""
    parts: list[pl.DataFrame] = []
    for (_,), band in bands.group_by("band", maintain_order=True):
        sized = band.with_columns(size=pl.len().over("key")).filter(pl.col("size") > 1).sort("key", "row")
        small = sized.filter(pl.col("size") <= max_bucket).select("key", "row")
        parts.append(
            small.join(small, on="key", suffix="_right")
            .filter(pl.col("row") < pl.col("row_right"))
            .select(left="row", right="row_right")
        )
        large = sized.filter(pl.col("size") > max_bucket)
        if large.height:
            name = "copy_buckets_chained" if view == "copy" else "story_buckets_left_to_anchors"
            caps[name] = caps.get(name, 0) + large["key"].n_unique()
            if view == "copy":
                parts.append(_chained(large))
    pairs = pl.concat(parts) if parts else pl.DataFrame(schema={"left": pl.UInt32, "right": pl.UInt32})
    return pairs.unique().with_columns(view=pl.lit(view))


def _chained(large: pl.DataFrame) -> pl.DataFrame:
    """Each article of a bucket with the one before it and with the first."""
    neighbours = large.with_columns(before=pl.col("row").shift(1).over("key"), first=pl.col("row").first().over("key"))
    return (
        pl.concat(
            [
                neighbours.select(left="before", right="row"),
                neighbours.select(left="first", right="row"),
            ]
        )
        .drop_nulls()
        .filter(pl.col("left") < pl.col("right"))
    )
