"""The order of the stages, written once for every runner and every engine.

In: inputs, an output folder, a configuration. Out: a finished run on disk and its manifest. Must not know who runs it:
the command line calls each stage directly, Prefect as a task run, both through the same ``run``.

    articles -> documents -> terms -> signatures -> bands -> candidates -> pairs -> stories -> framing
             -> outlets -> recall (-> certificate) -> report -> outputs
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ParamSpec, Protocol, TypeVar

import polars as pl

from dedup.config import Config
from dedup.errors import ConfigError
from dedup.manifest import manifest, utc_now
from dedup.match.candidates import candidates
from dedup.match.certificate import certificate
from dedup.match.pairs import pairs
from dedup.match.recall import estimate_recall
from dedup.report.html_page import render_report
from dedup.sketch.bands import bands
from dedup.sketch.documents import documents
from dedup.sketch.signatures import signatures
from dedup.sketch.terms import terms
from dedup.store.articles import read_articles
from dedup.store.locks import output_lock
from dedup.store.outputs import check_output, write_run
from dedup.stories.framing import framing
from dedup.stories.outlets import outlets
from dedup.stories.stories import stories

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
        outlets: The OUTLETS frame.
        flows: The FLOWS_BETWEEN_OUTLETS frame.
        articles: The ARTICLES frame.
        skipped: The SKIPPED frame.
    """

    out: Path
    manifest: dict[str, Any]
    stories: pl.DataFrame
    members: pl.DataFrame
    pairs: pl.DataFrame
    framing: pl.DataFrame
    outlets: pl.DataFrame
    flows: pl.DataFrame
    articles: pl.DataFrame
    skipped: pl.DataFrame


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
CERTIFIED_STAGES = (*STAGES[:-2], "certificate", *STAGES[-2:])
"""The stages of a run that is to be certified."""


def check_engine(config: Config) -> None:
    """Refuse, before any work, an engine that is not there.

    Raises:
        ConfigError: It is not there.
    """
    if config.engine.name != "local":
        raise ConfigError(
            f"the engine '{config.engine.name}' is not part of this version",
            where="engine.name",
            hint="Use engine.name=local.",
        )


def run(
    inputs: Sequence[str | Path], out: Path, config: Config, *, certify: bool = False, runner: Runner = call_directly
) -> Run:
    """Detect stories in ``inputs`` and write them to ``out``.

    Args:
        inputs: Files, folders or globs to read.
        out: Folder to write; replaced as a whole when everything is ready, untouched until then.
        config: All settings.
        certify: Whether the candidates are held against an exact join (see ``dedup.match.certificate``).
        runner: How each stage is called.

    Returns:
        The finished run.

    Raises:
        DedupError: Whatever stops the whole run; a single bad article never does.
    """
    started_at = utc_now()
    check_engine(config)
    check_output(out, inputs)
    with output_lock(out):
        read = runner("articles", read_articles, inputs, config.input)
        articles = read.articles
        prepared = runner("documents", documents, articles, config.text)
        salient = runner("terms", terms, prepared)
        signed = runner("signatures", signatures, prepared, salient, config.sketch, config.engine.n_threads)
        banded = runner("bands", bands, signed, config.sketch)
        found = runner("candidates", candidates, banded, salient, articles, config.match)
        verified = runner("pairs", pairs, found.frame, articles, prepared, config)
        told = runner("stories", stories, verified, articles, prepared, config)
        framed = runner("framing", framing, told.members, articles, prepared, config)
        summed = runner(
            "outlets",
            outlets,
            told.members,
            told.pairs,
            framed,
            articles,
            config.stories.outlets,
            documents=prepared,
        )
        recall = runner("recall", estimate_recall, salient, found.frame, articles, prepared, config)
        certified = runner("certificate", certificate, found.frame, prepared, articles, config) if certify else None
        told_manifest = manifest(read, found, recall, certified, told, config, started_at)
        page = runner(
            "report",
            render_report,
            told_manifest,
            articles,
            told.stories,
            told.members,
            told.pairs,
            framed,
            read.skipped,
            config.report,
            outlets=summed.outlets,
            flows=summed.flows,
            documents=prepared,
        )
        frames = {
            "articles": articles,
            "stories": told.stories,
            "members": told.members,
            "pairs": told.pairs,
            "framing": framed,
            "outlets": summed.outlets,
            "flows": summed.flows,
            "skipped": read.skipped,
        }
        runner("outputs", write_run, out, told_manifest, **frames, report=page)
    return Run(out=out, manifest=told_manifest, **frames)
