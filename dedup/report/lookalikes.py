"""What the pairs say about a story: why its members are in it, and which look-alikes were kept out.

In: the PAIRS and MEMBERS frames. Out: frames of what is told. Must not know how it is shown.
"""

from __future__ import annotations

from typing import Final

import polars as pl

MAX_LOOKALIKES: Final = 8
"""Rejected look-alikes kept per story; the page says how many there were."""

OTHERS: Final = ("article_id", "story_id", "source", "title")
"""What has to be known of an article to tell of it as a look-alike."""


OF_PAIR: Final = ("left_id", "right_id", "confidence", "relation", "decision", "reason")
"""What has to be known of a pair to tell of it."""


def with_reasons(members: pl.DataFrame, stories: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Members with ``why``, the reason for which each was accepted as one story with the canonical article.

    Args:
        members: Rows of the MEMBERS frame, whose order stays.
        stories: The STORIES frame, or their part of it.
        pairs: The PAIRS frame, or their part of it.

    Returns:
        The same rows; ``why`` is null for the canonical article, and where no accepted pair joins the two.
    """
    reasons = pairs.filter(pl.col("decision") == "accepted").select("left_id", "right_id", why="reason")
    own, canonical = pl.col("article_id"), pl.col("canonical_id")
    sides = members.join(stories.select("story_id", "canonical_id"), on="story_id", maintain_order="left")
    ordered = sides.with_columns(
        left_id=pl.when(own < canonical).then(own).otherwise(canonical),
        right_id=pl.when(own < canonical).then(canonical).otherwise(own),
    )
    return ordered.join(reasons, on=["left_id", "right_id"], how="left", maintain_order="left").drop(
        "canonical_id", "left_id", "right_id"
    )


def best_lookalikes(pairs: pl.DataFrame, members: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Per story the best pair with each other story that was compared and kept apart.

    Args:
        pairs: The PAIRS frame, or the rows of it that have an article of ``members``.
        members: The MEMBERS frame, or the part of it that is told of.
        others: Columns ``OTHERS`` of all members that ``pairs`` names.

    Returns:
        ``story_id``; ``n_lookalikes``, how many other stories it was compared with and kept apart from; of the most
        confident ``MAX_LOOKALIKES`` of them ``own``, ``other``, ``source``, ``title``, ``story``, ``confidence``,
        ``relation``, ``decision`` and ``reason``. By story, most confident first, ties by the smaller ids.
    """
    apart = pairs.filter(pl.col("decision") != "accepted").select(*OF_PAIR)
    seen_from_both = pl.concat(
        [
            apart.rename({"left_id": "own", "right_id": "other"}),
            apart.select(pl.col("right_id").alias("own"), pl.col("left_id").alias("other"), pl.col(*apart.columns[2:])),
        ]
    )
    best = (
        seen_from_both.join(members.select("article_id", "story_id"), left_on="own", right_on="article_id")
        .join(others.select(*OTHERS).rename({"story_id": "story"}), left_on="other", right_on="article_id")
        .filter(pl.col("story_id") != pl.col("story"))
        .sort("story_id", "confidence", "own", "other", descending=[False, True, False, False])
        .unique(["story_id", "story"], keep="first", maintain_order=True)
    )
    counted = best.with_columns(pl.len().over("story_id").alias("n_lookalikes"))
    return counted.group_by("story_id", maintain_order=True).head(MAX_LOOKALIKES)
