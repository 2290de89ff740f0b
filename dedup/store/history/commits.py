"""Add a batch to the history, whole or not at all.

In: what a batch brought. Out: the history with it. Must not know how anything was computed.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import polars as pl

from dedup.frames import TIME
from dedup.memory import mapped_pages_go
from dedup.schemas import DOCUMENTS, STORIES
from dedup.store.history.best_partners import let_go_of, put_best
from dedup.store.history.changes import contents, keep_unchanged
from dedup.store.history.database import Database
from dedup.store.history.ledger import DONE, InboxFile, enter
from dedup.store.history.parcels import Layout, keep, let_go
from dedup.store.history.tables import PAIR_COLUMNS

_TOGETHER: Final = 4_096
"""Rows that are handed to the database at a time."""


@dataclass(frozen=True)
class Commit:
    """What a batch brought.

    Args:
        articles: ARTICLES frame of those that are new, replaced or prepared anew; the row of all frames below.
        documents: DOCUMENTS frame of the same articles.
        held: Columns text_hash, arrived_at, at_us, total of the same articles.
        keys: Columns row, term, value, anchor.
        buckets: Columns row, copy, bucket.
        lines: Columns row, source, mark.
        furniture: Columns source, mark: what is furniture now of the outlets in ``outlets``.
        outlets: Outlets whose furniture was looked at.
        best: Columns article_id, other_id, score: the best partners of articles of which they are others now.
        crowded_out: Columns left_id, right_id: accepted pairs that are among the best of neither any more.
        pairs: PAIRS frame of all pairs that were verified now.
        members: MEMBERS frame of all articles of touched groups.
        parcels: Articles made ready for comparison, in the batch or earlier ones, by id.
        layout: That of the parcels.
        components: The smallest article id of the group that each of them is connected with.
        stories: STORIES frame of their stories, lineage included.
        merged_into: Stories that are no more, and the one that has their articles.
        retired: Stories of which no article is left, and that lead nowhere.
        started_at: When the run began.
        run_id: Name of the run.
        input_hash: Hash of what it read.
        counts: What it counted.
        file: The file of an inbox that the batch is, whose entry is written in the same transaction.
    """

    articles: pl.DataFrame
    documents: pl.DataFrame
    held: pl.DataFrame
    keys: pl.DataFrame
    buckets: pl.DataFrame
    lines: pl.DataFrame
    furniture: pl.DataFrame
    outlets: Collection[str]
    best: pl.DataFrame
    crowded_out: pl.DataFrame
    pairs: pl.DataFrame
    parcels: Mapping[str, bytes]
    layout: Layout
    members: pl.DataFrame
    components: Mapping[str, str]
    stories: pl.DataFrame
    merged_into: Mapping[str, str]
    started_at: datetime
    run_id: str
    input_hash: str
    counts: Mapping[str, Any] = field(default_factory=dict)
    file: InboxFile | None = None


def commit(history: Database, batch: Commit) -> None:
    """Add ``batch`` in one transaction, and then what is ready for comparison, in many.

    Tried again after a fault that came when it was already in, it adds nothing: a run is there once. What is ready for
    comparison is most of a batch, and the database holds all of a transaction in memory; what a fault keeps out of that
    is made again when it is needed.

    Args:
        history: Open for writing, with its tables.
        batch: What is to be added.
    """
    import duckdb

    with history.transaction():
        if has_run(history, batch.run_id):
            return
        run = int(history.value("SELECT coalesce(max(run), 0) + 1 FROM runs"))
        history.run(
            "INSERT INTO runs VALUES (?, ?, ?, ?, ?)",
            run, batch.run_id, batch.started_at, batch.input_hash, json.dumps(batch.counts, sort_keys=True),
        )  # fmt: skip
        names = batch.stories["story_id"].to_list()
        before = contents(history, names)
        numbers = _put_articles(history, batch, run)
        _put_parts(history, batch, numbers)
        _put_furniture(history, batch)
        put_best(history, batch.best)
        _put_pairs(history, batch)
        _put_members(history, batch)
        _put_stories(history, batch, run)
        keep_unchanged(history, before, names)
        if batch.file is not None:
            enter(history, batch.file, batch.run_id, batch.started_at, DONE)
    with suppress(duckdb.Error):  # the batch is in, and of this nothing depends on but time
        keep(history, batch.parcels, batch.layout)


def has_run(history: Database, run_id: str) -> bool:
    """Whether the batch of a run is there."""
    return bool(history.value("SELECT count(*) FROM runs WHERE run_id = ?", run_id))


def _put_articles(history: Database, batch: Commit, run: int) -> pl.DataFrame:
    """Returns columns row, number."""
    ids = batch.articles.select("article_id").with_row_index("row")
    there = history.frame("SELECT a.article_id, a.number, a.run FROM articles a JOIN ids USING (article_id)", ids=ids)
    first = int(history.value("SELECT coalesce(max(number), -1) + 1 FROM articles"))
    numbered = ids.join(there, on="article_id", how="left", maintain_order="left")
    fresh = pl.col("number").is_null()
    numbered = numbered.with_columns(
        number=pl.when(fresh).then(first + fresh.cum_sum() - 1).otherwise("number").cast(pl.Int64),
        run=pl.col("run").fill_null(run),
    )
    old = numbered.join(there, on="article_id", how="semi").select("number")
    if old.height:
        for table in ("articles", "documents", "terms", "buckets", "lines"):
            history.run(f"DELETE FROM {table} WHERE number IN (FROM old)", old=old)
        let_go(history, old)
        let_go_of(history, old)
        history.run('DELETE FROM pairs WHERE "left" IN (FROM old) OR "right" IN (FROM old)', old=old)
    whole = pl.concat(
        [numbered.select("number", "run"), batch.articles.with_columns(origin=pl.lit("")), batch.held],
        how="horizontal",
    )
    _insert(history, "articles", whole.select(*_columns(history, "articles")))
    return numbered.select("row", "number").cast({"row": pl.UInt32})


def _put_parts(history: Database, batch: Commit, numbers: pl.DataFrame) -> None:
    parts = {
        "documents": batch.documents.select(*DOCUMENTS.columns),
        "terms": batch.keys,
        "buckets": batch.buckets,
        "lines": batch.lines,
    }
    for table, rows in parts.items():
        numbered = rows.with_columns(numbers["number"].gather(rows["row"]))
        _insert(history, table, numbered.select(*_columns(history, table)))


def _put_furniture(history: Database, batch: Commit) -> None:
    outlets = pl.DataFrame({"source": pl.Series(sorted(batch.outlets), dtype=pl.String)})
    history.run("DELETE FROM furniture WHERE source IN (FROM outlets)", outlets=outlets)
    _insert(history, "furniture", batch.furniture.select("source", "mark"))


def _put_pairs(history: Database, batch: Commit) -> None:
    history.run(
        'DELETE FROM pairs p USING gone g, articles l, articles r WHERE l.article_id = g.left_id '
        'AND r.article_id = g.right_id AND p."left" = l.number AND p."right" = r.number',
        gone=batch.crowded_out,
    )  # fmt: skip
    ends = batch.pairs.select("left_id", "right_id").with_row_index("at")
    numbered = history.frame(
        'SELECT p."at", l.number AS "left", r.number AS "right" FROM ends p '
        "JOIN articles l ON l.article_id = p.left_id JOIN articles r ON r.article_id = p.right_id ORDER BY 2, 3",
        ends=ends,
    )
    for some in numbered.iter_slices(_TOGETHER):
        fresh = batch.pairs[some["at"]].with_columns(some["left"], some["right"])
        _insert(history, "pairs", fresh.select("left", "right", *PAIR_COLUMNS))


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
    names = batch.stories.select("story_id")
    before = history.frame(
        "SELECT s.story_id, s.began, s.canonical_id, s.canonical_since, s.previous FROM stories s "
        "WHERE s.story_id IN (FROM names)",
        names=names,
    )
    known = {row["story_id"]: row for row in before.iter_rows(named=True)}
    rows = []
    for story in batch.stories.iter_rows(named=True):
        name = story["story_id"]
        since, previous = spoken(known.get(name), story["canonical_id"], batch.started_at)
        began = known[name]["began"] if name in known else run
        rows.append(
            (name, began, run, story["size"], story["n_sources"], story["first_seen"], story["last_seen"],
             story["canonical_id"], since, previous, json.dumps(story["canonical_reason"]), story["cohesion_min"],
             story["cohesion_mean"], story["related"], None)
        )  # fmt: skip
    history.run("DELETE FROM stories WHERE story_id IN (FROM names)", names=names)
    _insert(history, "stories", _story_rows(rows))
    retire(history, batch.merged_into, run)
    put_lineage(history, dict(batch.stories.select("story_id", "lineage").iter_rows()), run)


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


def _columns(history: Database, table: str) -> list[str]:
    found = history.frame("SELECT column_name FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index", table)
    return [str(name) for name in found["column_name"]]


def _insert(history: Database, table: str, rows: pl.DataFrame) -> None:
    for some in rows.iter_slices(_TOGETHER) if rows.height else ():
        history.run(f"INSERT INTO {table} BY NAME FROM fresh", fresh=some)
        mapped_pages_go()
