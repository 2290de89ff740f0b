"""A process beside this one.

In: what it is to do, as functions of this package and their arguments. Out: what they return, in order. Must not know
what that is, nor how work is shared.

It is a fresh interpreter that imports this package and nothing else: it is not forked (Polars and Numba have threads,
whose locks a fork would copy locked), and it never runs a user's script again, as ``multiprocessing`` does.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from dedup.memory import large_blocks_go_back

_START: Final = (
    "import sys; sys.path[:] = {path!r}; from dedup.elsewhere import set_allowed; set_allowed({may_start}); "
    "from dedup.processes import work; work()"
)
_ONE_THREAD: Final = {"POLARS_MAX_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""A worker is one of many already; BLAS as in ``workers.plain_sums``."""
_COLLECTED: Final = (100_000, 50, 1_000)
"""Objects from which garbage is looked for, and how often the older ones are looked at, too."""


class Worker:
    """One process; parcels go in and results come out in the same order.

    Args:
        may_start: Whether something may be done ``elsewhere`` for it.
    """

    def __init__(self, *, may_start: bool) -> None:
        from multiprocessing.connection import Connection

        into, fed = os.pipe()
        told, out = os.pipe()
        command = [sys.executable, "-c", _START.format(path=sys.path, may_start=may_start)]
        try:
            self.process = subprocess.Popen(  # noqa: S603  - this interpreter and this package
                command, stdin=into, stdout=out, env={**os.environ, **_ONE_THREAD}
            )
        except OSError:
            os.close(fed)
            os.close(told)
            raise
        finally:
            os.close(into)
            os.close(out)
        self.into, self.out = Connection(fed, readable=False), Connection(told, writable=False)
        self.was_left = False
        """Whether results may still lie in its pipe that nobody waits for."""

    def lives(self) -> bool:
        """Whether it can be given parcels."""
        return not self.was_left and not self.into.closed and self.process.poll() is None

    def end(self) -> None:
        """Let the process end: it does so when nobody can send it parcels any more."""
        self.into.close()
        self.out.close()
        self.process.wait()


def can_start() -> bool:
    """Whether this system and interpreter have processes of the kind that is started here."""
    return os.name == "posix" and bool(sys.executable)


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for garbage that holds itself a hundred times as seldom while the block runs.

    A run makes millions of objects that live on and next to none that hold themselves; looking at them all again and
    again is a fourteenth of its time.
    """
    before = gc.get_threshold()
    gc.set_threshold(*_COLLECTED)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def work() -> None:
    """Be a worker: answer parcels until nobody can send any."""
    import signal
    from multiprocessing.connection import Connection

    large_blocks_go_back()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started this one is told, and closes the pipes
    into, out = Connection(os.dup(0), writable=False), Connection(os.dup(1), readable=False)
    os.dup2(2, 1)  # what anything prints must not get between the answers
    with seldom_collected(), suppress(EOFError, OSError):
        while True:
            parcel = into.recv()
            out.send(None if parcel is None else _answer(*parcel))


def _answer(function: Callable[[Any], Any], parcel: Any) -> tuple[bool, Any]:
    try:
        return True, function(parcel)
    except Exception:  # noqa: BLE001  - done again, and raised, where it can be read
        return False, None
