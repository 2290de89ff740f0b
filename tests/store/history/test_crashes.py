"""Whatever happens to a run, the store holds its whole batch or nothing of it."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dedup import pipeline
from dedup.catching_up import catch_up
from dedup.errors import DiskError
from dedup.pipeline import run
from dedup.store.history.history import History
from dedup.store.history.ledger import ledger_of
from dedup.store.history.upkeep import faults, information
from dedup.store.outputs import read_run
from tests.cli.processes import command, environment
from tests.crashes import SETTINGS, batch, killed_runs, prepared
from tests.histories import WIDE, stories_of
from tests.text.strange import THOROUGH


@pytest.mark.slow
def test_a_killed_run_leaves_its_whole_batch_or_none_of_it_and_can_be_run_again(tmp_path: Path) -> None:
    """Five moments here, or fifty; ``python -m tests.crashes 100`` kills a hundred runs."""
    ends = killed_runs(50 if THOROUGH else 5, tmp_path)
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


@pytest.mark.parametrize("moment", ["before the commit", "after the commit", "at the manifest", "after the output"])
def test_killed_around_the_commit_a_run_ends_as_undisturbed_when_it_is_run_again(tmp_path: Path, moment: str) -> None:
    first = batch(tmp_path, 0)
    undisturbed = run([first], tmp_path / "undisturbed", WIDE, store=tmp_path / "other")
    out, store = tmp_path / "out", tmp_path / "store"
    killed_at(moment, first, out, store)
    assert (information(store)["articles"], out.exists()) == {
        "before the commit": (0, False),
        "after the output": (9, True),
    }.get(moment, (9, False))
    again = run([first], out, WIDE, store=store)
    done_before = moment in {"after the commit", "at the manifest"}
    assert information(store)["runs"] == (2 if moment == "after the output" else 1)
    assert faults(store) == {}
    if moment != "after the output":  # there all was done, and this is another run
        assert contents(again.out) == contents(undisturbed.out)
        assert again.manifest["counts"] == undisturbed.manifest["counts"]
    assert again.members.equals(undisturbed.members)
    assert [path.name for path in tmp_path.glob(".out*")] == []
    assert read_run(out).manifest["run_id"] == again.manifest["run_id"]
    if done_before:  # by now nothing waits, so the same once more is a run of known articles
        assert run([first], out, WIDE, store=store).manifest["counts"]["known"] == 9


def killed_at(moment: str, batch_file: Path, out: Path, store: Path) -> None:
    """A run in a process of its own that kills itself at a moment."""
    program = """
import os, signal, sys
from pathlib import Path
from dedup import pipeline
from dedup.store import folders, handover
from dedup.store.history import history
from tests.histories import WIDE

def killed(*_arguments):
    os.kill(os.getpid(), signal.SIGKILL)

moment, batch_file, out, store = sys.argv[1:]
if moment == "before the commit":
    history.commits.commit = killed
elif moment == "after the commit":
    pipeline.publish = killed
elif moment == "at the manifest":
    handover.publish_folder = killed
try:
    pipeline.run([batch_file], Path(out), WIDE, store=Path(store))
finally:
    killed()
