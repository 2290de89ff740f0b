"""``dedup run``.

In: inputs, an output folder, settings. Out: a finished run on disk, its stories on stdout, what to know and what to do
next on stderr. Must not know how stories are found.
"""

from __future__ import annotations

import shlex
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dedup.cli.outcomes import DONE_WITH_REJECTED, needing_prefect
from dedup.cli.progress import shown_progress
from dedup.cli.rejected import n_rejected, tell_skipped
from dedup.cli.streams import laid_out, messages, output_that_may_end, records, tell, write_json, write_text
from dedup.config import Config
from dedup.errors import UsageError
from dedup.store.remote import address_of

if TYPE_CHECKING:
    from dedup.pipeline import Run
    from dedup.store.outputs import StoredRun

OPENED_FIRST: Final = "report.html"
"""The file that a person looks for; the others are named in the order of the store."""


@dataclass(frozen=True)
class Switches:
    """How a run is called.

    Args:
        as_json: Write the stories as JSON lines instead of a table.
        quiet: Write nothing to stderr but errors.
        with_prefect: Run as a Prefect flow.
        certify: Hold the candidates against an exact join.
        profile: File for a trace of what took how long; None for none.
        store: Folder of the history; None for none.
    """

    as_json: bool = False
    quiet: bool = False
    with_prefect: bool = False
    certify: bool = False
    profile: Path | None = None
    store: Path | None = None


def run_inputs(inputs: Sequence[str], out: Path, config: Config, switches: Switches) -> int:
    """Run the pipeline and show what came out.

    Args:
        inputs: Files, folders or globs to read.
        out: Folder to write.
        config: All settings.
        switches: How it is called.

    Returns:
        Exit status: 0, or 3 if some inputs were rejected; the furniture of a folder is skipped without an alarm.

    Raises:
        DedupError: Whatever stopped the run.
    """
    _check(inputs, out, switches)
    started = time.monotonic()
    if switches.with_prefect:
        run: Run | StoredRun = _run_flow(inputs, out, config, certify=switches.certify, store=switches.store)
    else:
        run = _run_here(inputs, out, config, switches)
    seconds = time.monotonic() - started
    status = DONE_WITH_REJECTED if n_rejected(run.manifest["counts"]["skipped"]) else 0
    with output_that_may_end():
        if switches.as_json:
            _write_stories(run)
        else:
            _print_result(run, out)
    if not switches.quiet:
        if switches.as_json and run.manifest["certificate"]:
            _tell_certificate(run)
        _tell_rest(run, out, seconds)
    return status


def _check(inputs: Sequence[str], out: Path, switches: Switches) -> None:
    if switches.with_prefect and address_of(out):
        raise UsageError(
            f"--prefect shows a run of this machine, and {address_of(out)} is no path of it",
            hint="Leave out --prefect, or run it by 'dedup serve', whose artifacts show it.",
        )
    if switches.profile is None:
        return
    if switches.with_prefect:
        raise UsageError(
            "--profile does not work with --prefect",
            hint="Leave out one of the two; Prefect's page of the run shows how long its stages took.",
        )
    from dedup.store.targets import check_file

    for folder in [switches.store, None if address_of(out) else out]:
        if folder is not None and folder.resolve() in switches.profile.resolve().parents:
            raise UsageError(
                "--profile names a file in a folder that the run writes",
                where=str(switches.profile),
                got=str(folder),
                hint="Name a file elsewhere.",
            )
    check_file(switches.profile, inputs)


def _run_here(inputs: Sequence[str], out: Path, config: Config, switches: Switches) -> Run:
    from dedup import pipeline
    from dedup.runners import stages_of
    from dedup.workers import at_work

    stages = stages_of(certify=switches.certify, with_store=switches.store is not None)
    with at_work(config.engine.n_threads), shown_progress(messages(), stages, quiet=switches.quiet) as runner:
        if switches.profile is None:
            return pipeline.run(inputs, out, config, certify=switches.certify, store=switches.store, runner=runner)
        from dedup.store.traces import write_trace
        from dedup.tracing import Traced

        traced = Traced(runner)
        try:
            return pipeline.run(inputs, out, config, certify=switches.certify, store=switches.store, runner=traced)
        finally:  # what a run that failed did is worth seeing, too
            write_trace(switches.profile, traced.document())


def _run_flow(inputs: Sequence[str], out: Path, config: Config, *, certify: bool, store: Path | None) -> StoredRun:
    with needing_prefect():
        from flows.detect import run_flow
    from dedup.store.outputs import read_run

    run_flow(inputs, out, config, certify=certify, store=store)
    return read_run(out)


def _write_stories(run: Run | StoredRun) -> None:
    """Write what ``stories.jsonl`` holds."""
    texts = run.articles.select(canonical_id="article_id", canonical_text="text")
    for story in records(run.stories.join(texts, on="canonical_id", how="left", maintain_order="left")):
        write_json(story)


def _print_result(run: Run | StoredRun, out: Path) -> None:
    from dedup.report.terminal import run_summary, shown_text, stories_table
    from dedup.report.terminal_copies import certified_line
    from dedup.report.totals import totals, with_counts
    from dedup.store.outputs import FILES

    whole = with_counts(totals(run.stories, run.members, run.skipped), run.manifest["counts"])
    table = stories_table(run.stories, run.members, run.articles, whole)
    certified = run.manifest["certificate"]
    parts = [
        run_summary(whole),
        *([certified_line(certified)] if certified else []),
        *(["", table] if table is not None else []),
        "",
        shown_text(f"Written to {address_of(out) or out}: {', '.join(sorted(FILES, key=OPENED_FIRST.__ne__))}", "dim"),
    ]
    write_text(laid_out(lambda _: parts))


def _tell_certificate(run: Run | StoredRun) -> None:
    from dedup.report.terminal_copies import certified_line

    tell(certified_line(run.manifest["certificate"]).plain)


def _tell_rest(run: Run | StoredRun, out: Path, seconds: float) -> None:
    """Tell warnings, rejected inputs and what to do next."""
    if "known" in run.manifest["counts"]:
        tell(_against_history(run.manifest["counts"]))
    tell_found(run, out)
    tell(f"Done in {seconds:.1f} s. Next: {_next_step(run, out)}")


def tell_found(run: Run | StoredRun, out: Path) -> None:
    """Tell warnings and rejected inputs of a run.

    Args:
        run: The run.
        out: Its folder.
    """
    for warning in run.manifest["warnings"]:
        tell(f"Warning: {warning}")
    tell_skipped(run.skipped, out / "skipped.jsonl", run.manifest["counts"]["skipped"])


def _against_history(counts: Mapping[str, int]) -> str:
    parts = [f"{counts[name]:,} {name}" for name in ("new", "known", "corrected")]
    stories = ", ".join(f"{counts[name]:,} {name}" for name in ("grown", "merged", "split"))
    return f"Against the store: articles {', '.join(parts)}; stories {stories}."


def _next_step(run: Run | StoredRun, out: Path) -> str:
    if address := address_of(out):
        return f"open {address}/report.html"
    largest = run.stories.sort("size", "story_id", descending=[True, False]).head(1)
    page = shlex.quote(str(out / "report.html"))
    if largest.is_empty():
        return f"check the inputs; nothing in them could be used. {out / 'skipped.jsonl'} says why."
    story_id = shlex.quote(largest["story_id"].item())
    return f"dedup show {story_id} --out {shlex.quote(str(out))}, or open {page}"
