"""One contract for every engine: the same articles give the same run, byte for byte, wherever the stages ran."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from rich.console import Group

from dedup.config import Config
from dedup.engines.spark import Spark
from dedup.pipeline import STAGES, Run, run
from dedup.report.terminal import run_summary, stories_table
from dedup.runners import Measured, call_directly
from dedup.store.outputs import FILES, StoredRun, read_run
from dedup.store.remote import place_of
from flows.artifacts import framing_markdown, outlets_caption, stories_caption, summary_markdown, whole_of
from tests.engines.made import N_EDITIONS, write_made
from tests.engines.sessions import mounted
from tests.gold.corpora import HERE as GOLD

FRAMES = ("articles", "stories", "members", "pairs", "framing", "outlets", "flows", "skipped", "oddities")
IN_LINES = ("stories.jsonl", "framing.jsonl", "skipped.jsonl", "members.csv")
SAID = ("counts", "caps", "lsh", "input_hash", "warnings")

Engine = Callable[..., Run]


@pytest.fixture(scope="module")
def engine(spark: Spark, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Runs inputs on an engine, on the session that is there."""
    assert spark.session is not None
    folder = tmp_path_factory.mktemp("engines")

    def run_on(name: str, inputs: list[Path], settings: dict[str, Any], out: Path | None = None) -> Run:
        out = out or folder / f"{name}-{len([*folder.iterdir()])}"
        return run(inputs, out, Config.model_validate({"engine": {"name": name, "partitions": 2}} | settings))

    return run_on


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory, seeds: Path) -> list[Path]:
    """The samples, newsroom and traps, and files that cannot be used."""
    folder = tmp_path_factory.mktemp("batch")
    (folder / "odd.jsonl").write_text(
        '{"id": "odd-1", "text": " "}\n{"id": "odd-2", "text": "It hailed.", "published_at": "03/04/2025"}\n'
        '{"id": "odd-2", "text": "It hailed."}\n{"id": "odd-2", "text": "It snowed."}\nno json\n'
    )
    return [seeds, folder, *(GOLD / name / "articles.jsonl" for name in ("newsroom", "traps"))]


@pytest.fixture(scope="module")
def finished(engine: Engine, batch: list[Path]) -> tuple[Run, Run]:
    """The same batch by either engine, as it came back."""
    settings = {"report": {"max_stories": 16}}
    return engine("local", batch, settings), engine("spark", batch, settings)


@pytest.fixture(scope="module")
def both(finished: tuple[Run, Run]) -> tuple[Path, Path]:
    """The folders that were written."""
    local, spread = finished
    return local.out, spread.out


@pytest.fixture(scope="module")
def runs(both: tuple[Path, Path]) -> tuple[StoredRun, StoredRun]:
    """Both, read back."""
    local, spread = both
    return read_run(local), read_run(spread)


def without_run(page: str) -> str:
    """A page without what says which run it is of: when it ended, and its id."""
    page = re.sub(r'(<p class="dateline">\s*)<span>[^<]*</span>', r"\1", page)
    return re.sub(r"(<bdi>run id</bdi></dt><dd>)<bdi>[^<]*</bdi>", r"\1", page)


class SayTheSame:
    """What holds of every batch that both engines have run; ``runs`` is the batch."""

    @pytest.mark.parametrize("name", FRAMES)
    def test_have_the_same_frames(self, runs: tuple[StoredRun, StoredRun], name: str) -> None:
        local, spread = (getattr(one, name) for one in runs)
        assert local.height > 0
        assert spread.equals(local)

    @pytest.mark.parametrize("name", SAID)
    def test_say_the_same(self, runs: tuple[StoredRun, StoredRun], name: str) -> None:
        local, spread = runs
        assert spread.manifest[name] == local.manifest[name]


