"""How stages are called, and in which order they come.

In: a stage, its name and its arguments. Out: what it returns. Must not know what a stage does.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any, ParamSpec, Protocol, TypeVar, runtime_checkable

from dedup.memory import mapped_pages_go, small_blocks_go_back

P = ParamSpec("P")
T = TypeVar("T")


class Runner(Protocol):
    """Calls one stage; the seam at which Prefect, progress bars and timers come in."""

    def __call__(self, stage: str, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call ``function`` as the stage named ``stage`` and return what it returns."""
        ...


@runtime_checkable
class HasHeight(Protocol):
    """A frame, in this process or elsewhere, whose rows are known."""

    @property
    def height(self) -> int:
        """Its rows."""
        ...


def call_directly(_stage: str, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """The plain runner: no tasks, no progress."""
    return function(*args, **kwargs)


STAGES = (
    "articles",
    "documents",
    "terms",
    "signatures",
    "bands",
    "candidates",
    "pairs",
    "stories",
    "framing",
    "outlets",
    "recall",
    "report",
    "outputs",
)
STORE_STAGES = (
    "articles",
    "known",
    "lines",
    "furniture",
    "documents",
    "terms",
    "signatures",
    "bands",
    "surroundings",
    "candidates",
    "pairs",
    "touched",
    "closing",
    "stories",
    "framing",
    "outlets",
    "recall",
    "report",
    "outputs",
    "commit",
)
"""The stages of a run with a history."""
REBUILDING_STAGES = (*STORE_STAGES[STORE_STAGES.index("known") : STORE_STAGES.index("framing")], "commit")
"""The stages of each batch of a history that is made anew."""
CERTIFIED_STAGES = (*STAGES[:-2], "certificate", *STAGES[-2:])
"""The stages of a run that is to be certified."""
CERTIFIED_STORE_STAGES = (*STORE_STAGES[:-3], "certificate", *STORE_STAGES[-3:])
"""The same with a history."""


def stages_of(*, certify: bool, with_store: bool) -> tuple[str, ...]:
    """The stages that a batch will go through.

    Examples:
        >>> set(stages_of(certify=True, with_store=False)) - set(STAGES)
        {'certificate'}
    """
    if with_store:
        return CERTIFIED_STORE_STAGES if certify else STORE_STAGES
    return CERTIFIED_STAGES if certify else STAGES


class Measured:
    """A runner that calls another and counts.

    Args:
        runner: The runner that does the work.

    Attributes:
        stages: Of every stage that returned, in order: name, rows of its first frame (None without one), seconds, rows
            a second, and the most memory that the process had held by then, in megabytes.

    Examples:
        >>> measured = Measured(call_directly)
        >>> measured("documents", len, [1, 2, 3])
        3
        >>> [(stage["name"], stage["rows"]) for stage in measured.stages]
        [('documents', None)]
    """

    def __init__(self, runner: Runner) -> None:
        self.stages: list[dict[str, Any]] = []
        self._runner = runner

    def __call__(self, stage: str, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Have a stage called, and note what it took."""
        began = time.perf_counter()
        result = self._runner(stage, function, *args, **kwargs)
        seconds = time.perf_counter() - began
        rows = next(iter(heights_of(result)), None)
        rate = None if rows is None or not seconds else round(rows / seconds, 1)
        memory = round(peak_megabytes(), 1)
        small_blocks_go_back()
        mapped_pages_go()
        self.stages.append(
            {"name": stage, "rows": rows, "seconds": round(seconds, 3), "rows_per_second": rate, "peak_mb": memory}
        )
        return result


def peak_megabytes() -> float:
    """The most memory that this process has held so far."""
    import resource

    unit = 1 if sys.platform == "darwin" else 1_024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1_000_000


def heights_of(result: object) -> list[int]:
    """Rows of every frame that a stage returned, in order.

    Args:
        result: A frame, a tuple or dataclass of results, or anything else.

    Examples:
        >>> import polars as pl
        >>> frame = pl.DataFrame({"row": [1, 2]})
        >>> heights_of(frame), heights_of((frame, frame.head(1))), heights_of("a page")
        ([2], [2, 1], [])
    """
    if is_dataclass(result) and not isinstance(result, HasHeight):
        result = tuple(getattr(result, field.name) for field in fields(result))
    results = result if isinstance(result, tuple) else (result,)
    return [each.height for each in results if isinstance(each, HasHeight)]
