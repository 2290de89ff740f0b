"""The file is opened late, closed early, changed as a whole, and refused with a way out."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.errors import DedupError, OutputError, StoreLockedError
from dedup.store.history import database as module
from dedup.store.history.database import FILE, Database, database
from tests.cli.processes import environment

HOLD = """
import sys
from pathlib import Path
from dedup.store.history.database import database
with database(Path(sys.argv[1]), write=True):
    print("open", flush=True)
    sys.stdin.read()
"""


def test_a_folder_without_a_history_is_no_history_and_stays_empty(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"no history here.*dedup run INPUT --store"), database(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_made_for_writing_only(tmp_path: Path) -> None:
    with database(tmp_path / "a" / "b", write=True) as history:
        assert history.value("SELECT 1") == 1
    assert (tmp_path / "a" / "b" / FILE).is_file()
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be made"), database(tmp_path / "file" / "store", write=True):
        pass


def test_what_is_no_history_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"not a database at all" * 500)
    for write, told in ((False, "only read, and is as it was"), (True, "dedup history check")):
        with pytest.raises(OutputError, match=f"cannot be used.*{told}"), database(tmp_path, write=write):
            pass
    assert (tmp_path / FILE).read_bytes() == b"not a database at all" * 500


def test_a_folder_may_be_called_like_an_extension(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with database(Path("md:x"), write=True) as history:
        assert history.value("SELECT 1") == 1
    assert (tmp_path / "md:x" / FILE).is_file()


def signalled(ask: Callable[[str], object], seconds: float) -> None:
    """Ask what takes for ever, and get a signal after so many seconds."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        ask("SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


@pytest.mark.parametrize("seconds", [0.001, 0.2])
@pytest.mark.parametrize("asked", ["value", "frame", "run"])
def test_a_signal_that_comes_while_it_works_interrupts_as_it_does_elsewhere(
    tmp_path: Path, asked: str, seconds: float
) -> None:
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    with database(tmp_path, write=True) as history:
        try:
            with pytest.raises(KeyboardInterrupt):
                signalled(getattr(history, asked), seconds)
        finally:
            signal.signal(signal.SIGALRM, before)
        assert history.value("SELECT 1") == 1, "it can be asked again"


def test_what_the_handler_of_a_signal_raises_is_what_is_raised(tmp_path: Path) -> None:
    def handler(number: int, _frame: object) -> None:
        raise TimeoutError(f"signal {number}")

    before = signal.signal(signal.SIGALRM, handler)
    try:
        with pytest.raises(TimeoutError, match=f"signal {signal.SIGALRM:d}"), database(tmp_path, write=True) as history:
            signalled(history.value, 0.1)
    finally:
        signal.signal(signal.SIGALRM, before)


def interrupted(history: Database) -> None:
    """A transaction that does not come to its end."""
    with history.transaction():
        history.run("INSERT INTO t VALUES (1)")
        raise KeyboardInterrupt


def test_a_transaction_is_whole_or_nothing(tmp_path: Path) -> None:
    with database(tmp_path, write=True) as history:
        history.run("CREATE TABLE t (n BIGINT)")
        with pytest.raises(KeyboardInterrupt):
            interrupted(history)
        assert history.value("SELECT count(*) FROM t") == 0
        with history.transaction():
            history.run("INSERT INTO t VALUES (2)")
    with database(tmp_path) as history:
        assert history.frame("FROM t")["n"].to_list() == [2]


def test_a_wrong_statement_is_told_as_ours(tmp_path: Path) -> None:
    with pytest.raises(DedupError, match="cannot be used"), database(tmp_path, write=True) as history:
        history.run("SELECT nothing FROM nowhere")


@given(st.lists(st.tuples(st.text(st.characters(codec="utf-8"), max_size=9), st.none() | st.integers(-(2**62), 2**62))))
def test_frames_go_in_and_come_out_as_they_are(rows: list[tuple[str, int | None]]) -> None:
    given_frame = pl.DataFrame(rows, {"name": pl.String, "n": pl.Int64}, orient="row")
    import duckdb

    history = Database(duckdb.connect(), "memory")
    assert history.frame("FROM given_frame", given_frame=given_frame).equals(given_frame)


def test_times_come_out_as_utc_wherever_the_machine_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    at = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    with database(tmp_path, write=True) as history:
        history.run("CREATE TABLE t (moment TIMESTAMPTZ)")
        history.run("INSERT INTO t VALUES (?)", at)
        assert history.frame("FROM t")["moment"].to_list() == [at]
        assert str(history.frame("FROM t").schema["moment"]) == "Datetime(time_unit='us', time_zone='UTC')"


def test_whoever_finds_it_open_waits_and_then_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PATIENCE", 0.3)
    holder = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(
        holder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment()
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        with pytest.raises(StoreLockedError, match="another process has the history open"), database(tmp_path):
            pass
        process.communicate("")
    with database(tmp_path) as history:
        assert history.value("SELECT 1") == 1
