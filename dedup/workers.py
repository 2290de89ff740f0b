"""Processes beside this one that share the work of Python code, article by article.

In: a function of this package and parcels of work. Out: a result for each parcel, in order, the same whoever did it.
Must not know what the work is.

Python code of one process runs on one core. Processes cost a second to start and every text has to be sent, so only
work of many articles is shared, and only where somebody said ``sharing``: the command line does, the library never
starts a process by itself. What a worker (``processes.Worker``) fails to do, for whatever reason, is done here: an
error is raised where it can be read, and a worker that is killed costs time, not the run.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar

from dedup.elsewhere import allowed, is_allowed
from dedup.memory import large_blocks_go_back
from dedup.processes import Worker, can_start, seldom_collected

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


class _Crew:
    """The workers of one ``sharing``, started when there is enough to do."""

    def __init__(self, size: int) -> None:
        self.size = self.allowed = size
        self.workers: list[Worker] = []

    def allow(self, size: int) -> None:
        """Have no more than so many from now on."""
        self.allowed = min(self.size, size)
        while len(self.workers) > self.allowed:
            self.workers.pop().end()

    def ready(self, n_parcels: int) -> list[Worker]:
        """The workers for so many parcels."""
        missing = self.allowed - len(self.workers)
        if missing > 0 and n_parcels >= _FEWEST_TO_START:
            with suppress(OSError):  # no process to be had: all is done here
                self.workers.extend(Worker(may_start=is_allowed()) for _ in range(missing))
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
        processes: As for ``sharing``; what is done ``elsewhere`` comes beside them.
    """
    large_blocks_go_back()
    with seldom_collected(), allowed(), sharing(processes):
        yield


@contextmanager
def sharing(processes: int) -> Iterator[None]:
    """Let ``shared`` use processes while the block runs.

    Args:
        processes: Processes that work at a time, this one included; 1 starts none.
    """
    global _crew  # noqa: PLW0603  - one crew a process, as there is one set of cores
    if processes < 2 or _crew is not None or not can_start():
        yield
        return
    _crew = _Crew(processes - 1)
    try:
        yield
    finally:
        ending, _crew = _crew, None
        ending.end()


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
    results: dict[int, Result] = {}
    handed_on(function, parcels, results.__setitem__)
    return [results[turn] for turn in range(len(parcels))]


def handed_on(
    function: Callable[[Parcel], Result], parcels: Sequence[Parcel], take: Callable[[int, Result], None]
) -> None:
    """Hand on what ``shared`` would return, each result as soon as it is there: they are not in memory all at once.

    Args:
        function: As for ``shared``.
        parcels: As for ``shared``.
        take: Called with the number of each parcel and its result, one at a time, in any order, by any thread; where it
            raises in another one than this, once more in this.

    Raises:
        Exception: Whatever ``function`` or ``take`` raises.
    """
    workers = _crew.ready(len(parcels)) if _crew is not None else []
    done = [False] * len(parcels)
    taking = threading.Lock()

    def keep(turn: int, result: Result) -> None:
        with taking:
            take(turn, result)
            done[turn] = True

    if workers:
        _work_together(workers, function, parcels, keep)
    for turn, is_done in enumerate(done):
        if not is_done:
            keep(turn, function(parcels[turn]))


def _work_together(
    workers: Sequence[Worker],
    function: Callable[[Parcel], Result],
    parcels: Sequence[Parcel],
    keep: Callable[[int, Result], None],
) -> None:
    """What this process and workers get done of some parcels: all, unless a worker fails."""
    turns = iter(range(len(parcels)))
    lock = threading.Lock()

    def next_turn() -> int | None:
        with lock:
            return next(turns, None)

    threads = [thread for worker in workers for thread in _threads(worker, function, parcels, next_turn, keep)]
    for thread in threads:
        thread.start()
    try:
        while (turn := next_turn()) is not None:
            keep(turn, function(parcels[turn]))
    finally:  # after an error here nothing more is handed out, and what is under way is waited for
        with lock:
            turns = iter(())
        for thread in threads:
            thread.join()


def _threads(
    worker: Worker,
    function: Callable[[Parcel], Result],
    parcels: Sequence[Parcel],
    next_turn: Callable[[], int | None],
    keep: Callable[[int, Result], None],
) -> tuple[threading.Thread, threading.Thread]:
    """What hands parcels to a worker, and what takes its results."""
    room = threading.Semaphore(_AHEAD)
    under_way: list[int] = []
    ended = threading.Event()

    def hand_out() -> None:
        try:
            while room.acquire() and not ended.is_set() and (turn := next_turn()) is not None:
                under_way.append(turn)
                worker.into.send((function, parcels[turn]))
            worker.into.send(None)
        except Exception:  # noqa: BLE001  - whatever it is, this worker is of no more use; its parcels are done here
            worker.into.close()

    def take_in() -> None:
        worker.was_left = True
        with suppress(Exception):  # as above
            for turn, (done, result) in _as_they_come(under_way, worker.out):
                with suppress(Exception):  # taken once more, where that can be told; the others are waiting behind it
                    if done:
                        keep(turn, result)
                room.release()
            worker.was_left = False
        ended.set()
        room.release()

    return threading.Thread(target=hand_out, daemon=True), threading.Thread(target=take_in, daemon=True)


def _as_they_come(under_way: list[int], out: Connection) -> Iterator[tuple[int, tuple[bool, Any]]]:
    """Each result with its turn, until the worker has said that there are no more."""
    at = 0
    while (answer := out.recv()) is not None:
        yield under_way[at], answer
        at += 1
