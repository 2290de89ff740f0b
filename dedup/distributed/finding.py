"""Stage ``candidates`` on Spark.

In: bands and terms of the batch. Out: pairs worth verifying, and what was capped. Must not know texts or verdicts.

The rules are those of ``dedup.match.candidates`` and ``dedup.match.anchors``, said as joins and windows; whole numbers
throughout, so that no sum depends on its order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl
from pyspark.sql import Window
from pyspark.sql import functions as F

from dedup.config import AnchorConfig, MatchConfig
from dedup.distributed.packing import schema
from dedup.engines.spark import Spark, Spread
from dedup.match.candidates import WORTH
from dedup.match.keys import term_values, two_by_two

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

_VIEWS: Final = ("copy", "story", "anchor")
_SHARED: Final = schema(term=pl.Int64, weight=pl.Float32, sharers=pl.Int64, with_terms=pl.Int64)
_VALUED: Final = schema(term=pl.Int64, value=pl.Int64, sharers=pl.Int64)
_WIDESPREAD: Final = schema(row=pl.Int64, term=pl.Int64, value=pl.Int64)
_GATHERED: Final = schema(row=pl.Int64, widespread=pl.List(pl.Struct({"term": pl.Int64, "value": pl.Int64})))
_KEYS: Final = schema(row=pl.Int64, key=pl.Int64, value=pl.Int64)


@dataclass(frozen=True)
class FoundSpread:
    """Candidate pairs; see ``dedup.match.candidates.Candidates``.

    Args:
        frame: left, right (rows) and a flag for every view.
        counts: Pairs per view.
        caps: What was cut, by name.
    """

    frame: Spread
    counts: dict[str, int]
    caps: dict[str, int]


@dataclass(frozen=True)
class _Anchors:
    """row, key, value, anchor; the index (key, to); and row, total."""

    keys: DataFrame
    index: DataFrame
    totals: DataFrame
    trimmed: int


def spread_candidates(spark: Spark, bands: Spread, terms: Spread, articles: Spread, config: MatchConfig) -> FoundSpread:
    """Join articles that share a bucket in a view, or anchors.

    Args:
        spark: The session.
        bands: BANDS frame.
        terms: TERMS frame.
        articles: Columns of ``library.NUMBERED``; only the publication times are used, for ``window_days``.
        config: The ``match`` settings.
    """
    caps: dict[str, int] = {}
    chosen = _anchors(spark, terms, config.anchors)
    if chosen.trimmed:
        caps["anchors_trimmed"] = chosen.trimmed
    copies = _bucket_pairs(spark, bands, "copy", config.max_bucket, caps)
    stories = _bucket_pairs(spark, bands, "story", config.max_bucket, caps)
    anchored = _anchor_pairs(chosen, config.anchors)
    found = copies.unionByName(stories).unionByName(anchored)
    frame = found.groupBy("left", "right").agg(
        *(F.max(F.when(F.col("view") == view, True).otherwise(False)).alias(view) for view in _VIEWS)
    )
    if config.window_days is not None:
        frame = _within_window(spark.kept("all_found", frame), articles, config.window_days, caps)
    scored = spark.kept("scored", _scored(frame, chosen))
    kept = spark.kept("candidates", _best_partners(spark, scored.data, config.anchors, caps))
    row = kept.data.agg(
        *(F.coalesce(F.sum(F.col(view).cast("long")), F.lit(0)).alias(view) for view in _VIEWS)
    ).collect()[0]
    return FoundSpread(kept, {view: row[view] for view in _VIEWS} | {"total": kept.height}, caps)


def _anchors(spark: Spark, terms: Spread, config: AnchorConfig) -> _Anchors:
    """What each article can be found by; see ``dedup.match.anchors.anchors``."""
    with_terms = terms.data.select("row").distinct().count()
    of_term = (
        terms.data.groupBy("term")
        .agg(F.min("weight").alias("weight"), F.count("*").alias("sharers"))
        .where("sharers > 1")
        .withColumn("with_terms", F.lit(with_terms).cast("long"))
    )
    valued = spark.mapped(of_term, _SHARED, _valued, _VALUED)
    weighed = spark.kept("weighed", terms.data.select("row", "term").join(valued, "term")).data
    single = weighed.where(F.col("sharers") <= config.max_articles).select("row", F.col("term").alias("key"), "value")
    heaviest = F.row_number().over(Window.partitionBy("row").orderBy(F.desc("value"), "term"))
    widespread = (
        weighed.where(F.col("sharers") > config.max_articles)
        .withColumn("place", heaviest)
        .where(F.col("place") <= config.joined)
        .groupBy("row")
        .agg(F.collect_list(F.struct("term", "value")).alias("widespread"))
    )
    joined = spark.kept("joined", spark.mapped(widespread, _GATHERED, _joined, _KEYS)).data
    shared = joined.groupBy("key").count().where("count > 1").select("key")
    keys = single.unionByName(joined.join(shared, "key").select("row", "key", "value"))
    best = F.row_number().over(Window.partitionBy("row").orderBy(F.desc("value"), "key"))
    ranked = spark.kept("keys", keys.withColumn("anchor", best <= config.per_text)).data
    chosen = ranked.where("anchor").select("key", F.col("row").alias("to"))
    first = F.row_number().over(Window.partitionBy("key").orderBy("to"))
    index = chosen.withColumn("place", first).where(F.col("place") <= config.max_articles).drop("place")
    trimmed = chosen.groupBy("key").count().where(F.col("count") > config.max_articles).count()
    totals = ranked.where("anchor").groupBy("row").agg(F.sum("value").alias("total"))
    return _Anchors(ranked, index, spark.kept("totals", totals).data, trimmed)


def _valued(shared: pl.DataFrame) -> pl.DataFrame:
    return shared.select(
        "term", value=term_values(pl.col("weight"), pl.col("sharers"), pl.col("with_terms")), sharers="sharers"
    )


def _joined(rows: pl.DataFrame) -> pl.DataFrame:
    widespread = rows.explode("widespread").unnest("widespread").select(*_WIDESPREAD)
    return two_by_two(widespread.lazy()).select("row", "key", "value").collect()


def _anchor_pairs(found: _Anchors, config: AnchorConfig) -> DataFrame:
    """Each article with those of whose anchors it has the largest share; see ``anchors.anchor_pairs``."""
    shared = (
        found.keys.select("row", "key", "value")
        .join(found.index, "key")
        .where("row != to")
        .groupBy("row", "to")
        .agg(F.sum("value").alias("shared"), F.count("*").alias("n_shared"))
        .where(F.col("n_shared") >= config.min_shared)
        .join(found.totals.withColumnRenamed("row", "to"), "to")
        .withColumn("score", F.col("shared") / F.greatest("total", F.lit(1)))
    )
    place = F.row_number().over(Window.partitionBy("row").orderBy(F.desc("score"), "to"))
    named = shared.withColumn("place", place).where(F.col("place") <= config.per_article)
    return named.select(
        F.least("row", "to").alias("left"), F.greatest("row", "to").alias("right"), F.lit("anchor").alias("view")
    ).distinct()


def _scored(frame: DataFrame, found: _Anchors) -> DataFrame:
    """Pairs with the larger share of one article's anchors that the other has; see ``anchors.anchor_scores``."""
    keys = found.keys.select("row", "key", "value", "anchor")
    of_left = keys.select(F.col("row").alias("left"), "key", "value", F.col("anchor").alias("anchor_left"))
    of_right = keys.select(F.col("row").alias("right"), "key", F.col("anchor").alias("anchor_right"))

    def anchored(side: str) -> Column:
        return F.sum(F.when(F.col(f"anchor_{side}"), F.col("value")).otherwise(0)).alias(f"of_{side}")

    shared = (
        frame.select("left", "right")
        .join(of_left, "left")
        .join(of_right, ["right", "key"])
        .groupBy("left", "right")
        .agg(anchored("left"), anchored("right"))
    )
    scored = frame.join(shared, ["left", "right"], "left")
    for side in ("left", "right"):
        totals = found.totals.select(F.col("row").alias(side), F.col("total").alias(f"total_{side}"))
        scored = scored.join(totals, side, "left")
    shares = [
        F.coalesce(F.col(f"of_{side}"), F.lit(0)) / F.greatest(F.coalesce(F.col(f"total_{side}"), F.lit(0)), F.lit(1))
        for side in ("left", "right")
    ]
    return scored.select("left", "right", *_VIEWS, F.greatest(*shares).alias("score"))


