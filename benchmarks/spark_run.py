"""One run of the Spark engine, told stage by stage by Spark's own event log.

    python -m benchmarks.spark_run build/bench/c20000.parquet build/bench/out --master "local[2]" --log build/bench/log

In: a corpus, an output folder, a master. Out: one line of JSON: wall seconds, CPU seconds of the driver, the Java
machine and the Python workers together, and the stages of ``run.json``. Must not know the local engine.

Every Spark job carries the stage of the pipeline that asked for it as its description, so that the event log can be
summed by stage (``benchmarks.spark_log``).
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

from dedup.config import Config
from dedup.engines.spark import Spark, opened
from dedup.pipeline import run

P = ParamSpec("P")
T = TypeVar("T")


def cpu_of_tree(pid: int) -> float:
    """CPU seconds of a process and of all that descend from it, those it has waited for included.

    Args:
        pid: A process of this machine.

    Returns:
        Seconds; nan where the system does not tell (it needs ``/proc``).
    """
    if not Path("/proc/self/stat").exists():
        return float("nan")
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                # The name of a program may hold blanks and brackets; what counts comes after the last of them.
                fields = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()
            except OSError:  # it has ended meanwhile
                continue
            parents[int(entry.name)] = int(fields[1])
            ticks[int(entry.name)] = sum(map(int, fields[11:15]))
    family = {pid}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(ticks.get(one, 0) for one in family) / os.sysconf("SC_CLK_TCK")


def described(spark: Spark) -> Callable[..., object]:
    """A runner that writes the name of each stage beside the Spark jobs it starts."""

    def call(stage: str, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        spark.session.sparkContext.setJobDescription(stage)
        return function(*args, **kwargs)

    return call


def main() -> None:
    """Run once and say what it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--partitions", type=int, default=8)
    parser.add_argument("--memory", default="4g", help="of the driver, which is the executor, too, of a local master")
    parser.add_argument("--log", type=Path, required=True, help="folder for the event log")
    chosen = parser.parse_args()
    chosen.log.mkdir(parents=True, exist_ok=True)
    settings = {
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": chosen.log.absolute().as_uri(),
        "spark.eventLog.compress": "false",
        "spark.eventLog.rolling.enabled": "false",
        "spark.driver.memory": chosen.memory,
    }
    engine = {"name": "spark", "master": chosen.master, "partitions": chosen.partitions}
    config = Config.model_validate({"engine": engine})
    began = time.perf_counter()
    work = (chosen.log.absolute() / "work").as_uri()
    with opened(chosen.master, work, partitions=chosen.partitions, settings=settings) as spark:
        done = run([chosen.corpus], chosen.out, config, runner=described(spark))  # type: ignore[arg-type]  # a Runner
        wall, cpu = time.perf_counter() - began, cpu_of_tree(os.getpid())
    print(
        json.dumps({"wall_s": wall, "cpu_s": cpu, "stages": done.manifest["stages"], "counts": done.manifest["counts"]})
    )


if __name__ == "__main__":
    main()
