"""The order of the steps of ``dedup copies``, as ``pipeline`` has it for stories.

In: inputs, settings, a file to write. Out: who is a near-duplicate of whom, on disk if asked, and whether an exact join
agrees. Must not know who runs it, nor how copies are found.

    articles -> copies (-> certificate) -> table
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import polars as pl

from dedup.config import Config, SketchConfig
from dedup.errors import ConfigError, UsageError
from dedup.match.copies import MIN_JACCARD, Copies, all_copies, copies
from dedup.match.discovery import chance
from dedup.runners import Runner, call_directly
from dedup.schemas import COPIES
from dedup.store.articles import Read, read_articles
from dedup.store.tables import check_table, write_table
from dedup.stories.story_ids import story_id

STAGES: Final = ("articles", "copies", "outputs")
CERTIFIED_STAGES: Final = ("articles", "copies", "outputs", "certificate")

_SELDOM: Final = 1e-3
"""Share of the pairs at the least similarity that an advised table of buckets misses at most."""
_MOST_PERMUTATIONS: Final = 1_024
"""Longest signature advised; beyond it fewer rows find more at less cost."""


@dataclass(frozen=True)
class Copied:
    """The near-duplicates of a batch.

    Args:
        read: What was read.
        found: The groups by row, and how they were found.
        table: The COPIES frame.
        groups: Groups of two or more, the largest first, ties by id: ``story_id``, ``size``, ``article_ids``.
        missed: Pairs that an exact join finds and the groups do not have: ``left_id``, ``right_id``, ``jaccard``, in
            the order of the ids; None where nobody asked.
    """

    read: Read
    found: Copies
    table: pl.DataFrame
    groups: pl.DataFrame
    missed: pl.DataFrame | None


def find_copies(
    inputs: Sequence[str | Path],
    out: Path | None,
    config: Config,
    *,
    min_jaccard: float = MIN_JACCARD,
    certify: bool = False,
    runner: Runner = call_directly,
) -> Copied:
    """Find the near-duplicates in ``inputs`` and write who is one of whom to ``out``.

    Args:
        inputs: Files, folders or globs to read.
        out: Table to write (.parquet, .csv or .jsonl), replaced in one step; None writes nothing.
        config: All settings; ``input``, ``sketch`` (the copy view) and ``engine`` are used.
        min_jaccard: Exact Jaccard similarity of the sets of word runs from which two texts are copies, inclusive.
        certify: Whether the groups are held against those of an exact join of all texts with all others. The table is
            written before, and as it was found.
        runner: How each step is called.

    Returns:
        The groups: connected components over pairs that reach ``min_jaccard``.

    Raises:
        DedupError: Whatever stops the whole; a single bad article never does.
    """
    if not 0 < min_jaccard <= 1:
        raise UsageError("no such similarity", where="--min-jaccard", got=min_jaccard, expected="above 0, at most 1")
    if config.engine.name != "local":
        raise ConfigError(
            f"the engine '{config.engine.name}' is not for dedup copies",
            where="engine.name",
            hint="Use engine.name=local, or dedup run.",
        )
    if out is not None:
        check_table(out, inputs)
    view, size, threads = config.sketch.copy_view, config.sketch.shingle_words, config.engine.n_threads
    find = partial(
        copies, min_jaccard=min_jaccard, size=size, n_bands=view.bands, n_rows=view.rows, seed=config.sketch.seed,
        max_bucket=config.match.max_bucket, threads=threads,
    )  # fmt: skip
    find(pl.Series([""]))  # loads the kernels, which takes memory for a moment, before there are texts in it
    read = runner("articles", read_articles, inputs, config.input)
    column = read.articles["text"]
    found = runner("copies", find, column)
    table = _table(read.articles["article_id"], found)
    if out is not None:
        runner("outputs", write_table, out, table)
    missed = None
    if certify:
        exact = runner("certificate", all_copies, column, min_jaccard=min_jaccard, size=size, threads=threads)
        missed = _missed(read.articles["article_id"], found, exact)
    return Copied(read, found, table, _groups(table), missed)


def advised_view(config: SketchConfig, min_jaccard: float) -> str:
    """The settings by which a table of buckets finds more, and hardly ever misses a pair at ``min_jaccard``.

    Args:
        config: The ``sketch`` settings in force.
        min_jaccard: The least similarity.

    Examples:
        >>> advised_view(SketchConfig(), 0.7), advised_view(SketchConfig(), 0.3)
        ('--set sketch.copy_view.bands=64', '--set sketch.copy_view.bands=253 --set sketch.copy_view.rows=3')
    """
    now = config.copy_view
    for rows in range(now.rows, 0, -1):
        # Sets that are equal, or as good as that, share every bucket.
        enough = math.ceil(math.log(_SELDOM) / math.log1p(-(min(min_jaccard, 0.99) ** rows)))
        bands = max(enough, 2 * now.bands) if rows == now.rows else enough
        if bands * rows <= _MOST_PERMUTATIONS:
            fewer = "" if rows == now.rows else f" --set sketch.copy_view.rows={rows}"
            return f"--set sketch.copy_view.bands={bands}{fewer}"
    return f"--set sketch.copy_view.bands={_MOST_PERMUTATIONS} --set sketch.copy_view.rows=1"


def share_missed(config: SketchConfig, min_jaccard: float) -> float:
    """The share of pairs at just ``min_jaccard`` that share no bucket, [0,1]; more alike ones are missed more seldom.

    Examples:
        >>> round(share_missed(SketchConfig(), 0.7), 5), round(share_missed(SketchConfig(), 0.5), 3)
        (0.00015, 0.127)
    """
    return 1.0 - chance(min_jaccard, config.copy_view.bands, config.copy_view.rows)


def _table(ids: pl.Series, found: Copies) -> pl.DataFrame:
    frame = pl.DataFrame({"article_id": ids, "first_id": ids.gather(found.first)})
    names = frame.select("first_id").unique()
    # The name that a story of these articles has in a run, so that both can be scored and compared.
    named = names.with_columns(story_id=pl.Series(map(story_id, names["first_id"]), dtype=pl.String))
    return COPIES.check(
        frame.join(named, on="first_id", maintain_order="left").select(
            "article_id", "story_id", similar_to=pl.when(pl.col("first_id") != pl.col("article_id")).then("first_id")
        )
    )


def _groups(table: pl.DataFrame) -> pl.DataFrame:
    return (
        table.group_by("story_id", maintain_order=True)
        .agg(size=pl.len(), article_ids="article_id")
        .filter(pl.col("size") > 1)
        .sort("size", descending=True, maintain_order=True)
    )


def _missed(ids: pl.Series, found: Copies, exact: Copies) -> pl.DataFrame:
    pairs = exact.pairs
    apart = found.first[pairs["left"].to_numpy()] != found.first[pairs["right"].to_numpy()]
    lost = pairs.filter(pl.Series(apart, dtype=pl.Boolean)).sort("left", "right")
    return lost.select(left_id=ids.gather(lost["left"]), right_id=ids.gather(lost["right"]), jaccard="jaccard")
