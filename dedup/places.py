"""Where the frames of a run lie: in memory, or wherever else a run has room.

In: frames, some rows at a time. Out: one frame of all of them. Must not know of any other place than memory (the disk
is ``store.laid``), nor what a frame means.

A stage that goes through a batch some articles at a time hands on what it makes as it goes, and need not know whether
that stays in memory.
"""

from __future__ import annotations

import mmap
import sys
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any, Final, Generic, Protocol, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.memory import mapped_pages_go

TOGETHER: Final = 8_192
"""Articles that a stage reads, and hands on, at a time: enough to share them out, and some tens of megabytes."""
TEXT_BYTES: Final = 24_000_000
"""Bytes of their texts: as much as so many articles of usual length have. Of long ones fewer are read at a time."""
TERMS: Final = 1 << 20
"""Terms of articles that are read at a time: as many as those usually have."""
SCATTERED: Final = 512
"""Articles that are read at a time where they do not lie next to each other: of one on the disk the system reads what
is around it, too, 64 kB by default."""
WRONG_SIZE: Final = "the memory to read into has another size than what is kept"
"""What is raised where a ``Shelf`` shall read."""

Document = bytes | mmap.mmap
"""A file to be written, in memory or read from wherever it lies."""


class Growing(Protocol):
    """A frame that is made some rows at a time."""

    def append(self, frame: pl.DataFrame) -> None:
        """More rows; what was read for them may be dropped from memory, if it can be read again."""
        ...

    def frame(self) -> pl.DataFrame:
        """All rows, in the order in which they came; nothing can be appended any more."""
        ...


