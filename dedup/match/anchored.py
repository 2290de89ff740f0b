"""New articles with all others, by their anchors.

In: the keys of new articles and of those already there, and what bounds what can matter. Out: the pairs that can, with
their score. Must not know buckets or what becomes of a pair.

The others are gone through some thousand at a time: of a history hardly more is in memory than its times. Two paths
give the same: NumPy here, article by article, and the kernel in ``partner_kernels`` where there are so many pairs that
it repays loading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.config import AnchorConfig
from dedup.memory import mapped_pages_go
from dedup.places import between, slices, slices_of

Int64s = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]
UInt32s = npt.NDArray[np.uint32]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

COMPILED_FROM: Final = 10_000_000
"""Pairs of a new article and any other from which the kernel repays loading it."""
BLOCK: Final = 16_384
"""Articles that new ones are held against at a time: what is counted of each of them stays in the processor's cache."""
_BLOCK_TERMS: Final = 1 << 21
"""Terms of such articles."""
_TOGETHER: Final = 512
"""New articles that a thread takes at a time."""
_PAIRS: Final = pl.Schema({"one": pl.UInt32, "other": pl.UInt32, "anchor": pl.Boolean, "score": pl.Float64})


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
        """(n + 1,) where those begin that share a bucket with each article and stand behind it; and they, ascending."""
        ordered = self.together.select("one", "other").sort("one", "other").cast(pl.Int64)
        begins = np.searchsorted(ordered["one"].to_numpy(), np.arange(len(self.at) + 1))
        return begins, np.ascontiguousarray(ordered["other"].to_numpy())

    def near(self, row: int, others: slice) -> Flags:
        """(n_others,) which articles that follow one another are in another's window, itself left out."""
        result: Flags = np.abs(self.at[others] - self.at[row]) <= self.window_us
        if others.start <= row < others.stop:
            result[row - others.start] = False
        return result

    def wanted(self, row: int, others: Int64s, score: Floats, least: float) -> Flags:
        """(n_others,) partners that are among the best of one of the two, or share a bucket."""
        begins, other = self.beside
        beside = other[begins[row] : begins[row + 1]]
        result: Flags = (score >= least) | (score >= self.floor[others]) | np.isin(others, beside)
        return result


class _Asked(NamedTuple):
    """The terms of the new articles, article by article.

    Args:
        terms: (n_terms,) all of them, ascending; each is numbered by its place.
        ends: (n_new + 1,) where the terms of each new article end.
        number: Number of each term.
        own: Its value if it is an anchor of the article, else 0.
    """

    terms: Int64s
    ends: Int64s
    number: UInt32s
    own: Int32s


class _Block(NamedTuple):
    """Some articles, by the terms that new articles have, too.

    Args:
        articles: Which they are of all, the new ones first.
        begins: (n_terms + 1,) where those that have a term begin.
        n_anchored: (n_terms,) of how many of them, who come first, it is an anchor.
        row: Those articles, by their place in the block.
        theirs: The value of the term if it is an anchor of theirs, else 0.
    """

    articles: slice
    begins: Int64s
    n_anchored: Int64s
    row: UInt32s
    theirs: Int32s


class _Bounds(NamedTuple):
    """What decides whether a pair can matter.

    Args:
        whole: (n,) summed value of each article's anchors, at least 1.
        best: (n_new, per_article + 1) the best scores of each new article's partners so far, 0 where there are not so
            many.
        reach: What else can matter.
        config: The ``match.anchors`` settings.
    """

    whole: Int64s
    best: Floats
    reach: Reach
    config: AnchorConfig


_Find = Callable[[_Asked, _Block, _Bounds, int], tuple[list[pl.DataFrame], int]]


def anchored(
    new: pl.DataFrame,
    past: pl.DataFrame,
    totals: Int64s,
    n_new: int,
    config: AnchorConfig,
    reach: Reach,
    threads: int = 1,
) -> tuple[pl.DataFrame, int]:
    """New articles with those that have ``min_score`` of their anchor value, or the other way round.

    Args:
        new: Columns as in KEYS, of the new articles, sorted by row.
        past: The same of those already there.
        totals: (n,) summed value of the anchors of each article, the new ones first.
        n_new: New articles.
        config: The ``match.anchors`` settings.
        reach: What can matter.
        threads: Threads of the compiled path.

    Returns:
        Columns one < other, whether they share ``min_shared`` anchors, and score, of the pairs that can matter, some
        of them twice; and how many pairs share so many in all.
    """
    asked = _asked(new, n_new)
    bounds = _Bounds(np.maximum(totals, 1), np.zeros((n_new, config.per_article + 1)), reach, config)
    find: _Find = _compiled if n_new * len(totals) >= COMPILED_FROM else _readable
    found, n_all = [_PAIRS.to_frame()], 0
    for block in _blocks(new, past, asked.terms, n_new, len(totals)):
        parts, n = find(asked, block, bounds, threads)
        found += parts
        n_all += n
    ends = pl.min_horizontal("one", "other"), pl.max_horizontal("one", "other")
    return pl.concat(found).select(one=ends[0], other=ends[1], anchor="anchor", score="score"), n_all


