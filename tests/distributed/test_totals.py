"""What a run comes to, counted by Spark."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

pytest.importorskip("pyspark", reason="needs PySpark: install the extra 'spark'")

from dedup.distributed.reading import ReadSpread
from dedup.distributed.telling import ToldSpread
from dedup.distributed.totals import spread_totals
from dedup.engines.spark import Spark, Spread
from dedup.report.totals import totals
from tests.report.frames import MORNING, MadeRun, Plan, make_article, make_run

FAR_OFF = (datetime(1970, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC))


def make_spread(spark: Spark, run: MadeRun) -> tuple[ToldSpread, ReadSpread]:
    def kept(frame: pl.DataFrame) -> Spread:
        return Spread(spark.sent(frame), frame.height)

    members, stories = kept(run.members), kept(run.stories)
    codes = dict(run.skipped["reason"].str.split(":").list.first().value_counts().iter_rows())
    read = ReadSpread(kept(run.articles), kept(run.skipped), [], "", codes)
    return ToldSpread(members, stories, pairs=members, connected=members, rounds=[]), read


def make_told(*times: datetime | None) -> MadeRun:
    """A story of two for every other time, and of one for the rest; one input that was rejected."""
    plans = [
        Plan(
            f"s{n:03}", [make_article(f"a{n:03}-{place}", published_at=time, source=f"Paper {n % 7}") for place in crew]
        )
        for n, time in enumerate(times)
        for crew in [range(1 + n % 2)]
    ]
    return make_run(plans, skipped=[("empty.txt", "empty: no text")])


@pytest.mark.parametrize(
    "times",
    [
        (*(MORNING + timedelta(minutes=7 * n) for n in range(150)), *FAR_OFF, None),
        (MORNING, MORNING + timedelta(days=700), None),
        (MORNING, MORNING),
        (None,),
    ],
    ids=["far off", "months", "one moment", "undated"],
)
def test_the_figures_are_those_of_whole_frames(spark: Spark, times: tuple[datetime | None, ...]) -> None:
    run = make_told(*times)
    assert spread_totals(spark, *make_spread(spark, run)) == totals(run.stories, run.members, run.skipped)
