"""Candidate pairs through the kernels, some articles in memory at a time.

In: candidates and sides. Out: the evidence about each pair. Must not know what is decided by it, nor where a shelf is.

An article that is ready for the kernels takes thirteen times its text, so a batch of a hundred thousand does not fit
into the memory it should take. More than a few wait on a shelf as bytes; the candidates are gone through in the order
of their left articles, as many as can be held with their partners.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.compiling import announce
from dedup.config import Config, InputConfig
from dedup.elsewhere import ahead
from dedup.match.alignment import FEATURES
from dedup.match.logistic import load_model
from dedup.match.parts import Part, in_parts
from dedup.match.sides import Sides
from dedup.match.verdict import Columns
from dedup.places import MemoryShelf, Shelf
from dedup.schemas import CANDIDATES, EVIDENCE
from dedup.sketch.kept import has_code
from dedup.workers import handed_on

if TYPE_CHECKING:
    from dedup.match.packing import Packed

K = TypeVar("K", int, str)

COMPILED_FROM: Final = 1_000
"""Pairs from which compiled code repays loading it; below, a small run stays quick."""
_KERNEL: Final = ("dedup.match.evidence_kernels", "evidence_rows")
_AHEAD_FROM: Final = 4 * COMPILED_FROM
_CHUNK: Final = 256
"""Pairs a thread takes at a time."""
_AT_A_TIME: Final = 65_536
"""Pairs whose evidence is handed over at a time."""
_TOGETHER: Final = 64
"""Articles that are read, and sent to a worker, at a time, of long ones fewer."""
_READY: Final = 1_000
"""Articles that wait in memory whatever shelf there is, and that are compared at a time there, of long ones fewer."""
_USUAL_BYTES: Final = 2_600
"""Bytes of the text of an article that is not long."""


def compile_ahead(n_articles: int, config: InputConfig) -> None:
    """Have the kernel compiled that takes longest, while articles are prepared, if no run before has left its code.

    Args:
        n_articles: Articles of the batch; of few there may not be pairs enough to need it.
        config: Not where the run may take only so much memory: it would be compiled beside all else.
    """
    if n_articles >= _AHEAD_FROM and config.memory_mb is None and not has_code(*_KERNEL):
        announce()
        ahead(".".join(_KERNEL), compile_kernel, None)


def compile_kernel(_: None = None) -> None:
    """Compile that kernel, by comparing nothing."""
    from dedup.match.parcels import packed

    compared(CANDIDATES.empty(), packed(()), np.empty(0, np.int64), 1)


def compared_in_blocks(
    candidates: pl.DataFrame, sides: Sides, parcels: Shelf[str] | None, shelf: Shelf[int] | None
) -> Iterator[tuple[pl.DataFrame, Columns]]:
    """The evidence about every candidate pair.

    Args:
        candidates: CANDIDATES frame.
        sides: Their articles.
        parcels: Where all that are ready for the kernels wait by id; None where nobody has kept any.
        shelf: Where they wait by row if there are more than a few; None for memory.

    Yields:
        Some of the candidates, in order, with their evidence.
    """
    config, ids = sides.frames[2], sides.frames[0]["article_id"]
    if parcels is not None:
        yield from _compared_from(parcels, lambda mine: ids.gather(mine).to_list(), candidates, config)
        return
    rows, few = np.unique(candidates.select("left", "right").to_numpy()), _fewer(_READY, sides)
    if shelf is None or len(rows) <= min(few, shelf.held):
        shelf = MemoryShelf[int](few)
    _put(shelf, rows.tolist(), sides, rows)
    yield from _compared_from(shelf, lambda mine: mine.tolist(), candidates, config)


def _compared_from(
    shelf: Shelf[K], keys: Callable[[npt.NDArray[Any]], list[K]], candidates: pl.DataFrame, config: Config
) -> Iterator[tuple[pl.DataFrame, Columns]]:
    """The evidence about pairs of articles that wait on a shelf under the keys of their rows."""
    from dedup.match.parcels import Bench

    bench = Bench(shelf, config.engine.n_threads)
    for block in _blocks(candidates, shelf.held):
        mine = np.unique(block.select("left", "right").to_numpy())
        # Under no name here: what those of one block lie in could not go before there is room for those of the next.
        yield from _compared_by_and_by(block, bench.articles(keys(mine)), mine, config)


def compared_pairs(sides: Sides, ends: Sequence[tuple[int, int]]) -> Columns:
    """The evidence about some pairs of rows, one at least, in their order."""
    pairs = pl.DataFrame(ends, {"left": pl.UInt32, "right": pl.UInt32}, orient="row")
    found = []
    for block in _blocks(pairs, _fewer(_READY, sides)):
        rows = np.unique(block.to_numpy())
        found.append(compared(block, _ready(sides, rows), rows, sides.frames[2].engine.n_threads))
    return in_one(found)


def in_one(parts: Sequence[Columns]) -> Columns:
    """The evidence about pairs that were compared one part after another."""
    return {name: np.concatenate([part[name] for part in parts]) for name in EVIDENCE}


def _ready(sides: Sides, rows: npt.NDArray[Any]) -> Packed:
    """Articles ready for the kernels, none of which wait on the disk."""
    from dedup.match.parcels import Bench

    shelf, keys = MemoryShelf[int](), rows.tolist()
    _put(shelf, keys, sides, rows)
    return Bench(shelf, sides.frames[2].engine.n_threads).articles(keys)


def _fewer(most: int, sides: Sides) -> int:
    """So many articles, or as many as have the text that so many usual ones have; 2 at least."""
    texts = sides.frames[0]["text"]
    usual = _USUAL_BYTES * len(texts)
    return max(2, most * usual // max(usual, int(texts.str.len_bytes().sum()), 1))


def _blocks(candidates: pl.DataFrame, held: int) -> Iterator[pl.DataFrame]:
    """Candidates in order, as many at a time as have no more than ``held`` articles."""
    first, seen = 0, set[int]()
    for at, pair in enumerate(candidates.select("left", "right").iter_rows(buffer_size=_AT_A_TIME)):
        if len(seen) + sum(one not in seen for one in pair) > held:
            yield candidates[first:at]
            first, seen = at, set()
        seen.update(pair)
    if first < candidates.height:
        yield candidates[first:]


def _compared_by_and_by(
    candidates: pl.DataFrame, articles: Packed, rows: npt.NDArray[Any], config: Config
) -> Iterator[tuple[pl.DataFrame, Columns]]:
    for some in candidates.iter_slices(_AT_A_TIME):
        yield some, compared(some, articles, rows, config.engine.n_threads)


def compared(candidates: pl.DataFrame, articles: Packed, rows: npt.NDArray[Any], threads: int) -> Columns:
    """The evidence about every candidate pair, from articles that are ready for the kernels.

    Args:
        candidates: CANDIDATES frame.
        articles: The articles of the pairs.
        rows: (n_articles,) the row of each, ascending.
        threads: Threads.

    Returns:
        As ``pairs.gathered``.
    """
    from dedup.match.evidence_kernels import evidence_rows

    ends = candidates.select("left", "right").to_numpy()
    left, right = (np.searchsorted(rows, column).astype(np.int64) for column in ends.T)
    model = load_model("links", FEATURES).packed
    found: npt.NDArray[np.float64] = np.empty((candidates.height, len(EVIDENCE)))

    def fill(start: int) -> None:
        chunk = slice(start, start + _CHUNK)
        evidence_rows(articles, left[chunk], right[chunk], model, found[chunk])

    fill(0)  # compiles, if that was not done before
    with ThreadPoolExecutor(threads) as pool:
        # The list makes an error in a thread an error here.
        list(pool.map(fill, range(_CHUNK, candidates.height, _CHUNK)))
    return dict(zip(EVIDENCE, np.ascontiguousarray(found.T), strict=True))


def shelved(
    candidates: pl.DataFrame,
    articles: pl.DataFrame,
    documents: pl.DataFrame,
    config: Config,
    known: Collection[str],
    shelf: Shelf[str],
) -> list[str]:
    """Make articles of candidate pairs ready for the kernels, to be kept: reading one is most of comparing it.

    Args:
        candidates: CANDIDATES frame.
        articles: ARTICLES frame.
        documents: DOCUMENTS frame.
        config: All settings.
        known: Ids of articles that are on the shelf already.
        shelf: Where the others are put.

    Returns:
        The ids of the others; none where there are too few candidates for the kernels.
    """
    if candidates.height < COMPILED_FROM:
        return []
    ids, sides = articles["article_id"], Sides(articles, documents, config)
    rows = np.unique(candidates.select("left", "right").to_numpy())
    missing = rows[~ids.gather(rows).is_in([*known]).to_numpy()]
    fresh = ids.gather(missing).to_list()
    _put(shelf, fresh, sides, missing)
    return fresh


def _put(shelf: Shelf[K], keys: Sequence[K], sides: Sides, rows: npt.NDArray[Any]) -> None:
    """Put articles on a shelf, ready for the kernels, under the keys of their rows."""
    size = _fewer(_TOGETHER, sides)

    def keep(turn: int, made: list[bytes]) -> None:
        shelf.put(dict(zip(keys[turn * size : (turn + 1) * size], made, strict=True)))

    handed_on(parcels_in, in_parts(sides, rows.tolist(), size), keep)


def parcels_in(articles: Part) -> list[bytes]:
    """The articles of a part ready for the kernels, each by itself."""
    from dedup.match.parcels import parcel

    sides = articles.sides()
    return [parcel(sides.once(row)) for row in range(articles.articles.height)]
