"""Whether an output folder may be replaced."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dedup.errors import OutputError
from dedup.store.outputs import check_output
from tests.store.builders import make_files


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return make_files(tmp_path, {"news/a.txt": "A", "news/deep/b.txt": "B"})


def test_a_new_an_empty_and_a_previous_folder_may_be_replaced(here: Path) -> None:
    (here / "empty").mkdir()
    make_files(here, {"old/run.json": "{}", "old/members.csv": "", "old/.DS_Store": ""})
    for out in ("new", "far/away/new", "empty", "old"):
        check_output(Path(out), ["news"])
    assert not (here / "new").exists()


def test_a_file_is_no_folder(here: Path) -> None:
    with pytest.raises(OutputError, match=r"news/a.txt: is a file, expected a folder"):
        check_output(here / "news" / "a.txt")


def test_a_folder_of_somebody_else_is_not_replaced(here: Path) -> None:
    make_files(here, {"mine/thesis.tex": "x"})
    with pytest.raises(OutputError, match=r"mine: holds files and is not a previous run, got 'thesis.tex'"):
        check_output(Path("mine"))


def test_notes_kept_in_a_run_are_not_lost(here: Path) -> None:
    make_files(here, {"old/run.json": "{}", "old/notes.txt": "x", "old/.git/HEAD": "x"})
    with pytest.raises(
        OutputError, match=r"old: holds files that are no part of a run and would be lost, got '.git, no"
    ):
        check_output(Path("old"))


@pytest.mark.parametrize(
    ("given", "out"),
    [
        *(("news", "news/out"), ("news", "news"), (".", "out"), ("news/**/*.txt", "news/deep/out"), ("**", "x")),
        *(("*/*.jsonl", "out"), ("n*", "news/out"), ("link", "news/out"), ("news", "link/out"), ("*", "out")),
    ],
)
def test_a_run_does_not_read_its_own_output(here: Path, given: str, out: str) -> None:
    (here / "link").symlink_to("news")
    with pytest.raises(
        OutputError, match=r"lies where the input is read, so that the next run would read its own output"
    ):
        check_output(Path(out), [given])
    assert not (here / out).exists() or out == "news"


@pytest.mark.parametrize("given", ["news/a.txt", "news/deep"])
@pytest.mark.usefixtures("here")
def test_an_output_around_an_input_would_lose_it(given: str) -> None:
    with pytest.raises(OutputError, match="news: holds an input, which would be lost"):
        check_output(Path("news"), [given])


@pytest.mark.parametrize("given", ["news/a.txt", "*.jsonl", "news*/*.txt", "news/deep/../*.txt", ""])
@pytest.mark.usefixtures("here")
def test_an_output_beside_the_input_is_fine(given: str) -> None:
    check_output(Path("out"), [given])


def test_a_parent_that_cannot_be_is_told(here: Path) -> None:
    with pytest.raises(OutputError, match="cannot be made: a file is where its parent folder should be"):
        check_output(here / "news" / "a.txt" / "out")
    closed = here / "closed"
    closed.mkdir(mode=0o555)
    if os.access(closed, os.W_OK):
        pytest.skip("this user may write anywhere")
    with pytest.raises(OutputError, match="its parent folder cannot be written"):
        check_output(closed / "out")


def test_the_root_is_no_output() -> None:
    with pytest.raises(OutputError, match="is the root of the file system"):
        check_output(Path("/"))