def _best_partners(spark: Spark, scored: DataFrame, config: AnchorConfig, caps: dict[str, int]) -> DataFrame:
    """See ``dedup.match.candidates``: pairs of which each is among the best partners of the other."""
    enough = scored.where(F.col("copy") | (F.col("score") >= config.min_score))
    one = enough.select(F.col("left").alias("of"), F.col("right").alias("to"), "score")
    both = one.unionByName(enough.select(F.col("right").alias("of"), F.col("left").alias("to"), "score"))
    place = F.row_number().over(Window.partitionBy("of").orderBy(F.desc("score"), "to"))
    ranked_ends = both.withColumn("rank", place).withColumn("top", F.max("score").over(Window.partitionBy("of")))
    of_left = ranked_ends.select(F.col("of").alias("left"), F.col("to").alias("right"), "rank", "top")
    of_right = ranked_ends.select(
        F.col("of").alias("right"),
        F.col("to").alias("left"),
        F.col("rank").alias("rank_right"),
        F.col("top").alias("top_right"),
    )
    ranked = spark.kept("ranked", enough.join(of_left, ["left", "right"]).join(of_right, ["left", "right"])).data
    mutual = F.greatest("rank", "rank_right") <= config.per_article
    worth = F.col("score") >= WORTH * F.least("top", "top_right")
    if n_cut := ranked.where(~F.col("copy") & ~mutual & worth).count():
        caps["pairs_beyond_best_partners"] = n_cut
    return ranked.where(F.col("copy") | (mutual & worth)).select("left", "right", *_VIEWS)


