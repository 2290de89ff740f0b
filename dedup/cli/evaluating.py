"""``dedup eval``.

In: the stories of a run and labels, as files. Out: on stdout, how well the two agree. Must not know how scores are
computed, nor how files are read.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from rich.console import Console, RenderableType

from dedup.cli.streams import laid_out, tell, write_json, write_text
from dedup.errors import InputError, UsageError
from dedup.evaluation import score_alignment, score_clusters
from dedup.report.terminal import counted
from dedup.report.terminal_scores import scores_view
from dedup.store.labels import Labels, read_alignment, read_framing, read_labels
from dedup.store.outputs import read_run

MAX_NAMED: Final = 5
"""Missing articles told by their id."""

Row = dict[str, Any]


def evaluate(
    members: Path, truth: Path, *, exclude: Sequence[str], framing: Path | None, alignment: Path | None, as_json: bool
) -> None:
    """Score the stories of a run, and its diffs where these are labelled too.

    Args:
        members: A table of articles and their stories, or the folder of a run.
        truth: A table of articles and their true stories; only its articles are scored.
        exclude: Roles and kinds of labels that are left out.
        framing: Diffs to score; without it, those of the run if ``members`` is its folder.
        alignment: Labelled alignments; without it diffs are not scored.
        as_json: Write one line of JSON: ``clusters`` and ``alignment``, the latter null where diffs are not scored.

    Raises:
        UsageError: There are diffs without labels, or labels without diffs.
        InputError: A file cannot be used, or no labelled article is in ``members``.
        OutputError: The folder holds no run that can be read.
    """
    if framing is not None and alignment is None:
        raise UsageError("--framing is given and nothing to hold it against", hint="Add --alignment.")
    if alignment is not None and framing is None and not members.is_dir():
        hint = "Add --framing, or give the folder of the run in place of its members."
        raise UsageError("--alignment is given and no diffs to hold against it", hint=hint)
    wanted = read_labels(truth, exclude=exclude)
    labelled = None if alignment is None else read_alignment(alignment)
    found, diffs = _found(members, framing)
    missing = _check_overlap(found, wanted, members, truth)
    clusters = {**score_clusters(found, wanted.story).as_dict(), "excluded": wanted.n_excluded}
    aligned = None if labelled is None else score_alignment(diffs, labelled).as_dict()
    if as_json:
        write_json({"clusters": clusters, "alignment": aligned})
    else:

        def parts(_: Console) -> list[RenderableType]:
            return [scores_view(clusters, aligned)]

        write_text(laid_out(parts))
    _tell_doubts(missing, wanted, aligned)


def _found(members: Path, framing: Path | None) -> tuple[dict[str, str], list[Row]]:
    """Stories and diffs of a run; a folder gives both from one and the same run."""
    if not members.is_dir():
        return read_labels(members).story, [] if framing is None else read_framing(framing)
    run = read_run(members)
    story = dict(run.members.select("article_id", "story_id").iter_rows())
    return story, run.framing.to_dicts() if framing is None else read_framing(framing)


def _check_overlap(found: dict[str, str], wanted: Labels, members: Path, truth: Path) -> list[str]:
    """Labelled articles that were not found; that all of them are missing is a mistake, not a bad score."""
    missing = [one for one in wanted.story if one not in found]
    if len(missing) == len(wanted.story):
        raise InputError(
            f"none of its articles is in {members}",
            where=str(truth),
            got=missing[0],
            expected=f"ids like {min(found)!r}" if found else "a run with articles",
        )
    return missing


def _tell_doubts(missing: list[str], wanted: Labels, aligned: Row | None) -> None:
    """Tell what makes scores other than they seem."""
    if missing:
        more = f" and {len(missing) - MAX_NAMED:,} more" if len(missing) > MAX_NAMED else ""
        tell(f"Note: not found, so each is scored as a story of its own: {', '.join(missing[:MAX_NAMED])}{more}")
    if wanted.n_unlabelled:
        tell(f"Note: {counted(wanted.n_unlabelled, 'row')} of the labels without a story, not scored")
    if aligned is not None and aligned["elsewhere"]:
        tell(
            f"Note: {counted(aligned['elsewhere'], 'labelled variant')} not held against the labelled source, not "
            "scored; --set stories.canonical.policy=earliest may bring them back"
        )
