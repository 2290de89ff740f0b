"""Stage ``documents``: prepare every article for matching.

In: articles. Out: language, sentences, furniture, folds and the matching text of each. Must not know pairs.

With a history, what an outlet prints under everything is learned from all its articles, not from a batch; so the two
halves of the stage stand alone: ``readings`` reads the articles, ``finished`` is told what is furniture.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Final

import polars as pl

from dedup.config import TextConfig
from dedup.places import MEMORY, Place, slices, text_slices
from dedup.schemas import DOCUMENTS, LINES, READINGS
from dedup.sketch.furniture import ARTICLES as ENOUGH
from dedup.sketch.furniture import LOOKED_AT, Line, outlet_furniture
from dedup.sketch.readings import MAX_SENTENCES, readings
from dedup.text.words import words

_LOOKED_THROUGH: Final = 40_000
"""Articles whose lines are looked through at a time; of more, a share of the lines of all."""


def documents(articles: pl.DataFrame, config: TextConfig, place: Place = MEMORY) -> pl.DataFrame:
    """Prepare articles for matching.

    Args:
        articles: ARTICLES frame; row numbers follow its order.
        config: The ``text`` settings.
        place: Where the frame is to lie.

    Returns:
        DOCUMENTS frame with one row per article, in the same order.
    """
    read = readings(articles, config, place)
    lines = _outlet_lines(read["marks"], articles["source"]) if config.drop_boilerplate else set[Line]()
    return finished(articles, read, lines_frame(lines), config, place)


def finished(
    articles: pl.DataFrame, read: pl.DataFrame, lines: pl.DataFrame, config: TextConfig, place: Place = MEMORY
) -> pl.DataFrame:
    """What matching needs of articles, once it is known what their outlets print under everything.

    Args:
        articles: ARTICLES frame; row numbers follow its order.
        read: READINGS frame of the same articles.
        lines: Lines of outlets that are theirs, not the story's: columns of ``LINES``, each row once.
        config: The ``text`` settings.
        place: Where the frame is to lie.

    Returns:
        DOCUMENTS frame with one row per article, in the same order.
    """
    READINGS.check(read)
    growing = place.growing(DOCUMENTS.schema)
    numbered = read.with_row_index("row")
    for some in text_slices(read["folded"]):
        growing.append(_finished(numbered[some], articles["source"][some], lines, config))
    return DOCUMENTS.check(growing.frame())


def _finished(read: pl.DataFrame, sources: pl.Series, lines: pl.DataFrame, config: TextConfig) -> pl.DataFrame:
    """The same of some articles, which say their row."""
    told = read.with_columns(boilerplate=_furniture(read, sources, lines))
    cut = told.filter(pl.col("boilerplate").list.len() > 0).select("row", "folded", "pieces", "boilerplate")
    kept = [_without(text, pieces, set(dropped)) for _, text, pieces, dropped in cut.iter_rows()]
    shorter = pl.DataFrame(
        {"row": cut["row"], "shorter": kept, "n_left": [len(words(text)) for text in kept]},
        schema={"row": pl.UInt32, "shorter": pl.String, "n_left": pl.UInt32},
    )
    short = pl.when(pl.col("n_words") == 0).then(pl.lit("empty")).when(pl.col("n_words") < config.min_words)
    odd = {
        "long": pl.when(pl.col("sentences").list.len() >= MAX_SENTENCES).then(pl.lit("long")),
        "short": short.then(pl.lit("short")) if config.min_words else pl.lit(None, pl.String),
    }
    return (
        told.join(shorter, "row", "left", maintain_order="left")
        .with_columns(matching=pl.coalesce("shorter", "folded"), n_words=pl.coalesce("n_left", "n_words"))
        .with_columns(flags=pl.concat_list("flags", *odd.values()).list.drop_nulls().list.sort())
        .select(*DOCUMENTS.columns)
    )


def _without(folded: str, pieces: list[dict[str, int]], dropped: set[int]) -> str:
    """A folded text without some of its sentences."""
    return " ".join(folded[span["start"] : span["end"]] for at, span in enumerate(pieces) if at not in dropped)


def lines_frame(lines: Collection[Line]) -> pl.DataFrame:
    """Columns source, mark; sorted."""
    return pl.DataFrame(sorted(lines), LINES, orient="row")


def held_lines(marks: pl.Series, sources: pl.Series) -> pl.LazyFrame:
    """The lines of articles whose outlet is known.

    Args:
        marks: Of READINGS.
        sources: Outlets of the same articles.

    Returns:
        Columns row, source, mark, sentence; sorted by row and sentence.
    """
    held = pl.DataFrame({"source": sources, "mark": marks}).with_row_index("row").lazy()
    return (
        held.filter(pl.col("source").is_not_null())
        .with_columns(sentence=pl.int_ranges(pl.col("mark").list.len(), dtype=pl.UInt32))
        .explode("mark", "sentence")
        .drop_nulls("mark")
    )


def _outlet_lines(marks: pl.Series, sources: pl.Series) -> set[Line]:
    """Lines that are an outlet's, not the story's."""
    shares = -(-len(marks) // _LOOKED_THROUGH)
    found: set[Line] = set()

    @lru_cache(maxsize=1_000)
    def lines_of(row: int) -> frozenset[Line]:
        return frozenset((sources[row], mark) for mark in marks[row])

    for share in range(shares):
        often = _often_printed(marks, sources, share, shares)
        found |= outlet_furniture({(source, mark): rows for source, mark, _, rows in often.iter_rows()}, lines_of)
    return found


def _often_printed(marks: pl.Series, sources: pl.Series, share: int, shares: int) -> pl.DataFrame:
    """Lines that enough articles of an outlet have, with the first of these; of all lines every so many-th."""
    held = [
        held_lines(marks[some], sources[some])
        .filter(pl.col("mark") % shares == share)
        .select("source", "mark", row=pl.col("row") + some.start)
        .unique(["row", "mark"], maintain_order=True)
        .collect()
        for some in slices(len(marks))
    ]
    return (
        pl.concat(held)
        .lazy()
        .group_by("source", "mark", maintain_order=True)
        .agg(pl.len(), rows=pl.col("row").head(LOOKED_AT))
        .filter(pl.col("len") >= ENOUGH)
        .collect()
    )


def _furniture(read: pl.DataFrame, sources: pl.Series, lines: pl.DataFrame) -> pl.Series:
    """Sentences of each article that are furniture, by what they say or as its outlet's; ascending."""
    own = read["boilerplate"]
    if lines.is_empty():
        return own
    theirs = held_lines(read["marks"], sources).join(lines.lazy(), on=["source", "mark"], how="semi")
    mine = pl.DataFrame({"sentence": own}).with_row_index("row").lazy().explode("sentence").drop_nulls()
    both = pl.concat([theirs.select("row", "sentence"), mine]).unique().sort("row", "sentence")
    told = both.group_by("row", maintain_order=True).agg("sentence").collect()
    frame = pl.DataFrame({"own": own, "n": read["sentences"].list.len()}).with_row_index("row")
    # A template filled in with little (a dividend notice) would be furniture as a whole; then it is the article.
    not_all = pl.col("sentence").list.len() < pl.col("n")
    return frame.join(told, "row", "left", maintain_order="left").select(
        pl.when(not_all).then("sentence").otherwise("own").alias("boilerplate")
    )["boilerplate"]
