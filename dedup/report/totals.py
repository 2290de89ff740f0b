"""What a run comes to, counted over all its stories, and its articles over time.

In: the frames of a run; or, where these lie elsewhere, what was counted there. Out: figures and the bars of a chart, as
plain values. Must not know how they are shown.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import polars as pl

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

MAX_HOURS, MAX_DAYS, MAX_MONTHS, MAX_YEARS = 72, 120, 48, 250
"""Bars a chart may have before it turns to the next unit of time: more would be thinner than a pixel on a phone.

Where years are too many, no article has a time that says anything, and there is no chart.
"""
_LEAST_TIMES, _FEW_TIMES = 5, 101
_SPREADS_OF_FEW: Final = 12
"""So many times the spread of a few times another may lie beyond them and yet be charted with them."""


@dataclass(frozen=True)
class Bar:
    """One bar of the chart of articles over time.

    Args:
        label: The hour, day, month or year.
        n_shared: Articles in stories of two or more.
        n_alone: All others.
        n_stories: Stories that they tell.
    """

    label: str
    n_shared: int
    n_alone: int
    n_stories: int


class Unit(NamedTuple):
    """A unit of time that a bar stands for.

    Args:
        name: hour, day, month or year.
        every: The same for Polars.
        form: How the start of a bar is written, from the time and the name of its month.
    """

    name: str
    every: str
    form: str


_HOUR: Final = Unit("hour", "1h", "{0.day} {month} {0:%H}:00")
_DAY: Final = Unit("day", "1d", "{0.day} {month} {0.year}")
_MONTH: Final = Unit("month", "1mo", "{month} {0.year}")
_YEAR: Final = Unit("year", "1y", "{0.year}")
_UNITS: Final = (
    (MAX_HOURS * 3_600, _HOUR),
    (MAX_DAYS * 86_400, _DAY),
    (MAX_MONTHS * 30 * 86_400, _MONTH),
    (MAX_YEARS * 365 * 86_400, _YEAR),
)


@dataclass(frozen=True)
class Chart:
    """Articles over time.

    Args:
        unit: Unit of the bars: hour, day, month or year; empty without a chart.
        bars: Articles over time, empty hours included; empty if there is nothing to chart.
        n_outside: Articles with a time that lies far outside the chart.
    """

    unit: str = ""
    bars: list[Bar] = field(default_factory=list)
    n_outside: int = 0


@dataclass(frozen=True)
class Totals:
    """What a run comes to.

    Args:
        n_articles: Articles in the stories.
        n_sources: Distinct outlets.
        n_stories: Stories, those of one included.
        n_shared_stories: Stories of two or more articles.
        n_shared_articles: Articles in them.
        n_skipped: Inputs rejected.
        skipped_reasons: Reason and how many, most frequent first.
        chart: Articles over time.
        n_undated: Articles without a time.
    """

    n_articles: int
    n_sources: int
    n_stories: int
    n_shared_stories: int
    n_shared_articles: int
    n_skipped: int
    skipped_reasons: list[tuple[str, int]]
    chart: Chart
    n_undated: int

    @property
    def share_syndicated(self) -> float:
        """``n_shared_articles / n_articles``, in [0,1]; 0 without articles."""
        return self.n_shared_articles / self.n_articles if self.n_articles else 0.0


def totals(stories: pl.DataFrame, members: pl.DataFrame, skipped: pl.DataFrame) -> Totals:
    """Count a run.

    Args:
        stories: The STORIES frame.
        members: The MEMBERS frame.
        skipped: The SKIPPED frame.
    """
    shared = stories.filter(pl.col("size") > 1)
    reasons = Counter(reason.partition(":")[0].strip() for reason in skipped["reason"])
    return Totals(
        n_articles=members.height,
        n_sources=members["source"].drop_nulls().n_unique(),
        n_stories=stories.height,
        n_shared_stories=shared.height,
        n_shared_articles=int(shared["size"].sum()),
        n_skipped=skipped.height,
        skipped_reasons=by_frequency(reasons),
        chart=chart_over_time(
            members.select(
                "published_at", "story_id", pl.col("story_id").is_in(shared["story_id"].implode()).alias("shared")
            )
        ),
        n_undated=members["published_at"].null_count(),
    )


def with_counts(found: Totals, counts: Mapping[str, Any]) -> Totals:
    """The figures of a whole run, of which the frames may hold the largest stories only, as Spark hands them over.

    Args:
        found: The figures of the frames.
        counts: What ``run.json`` counts; each may be absent. They are of the whole run, but with a history some are of
            the batch alone, while the frames are whole.

    Returns:
        The same where the frames have all stories; else with the numbers of ``counts``. The chart is that of ``found``.

    Examples:
        >>> from dedup.schemas import MEMBERS, SKIPPED, STORIES
        >>> found = totals(STORIES.empty(), MEMBERS.empty(), SKIPPED.empty())
        >>> counts = {"articles": 9, "sources": 3, "stories": 5, "shared_stories": 2, "articles_in_shared_stories": 6}
        >>> with_counts(found, counts).n_shared_stories, with_counts(found, {}) == found
        (2, True)
    """
    skipped = counts.get("skipped", {})
    if skipped:  # of which the frame may hold the first only
        found = replace(found, n_skipped=sum(skipped.values()), skipped_reasons=by_frequency(skipped))
    if counts.get("stories", 0) <= found.n_stories:
        return found
    return replace(
        found,
        n_articles=counts["articles"],
        n_sources=counts["sources"],
        n_stories=counts["stories"],
        n_shared_stories=counts["shared_stories"],
        n_shared_articles=counts["articles_in_shared_stories"],
    )


def by_frequency(reasons: Mapping[str, int]) -> list[tuple[str, int]]:
    """Reasons and how many, most frequent first, ties by name."""
    return sorted(reasons.items(), key=lambda item: (-item[1], item[0]))


def chart_over_time(dated: pl.DataFrame) -> Chart:
    """Articles per hour, day, month or year, whichever first needs few enough bars.

    Args:
        dated: ``published_at``, ``story_id`` and the Boolean ``shared``, one row an article.

    Returns:
        One bar per unit from first to last, and the number of articles left out: single far-off times (1970, 2099)
        are no reason to squeeze all others into one bar.
    """
    times = dated.drop_nulls("published_at")
    if times.is_empty():
        return Chart()
    ordered = times["published_at"].sort()
    inside = times.filter(pl.col("published_at").is_between(*near_middle(len(ordered), ordered.__getitem__)))
    first, last = inside["published_at"].min(), inside["published_at"].max()
    if not isinstance(first, datetime) or not isinstance(last, datetime) or first == last:
        return Chart()
    unit = unit_between(first, last)
    if unit is None:
        return Chart()
    counted = inside.group_by(pl.col("published_at").dt.truncate(unit.every).alias("start")).agg(
        pl.col("shared").sum().alias("n_shared"),
        pl.len().alias("n"),
        pl.col("story_id").n_unique().alias("n_stories"),
    )
    return Chart(unit.name, bars_between(first, last, unit, counted), times.height - inside.height)


def near_middle(n: int, at: Callable[[int], datetime]) -> tuple[datetime, datetime]:
    """From when to when a time counts as near the others.

    Of more than a hundred times that is one spread away from the middle 98 %, which is the spread. Of fewer the first
    and the last stand for the two of a hundred, and twelve spreads of a day at least are allowed; of four or fewer the
    spread is that of all.

    Args:
        n: Times, at least one.
        at: The time at a place when all are in order, from 0 on.

    Examples:
        >>> years = [datetime(year, 1, 1) for year in range(2000, 2101)]
        >>> [time.year for time in near_middle(101, years.__getitem__)]
        [1903, 2197]
        >>> days = [*(datetime(2024, 5, day) for day in range(1, 6)), datetime(9999, 12, 31)]  # the last is unknown
        >>> [f"{time:%Y-%m-%d}" for time in near_middle(6, days.__getitem__)]
        ['2024-03-27', '2024-06-10']
    """
    few = n < _FEW_TIMES
    trimmed = (1 if n >= _LEAST_TIMES else 0) if few else int(0.01 * (n - 1))
    low, high = at(trimmed), at(n - 1 - trimmed if few else math.ceil(0.99 * (n - 1)))
    spread = _SPREADS_OF_FEW * max(high - low, timedelta(days=1)) if few else high - low
    first, last = datetime.min.replace(tzinfo=low.tzinfo), datetime.max.replace(tzinfo=low.tzinfo)
    return low - min(spread, low - first), high + min(spread, last - high)


def unit_between(first: datetime, last: datetime) -> Unit | None:
    """The smallest unit of which few enough bars reach from one time to another; None if there is none."""
    seconds = (last - first).total_seconds()
    return next((unit for limit, unit in _UNITS if seconds <= limit), None)


def bars_between(first: datetime, last: datetime, unit: Unit, counted: pl.DataFrame) -> list[Bar]:
    """One bar per unit.

    Args:
        first: The earliest time.
        last: The latest.
        unit: The unit.
        counted: ``start`` of a unit, and ``n_shared``, ``n`` and ``n_stories`` in it; empty units may be missing.
    """
    starts = pl.datetime_range(_floor(first, unit.name), last, unit.every, time_unit="us", time_zone="UTC", eager=True)
    whole = (
        pl.DataFrame({"start": starts})
        .join(counted, on="start", how="left", maintain_order="left")
        .with_columns(pl.col("n_shared", "n", "n_stories").fill_null(0))
        .select("start", "n_shared", "n", "n_stories")
    )
    return [
        Bar(unit.form.format(start, month=MONTHS[start.month - 1]), n_shared, n - n_shared, n_stories)
        for start, n_shared, n, n_stories in whole.iter_rows()
    ]


def _floor(time: datetime, unit: str) -> datetime:
    floors: dict[str, dict[str, int]] = {
        "hour": {},
        "day": {"hour": 0},
        "month": {"hour": 0, "day": 1},
        "year": {"hour": 0, "day": 1, "month": 1},
    }
    return time.replace(minute=0, second=0, microsecond=0, **floors[unit])  # type: ignore[arg-type]  # never tzinfo
