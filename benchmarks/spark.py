"""The Spark engine over the number of articles: what is moved, what it takes, and against the local engine.

In: sizes and a master. Out: a table by stage of the pipeline, one of the sizes, a JSON file, and by how much an archive
that was not measured would cost. Must not know how a stage works.

Each run is a process of its own. Bytes are as Spark writes them, compressed; CPU seconds are those of the driver, the
Java machine and the Python workers together, and of the local engine those of its process and its workers.
"""

from __future__ import annotations

import json
import math
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from rich.table import Table

from benchmarks import machine, meter
from benchmarks.comparison import corpus_of
from benchmarks.growth import exponent
from benchmarks.spark_log import Moved, moved
from dedup.store.outputs import StoredRun, read_run

ARCHIVES: Final = (100_000_000, 1_000_000_000)
_TIMEOUT: Final = 7_200.0
_SAID: Final = ("counts", "caps", "lsh", "input_hash", "warnings")


@dataclass(frozen=True)
class Wanted:
    """How to measure.

    Args:
        sizes: Numbers of articles.
        master: Spark's master.
        partitions: Parts in which data is shuffled.
        memory: Of the driver, as Spark writes it.
        out: Folder for corpora and results.
    """

    sizes: Sequence[int]
    master: str
    partitions: int
    memory: str
    out: Path


@dataclass(frozen=True)
class Size:
    """What one size took.

    Args:
        articles: Articles.
        local_wall_s: Wall seconds of the local engine.
        local_cpu_s: CPU seconds of it.
        wall_s: Wall seconds on Spark.
        cpu_s: CPU seconds on Spark.
        candidates: Candidate pairs.
        stages: What each stage of the pipeline moved.
        differ: Frames of the two outputs that differ; none should.
        status: 0, or the exit status of what failed.
    """

    articles: int
    local_wall_s: float
    local_cpu_s: float
    wall_s: float = 0.0
    cpu_s: float = 0.0
    candidates: int = 0
    stages: list[Moved] = field(default_factory=list)
    differ: list[str] = field(default_factory=list)
    status: int = 0

    def total(self, name: str) -> float:
        """The sum of a column over all stages."""
        return float(sum(getattr(stage, name) for stage in self.stages))


def measured_sizes(wanted: Wanted, tell: Callable[[str], None]) -> list[Size]:
    """Run both engines on a made corpus of each size.

    Args:
        wanted: How.
        tell: Told of each size when it is over.
    """
    found: list[Size] = []
    for articles in wanted.sizes:
        found.append(_measured(corpus_of(articles, wanted.out), articles, wanted))
        one = found[-1]
        tell(
            f"{articles:,} articles: local {one.local_wall_s:.1f} s ({one.local_cpu_s:.1f} s of CPU), "
            f"Spark {one.wall_s:.1f} s ({one.cpu_s:.1f} s of CPU), status {one.status}, "
            + (f"other {', '.join(one.differ)}" if one.differ else "the same output")
        )
        if one.status:
            break
    return found


def _measured(corpus: Path, articles: int, wanted: Wanted) -> Size:
    folder = wanted.out / f"spark-{articles}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "dedup.cli", "run", str(corpus), "--quiet", "--out", str(folder / "local")]
    local = meter.measured(command, str(folder / "local.txt"), _TIMEOUT)
    command = [sys.executable, "-m", "benchmarks.spark_run", str(corpus), str(folder / "spark"), "--log"]
    command += [str(folder / "log"), "--master", wanted.master, "--partitions", str(wanted.partitions)]
    took = meter.measured([*command, "--memory", wanted.memory], str(folder / "spark.txt"), _TIMEOUT)
    size = Size(articles, local["wall_s"], local["cpu_s"], status=int(local["status"] or took["status"]))
    if size.status:
        return size
    said = json.loads((folder / "spark.txt").read_text(encoding="utf-8").splitlines()[-1])
    with next(file for file in (folder / "log").iterdir() if file.is_file()).open(encoding="utf-8") as events:
        stages = moved(events)
    return Size(
        articles,
        local["wall_s"],
        local["cpu_s"],
        said["wall_s"],
        said["cpu_s"],
        said["counts"]["candidates"]["total"],
        stages,
        differing(folder / "local", folder / "spark"),
    )


def differing(one: Path, other: Path) -> list[str]:
    """What two finished runs do not have in common: frames by name, and what ``run.json`` says."""
    left, right = read_run(one), read_run(other)
    names = [each.name for each in fields(StoredRun) if each.name not in {"out", "manifest"}]
    frames = [name for name in names if not getattr(left, name).equals(getattr(right, name))]
    return frames + [name for name in _SAID if left.manifest[name] != right.manifest[name]]


