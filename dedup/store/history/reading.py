"""Whole stories out of a history.

In: the name of a story or an article, or a time. Out: the stories with all that belongs to them. Must not know how they
are shown.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import polars as pl

from dedup.errors import UsageError
from dedup.schemas import MEMBERS, STORIES
from dedup.store.history.database import Database
from dedup.store.history.lookups import Loaded, loaded, touched

MAX_NAMED: Final = 5
"""Stories named when the beginning of an id fits several."""


@dataclass(frozen=True)
class Kept:
    """Stories as a history keeps them.

    Args:
        stories: STORIES frame; lineage from the first to the last.
        members: MEMBERS frame.
        pairs: PAIRS frame of the pairs among the members, as they were decided alone.
        loaded: The members' articles and documents.
        spoken: For each story since when its canonical article speaks for it, and which ones did before.
    """

    stories: pl.DataFrame
    members: pl.DataFrame
    pairs: pl.DataFrame
    loaded: Loaded
    spoken: dict[str, dict[str, Any]]


def kept_stories(history: Database, names: Collection[str]) -> Kept:
    """Stories by their ids.

    Args:
        history: Open.
        names: Ids of stories that have members.
    """
    sought = pl.DataFrame({"story_id": pl.Series(sorted(names), dtype=pl.String)})
    members = history.frame(
        "SELECT a.article_id, m.story_id, m.relation, m.similarity, m.confidence, a.title, a.source, a.published_at, "
        "a.url FROM members m JOIN articles a USING (number) WHERE m.story_id IN (FROM sought) ORDER BY 1",
        sought=sought,
    )
    rows = history.frame(
        "SELECT s.*, a.title AS canonical_title, a.source AS canonical_source, "
        "a.published_at AS canonical_published_at FROM stories s JOIN articles a ON a.article_id = s.canonical_id "
        "WHERE s.story_id IN (FROM sought) ORDER BY 1",
        sought=sought,
    )
    steps = history.frame(
        "SELECT story_id, list({'op': op, 'story_id': other} ORDER BY run, op, other) AS lineage FROM lineage "
        "WHERE story_id IN (FROM sought) GROUP BY 1",
        sought=sought,
    ).cast({"lineage": STORIES.schema["lineage"]})
    reason = pl.col("canonical_reason").str.json_decode(STORIES.schema["canonical_reason"])
    stories = rows.join(steps, on="story_id", how="left").with_columns(reason, pl.col("lineage").fill_null([]))
    spoken = {
        row["story_id"]: {"canonical_since": row["canonical_since"], "previous": json.loads(row["previous"])}
        for row in rows.select("story_id", "canonical_since", "previous").iter_rows(named=True)
    }
    ids = set(members["article_id"])
    ours = members.select("article_id")
    pairs = touched(history, ids).pairs
    for side in ("left_id", "right_id"):
        pairs = pairs.join(ours, left_on=side, right_on="article_id", how="semi", maintain_order="left")
    return Kept(
        STORIES.check(stories.select(*STORIES.columns).cast(pl.Schema(STORIES.schema)).sort("story_id")),
        MEMBERS.check(members.cast(pl.Schema(MEMBERS.schema)).sort("article_id")),
        pairs,
        loaded(history, ids),
        spoken,
    )


def find_story(history: Database, wanted: str) -> tuple[str, list[str]]:
    """The story that a name leads to.

    Args:
        history: Open.
        wanted: A story's id, now or once, or the beginning of one, or an article's id.

    Returns:
        Its id, and the ids that led there: each story was merged into the next.

    Raises:
        UsageError: It names nothing, or is the beginning of several ids.
    """
    first = history.value("SELECT story_id FROM stories WHERE story_id = ?", wanted) or history.value(
        "SELECT m.story_id FROM members m JOIN articles a USING (number) WHERE a.article_id = ?", wanted
    )
    if first is None:
        found = history.frame("SELECT story_id FROM stories WHERE starts_with(story_id, ?) ORDER BY 1", wanted)
        names = found["story_id"].to_list() if wanted else []
        if len(names) != 1:
            some = f"{wanted!r} is the beginning of {len(names):,} stories: {', '.join(names[:MAX_NAMED])}"
            raise UsageError(
                some if names else f"no story or article {wanted!r}",
                where=history.where,
                hint="Give the id of a story, its beginning, or the id of an article.",
            )
        first = names[0]
    way = [str(first)]
    while heir := history.value("SELECT merged_into FROM stories WHERE story_id = ?", way[-1]):
        way.append(str(heir))
    if not history.value("SELECT count(*) FROM members WHERE story_id = ?", way[-1]):
        raise UsageError(
            f"the articles of story {way[-1]!r} were pruned", where=history.where, hint="Its id is never given again."
        )
    return way[-1], way[:-1]


def changed_since(history: Database, since: datetime) -> list[str]:
    """Ids of the stories that runs since a time have made, or changed."""
    found = history.frame(
        "SELECT story_id FROM stories WHERE merged_into IS NULL AND size > 0 AND changed IN "
        "(SELECT run FROM runs WHERE started_at >= ?) ORDER BY 1",
        since,
    )
    return [str(name) for name in found["story_id"]]
