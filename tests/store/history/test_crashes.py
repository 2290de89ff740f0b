"""Whatever happens to a run, the store holds its whole batch or nothing of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dedup.pipeline import run
from dedup.store.history.history import History
from dedup.store.history.upkeep import faults, information
from tests.cli.processes import command, environment
from tests.crashes import SETTINGS, batch, killed_runs, prepared
from tests.histories import WIDE, stories_of


@pytest.mark.slow
def test_a_killed_run_leaves_its_whole_batch_or_none_of_it_and_can_be_run_again(tmp_path: Path) -> None:
    """Ten moments here; ``python -m tests.crashes 100`` kills a hundred runs."""
    ends = killed_runs(10, tmp_path)
    assert ends.keys() <= {"none", "all"}
    assert ends["none"] > 0


@pytest.mark.slow
def test_a_full_disk_stops_the_run_and_leaves_the_history_as_it_was(tmp_path: Path) -> None:
    ready = prepared(tmp_path)
    before = stories_of(History(ready.first, WIDE))
    # A limit on the size of files is met where a full disk would be: in the middle of a commit.
    limit = "import resource, runpy, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)"
    limit += "; resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, 4_096))"
    limit += "; sys.argv = sys.argv[1:]; runpy.run_module('dedup.cli', run_name='__main__')"
    arguments = command("run", ready.second, "--store", ready.first, "--out", tmp_path / "full", *SETTINGS)
    done = subprocess.run(
        [sys.executable, "-c", limit, "dedup", *arguments[3:]],
        env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "Error: " in done.stderr
    assert "Traceback" not in done.stderr
    assert faults(ready.first) == {}
    assert stories_of(History(ready.first, WIDE)) == before
    run([ready.second], tmp_path / "out", WIDE, store=ready.first)
    assert stories_of(History(ready.first, WIDE)) == ready.whole


def test_the_same_batch_twice_changes_nothing(tmp_path: Path) -> None:
    first = batch(tmp_path, 0)
    run([first], tmp_path / "out", WIDE, store=tmp_path / "store")
    before = stories_of(History(tmp_path / "store", WIDE))
    again = run([first], tmp_path / "out", WIDE, store=tmp_path / "store")
    assert again.manifest["counts"]["known"] == 9
    assert again.manifest["counts"]["new"] == 0
    assert again.members.height == 9
    assert stories_of(History(tmp_path / "store", WIDE)) == before
    assert information(tmp_path / "store")["articles"] == 9
