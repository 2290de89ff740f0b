"""Add a batch to the history, whole or not at all.

In: what a batch brought. Out: the history with it. Must not know how anything was computed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

import polars as pl

from dedup.frames import TIME
from dedup.memory import mapped_pages_go
from dedup.schemas import STORIES
from dedup.store.history import ahead
from dedup.store.history.best_partners import let_go_best, let_go_of
from dedup.store.history.brought import TABLES, TOGETHER, Commit, Numbers, numbers_of, rows_of
from dedup.store.history.changes import contents, keep_unchanged
from dedup.store.history.database import Database
from dedup.store.history.ledger import DONE, enter
from dedup.store.history.parcels import keep, let_go

_AT_ONCE: Final = 4_096
"""Articles that a history has not had which one transaction puts in; of more they come ahead of it."""


def commit(history: Database, batch: Commit) -> None:
    """Add ``batch``, whole or not at all, and then what is ready for comparison.

    All is in with one transaction. A large batch has put in what it brings of new articles before it (see ``ahead``);
    what fails takes that out again. Tried again after a fault that came when it was already in, a batch adds nothing: a
    run is there once. What is ready for comparison is most of a batch, and nothing depends on it but time: what a fault
    keeps out of that is made again when it is needed.

    Args:
        history: Open for writing, with its tables, in no transaction.
        batch: What is to be added.
    """
    import duckdb

    if has_run(history, batch.run_id):
        return
    numbers = numbers_of(history, batch)
    try:
        comes_ahead = int(numbers.of_rows["fresh"].sum()) > _AT_ONCE
        left = _put_ahead(history, batch, numbers) if comes_ahead else TABLES
        with history.transaction():
            _put(history, batch, numbers, left, old_only=comes_ahead)
            ahead.end(history)
    except BaseException:
        with suppress(duckdb.Error):  # whoever opens it next does it, then
            ahead.take_out(history)
        raise
    with suppress(duckdb.Error):
        keep(history, batch.parcels, batch.layout)


def has_run(history: Database, run_id: str) -> bool:
    """Whether the batch of a run is there."""
    return bool(history.value("SELECT count(*) FROM runs WHERE run_id = ?", run_id))


def _put_ahead(history: Database, batch: Commit, numbers: Numbers) -> list[str]:
    """Put in what a batch brings of articles that the history has not had; returns tables for which it has more."""
    ahead.begin(history, numbers.first)
    left = []
    for table in TABLES:
        n_left = 0
        for rows, new in rows_of(history, batch, numbers, table):
            with history.transaction():
                _insert(history, table, rows.filter(new))
            n_left += int((~new).sum())
        if n_left:
            left.append(table)
    return left


def _put(history: Database, batch: Commit, numbers: Numbers, left: Sequence[str], *, old_only: bool) -> None:
    """Put in the rest: into the tables ``left`` all rows, or those of articles alone that the history has had."""
    history.run(
        "INSERT INTO runs VALUES (?, ?, ?, ?, ?)",
        numbers.run, batch.run_id, batch.started_at, batch.input_hash, json.dumps(batch.counts, sort_keys=True),
    )  # fmt: skip
    names = batch.stories["story_id"].to_list()
    before = contents(history, names)
    _let_go(history, batch, numbers)
    for table in left:
        for rows, new in rows_of(history, batch, numbers, table):
            _insert(history, table, rows.filter(~new) if old_only else rows)
    _put_furniture(history, batch)
    _put_members(history, batch)
    _put_stories(history, batch, numbers.run)
    keep_unchanged(history, before, names)
    if batch.file is not None:
        enter(history, batch.file, batch.run_id, batch.started_at, DONE)


def _let_go(history: Database, batch: Commit, numbers: Numbers) -> None:
    """What the batch has in another form, or no more; nothing of what came ahead of it."""
    old = numbers.of_rows.filter(~pl.col("fresh")).select("number")
    if old.height:
        for table in ("articles", "documents", "terms", "buckets", "lines"):
            history.run(f"DELETE FROM {table} WHERE number IN (FROM old)", old=old)
        let_go(history, old)
        let_go_of(history, old, numbers.first)
        history.run(
            'DELETE FROM pairs WHERE ("left" IN (FROM old) OR "right" IN (FROM old)) AND "left" < ? AND "right" < ?',
            numbers.first, numbers.first, old=old,
        )  # fmt: skip
    history.run(
        'DELETE FROM pairs p USING gone g, articles l, articles r WHERE l.article_id = g.left_id '
        'AND r.article_id = g.right_id AND p."left" = l.number AND p."right" = r.number '
        'AND p."left" < ? AND p."right" < ?',
        numbers.first, numbers.first, gone=batch.crowded_out,
    )  # fmt: skip
    voters = batch.named.gather(batch.best["voter"].unique().sort())
    let_go_best(history, pl.DataFrame({"article_id": voters}), numbers.first)


def _put_furniture(history: Database, batch: Commit) -> None:
    outlets = pl.DataFrame({"source": pl.Series(sorted(batch.outlets), dtype=pl.String)})
    history.run("DELETE FROM furniture WHERE source IN (FROM outlets)", outlets=outlets)
    _insert(history, "furniture", batch.furniture.select("source", "mark"))


def _put_members(history: Database, batch: Commit) -> None:
    groups = pl.DataFrame(
        {"article_id": list(batch.components), "group": list(batch.components.values())},
        schema={"article_id": pl.String, "group": pl.String},
    )
    ours = batch.members.select("article_id")
    history.run(
        "DELETE FROM members WHERE number IN (SELECT number FROM articles WHERE article_id IN (FROM ours))", ours=ours
    )
    history.run(
        "INSERT INTO members SELECT a.number, g.number, m.story_id, m.relation, m.similarity, m.confidence "
        "FROM fresh m JOIN articles a ON a.article_id = m.article_id "
        'JOIN articles g ON g.article_id = m."group" ORDER BY a.number',
        fresh=batch.members.cast({"relation": pl.String}).join(groups, on="article_id"),
    )


def _put_stories(history: Database, batch: Commit, run: int) -> None:
    for stories in batch.stories.iter_slices(TOGETHER):
        names = stories.select("story_id")
        before = history.frame(
            "SELECT s.story_id, s.began, s.canonical_id, s.canonical_since, s.previous FROM stories s "
            "WHERE s.story_id IN (FROM names)",
            names=names,
        )
        known = {row["story_id"]: row for row in before.iter_rows(named=True)}
        history.run("DELETE FROM stories WHERE story_id IN (FROM names)", names=names)
        _insert(history, "stories", _told(stories, known, batch.started_at, run))
        put_lineage(history, dict(stories.select("story_id", "lineage").iter_rows()), run)
    retire(history, batch.merged_into, run)


def _told(stories: pl.DataFrame, known: Mapping[str, Mapping[str, Any]], now: datetime, run: int) -> pl.DataFrame:
    rows = []
    for story in stories.iter_rows(named=True):
        name = story["story_id"]
        since, previous = spoken(known.get(name), story["canonical_id"], now)
        began = known[name]["began"] if name in known else run
        rows.append(
            (name, began, run, story["size"], story["n_sources"], story["first_seen"], story["last_seen"],
             story["canonical_id"], since, previous, json.dumps(story["canonical_reason"]), story["cohesion_min"],
             story["cohesion_mean"], story["related"], None)
        )  # fmt: skip
    return _story_rows(rows)


def put_lineage(history: Database, steps: Mapping[str, Sequence[Mapping[str, str]]], run: int) -> None:
    """Keep what became of stories, by their names, in a run."""
    rows = [(name, run, step["op"], step["story_id"]) for name, told in steps.items() for step in told]
    schema = {"story_id": pl.String, "run": pl.Int64, "op": pl.String, "other": pl.String}
    _insert(history, "lineage", pl.DataFrame(rows, schema, orient="row"))


def retire(history: Database, merged_into: Mapping[str, str], run: int) -> None:
    """Have stories that are no more lead to the one that has their articles."""
    gone = pl.DataFrame(
        {"story_id": list(merged_into), "heir": list(merged_into.values())},
        schema={"story_id": pl.String, "heir": pl.String},
    )
    history.run(
        "UPDATE stories SET merged_into = gone.heir, changed = ?, size = 0 FROM gone "
        "WHERE stories.story_id = gone.story_id",
        run, gone=gone,
    )  # fmt: skip


def spoken(before: Mapping[str, Any] | None, canonical: str, now: datetime) -> tuple[datetime, str]:
    """Since when the canonical article speaks for its story, and which did before, as JSON."""
    if before is None:
        return now, "[]"
    if before["canonical_id"] == canonical:
        return before["canonical_since"], before["previous"]
    since = before["canonical_since"].isoformat()
    ended = {"article_id": before["canonical_id"], "since": since, "until": now.isoformat()}
    return now, json.dumps([*json.loads(before["previous"]), ended])


def _story_rows(rows: Sequence[tuple[Any, ...]]) -> pl.DataFrame:
    names = (
        *("story_id", "began", "changed", "size", "n_sources", "first_seen", "last_seen", "canonical_id"),
        *("canonical_since", "previous", "canonical_reason", "cohesion_min", "cohesion_mean", "related", "merged_into"),
    )
    types: dict[str, Any] = {
        "began": pl.Int64,
        "changed": pl.Int64,
        "canonical_since": TIME,
        "canonical_reason": pl.String,
    }
    plain: dict[str, Any] = {name: STORIES.schema.get(name, pl.String) for name in names}
    return pl.DataFrame(rows, {**plain, **types}, orient="row")


def _insert(history: Database, table: str, rows: pl.DataFrame) -> None:
    for some in rows.iter_slices(TOGETHER) if rows.height else ():
        history.run(f"INSERT INTO {table} BY NAME FROM fresh", fresh=some)
        mapped_pages_go()
