"""Stage ``outlets`` on Spark.

In: stories and their framing. Out: the frames ``outlets`` and ``flows_between_outlets``. Must not know how stories were
found.

What a story says of its outlets (who led, who took from whom, what a variant added) is said where its part lies; what
an outlet comes to, where the outlet's rows are gathered. Only which terms tell needs to know how often all others add
them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import polars as pl
from pyspark.sql import Window
from pyspark.sql import functions as F

from dedup.config import OutletsConfig
from dedup.distributed.library import LIBRARY, taken
from dedup.distributed.packing import fields_of, packed, packing, schema, unpacked
from dedup.distributed.telling import ToldSpread, members_by_part
from dedup.engines.shapes import spark_type
from dedup.engines.spark import Spark, Spread, part_of
from dedup.outlet_frames import EXAMPLE, FLOWS_BETWEEN_OUTLETS, OUTLETS
from dedup.schemas import FRAMING, MEMBERS, PAIRS
from dedup.stories.additions import SIGNALS, TERMS, additions
from dedup.stories.habits import MAX_EXAMPLES, SIGNAL, ordered_signals, ordered_terms, telling
from dedup.stories.origins import ORIGINS, origins, outlet_name
from dedup.stories.outlets import (
    delays,
    flows_between,
    habits_of,
    leads,
    people_of,
    summed_up,
    variants_of,
    with_habits,
)

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_COUNTS: Final = ("verbatim", "reworded", "added", "contradicted", "dropped")
_PEOPLE: Final = schema(MEMBERS.schema, outlet=pl.String, size=pl.UInt32)
_SIZED: Final = schema(MEMBERS.schema, size=pl.UInt32)
_LED: Final = pl.Schema({"story_id": pl.String, "outlet": pl.String, "hours": pl.Float64, "led": pl.Boolean})
_LATE: Final = pl.Schema({"outlet": pl.String, "hours": pl.Float64})
_MADE: Final = pl.Schema(
    dict.fromkeys(("variant_id", "story_id", "outlet", "lang"), pl.String)
    | dict.fromkeys(("n_kept", "n_words_added", "n_words_dropped", "n_sentences", "n_conflicts"), pl.UInt32)
    | {f"n_{kind}": pl.UInt32 for kind in _COUNTS}
)
_SHOWN: Final = schema(SIGNALS, same=pl.String)
_OF_STORIES: Final = packing({"led": _LED, "late": _LATE, "taken": ORIGINS})
_OF_VARIANTS: Final = packing({"made": _MADE, "terms": TERMS, "signals": _SHOWN})
_TOLD: Final = schema(outlet=pl.String, lang=pl.String, n=pl.Int64, n_articles=pl.Int64, n_stories=pl.Int64)
_COUNTED: Final = pl.Schema({"total": pl.Int64, "n_own": pl.Int64, "n_all": pl.Int64})
_ODDS: Final = pl.Schema({"log_odds": pl.Float32, "z": pl.Float32})
_EXAMPLES: Final = pl.Schema({"examples": pl.List(EXAMPLE)})
_TERM_KEY: Final = pl.Schema({"key": pl.Int64})
_SIGNAL_KEY: Final = pl.Schema(dict.fromkeys(SIGNAL, pl.String))
_TELLING_TERMS: Final = schema(_TOLD, _ODDS, _EXAMPLES, term=pl.String)
_TELLING_SIGNALS: Final = schema(_TOLD, _ODDS, _EXAMPLES, _SIGNAL_KEY)
_OF_OUTLETS: Final = packing(
    {
        "people": _PEOPLE,
        "led": _LED,
        "late": _LATE,
        "taken": ORIGINS,
        "made": _MADE,
        "terms": _TELLING_TERMS,
        "signals": _TELLING_SIGNALS,
    }
)


@dataclass(frozen=True)
class OutletsSpread:
    """See ``dedup.stories.outlets.Outlets``."""

    outlets: Spread
    flows: Spread


def spread_outlets(spark: Spark, told: ToldSpread, framed: Spread, config: OutletsConfig) -> OutletsSpread:
    """Sum up a batch by outlet."""
    sized = told.members.data.join(told.stories.data.select("story_id", "size"), "story_id")
    people = spark.mapped(sized, _SIZED, _people, _PEOPLE)
    of_part = members_by_part(told)
    parts = told.connected.data.select("article_id", "part")
    inside = told.pairs.data.join(parts.withColumnRenamed("article_id", "left_id"), "left_id").where(
        "decision = 'accepted'"
    )
    stories = spark.kept(
        "of_stories", spark.paired((of_part, MEMBERS.schema), (inside, PAIRS.schema), _of_stories, _OF_STORIES)
    ).data
    variants = _of_variants(spark, told, framed, of_part)
    taken_from, made = _part_of(stories, "taken"), _part_of(variants, "made")

    def sent_to(data: DataFrame, name: str, outlet: str = "outlet") -> DataFrame:
        part = part_of(F.col(outlet), spark.partitions)
        columns = [
            F.lit(None).cast(field.dataType).alias(field.name)
            for field in spark_type(_OF_OUTLETS)
            if field.name != name
        ]
        kept = F.struct(*(field.name for field in fields_of(_OF_OUTLETS[name]))).alias(name)
        return data.select(part.alias("part"), kept, *columns).select("part", *_OF_OUTLETS)

    gathered = sent_to(people, "people")
    for data, name, outlet in (
        (_part_of(stories, "led"), "led", "outlet"),
        (_part_of(stories, "late"), "late", "outlet"),
        (taken_from, "taken", "follower"),
        (taken_from, "taken", "source"),
        (made, "made", "outlet"),
        (_telling_terms(spark, _part_of(variants, "terms"), made, config), "terms", "outlet"),
        (_telling_signals(spark, _part_of(variants, "signals"), made, config), "signals", "outlet"),
    ):
        gathered = gathered.unionByName(sent_to(data, name, outlet))
    summed = spark.grouped(gathered, _OF_OUTLETS, partial(_of_outlets, config=config), OUTLETS.schema)
    of_follower = part_of(F.col("follower"), spark.partitions)
    flows = spark.grouped(
        taken_from.withColumn("part", of_follower), ORIGINS, flows_between, FLOWS_BETWEEN_OUTLETS.schema
    )
    return OutletsSpread(spark.kept("outlets", summed), spark.kept("flows", flows))


def _people(members: pl.DataFrame) -> pl.DataFrame:
    return members.with_columns(outlet=outlet_name()).select(*_PEOPLE)


def _part_of(stored: DataFrame, name: str) -> DataFrame:
    return stored.where(f"{name} is not null").select(f"{name}.*")


def _of_stories(members: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    people = people_of(members.sort("article_id"))
    return packed(_OF_STORIES, led=leads(people), late=delays(people), taken=origins(members, pairs))


def _of_variants(spark: Spark, told: ToldSpread, framed: Spread, of_part: DataFrame) -> DataFrame:
    parts = told.connected.data.select("article_id", "part")
    framing = framed.data.join(parts.withColumnRenamed("article_id", "variant_id"), "variant_id")
    outlets = of_part.select("article_id", "source").withColumnsRenamed(
        {"article_id": "variant_id", "source": "outlet_named"}
    )
    named = framing.join(outlets, "variant_id")
    shape = schema(FRAMING.schema, outlet_named=pl.String)
    return spark.kept(
        "of_variants", spark.paired((told.connected.data, LIBRARY), (named, shape), _variants, _OF_VARIANTS)
    ).data


def _variants(library: pl.DataFrame, framed: pl.DataFrame) -> pl.DataFrame:
    articles, documents, _ = taken(library)
    framing = framed.select(*FRAMING.columns).sort("story_id", "variant_id")
    added = additions(framing, articles, documents)
    people = framed.select(article_id="variant_id", source="outlet_named").with_columns(outlet=outlet_name())
    signals = added.signals.with_columns(same=pl.col("words").str.to_lowercase())
    return packed(_OF_VARIANTS, made=variants_of(framing, added, people), terms=added.terms, signals=signals)


def _of_outlets(stored: pl.DataFrame, config: OutletsConfig) -> pl.DataFrame:
    found = unpacked(_OF_OUTLETS, stored)
    taken_from = found["taken"].unique("article_id").sort("article_id")
    people = found["people"].sort("article_id")
    summed = summed_up(people, found["led"], found["late"], taken_from, found["made"])
    habits = habits_of(ordered_terms(found["terms"]), ordered_signals(found["signals"]), config)
    return with_habits(summed, habits)


def _telling_terms(spark: Spark, terms: DataFrame, made: DataFrame, config: OutletsConfig) -> DataFrame:
    """See ``dedup.stories.habits.telling_terms``."""
    added = terms.join(_variants_with(made, "n_kept"), "variant_id")
    found = _telling(spark, added, _variants_with(made, "n_kept"), _TERM_KEY, config)
    most = F.row_number().over(Window.partitionBy("lang", "key").orderBy(F.desc("count"), "form"))
    forms = added.groupBy("lang", "key", "form").count().withColumn("place", most).where("place = 1")
    named = found.join(forms.select("lang", "key", F.col("form").alias("term")), ["lang", "key"])
    return named.join(_examples(found, added, ["key"], ["article_id", "start"]), ["lang", "outlet", "key"])


def _telling_signals(spark: Spark, signals: DataFrame, made: DataFrame, config: OutletsConfig) -> DataFrame:
    """See ``dedup.stories.habits.telling_signals``."""
    key = list(SIGNAL)
    shown = signals.join(_variants_with(made, "n_sentences"), "variant_id")
    found = _telling(spark, shown, _variants_with(made, "n_sentences"), _SIGNAL_KEY, config)
    again = F.row_number().over(Window.partitionBy("lang", "outlet", *key, "same").orderBy("article_id", "start"))
    places = shown.withColumn("again", again)
    return found.join(_examples(found, places, key, ["again", "article_id", "start"]), ["lang", "outlet", *key])


def _variants_with(made: DataFrame, rest: str) -> DataFrame:
    return made.where("n_kept is not null").select(
        "variant_id", "outlet", "story_id", "lang", F.col(rest).alias("rest")
    )


def _telling(spark: Spark, added: DataFrame, variants: DataFrame, key: pl.Schema, config: OutletsConfig) -> DataFrame:
    """Outcomes that tell, with their log-odds; ``variants.rest`` counts what showed nothing."""
    names = list(key)
    counted = added.groupBy("lang", "outlet", *names).agg(
        F.count("*").alias("n"),
        F.countDistinct("variant_id").alias("n_articles"),
        F.countDistinct("story_id").alias("n_stories"),
    )
    rest = variants.groupBy("lang", "outlet").agg(F.sum("rest").alias("n"))
    everything = counted.select("lang", "outlet", "n").unionByName(rest)
    own = everything.groupBy("lang", "outlet").agg(F.sum("n").alias("n_own"))
    whole = everything.groupBy("lang").agg(F.sum("n").alias("n_all"))
    total = counted.groupBy("lang", *names).agg(F.sum("n").alias("total"))
    counts = (
        counted.where("outlet is not null")
        .join(total, ["lang", *names])
        .join(own, ["lang", "outlet"])
        .join(F.broadcast(whole), "lang")
    )
    shape = schema(_TOLD, key)
    work = partial(_told, key=names, config=config)
    found = spark.mapped(counts, schema(shape, _COUNTED), work, schema(shape, _ODDS))
    return spark.kept(f"telling_{names[0]}", found).data


def _told(counts: pl.DataFrame, key: Sequence[str], config: OutletsConfig) -> pl.DataFrame:
    return telling(counts, key, config)


def _examples(found: DataFrame, places: DataFrame, key: Sequence[str], order: Sequence[str]) -> DataFrame:
    """The first places of each outcome that tells."""
    outcome = ["lang", "outlet", *key]
    place = F.row_number().over(Window.partitionBy(*outcome).orderBy(*order))
    first = (
        places.join(found.select(*outcome), outcome).withColumn("place", place).where(F.col("place") <= MAX_EXAMPLES)
    )
    fields = ("article_id", "start", "end", "words")
    ordered = F.sort_array(F.collect_list(F.struct("place", *fields)))
    bare = F.transform(ordered, lambda one: F.struct(*(one[name].alias(name) for name in fields)))
    return first.groupBy(*outcome).agg(bare.alias("examples"))
