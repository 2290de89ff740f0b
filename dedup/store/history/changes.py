"""Which stories changed.

In: a history before and after something was done to it. Out: the run in which each story last changed. Must not know
what was done.

A story is touched far oftener than it changes: every batch makes those anew whose articles it brings once more, and a
rebuild makes all.
"""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from dedup.store.history.database import Database


def contents(history: Database, names: Collection[str] | None = None) -> pl.DataFrame:
    """What makes stories what they are: texts, what was decided about them, who speaks for them.

    Args:
        history: Open.
        names: Their ids; None for all.

    Returns:
        Columns story_id, changed (the run), content (a hash), of stories that have members.
    """
    sought = pl.DataFrame({"story_id": pl.Series(sorted(names or ()), dtype=pl.String)})
    return history.frame(
        "SELECT s.story_id, any_value(s.changed) AS changed, md5(concat_ws(' ', any_value(s.canonical_id), "
        "any_value(s.cohesion_min), any_value(s.cohesion_mean), list({'id': a.article_id, 'text': a.text_hash, "
        "'relation': m.relation, 'similarity': m.similarity, 'confidence': m.confidence} "
        "ORDER BY a.article_id))) AS content "
        "FROM stories s JOIN members m ON m.story_id = s.story_id JOIN articles a USING (number) "
        f"{'' if names is None else 'WHERE s.story_id IN (FROM sought) '}GROUP BY 1",
        sought=sought,
    )


def keep_unchanged(history: Database, before: pl.DataFrame, names: Collection[str] | None = None) -> None:
    """Let stories that are what they were have changed when they last did.

    Args:
        history: Open for writing, with the stories as they are now.
        before: What ``contents`` gave.
        names: As there.
    """
    now = contents(history, names).select("story_id", "content")
    same = before.join(now, on=["story_id", "content"], how="semi").select("story_id", "changed")
    history.run("UPDATE stories SET changed = same.changed FROM same WHERE stories.story_id = same.story_id", same=same)
