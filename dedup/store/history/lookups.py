"""What a batch needs of the history.

In: the ids, lines, terms and buckets of a batch. Out: what the history has of these, and of nothing else. Must not know
how articles are compared.
"""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from dedup.frames import TIME
from dedup.places import MEMORY, Place, arranged
from dedup.schemas import ARTICLES, BUCKETS, DOCUMENTS, KEYS, LINES, PAIRS, Best
from dedup.store.history.best_partners import best_partners
from dedup.store.history.database import Database, id_column
from dedup.store.history.tables import PAIR_COLUMNS

FINDABLE: Final = pl.Schema({"article_id": pl.String, "at": pl.Int64, "total": pl.Int64})
BEFORE: Final = pl.Schema(
    {"article_id": pl.String, "story_id": pl.String, "component": pl.Int64, "at": pl.Int64, "began": pl.Int64}
)

_TIMES: Final = pl.Schema({"at": pl.Int64(), "arrived_at": TIME})
_NEAR: Final = 4_096
"""Articles of the history that are read, or whose terms, buckets or pairs are looked through, at a time."""


@dataclass(frozen=True)
class Loaded:
    """Articles as the history has them.

    Args:
        articles: ARTICLES frame.
        documents: DOCUMENTS frame of the same articles.
        at: The time of each by which the window is measured, in microseconds.
        arrived_at: When each came.
    """

    articles: pl.DataFrame
    documents: pl.DataFrame
    at: pl.Series
    arrived_at: pl.Series


@dataclass(frozen=True)
class OutletLines:
    """What is known of lines that a batch has.

    Args:
        holders: Columns source, mark, n (articles that have it), first (the first 20 of their ids).
        lines: Columns article_id, source, mark: all lines of those first articles.
        furniture: Columns source, mark: what has been furniture of these outlets so far.
    """

    holders: pl.DataFrame
    lines: pl.DataFrame
    furniture: pl.DataFrame


@dataclass(frozen=True)
class Surroundings:
    """Articles that a batch is held against.

    Args:
        articles: Columns as in FINDABLE; ``row`` below is a place in it.
        keys: Columns row, term, value, anchor, sorted by row: the terms that the batch has, too.
        buckets: Columns row, copy, bucket: the buckets that the batch is in, too.
        best: Their best partners so far, and those of these; None if not asked.
    """

    articles: pl.DataFrame
    keys: pl.DataFrame
    buckets: pl.DataFrame
    best: Best | None = None


@dataclass(frozen=True)
class Touched:
    """Everything that accepted pairs connect with a batch.

    Args:
        before: Columns as in BEFORE: the articles, the story and the group each was in, the run its story began in.
        pairs: PAIRS frame of all verified pairs that one of these articles is in.
        elsewhere: Stories of the other articles in ``pairs``.
    """

    before: pl.DataFrame
    pairs: pl.DataFrame
    elsewhere: dict[str, str]


def known(history: Database, articles: pl.DataFrame) -> pl.DataFrame:
    """Articles of a batch that the history has.

    Args:
        history: Open.
        articles: Columns article_id, text_hash, title, url, source, published_at, lang.

    Returns:
        Columns article_id, same_text, same_fields.
    """
    fields = " AND ".join(f"a.{name} IS NOT DISTINCT FROM b.{name}" for name in ("title", "source", "published_at"))
    return history.frame(
        f"SELECT a.article_id, a.text_hash = b.text_hash AS same_text, {fields} AS same_fields "
        "FROM articles a JOIN batch b USING (article_id) ORDER BY 1",
        batch=articles,
    )


def n_within(history: Database, window_us: int) -> int:
    """The most articles within any window, in microseconds: what a batch of one time is held against at most."""
    times = history.frame('SELECT at_us AS "at" FROM articles ORDER BY 1')["at"].to_numpy()
    return int((np.searchsorted(times, times + window_us, side="right") - np.arange(len(times))).max(initial=0))


