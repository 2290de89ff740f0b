"""Replacing a whole folder, or a single file, in one step.

In: what to replace and a function that fills a new one. Out: the new one in its place, or the old one untouched. Must
not know what the files mean.

Beside ``OUT`` there can be, for a while, ``.OUT.partial-PID`` (being written, or left by a killed run),
``.OUT.waiting`` (whole, but not to be seen before something else is done) and, where folders cannot change places in
one step, ``.OUT.previous-PID`` (the old one, on its way out).
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from dedup.errors import OutputError
from dedup.store.files import legal_text
from dedup.store.locks import holds, output_lock

_EXCHANGE: Final = 2
_AT_FDCWD: Final = -100
_CANNOT_EXCHANGE: Final = frozenset({errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP})


def replace_folder(out: Path, fill: Callable[[Path], None], keep: Callable[[Path], bool] = lambda _: False) -> None:
    """Put a new folder in the place of ``out``, in one step.

    Whatever happens on the way, killed processes included, ``out`` is whole: as it was, or as it will be.

    Args:
        out: The folder; if it is a link, the folder it leads to.
        fill: Writes the files into the empty folder it is given.
        keep: Whether a folder inside ``out`` stays there; none does unless said.

    Raises:
        StoreLockedError: Another run holds ``out`` (unless this process does, see ``output_lock``).
        OutputError: It cannot be written: no space, no permission, a mount point.
    """
    with _filled(out, fill, keep) as fresh:
        _swap(fresh, _target(out))


def prepare_folder(out: Path, fill: Callable[[Path], None], keep: Callable[[Path], bool] = lambda _: False) -> None:
    """Write a new folder and let it wait beside ``out``, on the disk and whole; ``publish_folder`` takes one step then.

    Args:
        out: As in ``replace_folder``, which also says what is raised.
        fill: As there.
        keep: As there.
    """
    with _filled(out, fill, keep) as fresh:
        waiting = waiting_folder(out)
        _remove(waiting)
        fresh.rename(waiting)
        sync(waiting.parent)


def waiting_folder(out: Path) -> Path:
    """Where ``prepare_folder`` lets the new ``out`` wait; there only while it does."""
    return _beside(_target(out), "waiting")


def waiting_folders(parent: Path) -> list[Path]:
    """The folders within ``parent`` of which a new one waits, sorted."""
    start, end = ".", ".waiting"
    found = parent.glob(f"{start}*{end}") if parent.is_dir() else ()
    return sorted(path.with_name(path.name.removeprefix(start).removesuffix(end)) for path in found if path.is_dir())


def publish_folder(out: Path) -> None:
    """Put the folder that waits in the place of ``out``, in one step.

    Raises:
        OutputError: It cannot be put there; it still waits.
    """
    waiting, target = waiting_folder(out), _target(out)
    with told(out):
        _recover(target)
        _swap(waiting, target)
    _remove(waiting)


def discard_folder(out: Path) -> None:
    """Let the folder that waits go, if there is one."""
    _remove(waiting_folder(out))


@contextlib.contextmanager
def _filled(out: Path, fill: Callable[[Path], None], keep: Callable[[Path], bool]) -> Iterator[Path]:
    """A new folder beside ``out``, filled and on the disk; gone when the block ends, unless it was moved."""
    target = _target(out)
    with contextlib.nullcontext() if holds(out) else output_lock(out), told(out):
        fresh = _beside(target, f"partial-{os.getpid()}")
        try:
            _recover(target)
            fresh.mkdir()
            if target.exists():
                shutil.copymode(target, fresh)
            fill(fresh)
            for kept in filter(keep, target.iterdir() if target.exists() else ()):
                # Linked, not moved, so that a run killed between two steps leaves it in one place at least.
                shutil.copytree(kept, fresh / kept.name, symlinks=True, copy_function=_link)
            for path in (*fresh.iterdir(), fresh):
                sync(path)
            yield fresh
        finally:
            _remove(fresh)


def work_folder(out: Path) -> Path:
    """Where a run may keep what it needs until it is over: beside ``out``, removed by whoever made it."""
    return _beside(_target(out), f"work-{os.getpid()}")


@contextlib.contextmanager
def told(out: Path, hint: str | None = None) -> Iterator[None]:
    """Say of a fault of the disk that ``out`` cannot be written, and what to do.

    Args:
        out: What is being written.
        hint: What to do; what the fault suggests without it.

    Raises:
        OutputError: In the place of an OSError.
    """
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"cannot be written: {error.strerror or error}", where=legal_text(str(out)), hint=hint or _advice(error)
        ) from error


def replace_file(out: Path, fill: Callable[[Path], None]) -> None:
    """Put a new file in the place of ``out``, in one step.

    Args:
        out: The file; if it is a link, the file it leads to.
        fill: Writes the file to the path it is given.

    Raises:
        StoreLockedError: Another process is writing ``out``.
        OutputError: It cannot be written: no space, no permission.
    """
    target = _target(out)
    with output_lock(out), told(out, "The previous file, if there was one, is untouched."):
        fresh = _beside(target, f"partial-{os.getpid()}")
        try:
            for left in target.parent.glob(f"{_escaped(target)}.partial-*"):
                left.unlink()
            fill(fresh)
            if target.exists():
                shutil.copymode(target, fresh)
            sync(fresh)
            fresh.replace(target)
            sync(target.parent)
        finally:
            with contextlib.suppress(OSError):
                fresh.unlink(missing_ok=True)


def replace_bytes(out: Path, content: bytes) -> None:
    """Put other bytes in the place of ``out``, in one step; see ``replace_file``."""

    def fill(path: Path) -> None:
        path.write_bytes(content)

    replace_file(out, fill)


def current_folder(out: Path) -> Path:
    """Where the files of ``out`` are at this moment; a killed swap may have left them beside it."""
    target = _target(out)
    previous = sorted(target.parent.glob(f"{_escaped(target)}.previous-*")) if not target.exists() else []
    return previous[0] if previous else target


@contextlib.contextmanager
def opened_together(out: Path, names: Sequence[str]) -> Iterator[Mapping[str, list[BinaryIO]]]:
    """Files of ``out`` as they were at one moment, even if ``out`` is replaced while they are read.

    A name that is a folder stands for the files in it, in the order of their names. What Spark and Hadoop have beside
    their parts, marks and sums, begins with ``_`` or a dot and is left out.

    They are opened in one folder by its handle, not by its path, before the first of them is read; what is open stays
    readable when the folder is replaced and removed.

    Args:
        out: A folder that ``replace_folder`` has written.
        names: The files wanted.

    Yields:
        Those of them that there are; none if there is no such folder.

    Raises:
        OSError: A file is there but cannot be opened.
    """
    with contextlib.ExitStack() as stack:
        yield _opened(out, names, stack)


def _opened(out: Path, names: Sequence[str], stack: contextlib.ExitStack) -> dict[str, list[BinaryIO]]:
    while True:
        try:
            folder = os.open(current_folder(out), os.O_RDONLY | os.O_DIRECTORY)
        except (FileNotFoundError, NotADirectoryError):
            return {}
        try:
            found = _opened_in(folder, names, stack)
            if len(found) == len(names) or _is_current(folder, out):
                return found
        finally:
            os.close(folder)


def _opened_in(folder: int, names: Sequence[str], stack: contextlib.ExitStack) -> dict[str, list[BinaryIO]]:
    found: dict[str, list[BinaryIO]] = {}
    for name in names:
        with contextlib.suppress(FileNotFoundError):
            handles = _parts(os.open(name, os.O_RDONLY, dir_fd=folder))
            found[name] = [stack.enter_context(os.fdopen(handle, "rb")) for handle in handles]
    return found


def _parts(handle: int) -> list[int]:
    """An open file, or the files of an open folder in its place."""
    if not stat.S_ISDIR(os.fstat(handle).st_mode):
        return [handle]
    try:
        parts = sorted(name for name in os.listdir(handle) if not name.startswith(("_", ".")))
        return [os.open(part, os.O_RDONLY, dir_fd=handle) for part in parts]
    finally:
        os.close(handle)


def _is_current(folder: int, out: Path) -> bool:
    """Whether the open folder is still ``out``; one that was replaced may have lost files when they were opened."""
    try:
        return os.path.samestat(os.fstat(folder), current_folder(out).stat())
    except FileNotFoundError:
        return False


def _swap(fresh: Path, target: Path) -> None:
    if not target.exists():
        fresh.rename(target)
    elif not _exchange(fresh, target):
        # Between these two steps there is no OUT; current_folder and _recover know where it is.
        previous = _beside(target, f"previous-{os.getpid()}")
        target.rename(previous)
        fresh.rename(target)
        _remove(previous)
    sync(target.parent)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step (Linux); False where the system cannot."""
    if not sys.platform.startswith("linux"):
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    paths = os.fsencode(one), os.fsencode(other)
    if rename(_AT_FDCWD, ctypes.c_char_p(paths[0]), _AT_FDCWD, ctypes.c_char_p(paths[1]), ctypes.c_uint(_EXCHANGE)):
        number = ctypes.get_errno()
        if number not in _CANNOT_EXCHANGE:
            raise OSError(number, os.strerror(number))
        return False
    return True


