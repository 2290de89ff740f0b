"""Outlets in a terminal."""

from __future__ import annotations

import polars as pl
import pytest
from rich.console import Console

from dedup.outlet_frames import FLOWS_BETWEEN_OUTLETS, OUTLETS
from dedup.report import terminal_outlets
from dedup.report.terminal_outlets import outlets_view
from tests.report.outlets import ARABIC, GAZETTE, outlets_run


def printed(outlets: pl.DataFrame, flows: pl.DataFrame) -> str:
    console = Console(width=120, color_system=None)
    with console.capture() as captured:
        console.print(outlets_view(outlets, flows))
    return captured.get()


def test_nothing_is_said_in_a_sentence() -> None:
    assert printed(OUTLETS.empty(), FLOWS_BETWEEN_OUTLETS.empty()).strip() == "No articles, no outlets."


def test_long_names_are_cut_and_articles_without_an_outlet_come_last() -> None:
    run = outlets_run()
    lines = printed(run.outlets, run.flows).splitlines()
    table = lines[: lines.index("")]
    assert f"{GAZETTE[:33]}…" in "\n".join(table)
    assert table[-1].startswith("no outlet named")
    assert max(map(len, lines)) <= 120


def test_it_says_how_many_more_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal_outlets, "MAX_OUTLETS", 2)
    monkeypatch.setattr(terminal_outlets, "MAX_FLOWS", 1)
    run = outlets_run()
    shown = printed(run.outlets, run.flows)
    assert ARABIC not in shown.split("Who most likely")[0]
    assert "and 3 outlets more" in shown
    assert "and 3 smaller flows more" in shown