def outlet_lines(history: Database, lines: pl.DataFrame, replaced: Collection[str], looked_at: int) -> OutletLines:
    """What the history knows of the lines of a batch.

    Args:
        history: Open.
        lines: Columns source, mark: lines of the batch.
        replaced: Articles of the history that the batch replaces; their lines do not count, but are looked up.
        looked_at: Articles of a line that are named.
    """
    gone = id_column(replaced)
    sought = history.frame(
        "SELECT DISTINCT source, mark FROM (FROM batch UNION ALL SELECT l.source, l.mark FROM lines l "
        "JOIN articles a USING (number) WHERE a.article_id IN (FROM gone))",
        batch=lines.select(*LINES), gone=gone,
    )  # fmt: skip
    holders = history.frame(
        f"SELECT l.source, l.mark, count(*) AS n, min(a.article_id, {looked_at}) AS first FROM lines l "
        "JOIN sought s ON l.source = s.source AND l.mark = s.mark JOIN articles a USING (number) "
        "WHERE a.article_id NOT IN (FROM gone) GROUP BY ALL",
        sought=sought, gone=gone,
    )  # fmt: skip
    named = pl.DataFrame({"article_id": holders["first"].explode().drop_nulls().unique()})
    of_named = history.frame(
        "SELECT a.article_id, l.source, l.mark FROM lines l JOIN articles a USING (number) "
        "WHERE a.article_id IN (FROM named)",
        named=named,
    )
    furniture = history.frame(
        "SELECT f.source, f.mark FROM furniture f WHERE f.source IN (SELECT source FROM sought)", sought=sought
    )
    untold = sought.join(holders, on=["source", "mark"], how="anti").with_columns(
        n=pl.lit(0, pl.Int64), first=pl.lit([], pl.List(pl.String))
    )
    return OutletLines(pl.concat([holders, untold]), of_named, furniture)


def holding(history: Database, lines: pl.DataFrame, without: Collection[str]) -> list[str]:
    """Ids of the articles that have one of some lines.

    Args:
        history: Open.
        lines: Columns source, mark.
        without: Articles that are left out.
    """
    found = history.frame(
        "SELECT DISTINCT a.article_id FROM lines l JOIN sought s ON l.source = s.source AND l.mark = s.mark "
        "JOIN articles a USING (number) WHERE a.article_id NOT IN (FROM gone) ORDER BY 1",
        sought=lines.select(*LINES), gone=id_column(without),
    )  # fmt: skip
    return [str(one) for one in found["article_id"]]


def surroundings(  # noqa: PLR0913 - what is looked for, how far, and how it is handed on
    history: Database,
    at: AbstractSet[int],
    keys: pl.DataFrame,
    buckets: pl.DataFrame,
    without: Collection[str],
    window_us: int,
    *,
    ranked: bool = True,
    place: Place = MEMORY,
) -> Surroundings:
    """The articles that a batch is to be held against, with what they share with it.

    Args:
        history: Open.
        at: Times of the batch, in microseconds.
        keys: Column term: what the batch has.
        buckets: Column bucket: where the batch is.
        without: The batch itself.
        window_us: How far from a time of the batch an article may be, in microseconds.
        ranked: Whether their best partners are wanted.
        place: Where what they share with it may lie.
    """
    spans = _spans(at, window_us)
    near = history.frame(
        "SELECT a.number, a.article_id, a.at_us AS \"at\", a.total FROM articles a "
        "WHERE EXISTS (SELECT 1 FROM spans s WHERE a.at_us BETWEEN s.first AND s.last) "
        "AND a.article_id NOT IN (FROM gone) ORDER BY a.number",
        spans=spans, gone=id_column(without),
    ).with_row_index("row")  # fmt: skip
    shared_keys = _shared(history, near, "terms", keys["term"], KEYS, place)
    shared_buckets = _shared(history, near, "buckets", buckets["bucket"], BUCKETS, place)
    best = best_partners(history, near, without, place) if ranked else None
    return Surroundings(near.select(*FINDABLE), shared_keys, shared_buckets, best)


