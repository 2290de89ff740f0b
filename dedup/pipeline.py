"""The order of the stages, written once for every runner and every engine.

In: inputs, an output folder, a configuration. Out: a finished run on disk and its manifest. Must not know who runs it:
the command line calls each stage directly, Prefect as a task run, both through the same ``run``.

    articles -> documents -> signatures -> bands -> candidates -> pairs -> stories -> framing -> report -> outputs
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ParamSpec, Protocol, TypeVar

import polars as pl

from dedup.config import Config

P = ParamSpec("P")
T = TypeVar("T")


class Runner(Protocol):
    """Calls one stage; the seam at which Prefect, progress bars and timers come in."""

    def __call__(self, stage: str, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call ``function`` as the stage named ``stage`` and return what it returns."""
        ...


def call_directly(stage: str, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """The plain runner: no tasks, no progress."""
    return function(*args, **kwargs)


@dataclass(frozen=True)
class Run:
    """A finished run.

    Args:
        out: The folder that was written.
        manifest: What ``run.json`` holds.
        stories: The STORIES frame.
        members: The MEMBERS frame.
        pairs: The PAIRS frame.
        framing: The FRAMING frame.
        articles: The ARTICLES frame.
        skipped: The SKIPPED frame.
    """

    out: Path
    manifest: dict[str, Any]
    stories: pl.DataFrame
    members: pl.DataFrame
    pairs: pl.DataFrame
    framing: pl.DataFrame
    articles: pl.DataFrame
    skipped: pl.DataFrame


STAGES = (
    "articles",
    "documents",
    "signatures",
    "bands",
    "candidates",
    "pairs",
    "stories",
    "framing",
    "report",
    "outputs",
)


def run(inputs: Sequence[str | Path], out: Path, config: Config, *, runner: Runner = call_directly) -> Run:
    """Detect stories in ``inputs`` and write them to ``out``.

    Args:
        inputs: Files, folders or globs to read.
        out: Folder to write; replaced as a whole when everything is ready, untouched until then.
        config: All settings.
        runner: How each stage is called.

    Returns:
        The finished run.

    Raises:
        DedupError: Whatever stops the whole run; a single bad article never does.
    """
    raise NotImplementedError
