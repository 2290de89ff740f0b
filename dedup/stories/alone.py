"""Articles that tell a story of their own, which most articles of a batch do: nothing is to be chosen among them.

In: articles that are in no story with another. Out: their rows of the members and stories frames, all at once, as
``stories`` would make them one by one. Must not know pairs.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import polars as pl

from dedup.config import CanonicalConfig
from dedup.schemas import MEMBERS, STORIES
from dedup.stories.canonical import Member, choose

_SOME: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Any time: of an article alone only counts whether its time is known."""


def alone(articles: pl.DataFrame, config: CanonicalConfig) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The members and the stories that these articles are.

    Args:
        articles: Columns article_id, story_id, source and published_at.
        config: The policy.

    Returns:
        A row for each article: of MEMBERS the columns article_id, story_id, relation, similarity and confidence, and of
        STORIES those that say nothing of other stories or of what the canonical article is like.
    """
    one = {"relation": pl.lit("canonical"), "similarity": pl.lit(1.0), "confidence": pl.lit(1.0)}
    members = articles.select("article_id", "story_id", **one)
    dated = articles.with_columns(is_dated=pl.col("published_at").is_not_null())
    reasons = _reasons(dated.select("source", "is_dated").unique(), config)
    told = dated.join(reasons, on=["source", "is_dated"], how="left", nulls_equal=True)
    stories = told.select(
        "story_id",
        size=pl.lit(1),
        n_sources=pl.col("source").is_not_null(),
        first_seen="published_at",
        last_seen="published_at",
        canonical_id="article_id",
        canonical_reason="canonical_reason",
        cohesion_min=pl.lit(1.0),
        cohesion_mean=pl.lit(1.0),
    )
    return (
        members.cast({name: MEMBERS.schema[name] for name in members.columns}),
        stories.cast({name: STORIES.schema[name] for name in stories.columns}),
    )


def _reasons(kinds: pl.DataFrame, config: CanonicalConfig) -> pl.DataFrame:
    """Why an article without others is chosen, by its outlet and whether its time is known."""
    reasons = [
        choose([Member("", source, _SOME if is_dated else None, 0)], {}, config).reason
        for source, is_dated in kinds.select("source", "is_dated").iter_rows()
    ]
    return kinds.with_columns(canonical_reason=pl.Series(reasons, dtype=STORIES.schema["canonical_reason"]))
