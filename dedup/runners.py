"""How stages are called, and in which order they come.

In: a stage, its name and its arguments. Out: what it returns. Must not know what a stage does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Runner(Protocol):
    """Calls one stage; the seam at which Prefect, progress bars and timers come in."""

    def __call__(self, stage: str, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call ``function`` as the stage named ``stage`` and return what it returns."""
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
    "commit",
    "outputs",
)
"""The stages of a run with a history."""
CERTIFIED_STAGES = (*STAGES[:-2], "certificate", *STAGES[-2:])
"""The stages of a run that is to be certified."""