@pytest.mark.slow
class TestEngines(SayTheSame):
    @pytest.mark.parametrize("name", IN_LINES)
    def test_write_the_same_bytes_in_some_order(self, both: tuple[Path, Path], name: str) -> None:
        local, spread = both
        parts = [part.read_bytes().splitlines() for part in sorted((spread / name).iterdir())]
        head, *lines = (local / name).read_bytes().splitlines()
        if name.endswith(".csv"):
            assert {part.pop(0) for part in parts if part} == {head}
        else:
            lines = [head, *lines]
        assert sorted(line for part in parts for line in part) == sorted(lines)

    def test_leave_nothing_but_the_files_of_a_run(self, both: tuple[Path, Path]) -> None:
        _, spread = both
        assert {path.name for path in spread.iterdir()} == {*FILES}
        assert not [*spread.rglob("*.crc"), *spread.rglob("_SUCCESS")]
        assert not [path for path in spread.parent.iterdir() if "work" in path.name or "partial" in path.name]

    def test_say_how_the_search_for_connected_groups_went(self, runs: tuple[StoredRun, StoredRun]) -> None:
        _, spread = runs
        components = spread.manifest["components"]
        assert components["rounds"] == len(components["changed"])
        assert components["changed"][-1] == 0

    def test_go_through_the_same_stages(self, runs: tuple[StoredRun, StoredRun]) -> None:
        for one in runs:
            assert [stage["name"] for stage in one.manifest["stages"]] == [*STAGES[:-1]]
        local, spread = ({stage["name"]: stage["rows"] for stage in one.manifest["stages"]} for one in runs)
        assert spread == local

    def test_show_the_same_page_of_the_largest_stories(self, both: tuple[Path, Path]) -> None:
        local, spread = (without_run((folder / "report.html").read_text(encoding="utf-8")) for folder in both)
        assert "Harrowby Foods agrees merger" in local
        assert "report.html shows the largest 16 of 48 stories" in local
        assert spread == local

    def test_say_the_same_of_the_whole_where_one_hands_over_the_largest_stories(
        self, finished: tuple[Run, Run]
    ) -> None:
        local, spread = finished
        assert (local.stories.height, spread.stories.height) == (48, 16)
        assert run_summary(whole_of(spread)).plain == run_summary(whole_of(local)).plain
        table = stories_table(spread.stories, spread.members, spread.articles, whole_of(spread))
        assert isinstance(table, Group)  # with a last line
        assert str(table.renderables[-1]) == "and 4 smaller stories more"
        assert outlets_caption(spread) == outlets_caption(local)
        assert framing_markdown(spread) == framing_markdown(local)
        figures, figures_of_all = (summary_markdown(one).partition("| written to")[0] for one in (spread, local))
        assert figures == figures_of_all
        assert stories_caption(local) == "48 stories, 20 of several articles."
        assert stories_caption(spread).startswith("48 stories, 20 of several articles. The 16 largest are shown;")


@pytest.fixture(scope="module")
def many(spark: Spark, engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> tuple[StoredRun, StoredRun]:
    """Twenty thousand articles by either engine; Spark writes all it writes where only Hadoop reaches."""
    folder = tmp_path_factory.mktemp("many")
    files = write_made(folder, 20_000 - N_EDITIONS)
    out = place_of(f"{mounted(spark, folder, 'many')}/out")
    settings = {"match": {"window_days": 20}, "report": {"max_stories": 16}}
    local = read_run(engine("local", files, settings).out)
    # Of so many rows, plans made anew by what is found are worth it, and they are what a user's run has.
    spark.session.conf.set("spark.sql.adaptive.enabled", "true")
    try:
        engine("spark", files, settings, out)
        return local, read_run(folder / "out")
    finally:
        spark.session.conf.set("spark.sql.adaptive.enabled", "false")


@pytest.mark.slow
class TestTwentyThousandArticles(SayTheSame):
    @pytest.fixture
    def runs(self, many: tuple[StoredRun, StoredRun]) -> tuple[StoredRun, StoredRun]:
        return many

    def test_are_as_many_and_hold_what_was_planted(self, many: tuple[StoredRun, StoredRun]) -> None:
        _, spread = many
        counts = spread.manifest["counts"]
        assert counts["articles"] == 20_000
        assert counts["skipped"] == {"duplicate_id": 1, "empty_text": 1, "not_json": 1}
        assert counts["articles_in_shared_stories"] > 2_000
        assert {*spread.pairs["decision"]} == {"accepted", "bridge_cut", "rejected"}

    def test_are_cut_by_every_cap_and_a_bucket_beyond_it_is_one_story(self, many: tuple[StoredRun, StoredRun]) -> None:
        _, spread = many
        assert {*spread.manifest["caps"]} == {
            "anchors_trimmed",
            "copy_buckets_chained",
            "pairs_beyond_best_partners",
            "pairs_outside_window",
            "story_buckets_left_to_anchors",
        }
        editions = spread.members.filter(pl.col("article_id").str.starts_with("edition"))
        assert (editions.height, editions["story_id"].n_unique()) == (N_EDITIONS, 1)


def test_the_seam_counts_rows_that_lie_elsewhere(spark: Spark) -> None:
    measured = Measured(call_directly)
    measured("documents", spark.kept, "counted", spark.sent(pl.DataFrame({"row": [1, 2, 3]})))
    assert measured.stages[0]["rows"] == 3
