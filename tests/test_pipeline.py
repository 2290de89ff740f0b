"""Whole runs: what they say about known articles, and that only articles and settings decide it."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dedup import workers
from dedup.config import Config
from dedup.errors import ConfigError, UsageError
from dedup.pipeline import STAGES, run
from dedup.settings.loading import load_config
from dedup.store.history.history import History
from tests.histories import WIDE, stories_of
from tests.runs import (
    Row,
    detect,
    differing,
    given_texts,
    groups,
    read_lines,
    timeless_bytes,
    write_lines,
    write_table,
)


@pytest.fixture(scope="module")
def seeds_run(tmp_path_factory: pytest.TempPathFactory, seeds: Path) -> Path:
    """The finished run of the seeds."""
    out = tmp_path_factory.mktemp("seeds") / "out"
    detect(seeds, out)
    return out


@pytest.fixture(scope="module")
def rows(newsroom: Path, traps: Path) -> list[Row]:
    """The articles of the written corpora."""
    everything = read_lines(newsroom / "articles.jsonl") + read_lines(traps / "articles.jsonl")
    # Text tables and JSON cannot both hold every odd text; what they all hold is compared here.
    return [row for row in everything if "\r" not in row["text"] and "\x00" not in row["text"]]


@pytest.fixture(scope="module")
def first(rows: list[Row], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of ``rows`` from one file."""
    folder = tmp_path_factory.mktemp("first")
    detect(write_lines(folder / "in" / "all.jsonl", rows), folder / "out")
    return folder / "out"


class TestKnownArticles:
    def test_the_seeds_are_two_stories_of_two_and_one_of_one(self, seeds_run: Path, samples: Path) -> None:
        gold = json.loads((samples / "GOLD.json").read_text(encoding="utf-8"))["stories"]
        assert groups(seeds_run) == sorted(sorted(Path(name).stem for name in story) for story in gold)

    def test_the_reference_articles_are_told_apart_with_no_setting_tuned_to_them(
        self, shared: Path, tmp_path: Path
    ) -> None:
        if not (shared / "reference").is_dir():
            pytest.skip("needs the reference articles, which may not be copied here: ../shared/reference")
        detect(shared / "reference", tmp_path / "out")
        assert [[name[:3] for name in story] for story in groups(tmp_path / "out")] == [
            ["000", "001"],
            ["002"],
            ["003", "004"],
        ]

    def test_article_texts_survive_untouched(self, seeds_run: Path, seeds: Path) -> None:
        texts = given_texts(seeds_run)
        assert texts == {path.stem: path.read_bytes().decode() for path in seeds.glob("*.txt")}
        assert any("Kеlvasti" in text for text in texts.values())  # with its Cyrillic letter
        canonical = {
            story["canonical_id"]: story["canonical_text"] for story in read_lines(seeds_run / "stories.jsonl")
        }
        assert all(text == texts[name] for name, text in canonical.items())


@pytest.mark.parametrize("line", ["", "\n\nPrinted by paper number {0}, all the news of district {0}."])
def test_a_story_that_more_outlets_print_than_are_compared_all_to_all_is_one(
    line: str, seeds: Path, tmp_path: Path
) -> None:
    text = (seeds / "000_palisade_port_strike.txt").read_text(encoding="utf-8")
    rows: list[Row] = [
        {
            "id": f"a{at:03}",
            "text": text + line.format(at),
            "source": f"Paper {at}",
            "published_at": f"2025-01-0{1 + at * 7 % 3}T{at * 11 % 24:02}:{at * 17 % 60:02}:00Z",
        }
        for at in range(90)
    ]
    found = run([write_lines(tmp_path / "printed.jsonl", rows)], tmp_path / "out", Config())
    assert found.stories["size"].to_list() == [90]
    assert found.pairs.height < 90 * 89 // 2


