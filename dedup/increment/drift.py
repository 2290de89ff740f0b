"""Does this batch look like the last ones of its store?

In: what is watched of a batch and of earlier ones. Out: a warning for everything that changed. Must not know where
either is kept.

A feed that breaks, a paywall that cuts articles or a template that changed shows here before anybody reads a story.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any, Final

import polars as pl

from dedup.config import HistoryConfig

MIN_RUNS: Final = 3
"""Earlier runs from which there is something to compare with."""


def watched(
    articles: pl.DataFrame, members: pl.DataFrame, stories: pl.DataFrame, caps: Mapping[str, int], recall: float | None
) -> dict[str, Any]:
    """What is watched of a batch.

    Args:
        articles: ARTICLES frame of the batch.
        members: MEMBERS frame of all stories that it touches.
        stories: STORIES frame of them.
        caps: What was cut, and how much.
        recall: The estimated recall of the candidate search, None where it could not be estimated.

    Returns:
        ``shared``, the share of the batch's articles that are in stories of several, None for an empty batch; ``caps``
        and ``recall``.
    """
    shared = members.join(stories.filter(pl.col("size") > 1), on="story_id", how="semi")
    n_shared = articles.join(shared, on="article_id", how="semi").height
    share = round(n_shared / articles.height, 4) if articles.height else None
    return {"shared": share, "caps": sorted(name for name, n in caps.items() if n), "recall": recall}


def drifted(now: Mapping[str, Any], before: Sequence[Mapping[str, Any]], config: HistoryConfig) -> list[str]:
    """What changed against the mean of earlier batches, as sentences.

    Args:
        now: What ``watched`` said of this batch.
        before: And of earlier ones; fewer than three say nothing.
        config: What change is worth a warning.

    Examples:
        >>> night = {"shared": 0.5, "caps": [], "recall": 0.99}
        >>> drifted(night, [night] * 3, HistoryConfig())
        []
        >>> drifted({**night, "recall": 0.8}, [night] * 3, HistoryConfig())
        ['the estimated recall of the candidate search is 80%, against 99% in the last 3 runs']
    """
    if len(before) < MIN_RUNS:
        return []
    last = f"in the last {len(before)} runs"
    told = []
    for name, what, limit, both_ways in (
        ("shared", "share of articles in stories of several", config.drift_share, True),
        ("recall", "estimated recall of the candidate search", config.drift_recall, False),
    ):
        known = [run[name] for run in before if run[name] is not None]
        if now[name] is None or len(known) < MIN_RUNS:
            continue
        change = now[name] - fmean(known)
        if change < -limit or (both_ways and change > limit):
            told.append(f"the {what} is {now[name]:.0%}, against {fmean(known):.0%} {last}")
    new = sorted(set(now["caps"]) - {name for run in before for name in run["caps"]})
    return told + [f"the limit '{name}' was met, and never {last}; 'caps' says how much it cut" for name in new]
