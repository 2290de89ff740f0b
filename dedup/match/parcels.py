"""Articles that are ready for comparison, each as bytes, and some of them as a few long arrays.

In: sides; parcels on a shelf. Out: a parcel for each article; packed articles. Must not know what is computed from
them, nor where a shelf is.

An article that is ready takes thirteen times its text, and one of a large batch is read again and again, whenever
some of its partners are compared. So its bytes are copied once on the way from the shelf to where they are compared,
and what is compared next lies in the same place of memory: a new one would have to be cleared by the system first.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Generic, TypeVar

import numpy as np
import numpy.typing as npt
import xxhash

from dedup import __version__
from dedup.match.packing import DATE_KIND, GROUP_OF, GROUPS, TYPE_OF, Packed
from dedup.match.sides import Int64s, Side, told_in_headline
from dedup.places import MemoryShelf, Shelf
from dedup.sketch.salience import term_id

K = TypeVar("K", int, str)
Bytes = npt.NDArray[np.uint8]

_DATE_KINDS: Final = ("weekday", "day", "month", "year")
_NO_HEADLINE: Final = tuple(
    np.empty(0, dtype=kind) for kind in (np.int64, np.float32, np.int64, np.bool_, np.int64, np.float32)
)
_FIELDS: Final = Packed._fields[1:]
_ITEM_BYTES: Final = np.asarray([TYPE_OF[name].itemsize for name in _FIELDS], dtype=np.int64)
_OF_GROUP: Final = np.asarray([GROUP_OF.get(name, -1) for name in _FIELDS], dtype=np.int64)
"""The group of each field, -1 for what an article has one of."""
_GROUP_BYTES: Final = np.bincount(_OF_GROUP[_OF_GROUP >= 0], _ITEM_BYTES[_OF_GROUP >= 0]).astype(np.int64)
"""Bytes of one entry of each group, in all of its fields."""
_ONCE_BYTES: Final = int(_ITEM_BYTES[_OF_GROUP < 0].sum())
_HEAD_BYTES: Final = 8 * len(GROUPS)
_ALIGNED: Final = 8
"""Fields begin at multiples of so many bytes, as the largest of their numbers must."""
_CARRIED_BYTES: Final = 1 << 21
"""Parcels that are carried at a time, for each thread: they stay in the processor's cache."""
_SPARE: Final = 16
"""One part in so many is added to the memory that articles need, so that those of the next block fit as well."""


def parcel(side: Side) -> bytes:
    """An article ready for comparison, to be kept or sent: how many entries it has in each group, then every field.

    Args:
        side: The article.
    """
    from dedup.match.parcel_kernels import parcel as made  # whoever only asks for the layout does without kernels

    profile, head = side.profile, side.headline
    days = sorted(side.lead_days, key=str)
    told = (
        np.asarray(_dates(side), dtype=np.int64),
        np.asarray([term_id(day) if isinstance(day, str) else day for day in days], dtype=np.int64),
        np.asarray([isinstance(day, str) for day in days], dtype=np.bool_),
        np.asarray([np.nan if side.published_at is None else side.published_at.timestamp() / 3600]),
        np.asarray([head is not None]),
    )
    of_words = (
        profile.sentence, profile.term, profile.weight, profile.prefix, profile.word, profile.is_digits,
        profile.is_unspaced, profile.is_name, profile.is_quoted, profile.is_dateline, profile.is_counted,
    )  # fmt: skip
    of_amounts = profile.amount_sentence, profile.amount, profile.amount_weight
    of_headline = _NO_HEADLINE
    if head is not None:
        of_headline = (
            head.term, head.weight, head.prefix, told_in_headline(head), head.amount, head.amount_weight,
        )  # fmt: skip
    found: Bytes = made(of_words, profile.furniture, of_amounts, of_headline, told, side.shingle_size)
    return found.tobytes()


def _dates(side: Side) -> list[int]:
    """The parts of all dates outside furniture, numbered by kind and value."""
    parts = side.dates.items()
    return sorted(DATE_KIND * _DATE_KINDS.index(kind) + value for kind, values in parts for value in values)


def packed(sides: Iterable[Side]) -> Packed:
    """Put articles end to end.

    Args:
        sides: Any number of articles; each is asked for once and not kept.
    """
    return unpacked([parcel(side) for side in sides])


