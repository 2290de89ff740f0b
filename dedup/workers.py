"""Processes beside this one: workers that share the work of Python code, and others that do one thing and end.

In: a function of this package and parcels of work. Out: a result for each parcel, in order, the same whoever did it.
Must not know what the work is.

Python code of one process runs on one core. Processes cost a second to start and every text has to be sent, so only
work of many articles is shared. What takes memory that a process never gives back, as a compiler does, is done
``elsewhere``. Either only where somebody said ``sharing`` or ``at_work``: the command line does, the library never
starts a process by itself. A worker is a fresh interpreter that imports this package and nothing else: it is not forked
(Polars and Numba have threads, whose locks a fork would copy locked), and it never runs a user's script again, as
``multiprocessing`` does. What a worker fails to do, for whatever reason, is done here: an error is raised where it can
be read, and a worker that is killed costs time, not the run.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar

from dedup.memory import large_blocks_go_back

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

Parcel = TypeVar("Parcel")
Result = TypeVar("Result")

_AHEAD: Final = 2
"""Parcels a worker has at a time, so that it need not wait for the next while this process is busy itself."""
_FEWEST: Final = 8
"""Parcels that are worth being shared with workers that are there."""
_FEWEST_TO_START: Final = 16
"""Parcels from which workers repay being started, which takes them a second."""
_START: Final = "import sys; sys.path[:] = {path!r}; from dedup.workers import work; work(may_start={may_start})"
_ONE_THREAD: Final = {"POLARS_MAX_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""A worker is one of many already; BLAS as in ``plain_sums``."""


_COLLECTED: Final = (100_000, 50, 1_000)
"""Objects from which garbage is looked for, and how often the older ones are looked at, too."""


class _Worker:
    """One process; parcels go in and results come out in the same order.

    Args:
        may_start: Whether it may start processes itself.
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

    def lives(self) -> bool:
        """Whether it can be given parcels."""
        return not self.into.closed and self.process.poll() is None

    def end(self) -> None:
        """Let the process end: it does so when nobody can send it parcels any more."""
        self.into.close()
        self.out.close()
        self.process.wait()


class _Crew:
    """The workers of one ``sharing``, started when there is enough to do."""

    def __init__(self, size: int) -> None:
        self.size = self.allowed = size
        self.workers: list[_Worker] = []

    def allow(self, size: int) -> None:
        """Have no more than so many from now on."""
        self.allowed = min(self.size, size)
        while len(self.workers) > self.allowed:
            self.workers.pop().end()

    def ready(self, n_parcels: int) -> list[_Worker]:
        """The workers for so many parcels."""
        missing = self.allowed - len(self.workers)
        if missing > 0 and n_parcels >= _FEWEST_TO_START:
            with suppress(OSError):  # no process to be had: all is done here
                self.workers.extend(_Worker(may_start=_may_start) for _ in range(missing))
        return [worker for worker in self.workers if worker.lives()] if n_parcels >= _FEWEST else []

    def end(self) -> None:
        """Let all end."""
        for worker in self.workers:
            worker.end()


class Cut(Sequence[Parcel]):
    """Work on many articles cut into parcels, each made when it is asked for: they are not in memory all at once.

    Args:
        n: Articles.
        size: Articles a parcel.
        make: A parcel, given its articles.

    Examples:
        >>> ports = ["Brest", "Cork", "Genoa", "Oslo", "Riga"]
        >>> list(Cut(len(ports), 2, ports.__getitem__))
        [['Brest', 'Cork'], ['Genoa', 'Oslo'], ['Riga']]
    """

    def __init__(self, n: int, size: int, make: Callable[[slice], Parcel]) -> None:
        self._n, self._size, self._make = n, size, make

    def __len__(self) -> int:
        return (self._n + self._size - 1) // self._size

    def __getitem__(self, at: Any) -> Any:
        if at >= len(self):
            raise IndexError(at)
        return self._make(slice(at * self._size, min(self._n, (at + 1) * self._size)))


_crew: _Crew | None = None
_may_start = False
_begun: Final[dict[str, _Task]] = {}
"""What was begun by ``ahead``, by name."""


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


@contextmanager
def plain_sums() -> Iterator[None]:
    """Let NumPy's products of matrices use one thread while the block runs.

    The matrices of two articles are small: a second thread costs more than it does, and next to processes that share
    the work it made a run half as long again. Nor does the last bit of a sum then depend on how many cores there are.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1, user_api="blas"):
        yield


@contextmanager
def at_work(processes: int) -> Iterator[None]:
    """What a run of many articles is given: processes, memory that goes back when it is free, garbage seldom sought.

    Args:
        processes: As for ``sharing``; one that ends again (``elsewhere``) may be started though it is 1.
    """
    global _may_start  # noqa: PLW0603  - as for ``sharing``
    large_blocks_go_back()
    before, _may_start = _may_start, _can_start()
    try:
        with seldom_collected(), sharing(processes):
            yield
    except BaseException:
        for task in _begun.values():
            task.stop()
        raise
    finally:
        _may_start = before
        _begun.clear()  # what is still at work ends when it has done it


