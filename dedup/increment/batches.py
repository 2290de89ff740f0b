"""The articles of a batch: which are new, what is furniture, what can they be found by?

In: a batch, and what a history has of it. Out: the batch as the stages take it. Must not know pairs or stories.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

import polars as pl
import xxhash

from dedup.config import Config, HistoryConfig
from dedup.frames import TIME
from dedup.match.partners import Findable, Partners, buckets, keys, partners, totals
from dedup.places import MEMORY, SCATTERED, Place, picked
from dedup.schemas import LINES
from dedup.sketch.documents import finished, held_lines, lines_frame
from dedup.sketch.furniture import ARTICLES, LOOKED_AT, Line, outlet_furniture
from dedup.sketch.readings import readings
from dedup.store.history.history import History
from dedup.store.history.lookups import Loaded, OutletLines, Surroundings

_DAY_US: Final = 86_400_000_000
_MOST_HEARD: Final = 10
"""Outlets named of a batch."""


@dataclass(frozen=True)
class Admitted:
    """What a batch brings.

    Args:
        articles: ARTICLES frame of those that the history does not have in this wording.
        known: Articles that it has.
        corrected: Articles of which it has another wording; the newer one takes its place.
        arrived_at: When they came; the time of an article that says none.
        warnings: What was kept as it was, as sentences.
    """

    articles: pl.DataFrame
    known: list[str]
    corrected: list[str]
    arrived_at: pl.Series
    warnings: list[str]


def most_heard(articles: pl.DataFrame) -> dict[str, int]:
    """The outlets that a batch has most articles of, and how many: at most ten, ties by name.

    Args:
        articles: ARTICLES frame; those without a source do not count.

    Examples:
        >>> most_heard(pl.DataFrame({"source": ["Mercury", "Gazette", "Gazette", None]}))
        {'Gazette': 2, 'Mercury': 1}
    """
    counted = articles.select("source").drop_nulls().group_by("source").len()
    return dict(counted.sort(["len", "source"], descending=[True, False]).head(_MOST_HEARD).iter_rows())


def window_us(config: HistoryConfig) -> int:
    """The window in microseconds."""
    return round(config.window_days * _DAY_US)


def may_be_held_against(history: History, config: Config) -> int:
    """Articles of a history that a batch may be held against: 0 where no limit of memory asks how many."""
    return 0 if config.input.memory_mb is None else history.n_within(window_us(config.history))


def fingerprints(articles: pl.DataFrame) -> pl.DataFrame:
    """What tells whether an article is known: its id, a hash of its text, its fields.

    Args:
        articles: ARTICLES frame.

    Returns:
        Columns article_id, text_hash, title, url, source, published_at, lang.
    """
    hashes = [xxhash.xxh3_128_hexdigest(text.encode()) for text in articles["text"]]
    return articles.select(
        "article_id", "title", "url", "source", "published_at", "lang", text_hash=pl.Series(hashes, dtype=pl.String)
    )


def admitted(articles: pl.DataFrame, known: pl.DataFrame, arrived_at: pl.Series) -> Admitted:
    """Tell new articles from known ones and from corrections.

    Args:
        articles: ARTICLES frame of the batch.
        known: Columns article_id, same_text, same_fields, of those ids that the history has.
        arrived_at: When each came.

    Returns:
        What there is to do. A known text is left as it is, even where another title or time is given now.
    """
    same = known.filter("same_text")
    ids = same["article_id"]
    new = ~articles["article_id"].is_in(ids.implode())
    warnings = []
    if odd := same.filter(~pl.col("same_fields"))["article_id"].to_list():
        warnings.append(
            f"{len(odd):,} known articles came with another title, outlet or time, which was not taken over, the "
            f"first: {odd[0]!r}."
        )
    corrected = known.filter(~pl.col("same_text"))["article_id"].to_list()
    if corrected:
        warnings.append(
            f"{len(corrected):,} articles came with another text than before, which replaces it, the first: "
            f"{corrected[0]!r}."
        )
    return Admitted(articles.filter(new), ids.to_list(), corrected, arrived_at.filter(new), warnings)


@dataclass(frozen=True)
class Batch:
    """The articles that are to be matched: new ones, corrected ones, and old ones whose furniture is another now.

    Args:
        articles: ARTICLES frame.
        arrived_at: When each came.
        read: READINGS frame of the same.
    """

    articles: pl.DataFrame
    arrived_at: pl.Series
    read: pl.DataFrame

    @property
    def at(self) -> pl.Series:
        """(n,) publication times, arrival where there is none, in microseconds."""
        return pl.select(pl.coalesce(self.articles["published_at"], self.arrived_at).dt.epoch("us").alias("at"))["at"]

    @cached_property
    def lines(self) -> pl.DataFrame:
        """Columns row, source, mark: the lines of articles whose outlet is known, each once."""
        held = held_lines(self.read["marks"], self.articles["source"]).select("row", *LINES)
        return held.unique().sort("row", "mark").collect()


def prepared_batch(articles: pl.DataFrame, arrived_at: pl.Series, config: Config, place: Place = MEMORY) -> Batch:
    """Read new articles, before it is known what is furniture."""
    return Batch(articles, arrived_at.cast(TIME), readings(articles, config.text, place))


@dataclass(frozen=True)
class Furniture:
    """What outlets print under everything.

    Args:
        lines: All of it, of the outlets of the batch.
        changed: Lines that have become furniture, or ceased to be: articles that have one are prepared anew.
    """

    lines: set[Line]
    changed: set[Line]

    @property
    def frame(self) -> pl.DataFrame:
        """Columns source, mark."""
        return lines_frame(self.lines)


def learned(batch: Batch, past: OutletLines, config: Config) -> Furniture:
    """What is furniture, now that the batch is there.

    Args:
        batch: The new articles.
        past: What the history knows of their lines.
        config: All settings.
    """
    if not config.text.drop_boilerplate:
        return Furniture(set(), set())
    mine = batch.lines.select("source", "mark", article_id=batch.articles["article_id"].gather(batch.lines["row"]))
    holders = mine.group_by("source", "mark").agg(first=pl.col("article_id").sort().head(LOOKED_AT))
    holders = pl.concat([past.holders.select("source", "mark", "first"), holders])
    holders = holders.group_by("source", "mark").agg(pl.col("first").explode().drop_nulls().sort().head(LOOKED_AT))
    several = holders.filter(pl.col("first").list.len() >= ARTICLES)
    shared = {(source, mark): first for source, mark, first in several.iter_rows()}
    looked_at = several.select(article_id=pl.col("first").explode()).unique()
    lines_of: dict[str, set[Line]] = {}
    for lines in (past.lines, mine):
        theirs = lines.join(looked_at, on="article_id", how="semi").select("article_id", "source", "mark")
        for one, source, mark in theirs.iter_rows():
            lines_of.setdefault(one, set()).add((source, mark))
    now = outlet_furniture(shared, lines_of.__getitem__)
    before = set(past.furniture.iter_rows())
    sought = set(past.furniture.join(holders, on=["source", "mark"], how="semi").iter_rows())
    standing, changed = before - sought, now ^ sought
    return Furniture(standing | now, changed)


def joined_batch(batch: Batch, again: Loaded, config: Config, place: Place = MEMORY) -> Batch:
    """The batch with old articles that are to be prepared anew, sorted by id."""
    if not again.articles.height:
        return batch
    other = prepared_batch(again.articles, again.arrived_at, config, place)
    articles = pl.concat([batch.articles, other.articles])
    order = articles["article_id"].arg_sort()
    arrived = pl.concat([batch.arrived_at, other.arrived_at])
    read = pl.concat([batch.read, other.read])
    articles, read = (picked(frame, order, place, SCATTERED) for frame in (articles, read))
    return Batch(articles, arrived.gather(order), read)


def batch_documents(batch: Batch, furniture: Furniture, config: Config, place: Place = MEMORY) -> pl.DataFrame:
    """Stage ``documents`` of a batch whose furniture is known."""
    return finished(batch.articles, batch.read, furniture.frame, config.text, place)


def findable(batch: Batch, terms: pl.DataFrame, bands: pl.DataFrame, config: Config, place: Place = MEMORY) -> Findable:
    """What the articles of a batch can be found by."""
    held = keys(terms, config.match.anchors, place)
    ids = batch.articles["article_id"]
    return Findable(ids, batch.at.to_numpy(), totals(held, len(ids)), held, buckets(bands, place))


def held_against(new: Findable, past: Surroundings, config: Config, place: Place = MEMORY) -> Partners:
    """Stage ``candidates`` of a batch and what surrounds it."""
    articles = past.articles
    there = Findable(
        articles["article_id"], articles["at"].to_numpy(), articles["total"].to_numpy(), past.keys, past.buckets
    )
    return partners(new, there, config.match, window_us(config.history), past.best, config.engine.n_threads, place)


def held(batch: Batch, mine: Findable) -> pl.DataFrame:
    """Columns text_hash, arrived_at, at_us, total of a batch."""
    return pl.DataFrame(
        {
            "text_hash": fingerprints(batch.articles)["text_hash"],
            "arrived_at": batch.arrived_at,
            "at_us": mine.at,
            "total": mine.totals,
        }
    )


def batch_loaded(batch: Batch, documents: pl.DataFrame) -> Loaded:
    """A batch as if the history had it."""
    return Loaded(batch.articles, documents, batch.at, batch.arrived_at)


def arrivals(n: int, now: datetime) -> pl.Series:
    """(n,) the same time of arrival."""
    return pl.Series("arrived_at", [now] * n, dtype=TIME)
