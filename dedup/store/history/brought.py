"""What a batch brings to a history, and what of that is rows of its tables.

In: a batch, and a history that may have some of its articles. Out: rows of the tables that say something of one article
or two, some at a time, under the numbers that the articles have there. Must not know in how many steps they are put in.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

import polars as pl

from dedup.places import text_slices
from dedup.store.history.best_partners import numbered_best
from dedup.store.history.database import Database
from dedup.store.history.ledger import InboxFile
from dedup.store.history.parcels import Layout
from dedup.store.history.tables import PAIR_COLUMNS

TOGETHER: Final = 4_096
"""Rows that are handed to the database at a time."""
_PAIRS: Final = 4 * TOGETHER
"""Pairs that are gone through at a time."""
_NARROW: Final = 16 * TOGETHER
"""Rows of a few numbers each that are gone through at a time."""


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
        best: Columns as in VOTES, by place in ``named``: the best partners of articles of which they are others now.
        named: Ids of articles.
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
    named: pl.Series
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


class Numbers(NamedTuple):
    """Under which numbers the articles of a batch are in a history.

    Args:
        run: The number of the run that brings it.
        first: The first number of articles that the history has not had.
        of_rows: Columns number, run, fresh by row: whether the history has not had the article.
    """

    run: int
    first: int
    of_rows: pl.DataFrame


def numbers_of(history: Database, batch: Commit) -> Numbers:
    """Number the articles of a batch, those that the history has as they are there."""
    run = int(history.value("SELECT coalesce(max(run), 0) + 1 FROM runs"))
    first = int(history.value("SELECT coalesce(max(number), -1) + 1 FROM articles"))
    ids = batch.articles.select("article_id").with_row_index("row")
    there = history.frame("SELECT a.article_id, a.number, a.run FROM articles a JOIN ids USING (article_id)", ids=ids)
    fresh = pl.col("number").is_null()
    of_rows = ids.join(there, on="article_id", how="left", maintain_order="left").select(
        number=pl.when(fresh).then(first + fresh.cum_sum() - 1).otherwise("number").cast(pl.Int64),
        run=pl.col("run").fill_null(run),
        fresh=fresh,
    )
    return Numbers(run, first, of_rows)


def rows_of(history: Database, batch: Commit, numbers: Numbers, table: str) -> Iterator[tuple[pl.DataFrame, pl.Series]]:
    """What a batch brings of its articles, some rows at a time.

    Args:
        history: Open; for best partners and pairs, with all articles that they name.
        batch: What it brings.
        numbers: Those of its articles.
        table: One of ``TABLES``.

    Yields:
        Rows of the table, and whether each is of an article that the history has not had: of best partners the article
        whose they are, of a pair any of the two.
    """
    for rows in _MADE[table](history, batch, numbers):
        ends = ("left", "right") if table == "pairs" else ("number",)
        yield rows, rows.select(new=pl.any_horizontal(pl.col(*ends) >= numbers.first))["new"]


Made = Iterator[pl.DataFrame]


def _articles(history: Database, batch: Commit, numbers: Numbers) -> Made:
    named = numbers.of_rows.select("number", "run", origin=pl.lit(""))
    return _wide(history, "articles", [batch.articles.drop("origin"), batch.held, named], batch)


def _documents(history: Database, batch: Commit, numbers: Numbers) -> Made:
    return _wide(history, "documents", [batch.documents, numbers.of_rows.select("number")], batch)


def _wide(history: Database, table: str, frames: list[pl.DataFrame], batch: Commit) -> Made:
    rows = pl.concat(frames, how="horizontal").select(*_columns(history, table))
    return (rows[some] for some in text_slices(batch.articles["text"], size=TOGETHER))


def _terms(history: Database, batch: Commit, numbers: Numbers) -> Made:
    return _narrow(history, "terms", batch.keys, numbers)


def _buckets(history: Database, batch: Commit, numbers: Numbers) -> Made:
    return _narrow(history, "buckets", batch.buckets, numbers)


def _lines(history: Database, batch: Commit, numbers: Numbers) -> Made:
    return _narrow(history, "lines", batch.lines, numbers)


def _narrow(history: Database, table: str, rows: pl.DataFrame, numbers: Numbers) -> Made:
    columns, number = _columns(history, table), numbers.of_rows["number"]
    for some in rows.iter_slices(_NARROW):
        yield some.with_columns(number=number.gather(some["row"])).select(*columns)


def _best(history: Database, batch: Commit, _numbers: Numbers) -> Made:
    return numbered_best(history, batch.named, batch.best, _NARROW)


def _pairs(history: Database, batch: Commit, _numbers: Numbers) -> Made:
    for some in batch.pairs.iter_slices(_PAIRS):
        numbered = history.frame(
            'SELECT p."at", l.number AS "left", r.number AS "right" FROM ends p '
            "JOIN articles l ON l.article_id = p.left_id JOIN articles r ON r.article_id = p.right_id ORDER BY 2, 3",
            ends=some.select("left_id", "right_id").with_row_index("at"),
        )
        rows = some[numbered["at"]].with_columns(numbered["left"], numbered["right"])
        yield rows.select("left", "right", *PAIR_COLUMNS)


_MADE: Final[Mapping[str, Callable[[Database, Commit, Numbers], Made]]] = {
    "articles": _articles,
    "documents": _documents,
    "terms": _terms,
    "buckets": _buckets,
    "lines": _lines,
    "best": _best,
    "pairs": _pairs,
}
TABLES: Final = tuple(_MADE)
"""Tables whose rows say something of one article or two, in the order in which they can be made."""


def _columns(history: Database, table: str) -> list[str]:
    found = history.frame("SELECT column_name FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index", table)
    return [str(name) for name in found["column_name"]]