def _recover(target: Path) -> None:
    """Undo what killed runs left; only under the lock, where nobody else is at work."""
    previous = sorted(target.parent.glob(f"{_escaped(target)}.previous-*"))
    if previous and not target.exists():
        previous.pop(0).rename(target)
    for left in (*previous, *target.parent.glob(f"{_escaped(target)}.partial-*")):
        _remove(left)


def _remove(folder: Path) -> None:
    # A folder that cannot be removed now is removed by the next run; that is no reason to fail this one.
    shutil.rmtree(folder, ignore_errors=True)


def _link(source: str, copy: str) -> str:
    try:
        os.link(source, copy, follow_symlinks=False)
    except OSError:  # a file system without hard links
        shutil.copy2(source, copy, follow_symlinks=False)
    return copy


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _target(out: Path) -> Path:
    return Path(os.path.realpath(out))


def _beside(target: Path, what: str) -> Path:
    return target.with_name(f".{target.name}.{what}")


def _escaped(target: Path) -> str:
    return "".join(f"[{character}]" if character in "*?[" else character for character in f".{target.name}")


def _advice(error: OSError) -> str:
    if error.errno in (errno.EBUSY, errno.EXDEV):
        return "It is a mount point, which cannot be replaced; name a folder inside it with --out."
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The previous run is untouched; it takes as much space again until the new one is complete."
    return "The previous run, if there was one, is untouched."