def _asked(new: pl.DataFrame, n_new: int) -> _Asked:
    row, term, value, anchor = (new[name].to_numpy() for name in ("row", "term", "value", "anchor"))
    terms = np.unique(term)
    return _Asked(
        terms=terms,
        ends=np.searchsorted(row, np.arange(n_new + 1, dtype=row.dtype)).astype(np.int64),
        number=np.searchsorted(terms, term).astype(np.uint32),
        own=(value * anchor).astype(np.int32),
    )


def _blocks(new: pl.DataFrame, past: pl.DataFrame, terms: Int64s, n_new: int, n: int) -> Iterator[_Block]:
    """All articles, some thousand at a time: the new ones, then the others."""
    for keys, first, stop in ((new, 0, n_new), (past, n_new, n)):
        for some in slices_of(keys["row"].to_numpy(), stop - first, _BLOCK_TERMS, BLOCK):
            yield _block(between(keys, "row", some), some, first, terms)
            mapped_pages_go()


def _block(keys: pl.DataFrame, some: slice, first: int, terms: Int64s) -> _Block:
    term = keys["term"].to_numpy()
    number = np.minimum(np.searchsorted(terms, term), max(0, len(terms) - 1))
    shared = np.flatnonzero(terms[number] == term) if len(terms) else np.empty(0, np.int64)
    number = number[shared]
    row, anchor, value = (keys[name].to_numpy()[shared] for name in ("row", "anchor", "value"))
    # Those whose anchor a term is come first: they are all that a term matters to that is no anchor itself.
    order = np.argsort(number << 1 | ~anchor, kind="stable")
    return _Block(
        articles=slice(first + some.start, first + some.stop),
        begins=np.concatenate([[0], np.cumsum(np.bincount(number, minlength=len(terms)))]).astype(np.int64),
        n_anchored=np.bincount(number[anchor], minlength=len(terms)).astype(np.int64),
        row=(row[order] - some.start).astype(np.uint32),
        theirs=(value * anchor)[order].astype(np.int32),
    )


def _compiled(asked: _Asked, block: _Block, bounds: _Bounds, threads: int) -> tuple[list[pl.DataFrame], int]:
    from dedup.match.partner_kernels import partners

    reach, config = bounds.reach, bounds.config
    told = (
        *asked[1:], block.articles.start, block.articles.stop, *block[1:],
        bounds.whole, reach.at, reach.floor, *reach.beside,
        reach.window_us, config.min_shared, config.min_score, bounds.best,
    )  # fmt: skip
    partners(0, 0, *told)  # compiles, if that was not done before
    with ThreadPoolExecutor(threads) as pool:
        parts = [*pool.map(lambda some: partners(some.start, some.stop, *told), slices(len(bounds.best), _TOGETHER))]
    return [_pairs(*part[:-1]) for part in parts], sum(int(part[-1]) for part in parts)


def _pairs(*columns: npt.NDArray[Any]) -> pl.DataFrame:
    return pl.DataFrame(dict(zip(_PAIRS, columns, strict=True))).cast(_PAIRS)


def _readable(asked: _Asked, block: _Block, bounds: _Bounds, _threads: int) -> tuple[list[pl.DataFrame], int]:
    config, reach = bounds.config, bounds.reach
    found: list[pl.DataFrame] = []
    n_all = 0
    for row, n_shared, scores in _scored(asked, block, bounds.whole):
        near = (n_shared > 0) & reach.near(row, block.articles)
        passed = np.flatnonzero((scores >= config.min_score) & near)
        others, score, is_anchored = (
            passed + block.articles.start,
            scores[passed],
            n_shared[passed] >= config.min_shared,
        )
        n_all += int((is_anchored & (others > row)).sum())
        best = bounds.best[row]
        best[:] = np.sort(np.concatenate([best, score[is_anchored]]))[-len(best) :]
        kept = reach.wanted(row, others, score, best[0])
        if kept.any():
            found.append(_pairs(np.full(kept.sum(), row), others[kept], is_anchored[kept], score[kept]))
    return found, n_all


def _scored(asked: _Asked, block: _Block, whole: Int64s) -> Iterator[tuple[int, Int64s, Floats]]:
    """Every new article with those of a block that any term leads to: how many anchors of either both have, the score.

    The score is the larger share of the anchor value of one that the other has, by rarity in the language, [0,1].
    """
    n = block.articles.stop - block.articles.start
    n_holders = np.diff(block.begins)
    for one in range(len(asked.ends) - 1):
        places = slice(asked.ends[one], asked.ends[one + 1])
        terms, own = asked.number[places], asked.own[places]
        n_each = np.where(own > 0, n_holders[terms], block.n_anchored[terms])
        entries = np.arange(n_each.sum()) + np.repeat(block.begins[terms] - np.cumsum(n_each) + n_each, n_each)
        if not len(entries):
            continue
        other = block.row[entries]
        of_mine = np.bincount(other, np.repeat(own.astype(np.float64), n_each), minlength=n)
        of_theirs = np.bincount(other, block.theirs[entries], minlength=n)
        score = np.maximum(of_mine / whole[one], of_theirs / whole[block.articles])
        yield one, np.bincount(other, minlength=n), score
