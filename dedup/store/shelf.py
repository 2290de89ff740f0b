"""A place on the disk for what does not fit into memory while a run lasts.

In: bytes by number or id. Out: the same bytes. Must not know what they mean.

The file lies beside the output folder, where space for the output is needed anyway, and has no name: it is gone with
the process, however that ends.
"""

from __future__ import annotations

import os
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Generic, Self, TypeVar

from dedup.places import WRONG_SIZE
from dedup.store.folders import told
from dedup.store.nameless import nameless_file, write_all

K = TypeVar("K", bound=Hashable)

_CUT: Final = "what was kept beside it is no longer whole"


class FileShelf(Generic[K]):
    """Bytes kept in a file without a name.

    Args:
        out: The output folder, beside which the file is made when something is first put on the shelf.
        held: How many may be in memory instead.

    Examples:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder, FileShelf[int](Path(folder, "out"), held=2) as shelf:
        ...     shelf.put({7: b"quay", 3: b"pier"})
        ...     shelf.put({5: b""})
        ...     shelf.get([3, 5, 7]), os.listdir(folder)
        ([b'pier', b'', b'quay'], [])
    """

    def __init__(self, out: Path, held: int) -> None:
        self.held = held
        self._out = out
        self._file: BinaryIO | None = None
        self._places: dict[K, tuple[int, int]] = {}
        self._end = 0
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def put(self, parcels: Mapping[K, bytes]) -> None:
        """Keep bytes.

        Raises:
            OutputError: There is no room, or the folder of the output cannot be written.
        """
        with told(self._out, "A run over many articles keeps some 30 kB for each beside its output while it lasts."):
            if self._file is None:
                self._file = self._open.enter_context(nameless_file(self._out))
            for key, parcel in parcels.items():
                self._file.seek(self._end)  # what was written in part before a fault is written over
                write_all(self._file, parcel)
                self._places[key] = self._end, len(parcel)
                self._end += len(parcel)

    def get(self, keys: Sequence[K], most: int | None = None) -> list[bytes]:
        """The bytes of some keys, in their order.

        Args:
            keys: Which.
            most: How many of each, from the first on; None for all.

        Raises:
            KeyError: Nothing was put there.
            OutputError: The disk failed.
        """
        places = [self._places[key] for key in keys]
        if self._file is None:
            return []
        with told(self._out):
            sought = [(size if most is None else min(size, most), start) for start, size in places]
            found = [os.pread(self._file.fileno(), size, start) for size, start in sought]
            if any(len(part) < size for part, (size, _) in zip(found, sought, strict=True)):
                raise OSError(None, _CUT)
            return found

    def read(self, keys: Sequence[K], into: memoryview) -> None:
        """Write the bytes of some keys end to end into memory; any thread may ask.

        Raises:
            KeyError: Nothing was put there.
            ValueError: The memory does not have just as many.
            OutputError: The disk failed.
        """
        places = [self._places[key] for key in keys]
        if sum(size for _, size in places) != len(into):
            raise ValueError(WRONG_SIZE)
        at = 0
        for start, size in _stretches(places):
            self._read(start, into[at : at + size])
            at += size

    def _read(self, start: int, into: memoryview) -> None:
        """Fill some memory with what begins at a place of the file."""
        if self._file is None or not into:
            return
        with told(self._out):
            while into:
                n_read = os.preadv(self._file.fileno(), [into], start)
                if not n_read:
                    raise OSError(None, _CUT)
                start, into = start + n_read, into[n_read:]


def _stretches(places: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Places in a file and their sizes, those in one that follow one another there."""
    begin = end = -1
    for start, size in places:
        if start != end:
            if end > begin:
                yield begin, end - begin
            begin = start
        end = start + size
    if end > begin:
        yield begin, end - begin
