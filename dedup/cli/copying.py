"""``dedup copies``.

In: inputs, settings, a table to write. Out: the table, the groups on stdout, what to know on stderr. Must not know how
copies are found.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dedup.cli.outcomes import DONE_WITH_REJECTED, FAILED
from dedup.cli.progress import shown_progress
from dedup.cli.rejected import rejected, tell_skipped
from dedup.cli.streams import laid_out, messages, output_that_may_end, tell, write_json, write_text
from dedup.config import Config
from dedup.report.terminal import counted, shown_text
from dedup.report.terminal_copies import agreement_line, copies_summary, groups_table

if TYPE_CHECKING:
    from rich.console import RenderableType

    from dedup.copying import Copied

MAX_TOLD: Final = 5
"""Missed pairs told one by one."""

SELDOM: Final = 1e-3
"""Share of the pairs at the least similarity that the buckets may miss without a word."""


def show_copies(
    inputs: Sequence[str], out: Path | None, config: Config, *, min_jaccard: float, certify: bool, as_json: bool
) -> int:
    """Find near-duplicates and show what came out.

    Args:
        inputs: Files, folders or globs to read.
        out: Table to write, if any.
        config: All settings.
        min_jaccard: Exact similarity from which two articles are copies.
        certify: Hold the groups against those of an exact join.
        as_json: Write the groups as JSON lines instead of a summary.

    Returns:
        Exit status: 0, 1 if the exact join finds other groups, else 3 if some inputs were rejected.

    Raises:
        DedupError: Whatever stopped the command.
    """
    from dedup import copying

    started = time.monotonic()
    stages = copying.CERTIFIED_STAGES if certify else copying.STAGES
    with shown_progress(messages(), stages, quiet=False) as runner:
        done = copying.find_copies(inputs, out, config, min_jaccard=min_jaccard, certify=certify, runner=runner)
    seconds = time.monotonic() - started
    with output_that_may_end():
        if as_json:
            for group in done.groups.iter_rows(named=True):
                write_json(group)
        else:
            _print_result(done, out)
    _tell_rest(done, config, min_jaccard)
    if as_json and done.missed is not None and done.missed.is_empty():
        tell(agreement_line(0).plain)
    tell(f"Done in {seconds:.1f} s.{'' if out else ' Nothing was written; --out copies.parquet writes the groups.'}")
    if done.missed is not None and done.missed.height:
        return FAILED
    return DONE_WITH_REJECTED if rejected(done.read.skipped).height else 0


def _print_result(done: Copied, out: Path | None) -> None:
    found, articles = done.found, done.read.articles
    counts = {"n_same": found.n_same, "n_compared": found.n_candidates, "n_chained": found.n_large}
    parts: list[RenderableType] = [copies_summary(done.groups, n_articles=articles.height, **counts)]
    if done.missed is not None:
        parts.append(agreement_line(done.missed.height))
    if (table := groups_table(done.groups, articles)) is not None:
        parts += ["", table]
    if out:
        parts += ["", shown_text(f"Written to {out}", "dim")]
    write_text(laid_out(lambda _: parts))


def _tell_rest(done: Copied, config: Config, min_jaccard: float) -> None:
    """Tell warnings, rejected inputs, and what was or may have been missed."""
    from dedup.copying import advised_view, share_missed

    for warning in done.read.warnings:
        tell(f"Warning: {warning}")
    tell_skipped(done.read.skipped, None)
    advice = f"Find more by {advised_view(config.sketch, min_jaccard)}"
    if done.missed is None:
        if (share := share_missed(config.sketch, min_jaccard)) > SELDOM:
            tell(f"Note: of pairs alike by just {min_jaccard:g}, {share:.1%} are missed. {advice}.")
        return
    for left, right, jaccard in done.missed.head(MAX_TOLD).iter_rows():
        tell(f"Missed: {left} and {right}, {jaccard:.3f} alike")
    if done.missed.height > MAX_TOLD:
        tell(f"Missed: {done.missed.height - MAX_TOLD:,} more")
    if not done.missed.height:
        return
    if n_large := done.found.n_large:
        advice += (
            f"; {counted(n_large, 'large bucket')} could not be compared whole: raise match.max_bucket "
            f"(now {config.match.max_bucket}), too"
        )
    tell(f"{agreement_line(done.missed.height).plain}. {advice}.")
