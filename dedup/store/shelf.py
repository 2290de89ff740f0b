"""A place on the disk for what does not fit into memory while a run lasts.

In: bytes by number or id. Out: the same bytes. Must not know what they mean.

The file lies beside the output folder, where space for the output is needed anyway, and has no name: it is gone with
the process, however that ends.
"""

from __future__ import annotations

import os
from collections.abc import Hashable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Generic, Self, TypeVar

from dedup.store.folders import told
from dedup.store.nameless import nameless_file, write_all

K = TypeVar("K", bound=Hashable)


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
                self._places[key] = self._end, len(parcel)
                self._end += len(parcel)
            write_all(self._file, b"".join(parcels.values()))

    def get(self, keys: Sequence[K]) -> list[bytes]:
        """The bytes of some keys, in their order.

        Raises:
            KeyError: Nothing was put there.
            OutputError: The disk failed.
        """
        places = [self._places[key] for key in keys]
        if self._file is None:
            return []
        with told(self._out):
            found = [os.pread(self._file.fileno(), size, start) for start, size in places]
            if any(len(parcel) < size for parcel, (_, size) in zip(found, places, strict=True)):
                raise OSError(None, "what was kept beside it is no longer whole")
            return found
