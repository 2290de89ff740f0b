"""What happened since a time, as a page or as a folder of a run."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from dedup.errors import OutputError
from dedup.reviewing import left_out, review
from dedup.store.articles import read_articles
from dedup.store.outputs import read_run
from tests.crashes import batch
from tests.histories import FIRST_NIGHT, WIDE, grown


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two nights."""
    folder = tmp_path_factory.mktemp("reviewed")
    nights = [read_articles([batch(folder, night)], WIDE.input).articles for night in (0, 1)]
    return grown(folder / "store", nights).folder


def test_a_folder_is_that_of_a_run_and_counts_what_it_shows(store: Path, tmp_path: Path) -> None:
    kept = review(store, FIRST_NIGHT, tmp_path / "out", WIDE)
    run = read_run(tmp_path / "out")
    assert run.stories.equals(kept.stories)
    assert run.members.equals(kept.members)
    assert run.manifest["since"] == "2026-03-02T02:00:00.000Z"
    assert run.manifest["counts"]["articles"] == run.articles.height == 18
    assert run.manifest["counts"]["accepted"] + run.manifest["counts"]["rejected"] == run.pairs.height


def test_a_page_holds_the_stories_and_nothing_of_later_times_is_an_empty_one(store: Path, tmp_path: Path) -> None:
    kept = review(store, FIRST_NIGHT, tmp_path / "week.html", WIDE)
    page = (tmp_path / "week.html").read_text()
    assert all(name in page for name in kept.stories["story_id"])
    later = review(store, FIRST_NIGHT + timedelta(days=9), tmp_path / "later.html", WIDE)
    assert later.stories.is_empty()
    assert (tmp_path / "later.html").is_file()


def test_what_a_page_leaves_out_is_in_a_folder_and_both_say_so(store: Path, tmp_path: Path) -> None:
    few = WIDE.model_copy(update={"report": WIDE.report.model_copy(update={"max_stories": 1})})
    kept = review(store, FIRST_NIGHT, tmp_path / "week.html", few)
    (said,) = left_out(kept, tmp_path / "week.html", few)
    shown = f"shows the largest 1 of {kept.stories.height} stories"
    assert said == f"week.html {shown}; a folder as --out has all in stories.jsonl."
    assert said in (tmp_path / "week.html").read_text()
    review(store, FIRST_NIGHT, tmp_path / "out", few)
    run = read_run(tmp_path / "out")
    assert run.manifest["warnings"] == [f"report.html {shown}; all are in stories.jsonl."]
    assert run.stories.height == kept.stories.height > 1


def test_the_history_is_only_read(store: Path, tmp_path: Path) -> None:
    before = (store / "history.duckdb").read_bytes()
    review(store, FIRST_NIGHT, tmp_path / "out", WIDE)
    assert (store / "history.duckdb").read_bytes() == before
    assert [path.name for path in store.iterdir()] == ["history.duckdb"]


def test_what_cannot_be_written_or_read_is_refused_before_any_work(store: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("Dear reader")
    with pytest.raises(OutputError, match="not a previous run"):
        review(store, FIRST_NIGHT, tmp_path / "mine", WIDE)
    assert (tmp_path / "mine" / "letter.txt").read_text() == "Dear reader"
    with pytest.raises(OutputError, match="no history here"):
        review(tmp_path / "nowhere", FIRST_NIGHT, tmp_path / "out", WIDE)
    assert not (tmp_path / "out").exists()
