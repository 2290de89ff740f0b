"""``dedup run``.

In: inputs, an output folder, settings. Out: a finished run on disk, its stories on stdout, what to know and what to do
next on stderr. Must not know how stories are found.
"""

from __future__ import annotations

import shlex
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from dedup.cli.outcomes import DONE_WITH_REJECTED, needing_prefect
from dedup.cli.progress import shown_progress
from dedup.cli.streams import discard_output, flush_output, laid_out, messages, records, tell, write_json, write_text
from dedup.config import Config

if TYPE_CHECKING:
    from dedup.pipeline import Run
    from dedup.store.outputs import StoredRun

OPENED_FIRST: Final = "report.html"
"""The file that a person looks for; the others are named in the order of the store."""

FURNITURE: Final = ("hidden_file", "not_articles")
"""Codes of what lies in a folder beside the articles (.DS_Store, README): skipped, but nobody took it for an input."""

MAX_TOLD: Final = 5
"""Rejected inputs told one by one; the file has them all."""


def run_inputs(
    inputs: Sequence[str], out: Path, config: Config, *, as_json: bool, quiet: bool, with_prefect: bool
) -> int:
    """Run the pipeline and show what came out.

    Args:
        inputs: Files, folders or globs to read.
        out: Folder to write.
        config: All settings.
        as_json: Write the stories as JSON lines instead of a table.
        quiet: Write nothing to stderr but errors.
        with_prefect: Run as a Prefect flow.

    Returns:
        Exit status: 0, or 3 if some inputs were rejected; the furniture of a folder is skipped without an alarm.

    Raises:
        DedupError: Whatever stopped the run.
    """
    started = time.monotonic()
    run = _run_flow(inputs, out, config) if with_prefect else _run_here(inputs, out, config, quiet=quiet)
    seconds = time.monotonic() - started
    status = DONE_WITH_REJECTED if _rejected(run.skipped).height else 0
    try:
        if as_json:
            _write_stories(run)
        else:
            _print_result(run, out)
        flush_output()
    except BrokenPipeError:  # "| head" has seen enough; the run itself is done
        discard_output()
    if not quiet:
        _tell_rest(run, out, seconds)
    return status


def _run_here(inputs: Sequence[str], out: Path, config: Config, *, quiet: bool) -> Run:
    from dedup import pipeline

    with shown_progress(messages(), quiet=quiet) as runner:
        return pipeline.run(inputs, out, config, runner=runner)


def _run_flow(inputs: Sequence[str], out: Path, config: Config) -> StoredRun:
    with needing_prefect():
        from flows.detect import run_flow
    from dedup.store.outputs import read_run

    run_flow(inputs, out, config)
    return read_run(out)


def _write_stories(run: Run | StoredRun) -> None:
    """Write what ``stories.jsonl`` holds."""
    texts = run.articles.select(canonical_id="article_id", canonical_text="text")
    for story in records(run.stories.join(texts, on="canonical_id", how="left", maintain_order="left")):
        write_json(story)


def _print_result(run: Run | StoredRun, out: Path) -> None:
    from dedup.report.terminal import run_summary, shown_text, stories_table
    from dedup.store.outputs import FILES

    table = stories_table(run.stories, run.members, run.articles)
    parts = [
        run_summary(run.articles.height, run.skipped.height, run.stories),
        *(["", table] if table is not None else []),
        "",
        shown_text(f"Written to {out}: {', '.join(sorted(FILES, key=OPENED_FIRST.__ne__))}", "dim"),
    ]
    write_text(laid_out(lambda _: parts))


def _tell_rest(run: Run | StoredRun, out: Path, seconds: float) -> None:
    """Tell warnings, rejected inputs and what to do next."""
    for warning in run.manifest["warnings"]:
        tell(f"Warning: {warning}")
    rejected, listing = _rejected(run.skipped), out / "skipped.jsonl"
    for where, reason in rejected.head(MAX_TOLD).iter_rows():
        tell(f"Rejected: {where}: {reason}")
    if rejected.height > MAX_TOLD:
        tell(f"Rejected: {rejected.height - MAX_TOLD:,} more, see {listing}")
    if n_furniture := run.skipped.height - rejected.height:
        tell(f"Passed over: {n_furniture:,} hidden or accompanying, such as a README, see {listing}")
    tell(f"Done in {seconds:.1f} s. Next: {_next_step(run, out)}")


def _rejected(skipped: pl.DataFrame) -> pl.DataFrame:
    """The skipped inputs that somebody might miss."""
    return skipped.filter(~pl.col("reason").str.split(":").list.first().is_in(FURNITURE))


def _next_step(run: Run | StoredRun, out: Path) -> str:
    largest = run.stories.sort("size", "story_id", descending=[True, False]).head(1)
    page = shlex.quote(str(out / "report.html"))
    if largest.is_empty():
        return f"check the inputs; nothing in them could be used. {out / 'skipped.jsonl'} says why."
    story_id = shlex.quote(largest["story_id"].item())
    return f"dedup show {story_id} --out {shlex.quote(str(out))}, or open {page}"
