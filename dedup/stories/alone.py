"""Articles that tell a story of their own, which most articles of a batch do: nothing is to be chosen among them.

In: articles that are in no story with another. Out: their rows of the stories frame, many at once, as ``stories`` would
make them one by one. Must not know pairs.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import polars as pl

from dedup.config import CanonicalConfig
from dedup.schemas import STORIES
from dedup.stories.canonical import Member, choose

_SOME: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Any time: of an article alone only counts whether its time is known."""


def alone(articles: pl.DataFrame, reasons: pl.DataFrame) -> pl.DataFrame:
    """The stories that these articles are.

    Args:
        articles: Columns article_id, story_id, title, source and published_at.
        reasons: What ``reasons_alone`` says of them.

    Returns:
        A row of STORIES for each article, but for the columns that say something of other stories.
    """
    dated = articles.with_columns(is_dated=pl.col("published_at").is_not_null())
    told = dated.join(reasons, on=["source", "is_dated"], how="left", nulls_equal=True)
    stories = told.select(
        "story_id",
        size=pl.lit(1),
        n_sources=pl.col("source").is_not_null(),
        first_seen="published_at",
        last_seen="published_at",
        canonical_id="article_id",
        canonical_title="title",
        canonical_source="source",
        canonical_published_at="published_at",
        canonical_reason="canonical_reason",
        cohesion_min=pl.lit(1.0),
        cohesion_mean=pl.lit(1.0),
    )
    return stories.cast({name: STORIES.schema[name] for name in stories.columns})


def reasons_alone(articles: pl.DataFrame, config: CanonicalConfig) -> pl.DataFrame:
    """Why articles without others are chosen, by outlet and whether the time is known.

    Args:
        articles: Columns source and published_at.
        config: The policy.
    """
    kinds = articles.lazy().select("source", is_dated=pl.col("published_at").is_not_null()).unique().collect()
    reasons = [
        choose([Member("", source, _SOME if is_dated else None, 0)], {}, config).reason
        for source, is_dated in kinds.iter_rows()
    ]
    return kinds.with_columns(canonical_reason=pl.Series(reasons, dtype=STORIES.schema["canonical_reason"]))
