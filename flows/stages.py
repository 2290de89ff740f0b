"""Stages of the pipeline as Prefect task runs.

In: the calls that ``dedup.pipeline.run`` makes through its runner. Out: the same results, each call seen by Prefect as
one task run with a name, a log line, a duration and a state. Must not know what a stage computes, nor change it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final, ParamSpec, Protocol, TypeVar

from prefect import State, Task, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import TaskRun
from prefect.states import Failed

from dedup.errors import DedupError, SchemaError
from dedup.runners import heights_of

P = ParamSpec("P")
T = TypeVar("T")

RETRY_DELAYS: Final = (2.0, 10.0)
"""Seconds before the second and the third try of a stage that met a transient fault."""

PERMANENT_FAULTS: Final = (
    FileExistsError,
    FileNotFoundError,
    IsADirectoryError,
    NotADirectoryError,
    PermissionError,
)
"""Faults of the operating system that waiting does not mend."""


def is_transient(fault: object) -> bool:
    """Whether trying again may help: a fault of disk or network, not of the input, the settings or the program.

    Args:
        fault: What a stage raised.

    Examples:
        >>> is_transient(TimeoutError()), is_transient(OSError(5, "Input/output error"))
        (True, True)
        >>> is_transient(FileNotFoundError()), is_transient(DedupError("no such folder"))
        (False, False)
        >>> from dedup.errors import StoreLockedError
        >>> is_transient(StoreLockedError("another run holds this store"))
        True
    """
    if isinstance(fault, DedupError):
        return fault.transient or is_transient(fault.__cause__)
    return isinstance(fault, OSError) and not isinstance(fault, PERMANENT_FAULTS)


def rows_of(result: object) -> str:
    """How much a stage returned, for the log.

    Args:
        result: A frame, a tuple or dataclass of results, or anything else.

    Returns:
        Rows of every frame in order, or an empty string when there is none.

    Examples:
        >>> import polars as pl
        >>> frame = pl.DataFrame({"row": range(1200)})
        >>> rows_of(frame), rows_of((frame, frame.head(1))), rows_of("out/report.html")
        ('1,200 rows', '1,200 + 1 rows', '')
    """
    heights = [f"{height:,}" for height in heights_of(result)]
    if not heights:
        return ""
    return "1 row" if heights == ["1"] else f"{' + '.join(heights)} rows"


def failed(error: DedupError) -> State[DedupError]:
    """The state of a run that met an error of ours; returned, not raised.

    Our errors say what happened and what to do. Raised inside a run, Prefect would log two pages of traceback around
    that sentence. Whoever called the run still gets the very error raised.

    Args:
        error: What stopped the run.

    Examples:
        >>> failed(DedupError("no such folder", where="news/")).message
        'DedupError: news/: no such folder.'
    """
    state: State[DedupError] = Failed(message=f"{type(error).__name__}: {error}", data=error)
    return state


class StageListener(Protocol):
    """Hears when a stage has ended."""

    def __call__(self, stage: str, /) -> None:
        """Take note that ``stage`` has returned."""
        ...


class StageTasks:
    """The runner that makes every stage a task run; hand one to ``dedup.pipeline.run`` inside a flow.

    A stage is handed to Prefect as a call without arguments that returns nothing: frames never meet its parameter
    inspection (which walks and hashes them: 0.9 s a call for 145 MB), its result store or its API, and are freed as
    soon as the pipeline lets go of them. Each task run waits for the one before, which is what draws the lines in the
    run's graph.

    Args:
        on_stage: Called after each stage that succeeded.
    """

    def __init__(self, on_stage: StageListener) -> None:
        self._on_stage = on_stage
        self._previous: list[State[Any]] = []

    def listen(self, on_stage: StageListener) -> None:
        """Tell another listener from now on."""
        self._on_stage = on_stage

    def __call__(self, stage: str, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call ``function`` as a task run named ``stage`` and return what it returns.

        Args:
            stage: Name of the stage.
            function: The stage.
            *args: Handed on untouched.
            **kwargs: Handed on untouched.

        Raises:
            Exception: Whatever the stage raised, after the last try if the fault was transient.
        """
        results: list[T] = []

        def call() -> State[DedupError] | None:
            started = time.perf_counter()
            try:
                result = function(*args, **kwargs)
            except SchemaError:  # a bug, and its traceback is wanted
                raise
            except DedupError as error:
                if is_transient(error):  # raised, because Prefect does not try a returned state again
                    raise
                return failed(error)
            seconds = time.perf_counter() - started
            rows = rows_of(result)
            get_run_logger().info("%s: %s in %.2f s", stage, rows or "done", seconds)
            results.append(result)
            return None

        # Prefect tells tasks apart by the qualified name of their function, and all stages come through this one.
        call.__name__ = stage
        call.__qualname__ = f"stage.{stage}"
        stage_task = task(
            name=stage,
            task_run_name=stage,
            tags=["stage"],
            cache_policy=NO_CACHE,
            persist_result=False,
            retries=len(RETRY_DELAYS),
            retry_delay_seconds=list(RETRY_DELAYS),
            retry_condition_fn=_met_transient_fault,
        )(call)
        state: State[Any] = stage_task(return_state=True, wait_for=self._previous)
        if not state.is_completed():
            state.result(raise_on_failure=True)
        self._previous = [state]
        self._on_stage(stage)
        return results.pop()


def _met_transient_fault(_task: Task[..., Any], _task_run: TaskRun, state: State[Any]) -> bool:
    # NOTE: Prefect ignores callables that are not plain functions here.
    return is_transient(state.result(raise_on_failure=False))
