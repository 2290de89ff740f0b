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
    # A batch may have hundreds of thousands of pairs: until it is known which of them are shown, articles and stories
    # are numbers in the order of their ids, and a pair is its place.
    known = others.select(*OTHERS).sort("article_id")
    ids, story = known["article_id"], known["story_id"].rank("dense").cast(pl.UInt32)
    told_of = ids.is_in(members["article_id"].implode())
    apart = pairs.select(
        "confidence",
        at=pl.int_range(pl.len(), dtype=pl.UInt32),
        own=ids.search_sorted(pairs["left_id"]),
        other=ids.search_sorted(pairs["right_id"]),
        apart=pl.col("decision") != "accepted",
    ).filter("apart")
    from_both = pl.concat([apart, apart.with_columns(own="other", other="own")])
    from_both = from_both.filter(told_of.gather(from_both["own"]))
    stories = {"mine": story.gather(from_both["own"]), "its": story.gather(from_both["other"])}
    best = (
        from_both.select("at", "confidence", "own", "other", **stories)
        .filter(pl.col("mine") != pl.col("its"))
        .sort("mine", "confidence", "own", "other", descending=[False, True, False, False])
        .unique(["mine", "its"], keep="first", maintain_order=True)
        .with_columns(n_lookalikes=pl.len().over("mine"))
    )
    shown = best.group_by("mine", maintain_order=True).head(MAX_LOOKALIKES)
    own, other, pair = known[shown["own"]], known[shown["other"]], pairs[shown["at"]]
    return shown.select("n_lookalikes", "confidence").with_columns(
        own["story_id"],
        own["article_id"].alias("own"),
        other["article_id"].alias("other"),
        other["story_id"].alias("story"),
        other["source"],
        other["title"],
        *pair.select("relation", "decision", "reason"),
    )
