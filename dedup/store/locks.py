"""One run at a time for an output folder, and for a history.

In: the folder. Out: a lock that is held until the run ends, however it ends. Must not know what a run writes.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from dedup.errors import OutputError, StoreLockedError
from dedup.store.files import legal_text

_held: Final[set[tuple[int, Path]]] = set()
"""Folders that this process has locked; with the process id, since a forked child has not locked them."""

_PAUSE: Final = 0.2
"""Seconds between two looks at a lock that is waited for."""

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


@contextlib.contextmanager
def store_lock(folder: Path, wait_seconds: float = 0.0, holder: str = "dedup run") -> Iterator[None]:
    """Hold the history in ``folder`` for one run, from what it looks up to what it commits.

    The lock is the system's, on ``.FOLDER.lock`` beside the folder, and ends with the process that holds it.

    Args:
        folder: The folder of the store; its parent is made if need be.
        wait_seconds: How long to wait for another run that holds it.
        holder: What we are, for the run that finds us there.

    Raises:
        StoreLockedError: Another run still holds it; the text names it and its process.
        OutputError: The parent of ``folder`` cannot be made or written, or knows no locks.
    """
    target = Path(os.path.realpath(folder))
    path = target.with_name(f".{target.name}.lock")
    until = time.monotonic() + wait_seconds
    while True:
        try:
            handle = _acquire(path, legal_text(str(folder)), _STORE, holder)
            break
        except StoreLockedError:
            if time.monotonic() >= until:
                raise
        time.sleep(min(_PAUSE, wait_seconds))
    try:
        yield
    finally:
        # Removed while still held: whoever waits for this very file sees that it is gone and makes a new one.
        path.unlink(missing_ok=True)
        os.close(handle)


def holds(out: Path) -> bool:
    """Whether this process is inside ``output_lock(out)``."""
    return (os.getpid(), Path(os.path.realpath(out))) in _held


class _Words(NamedTuple):
    """How a lock that is taken is told of."""

    doing: str
    hint: str
    option: str


_OUTPUT: Final = _Words("is writing here", "Wait for it to end, or name another folder with --out.", "--out")
_STORE: Final = _Words("holds this store", "Wait for it to end, or let this one wait with --wait SECONDS.", "--store")


def _acquire(path: Path, where: str, words: _Words = _OUTPUT, holder: str = "") -> int:
    """Lock the file and write our process id into it, and what we are; returns the open file."""
    for _ in range(_ATTEMPTS):
        handle = -1
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if path.exists() and os.path.samestat(os.fstat(handle), path.stat()):
                os.ftruncate(handle, 0)
                os.write(handle, f"{os.getpid()} {holder}".strip().encode())
                return handle
        except BlockingIOError:
            process, _, name = os.read(handle, 100).decode("ascii", "replace").strip().partition(" ")
            os.close(handle)
            named = f"{name}, process" if name else "process"
            raise StoreLockedError(
                f"another run ({named} {process or 'unknown'}) {words.doing}", where=where, hint=words.hint
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
        "cannot be locked: no file can be made beside it", where=where, hint=f"Name another folder with {words.option}."
    )