def _shared(
    history: Database, near: pl.DataFrame, table: str, sought: pl.Series, schema: pl.Schema, place: Place
) -> pl.DataFrame:
    """The rows of some articles in which any of some numbers stands, some thousand articles at a time."""
    growing = place.growing(schema)
    if near.is_empty():
        return growing.frame()
    numbers = pl.DataFrame([pl.Series(sought.name, np.unique(sought.to_numpy()), pl.Int64)])
    columns = ", ".join(f"t.{name}" for name in schema if name != "row")
    for some in near.select("number", "row").iter_slices(_NEAR):
        growing.append(
            history.frame(
                f"SELECT n.row, {columns} FROM {table} t JOIN near n USING (number) "
                f"WHERE t.{sought.name} IN (FROM numbers) ORDER BY n.row, t.{sought.name}",
                near=some, numbers=numbers,
            ).cast(schema)
        )  # fmt: skip
    return growing.frame()


def everything(history: Database, keys: pl.DataFrame, buckets: pl.DataFrame) -> Surroundings:
    """All articles, with what they share with some; see ``surroundings``."""
    first, last = (history.value(f"SELECT {side}(at_us) FROM articles") or 0 for side in ("min", "max"))
    return surroundings(history, {int(first)}, keys, buckets, (), int(last) - int(first) + 1, ranked=False)


def _spans(at: AbstractSet[int], window_us: int) -> pl.DataFrame:
    """Stretches of time within the window of any of these times; overlapping ones are one."""
    times = np.sort(np.fromiter(at, np.int64))
    if not len(times):
        return pl.DataFrame(schema={"first": pl.Int64, "last": pl.Int64})
    begins = np.flatnonzero(np.diff(times, prepend=times[:1] - 2 * window_us - 1) > 2 * window_us)
    ends = np.append(begins[1:] - 1, len(times) - 1)
    return pl.DataFrame({"first": times[begins] - window_us, "last": times[ends] + window_us})


def loaded(history: Database, ids: Collection[str], place: Place = MEMORY) -> Loaded:
    """Articles by id, sorted by it; none that the history does not have.

    Args:
        history: Open.
        ids: Which, asked about some thousand at a time.
        place: Where they may lie.
    """
    fields = ", ".join(f"a.{name}" for name in ARTICLES.columns)
    parts = ", ".join(f"d.{name}" for name in DOCUMENTS.columns if name != "row")
    articles, documents = (place.growing(pl.Schema(frame.schema)) for frame in (ARTICLES, DOCUMENTS))
    times = [_TIMES.to_frame()]
    n = 0
    for sought in id_column(ids).iter_slices(_NEAR):
        rows = history.frame(
            f'SELECT {fields}, a.at_us AS "at", a.arrived_at FROM articles a WHERE a.article_id IN (FROM sought) '
            "ORDER BY a.article_id",
            sought=sought,
        )
        prepared = history.frame(
            f"SELECT {parts} FROM documents d JOIN articles a USING (number) WHERE a.article_id IN (FROM sought) "
            "ORDER BY a.article_id",
            sought=sought,
        ).with_row_index("row", offset=n)
        articles.append(rows.select(*ARTICLES.columns).cast(pl.Schema(ARTICLES.schema)))
        documents.append(prepared.select(*DOCUMENTS.columns).cast(pl.Schema(DOCUMENTS.schema)))
        times.append(rows.select(*_TIMES))
        n += rows.height
    when = pl.concat(times)
    return Loaded(articles.frame(), documents.frame(), when["at"], when["arrived_at"])


