"""What the report says about the run as a whole.

In: the manifest and the frames. Out: figures, tables and the bars of a chart, as plain values. Must not know HTML:
nothing here is escaped.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import polars as pl

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

MAX_SKIPPED: Final = 200
"""Skipped inputs listed one by one; all are counted."""

MAX_HOURS, MAX_DAYS, MAX_MONTHS = 72, 120, 48
"""Bars a chart may have before it turns to the next unit of time: more would be thinner than a pixel on a phone."""


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


@dataclass(frozen=True)
class Overview:
    """The run in figures.

    Args:
        n_read: Inputs read, rejected ones included.
        n_articles: Articles in the stories.
        n_sources: Distinct outlets.
        n_stories: Stories, those of one included.
        n_shared_stories: Stories of two or more articles.
        n_shared_articles: Articles in them.
        share_syndicated: ``n_shared_articles / n_articles``, in [0,1]; 0 without articles.
        n_skipped: Inputs rejected.
        skipped_reasons: Reason and how many, most frequent first.
        skipped: Where and why, at most ``MAX_SKIPPED``.
        unit: Unit of the bars: hour, day, month or year; empty without a chart.
        bars: Articles over time, empty hours included; empty if there is nothing to chart.
        n_outside: Articles with a time that lies far outside the chart.
        n_undated: Articles without a time.
        recall: Estimated share of the true pairs that were compared at all, in [0,1]; None if it was not estimated.
        n_recall_pairs: Sampled pairs that the estimate rests on.
        method: Name and value of what the run did: LSH, pairs, caps, version.
        warnings: Sentences of the manifest.
        finished: When the run ended, for people; empty if unknown.
    """

    n_read: int
    n_articles: int
    n_sources: int
    n_stories: int
    n_shared_stories: int
    n_shared_articles: int
    share_syndicated: float
    n_skipped: int
    skipped_reasons: list[tuple[str, int]]
    skipped: list[tuple[str, str]]
    unit: str
    bars: list[Bar]
    n_outside: int
    n_undated: int
    recall: float | None
    n_recall_pairs: int
    method: list[tuple[str, str]]
    warnings: list[str]
    finished: str


def overview(
    manifest: Mapping[str, Any], stories: pl.DataFrame, members: pl.DataFrame, skipped: pl.DataFrame
) -> Overview:
    """Sum up a run.

    Args:
        manifest: What ``run.json`` holds. Only ``counts``, ``lsh``, ``caps``, ``certificate``, ``warnings``,
            ``version``, ``run_id`` and ``finished_at`` are used, and each may be absent.
        stories: The STORIES frame.
        members: The MEMBERS frame.
        skipped: The SKIPPED frame.
    """
    shared = stories.filter(pl.col("size") > 1)
    n_shared_articles = int(shared["size"].sum())
    reasons = Counter(reason.partition(":")[0].strip() for reason in skipped["reason"])
    unit, bars, n_outside = bars_over_time(
        members.select(
            "published_at", "story_id", pl.col("story_id").is_in(shared["story_id"].implode()).alias("shared")
        )
    )
    counts = manifest.get("counts") or {}
    lsh = manifest.get("lsh") or {}
    pairs = {name: counts[name] for name in ("candidates", "accepted", "rejected", "bridge_cut") if name in counts}
    return Overview(
        n_read=int(counts.get("read", members.height + skipped.height)),
        n_articles=members.height,
        n_sources=members["source"].drop_nulls().n_unique(),
        n_stories=stories.height,
        n_shared_stories=shared.height,
        n_shared_articles=n_shared_articles,
        share_syndicated=n_shared_articles / members.height if members.height else 0.0,
        n_skipped=skipped.height,
        skipped_reasons=sorted(reasons.items(), key=lambda item: (-item[1], item[0])),
        skipped=list(skipped.sort("where", "reason").head(MAX_SKIPPED).iter_rows()),
        unit=unit,
        bars=bars,
        n_outside=n_outside,
        n_undated=members["published_at"].null_count(),
        recall=lsh.get("estimated_recall"),
        n_recall_pairs=int(lsh.get("sampled_pairs") or 0),
        method=[
            *flattened(lsh),
            *flattened(pairs, "pairs"),
            *(flattened(manifest["caps"], "cut") or [("cut", "nothing")] if "caps" in manifest else ()),
            *flattened(manifest.get("certificate") or {}, "certificate"),
            *flattened(manifest.get("semantic") or {}, "semantic"),
            *flattened({name: manifest[name] for name in ("version", "run_id") if name in manifest}),
        ],
        warnings=[str(warning) for warning in manifest.get("warnings") or ()],
        finished=written_time(manifest.get("finished_at")),
    )


def bars_over_time(dated: pl.DataFrame) -> tuple[str, list[Bar], int]:
    """Articles per hour, day, month or year, whichever first needs few enough bars.

    Args:
        dated: ``published_at``, ``story_id`` and the Boolean ``shared``, one row an article.

    Returns:
        The unit, one bar per unit from first to last, and the number of articles left out: single far-off times (1970,
        2099) are no reason to squeeze all others into one bar.
    """
    times = dated.drop_nulls("published_at")
    inside = _without_far_off(times)
    first, last = inside["published_at"].min(), inside["published_at"].max()
    if not isinstance(first, datetime) or not isinstance(last, datetime) or first == last:
        return "", [], 0
    seconds = (last - first).total_seconds()
    unit, every, form = next((choice for limit, *choice in _UNITS if seconds <= limit), ["year", "1y", "{0.year}"])
    starts = pl.datetime_range(_floor(first, unit), last, every, time_unit="us", time_zone="UTC", eager=True)
    counted = (
        pl.DataFrame({"start": starts})
        .join(
            inside.group_by(pl.col("published_at").dt.truncate(every).alias("start")).agg(
                pl.col("shared").sum().alias("n_shared"),
                pl.len().alias("n"),
                pl.col("story_id").n_unique().alias("n_stories"),
            ),
            on="start",
            how="left",
            maintain_order="left",
        )
        .with_columns(pl.col("n_shared", "n", "n_stories").fill_null(0))
    )
    bars = [
        Bar(form.format(start, month=MONTHS[start.month - 1]), n_shared, n - n_shared, n_stories)
        for start, n_shared, n, n_stories in counted.iter_rows()
    ]
    return unit, bars, times.height - inside.height


def _without_far_off(times: pl.DataFrame) -> pl.DataFrame:
    """The rows less than one spread away from the middle 98 %, where the spread is that of the middle 98 %."""
    ordered = times["published_at"].sort()
    if ordered.is_empty():
        return times
    low, high = ordered[int(0.01 * (len(ordered) - 1))], ordered[math.ceil(0.99 * (len(ordered) - 1))]
    return times.filter(pl.col("published_at").is_between(low - (high - low), high + (high - low)))


def flattened(values: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Nested values as readable name and value.

    Examples:
        >>> flattened({"copy": {"bands": 32, "estimated_recall": 0.98765}, "caps": []})
        [('copy · bands', '32'), ('copy · estimated recall', '0.988'), ('caps', 'none')]
    """
    rows: list[tuple[str, str]] = []
    for key, value in values.items():
        name = " · ".join(part for part in (prefix, str(key).replace("_", " ")) if part)
        if isinstance(value, Mapping) and value:
            rows += flattened(value, name)
        elif isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
            for place, item in enumerate(value, start=1):
                rows += flattened(item, f"{name} · {place}")
        else:
            rows.append((name, _written(value)))
    return rows


