"""What a cluster does to a run: executors that die in the middle of a shuffle, tasks that fail."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dedup.config import Config
from dedup.pipeline import run
from dedup.store.outputs import StoredRun, read_run
from tests.engines.faulty import KILLED_IN
from tests.engines.sessions import needs_spark

FRAMES = ("articles", "stories", "members", "pairs", "framing", "outlets", "flows", "skipped", "oddities")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def told_and_run(tmp_path_factory: pytest.TempPathFactory, root: Path, seeds: Path) -> tuple[dict[str, Any], StoredRun]:
    """What was told of a run on two executors, and the run."""
    needs_spark()
    if not Path("/proc").is_dir():
        pytest.skip("needs /proc, to find the executors by")
    folder = tmp_path_factory.mktemp("faulty")
    done = subprocess.run(
        [sys.executable, "-m", "tests.engines.faulty", str(seeds), str(folder / "out"), str(folder / "work")],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    return json.loads(done.stdout.splitlines()[-1]), read_run(folder / "out")


def test_an_executor_is_killed_in_each_stage_and_another_takes_its_place(
    told_and_run: tuple[dict[str, Any], StoredRun],
) -> None:
    told, _ = told_and_run
    assert set(told["killed"]) == {*KILLED_IN}
    assert len(told["before"]) == len(told["after"]) == 2
    assert not {*told["killed"].values()} & {*told["after"]}


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory, seeds: Path) -> StoredRun:
    """The same articles on this machine."""
    out = tmp_path_factory.mktemp("local") / "out"
    run([seeds], out, Config())
    return read_run(out)


@pytest.mark.parametrize("name", FRAMES)
def test_a_run_that_lost_executors_gives_what_it_would_have_given(
    told_and_run: tuple[dict[str, Any], StoredRun], local: StoredRun, name: str
) -> None:
    _, survived = told_and_run
    assert getattr(survived, name).equals(getattr(local, name))


def test_a_task_that_fails_is_tried_again(told_and_run: tuple[dict[str, Any], StoredRun]) -> None:
    told, _ = told_and_run
    assert told["retried"] == [2 * row for row in range(100)]
