"""Replacing a folder in one step, whatever happens on the way."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dedup.errors import OutputError
from dedup.store import folders
from dedup.store.folders import current_folder, replace_folder
from dedup.store.locks import output_lock
from dedup.store.outputs import FILES, read_run, write_run
from tests.store.builders import make_files, make_frames

KILLS = 4

WRITE_FOR_EVER = """
import sys
from itertools import count
from pathlib import Path
from dedup.store.outputs import write_run
from tests.store.builders import make_frames
frames = [make_frames(*[f"Text {version} of article {n}." for n in range(40)]) for version in range(2)]
for number in count():
    version = number % 2
    write_run(Path(sys.argv[1]), {"run_id": str(version)}, report=b"<p>%d" % version, **frames[version])
    print(number, flush=True)
"""

DIE_AT_EVERY_STEP = """
import os, signal, sys
from itertools import count
from pathlib import Path
from dedup.store import folders

out, way = Path(sys.argv[1]), sys.argv[2]
if way == "two steps":
    folders._exchange = lambda one, other: False

def fill_with(version):
    def fill(folder):
        for name in ("run.json", "members.csv", "report.html"):
            (folder / name).write_text(version)
    return fill

def die_at(step):
    left = [step]
    def on_event(event, arguments):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(on_event)

folders.replace_folder(out, fill_with("old"))
for step in count(1):
    child = os.fork()
    if child == 0:
        die_at(step)
        folders.replace_folder(out, fill_with("new"))
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    whole = folders.current_folder(out)
    versions = {path.read_text() for path in whole.iterdir()}
    print(step, code, len([*whole.iterdir()]), *versions, whole == out, flush=True)
    folders.replace_folder(out, fill_with("old"))
    if code == 0:
        break
print(sorted(path.name for path in out.parent.iterdir()))
"""

WITHOUT_SPACE = """
import resource, sys
from pathlib import Path
from dedup.errors import OutputError
from dedup.store.outputs import write_run
from tests.store.builders import make_frames
frames = make_frames("x" * 200_000)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    write_run(Path(sys.argv[1]), {"run_id": "2"}, report=b"", **frames)
except OutputError as error:
    print(error)
"""


@pytest.mark.parametrize("way", ["one step", "two steps"])
def test_death_at_any_step_leaves_a_whole_output(tmp_path: Path, root: Path, way: str) -> None:
    command = [sys.executable, "-c", DIE_AT_EVERY_STEP, str(tmp_path / "out"), way]
    *steps, last = subprocess.run(command, capture_output=True, text=True, cwd=root, check=True).stdout.splitlines()
    outcomes = [line.split()[1:] for line in steps]
    assert len(outcomes) > 30
    assert {(code, n_files) for code, n_files, *_ in outcomes[:-1]} == {("-9", "3")}
    versions = [version for _, _, version, _ in outcomes]
    assert versions == sorted(versions, reverse=True)
    assert {*versions} == {"old", "new"}
    assert any(in_place == "False" for *_, in_place in outcomes) == (way == "two steps")
    assert outcomes[-1] == ["0", "3", "new", "True"]
    assert last == "['out']"


def test_a_killed_run_leaves_a_whole_output(tmp_path: Path, root: Path) -> None:
    out, chance = tmp_path / "out", random.Random(5)
    for _ in range(KILLS):
        command = [sys.executable, "-c", WRITE_FOR_EVER, str(out)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(chance.uniform(0, 0.05))
            os.kill(writer.pid, signal.SIGKILL)
        run = read_run(out)
        version = run.manifest["run_id"]
        assert {path.name for path in out.iterdir()} == {*FILES}
        assert all(text.startswith(f"Text {version} ") for text in run.articles["text"])
        assert (out / "report.html").read_text() == f"<p>{version}"
    write_run(out, {"run_id": "last"}, report=b"", **make_frames("Last."))
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_readers_never_see_half_a_run(tmp_path: Path, root: Path) -> None:
    out = tmp_path / "out"
    with subprocess.Popen(
        [sys.executable, "-c", WRITE_FOR_EVER, str(out), "one step"], stdout=subprocess.PIPE, cwd=root
    ) as writer:
        try:
            assert writer.stdout is not None
            writer.stdout.readline()
            for _ in range(30):
                run = read_run(out)
                assert run.articles["text"][0].startswith(f"Text {run.manifest['run_id']} ")
        finally:
            writer.kill()


def test_a_full_disk_leaves_the_previous_run(tmp_path: Path, root: Path) -> None:
    write_run(tmp_path / "out", {"run_id": "1"}, report=b"", **make_frames("One."))
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_SPACE, str(tmp_path / "out")],
        capture_output=True,
        text=True,
        cwd=root,
        check=True,
    )
    assert "out: cannot be written: File too large" in done.stdout
    assert read_run(tmp_path / "out").manifest["run_id"] == "1"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_swap_cut_in_two_is_undone(tmp_path: Path) -> None:
    make_files(tmp_path, {".[o]ut.previous-7/run.json": "old", ".[o]ut.partial-7/run.json": "half"})
    out = tmp_path / "[o]ut"
    assert (current_folder(out) / "run.json").read_text() == "old"

    def fill(folder: Path) -> None:
        assert (out / "run.json").read_text() == "old"
        (folder / "run.json").write_text("new")

    replace_folder(out, fill)
    assert (out / "run.json").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["[o]ut"]


def test_leftovers_of_other_outputs_are_left_alone(tmp_path: Path) -> None:
    make_files(tmp_path, {".out2.partial-7/x": "", "out2.partial-7": "", ".out.partial-7/x": ""})
    replace_folder(tmp_path / "out", lambda folder: None)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".out2.partial-7", "out", "out2.partial-7"]


def test_what_fails_while_filling_changes_nothing(tmp_path: Path) -> None:
    make_files(tmp_path, {"out/run.json": "old"})

    def fail(folder: Path) -> None:
        make_files(folder, {"run.json": "half"})
        raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match=r"cannot be written: No space left on device. The previous run is untouched"):
        replace_folder(tmp_path / "out", fail)
    assert (tmp_path / "out" / "run.json").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_the_holder_of_the_lock_may_write_and_nobody_else(tmp_path: Path, root: Path) -> None:
    out = tmp_path / "out"
    with output_lock(out):
        replace_folder(out, lambda folder: None)
        program = "import sys; from pathlib import Path; from dedup.store.folders import replace_folder"
        call = "replace_folder(Path(sys.argv[1]), lambda folder: None)"
        command = [sys.executable, "-c", f"{program}; {call}", str(out)]
        other = subprocess.run(command, capture_output=True, text=True, cwd=root, check=False)
        assert f"another run (process {os.getpid()}) is writing here" in other.stderr
    assert out.is_dir()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="folders change places in one step on Linux only")
def test_folders_change_places_in_one_step(tmp_path: Path) -> None:
    make_files(tmp_path, {"a/name": "a", "b/name": "b"})
    assert folders._exchange(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "a" / "name").read_text() == "b"
    with pytest.raises(OSError, match="No such file"):
        folders._exchange(tmp_path / "a", tmp_path / "missing")
