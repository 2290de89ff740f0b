"""The pairs of articles that share an LSH bucket, some articles at a time.

In: the bands of one view. Out: the pairs of any articles that follow one another, each once, and how many buckets were
too large. Must not know what becomes of a pair.

In a large batch chance fills the buckets: twice the articles share three to four times the pairs, nearly all of which
have next to nothing in common. So the pairs are never there all at once; what is kept is who is in a bucket, which
grows as the batch does and may lie on the disk.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.match.pair_numbers import UInt64s, as_numbers, counted, distinct, in_order, places_in
from dedup.memory import mapped_pages_go
from dedup.places import Place, slices, stretch
from dedup.schemas import BANDS

Int64s = npt.NDArray[np.int64]
UInt32s = npt.NDArray[np.uint32]

_ROWS: Final = 1_000_000
"""Rows of bands that are looked up and sorted together: those of one band at least, in a small batch those of all."""
_LOOKED_THROUGH: Final = 4_000_000
"""Rows among which those are sought at a time."""
_PAIRS: Final = 2_000_000
"""Pairs of buckets, the same of several bands included, that are told at a time."""
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
"""Keeps equal keys of two bands apart: an odd multiplier (the golden ratio of 64 bits)."""
_MEMBERS: Final = pl.Schema({"row": pl.UInt32})
_FIRST: Final = pl.Schema({"row": pl.UInt32, "at": pl.Int64, "others": pl.UInt32})


class _First(NamedTuple):
    """Articles with others behind them in a bucket; sorted by row within a band.

    Args:
        row: (n,) the article.
        at: (n,) where the others begin among the members.
        others: (n,) how many there are.
    """

    row: UInt32s
    at: Int64s
    others: UInt32s


class _Sharing(NamedTuple):
    """Articles that share a bucket, bucket by bucket, ascending in each.

    Args:
        band: (n,) number of its band.
        row: (n,) the article.
        size: (n,) how many articles are in the bucket, at least 2.
        place: (n,) which of them it is, from 0.
    """

    band: npt.NDArray[np.uint16]
    row: UInt32s
    size: Int64s
    place: Int64s

    def only(self, which: npt.NDArray[np.bool_]) -> _Sharing:
        """Some of them."""
        return _Sharing(self.band[which], self.row[which], self.size[which], self.place[which])


@dataclass(frozen=True)
class Buckets:
    """Who shares a bucket with whom.

    Args:
        members: (n,) articles of all buckets that are compared all to all, bucket by bucket, ascending in each.
        first: Each with those behind it.
        bounds: (n_bands + 1,) where the bands begin in ``first``.
        chained: (n,) pairs of the buckets that are not compared all to all, as numbers, ascending.
        n_large: How many of those buckets there are.
    """

    members: UInt32s
    first: _First
    bounds: Sequence[int]
    chained: UInt64s
    n_large: int

    def n_pairs(self, rows: slice) -> int:
        """How many pairs these articles have as the left one, those that several bands have counted as often."""
        return sum(int(self.first.others[some].sum()) for some in self._of(rows))

    def of(self, rows: slice) -> UInt64s:
        """The pairs that have one of these articles as the left one.

        Args:
            rows: Articles that follow one another; of ``n_pairs`` pairs all are in memory for a moment.

        Returns:
            Pairs as ``pair_numbers.as_numbers`` makes them, ascending, each once.
        """
        ends = np.array([rows.start, rows.stop])
        of_large = self.chained[slice(*np.searchsorted(self.chained, as_numbers(ends, ends)))]
        some = [
            self._pairs(self.first.row[mine], self.first.at[mine], self.first.others[mine]) for mine in self._of(rows)
        ]
        return distinct(np.concatenate([of_large, *some]))

    def _pairs(self, row: UInt32s, at: Int64s, others: UInt32s) -> UInt64s:
        return as_numbers(np.repeat(row, others), self.members[np.repeat(at, others) + places_in(others)])

    def _of(self, rows: slice) -> Iterator[slice]:
        """Where the articles stand in each band."""
        for start, stop in zip(self.bounds, self.bounds[1:], strict=False):
            mine = stretch(self.first.row[start:stop], rows)
            yield slice(start + mine.start, start + mine.stop)


def in_parts(n_articles: int, found: Sequence[Buckets]) -> Iterator[slice]:
    """A batch cut into slices whose articles have not too many pairs."""
    waiting = [*slices(n_articles)][::-1]
    while waiting:
        some = waiting.pop()
        middle = (some.start + some.stop) // 2
        if middle > some.start and sum(view.n_pairs(some) for view in found) > _PAIRS:
            waiting += [slice(middle, some.stop), slice(some.start, middle)]
        else:
            yield some


def buckets(bands: pl.DataFrame, view: str, max_bucket: int, place: Place, *, chain: bool) -> Buckets:
    """Who shares a bucket in a view, some bands at a time so that memory stays bounded.

    Args:
        bands: BANDS frame.
        view: Its view.
        max_bucket: Largest bucket compared all to all.
        place: Where the members may lie.
        chain: Whether each article of a larger one is paired with the one before it and with the first; else nobody is.
    """
    members, first = place.growing(_MEMBERS), place.growing(_FIRST)
    chained, bounds, n_members, n_large = np.zeros(0, np.uint64), [0], 0, 0
    for numbers, some in _by_bands(bands, view):
        sharing = _sharing(some)
        large = sharing.size > max_bucket
        small = sharing.only(~large)
        mine, of_bands = _first(small, n_members)
        members.append(pl.DataFrame({"row": small.row}, _MEMBERS))
        first.append(pl.DataFrame(mine._asdict(), _FIRST))
        n_members += len(small.row)
        bounds += (bounds[-1] + np.searchsorted(of_bands, numbers.to_numpy(), side="right")).tolist()
        n_large += int((large & (sharing.place == 0)).sum())
        if chain and large.any():
            chained = distinct(np.concatenate([chained, _chained(sharing, large)]))
    row, at, others = (column.to_numpy() for column in first.frame())
    return Buckets(members.frame()["row"].to_numpy(), _First(row, at, others), bounds, chained, n_large)


def _by_bands(bands: pl.DataFrame, view: str) -> Iterator[tuple[pl.Series, pl.DataFrame]]:
    """Some bands of a view after another, and what is in them: in a small batch all at once."""
    seen, last = [BANDS.empty()["band"]], 0
    for part in bands.iter_slices(_LOOKED_THROUGH):
        seen.append(part.filter(pl.col("view") == view)["band"].unique())
        last = max(last, part.select(pl.col("row").max()).item() or 0)
        mapped_pages_go()
    numbers = pl.concat(seen).unique().sort()
    together = max(1, _ROWS // (last + 1))
    for at in range(0, len(numbers), together):
        these = numbers[at : at + together]
        of_these = (pl.col("view") == view) & pl.col("band").is_in(these.implode())
        found = [BANDS.empty()]
        for part in bands.iter_slices(_LOOKED_THROUGH):
            found.append(part.filter(of_these))
            mapped_pages_go()
        yield these, pl.concat(found)


def _sharing(rows: pl.DataFrame) -> _Sharing:
    """The articles of some whole bands that share a bucket.

    Args:
        rows: Columns band, key, row.
    """
    band, key, row = (column.to_numpy() for column in rows.select("band", "key", "row"))
    bucket = key.view(np.uint64) ^ (band.astype(np.uint64) * _MIX)
    order = np.argsort(bucket)
    ordered = bucket[order]
    _, size = counted(ordered)
    number = np.repeat(np.arange(len(size), dtype=np.uint32), size)
    several = size[number] > 1
    number, row = in_order(number[several], row[order][several])
    first = np.cumsum(size) - size
    return _Sharing(band[order[first]][number], row, size[number], places_in(counted(number)[1]))


def _first(small: _Sharing, n_members: int) -> tuple[_First, npt.NDArray[np.uint16]]:
    """Each article of a bucket that has others behind it, by band and row; and its band."""
    others = small.size - 1 - small.place
    has = np.flatnonzero(others)
    has = has[np.argsort(small.band[has].astype(np.uint64) << np.uint64(32) | small.row[has])]
    return _First(small.row[has], has + 1 + n_members, others[has].astype(np.uint32)), small.band[has]


def _chained(sharing: _Sharing, large: npt.NDArray[np.bool_]) -> UInt64s:
    """Each article of a large bucket with the one before it and with the first, as numbers."""
    at = np.flatnonzero(large & (sharing.place > 0))
    row = sharing.row
    return np.concatenate([as_numbers(row[other], row[at]) for other in (at - 1, at - sharing.place[at])])
