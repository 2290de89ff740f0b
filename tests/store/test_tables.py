"""A table as one file: in three forms, replaced in one step or not at all."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from dedup.errors import DedupError, OutputError, StoreLockedError, UsageError
from dedup.store.labels import read_labels
from dedup.store.locks import output_lock
from dedup.store.tables import ENDINGS, check_table, write_table
from tests.store.builders import make_files

TABLE = pl.DataFrame(
    {"article_id": ["=1+1", "b", "c"], "story_id": ["s-1", "s-1", "s-2"], "similar_to": [None, "=1+1", None]}
)

WRITE_FOR_EVER = """
import sys
from itertools import count
from pathlib import Path
import polars as pl
from dedup.store.tables import write_table
for number in count():
    write_table(Path(sys.argv[1]), pl.DataFrame({"n": [number % 2] * 20_000}))
    print(number, flush=True)
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return make_files(tmp_path, {"news/a.txt": "A", "news/wire.jsonl": "{}"})


@pytest.mark.usefixtures("here")
class TestWriting:
    @pytest.mark.parametrize("name", [*(f"table{ending}" for ending in ENDINGS), "TABLE.CSV", "[new] table.jsonl"])
    def test_gives_a_table_that_can_be_scored(self, name: str) -> None:
        write_table(Path(name), TABLE)
        assert read_labels(Path(name)).story == dict(TABLE.select("article_id", "story_id").iter_rows())
        assert [path.name for path in Path().iterdir() if path.is_file()] == [name]

    def test_takes_the_form_from_the_ending(self) -> None:
        for ending in ENDINGS:
            write_table(Path(f"table{ending}"), TABLE)
        assert pl.read_parquet("table.parquet").equals(TABLE)
        assert Path("table.csv").read_text(encoding="utf-8").splitlines() == [
            *('"article_id","story_id","similar_to"', '"\'=1+1","s-1",', '"b","s-1","\'=1+1"', '"c","s-2",'),
        ]
        first = '{"article_id":"=1+1","story_id":"s-1","similar_to":null}\n'
        assert Path("table.jsonl").read_text(encoding="utf-8").startswith(first)

    @pytest.mark.parametrize("ending", ENDINGS)
    def test_the_same_rows_gives_the_same_bytes(self, ending: str) -> None:
        for name in ("one", "other"):
            write_table(Path(f"{name}{ending}"), TABLE)
        assert Path(f"one{ending}").read_bytes() == Path(f"other{ending}").read_bytes()

    def test_replaces_the_file_a_link_leads_to_and_keeps_who_may_read_it(self) -> None:
        Path("table.csv").write_text("old", encoding="utf-8")
        Path("table.csv").chmod(0o640)
        Path("link.csv").symlink_to("table.csv")
        write_table(Path("link.csv"), TABLE)
        assert Path("link.csv").is_symlink()
        assert len(Path("table.csv").read_text(encoding="utf-8").splitlines()) == 4
        assert stat.S_IMODE(Path("table.csv").stat().st_mode) == 0o640


class TestReplacing:
    def test_leaves_a_whole_table_when_it_is_killed(self, here: Path) -> None:
        out = here / "table.csv"
        for delay in (0.0, 0.003, 0.011):
            with subprocess.Popen([sys.executable, "-c", WRITE_FOR_EVER, str(out)], stdout=subprocess.PIPE) as writer:
                assert writer.stdout is not None
                for _ in range(3):
                    writer.stdout.readline()
                time.sleep(delay)
                writer.send_signal(signal.SIGKILL)
            assert len(set(out.read_text(encoding="utf-8").splitlines()[1:])) == 1
            assert len(out.read_text(encoding="utf-8").splitlines()) == 20_001
        write_table(out, TABLE)
        assert [path.name for path in here.iterdir() if path.is_file()] == ["table.csv"]  # and nothing half-written

    def test_does_not_happen_while_another_process_is_at_it(self, here: Path) -> None:
        with output_lock(here / "table.csv"), pytest.raises(StoreLockedError):
            write_table(here / "table.csv", TABLE)

    def test_that_fails_leaves_the_old_table_and_says_so(self, here: Path) -> None:
        (here / "table.csv").write_text("old", encoding="utf-8")
        program = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)); import signal\n"
        program += "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); " + WRITE_FOR_EVER.lstrip()
        done = subprocess.run(
            [sys.executable, "-c", program, "table.csv"], cwd=here, capture_output=True, text=True, check=False
        )
        assert "OutputError: table.csv: cannot be written: File too large. The previous file" in done.stderr
        assert (here / "table.csv").read_text(encoding="utf-8") == "old"
        assert [path.name for path in here.iterdir() if path.is_file()] == ["table.csv"]


class TestChecking:
    @pytest.mark.parametrize("name", ["table", "table.xlsx", ".csv", "table.jsonl.gz", ""])
    @pytest.mark.usefixtures("here")
    def test_refuses_forms_that_are_not_known(self, name: str) -> None:
        with pytest.raises(
            UsageError, match=r"cannot tell in which form to write it, .* expected one of .parquet, .cs"
        ):
            check_table(Path(name))

    @pytest.mark.parametrize(
        ("out", "given", "said"),
        [
            ("news/wire.jsonl", "news/wire.jsonl", "is an input, which would be lost"),
            ("link.jsonl", "news/wire.jsonl", "is an input, which would be lost"),
            ("news/table.csv", "news", "lies where the input is read"),
            ("table.jsonl", "*.jsonl", "lies where the input is read"),
            ("folder.csv", "news", "is no file that could be replaced"),
            ("news/a.txt/table.csv", "other", "a file is where its parent folder should be"),
        ],
    )
    def test_refuses_what_would_lose_something(self, here: Path, out: str, given: str, said: str) -> None:
        (here / "link.jsonl").symlink_to("news/wire.jsonl")
        (here / "folder.csv").mkdir()
        with pytest.raises(OutputError, match=said):
            check_table(Path(out), [given])

    @pytest.mark.parametrize(
        ("out", "given"),
        [("table.csv", "news"), ("table.csv", "*.jsonl"), ("new/table.csv", "news/a.txt"), ("t.csv", "")],
    )
    @pytest.mark.usefixtures("here")
    def test_lets_pass_what_lies_elsewhere(self, out: str, given: str) -> None:
        Path("table.csv").write_text("old", encoding="utf-8")
        check_table(Path(out), [given])
        write_table(Path(out), TABLE)

    def test_notices_a_folder_that_cannot_be_written(self, here: Path) -> None:
        (here / "closed").mkdir(mode=0o555)
        if os.access(here / "closed", os.W_OK):
            pytest.skip("this user may write anywhere")
        with pytest.raises(DedupError, match="its parent folder cannot be written"):
            check_table(here / "closed" / "table.csv")
