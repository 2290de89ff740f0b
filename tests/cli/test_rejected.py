"""What is told of inputs that cannot be used."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.processes import call
from tests.store.builders import make_files, make_lines

TEXT = "The harbour of Palisade was closed on Tuesday after dock workers walked out over allowances."


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_name_of_a_file_commands_no_terminal_and_ends_no_line() -> None:
    hostile = "esc\x1b[2J\nDone in 0.0 s.\u202e\udc9b.txt"
    make_files(Path("news"), {"good.txt": TEXT})
    Path(os.fsdecode(os.fsencode(f"news/{hostile}"))).write_text("", encoding="utf-8")
    done = call("run", "news", "--out", "out")
    assert done.returncode == 3
    assert not {"\x1b", "\x9b", "\u202e"} & {*done.stderr, *done.stdout}
    assert [line for line in done.stderr.splitlines() if line.startswith("Done in 0.0 s.")] == []
    gone = call("run", f"news/{hostile[:12]}\nDone.", "--out", "out")
    assert gone.returncode == 1
    assert [line for line in gone.stderr.splitlines() if not line.startswith("InputError: ")] == []


def test_a_few_bad_articles_end_with_status_3_and_a_broken_batch_with_an_error() -> None:
    good = [{"id": n, "text": f"{TEXT} {n}"} for n in range(5)]
    make_files(
        Path(), {"few.jsonl": make_lines(*good, *["{oops"] * 19), "many.jsonl": make_lines(*good, *["{oops"] * 20)}
    )
    assert call("run", "few.jsonl", "--out", "out").returncode == 3
    done = call("run", "many.jsonl", "--out", "other")
    assert done.returncode == 1
    assert "20 of 25 inputs cannot be used, more than input.max_skipped_share allows (0.5)" in done.stderr
    assert "The first: many.jsonl:10: not_json" in done.stderr
    assert not Path("other").exists()
    assert call("run", "many.jsonl", "--out", "other", "--set", "input.max_skipped_share=1").returncode == 3


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        (
            "max_files=1",
            "more than 1 files, which is all that input.max_files allows. Raise it with --set input.max_files",
        ),
        ("max_articles=2", "more than 2 articles, which is all that input.max_articles allows"),
        ("max_text_bytes=1000", "more than 1,000 bytes of text, which is all that input.max_text_bytes allows"),
    ],
)
def test_a_limit_on_the_whole_run_ends_it(setting: str, message: str) -> None:
    make_files(Path("news"), {f"{n}.txt": f"{TEXT * 5} {n}" for n in range(3)})
    done = call("run", "news", "--out", "out", "--set", f"input.{setting}")
    assert (done.returncode, message in done.stderr) == (1, True)


def test_what_cannot_be_used_fills_no_memory_and_an_empty_pipe_is_said_to_be_empty() -> None:
    make_files(Path(), {"bad.jsonl": "{\n" * 30})
    settings = ("--set", "input.max_articles=20", "--set", "input.max_skipped_share=1")
    done = call("run", "bad.jsonl", "--out", "out", *settings)
    assert "more than 20 inputs that cannot be used, which is all that input.max_articles allows" in done.stderr
    command = [sys.executable, "-m", "dedup.cli", "run", "-", "--out", "out"]
    empty = subprocess.run(command, input="", capture_output=True, text=True, check=False)
    assert (empty.returncode, "-: there is nothing in it, expected JSON" in empty.stderr) == (1, True)


def test_standard_input_is_an_input() -> None:
    lines = make_lines({"id": "a", "text": TEXT}, {"id": "b", "text": f"{TEXT} Again."})
    command = [sys.executable, "-m", "dedup.cli", "run", "-", "--out", "out"]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("2 articles")
