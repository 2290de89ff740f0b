"""The event log is summed by stage, and what is extrapolated follows the formula of docs/scale.md."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any

import pytest

from benchmarks.spark import Size, Wanted, differing, extrapolated, record_of, tables_of
from benchmarks.spark_log import Moved, moved
from dedup.config import Config
from dedup.pipeline import run

pytest.importorskip("pyspark", reason="needs PySpark: install the extra 'spark'")

from benchmarks.spark_run import cpu_of_tree  # after the check that PySpark is there


def make_job(stage: str | None, *stages: int) -> str:
    properties = None if stage is None else {"spark.job.description": stage}
    return json.dumps({"Event": "SparkListenerJobStart", "Stage IDs": stages, "Properties": properties})


def make_task(stage: int, *, ended: str = "Success", **metrics: Any) -> str:
    told = {
        "Executor Run Time": 500,
        "Shuffle Write Metrics": {"Shuffle Records Written": 2, "Shuffle Bytes Written": 9},
    }
    return json.dumps(
        {
            "Event": "SparkListenerTaskEnd",
            "Stage ID": stage,
            "Task End Reason": {"Reason": ended},
            "Task Metrics": told | metrics,
        }
    )


def make_size(articles: int, seconds: float) -> Size:
    return Size(articles, 1.0, 1.0, candidates=10 * articles, stages=[Moved("pairs", task_s=seconds)])


class TestLog:
    def test_tasks_count_for_the_stage_whose_job_asked_first(self) -> None:
        found = moved([make_job("terms", 1), make_job("bands", 1, 2), make_task(1), make_task(2), make_task(2)])
        assert [(one.stage, one.tasks, one.task_s, one.shuffled_bytes) for one in found] == [
            ("terms", 1, 0.5, 9),
            ("bands", 2, 1.0, 18),
        ]

    def test_what_a_failed_task_cost_is_counted_and_the_task_is_not(self) -> None:
        (found,) = moved([make_job("pairs", 0), make_task(0, ended="ExceptionFailure"), make_task(0)])
        assert (found.tasks, found.failed, found.task_s) == (1, 1, 1.0)

    def test_a_job_that_nobody_described_is_counted_elsewhere(self) -> None:
        found = moved([make_job(None, 0), make_task(0), '{"Event": "SparkListenerLogStart"}'])
        assert [one.stage for one in found] == ["elsewhere"]


class TestExtrapolation:
    def test_what_grows_faster_than_the_articles_is_raised_to_its_power(self) -> None:
        found = extrapolated([make_size(1_000, 3_600.0)], {"task_s": 1.5}, 100_000)
        assert found["executor_hours"] == pytest.approx(100**1.5, rel=1e-6)
        assert found["candidates"] == 1_000_000

    def test_start_up_makes_nothing_cheaper_than_linear(self) -> None:
        found = extrapolated([make_size(1_000, 3_600.0)], {"task_s": 0.4}, 100_000)
        assert found["executor_hours"] == 100.0

    def test_the_exponents_are_those_of_the_sizes(self) -> None:
        wanted = Wanted((1_000, 10_000), "local[2]", 8, "4g", out=None)  # type: ignore[arg-type]  # nothing is written
        sizes = [make_size(1_000, 5.0), make_size(10_000, 50.0)]
        record = record_of(sizes, wanted)
        assert record["exponents"]["task_s"] == pytest.approx(1.0)
        assert len(tables_of(sizes, record)) == 3

    def test_one_size_has_no_exponents(self) -> None:
        wanted = Wanted((1_000,), "local[2]", 8, "4g", out=None)  # type: ignore[arg-type]  # nothing is written
        assert math.isnan(record_of([make_size(1_000, 5.0)], wanted)["exponents"]["task_s"])


def test_the_time_of_a_process_is_counted() -> None:
    seconds = cpu_of_tree(os.getpid())
    assert math.isnan(seconds) or seconds > 0


def test_two_runs_are_told_apart_by_the_frames_in_which_they_differ(tmp_path: Path, seeds: Path) -> None:
    sure = Config.model_validate({"match": {"min_confidence": 0.9999}})
    for name, config in (("one", Config()), ("other", Config()), ("strict", sure)):
        run([seeds], tmp_path / name, config)
    assert differing(tmp_path / "one", tmp_path / "other") == []
    assert {"pairs", "stories", "counts"} <= {*differing(tmp_path / "one", tmp_path / "strict")}
