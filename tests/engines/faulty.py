"""A run on two executors, one of which is killed in the middle of a shuffle, and a task that fails the first time.

    python -m tests.engines.faulty seeds out work

In: inputs, an output folder, a folder for what lies between stages. Out: the output, and a line of JSON: the executors
before and after, those that were killed, and what came of the task that failed. A process of its own, since a process
has one Spark session.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import polars as pl

from dedup.config import Config
from dedup.engines.spark import Spark, opened
from dedup.pipeline import run
from tests.engines.sessions import FOR_FEW_ROWS

MASTER: Final = "local-cluster[2,1,1024]"
SHAPE: Final = pl.Schema({"row": pl.Int64})
KILLED_IN: Final = ("candidates", "stories")
"""Stages in which an executor is killed: the band join, and the search for connected groups."""
OF_SHORT_LIFE: Final = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""Java machines that are killed or done in a minute do not live to see what is compiled well."""
_WAIT: Final = 120.0


def executors(of: int) -> set[int]:
    """Processes of executors that descend from a process."""
    parents: dict[int, int] = {}
    found: set[int] = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                parents[int(entry.name)] = int(
                    (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()[1]
                )
                if b"CoarseGrainedExecutorBackend" in (entry / "cmdline").read_bytes():
                    found.add(int(entry.name))
            except OSError:  # it has ended meanwhile
                continue
    family = {of}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    return found & family


def until(true: Callable[[], Any], seconds: float = _WAIT) -> bool:
    """Whether it became true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.01)
    return False


def between_map_and_reduce(spark: Spark) -> bool:
    """Whether a job is under way of which one part is done, so that its output lies with the executors for the next."""
    tracker = spark.session.sparkContext.statusTracker()
    for job in tracker.getActiveJobsIds():
        found = tracker.getJobInfo(job)
        parts = [tracker.getStageInfo(stage) for stage in found.stageIds] if found else []
        if len(parts) > 1 and any(part and part.numTasks == part.numCompletedTasks > 0 for part in parts):
            return True
    return False


class Killer:
    """A runner that kills an executor in the middle of a shuffle of some stages."""

    def __init__(self, spark: Spark) -> None:
        self.spark = spark
        self.killed: dict[str, int] = {}

    def __call__(self, stage: str, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """Call a stage, and meanwhile wait for the moment."""
        if stage not in KILLED_IN:
            return function(*args, **kwargs)
        over = threading.Event()
        killer = threading.Thread(target=self._kill, args=(stage, over), daemon=True)
        killer.start()
        try:
            return function(*args, **kwargs)
        finally:
            over.set()
            killer.join()

    def _kill(self, stage: str, over: threading.Event) -> None:
        until(lambda: over.is_set() or between_map_and_reduce(self.spark))
        if not over.is_set() and (there := executors(os.getpid())):
            self.killed[stage] = min(there)
            os.kill(min(there), signal.SIGKILL)


def fails_at_first(frame: pl.DataFrame) -> pl.DataFrame:
    """Double the rows, but not at the first attempt."""
    from pyspark import TaskContext

    context = TaskContext.get()
    if context is not None and context.attemptNumber() == 0:
        raise RuntimeError("this attempt fails")
    return frame.select(pl.col("row") * 2)


def main() -> None:
    """Run, kill, and tell."""
    inputs, out, work = sys.argv[1:]
    settings = {**FOR_FEW_ROWS, "spark.driver.memory": "1g", "spark.executor.memory": "1g"}
    settings |= dict.fromkeys(("spark.driver.extraJavaOptions", "spark.executor.extraJavaOptions"), OF_SHORT_LIFE)
    with opened(MASTER, Path(work).absolute().as_uri(), partitions=2, settings=settings) as spark:
        config = Config.model_validate({"engine": {"name": "spark", "master": MASTER, "partitions": 2}})
        before = until(lambda: len(executors(os.getpid())) == 2) and executors(os.getpid())
        given = spark.sent(pl.DataFrame({"row": range(100)}, SHAPE))
        again = spark.fetched(spark.mapped(given, SHAPE, fails_at_first, SHAPE), SHAPE)
        killer = Killer(spark)
        run([inputs], Path(out), config, runner=killer)
        until(lambda: len(executors(os.getpid())) == 2, 30.0)
        after = executors(os.getpid())
    told = {
        "before": sorted(before or ()),
        "after": sorted(after),
        "killed": killer.killed,
        "retried": sorted(again["row"]),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