@contextmanager
def sharing(processes: int) -> Iterator[None]:
    """Let ``shared`` use processes while the block runs.

    Args:
        processes: Processes that work at a time, this one included; 1 starts none.
    """
    global _crew  # noqa: PLW0603  - one crew a process, as there is one set of cores
    if processes < 2 or _crew is not None or not _can_start():
        yield
        return
    _crew = _Crew(processes - 1)
    try:
        yield
    finally:
        ending, _crew = _crew, None
        ending.end()


def _can_start() -> bool:
    """Whether this system and interpreter have processes of the kind that is started here."""
    return os.name == "posix" and bool(sys.executable)


def elsewhere(function: Callable[[Parcel], object], parcel: Parcel) -> bool:
    """Have something done by a process that ends with it, and the memory that it took with the process.

    Args:
        function: A function at the top of a module of this package.
        parcel: Its argument, which can be pickled.

    Returns:
        Whether it was done; not where nobody said ``at_work``, no process is to be had, or it failed.
    """
    if not _may_start:
        return False
    task = _Task(function, parcel)
    try:
        task.start()
        task.done.wait()
    finally:
        task.stop()
    return task.succeeded


def ahead(name: str, function: Callable[[Parcel], object], parcel: Parcel) -> None:
    """Have something done elsewhere while this process does other work; nothing where nobody said ``at_work``.

    What is not done when the run is over is done after it, unless the run failed.

    Args:
        name: What ``waited_for`` asks for.
        function: As for ``elsewhere``.
        parcel: As there.
    """
    if _may_start and name not in _begun:
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
        self._worker: _Worker | None = None
        self.done, self.succeeded = threading.Event(), False

    def start(self) -> None:
        """Begin it; what cannot begin has failed."""
        try:
            self._worker = _Worker(may_start=False)
            threading.Thread(target=self._wait, args=(self._worker,), daemon=True).start()
        except (OSError, RuntimeError):  # no process to be had, or no thread
            self._end()
        except BaseException:
            self._end()
            raise

    def _wait(self, worker: _Worker) -> None:
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


def at_most(processes: int) -> None:
    """Let no more processes than these work from now on, whatever ``sharing`` allows: each takes memory of its own.

    Args:
        processes: Processes that may work at a time, this one included.
    """
    if _crew is not None:
        _crew.allow(processes - 1)


def is_shared() -> bool:
    """Whether there are other processes at work, so that it may pay to cut work into parcels."""
    return _crew is not None and bool(_crew.workers)


def shared(function: Callable[[Parcel], Result], parcels: Sequence[Parcel]) -> list[Result]:
    """What ``function`` makes of each parcel, by this process and the workers there are.

    Args:
        function: A function at the top of a module of this package; pure.
        parcels: Its arguments, each worth some ten milliseconds of work; they and the results can be pickled.

    Returns:
        The results, in order.

    Raises:
        Exception: Whatever ``function`` raises.

    Examples:
        >>> shared(len, ["quay", "harbour"])
        [4, 7]
    """
    workers = _crew.ready(len(parcels)) if _crew is not None else []
    if not workers:
        return [function(parcel) for parcel in parcels]
    results: dict[int, Result] = {}
    turns = iter(range(len(parcels)))
    lock = threading.Lock()

    def take() -> int | None:
        with lock:
            return next(turns, None)

    threads = [
        thread for worker in workers for thread in _threads(worker, function, parcels, take, results.__setitem__)
    ]
    for thread in threads:
        thread.start()
    try:
        while (turn := take()) is not None:
            results[turn] = function(parcels[turn])
    finally:  # after an error here nothing more is handed out, and what is under way is waited for
        with lock:
            turns = iter(())
        for thread in threads:
            thread.join()
    return [results[turn] if turn in results else function(parcels[turn]) for turn in range(len(parcels))]


def _threads(
    worker: _Worker,
    function: Callable[[Parcel], Result],
    parcels: Sequence[Parcel],
    take: Callable[[], int | None],
    keep: Callable[[int, Result], None],
) -> tuple[threading.Thread, threading.Thread]:
    """What hands parcels to a worker, and what takes its results."""
    room = threading.Semaphore(_AHEAD)
    under_way: list[int] = []
    ended = threading.Event()

    def hand_out() -> None:
        try:
            while room.acquire() and not ended.is_set() and (turn := take()) is not None:
                under_way.append(turn)
                worker.into.send((function, parcels[turn]))
            worker.into.send(None)
        except Exception:  # noqa: BLE001  - whatever it is, this worker is of no more use; its parcels are done here
            worker.into.close()

    def take_in() -> None:
        with suppress(Exception):  # as above
            for turn, (done, result) in _as_they_come(under_way, worker.out):
                if done:
                    keep(turn, result)
                room.release()
        ended.set()
        room.release()

    return threading.Thread(target=hand_out, daemon=True), threading.Thread(target=take_in, daemon=True)


def _as_they_come(under_way: list[int], out: Connection) -> Iterator[tuple[int, tuple[bool, Any]]]:
    """Each result with its turn, until the worker has said that there are no more."""
    at = 0
    while (answer := out.recv()) is not None:
        yield under_way[at], answer
        at += 1


def work(*, may_start: bool) -> None:
    """Be a worker: answer parcels until nobody can send any.

    Args:
        may_start: Whether ``elsewhere`` may start a process from here.
    """
    global _may_start  # noqa: PLW0603  - as for ``sharing``
    import signal
    from multiprocessing.connection import Connection

    _may_start = may_start
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
