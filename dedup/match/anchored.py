"""New articles with all others, by their anchors.

In: the keys of new articles and of those already there, and what bounds what can matter. Out: the pairs that can, with
their score. Must not know buckets or what becomes of a pair.

Two paths give the same: NumPy here, article by article, and the kernel in ``partner_kernels`` where there are so many
pairs that it repays loading.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.config import AnchorConfig
from dedup.places import slices

Int64s = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]
UInt32s = npt.NDArray[np.uint32]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

COMPILED_FROM: Final = 10_000_000
"""Pairs of a new article and any other from which the kernel repays loading it."""
_TOGETHER: Final = 512
"""New articles that a thread takes at a time."""
_PAIRS: Final = pl.Schema({"one": pl.Int64, "other": pl.Int64, "anchor": pl.Boolean, "score": pl.Float64})
_Found = tuple[Int64s, Int64s, Flags, Floats]


@dataclass(frozen=True)
class Reach:
    """Which pairs of a new article can matter; a window has a hundred times as many that share an anchor or two.

    Args:
        at: (n,) times of all articles, the new ones first, in microseconds.
        window_us: Pairs further apart than this are not compared.
        floor: (n,) scores below which a partner is not among the best of an old article.
        together: Columns one < other: pairs that share a bucket.
    """

    at: Int64s
    window_us: int
    floor: Floats
    together: pl.DataFrame

    @cached_property
    def beside(self) -> tuple[Int64s, Int64s]:
        """The pairs that share a bucket, in order."""
        ordered = self.together.select("one", "other").sort("one", "other").to_numpy().astype(np.int64)
        return np.ascontiguousarray(ordered[:, 0]), np.ascontiguousarray(ordered[:, 1])

    def near(self, row: int) -> Flags:
        """(n,) articles within the window of another, which is not its own partner."""
        result: Flags = np.abs(self.at - self.at[row]) <= self.window_us
        result[row] = False
        return result

    def wanted(self, row: int, others: Int64s, score: Floats, least: float) -> Flags:
        """(n_others,) partners that are among the best of one of the two, or share a bucket."""
        one, other = self.beside
        beside = other[slice(*np.searchsorted(one, [row, row + 1]))]
        result: Flags = (score >= least) | (score >= self.floor[others]) | np.isin(others, beside)
        return result


class _Held(NamedTuple):
    """The terms that several articles have, by term and by new article.

    Args:
        begins: (n_terms + 1,) where the articles that have a term begin.
        n_anchored: (n_terms,) of how many of them, who come first, it is an anchor.
        row: Those articles.
        theirs: The value of the term if it is an anchor of theirs, else 0.
        ends: (n_new + 1,) where the terms of each new article end.
        number: Number of each term.
        own: Its value if it is an anchor of the article, else 0.
    """

    begins: Int64s
    n_anchored: Int64s
    row: UInt32s
    theirs: Int32s
    ends: Int64s
    number: UInt32s
    own: Int32s


def anchored(
    keys: pl.DataFrame, totals: Int64s, n_new: int, config: AnchorConfig, reach: Reach, threads: int = 1
) -> tuple[pl.DataFrame, int]:
    """New articles with those that have ``min_score`` of their anchor value, or the other way round.

    Args:
        keys: Columns as in KEYS, of all articles, the new ones first.
        totals: (n,) summed value of the anchors of each.
        n_new: New articles.
        config: The ``match.anchors`` settings.
        reach: What can matter.
        threads: Threads of the compiled path.

    Returns:
        Columns one < other, whether they share ``min_shared`` anchors, and score, of the pairs that can matter, some
        of them twice; and how many pairs share so many in all.
    """
    held, whole = _held(keys, n_new), np.maximum(totals, 1)
    del keys
    find = _compiled if n_new * len(totals) >= COMPILED_FROM else _readable
    found, n_all = find(held, whole, n_new, config, reach, threads)
    one, other, *told = (np.concatenate(column) for column in zip(*found, strict=True))
    columns = (np.minimum(one, other), np.maximum(one, other), *told)
    return pl.DataFrame(dict(zip(_PAIRS, columns, strict=True)), schema=_PAIRS), n_all


def repeated(numbers: pl.Series) -> pl.Series:
    """Numbers that stand there more than once; found by sorting, since a table of all is several times as large."""
    ordered = np.sort(numbers.to_numpy())
    return pl.Series(np.unique(ordered[1:][ordered[1:] == ordered[:-1]]))


def _held(keys: pl.DataFrame, n_new: int) -> _Held:
    # What one article alone has leads nowhere. Those whose anchor a term is come first: they are all that a term
    # matters to that is no anchor itself.
    held = keys.filter(pl.col("term").is_in(repeated(keys["term"]).implode())).sort(
        "term", "anchor", "row", descending=[False, True, False]
    )
    n_holders = held["term"].rle().struct.field("len").to_numpy().astype(np.int64)
    number = np.repeat(np.arange(len(n_holders), dtype=np.uint32), n_holders)
    row, anchor, value = (held[name].to_numpy() for name in ("row", "anchor", "value"))
    theirs = (value * anchor).astype(np.int32)
    new = np.flatnonzero(row < n_new)
    mine = new[np.argsort(row[new], kind="stable")]
    return _Held(
        begins=np.concatenate([[0], np.cumsum(n_holders)]).astype(np.int64),
        n_anchored=np.bincount(number, anchor, minlength=len(n_holders)).astype(np.int64),
        row=row.astype(np.uint32, copy=False),
        theirs=theirs,
        ends=np.searchsorted(row[mine], np.arange(n_new + 1)).astype(np.int64),
        number=number[mine],
        own=theirs[mine],
    )


def _compiled(
    held: _Held, whole: Int64s, n_new: int, config: AnchorConfig, reach: Reach, threads: int
) -> tuple[list[_Found], int]:
    from dedup.match.partner_kernels import partners

    one, other = reach.beside
    bounds = (
        held.ends, held.number, held.own, held.begins, held.n_anchored, held.row, held.theirs,
        whole, reach.at, reach.floor, np.searchsorted(one, np.arange(n_new + 1)), other,
        reach.window_us, config.min_shared, config.min_score, config.per_article + 1,
    )  # fmt: skip
    parts = [partners(0, 0, *bounds)]  # compiles, if that was not done before
    with ThreadPoolExecutor(threads) as pool:
        parts += pool.map(lambda some: partners(some.start, some.stop, *bounds), slices(n_new, _TOGETHER))
    return [part[:-1] for part in parts], sum(int(part[-1]) for part in parts)


def _readable(
    held: _Held, whole: Int64s, n_new: int, config: AnchorConfig, reach: Reach, _threads: int
) -> tuple[list[_Found], int]:
    nobody = np.empty(0, np.int64)
    found: list[_Found] = [(nobody, nobody, np.empty(0, np.bool_), np.empty(0))]
    n_all = 0
    for row, n_shared, scores in _scored(held, whole, n_new):
        passed = np.flatnonzero((scores >= config.min_score) & reach.near(row))
        score, is_anchored = scores[passed], n_shared[passed] >= config.min_shared
        n_all += int((is_anchored & (passed > row)).sum())
        most = config.per_article + 1
        sure = score[is_anchored]
        least = np.partition(sure, len(sure) - most)[len(sure) - most] if len(sure) > most else 0.0
        kept = reach.wanted(row, passed, score, least)
        others = passed[kept]
        found.append((np.full(len(others), row), others, is_anchored[kept], score[kept]))
    return found, n_all


def _scored(held: _Held, whole: Int64s, n_new: int) -> Iterator[tuple[int, Int64s, Floats]]:
    """Every new article that has terms, with all others: how many anchors of either the other has, and the score.

    The score is the larger share of the anchor value of one that the other has, by rarity in the language, [0,1].
    """
    n = len(whole)
    n_holders = np.diff(held.begins)
    for one in range(n_new):
        places = slice(held.ends[one], held.ends[one + 1])
        terms, own = held.number[places], held.own[places]
        n_each = np.where(own > 0, n_holders[terms], held.n_anchored[terms])
        entries = np.arange(n_each.sum()) + np.repeat(held.begins[terms] - np.cumsum(n_each) + n_each, n_each)
        if not len(entries):
            continue
        other = held.row[entries]
        of_mine = np.bincount(other, np.repeat(own.astype(np.float64), n_each), minlength=n)
        of_theirs = np.bincount(other, held.theirs[entries], minlength=n)
        yield one, np.bincount(other, minlength=n), np.maximum(of_mine / whole[one], of_theirs / whole)
