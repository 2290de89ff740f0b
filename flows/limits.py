"""How long a batch may take, and how long it waits for another that holds its store.

In: a batch as a call, settings of the schedule. Out: what the call returns, or an error that says which limit was met.
Must not know what a batch does. A batch is one transaction of its store, so it may be stopped at any moment.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final, NoReturn, TypeVar

from prefect import get_run_logger

from dedup.errors import DedupError, StoreLockedError

T = TypeVar("T")

LOCK_DELAYS: Final = (10.0, 60.0, 300.0)
"""Seconds before a batch that met the lock of another run tries again; then it fails, naming the holder."""


class OvertimeError(DedupError):
    """The batch took longer than the schedule allows."""


def waiting_for_lock(batch: Callable[[], T]) -> T:
    """Call ``batch``, again after a while where another run holds its store or its output.

    Args:
        batch: A call that takes its locks before it does anything else.

    Raises:
        StoreLockedError: It is still held after the last wait; the text names the holder.
    """
    for seconds in LOCK_DELAYS:
        try:
            return batch()
        except StoreLockedError as held:
            get_run_logger().warning("%s Trying again in %g seconds.", held, seconds)
        time.sleep(seconds)
    return batch()


@contextmanager
def at_most(minutes: float | None) -> Iterator[None]:
    """Stop what the block does after some minutes.

    Args:
        minutes: How long; None for any time. Only the main thread of a process can be stopped; in another a warning
            says that there is no limit.

    Raises:
        OvertimeError: The time is over.
    """
    if minutes is None:
        yield
        return
    if threading.current_thread() is not threading.main_thread():
        get_run_logger().warning("schedule.timeout_minutes has no effect: the flow is not in the main thread.")
        yield
        return

    over = OvertimeError(
        f"took longer than {minutes:g} minutes and was stopped",
        where="schedule.timeout_minutes",
        hint="Nothing of the batch that was at work was kept. Raise the limit, or make batches smaller.",
    )
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> NoReturn:
        stopped.set()
        raise over

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, minutes * 60)
    try:
        yield
    except BaseException as error:
        if stopped.is_set() and error is not over:  # code that is not Python tells of an interruption in its own words
            raise over from error
        raise
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
