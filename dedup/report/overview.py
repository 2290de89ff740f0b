"""What the report says about the run as a whole.

In: the manifest, what the run comes to and what it skipped. Out: figures and tables, as plain values. Must not know
HTML: nothing here is escaped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import polars as pl

from dedup.report.totals import MONTHS, Totals

MAX_SKIPPED: Final = 200
"""Skipped inputs listed one by one; all are counted."""


@dataclass(frozen=True)
class Overview:
    """The run in figures.

    Args:
        n_read: Inputs read, rejected ones included.
        totals: What the whole run comes to.
        skipped: Where and why inputs were rejected, at most ``MAX_SKIPPED``.
        recall: Estimated share of the true pairs that were compared at all, in [0,1]; None if it was not estimated.
        n_recall_pairs: Sampled pairs that the estimate rests on.
        method: Name and value of what the run did: LSH, pairs, caps, version.
        warnings: Sentences of the manifest.
        finished: When the run ended, for people; empty if unknown.
    """

    n_read: int
    totals: Totals
    skipped: list[tuple[str, str]]
    recall: float | None
    n_recall_pairs: int
    method: list[tuple[str, str]]
    warnings: list[str]
    finished: str


def overview(manifest: Mapping[str, Any], whole: Totals, skipped: pl.DataFrame) -> Overview:
    """Sum up a run.

    Args:
        manifest: What ``run.json`` holds. Only ``counts``, ``lsh``, ``caps``, ``certificate``, ``warnings``,
            ``version``, ``run_id`` and ``finished_at`` are used, and each may be absent.
        whole: What the run comes to.
        skipped: The SKIPPED frame, or what stands first in it.
    """
    counts = manifest.get("counts") or {}
    lsh = manifest.get("lsh") or {}
    pairs = {name: counts[name] for name in ("candidates", "accepted", "rejected", "bridge_cut") if name in counts}
    return Overview(
        n_read=int(counts.get("read", whole.n_articles + whole.n_skipped)),
        totals=whole,
        skipped=list(skipped.sort("where", "reason").head(MAX_SKIPPED).iter_rows()),
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