def touched(history: Database, ids: Collection[str], others: Collection[str] = (), place: Place = MEMORY) -> Touched:
    """Everything that accepted pairs connect with some articles.

    Args:
        history: Open.
        ids: The articles; those that the history does not have are passed over.
        others: Articles of which the story is wanted besides.
        place: Where the pairs may lie.
    """
    before = history.frame(
        'SELECT a.article_id, m.story_id, m.component, a.at_us AS "at", s.began FROM members m '
        "JOIN articles a USING (number) JOIN stories s ON s.story_id = m.story_id "
        "WHERE m.component IN (SELECT m.component FROM members m "
        "JOIN articles a USING (number) WHERE a.article_id IN (FROM sought)) ORDER BY a.article_id",
        sought=id_column(ids),
    ).cast(BEFORE)
    columns = ", ".join(f"p.{name}" for name in PAIR_COLUMNS)
    numbers = "SELECT number FROM articles WHERE article_id IN"
    growing = place.growing(pl.Schema(PAIRS.schema))
    ours = before.select("article_id")
    for some in ours.iter_slices(_NEAR):  # a pair of two of them comes with its left one
        growing.append(
            history.frame(
                f"WITH ours AS ({numbers} (FROM sought)), mine AS ({numbers} (FROM asked)) "
                f'SELECT l.article_id AS left_id, r.article_id AS right_id, {columns} FROM pairs p '
                'JOIN articles l ON l.number = p."left" JOIN articles r ON r.number = p."right" '
                'WHERE p."left" IN (FROM mine) OR (p."right" IN (FROM mine) AND p."left" NOT IN (FROM ours))',
                sought=ours, asked=some,
            ).select(*PAIRS.columns).cast(pl.Schema(PAIRS.schema))
        )  # fmt: skip
    pairs = arranged(growing.frame(), ["left_id", "right_id"], place)
    ends = pl.concat([pairs["left_id"], pairs["right_id"]]).unique()
    return Touched(before, pairs, homes(history, {*ends, *others}))


def homes(history: Database, ids: Collection[str]) -> dict[str, str]:
    """The story that each of some articles is in."""
    found = history.frame(
        "SELECT a.article_id, m.story_id FROM members m JOIN articles a USING (number) "
        "WHERE a.article_id IN (FROM sought)",
        sought=id_column(ids),
    )
    return dict(found.iter_rows())


def parts(history: Database, ids: Collection[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What some articles can be found by.

    Args:
        history: Open.
        ids: Articles; ``row`` is a place among them, sorted.

    Returns:
        Columns row, term, value, anchor; and row, copy, bucket.
    """
    place = history.frame(
        "SELECT a.number, a.article_id FROM articles a WHERE a.article_id IN (FROM sought) ORDER BY a.article_id",
        sought=id_column(ids),
    ).with_row_index("row")
    held = "SELECT p.row, t.* EXCLUDE (number) FROM {} t JOIN place p USING (number)"
    return history.frame(held.format("terms"), place=place), history.frame(held.format("buckets"), place=place)


def accepted_alone(history: Database, pairs: pl.DataFrame) -> pl.DataFrame:
    """Those of some pairs that were accepted, and that rare terms alone had found.

    Args:
        history: Open.
        pairs: Columns left_id, right_id.

    Returns:
        Columns left_id, right_id; sorted.
    """
    return history.frame(
        'SELECT f.left_id, f.right_id FROM fresh f JOIN articles l ON l.article_id = f.left_id '
        'JOIN articles r ON r.article_id = f.right_id JOIN pairs p ON p."left" = l.number AND p."right" = r.number '
        "WHERE p.decision = 'accepted' AND len(p.views) > 0 AND NOT list_contains(p.views, 'copy') ORDER BY 1, 2",
        fresh=pairs,
    )  # fmt: skip


def taken(history: Database, names: Collection[str]) -> set[str]:
    """Those of some names that a story has, or had."""
    found = history.frame("SELECT story_id FROM stories WHERE story_id IN (FROM sought)", sought=id_column(names))
    return set(found["story_id"])
