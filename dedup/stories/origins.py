"""From which earlier article of its story each article most likely took its text.

In: members and verified pairs. Out: at most one origin for each article. Must not know outlets' habits, nor texts.

It is a likelihood and no proof: the true origin may not be in the batch at all.
"""

from __future__ import annotations

from typing import Final

import polars as pl

ORIGINS: Final = pl.Schema(
    {
        "article_id": pl.String,
        "story_id": pl.String,
        "follower": pl.String,
        "from_id": pl.String,
        "source": pl.String,
        "by_pair": pl.Boolean,
        "carried": pl.Float32,
        "hours": pl.Float32,
    }
)
"""An article that has an origin: its outlet, the origin and its outlet, whether a verified pair says so, the share of
its content that the origin carries, and the hours between the two where both times are known."""


def origins(members: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Find the origin of every article that has one.

    Of the earlier articles of its story with which it was accepted as one text, the one that carries most of its
    content; ties go to the earliest, then to the smallest id. Earlier means strictly, by times that are known. Where
    there is none, a variant falls to the canonical article of its story, unless that is known to be the later one; then
    it has no origin, as has a canonical article without an earlier partner. So no article is, by any chain of origins,
    an origin of itself.

    Args:
        members: MEMBERS frame, or such frames of several runs with each article once.
        pairs: PAIRS frame of the same articles; pairs of others are passed over.

    Returns:
        Rows as ``ORIGINS``, sorted by article_id.
    """
    people = members.select(
        "article_id", "story_id", "similarity", "published_at", is_variant=pl.col("relation") != "canonical",
        source=outlet_name(),
    )  # fmt: skip
    earlier = _earlier_partners(people, pairs)
    canonical = people.filter(~pl.col("is_variant")).select(
        "story_id", from_id="article_id", source="source", from_at="published_at"
    )
    fallen = (
        people.filter("is_variant")
        .join(earlier.select("article_id"), on="article_id", how="anti")
        .select("article_id", "story_id", pl.col("source").alias("follower"), "published_at", carried="similarity")
        .join(canonical, on="story_id")
        .filter((pl.col("from_at") <= pl.col("published_at")).fill_null(True))
        .with_columns(by_pair=pl.lit(False))
    )
    hours = (pl.col("published_at") - pl.col("from_at")).dt.total_seconds() / 3_600
    found = pl.concat([earlier.select(fallen.columns), fallen]).with_columns(hours.cast(pl.Float32).alias("hours"))
    return found.select(pl.col(name).cast(dtype) for name, dtype in ORIGINS.items()).sort("article_id")


def outlet_name() -> pl.Expr:
    """The outlet that a member names; null where it names none or a blank."""
    return pl.when(pl.col("source").str.strip_chars() != "").then(pl.col("source"))


def _earlier_partners(people: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """For each article that has accepted partners before it in its story, the one that carries most of it."""
    told = pairs.lazy().select("left_id", "right_id", "decision", "aligned_left", "aligned_right")
    accepted = told.filter(pl.col("decision") == "accepted").collect()
    directed = pl.concat(
        [
            accepted.select(article_id="left_id", from_id="right_id", carried="aligned_left"),
            accepted.select(article_id="right_id", from_id="left_id", carried="aligned_right"),
        ]
    )
    partner = people.select(
        from_id="article_id", story_id="story_id", from_at="published_at", partner_source="source"
    )  # fmt: skip
    return (
        directed.join(people.select("article_id", "story_id", "published_at", "source"), on="article_id")
        .join(partner, on=["from_id", "story_id"])
        .filter(pl.col("from_at") < pl.col("published_at"))
        .sort("article_id", "carried", "from_at", "from_id", descending=[False, True, False, False])
        .unique("article_id", keep="first", maintain_order=True)
        .rename({"source": "follower"})
        .rename({"partner_source": "source"})
        .with_columns(by_pair=pl.lit(True))
    )
