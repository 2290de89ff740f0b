"""Stages ``stories`` and ``framing`` on Spark.

In: judged pairs and the library. Out: members, stories, pairs with cut bridges, framing. Must not know how a pair was
verified.

Stories lie within connected components of accepted pairs, so components are told apart: many of them in one part, with
the function of one machine. What leads from one component to another, the related stories, is joined afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import polars as pl
from pyspark.sql import functions as F

from dedup.config import Config
from dedup.distributed.judging import JUDGED
from dedup.distributed.library import LIBRARY, taken
from dedup.distributed.packing import packed, packing
from dedup.engines.spark import Spark, Spread, part_of
from dedup.match.comparing import COMPILED_FROM as COMPARED_FROM
from dedup.schemas import FRAMING, MEMBERS, ODDITIES, PAIRS, STORIES
from dedup.stories.framing import COMPILED_FROM, framing
from dedup.stories.stories import stories
from dedup.stories.transliterations import with_transliterations

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_TOGETHER: Final = 500
"""Articles of connected groups that are told together, about."""
_TOLD: Final = packing({"members": MEMBERS.schema, "stories": STORIES.schema, "pairs": JUDGED})


@dataclass(frozen=True)
class ToldSpread:
    """The stories of a batch; see ``dedup.stories.stories.Stories``.

    Args:
        members: MEMBERS frame.
        stories: STORIES frame.
        pairs: Columns of ``judging.JUDGED``, cut bridges marked.
        connected: The library of articles that have an accepted pair, with the ``part`` their group is in.
        rounds: Edges that changed in each round of the search for components.
    """

    members: Spread
    stories: Spread
    pairs: Spread
    connected: Spread
    rounds: list[int]


def spread_stories(spark: Spark, pairs: Spread, library: Spread, config: Config) -> ToldSpread:
    """Cluster the pairs, choose canonical articles, describe the members."""
    accepted = pairs.data.where("decision = 'accepted'").select("left", "right")
    found, rounds = spark.components(accepted)
    of_row = spark.kept("components", found)
    n_parts = max(1, of_row.height // _TOGETHER)
    parted = of_row.data.withColumn("part", part_of(F.col("component"), n_parts))
    connected = spark.kept("connected", library.data.join(parted.select("row", "part"), "row"))
    inside = _inside(pairs.data, parted)
    work = partial(_told, config=config, compiled=pairs.height >= COMPARED_FROM)
    told = spark.kept("told", spark.paired((connected.data, LIBRARY), (inside, JUDGED), work, _TOLD)).data
    alone = library.data.join(parted.select("row"), "row", "left_anti")
    single = spark.kept("single", spark.mapped(alone, LIBRARY, partial(_alone, config=config), _TOLD)).data
    both = told.unionByName(single)
    members = spark.kept("members", both.where("members is not null").select("members.*"))
    others = pairs.data.join(inside.select("left", "right"), ["left", "right"], "left_anti").select(*JUDGED)
    all_pairs = spark.kept("told_pairs", told.where("pairs is not null").select("pairs.*").unionByName(others))
    bare = both.where("stories is not null").select("stories.*")
    related = bare.drop("related").join(_related(all_pairs.data, members.data), "story_id", "left")
    none = F.array().cast("array<string>")
    filled = related.withColumn("related", F.coalesce("related", none)).select(*STORIES.columns)
    return ToldSpread(members, spark.kept("stories", filled), all_pairs, connected, rounds)


def _inside(pairs: DataFrame, parted: DataFrame) -> DataFrame:
    """Pairs of which both articles are in one component, with its part."""
    left = parted.select(F.col("row").alias("left"), "component", "part")
    right = parted.select(F.col("row").alias("right"), F.col("component").alias("component_right"))
    return pairs.join(left, "left").join(right, "right").where("component = component_right")


def _told(library: pl.DataFrame, pairs: pl.DataFrame, config: Config, *, compiled: bool) -> pl.DataFrame:
    articles, documents, _ = taken(library)
    ordered = pairs.sort("left_id", "right_id")
    told = stories(ordered.select(*PAIRS.columns), articles, documents, config, compiled=compiled)
    return packed(
        _TOLD,
        members=told.members,
        stories=told.stories,
        pairs=told.pairs.with_columns(ordered["left"], ordered["right"]),
    )


def _alone(library: pl.DataFrame, config: Config) -> pl.DataFrame:
    articles, documents, _ = taken(library)
    told = stories(PAIRS.empty(), articles, documents, config)
    return packed(_TOLD, members=told.members, stories=told.stories)


def _related(pairs: DataFrame, members: DataFrame) -> DataFrame:
    """Stories that a related or cut pair connects: story_id, related."""
    chosen = pairs.where(
        F.col("relation").isin("related", "same_event") | F.col("decision").isin("accepted", "bridge_cut")
    ).select("left_id", "right_id")
    left = members.select(F.col("article_id").alias("left_id"), F.col("story_id").alias("one"))
    right = members.select(F.col("article_id").alias("right_id"), F.col("story_id").alias("other"))
    ends = chosen.join(left, "left_id").join(right, "right_id").where("one != other").select("one", "other")
    both = ends.unionByName(ends.select(F.col("other").alias("one"), F.col("one").alias("other")))
    return both.groupBy(F.col("one").alias("story_id")).agg(F.sort_array(F.collect_set("other")).alias("related"))


def spread_framing(spark: Spark, told: ToldSpread, config: Config) -> Spread:
    """Hold every variant against its canonical article; the FRAMING frame."""
    of_part = members_by_part(told)
    n_variants = of_part.where("relation != 'canonical'").count()
    work = partial(_framed, config=config, compiled=n_variants >= COMPILED_FROM)
    return spark.kept(
        "framing", spark.paired((told.connected.data, LIBRARY), (of_part, MEMBERS.schema), work, FRAMING.schema)
    )


def members_by_part(told: ToldSpread) -> DataFrame:
    """Members whose article has an accepted pair, with the part their group is in."""
    return told.members.data.join(told.connected.data.select("article_id", "part"), "article_id")


def _framed(library: pl.DataFrame, members: pl.DataFrame, config: Config, *, compiled: bool) -> pl.DataFrame:
    articles, documents, _ = taken(library)
    return framing(members.sort("article_id"), articles, documents, config, compiled=compiled)


def spread_oddities(spark: Spark, library: Spread, told: ToldSpread, framed: Spread) -> Spread:
    """The ODDITIES of every article, names that its story transcribes in another way among them."""
    parts = told.connected.data.select("article_id", "part")
    of_part = framed.data.join(parts, framed.data["variant_id"] == parts["article_id"]).drop("article_id")
    changed = spark.paired((told.connected.data, LIBRARY), (of_part, FRAMING.schema), _transliterated, ODDITIES.schema)
    alone = library.data.join(parts, "article_id", "left_anti").select(*ODDITIES.columns)
    return spark.kept("oddities", alone.unionByName(changed))


def _transliterated(library: pl.DataFrame, framed: pl.DataFrame) -> pl.DataFrame:
    articles, documents, _ = taken(library)
    noted: pl.DataFrame = with_transliterations(documents, articles, framed.sort("story_id", "variant_id"))
    found: Any = pl.concat([articles.select("article_id"), noted.select("flags", "folds")], how="horizontal")
    return ODDITIES.check(found.select(*ODDITIES.columns))
