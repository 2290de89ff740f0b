"""Rounds: every tool once in each, so that a busy minute of the machine falls on all of them.

In: tools, a corpus, a number of rounds. Out: every run's seconds and memory, and each tool's ratio to one of them,
taken round by round. Must not know what the tools find.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.field import ROOT, Installed

_THREADS: Final = (
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "POLARS_MAX_THREADS",
    "RAYON_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
_SILENT: Final = {
    "DAFT_ANALYTICS_ENABLED": "0",
    "DO_NOT_TRACK": "true",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_OFFLINE": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
}


@dataclass(frozen=True)
class Conditions:
    """Under what a run takes place.

    Args:
        corpus: Parquet file.
        folder: Where outputs and logs go.
        cores: Cores a tool may use.
        timeout: Seconds after which a run is given up.
    """

    corpus: Path
    folder: Path
    cores: int
    timeout: float


@dataclass(frozen=True)
class Run:
    """One run of one tool.

    Args:
        name: The tool.
        round: The round, from 0.
        status: 0 if it went well.
        wall_s: Seconds from start to end of the process.
        cpu_s: CPU seconds of it and its children.
        rss_bytes: Peak memory of it, or of its largest child.
    """

    name: str
    round: int
    status: int
    wall_s: float
    cpu_s: float
    rss_bytes: int


@dataclass(frozen=True)
class Ratio:
    """How many times as long as the reference a tool took.

    Args:
        median: Median over rounds.
        least: Of its best round.
        most: Of its worst round.
    """

    median: float
    least: float
    most: float


def rotated(names: Sequence[str], number: int) -> list[str]:
    """The order of a round: each begins with another tool, so that none always runs after the same one.

    Examples:
        >>> rotated(["a", "b", "c"], 1)
        ['b', 'c', 'a']
    """
    at = number % len(names) if names else 0
    return [*names[at:], *names[:at]]


def ratios(runs: Sequence[Run], reference: str) -> dict[str, Ratio]:
    """Each tool's wall seconds over the reference's in the same round.

    Args:
        runs: Runs; those that failed count for nothing.
        reference: The tool that the others are divided by.

    Returns:
        The ratios of the tools that share a round with the reference.

    Examples:
        >>> runs = [Run("a", 0, 0, 2.0, 0, 0), Run("b", 0, 0, 6.0, 0, 0), Run("a", 1, 0, 4.0, 0, 0)]
        >>> ratios(runs, "a")["b"]
        Ratio(median=3.0, least=3.0, most=3.0)
    """
    good = [run for run in runs if not run.status]
    base = {run.round: run.wall_s for run in good if run.name == reference}
    by_name: dict[str, list[float]] = {}
    for run in good:
        if run.round in base:
            by_name.setdefault(run.name, []).append(run.wall_s / base[run.round])
    return {name: Ratio(median(found), min(found), max(found)) for name, found in by_name.items()}


def run_rounds(
    tools: Sequence[Installed], conditions: Conditions, rounds: int, say: Callable[[str], None]
) -> list[Run]:
    """Run every tool once a round. One that fails is not run again.

    Args:
        tools: Tools.
        conditions: Corpus, cores and time.
        rounds: Rounds.
        say: Hears of every run.
    """
    runs: list[Run] = []
    by_name = {tool.tool.name: tool for tool in tools}
    failed: set[str] = set()
    for number in range(rounds):
        for name in rotated(list(by_name), number):
            if name in failed:
                continue
            run = run_once(by_name[name], conditions, number)
            runs.append(run)
            if run.status:
                failed.add(name)
                say(f"{name} failed with {run.status}: {last_words(conditions, name)}")
            else:
                say(f"round {number + 1} of {rounds}: {name} {run.wall_s:.2f} s")
    return runs


def run_once(tool: Installed, conditions: Conditions, number: int = 0) -> Run:
    """Run a tool in a process of its own."""
    name = tool.tool.name
    out = out_of(conditions, name)
    conditions.folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(out, ignore_errors=True)
    out.unlink(missing_ok=True)
    environment = {
        **os.environ,
        **_SILENT,
        **dict.fromkeys(_THREADS, str(conditions.cores)),
        "PYTHONPATH": str(ROOT),
        "PYTHONHASHSEED": "0",
    }
    meter = [
        sys.executable, "-I", "-S", str(ROOT / "benchmarks" / "meter.py"), "--log", str(log_of(conditions, name)),
        "--timeout", str(conditions.timeout), *(f"--core={core}" for core in _cores(conditions.cores)), "--",
    ]  # fmt: skip
    command = tool.command(conditions.corpus.resolve(), out.resolve(), conditions.cores)
    answer = subprocess.run([*meter, *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    seen = json.loads(answer.stdout)
    return Run(name, number, int(seen["status"]), seen["wall_s"], seen["cpu_s"], int(seen["rss_bytes"]))


def out_of(conditions: Conditions, name: str) -> Path:
    """What a tool writes."""
    return conditions.folder / f"{name}.out"


def log_of(conditions: Conditions, name: str) -> Path:
    """What a tool printed last."""
    return (conditions.folder / f"{name}.log").resolve()


def last_words(conditions: Conditions, name: str) -> str:
    """The last line a tool printed."""
    lines = log_of(conditions, name).read_text(errors="replace").strip().splitlines()
    return lines[-1].strip() if lines else "it said nothing"


def _cores(n: int) -> list[int]:
    """The first cores that this process may use; none where the system cannot tell."""
    return sorted(os.sched_getaffinity(0))[:n] if hasattr(os, "sched_getaffinity") else []