def _within_window(found: Spread, articles: Spread, days: float, caps: dict[str, int]) -> DataFrame:
    """Drop pairs published further apart; an unknown time is never too far."""
    frame = found.data
    for side in ("left", "right"):
        times = articles.data.select(F.col("row").alias(side), F.col("published_at").alias(f"at_{side}"))
        frame = frame.join(times, side)
    apart = F.abs(F.unix_micros("at_left") - F.unix_micros("at_right"))
    near = frame.where(F.coalesce(F.floor(apart / 1_000_000) <= days * 86_400, F.lit(True))).drop("at_left", "at_right")
    if (n_far := found.height - near.count()) > 0:
        caps["pairs_outside_window"] = n_far
    return near


def _bucket_pairs(spark: Spark, bands: Spread, view: str, max_bucket: int, caps: dict[str, int]) -> DataFrame:
    """Pairs of one view; buckets of too many are chained (copies) or left to the anchors."""
    mine = bands.data.where(F.col("view") == view).select("band", "key", "row")
    sizes = mine.groupBy("band", "key").agg(F.count("*").alias("size")).where("size > 1")
    sized = spark.kept(f"buckets_{view}", mine.join(sizes, ["band", "key"])).data
    small = sized.where(F.col("size") <= max_bucket).select("band", "key", "row")
    left = small.select("band", "key", F.col("row").alias("left"))
    right = small.select("band", "key", F.col("row").alias("right"))
    pairs = left.join(right, ["band", "key"]).where("left < right").select("left", "right")
    large = sized.where(F.col("size") > max_bucket)
    if n_large := large.select("band", "key").distinct().count():
        caps["copy_buckets_chained" if view == "copy" else "story_buckets_left_to_anchors"] = n_large
        if view == "copy":
            bucket = Window.partitionBy("band", "key").orderBy("row")
            chained = large.withColumn("before", F.lag("row").over(bucket)).withColumn(
                "first", F.first("row").over(bucket)
            )
            for earlier in ("before", "first"):
                pairs = pairs.unionByName(
                    chained.where(F.col(earlier) < F.col("row")).select(
                        F.col(earlier).alias("left"), F.col("row").alias("right")
                    )
                )
    return pairs.distinct().withColumn("view", F.lit(view))
