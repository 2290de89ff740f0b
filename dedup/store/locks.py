"""One run at a time for an output folder.

In: the folder. Out: a lock that is held until the run ends, however it ends. Must not know what a run writes.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from dedup.errors import OutputError, StoreLockedError
from dedup.store.files import legal_text

_held: Final[set[tuple[int, Path]]] = set()
"""Folders that this process has locked; with the process id, since a forked child has not locked them."""

_ATTEMPTS: Final = 1_000
"""Times a lock file may be taken away between making and locking it before that is no coincidence."""


@contextlib.contextmanager
def output_lock(out: Path) -> Iterator[None]:
    """Hold ``out`` for one run.

    The lock is the system's, on ``.OUT.lock`` beside the folder; it ends with the process, so there are no stale ones.

    Args:
        out: The folder that the run will write; its parent is made if need be.

    Raises:
        StoreLockedError: Another run holds it; the text names its process.
        OutputError: The parent of ``out`` cannot be made or written, or knows no locks.

    Examples:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder, output_lock(Path(folder, "out")):
        ...     [path.name for path in Path(folder).iterdir()]
        ['.out.lock']
    """
    target = Path(os.path.realpath(out))
    path = target.with_name(f".{target.name}.lock")
    handle = _acquire(path, legal_text(str(out)))
    key = (os.getpid(), target)
    _held.add(key)
    try:
        yield
    finally:
        _held.discard(key)
        # Removed while still held: whoever waits for this very file sees that it is gone and makes a new one.
        path.unlink(missing_ok=True)
        os.close(handle)


def holds(out: Path) -> bool:
    """Whether this process is inside ``output_lock(out)``."""
    return (os.getpid(), Path(os.path.realpath(out))) in _held


def _acquire(path: Path, where: str) -> int:
    """Lock the file and write our process id into it; returns the open file."""
    for _ in range(_ATTEMPTS):
        handle = -1
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if path.exists() and os.path.samestat(os.fstat(handle), path.stat()):
                os.ftruncate(handle, 0)
                os.write(handle, str(os.getpid()).encode())
                return handle
        except BlockingIOError:
            holder = os.read(handle, 20).decode("ascii", "replace").strip()
            os.close(handle)
            raise StoreLockedError(
                f"another run (process {holder or 'unknown'}) is writing here",
                where=where,
                hint="Wait for it to end, or name another folder with --out.",
            ) from None
        except FileNotFoundError:
            pass  # The holder ended, and took the file away, between our two looks at it.
        except (FileExistsError, NotADirectoryError) as error:
            raise OutputError("cannot be made: a file is where its parent folder should be", where=where) from error
        except OSError as error:
            if handle >= 0:
                os.close(handle)
            raise OutputError(
                f"cannot be locked: {error.strerror or error}",
                where=where,
                hint="A lock file is kept beside it while it is written, so its parent must exist and be writable.",
            ) from error
        if handle >= 0:
            os.close(handle)
    # Some file systems (as under /proc) answer "no such file" to every attempt to make one.
    raise OutputError(
        "cannot be locked: no file can be made beside it", where=where, hint="Name another folder with --out."
    )
