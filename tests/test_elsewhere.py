"""That what another process is to do is done, or said not to be, and that the process ends."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest

from dedup import elsewhere
from dedup.elsewhere import allowed


def test_what_is_done_elsewhere_is_done_by_a_process_that_ends(tmp_path: Path) -> None:
    made = tmp_path / "made"
    with allowed():
        assert elsewhere.done_elsewhere(os.mkdir, str(made))
        assert made.is_dir()
        assert not elsewhere.done_elsewhere(os.mkdir, str(made))
        assert not elsewhere.done_elsewhere(exec, "import os\nos._exit(0)")


def test_nothing_is_done_elsewhere_where_nobody_allowed_it(tmp_path: Path) -> None:
    with allowed():
        pass
    assert not elsewhere.done_elsewhere(os.mkdir, str(tmp_path / "made"))
    assert not (tmp_path / "made").exists()


def test_what_is_done_elsewhere_starts_no_process_itself() -> None:
    with allowed():
        assert elsewhere.done_elsewhere(
            exec, "from dedup import elsewhere\nassert not elsewhere.done_elsewhere(len, [])"
        )


def test_what_is_begun_ahead_is_waited_for(tmp_path: Path) -> None:
    slow, made = "import time\ntime.sleep(0.3)\n", tmp_path / "made"
    elsewhere.ahead("nobody allowed it", os.mkdir, str(made))
    with allowed():
        elsewhere.ahead("made", exec, f"{slow}import os\nos.mkdir({str(made)!r})")
        elsewhere.ahead("failed", exec, f"{slow}raise ValueError")
        assert not made.exists()
        assert elsewhere.waited_for("made")
        assert made.is_dir()
        worker = elsewhere._begun["made"]._worker
        assert worker is not None
        assert worker.process.returncode == 0  # and has given its memory back
        assert not elsewhere.waited_for("failed")
        assert not elsewhere.waited_for("nobody allowed it")


def test_what_is_begun_ahead_ends_with_a_run_that_fails(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    processes = list[subprocess.Popen[bytes]]()

    def interrupted() -> None:
        with allowed():
            elsewhere.ahead("endless", exec, f"import time\nopen({str(begun)!r}, 'w').close()\ntime.sleep(3600)")
            worker = elsewhere._begun["endless"]._worker
            assert worker is not None
            processes.append(worker.process)
            until = time.monotonic() + 60
            while not begun.exists() and time.monotonic() < until:
                time.sleep(0.01)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert begun.exists()
    assert [process.returncode for process in processes] == [-signal.SIGKILL]
    assert not elsewhere._begun


def test_where_no_thread_can_be_had_nothing_is_done_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with allowed():
        monkeypatch.setattr(threading.Thread, "start", fail)
        assert not elsewhere.done_elsewhere(len, [])
