"""Give the stories of a history that was made anew the names they had.

In: the history as it was, the new one, and which of its stories is which. Out: the new one with all names, runs,
lineage and ledger of the old one. Must not know how it is decided which story is which.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import polars as pl

from dedup.store.history.changes import contents, keep_unchanged
from dedup.store.history.commits import put_lineage, retire, spoken
from dedup.store.history.database import Database
from dedup.store.history.ledger import entries
from dedup.store.history.remains import all_names, missing_tables

_TAKEN_OVER: Final = ("runs", "stories", "lineage")
_NEXT_RUN: Final = (
    "SELECT coalesce(max(run), 0) + 1 FROM "
    "(SELECT run FROM runs UNION ALL SELECT changed FROM stories UNION ALL SELECT run FROM lineage)"
)
"""By all that counts runs, since that of the runs themselves may have been missing."""


@dataclass(frozen=True)
class Renaming:
    """Which story is which, and the run that found out.

    Args:
        names: The name of each story of the new history.
        steps: What became of each story, by its name.
        merged_into: Stories that are no more, and the one that has their articles.
        started_at: When the run began.
        run_id: Name of the run.
        input_hash: Hash of what it read.
        counts: What it counted.
    """

    names: Mapping[str, str]
    steps: Mapping[str, Sequence[Mapping[str, str]]]
    merged_into: Mapping[str, str]
    started_at: datetime
    run_id: str
    input_hash: str
    counts: Mapping[str, Any] = field(default_factory=dict)


def rename(history: Database, old: Database, renaming: Renaming) -> None:
    """Take over what has a name in the old history, and name the stories of the new one, in one transaction.

    Args:
        history: The new one, open for writing; its own runs and lineage are let go.
        old: The old one.
        renaming: Which story is which.
    """
    missing = missing_tables(old)
    before = {table: old.frame(f"FROM {table}") for table in _TAKEN_OVER if table not in missing}
    before["inbox"] = entries(old)
    made = history.frame("FROM stories")
    with history.transaction():
        for table in (*_TAKEN_OVER, "inbox"):  # what is missing in a damaged one is lost, and not the new one's either
            history.run(f"DELETE FROM {table}")
        for table, rows in before.items():
            history.run(f"INSERT INTO {table} BY NAME FROM fresh", fresh=rows)
        run = int(history.value(_NEXT_RUN))
        history.run(
            "INSERT INTO runs VALUES (?, ?, ?, ?, ?)",
            run, renaming.run_id, renaming.started_at, renaming.input_hash, json.dumps(renaming.counts, sort_keys=True),
        )  # fmt: skip
        history.run("UPDATE articles SET run = ?", run)
        names = pl.DataFrame(
            {"was": list(renaming.names), "name": list(renaming.names.values())},
            schema={"was": pl.String, "name": pl.String},
        )
        history.run("UPDATE members SET story_id = n.name FROM names n WHERE members.story_id = n.was", names=names)
        history.run("DELETE FROM stories WHERE story_id IN (SELECT name FROM names)", names=names)
        fresh = _named(made, before.get("stories", made.clear()), renaming, run)
        history.run("INSERT INTO stories BY NAME FROM fresh", fresh=fresh)
        if not {"members", "stories"} & {*missing}:
            keep_unchanged(history, contents(old))
        # As of stories whose articles were pruned: their names lead nowhere, and are never given again.
        history.run("UPDATE stories SET merged_into = NULL WHERE merged_into NOT IN (SELECT story_id FROM stories)")
        gone = pl.DataFrame({"name": sorted(all_names(old))}, schema={"name": pl.String})
        history.run(
            "INSERT INTO stories (story_id, began, changed, size) "
            "SELECT name, 0, 0, 0 FROM gone WHERE name NOT IN (SELECT story_id FROM stories)",
            gone=gone,
        )
        retire(history, renaming.merged_into, run)
        put_lineage(history, renaming.steps, run)


def _named(made: pl.DataFrame, before: pl.DataFrame, renaming: Renaming, run: int) -> pl.DataFrame:
    """The living stories of a new history under their names, with what was known of them."""
    known = {row["story_id"]: row for row in before.iter_rows(named=True)}
    heirs = dict(made.filter(pl.col("merged_into").is_not_null()).select("story_id", "merged_into").iter_rows())
    rows = []
    for story in made.filter(pl.col("size") > 0).sort("story_id").iter_rows(named=True):
        name = renaming.names[story["story_id"]]
        was = known.get(name)
        since, previous = spoken(was, story["canonical_id"], renaming.started_at)
        related = {
            renaming.names[living] for one in story["related"] if (living := _living(one, heirs)) in renaming.names
        }
        rows.append(
            {
                **story,
                "story_id": name,
                "began": run if was is None else was["began"],
                "changed": run,
                "canonical_since": since,
                "previous": previous,
                "related": sorted(related - {name}),
            }
        )
    return pl.DataFrame(rows, made.schema, orient="row")


def _living(story: str, heirs: Mapping[str, str]) -> str:
    while story in heirs:
        story = heirs[story]
    return story
