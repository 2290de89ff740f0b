"""The figures of the run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from dedup.frames import TIME
from dedup.report.overview import MAX_SKIPPED, Overview, overview
from dedup.report.totals import Chart, chart_over_time, totals
from tests.report.frames import MORNING, MadeRun, Row, make_run
from tests.report.stories import ferry_run


def overview_of(run: MadeRun, manifest: Row | None = None) -> Overview:
    whole = totals(run.stories, run.members, run.skipped)
    return overview(run.manifest if manifest is None else manifest, whole, run.skipped)


def make_times(*times: datetime | None, shared: bool = True) -> pl.DataFrame:
    return pl.DataFrame(
        {"published_at": list(times), "shared": [shared] * len(times), "story_id": ["s"] * len(times)},
        schema={"published_at": TIME, "shared": pl.Boolean, "story_id": pl.String},
    )


def test_the_run_is_summed_up() -> None:
    run = ferry_run()
    figures = overview_of(run)
    assert (figures.n_read, figures.totals.n_articles, figures.totals.n_sources) == (7, 5, 3)
    assert (figures.totals.n_stories, figures.totals.n_shared_stories, figures.totals.n_shared_articles) == (3, 1, 3)
    assert figures.totals.share_syndicated == pytest.approx(0.6)
    assert figures.totals.skipped_reasons == [("empty", 1), ("not_json", 1)]
    assert figures.skipped == [("empty.txt", "empty: no text"), ("news.jsonl:7", "not_json: line 7 is not JSON")]
    assert (figures.recall, figures.n_recall_pairs) == (0.9812, 84)
    assert ("views · story · bands", "128") in figures.method
    assert ("pairs · candidates · story", "60") in figures.method
    assert ("cut", "nothing") in figures.method
    assert figures.totals.n_undated == 1


def test_a_certificate_is_part_of_how_it_was_found() -> None:
    run = ferry_run()
    certificate = {"min_jaccard": 0.7, "pairs": 1200, "missed": 0, "not_checked": 3}
    figures = overview_of(run, {**run.manifest, "certificate": certificate})
    assert ("certificate · pairs", "1,200") in figures.method
    assert ("certificate · missed", "0") in figures.method
    without = overview_of(run, {**run.manifest, "certificate": None})
    assert not [name for name, _ in without.method if "certificate" in name]


def test_an_encoder_is_part_of_how_it_was_found() -> None:
    run = ferry_run()
    semantic = {"model": "models/mini", "langs": ["en"], "dimension": 384, "as_fitted": True}
    figures = overview_of(run, {**run.manifest, "semantic": semantic})
    assert ("semantic · model", "models/mini") in figures.method


def test_a_manifest_without_anything_is_enough() -> None:
    run = make_run([], manifest={})
    figures = overview_of(run, {})
    assert (figures.n_read, figures.totals.share_syndicated, figures.method) == (0, 0.0, [])
    assert figures.totals.chart == Chart()


def test_all_skipped_inputs_are_counted_though_only_some_are_listed() -> None:
    run = make_run([], skipped=[(f"f{n:04}.txt", "empty: no text") for n in range(MAX_SKIPPED + 50)])
    figures = overview_of(run, {})
    assert figures.totals.n_skipped == MAX_SKIPPED + 50
    assert figures.totals.skipped_reasons == [("empty", MAX_SKIPPED + 50)]
    assert len(figures.skipped) == MAX_SKIPPED


@pytest.mark.parametrize(
    ("spread", "unit", "n_bars"),
    [
        (timedelta(hours=5), "hour", 6),
        (timedelta(days=20), "day", 21),
        (timedelta(days=365), "month", 13),
        (timedelta(days=365 * 12), "year", 12 + 1),
    ],
)
def test_the_unit_of_the_bars_suits_the_spread(spread: timedelta, unit: str, n_bars: int) -> None:
    chart = chart_over_time(make_times(MORNING, MORNING + spread))
    assert (chart.unit, len(chart.bars)) == (unit, n_bars)
    assert sum(bar.n_shared + bar.n_alone for bar in chart.bars) == 2


def test_empty_hours_have_a_bar_of_nothing() -> None:
    chart = chart_over_time(make_times(MORNING, MORNING + timedelta(hours=2), shared=False))
    assert [(bar.label, bar.n_shared, bar.n_alone) for bar in chart.bars] == [
        ("3 Nov 06:00", 0, 1),
        ("3 Nov 07:00", 0, 0),
        ("3 Nov 08:00", 0, 1),
    ]
    assert [bar.n_stories for bar in chart.bars] == [1, 0, 1]


@pytest.mark.parametrize("times", [(), (None,), (MORNING,), (MORNING, MORNING)])
def test_without_a_spread_there_is_no_chart(times: tuple[datetime | None, ...]) -> None:
    assert chart_over_time(make_times(*times)) == Chart()


def test_a_few_impossible_times_do_not_squeeze_the_chart() -> None:
    usual = [MORNING + timedelta(minutes=n) for n in range(600)]
    strange = [datetime(1970, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)]
    chart = chart_over_time(make_times(*usual, *strange))
    assert (chart.unit, len(chart.bars), chart.n_outside) == ("hour", 10, 2)


@pytest.mark.parametrize("unknown", [datetime(9999, 12, 31, 23, 59, tzinfo=UTC), datetime(1600, 1, 1, tzinfo=UTC)])
def test_a_time_that_stands_for_none_does_not_squeeze_the_chart_of_a_few(unknown: datetime) -> None:
    usual = [MORNING + timedelta(days=n) for n in range(11)]
    chart = chart_over_time(make_times(*usual, unknown))
    assert (chart.unit, len(chart.bars), chart.n_outside) == ("day", 11, 1)


def test_a_few_times_of_one_hour_and_one_of_the_week_after_are_all_charted() -> None:
    chart = chart_over_time(
        make_times(*(MORNING + timedelta(minutes=n) for n in range(9)), MORNING + timedelta(days=8))
    )
    assert (chart.unit, len(chart.bars), chart.n_outside) == ("day", 9, 0)


def test_centuries_have_no_chart() -> None:
    assert chart_over_time(make_times(MORNING, datetime(9999, 12, 31, 23, 59, tzinfo=UTC))) == Chart()


def test_an_even_spread_leaves_nothing_out() -> None:
    chart = chart_over_time(make_times(*(MORNING + timedelta(hours=n) for n in range(1_000))))
    assert chart.n_outside == 0
    assert sum(bar.n_shared for bar in chart.bars) == 1_000
