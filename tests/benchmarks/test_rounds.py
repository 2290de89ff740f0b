"""Ratios are taken round by round, and the meter counts one process alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.field import ROOT
from benchmarks.rounds import Ratio, Run, ratios, rotated


def make_run(name: str, number: int, wall_s: float, status: int = 0) -> Run:
    return Run(name, number, status, wall_s, wall_s, 1)


def metered(folder: Path, code: str, *options: str) -> dict[str, float]:
    meter = [sys.executable, "-I", "-S", str(ROOT / "benchmarks" / "meter.py"), "--log", str(folder / "log"), *options]
    answer = subprocess.run([*meter, "--", sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seen: dict[str, float] = json.loads(answer.stdout)
    return seen


def test_a_ratio_is_the_median_of_the_rounds_ratios_not_the_ratio_of_medians() -> None:
    runs = [make_run("ours", 0, 1.0), make_run("ours", 1, 2.0), make_run("ours", 2, 4.0)]
    runs += [make_run("peer", 0, 8.0), make_run("peer", 1, 8.0), make_run("peer", 2, 8.0)]
    assert ratios(runs, "ours") == {"ours": Ratio(1.0, 1.0, 1.0), "peer": Ratio(4.0, 2.0, 8.0)}


def test_a_failed_run_has_no_ratio() -> None:
    runs = [make_run("ours", 0, 2.0), make_run("peer", 0, 4.0, status=1), make_run("ours", 1, 2.0, status=1)]
    runs += [make_run("peer", 1, 4.0), make_run("ours", 2, 2.0), make_run("peer", 2, 6.0)]
    assert ratios(runs, "ours")["peer"] == Ratio(3.0, 3.0, 3.0)


def test_without_a_reference_there_are_no_ratios() -> None:
    assert ratios([make_run("peer", 0, 1.0)], "ours") == {}


def test_every_tool_is_first_once() -> None:
    names = ["a", "b", "c"]
    assert [rotated(names, number)[0] for number in range(4)] == ["a", "b", "c", "a"]
    assert all(sorted(rotated(names, number)) == names for number in range(4))


def test_waiting_costs_wall_seconds_only(tmp_path: Path) -> None:
    seen = metered(tmp_path, "import time; time.sleep(0.5)")
    assert seen["status"] == 0
    assert seen["wall_s"] >= 0.5
    assert seen["cpu_s"] < 0.4


def test_memory_is_that_of_the_process_not_of_who_started_it(tmp_path: Path) -> None:
    ballast = b"x" * 300_000_000
    small = metered(tmp_path, "pass")
    large = metered(tmp_path, "x = b'x' * 150_000_000")
    assert small["rss_bytes"] < 100_000_000 < large["rss_bytes"] < len(ballast)


def test_children_that_are_waited_for_count(tmp_path: Path) -> None:
    busy = "import time\nwhile time.process_time() < 0.4: pass"
    seen = metered(tmp_path, f"import subprocess, sys; subprocess.run([sys.executable, '-c', {busy!r}])")
    assert seen["cpu_s"] >= 0.4


def test_a_run_that_takes_too_long_is_ended_with_its_children(tmp_path: Path) -> None:
    seen = metered(tmp_path, "import os, time; os.fork(); time.sleep(60)", "--timeout", "0.5")
    assert seen["status"] == -9
    assert seen["wall_s"] < 30


def test_what_a_command_prints_is_in_its_log(tmp_path: Path) -> None:
    assert metered(tmp_path, "print('so much'); raise SystemExit(3)")["status"] == 3
    assert (tmp_path / "log").read_text() == "so much\n"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps a process to its cores")
def test_a_process_is_kept_to_its_cores(tmp_path: Path) -> None:
    import os

    core = max(os.sched_getaffinity(0))
    metered(tmp_path, "import os; print(os.sched_getaffinity(0))", "--core", str(core))
    assert (tmp_path / "log").read_text() == f"{{{core}}}\n"