class Place(Protocol):
    """Where frames lie."""

    def growing(self, schema: pl.Schema) -> Growing:
        """A frame to be made some rows at a time."""
        ...

    def laid(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The same frame, there."""
        ...

    def document(self, pieces: Iterable[bytes]) -> Document:
        """A document that is made piece by piece."""
        ...


K = TypeVar("K", bound=Hashable)


class Shelf(Protocol[K]):
    """Where bytes wait that are too many for the memory, by the number or id of what they are of.

    Attributes:
        held: How many of them memory may hold, at least 2.
    """

    held: int

    def put(self, parcels: Mapping[K, bytes]) -> None:
        """Keep bytes."""
        ...

    def get(self, keys: Sequence[K], most: int | None = None) -> list[bytes]:
        """The bytes of some keys, in their order; only the first ``most`` of each, if that is said."""
        ...

    def read(self, keys: Sequence[K], into: memoryview) -> None:
        """Write the bytes of some keys end to end into memory; any thread may ask.

        Raises:
            ValueError: The memory does not have just as many.
        """
        ...


class MemoryShelf(Generic[K]):
    """Memory that holds them all.

    Args:
        held: How many of them are to be worked on at a time.

    Examples:
        >>> shelf = MemoryShelf[str]()
        >>> shelf.put({"b": b"quay", "a": b"pier"})
        >>> shelf.get(["a", "b"]), shelf.get(["b"], 2)
        ([b'pier', b'quay'], [b'qu'])
        >>> both = bytearray(8)
        >>> shelf.read(["b", "a"], memoryview(both))
        >>> bytes(both)
        b'quaypier'
    """

    def __init__(self, held: int = sys.maxsize) -> None:
        self.held = held
        self._parcels: dict[K, bytes] = {}

    def put(self, parcels: Mapping[K, bytes]) -> None:
        """See ``Shelf``."""
        self._parcels.update(parcels)

    def get(self, keys: Sequence[K], most: int | None = None) -> list[bytes]:
        """See ``Shelf``."""
        return [self._parcels[key][:most] for key in keys]

    def read(self, keys: Sequence[K], into: memoryview) -> None:
        """See ``Shelf``."""
        together = b"".join(self._parcels[key] for key in keys)
        if len(together) != len(into):
            raise ValueError(WRONG_SIZE)
        into[:] = together


class Chosen(Mapping[str, bytes]):
    """Some of what is on a shelf, read when it is asked for.

    Args:
        shelf: The shelf.
        keys: Which.
    """

    def __init__(self, shelf: Shelf[str], keys: Collection[str]) -> None:
        self._shelf, self._keys = shelf, dict.fromkeys(keys)

    def __getitem__(self, key: str) -> bytes:
        if key not in self._keys:
            raise KeyError(key)
        return self._shelf.get([key])[0]

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


class _Grown:
    def __init__(self, schema: pl.Schema) -> None:
        self._parts = [schema.to_frame()]

    def append(self, frame: pl.DataFrame) -> None:
        self._parts.append(frame)

    def frame(self) -> pl.DataFrame:
        return pl.concat(self._parts, rechunk=True)


class Memory:
    """Memory, all of it.

    Examples:
        >>> growing = Memory().growing(pl.Schema({"row": pl.UInt32}))
        >>> growing.append(pl.DataFrame({"row": [3]}, schema={"row": pl.UInt32}))
        >>> growing.frame().rows()
        [(3,)]
    """

    def growing(self, schema: pl.Schema) -> Growing:
        """See ``Place``."""
        return _Grown(schema)

    def laid(self, frame: pl.DataFrame) -> pl.DataFrame:
        """See ``Place``."""
        return frame

    def document(self, pieces: Iterable[bytes]) -> Document:
        """See ``Place``."""
        whole = BytesIO()
        whole.writelines(pieces)
        return whole.getvalue()


MEMORY: Final = Memory()


def slices(n: int, size: int | None = None) -> Iterator[slice]:
    """A batch cut into slices, of ``TOGETHER`` articles unless said otherwise.

    Examples:
        >>> list(slices(5, 2))
        [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    step = size or TOGETHER
    return (slice(at, min(at + step, n)) for at in range(0, n, step))


def text_slices(
    *texts: pl.Series, n: int | None = None, most: int | None = None, size: int | None = None
) -> Iterator[slice]:
    """A batch cut into slices that have not too much text, whatever the length of its articles.

    Args:
        texts: What there is of text, each with a string an article.
        n: Articles, where there may be no text.
        most: Bytes of text in a slice of several articles, ``TEXT_BYTES`` unless said otherwise.
        size: Articles in a slice, ``TOGETHER`` unless said otherwise.

    Examples:
        >>> list(text_slices(pl.Series(["one", "two", "three", None]), most=6))
        [slice(0, 2, None), slice(2, 4, None)]
        >>> list(text_slices(n=5, size=3))
        [slice(0, 3, None), slice(3, 5, None)]
    """
    ends = np.zeros(len(texts[0]) if n is None else n, dtype=np.int64)
    for one in texts:
        ends += one.str.len_bytes().fill_null(0).to_numpy()
    ends = ends.cumsum()
    at = 0
    while at < len(ends):
        fitting = np.searchsorted(ends, (ends[at - 1] if at else 0) + (most or TEXT_BYTES), side="right")
        stop = min(max(int(fitting), at + 1), at + (size or TOGETHER), len(ends))
        yield slice(at, stop)
        at = stop


def slices_of(ordered: npt.NDArray[Any], n: int, most: int | None = None, size: int | None = None) -> Iterator[slice]:
    """A batch cut into slices about which not too much is said.

    Args:
        ordered: (m,) the article of each thing that is said, ascending.
        n: Articles.
        most: Things said about a slice of several articles, ``TERMS`` unless said otherwise.
        size: Articles in a slice, ``TOGETHER`` unless said otherwise.

    Examples:
        >>> list(slices_of(np.array([0, 0, 1, 1, 1, 3]), 5, most=4))
        [slice(0, 1, None), slice(1, 5, None)]
    """
    at = 0
    while at < n:
        beyond = int(np.searchsorted(ordered, ordered.dtype.type(at))) + (most or TERMS)
        fitting = int(ordered[beyond]) if beyond < len(ordered) else n
        stop = min(max(fitting, at + 1), at + (size or TOGETHER), n)
        yield slice(at, stop)
        at = stop


def picked(frame: pl.DataFrame, rows: pl.Series, place: Place, size: int | None = None) -> pl.DataFrame:
    """Some rows of a frame, in the order in which they are named: never more of them in memory than a few at a time.

    Args:
        frame: Anything, wherever it lies.
        rows: Which of its rows.
        place: Where they are to lie.
        size: Rows at a time, ``TOGETHER`` unless said otherwise.

    Examples:
        >>> picked(pl.DataFrame({"row": [5, 6, 7]}), pl.Series([2, 0]), MEMORY)["row"].to_list()
        [7, 5]
    """
    growing = place.growing(frame.schema)
    for some in slices(len(rows), size):
        growing.append(frame[rows[some]])
        mapped_pages_go()
    return growing.frame()


def arranged(frame: pl.DataFrame, by: Sequence[str], place: Place, chosen: pl.Series | None = None) -> pl.DataFrame:
    """The rows of a frame, sorted by some of its columns: itself if it is, else as ``picked`` gives them.

    Args:
        frame: Anything, wherever it lies.
        by: Columns in which no two rows are the same.
        place: Where the rows are to lie.
        chosen: Which rows there are to be; all where nobody says.

    Examples:
        >>> frame = pl.DataFrame({"row": [6, 5], "term": [0, 1]})
        >>> arranged(frame, ["row"], MEMORY).rows(), arranged(frame, ["term"], MEMORY) is frame
        ([(5, 1), (6, 0)], True)
    """
    keys = frame.select(*by).with_row_index("place of a row")
    order = (keys if chosen is None else keys.filter(chosen)).sort(*by)["place of a row"]
    return frame if len(order) == frame.height and order.is_sorted() else picked(frame, order, place)


def between(frame: pl.DataFrame, column: str, rows: slice) -> pl.DataFrame:
    """The rows of a frame that are about some articles.

    Args:
        frame: It is sorted by the column.
        column: The row of an article.
        rows: Articles that follow one another.

    Examples:
        >>> between(pl.DataFrame({"row": [0, 2, 2, 5], "term": [7, 8, 9, 7]}), "row", slice(1, 5)).rows()
        [(2, 8), (2, 9)]
    """
    return frame[stretch(frame[column].to_numpy(), rows)]


def stretch(ordered: npt.NDArray[Any], rows: slice, sorter: npt.NDArray[np.int64] | None = None) -> slice:
    """Where the numbers of some articles that follow one another stand.

    NOTE: numbers are sought as the type that they have. For Python's, which are 64-bit ones, NumPy first copies all of
    a shorter type: of a million articles' terms a gigabyte, for every few articles that are looked up.

    Args:
        ordered: (n,) rows of articles, ascending.
        rows: Articles that follow one another.
        sorter: (n,) places that bring ``ordered`` in order, where it is not.

    Returns:
        The places in order of all that are about these articles.

    Examples:
        >>> stretch(np.array([0, 2, 2, 5], np.uint32), slice(1, 5))
        slice(1, 3, None)
    """
    ends = np.asarray([rows.start, rows.stop], dtype=ordered.dtype)
    return slice(*np.searchsorted(ordered, ends, sorter=sorter).tolist())