def record_of(sizes: Sequence[Size], wanted: Wanted) -> dict[str, Any]:
    """What was measured, and what follows from it, as JSON-ready values."""
    numbers = [size.articles for size in sizes]
    grows = {
        name: exponent(numbers, [max(size.total(name), 1e-9) for size in sizes])
        for name in ("task_s", "shuffled_bytes", "kept_bytes")
    }
    grows["candidates"] = exponent(numbers, [max(size.candidates, 1) for size in sizes])
    grows["cpu_s"] = exponent(numbers, [max(size.cpu_s, 1e-9) for size in sizes])
    return {
        "machine": machine.described(),
        "master": wanted.master,
        "partitions": wanted.partitions,
        "sizes": [asdict(size) for size in sizes],
        "exponents": grows,
        "extrapolated": [extrapolated(sizes, grows, archive) for archive in ARCHIVES] if sizes else [],
    }


def extrapolated(sizes: Sequence[Size], exponents: Mapping[str, float], archive: int) -> dict[str, float]:
    """What an archive would cost: the largest size measured, times how much larger it is to the power of the exponent.

    Args:
        sizes: What was measured, at least one size.
        exponents: By name; one that is unknown or below 1 counts as 1, since what is left of start-up flattens it.
        archive: Articles of the archive.

    Returns:
        ``articles``, ``executor_hours`` (of one core), ``shuffled_bytes``, ``kept_bytes`` and ``candidates``.

    Examples:
        >>> size = Size(1_000, 1.0, 1.0, candidates=50, stages=[Moved("pairs", task_s=36.0, shuffled_bytes=7)])
        >>> extrapolated([size], {"task_s": 1.0, "candidates": 2.0}, 100_000)
        {'articles': 100000, 'executor_hours': 1.0, 'shuffled_bytes': 700.0, 'kept_bytes': 0.0, 'candidates': 500000.0}
    """
    largest = max(sizes, key=lambda size: size.articles)

    def at(name: str, value: float) -> float:
        power = exponents.get(name, 1.0)
        return float(round(value * (archive / largest.articles) ** (power if power > 1 else 1.0), 3))

    return {
        "articles": archive,
        "executor_hours": at("task_s", largest.total("task_s") / 3_600),
        "shuffled_bytes": at("shuffled_bytes", largest.total("shuffled_bytes")),
        "kept_bytes": at("kept_bytes", largest.total("kept_bytes")),
        "candidates": at("candidates", largest.candidates),
    }


def tables_of(sizes: Sequence[Size], record: Mapping[str, Any]) -> list[Table]:
    """The sizes, and for each what its stages moved by article."""
    grows = {name: power for name, power in record["exponents"].items() if not math.isnan(power)}
    over = Table(
        title="exponents: " + ", ".join(f"{name} {power:.2f}" for name, power in grows.items()) if grows else None
    )
    for name in ("articles", "local s", "local CPU s", "Spark s", "Spark CPU s", "CPU ratio", "candidates"):
        over.add_column(name, justify="right")
    for size in sizes:
        ratio = size.cpu_s / size.local_cpu_s if size.local_cpu_s else float("nan")
        seconds = (size.local_wall_s, size.local_cpu_s, size.wall_s, size.cpu_s, ratio)
        over.add_row(f"{size.articles:,}", *(f"{value:,.1f}" for value in seconds), f"{size.candidates:,}")
    return [over, *(_by_stage(size) for size in sizes if size.stages)]


def _by_stage(size: Size) -> Table:
    table = Table(title=f"{size.articles:,} articles, by article but for tasks and seconds")
    names = ("stage", "tasks", "task s", "rows shuffled", "bytes shuffled", "rows kept", "bytes kept", "bytes spilled")
    for name in names:
        table.add_column(name, justify="left" if name == "stage" else "right")
    columns = ("shuffled_rows", "shuffled_bytes", "kept_rows", "kept_bytes", "spilled_bytes")
    for one in size.stages:
        by_article = [f"{getattr(one, name) / size.articles:,.1f}" for name in columns]
        table.add_row(one.stage, f"{one.tasks:,}", f"{one.task_s:,.1f}", *by_article)
    whole = [f"{size.total(name) / size.articles:,.1f}" for name in columns]
    table.add_row("all", f"{size.total('tasks'):,.0f}", f"{size.total('task_s'):,.1f}", *whole)
    return table