class TestRepeating:
    def test_shuffled_lines_give_the_same_bytes(self, rows: list[Row], first: Path, tmp_path: Path) -> None:
        shuffled = rows.copy()
        random.Random(5).shuffle(shuffled)
        detect(write_lines(tmp_path / "in" / "all.jsonl", shuffled), tmp_path / "out")
        assert differing(timeless_bytes(tmp_path / "out"), timeless_bytes(first)) == []

    def test_many_files_of_many_formats_in_any_order_give_the_same_bytes(
        self, rows: list[Row], first: Path, tmp_path: Path
    ) -> None:
        shuffled = rows.copy()
        random.Random(6).shuffle(shuffled)
        inputs = [
            write_lines(tmp_path / "z.jsonl", shuffled[0::4]),
            write_table(tmp_path / "m.csv", shuffled[1::4]),
            write_table(tmp_path / "b.parquet", shuffled[2::4]),
            write_lines(tmp_path / "deep" / "a.jsonl", shuffled[3::4]),
        ]
        detect(inputs[::-1], tmp_path / "out")
        assert differing(timeless_bytes(tmp_path / "out"), timeless_bytes(first)) == []

    def test_several_processes_give_the_same_bytes(
        self, rows: list[Row], first: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(workers, "_FEWEST_TO_START", 1)
        monkeypatch.setattr(workers, "_FEWEST", 1)
        with workers.sharing(3):
            detect(write_lines(tmp_path / "in" / "all.jsonl", rows), tmp_path / "out")
            assert workers.is_shared()
        assert differing(timeless_bytes(tmp_path / "out"), timeless_bytes(first)) == []

    def test_articles_on_the_disk_read_some_at_a_time_give_the_same_bytes(
        self, rows: list[Row], first: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        laid: list[object] = []
        monkeypatch.setattr("dedup.store.laid.may_be_dropped", laid.append)
        monkeypatch.setattr("dedup.store.batch_limits.LAID_FROM", 100_000)
        monkeypatch.setattr("dedup.store.laid._VOLUME_BYTES", 50_000)
        for name, most in {"TOGETHER": 64, "TEXT_BYTES": 50_000, "TERMS": 2_000}.items():
            monkeypatch.setattr(f"dedup.places.{name}", most)
        halves = [write_lines(tmp_path / "in" / f"{at}.jsonl", rows[at::2]) for at in range(2)]
        detect(halves, tmp_path / "out")
        assert differing(timeless_bytes(tmp_path / "out"), timeless_bytes(first)) == []
        assert len(laid) > 100, "files that were mapped"

    def test_a_history_does_not_depend_on_what_memory_holds(
        self, rows: list[Row], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("dedup.match.pairs.COMPILED_FROM", 1)
        monkeypatch.setattr("dedup.match.comparing.COMPILED_FROM", 1)
        nights = [write_lines(tmp_path / "in" / f"{at}.jsonl", rows[at::2]) for at in range(2)]
        told: list[dict[str, bytes]] = []
        for name in ("held", "laid"):
            for night in nights:
                run([night], tmp_path / name, WIDE, store=tmp_path / f"{name}-store")
                files = ("stories.jsonl", "members.csv", "pairs.parquet", "framing.jsonl", "articles.parquet")
                told.append({file: (tmp_path / name / file).read_bytes() for file in files})
            monkeypatch.setattr("dedup.store.batch_limits.LAID_FROM", 100_000)
            monkeypatch.setattr("dedup.store.laid._VOLUME_BYTES", 50_000)
            for limit in ("_READY_MB", "_LEAST_READY_MB"):  # some thirty articles ready for comparison
                monkeypatch.setattr(f"dedup.store.batch_limits.{limit}", 1)
        assert [*map(differing, told[:2], told[2:])] == [[], []]
        held, laid = (stories_of(History(tmp_path / f"{name}-store", WIDE)) for name in ("held", "laid"))
        assert held == laid

    def test_a_second_run_into_the_same_folder_gives_the_same_bytes(self, seeds: Path, tmp_path: Path) -> None:
        detect(seeds, tmp_path / "out")
        before = timeless_bytes(tmp_path / "out")
        detect(seeds, tmp_path / "out")
        assert differing(timeless_bytes(tmp_path / "out"), before) == []

    def test_runs_of_the_same_articles_have_names_of_their_own_and_one_input_hash(
        self, seeds: Path, tmp_path: Path
    ) -> None:
        manifests = [detect(seeds, tmp_path / name).manifest for name in ("one", "two")]
        assert manifests[0]["run_id"] != manifests[1]["run_id"]
        assert manifests[0]["input_hash"] == manifests[1]["input_hash"]
        assert manifests[0]["config_hash"] == manifests[1]["config_hash"]
        other = detect(seeds, tmp_path / "three", sketch={"seed": 2}).manifest
        assert other["config_hash"] != manifests[0]["config_hash"]


class TestRunner:
    def test_every_stage_is_called_once_and_in_order(self, seeds: Path, tmp_path: Path) -> None:
        called: list[str] = []

        def note(stage: str, function: Any, /, *args: Any, **kwargs: Any) -> Any:
            called.append(stage)
            return function(*args, **kwargs)

        run([seeds], tmp_path / "out", Config(), runner=note)
        assert called == [*STAGES]

    def test_a_stage_that_fails_leaves_the_previous_run(self, seeds: Path, tmp_path: Path) -> None:
        detect(seeds, tmp_path / "out")
        before = timeless_bytes(tmp_path / "out")

        def fail(stage: str, function: Any, /, *args: Any, **kwargs: Any) -> Any:
            if stage == "framing":
                raise RuntimeError("the machine caught fire")
            return function(*args, **kwargs)

        with pytest.raises(RuntimeError, match="caught fire"):
            run([seeds], tmp_path / "out", Config(), runner=fail)
        assert differing(timeless_bytes(tmp_path / "out"), before) == []
        detect(seeds, tmp_path / "out")


class TestSettings:
    def test_the_policy_decides_who_speaks_and_is_told(self, newsroom: Path, tmp_path: Path) -> None:
        policy = {"stories": {"canonical": {"policy": "earliest"}}}
        told = detect(newsroom / "articles.jsonl", tmp_path / "out", **policy)
        first = told.members.filter(pl.col("published_at") == pl.col("published_at").min().over("story_id"))
        assert set(told.stories["canonical_id"]) <= set(first["article_id"])
        assert {reason["policy"] for reason in told.stories["canonical_reason"]} == {"earliest"}

    def test_nothing_is_accepted_where_certainty_is_asked_for(self, seeds: Path, tmp_path: Path) -> None:
        told = detect(seeds, tmp_path / "out", match={"min_confidence": 1.0})
        assert told.stories["size"].to_list() == [1] * 5
        assert read_lines(tmp_path / "out" / "framing.jsonl") == []

    @pytest.mark.parametrize(
        ("override", "message"),
        [
            ("sketch.band=7", "'sketch.band' is not a setting"),
            ("match.min_confidence=2", "match.min_confidence"),
            ("stories.canonical.policy=preferred_sources", "preferred_sources' is empty"),
        ],
    )
    def test_a_setting_that_cannot_be_is_refused_before_anything_is_read(self, override: str, message: str) -> None:
        with pytest.raises(ConfigError) as refused:
            load_config(None, [override])
        assert message in str(refused.value)
        assert refused.value.exit_code == 2


@pytest.mark.parametrize("beside", [{"certify": True}, {"store": Path("store")}])
def test_what_the_engine_for_many_machines_does_not_know_is_refused_before_anything_is_read(
    tmp_path: Path, beside: dict[str, Any]
) -> None:
    config = Config.model_validate({"engine": {"name": "spark"}})
    with pytest.raises(UsageError, match="the engine 'spark' knows neither --certify nor --store"):
        run([tmp_path / "missing"], tmp_path / "out", config, **beside)


def test_an_encoder_is_refused_there_too(tmp_path: Path) -> None:
    config = Config.model_validate({"engine": {"name": "spark"}, "stories": {"semantic": {"model": "models/mini"}}})
    with pytest.raises(UsageError, match="the engine 'spark' knows no encoder"):
        run([tmp_path / "missing"], tmp_path / "out", config)
