"""Scores of a run against labels, for a terminal.

In: scores by name. Out: a renderable of ``rich``: the scores of the stories, those of the diffs, and which kinds of
sentences were taken for which. Must not know how scores are computed, nor where they are printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from dedup.report.terminal import counted, shown_text
from dedup.report.terminal_diff import KINDS

SPOKEN: Final = {"contradicts": "contradicted"}
"""Kinds that labels call by another name than diffs do."""

NO_SENTENCE: Final = "none"
"""The kind found where no sentence found covers a labelled one."""


def scores_view(clusters: Mapping[str, Any], alignment: Mapping[str, Any] | None) -> RenderableType:
    """Return scores as people read them.

    Args:
        clusters: ``ClusterScores.as_dict()``, with ``excluded``: labels that were left out.
        alignment: ``AlignmentScores.as_dict()``, if diffs were scored.
    """
    parts: list[RenderableType] = [_scored(clusters), Text(), _clusters(clusters)]
    if alignment is not None:
        variants = counted(alignment["variants"], "labelled variant")
        elsewhere = f"{alignment['elsewhere']:,} elsewhere" if alignment["elsewhere"] else "none elsewhere"
        scored = _joined(Text(variants, style="bold"), _alarm(elsewhere, alarmed=bool(alignment["elsewhere"])))
        parts += [Text(), scored, Text(), _alignment(alignment)]
        if alignment["kinds"]:
            parts += [Text(), _kinds(alignment["kinds"])]
    return Group(*parts)


def shown_score(score: float) -> str:
    """A score with four decimals that is 1 or 0 only if it is.

    Examples:
        >>> [shown_score(score) for score in (1.0, 0.99999, 0.98765, 0.00001, 0.0, -0.25)]
        ['1.0000', '0.9999', '0.9877', '0.0001', '0.0000', '-0.2500']
    """
    if 0.0 < score < 1.0:
        score = min(max(score, 0.0001), 0.9999)
    return f"{score:.4f}"


def _scored(clusters: Mapping[str, Any]) -> Text:
    missing = f"{clusters['missing']:,} missing" if clusters["missing"] else "none missing"
    excluded = f"{counted(clusters['excluded'], 'label')} excluded"
    return _joined(
        Text(counted(clusters["articles"], "labelled article"), style="bold"),
        _alarm(missing, alarmed=bool(clusters["missing"])),
        *([Text(excluded, style="dim")] if clusters["excluded"] else []),
    )


def _alarm(text: str, *, alarmed: bool) -> Text:
    return Text(text, style="bold yellow" if alarmed else "dim")


def _joined(*parts: Text) -> Text:
    return Text("  ·  ", style="dim").join(parts)


def _clusters(clusters: Mapping[str, Any]) -> RenderableType:
    table = _table("Stories", "Precision", "Recall", "F1")
    for label, name in (("Pairs", "pair"), ("B-cubed", "bcubed")):
        table.add_row(label, *_three(clusters, name))
    table.add_row("Adjusted Rand index", "", "", shown_score(clusters["ari"]))
    table.add_row("Most stories mixed in one", "", "", f"{clusters['most_mixed']:,}")
    return table


def _alignment(alignment: Mapping[str, Any]) -> RenderableType:
    table = _table("Diffs", "Precision", "Recall", "F1")
    for label, name in (("Added sentences", "added"), ("Sentence links", "link"), ("Added words", "words")):
        table.add_row(label, *_three(alignment, name))
    for label, name in (
        ("Verbatim sentences found", "verbatim_found"),
        ("Contradictions found", "contradictions_found"),
        ("Sentences accused wrongly", "contradictions_false"),
    ):
        table.add_row(label, "", "", shown_score(alignment[name]))
    return table


def _three(scores: Mapping[str, Any], name: str) -> list[str]:
    return [shown_score(scores[f"{name}_{figure}"]) for figure in ("precision", "recall", "f1")]


def _kinds(kinds: Mapping[str, Mapping[str, int]]) -> RenderableType:
    """Labelled kinds down, found kinds across, agreement in bold."""
    found = sorted({kind for row in kinds.values() for kind in row}, key=_place)
    table = _table("Labelled / told", *found)
    for labelled in sorted(kinds, key=_place):
        cells = [_count(kinds[labelled].get(kind, 0), agrees=kind == SPOKEN.get(labelled, labelled)) for kind in found]
        table.add_row(shown_text(labelled), *cells)
    return table


def _place(kind: str) -> tuple[int, str]:
    """Kinds in their usual order, then strange ones, then none."""
    order = [*KINDS]
    spoken = SPOKEN.get(kind, kind)
    known = order.index(spoken) if spoken in order else len(order) + (kind == NO_SENTENCE)
    return known, kind


def _count(n: int, *, agrees: bool) -> Text:
    return Text(f"{n:,}" if n else "", style="bold green" if agrees else "")


def _table(first: str, *headers: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 2, 0, 0), pad_edge=False, show_edge=False, header_style="bold")
    table.add_column(first)
    for header in headers:
        table.add_column(shown_text(header), justify="right")
    return table