def unpacked(parcels: Sequence[bytes]) -> Packed:
    """Parcels as arrays, end to end, in their order.

    Args:
        parcels: Any number.
    """
    shelf = MemoryShelf[int]()
    shelf.put(dict(enumerate(parcels)))
    return Bench[int](shelf).articles(range(len(parcels)))


class Bench(Generic[K]):
    """A place of memory for articles that wait on a shelf: as many as are compared at a time.

    Args:
        shelf: Where they wait.
        threads: Threads that carry them.

    Examples:
        >>> Bench(MemoryShelf[str]()).articles([]).at.shape
        (1, 15)
    """

    def __init__(self, shelf: Shelf[K], threads: int = 1) -> None:
        self._shelf: Shelf[K] = shelf
        self._threads = threads
        self._memory: Bytes = np.empty(0, dtype=np.uint8)

    def articles(self, keys: Sequence[K]) -> Packed:
        """Some articles, in the order of their keys; they lie where those lay that were asked for before.

        Raises:
            KeyError: There is no such parcel.
            OutputError: The disk failed.
        """
        lengths = _lengths(self._shelf.get(keys, _HEAD_BYTES))
        at = np.zeros((len(keys) + 1, len(GROUPS)), dtype=np.int64)
        np.cumsum(lengths, axis=0, out=at[1:])
        counts = np.where(_OF_GROUP < 0, len(keys), at[-1, _OF_GROUP])
        room = -(-counts * _ITEM_BYTES // _ALIGNED) * _ALIGNED
        begins = np.cumsum(room) - room
        self._have(int(room.sum()))
        self._carry(keys, at, begins)
        ends = begins + counts * _ITEM_BYTES
        spans = zip(_FIELDS, begins.tolist(), ends.tolist(), strict=True)
        return Packed(at=at, **{name: self._memory[begin:end].view(TYPE_OF[name]) for name, begin, end in spans})

    def _have(self, n_bytes: int) -> None:
        if len(self._memory) < n_bytes:
            self._memory = np.empty(0, dtype=np.uint8)  # first let go of what is too small
            self._memory = np.empty(n_bytes + n_bytes // _SPARE, dtype=np.uint8)

    def _carry(self, keys: Sequence[K], at: Int64s, begins: Int64s) -> None:
        """Bring parcels from the shelf to their places, some at a time."""
        from dedup.match.parcel_kernels import unpack

        ends = np.zeros(len(keys) + 1, dtype=np.int64)
        np.cumsum(_HEAD_BYTES + np.diff(at, axis=0) @ _GROUP_BYTES + _ONCE_BYTES, out=ends[1:])
        loads = _loads(ends)
        nothing = np.empty(0, dtype=np.uint8)  # compiles, if that was not done before
        unpack(nothing, ends[:1], at, 0, begins, _OF_GROUP, _ITEM_BYTES, _HEAD_BYTES, self._memory)

        def carry(first: int) -> None:
            mine = loads[first :: self._threads]
            carried = np.empty(max((ends[some.stop] - ends[some.start] for some in mine), default=0), dtype=np.uint8)
            for some in mine:
                sought = ends[some.start : some.stop + 1] - ends[some.start]
                self._shelf.read(keys[some], carried.data[: sought[-1]])
                unpack(carried, sought, at, some.start, begins, _OF_GROUP, _ITEM_BYTES, _HEAD_BYTES, self._memory)

        with ThreadPoolExecutor(self._threads) as pool:
            list(pool.map(carry, range(self._threads)))  # the list makes an error in a thread an error here


def _lengths(heads: Sequence[bytes]) -> Int64s:
    """(n_parcels, n_groups) entries of each article in each group."""
    return np.frombuffer(b"".join(heads), dtype=np.int64).reshape(-1, len(GROUPS))


def _loads(ends: Int64s) -> list[slice]:
    """Parcels that are carried at a time, each load as large as it should be, or one parcel."""
    loads, at = [], 0
    while at < len(ends) - 1:
        fitting = int(np.searchsorted(ends, ends[at] + _CARRIED_BYTES, side="right")) - 1
        loads.append(slice(at, max(at + 1, fitting)))
        at = loads[-1].stop
    return loads


def layout() -> str:
    """What must be the same for a parcel that was kept to be read again: the version that made it, and its fields."""
    fields = json.dumps([GROUPS, [[name, kind.str] for name, kind in TYPE_OF.items()]])
    return f"{__version__} {xxhash.xxh3_64_hexdigest(fields.encode())}"
