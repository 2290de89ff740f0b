"""What a run on Spark comes to, counted where its rows lie.

In: the frames of a run, spread. Out: the figures that one machine counts from whole frames
(``dedup.report.totals.totals``), the same. Must not know how they are shown.

Only counts come to the driver: articles an hour of the archive, and those of two hours by their very times, which say
where the middle 98 % of all times begins and ends.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import polars as pl
from pyspark.sql import functions as F

from dedup.distributed.packing import schema
from dedup.distributed.reading import ReadSpread
from dedup.distributed.telling import ToldSpread
from dedup.engines.spark import Spark
from dedup.frames import TIME
from dedup.report.totals import Chart, Totals, bars_between, by_frequency, near_middle, unit_between

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_HOUR: Final = 3_600_000_000
_COUNTED: Final = schema(start=TIME, n_shared=pl.Int64, n=pl.Int64, n_stories=pl.Int64)


def spread_totals(spark: Spark, told: ToldSpread, read: ReadSpread) -> Totals:
    """Count a run.

    Args:
        spark: The session.
        told: Its stories.
        read: What was read.
    """
    members = told.members.data
    n_shared_stories, n_shared_articles = shared_by(told)
    n_sources, n_dated = members.agg(F.countDistinct("source"), F.count("published_at")).collect()[0]
    return Totals(
        n_articles=told.members.height,
        n_sources=n_sources,
        n_stories=told.stories.height,
        n_shared_stories=n_shared_stories,
        n_shared_articles=n_shared_articles,
        n_skipped=read.skipped.height,
        skipped_reasons=by_frequency(read.skipped_by_code),
        chart=_chart(spark, told, n_dated),
        n_undated=told.members.height - n_dated,
    )


def shared_by(told: ToldSpread) -> tuple[int, int]:
    """How many stories have two or more articles, and how many articles are in them.

    Args:
        told: The stories of a run.
    """
    shared = told.stories.data.where("size > 1").agg(F.count("*"), F.coalesce(F.sum("size"), F.lit(0))).collect()[0]
    return shared[0], shared[1]


def _chart(spark: Spark, told: ToldSpread, n_dated: int) -> Chart:
    if n_dated == 0:
        return Chart()
    of_story = told.stories.data.select("story_id", (F.col("size") > 1).cast("long").alias("shared"))
    timed = told.members.data.where("published_at is not null").withColumn("at", F.unix_micros("published_at"))
    low, high = near_middle(n_dated, _Ordered(timed).__getitem__)
    inside = timed.where(F.col("at").between(_micros(low), _micros(high)))
    earliest, latest, n_inside = inside.agg(F.min("at"), F.max("at"), F.count("*")).collect()[0]
    if earliest == latest:
        return Chart()
    first, last = _time(earliest), _time(latest)
    unit = unit_between(first, last)
    if unit is None:
        return Chart()
    counted = (
        inside.join(of_story, "story_id")
        .groupBy(F.date_trunc(unit.name, "published_at").alias("start"))
        .agg(
            F.sum("shared").alias("n_shared"),
            F.count("*").alias("n"),
            F.countDistinct("story_id").alias("n_stories"),
        )
    )
    bars = bars_between(first, last, unit, spark.fetched(counted, _COUNTED))
    return Chart(unit.name, bars, n_dated - n_inside)


class _Ordered:
    """The times of a DataFrame by their places in order."""

    def __init__(self, timed: DataFrame) -> None:
        self._timed = timed.withColumn("hour", F.floor(F.col("at") / F.lit(_HOUR)))
        self._hours = _counts(self._timed, "hour")

    def __getitem__(self, place: int) -> datetime:
        hour, before = _holding(self._hours, place)
        at, _ = _holding(_counts(self._timed.where(F.col("hour") == hour), "at"), place - before)
        return _time(at)


def _counts(timed: DataFrame, name: str) -> list[tuple[int, int]]:
    return sorted((row[name], row["count"]) for row in timed.groupBy(name).count().collect())


def _holding(counts: list[tuple[int, int]], place: int) -> tuple[int, int]:
    """The value that stands at a place, and how many are smaller."""
    before = 0
    for value, n in counts:
        if place < before + n:
            return value, before
        before += n
    raise IndexError(place)


def _time(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


def _micros(time: datetime) -> int:
    return (time - _EPOCH) // _MICROSECOND
