"""A whole comparison, small: two tools that are here, one that is not, one that fails."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.__main__ import main
from benchmarks.field import FIELD, Tool, installed


def compare(out: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    status = main(["compare", "--articles", "300", "--rounds", "1", "--out", str(out), *arguments])
    record: dict[str, Any] = json.loads((out / "compare-c300.json").read_text(encoding="utf-8"))
    return status, record


def test_a_small_comparison_says_who_is_how_fast_and_who_is_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(FIELD, "absent", Tool("absent", "no_such_module", "no-such-module", "", "absent"))
    status, record = compare(tmp_path, "--peers", "ours-copies", "datasketch", "absent")
    assert status == 0
    tools = {tool["name"]: tool for tool in record["tools"]}
    assert {name: tool["state"] for name, tool in tools.items()} == {
        "ours-copies": "ran",
        "datasketch": "ran",
        "absent": "not installed",
    }
    ours, other = tools["ours-copies"], tools["datasketch"]
    assert ours["scores"]["same"]
    assert ours["scores"]["recall"] == ours["scores"]["precision"] == ours["scores"]["bcubed_f1"] == 1.0
    assert ours["scores"]["n_pairs"] > 30
    assert other["scores"]["recall"] > 0.8
    assert ours["ratio"] == {"median": 1.0, "least": 1.0, "most": 1.0}
    assert other["ratio"]["median"] == pytest.approx(other["wall_s"] / ours["wall_s"])
    for tool in (ours, other):
        assert tool["articles_per_s"] == pytest.approx(300 / tool["wall_s"])
        assert tool["megabytes_per_s"] == pytest.approx(record["corpus"]["bytes"] / 1e6 / tool["wall_s"])
        assert tool["cpu_s"] > 0
        assert 20_000_000 < tool["rss_bytes"] < 4_000_000_000
    assert record["reference"] == "ours-copies"
    assert record["command"][:4] == ["python", "-m", "benchmarks", "compare"]
    assert record["machine"]["processor"]
    assert len(record["runs"]) == 2
    printed = capsys.readouterr().out
    assert "ours-copies" in printed
    assert "not installed" in printed


def test_a_tool_that_fails_costs_the_others_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(FIELD, "broken", Tool("broken", "json", "json", "", "no_such_script"))
    status, record = compare(tmp_path, "--peers", "broken", "ours-copies")
    assert status == 1
    tools = {tool["name"]: tool for tool in record["tools"]}
    assert tools["ours-copies"]["state"] == "ran"
    assert tools["broken"]["state"] == "failed"
    assert "no_such_script" in tools["broken"]["said"]
    assert "failed" in capsys.readouterr().out


def test_ours_is_looked_for_in_this_interpreter_and_theirs_anywhere() -> None:
    found = installed(["ours-copies", "datasketch"])
    assert found["ours-copies"]
    assert found["datasketch"]
    assert found["datasketch"].version.startswith("2.")
    command = found["datasketch"].command(Path("in.parquet"), Path("out.parquet"), 2)
    assert command[1:3] == ["-m", "benchmarks.peers.datasketch"]
    assert command[-2:] == ["--cores", "2"]


def test_a_run_is_called_by_its_command_line() -> None:
    found = installed(["ours-run"])["ours-run"]
    assert found
    assert found.command(Path("in.parquet"), Path("out"), 1)[1:6] == ["-m", "dedup.cli", "run", "in.parquet", "--out"]
