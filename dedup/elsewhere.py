"""One thing done by a process that ends with it, and the memory that it took with the process.

In: a function of this package and its argument. Out: whether it was done. Must not know what it is.

What takes memory that a process never gives back, as a compiler does, is done here. Only where somebody has allowed it,
as ``workers.at_work`` does: the library never starts a process by itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final, TypeVar

from dedup.processes import Worker, can_start

Parcel = TypeVar("Parcel")

_allowed = False


def set_allowed(allowed: bool) -> None:
    """Say for all of this process whether others may be started."""
    global _allowed  # noqa: PLW0603  - what is so of this process
    _allowed = allowed


def is_allowed() -> bool:
    """Whether others may be started."""
    return _allowed


@contextmanager
def allowed() -> Iterator[None]:
    """Let things be done elsewhere while the block runs.

    What was begun ``ahead`` and is not done by then is done after it, unless the block fails.
    """
    before = _allowed
    set_allowed(can_start())
    try:
        yield
    except BaseException:
        for task in _begun.values():
            task.stop()
        raise
    finally:
        set_allowed(before)
        _begun.clear()


def done_elsewhere(function: Callable[[Parcel], object], parcel: Parcel) -> bool:
    """Have something done elsewhere.

    Args:
        function: A function at the top of a module of this package.
        parcel: Its argument, which can be pickled.

    Returns:
        Whether it was done; not where it is not ``allowed``, no process is to be had, or it failed.
    """
    if not _allowed:
        return False
    task = _Task(function, parcel)
    try:
        task.start()
        task.done.wait()
    finally:
        task.stop()
    return task.succeeded


def ahead(name: str, function: Callable[[Parcel], object], parcel: Parcel) -> None:
    """Have something done elsewhere while this process does other work; nothing where it is not ``allowed``.

    Args:
        name: What ``waited_for`` asks for.
        function: As for ``done_elsewhere``.
        parcel: As there.
    """
    if _allowed and name not in _begun:
        _begun[name] = task = _Task(function, parcel)
        task.start()


def waited_for(name: str) -> bool:
    """Whether something that was begun ``ahead`` was done; this waits until it is, or has failed."""
    task = _begun.get(name)
    if task is None:
        return False
    task.done.wait()
    return task.succeeded


class _Task:
    """Something that another process does.

    Attributes:
        done: Set when it is, or has failed.
        succeeded: Whether it has not.
    """

    def __init__(self, function: Callable[[Parcel], object], parcel: Parcel) -> None:
        self._work = function, parcel
        self._worker: Worker | None = None
        self.done, self.succeeded = threading.Event(), False

    def start(self) -> None:
        """Begin it; what cannot begin has failed."""
        try:
            self._worker = Worker(may_start=False)
            threading.Thread(target=self._wait, args=(self._worker,), daemon=True).start()
        except (OSError, RuntimeError):  # no process to be had, or no thread
            self._end()
        except BaseException:
            self._end()
            raise

    def _wait(self, worker: Worker) -> None:
        with suppress(Exception):  # whatever it is, it was not done
            worker.into.send(self._work)
            self.succeeded, _ = worker.out.recv()
        self._end()

    def _end(self) -> None:
        with suppress(OSError):
            if self._worker is not None:
                self._worker.end()
        self.done.set()

    def stop(self) -> None:
        """Let the process end, whatever it is at."""
        if self._worker is not None:
            self._worker.process.kill()
            self.done.wait()


_begun: Final[dict[str, _Task]] = {}
"""What was begun by ``ahead``, by name."""
