"""Stage ``candidates``: pairs of articles worth verifying.

In: bands and terms. Out: pairs that share an LSH bucket or enough anchors, and what was capped. Must not know texts or
verdicts.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from dedup.config import MatchConfig
from dedup.match.anchors import anchor_pairs
from dedup.schemas import BANDS, CANDIDATES


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


def candidates(bands: pl.DataFrame, terms: pl.DataFrame, config: MatchConfig) -> Candidates:
    """Join articles that share a bucket in a view, or anchors.

    Buckets of more than ``max_bucket`` articles are not compared all to all: in the copy view, where they hold copies,
    each article is compared with its neighbour in the bucket and with the bucket's first, which is enough to cluster
    them; in the story view they are left to the anchors, whose keys are stronger. Both are counted in ``caps``.

    Args:
        bands: BANDS frame.
        terms: TERMS frame.
        config: The ``match`` settings.

    Returns:
        Pairs with left < right, each once, and the caps that were hit.
    """
    BANDS.check(bands)
    caps: dict[str, int] = {}
    found = [
        _bucket_pairs(bands.filter(pl.col("view") == view), view, config.max_bucket, caps) for view in ("copy", "story")
    ]
    anchors = anchor_pairs(terms, config.anchors)
    if anchors.n_cut:
        caps["anchor_pairs_cut"] = anchors.n_cut
    found.append(anchors.pairs.select("left", "right", view=pl.lit("anchor")))
    frame = (
        pl.concat(found)
        .group_by("left", "right")
        .agg((pl.col("view") == view).any().alias(view) for view in ("copy", "story", "anchor"))
        .sort("left", "right")
    )
    counts = {view: int(frame[view].sum()) for view in ("copy", "story", "anchor")}
    return Candidates(CANDIDATES.check(frame), counts | {"total": frame.height}, caps)


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
            name = f"{view}_buckets_{'chained' if view == 'copy' else 'left_to_anchors'}"
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
