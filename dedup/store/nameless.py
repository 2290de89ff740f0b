"""A file without a name.

In: where the output of a run is to lie, and bytes. Out: a file beside it that nobody sees. Must not know what the bytes
mean.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import BinaryIO, cast


def nameless_file(out: Path) -> BinaryIO:
    """A new file beside an output folder, where space is needed anyway; it is gone with the process, however that ends.

    Raises:
        OSError: The folder around ``out`` cannot be written.
    """
    parent = Path(os.path.realpath(out)).parent
    return cast("BinaryIO", tempfile.TemporaryFile(dir=parent, buffering=0))


def write_all(file: BinaryIO, data: bytes) -> None:
    """Write all of ``data``: an unbuffered write may take less than it is given.

    Raises:
        OSError: There is no room, or the disk failed.
    """
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]
