"""What a run did when, as a trace that viewers open.

In: the stages as they are called. Out: a trace in the Trace Event Format (Google 2016), which ``chrome://tracing``,
Perfetto and Speedscope read: a slice a stage, with processor time and rows, and the memory of the process beside it.
Must not know what a stage computes, nor write to disk.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any, Final, ParamSpec, TypeVar

from dedup.runners import Runner, heights_of, peak_megabytes

P = ParamSpec("P")
T = TypeVar("T")
Event = dict[str, Any]

_MICROSECONDS: Final = 1_000_000


class Traced:
    """A runner that calls another and takes the time.

    Args:
        runner: The runner that does the work.

    Attributes:
        events: What was seen so far, in the Trace Event Format.

    Examples:
        >>> from dedup.pipeline import call_directly
        >>> traced = Traced(call_directly)
        >>> traced("documents", len, [1, 2, 3])
        3
        >>> [(event["ph"], event["name"]) for event in traced.events]
        [('C', 'memory'), ('X', 'documents'), ('C', 'memory')]
    """

    def __init__(self, runner: Runner) -> None:
        self.events: list[Event] = []
        self._runner = runner
        self._began = time.perf_counter()

    def __call__(self, stage: str, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Have a stage called, and note when it began and how long it took."""
        self._memory()
        began, used = time.perf_counter(), time.process_time()
        result = self._runner(stage, function, *args, **kwargs)
        ended = time.perf_counter()
        arguments: dict[str, Any] = {"processor seconds": round(time.process_time() - used, 6)}
        if heights := heights_of(result):
            arguments["rows"] = heights[0]
        self._add("X", stage, began, dur=(ended - began) * _MICROSECONDS, args=arguments)
        self._memory()
        return result

    def document(self) -> dict[str, Any]:
        """The whole trace, as the object that its file holds."""
        return {"traceEvents": self.events, "displayTimeUnit": "ms"}

    def _add(self, kind: str, name: str, when: float, **more: Any) -> None:
        at = (when - self._began) * _MICROSECONDS
        self.events.append({"name": name, "ph": kind, "ts": at, "pid": os.getpid(), "tid": 1, **more})

    def _memory(self) -> None:
        self._add("C", "memory", time.perf_counter(), args={"peak MB": round(peak_megabytes(), 1)})
