"""The terms that articles of a batch share with one another, alone and two by two.

In: the salient terms of every article. Out: the keys of any of them, each with its value and with how many articles
have it. Must not know which articles a key leads to.

A term that more articles share than are worth comparing says nothing alone, and the larger a batch, the more terms are
of that kind. So the heaviest of those stand two by two: hardly anybody shares "Reserve", a few share "Reserve" and
"repurchase". Values are whole numbers, so that sums do not depend on their order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.config import AnchorConfig
from dedup.match.pair_numbers import counted, in_order, places_in
from dedup.memory import mapped_pages_go
from dedup.places import MEMORY, Place, between, slices_of
from dedup.schemas import TERMS

Int64s = npt.NDArray[np.int64]
UInt32s = npt.NDArray[np.uint32]

UNIT: Final = 65_536
"""Values are counted in this many parts of one."""
_MIX: Final = -7_046_029_254_386_353_131
"""An odd multiplier (the golden ratio of 64 bits): joins two hashed terms into a key of their own."""
AT_A_TIME: Final = 2_048
"""Articles whose keys are told at a time: each has some two hundred."""
_TALLIED: Final = 2_000_000
"""Counts of terms, taken some articles at a time, after which they are added up."""
_SORTED: Final = 2_000_000
"""Keys sorted at a time, as far as equal ones let them be parted."""
_SAMPLE: Final = 65_536
"""Keys by which ranges are cut that hold about as many."""
_KEYS: Final = pl.Schema(
    {
        "row": pl.UInt32,
        "key": pl.Int64,
        "value": pl.Int64,
        "sharers": pl.UInt32,
        "term": pl.Int64,
        "other": pl.Int64,
        "anchor": pl.Boolean,
    }
)


@dataclass(frozen=True)
class Keys:
    """What the articles of a batch share with others of it.

    Args:
        terms: TERMS frame.
        worth: Columns rank, term, value and sharers of the terms that at least two articles have; the most valuable
            first, ties by term, numbered from 0.
        joined: (n,) ascending keys of two terms that at least two articles have.
        sharers: (n,) articles that have each of those.
        config: The ``match.anchors`` settings.
    """

    terms: pl.DataFrame
    worth: pl.DataFrame
    joined: Int64s
    sharers: UInt32s
    config: AnchorConfig

    def of(self, rows: slice) -> pl.DataFrame:
        """The keys of some articles that follow one another.

        Args:
            rows: Where they stand in the batch.

        Returns:
            Columns row (UInt32), key (Int64), value (Int64: weight times inverse document frequency, in 65,536ths),
            sharers (UInt32: articles that have the key, at least 2), term and other (Int64: the term or the two terms
            it stands for; other null for one), anchor (Boolean: among the row's best); sorted by row and key.
        """
        weighed = _weighed(self.terms, rows, self.worth)
        single = weighed.filter(pl.col("sharers") <= self.config.max_articles).select(
            "row", "value", "sharers", "term", key="term", other=pl.lit(None, dtype=pl.Int64)
        )
        return (
            pl.concat([single, self._two_by_two(weighed).lazy()], how="diagonal")
            .sort("row", "value", "key", descending=[False, True, False])
            .with_columns(anchor=pl.int_range(pl.len()).over("row") < self.config.per_text)
            .sort("row", "key")
            .select(*_KEYS)
            .collect()
        )

    def _two_by_two(self, weighed: pl.LazyFrame) -> pl.DataFrame:
        pairs = two_by_two(_widespread(weighed, self.worth, self.config)).collect()
        if not len(self.joined):
            return pairs.clear().with_columns(sharers=pl.lit(0, pl.UInt32))
        # Of a large batch there are millions of such keys: a join would go through them all for every few articles.
        key = pairs["key"].to_numpy()
        at = np.minimum(np.searchsorted(self.joined, key), len(self.joined) - 1)
        return pairs.with_columns(sharers=pl.Series(self.sharers[at])).filter(pl.Series(self.joined[at] == key))


def shared_keys(terms: pl.DataFrame, n_articles: int, config: AnchorConfig, place: Place = MEMORY) -> Keys:
    """What the articles of a batch have in common.

    Args:
        terms: TERMS frame.
        n_articles: Articles of the batch; those without terms have no keys.
        config: The ``match.anchors`` settings.
        place: Where the keys of two terms may lie that are yet to be counted.
    """
    TERMS.check(terms)
    worth = _worth(terms, n_articles)
    growing = place.growing(pl.Schema({"key": pl.Int64}))
    for some in slices_of(terms["row"].to_numpy(), n_articles, size=AT_A_TIME):
        widespread = _widespread(_weighed(terms, some, worth), worth, config)
        growing.append(two_by_two(widespread).select("key").collect())
    key = growing.frame()["key"].to_numpy()
    joined, sharers = [np.zeros(0, np.int64)], [np.zeros(0, np.uint32)]
    for of_range in by_range(key):
        names, sizes = counted(np.sort(key[of_range]))
        joined.append(names[sizes > 1])
        sharers.append(sizes[sizes > 1].astype(np.uint32))
    return Keys(terms, worth, np.concatenate(joined), np.concatenate(sharers), config)


def by_range(key: Int64s) -> Iterator[Int64s]:
    """Where the keys of one range after another stand, so that not all have to be sorted at once.

    Examples:
        >>> [some.tolist() for some in by_range(np.array([7, 3, 7, 5]))]
        [[0, 1, 2, 3]]
    """
    sample = np.sort(key[:: max(1, len(key) // _SAMPLE)])
    n_ranges = max(1, len(key) // _SORTED)
    edges = [sample[at * len(sample) // n_ranges] for at in range(1, n_ranges)]
    range_of = np.searchsorted(edges, key, side="right").astype(np.uint16)
    for at in range(n_ranges):
        yield np.flatnonzero(range_of == at)
        mapped_pages_go()


def _weighed(terms: pl.DataFrame, rows: slice, worth: pl.DataFrame) -> pl.LazyFrame:
    """Columns row, rank, term, value, sharers of the terms that some articles share with others."""
    return between(terms, "row", rows).lazy().select("row", "term").join(worth.lazy(), "term")


def _worth(terms: pl.DataFrame, n_articles: int) -> pl.DataFrame:
    """The ``worth`` of ``Keys``."""
    tallies = [_tallied([terms.clear().select("term", "weight", sharers=pl.lit(1, pl.UInt32))])]
    with_terms = 0
    for some in slices_of(terms["row"].to_numpy(), n_articles):
        mine = between(terms, "row", some)
        with_terms += mine["row"].n_unique()
        tallies.append(_tallied([mine.select("term", "weight", sharers=pl.lit(1, pl.UInt32))]))
        if sum(tally.height for tally in tallies) > _TALLIED + tallies[0].height:
            tallies = [_tallied(tallies)]
        mapped_pages_go()
    value = term_values(pl.col("weight"), pl.col("sharers"), pl.lit(with_terms))
    shared = _tallied(tallies).filter(pl.col("sharers") > 1).select("term", "sharers", value=value)
    return shared.sort("value", "term", descending=[True, False]).with_row_index("rank")


def _tallied(counts: list[pl.DataFrame]) -> pl.DataFrame:
    # A word of two languages has two weights; the key has one value for all.
    return pl.concat(counts).lazy().group_by("term").agg(pl.col("weight").min(), pl.col("sharers").sum()).collect()


def _widespread(weighed: pl.LazyFrame, worth: pl.DataFrame, config: AnchorConfig) -> pl.LazyFrame:
    """The heaviest too widespread terms of each article: columns row, term, value."""
    ranked = weighed.filter(pl.col("sharers") > config.max_articles).select("row", "rank").collect()
    # Nearly all terms are such: sorted as one number each, they take an eighth of the time.
    row, rank = in_order(ranked["row"].to_numpy(), ranked["rank"].to_numpy())
    place = places_in(counted(row)[1])
    best = worth[rank[place < config.joined]].select("term", "value")
    return best.with_columns(row=pl.Series(row[place < config.joined], dtype=pl.UInt32)).lazy()


def two_by_two(widespread: pl.LazyFrame) -> pl.LazyFrame:
    """Keys of two terms each.

    Args:
        widespread: ``row``, ``term``, ``value``.

    Returns:
        Every two terms of a row: ``row``, ``term``, ``key``, ``value``, ``other``.
    """
    pairs = widespread.join(widespread, on="row", suffix="_other").filter(pl.col("term") < pl.col("term_other"))
    return pairs.select(
        "row",
        "term",
        key=pl.col("term") ^ (pl.col("term_other") * _MIX),
        value=pl.min_horizontal("value", "value_other"),
        other="term_other",
    )


def term_values(weight: pl.Expr, sharers: pl.Expr, with_terms: pl.Expr) -> pl.Expr:
    """What a term is worth as a key: weight times inverse document frequency, in 65,536ths.

    Args:
        weight: Its smallest weight.
        sharers: Articles that have it.
        with_terms: Articles that have any term.
    """
    return ((weight.cast(pl.Float64) * (1 + with_terms / sharers).log()) * UNIT).round().cast(pl.Int64)