def written_time(time: object) -> str:
    """A time for people, in UTC; what is no ISO time is given back as it is.

    Examples:
        >>> written_time("2026-11-03T07:05:09+00:00")
        '3 Nov 2026, 07:05 UTC'
        >>> written_time(None), written_time("yesterday")
        ('', 'yesterday')
    """
    if time is None:
        return ""
    if not isinstance(time, datetime):
        try:
            time = datetime.fromisoformat(str(time))
        except ValueError:
            return str(time)
    time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    return f"{time.day} {MONTHS[time.month - 1]} {time.year}, {time:%H:%M} UTC"


def written_score(score: float | None) -> str:
    """A number in [0,1] with two places, cut and not rounded, so that 0.996 is never shown as certain.

    Examples:
        >>> written_score(0.996), written_score(1), written_score(0.29), written_score(None)
        ('0.99', '1.00', '0.29', '–')
    """
    return "–" if score is None else f"{math.floor(100 * score + 1e-6) / 100:.2f}"


_UNITS: Final = (
    (MAX_HOURS * 3_600, "hour", "1h", "{0.day} {month} {0:%H}:00"),
    (MAX_DAYS * 86_400, "day", "1d", "{0.day} {month} {0.year}"),
    (MAX_MONTHS * 30 * 86_400, "month", "1mo", "{month} {0.year}"),
)


def _floor(time: datetime, unit: str) -> datetime:
    floors: dict[str, dict[str, int]] = {
        "hour": {},
        "day": {"hour": 0},
        "month": {"hour": 0, "day": 1},
        "year": {"hour": 0, "day": 1, "month": 1},
    }
    return time.replace(minute=0, second=0, microsecond=0, **floors[unit])  # type: ignore[arg-type]  # never tzinfo


def _written(value: object) -> str:
    if value is None or value in ([], {}):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, int):
        return f"{value:,}"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
