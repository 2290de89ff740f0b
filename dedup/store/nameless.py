"""A file without a name.

In: where the output of a run is to lie, and bytes. Out: a file beside it that nobody sees. Must not know what the bytes
mean.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import BinaryIO, Final, cast

_PIECE_BYTES: Final = 1 << 16
"""What the system reads around a byte of a mapped file in any case."""


def nameless_file(out: Path) -> BinaryIO:
    """A new file beside an output folder, where space is needed anyway; it is gone with the process, however that ends.

    Raises:
        OSError: The folder around ``out`` cannot be written.
    """
    parent = Path(os.path.realpath(out)).parent
    return cast("BinaryIO", tempfile.TemporaryFile(dir=parent, buffering=0))


def write_all(file: BinaryIO, data: bytes) -> None:
    """Write all of ``data``: an unbuffered write may take less than it is given.

    It is written in small pieces. Linux keeps what was written at once as one page of up to 2 MB, and whoever maps the
    file and reads a byte of that has all of it in memory: texts from here and there would be the whole file.

    Raises:
        OSError: There is no room, or the disk failed.
    """
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest[:_PIECE_BYTES]) :]
