"""The members and stories frames, made some rows at a time: most of their rows are articles without others.

In: what is known of the stories that have several articles, and all articles. Out: both frames, in order. Must not know
how a story was found.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from dedup.config import CanonicalConfig
from dedup.places import Place, slices
from dedup.schemas import MEMBERS, STORIES
from dedup.stories.alone import alone, reasons_alone
from dedup.stories.story_ids import story_id

OF_MEMBER: Final = pl.Schema(
    [(name, MEMBERS.schema[name]) for name in ("article_id", "story_id", "relation", "similarity", "confidence")]
)
"""Of a member what its article does not say."""
_OF_CANONICAL: Final = {
    "canonical_id": "article_id",
    "canonical_title": "title",
    "canonical_source": "source",
    "canonical_published_at": "published_at",
}
_BESIDES: Final = frozenset({*_OF_CANONICAL, "related", "lineage"} - {"canonical_id"})
OF_STORY: Final = pl.Schema([(name, dtype) for name, dtype in STORIES.schema.items() if name not in _BESIDES])
"""Of a story what neither its canonical article nor other stories say."""
_ALONE: Final = {"relation": "canonical", "similarity": 1.0, "confidence": 1.0}


def names_of(ids: pl.Series, named: pl.DataFrame) -> pl.Series:
    """The stories that articles are in.

    Args:
        ids: The articles.
        named: Columns article_id and story_id. An article that is missing is a story of its own, named by itself.

    Examples:
        >>> named = pl.DataFrame({"article_id": ["a"], "story_id": ["s"]})
        >>> names_of(pl.Series(["a", "b"]), named).to_list() == ["s", story_id("b")]
        True
    """
    names = [pl.Series("story_id", [], pl.String)]
    for some in slices(len(ids)):  # as Python's strings a few at a time
        asked = ids[some].alias("article_id").to_frame()
        found = asked.join(named, on="article_id", how="left", maintain_order="left")
        both = found.select("article_id", "story_id").iter_rows()
        names.append(pl.Series("story_id", [name or story_id(one) for one, name in both], pl.String))
    return pl.concat(names)


def members_table(shared: pl.DataFrame, named: pl.DataFrame, articles: pl.DataFrame, place: Place) -> pl.DataFrame:
    """The MEMBERS frame.

    Args:
        shared: Rows as ``OF_MEMBER`` of the stories that have several articles.
        named: As for ``names_of``.
        articles: ARTICLES frame; every article becomes one member.
        place: Where the frame is to lie.
    """
    growing = place.growing(MEMBERS.schema)
    order = articles["article_id"].arg_sort()
    told = articles.select("article_id", "title", "source", "published_at", "url")
    for some in slices(len(order)):
        rows = told[order[some]]
        rows = rows.with_columns(names_of(rows["article_id"], named))
        rows = rows.join(shared.drop("story_id"), on="article_id", how="left", maintain_order="left")
        rows = rows.with_columns(pl.col(name).fill_null(value) for name, value in _ALONE.items())
        growing.append(MEMBERS.check(rows.select(*MEMBERS.columns)))
    return growing.frame()


def stories_table(
    shared: tuple[pl.DataFrame, pl.DataFrame],
    named: pl.DataFrame,
    related: pl.DataFrame,
    articles: pl.DataFrame,
    config: CanonicalConfig,
    place: Place,
) -> pl.DataFrame:
    """The STORIES frame.

    Args:
        shared: The stories that have several articles: their members as for ``members_table``, and rows as
            ``OF_STORY``.
        named: As for ``names_of``.
        related: Columns story_id and related, of those that others belong to.
        articles: ARTICLES frame; every article that is no shared member becomes a story.
        config: What an article alone is chosen by.
        place: Where the frame is to lie.
    """
    members, stories = shared
    canonical = articles.lazy().select(**_OF_CANONICAL).join(stories.lazy().select("canonical_id"), on="canonical_id")
    stories = stories.join(canonical.collect(), on="canonical_id")
    reasons = reasons_alone(articles, config)
    growing = place.growing(STORIES.schema)
    numbered = articles.select("article_id").with_row_index("row")
    rows = numbered.join(members.select("article_id"), on="article_id", how="anti")["row"]
    lone_ids = articles["article_id"].gather(rows)
    begun = [stories.select("story_id", row=pl.lit(None, rows.dtype)), pl.DataFrame([names_of(lone_ids, named), rows])]
    order = pl.concat(begun).sort("story_id")
    for some in slices(order.height):
        mine = order[some].drop_nulls()
        those = articles.select("article_id", "title", "source", "published_at")[mine["row"]]
        lone = alone(those.with_columns(mine["story_id"]), reasons)
        several = stories.join(order[some].select("story_id"), on="story_id", how="semi")
        told = pl.concat([lone, several.select(lone.columns)]).join(related, on="story_id", how="left")
        told = told.with_columns(pl.col("related").fill_null([]), lineage=pl.lit([], STORIES.schema["lineage"]))
        growing.append(STORIES.check(told.select(*STORIES.columns).sort("story_id")))
    return growing.frame()
