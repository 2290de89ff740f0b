"""Progress of a run on a terminal.

In: the stages as they are called. Out: a bar that names the stage at work and is gone at the end. Must not know what a
stage does.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Final, NoReturn, ParamSpec, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from dedup.compiling import when_compiling
from dedup.pipeline import Runner, call_directly

P = ParamSpec("P")
T = TypeVar("T")

WORK: Final = {
    "articles": "Reading articles",
    "documents": "Preparing texts",
    "terms": "Weighing terms",
    "signatures": "Sketching",
    "bands": "Banding",
    "candidates": "Joining look-alikes",
    "pairs": "Verifying pairs",
    "stories": "Grouping stories",
    "framing": "Comparing variants",
    "outlets": "Summing up outlets",
    "recall": "Estimating recall",
    "certificate": "Comparing all with all",
    "report": "Writing the report",
    "outputs": "Writing outputs",
    "copies": "Finding copies",
    "known": "Looking up the history",
    "lines": "Reading new articles",
    "furniture": "Looking up outlets' lines",
    "surroundings": "Looking up what is near",
    "touched": "Looking up stories",
    "closing": "Closing groups",
    "commit": "Adding to the history",
}
"""What people read while a stage works."""
COMPILING: Final = "Compiling for this machine, which happens once and takes up to two minutes ..."


class _Bar:
    """A runner that moves a bar on."""

    def __init__(self, progress: Progress, n_stages: int) -> None:
        self.progress = progress
        self.task: TaskID = progress.add_task("", total=n_stages)

    def __call__(self, stage: str, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        self.progress.update(self.task, description=WORK.get(stage, stage.capitalize()), refresh=True)
        result = function(*args, **kwargs)
        self.progress.advance(self.task)
        return result


@contextmanager
def shown_progress(console: Console, stages: Sequence[str], *, quiet: bool) -> Iterator[Runner]:
    """Give the runner that shows progress on ``console``, or the plain one where nobody watches.

    A termination signal ends the process with status 143, as it does anyway, but after the bar has given the cursor
    back.

    Args:
        console: Where to show it; nothing is shown where it is not a terminal.
        stages: The stages that will be called.
        quiet: Show nothing.
    """
    if quiet:
        yield call_directly
        return
    when_compiling(lambda: console.print(COMPILING, style="dim"))
    if not console.is_terminal:
        yield call_directly
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", style="bold"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    before = signal.signal(signal.SIGTERM, _terminate)
    try:
        with Progress(*columns, console=console, transient=True) as progress:
            yield _Bar(progress, len(stages))
    finally:
        signal.signal(signal.SIGTERM, before)


def _terminate(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)
