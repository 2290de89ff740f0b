"""Scores in a terminal."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from dedup.evaluation import AlignmentScores, ClusterScores
from dedup.report.printable import printable
from dedup.report.terminal_scores import scores_view


def make_clusters(excluded: int = 0, **changes: Any) -> dict[str, Any]:
    """Scores of stories as ``dedup eval`` has them."""
    plain: dict[str, Any] = {
        "articles": 1234,
        "missing": 0,
        "pair_precision": 0.5,
        "pair_recall": 1.0,
        "bcubed_precision": 0.25,
        "bcubed_recall": 0.75,
        "ari": -0.125,
        "most_mixed": 3,
    }
    return {**ClusterScores(**{**plain, **changes}).as_dict(), "excluded": excluded}


def make_alignment(kinds: dict[tuple[str, str], int], elsewhere: int = 0) -> dict[str, Any]:
    return AlignmentScores(7, elsewhere, 0.5, 0.5, 0.25, 1.0, 0.2, 0.8, kinds).as_dict()


def shown(clusters: dict[str, Any], alignment: dict[str, Any] | None = None, *, width: int = 100) -> list[str]:
    lines = io.StringIO()
    Console(file=lines, width=width, markup=False, highlight=False, emoji=False).print(scores_view(clusters, alignment))
    return [line.rstrip() for line in lines.getvalue().splitlines()]


def test_stories_have_a_row_for_each_way_to_count() -> None:
    lines = shown(make_clusters())
    assert lines[0] == "1,234 labelled articles  ·  none missing"
    assert [line.split() for line in lines[4:]] == [
        ["Pairs", "0.5000", "1.0000", "0.6667"],
        ["B-cubed", "0.2500", "0.7500", "0.3750"],
        ["Adjusted", "Rand", "index", "-0.1250"],
        ["Most", "stories", "mixed", "in", "one", "3"],
    ]


def test_what_was_not_found_and_not_scored_is_counted() -> None:
    assert shown(make_clusters(6, missing=2))[0] == "1,234 labelled articles  ·  2 missing  ·  6 labels excluded"


def test_a_score_is_one_only_if_nothing_is_wrong() -> None:
    line = shown(make_clusters(pair_precision=0.999999, pair_recall=0.000001))[4]
    assert line.split()[:3] == ["Pairs", "0.9999", "0.0001"]


def test_diffs_follow_with_what_was_taken_for_what() -> None:
    kinds = {
        ("reworded", "added"): 3,
        ("verbatim", "none"): 1,
        ("added", "added"): 9,
        ("contradicts", "contradicted"): 2,
    }
    lines = shown(make_clusters(), make_alignment(kinds, elsewhere=2))
    assert "7 labelled variants  ·  2 elsewhere" in lines
    assert [line.split() for line in lines[8:] if line and "─" not in line] == [
        ["7", "labelled", "variants", "·", "2", "elsewhere"],
        ["Diffs", "Precision", "Recall", "F1"],
        ["Added", "sentences", "0.5000", "0.5000", "0.5000"],
        ["Sentence", "links", "0.2500", "1.0000", "0.4000"],
        ["Added", "words", "0.2000", "0.8000", "0.3200"],
        ["Verbatim", "sentences", "found", "0.0000"],
        ["Contradictions", "found", "1.0000"],
        ["Sentences", "accused", "wrongly", "0.0000"],
        ["Labelled", "/", "told", "added", "contradicted", "none"],
        ["verbatim", "1"],
        ["reworded", "3"],
        ["added", "9"],
        ["contradicts", "2"],
    ]


def test_agreement_stands_out_also_where_labels_call_a_kind_by_another_name() -> None:
    lines = io.StringIO()
    alignment = make_alignment({("contradicts", "contradicted"): 2, ("added", "contradicted"): 5})
    console = Console(file=lines, width=80, force_terminal=True, color_system="standard")
    console.print(scores_view(make_clusters(), alignment))
    assert "\x1b[1;32m" in next(line for line in lines.getvalue().splitlines() if line.startswith("contradicts"))
    assert "\x1b[1;32m" not in next(line for line in lines.getvalue().splitlines() if line.startswith("added"))


def test_no_variant_at_all_leaves_no_empty_table() -> None:
    assert not any("Labelled / told" in line for line in shown(make_clusters(), make_alignment({})))


@pytest.mark.parametrize("width", [20, 40, 80])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    lines = shown(make_clusters(5, missing=1), make_alignment({("reworded", "contradicted"): 1}), width=width)
    assert max(map(len, lines)) <= width


def test_a_stranger_cannot_command_the_terminal() -> None:
    hostile = "\x1b]0;owned\x07[red]x[/red]"
    told = "".join(shown(make_clusters(), make_alignment({(hostile, hostile): 1})))
    assert [character for character in told if printable(character) != character] == []
    assert "[red]x[/red]" in told