"""
    arguments = [sys.executable, "-c", program, moment, str(batch_file), str(out), str(store)]
    done = subprocess.run(arguments, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr


def contents(out: Path) -> dict[str, bytes]:
    """The files of a run, by name, that hold no time and no name of the run."""
    return {path.name: path.read_bytes() for path in out.iterdir() if path.name not in {"run.json", "report.html"}}


def test_an_inbox_brings_the_output_of_a_batch_that_was_committed_and_not_shown(tmp_path: Path) -> None:
    inbox, out, store = tmp_path / "inbox", tmp_path / "out", tmp_path / "store"
    inbox.mkdir()
    name = batch(inbox, 0).name
    config = WIDE.model_copy(update={"schedule": WIDE.schedule.model_copy(update={"settle_seconds": 0.0})})
    for again in ([], [name]):
        shutil.rmtree(store, ignore_errors=True)
        shutil.rmtree(out, ignore_errors=True)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pipeline, "publish", interrupted)
            with pytest.raises(KeyboardInterrupt):
                catch_up(inbox, out, config, store)
        assert ledger_of(store)["outcome"].to_list() == ["done"]
        assert list(out.glob("night*")) == []
        (caught,) = catch_up(inbox, out, config, store, again=again).files
        assert caught.run is not None
        assert caught.run.manifest["counts"]["new"] == 9
        assert caught.run.manifest["run_id"] == ledger_of(store)["run_id"].item()
        assert information(store)["runs"] == 1
        assert catch_up(inbox, out, config, store).files == []


@pytest.mark.parametrize("moved", ["inbox/renamed.jsonl", "elsewhere.jsonl"])
def test_an_output_that_waits_comes_wherever_its_file_is_by_now_and_that_of_another_store_stays(
    tmp_path: Path, moved: str
) -> None:
    inbox, out, store = tmp_path / "inbox", tmp_path / "out", tmp_path / "store"
    inbox.mkdir()
    path = batch(inbox, 0)
    config = WIDE.model_copy(update={"schedule": WIDE.schedule.model_copy(update={"settle_seconds": 0.0})})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "publish", interrupted)
        with pytest.raises(KeyboardInterrupt):
            catch_up(inbox, out, config, store)
    (out / ".foreign.waiting").mkdir()
    path.rename(tmp_path / moved)
    (caught,) = catch_up(inbox, out, config, store).files
    assert (caught.found.name, caught.outcome) == (path.name, "done")
    assert [folder.name for folder in out.glob("[!.]*/run.json")] == ["run.json"]
    assert [folder.name for folder in out.glob(".*")] == [".foreign.waiting"]
    assert catch_up(inbox, out, config, store).files == []


def test_what_waits_is_not_that_of_a_run_that_rejects_other_inputs(tmp_path: Path) -> None:
    first, out, store = batch(tmp_path, 0), tmp_path / "out", tmp_path / "store"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "publish", interrupted)
        with pytest.raises(KeyboardInterrupt):
            run([first], out, WIDE, store=store)
    broken = tmp_path / "broken.jsonl"
    broken.write_text("{\n", encoding="utf-8")
    again = run([first, broken], out, WIDE, store=store)
    assert again.skipped.height == 1
    assert read_run(out).skipped.equals(again.skipped)
    assert again.manifest["counts"]["known"] == 9


def interrupted(*_arguments: object) -> None:
    """In the place of a step that never came."""
    raise KeyboardInterrupt


def test_a_commit_that_is_tried_again_when_it_was_in_adds_nothing(tmp_path: Path) -> None:
    first = batch(tmp_path, 0)
    tries: list[str] = []

    def twice(stage: str, function: Any, /, *args: Any, **kwargs: Any) -> Any:
        if stage == "commit":
            tries.append(stage)
            function(*args, **kwargs)
        return function(*args, **kwargs)

    run([first], tmp_path / "out", WIDE, store=tmp_path / "store", runner=twice)
    assert tries == ["commit"]
    told = information(tmp_path / "store")
    assert (told["runs"], told["articles"]) == (1, 9)
    assert faults(tmp_path / "store") == {}


def test_a_commit_that_failed_leaves_neither_batch_nor_output(tmp_path: Path) -> None:
    first = batch(tmp_path, 0)

    def full(stage: str, function: Any, /, *args: Any, **kwargs: Any) -> Any:
        if stage == "commit":
            raise DiskError("no space left", where="store")
        return function(*args, **kwargs)

    with pytest.raises(DiskError, match="no space left"):
        run([first], tmp_path / "out", WIDE, store=tmp_path / "store", runner=full)
    assert information(tmp_path / "store")["articles"] == 0
    assert not (tmp_path / "out").exists()
    assert [path.name for path in tmp_path.glob(".out*")] == []


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
