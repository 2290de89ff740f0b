"""One contract for every engine: the same articles give the same run, byte for byte, wherever the stages ran."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dedup.config import Config
from dedup.engines.spark import Spark
from dedup.pipeline import STAGES, run
from dedup.runners import Measured, call_directly
from dedup.store.outputs import FILES, StoredRun, read_run
from tests.gold.corpora import HERE as GOLD

FRAMES = ("articles", "stories", "members", "pairs", "framing", "outlets", "flows", "skipped", "oddities")
IN_LINES = ("stories.jsonl", "framing.jsonl", "skipped.jsonl", "members.csv")
SAID = ("counts", "caps", "lsh", "input_hash", "warnings")

Engine = Callable[[str, list[Path], dict[str, Any]], Path]


@pytest.fixture(scope="module")
def engine(spark: Spark, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Runs inputs on an engine, on the session that is there; returns the output folder."""
    assert spark.session is not None
    folder = tmp_path_factory.mktemp("engines")

    def run_on(name: str, inputs: list[Path], settings: dict[str, Any]) -> Path:
        out = folder / f"{name}-{len([*folder.iterdir()])}"
        run(inputs, out, Config.model_validate({"engine": {"name": name, "partitions": 2}} | settings))
        return out

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
def both(engine: Engine, batch: list[Path]) -> tuple[Path, Path]:
    """The same batch by either engine."""
    settings = {"report": {"max_stories": 16}}
    return engine("local", batch, settings), engine("spark", batch, settings)


@pytest.fixture(scope="module")
def runs(both: tuple[Path, Path]) -> tuple[StoredRun, StoredRun]:
    """Both, read back."""
    local, spread = both
    return read_run(local), read_run(spread)


def without_run(page: str) -> str:
    """A page without what says which run it is of: when it ended, and its id."""
    page = re.sub(r'(<p class="dateline">\s*)<span>[^<]*</span>', r"\1", page)
    return re.sub(r"(<bdi>run id</bdi></dt><dd>)<bdi>[^<]*</bdi>", r"\1", page)


@pytest.mark.slow
class TestEngines:
    @pytest.mark.parametrize("name", FRAMES)
    def test_have_the_same_frames(self, runs: tuple[StoredRun, StoredRun], name: str) -> None:
        local, spread = (getattr(one, name) for one in runs)
        assert local.height > 0
        assert spread.equals(local)

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

    @pytest.mark.parametrize("name", SAID)
    def test_say_the_same(self, runs: tuple[StoredRun, StoredRun], name: str) -> None:
        local, spread = runs
        assert spread.manifest[name] == local.manifest[name]

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


@pytest.mark.slow
def test_a_bucket_that_holds_a_third_of_all_articles_is_capped_and_told(
    engine: Engine, tmp_path: Path, seeds: Path
) -> None:
    text = (seeds / "000_palisade_port_strike.txt").read_text(encoding="utf-8")
    lines = [{"id": f"copy-{number:02d}", "text": f"{text}\n\nEdition {number} of the day."} for number in range(20)]
    newsroom = (GOLD / "newsroom" / "articles.jsonl").read_text(encoding="utf-8").splitlines()[:40]
    (tmp_path / "skewed.jsonl").write_text("\n".join([*map(json.dumps, lines), *newsroom]), encoding="utf-8")
    settings = {"match": {"max_bucket": 5, "anchors": {"max_articles": 10, "per_article": 5}, "window_days": 3}}
    local, spread = (read_run(engine(name, [tmp_path / "skewed.jsonl"], settings)) for name in ("local", "spark"))
    assert spread.manifest["caps"] == local.manifest["caps"]
    assert {"copy_buckets_chained", "story_buckets_left_to_anchors"} <= {*spread.manifest["caps"]}
    for name in FRAMES:
        assert getattr(spread, name).equals(getattr(local, name)), name
    copies = spread.members.filter(pl.col("article_id").str.starts_with("copy"))
    assert copies["story_id"].n_unique() == 1


def test_the_seam_counts_rows_that_lie_elsewhere(spark: Spark) -> None:
    measured = Measured(call_directly)
    measured("documents", spark.kept, "counted", spark.sent(pl.DataFrame({"row": [1, 2, 3]})))
    assert measured.stages[0]["rows"] == 3
