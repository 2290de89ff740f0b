"""Stage ``candidates``: pairs of articles worth verifying.

In: bands and terms. Out: pairs that share an LSH bucket or enough anchors, and what was capped. Must not know texts or
verdicts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl

from dedup.config import AnchorConfig, MatchConfig
from dedup.match.anchors import anchor_pairs, anchor_scores, anchors, as_numbers, as_pairs
from dedup.memory import mapped_pages_go
from dedup.places import MEMORY, Place, between, slices
from dedup.schemas import ARTICLES, BANDS, CANDIDATES

WORTH: Final = 0.2
"""Share of the best partner's score below which a partner is chance; keeps 0.99 of the pairs at a third of the work."""
_ROWS: Final = 1_000_000
"""Rows of bands that are looked at together: those of one band at least."""
_LOOKED_THROUGH: Final = 4_000_000
"""Rows among which those are sought at a time."""
_PAIRS: Final = 1_000_000
"""Pairs of buckets that are gathered before those that several bands have are made one."""
_VIEWS: Final = ("copy", "story", "anchor")
_SCORED: Final = pl.Schema([*CANDIDATES.schema.items(), ("score", pl.Float64())])


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


def candidates(
    bands: pl.DataFrame,
    terms: pl.DataFrame,
    articles: pl.DataFrame,
    config: MatchConfig,
    threads: int = 1,
    place: Place = MEMORY,
) -> Candidates:
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
        threads: Threads of the compiled path.
        place: Where what articles are found by may lie.

    Returns:
        Pairs with left < right, each once, and the caps that were hit.
    """
    BANDS.check(bands)
    ARTICLES.check(articles)
    caps: dict[str, int] = {}
    chosen = anchors(terms, articles.height, config.anchors, place)
    if chosen.trimmed:
        caps["anchors_trimmed"] = chosen.trimmed
    found = {
        "copy": _bucket_pairs(bands, "copy", config.max_bucket, caps),
        "story": _bucket_pairs(bands, "story", config.max_bucket, caps),
        "anchor": anchor_pairs(chosen, config.anchors, threads),
    }
    scored = [_SCORED.to_frame()]
    for some in slices(articles.height):
        frame = _merged({view: between(pairs, "left", some) for view, pairs in found.items()})
        if config.window_days is not None:
            frame = _within_window(frame, articles["published_at"], config.window_days, caps)
        frame = frame.with_columns(score=anchor_scores(frame, chosen))
        scored.append(frame.filter(pl.col("copy") | (pl.col("score") >= config.anchors.min_score)))
    kept = _best_partners(pl.concat(scored), config.anchors, caps)
    counts = {view: int(kept[view].sum()) for view in _VIEWS}
    return Candidates(CANDIDATES.check(kept), counts | {"total": kept.height}, caps)


def _merged(found: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The pairs of all views, each once, with the views that found it; sorted."""
    named = [pairs.with_columns(pl.lit(view).alias("view")) for view, pairs in found.items()]
    seen = ((pl.col("view") == view).any().alias(view) for view in _VIEWS)
    return pl.concat(named).group_by("left", "right").agg(seen).sort("left", "right")


def _within_window(frame: pl.DataFrame, published_at: pl.Series, days: float, caps: dict[str, int]) -> pl.DataFrame:
    """Drop pairs published further apart; an unknown time is never too far."""
    apart = (published_at.gather(frame["left"]) - published_at.gather(frame["right"])).dt.total_seconds().abs()
    near = frame.filter((apart <= days * 86_400).fill_null(value=True))
    if near.height < frame.height:
        caps["pairs_outside_window"] = caps.get("pairs_outside_window", 0) + frame.height - near.height
    return near


def _best_partners(scored: pl.DataFrame, config: AnchorConfig, caps: dict[str, int]) -> pl.DataFrame:
    """Pairs of the copy view, and of the rest those in which each is among the best partners of the other.

    Each partner must stand among the other's ``per_article`` best, and reach a fifth of the best score both have: next
    to true versions of one's story, a chance resemblance is not worth a look.
    """
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
    found, fresh = np.zeros(0, dtype=np.uint64), [np.zeros(0, dtype=np.uint64)]
    for band in _by_band(bands, view):
        sized = band.with_columns(size=pl.len().over("key")).filter(pl.col("size") > 1).sort("key", "row")
        small = sized.filter(pl.col("size") <= max_bucket).select("key", "row")
        pairs = (
            small.join(small, on="key", suffix="_right")
            .filter(pl.col("row") < pl.col("row_right"))
            .select(left="row", right="row_right")
        )
        large = sized.filter(pl.col("size") > max_bucket)
        if large.height:
            name = "copy_buckets_chained" if view == "copy" else "story_buckets_left_to_anchors"
            caps[name] = caps.get(name, 0) + large["key"].n_unique()
            if view == "copy":
                pairs = pl.concat([pairs, _chained(large)])
        fresh.append(as_numbers(*(pairs[side].to_numpy() for side in ("left", "right"))))
        # Bands have pairs in common; joined when there are as many new ones, each is sorted a few times at most.
        if sum(map(len, fresh)) > max(_PAIRS, len(found)):
            found, fresh = np.unique(np.concatenate([found, *fresh])), []
    return as_pairs(np.unique(np.concatenate([found, *fresh])))


def _by_band(bands: pl.DataFrame, view: str) -> Iterator[pl.DataFrame]:
    """Key and row in each band of a view."""
    numbers = bands.lazy().filter(pl.col("view") == view).select(pl.col("band").unique().sort()).collect()["band"]
    n_articles = bands.lazy().select(pl.col("row").max()).collect().item() or 0
    together = max(1, _ROWS // (n_articles + 1))
    for at in range(0, len(numbers), together):
        of_these = (pl.col("view") == view) & pl.col("band").is_in(numbers[at : at + together].implode())
        found = [BANDS.empty()]
        for part in bands.iter_slices(_LOOKED_THROUGH):
            found.append(part.filter(of_these))
            mapped_pages_go()
        for (_,), band in pl.concat(found).group_by("band", maintain_order=True):
            yield band.select("key", "row")


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
