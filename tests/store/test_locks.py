"""One run at a time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dedup.errors import OutputError, StoreLockedError
from dedup.store.locks import holds, output_lock
from tests.store.builders import make_files

HOLD = """
import sys
from pathlib import Path
from dedup.store.locks import output_lock
with output_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""

COUNT = """
import sys, time
from pathlib import Path
from dedup.errors import StoreLockedError
from dedup.store.locks import output_lock
out, counter, done = Path(sys.argv[1]), Path(sys.argv[2]), 0
while done < 40:
    try:
        with output_lock(out):
            number = int(counter.read_text())
            time.sleep(0.0005)
            counter.write_text(str(number + 1))
        done += 1
    except StoreLockedError:
        time.sleep(0.0005)
"""


def start(program: str, *arguments: str | Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def start_holder(out: Path) -> subprocess.Popen[str]:
    """A process that holds ``out`` until its input ends."""
    holder = start(HOLD, out)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_a_second_process_is_told_who_holds_the_output(tmp_path: Path) -> None:
    with start_holder(tmp_path / "out") as holder:
        with pytest.raises(StoreLockedError) as caught, output_lock(tmp_path / "out"):
            pass
        assert caught.value.exit_code == 75
        assert str(caught.value) == (
            f"{tmp_path}/out: another run (process {holder.pid}) is writing here. "
            "Wait for it to end, or name another folder with --out."
        )
        holder.communicate("")
    with output_lock(tmp_path / "out"):
        assert holds(tmp_path / "out")
    assert [*tmp_path.iterdir()] == []


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    with start_holder(tmp_path / "out") as holder:
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
    assert (tmp_path / ".out.lock").exists()
    with output_lock(tmp_path / "out"):
        pass
    assert [*tmp_path.iterdir()] == []


def test_the_same_folder_by_another_name_is_held_too(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("out")
    with output_lock(tmp_path / "out"), pytest.raises(StoreLockedError), output_lock(tmp_path / "link"):
        pass


def test_other_folders_are_free(tmp_path: Path) -> None:
    with output_lock(tmp_path / "out"), output_lock(tmp_path / "out2"):
        assert not holds(tmp_path / "out3")


def test_processes_that_contend_never_meet(tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    counter.write_text("0")
    contenders = [start(COUNT, tmp_path / "out", counter) for _ in range(3)]
    for contender in contenders:
        contender.communicate("")
        assert contender.returncode == 0
    assert counter.read_text() == "120"


def test_a_place_where_no_lock_can_be_is_told(tmp_path: Path) -> None:
    make_files(tmp_path, {"file": ""})
    with (
        pytest.raises(OutputError, match="a file is where its parent folder should be"),
        output_lock(tmp_path / "file" / "out"),
    ):
        pass


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a file system that can make no files: Linux's /proc")
def test_a_file_system_that_makes_no_files_is_told_and_not_asked_for_ever() -> None:
    with pytest.raises(OutputError, match="no file can be made beside it"), output_lock(Path("/proc/x")):
        pass
