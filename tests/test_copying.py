"""Near-duplicates of a batch: who is a copy of whom, written and certified."""

from __future__ import annotations

import random
from pathlib import Path

import polars as pl
import pytest

from dedup.config import Config
from dedup.copying import CERTIFIED_STAGES, STAGES, Copied, advised_view, find_copies, share_missed
from dedup.errors import ConfigError, InputError, OutputError, UsageError
from dedup.schemas import COPIES
from dedup.stories.story_ids import story_id
from tests.runs import Row, detect, groups, write_lines

BLIND = {"sketch": {"copy_view": {"bands": 1, "rows": 32}}}
"""One bucket an article, which only equal texts share."""


def make_rows(n: int = 120, seed: int = 3) -> list[Row]:
    """Articles of which every third is another with a word changed, and every tenth one as it is."""
    draw = random.Random(seed)
    names = [f"name{at}" for at in range(2_000)]
    bodies = [draw.choices(names, k=60) for _ in range(n)]
    for at in range(0, n, 3):
        bodies[at] = list(bodies[draw.randrange(n)])
        if at % 10:
            bodies[at][draw.randrange(60)] = f"edited{at}"
    return [{"id": f"a{at:03}", "text": " ".join(body)} for at, body in enumerate(bodies)]


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    return write_lines(tmp_path / "articles.jsonl", make_rows())


def found(given: Path, **settings: object) -> Copied:
    return find_copies([given], None, Config.model_validate(settings))


class TestTheTable:
    def test_names_for_every_article_the_first_it_is_a_copy_of(self, tmp_path: Path) -> None:
        body = " ".join(f"word{at}" for at in range(50))
        rows = [
            {"id": "c", "text": body},
            {"id": "b", "text": f"{body} today"},
            {"id": "alone", "text": "no other article says this in so many words"},
            {"id": "d", "text": body.upper()},
        ]
        done = found(write_lines(tmp_path / "four.jsonl", rows))
        assert done.table.rows() == [
            ("alone", story_id("alone"), None),
            ("b", story_id("b"), None),
            ("c", story_id("b"), "b"),
            ("d", story_id("b"), "b"),
        ]
        assert done.groups.rows() == [(story_id("b"), 3, ["b", "c", "d"])]
        assert (done.found.n_same, done.missed) == (1, None)

    def test_has_no_article_twice_and_none_left_out(self, lines: Path) -> None:
        done = found(lines)
        COPIES.check(done.table)
        assert done.table["article_id"].to_list() == [f"a{at:03}" for at in range(120)]
        first = done.table.filter(pl.col("similar_to").is_null())
        assert first["story_id"].is_unique().all()
        assert set(first["story_id"]) == set(done.table["story_id"])
        assert done.groups["size"].is_sorted(descending=True)
        assert done.groups["size"].sum() == done.table.height - (first.height - done.groups.height)

    def test_calls_a_group_as_a_run_calls_the_story(self, newsroom: Path, tmp_path: Path) -> None:
        detect(newsroom / "articles.jsonl", tmp_path / "out")
        told = dict(pl.read_parquet(tmp_path / "out" / "members.parquet").select("article_id", "story_id").iter_rows())
        table = found(newsroom / "articles.jsonl").table
        both = [name for name, story in table.select("article_id", "story_id").iter_rows() if told[name] == story]
        assert len(both) > 20
        stories = [{*story} for story in groups(tmp_path / "out")]
        copied = found(newsroom / "articles.jsonl").groups["article_ids"].to_list()
        assert copied
        assert all(any({*group} <= story for story in stories) for group in copied)

    def test_does_not_depend_on_the_order_of_the_articles(self, tmp_path: Path) -> None:
        rows = make_rows()
        straight = found(write_lines(tmp_path / "straight.jsonl", rows))
        random.Random(1).shuffle(rows)
        shuffled = found(write_lines(tmp_path / "shuffled.jsonl", rows))
        assert straight.table.equals(shuffled.table)

    @pytest.mark.parametrize("rows", [[], [{"id": "a", "text": "one alone"}], [{"id": "a", "text": "…"}]])
    def test_of_next_to_nothing_has_no_group(self, tmp_path: Path, rows: list[Row]) -> None:
        given = write_lines(tmp_path / "few.jsonl", [*rows, {"id": "no text"}])
        done = find_copies([given], tmp_path / "few.parquet", Config(), certify=True)
        assert (done.table.height, done.groups.height, done.read.skipped.height) == (len(rows), 0, 1)
        assert done.missed is not None
        assert done.missed.is_empty()
        assert pl.read_parquet(tmp_path / "few.parquet").equals(done.table)


class TestSettings:
    def test_the_least_similarity_decides(self, lines: Path) -> None:
        sizes = [find_copies([lines], None, Config(), min_jaccard=least).groups["size"].sum() for least in (0.7, 1.0)]
        assert sizes[0] > sizes[1] > 0

    def test_the_length_of_a_run_decides(self, tmp_path: Path) -> None:
        rows = [{"id": "a", "text": "one two three four five six"}, {"id": "b", "text": "six five four three two one"}]
        given = write_lines(tmp_path / "two.jsonl", rows)
        assert found(given).groups.is_empty()
        assert found(given, sketch={"shingle_words": 1}).groups.height == 1

    @pytest.mark.parametrize("threads", [0, 1, 2])
    def test_threads_decide_nothing(self, lines: Path, threads: int) -> None:
        assert found(lines, engine={"threads": threads}).table.equals(found(lines).table)

    @pytest.mark.parametrize("least", [0.0, -1.0, 1.01, float("nan"), float("inf")])
    def test_a_similarity_that_cannot_be_is_refused_before_anything_is_read(self, least: float) -> None:
        with pytest.raises(UsageError, match=r"--min-jaccard: no such similarity, got .* expected above 0, at most 1"):
            find_copies(["missing"], None, Config(), min_jaccard=least)

    def test_an_engine_for_many_machines_is_refused(self) -> None:
        with pytest.raises(ConfigError, match=r"the engine 'spark' is not for dedup copies"):
            find_copies(["missing"], None, Config.model_validate({"engine": {"name": "spark"}}))

    def test_a_table_that_cannot_be_written_is_told_before_anything_is_read(self, tmp_path: Path) -> None:
        (tmp_path / "table.csv").mkdir()
        with pytest.raises(OutputError, match="is no file that could be replaced"):
            find_copies(["missing"], tmp_path / "table.csv", Config())
        with pytest.raises(InputError, match="missing: no such file"):
            find_copies(["missing"], tmp_path / "other.csv", Config())
        assert not (tmp_path / "other.csv").exists()


class TestCertifying:
    def test_finds_nothing_missed_where_nothing_was(self, lines: Path) -> None:
        done = find_copies([lines], None, Config(), certify=True)
        assert done.missed is not None
        assert done.missed.is_empty()

    def test_finds_every_pair_that_is_in_no_group_together(self, lines: Path, tmp_path: Path) -> None:
        whole = find_copies([lines], None, Config())
        done = find_copies([lines], tmp_path / "t.parquet", Config.model_validate(BLIND), certify=True)
        assert done.missed is not None
        group = dict(done.table.select("article_id", "story_id").iter_rows())
        sure = dict(whole.table.select("article_id", "story_id").iter_rows())
        pairs = done.missed.rows()
        assert 10 < len(pairs) == len({pair[:2] for pair in pairs})
        assert all(left < right and group[left] != group[right] for left, right, _ in pairs)
        assert all(sure[left] == sure[right] and 0.7 <= jaccard < 1 for left, right, jaccard in pairs)
        assert done.missed.equals(done.missed.sort("left_id", "right_id"))
        assert pl.read_parquet(tmp_path / "t.parquet").equals(done.table)  # as it was found

    def test_calls_the_steps_in_their_order(self, lines: Path, tmp_path: Path) -> None:
        for certify, expected in ((False, STAGES), (True, CERTIFIED_STAGES)):
            called: list[str] = []

            def runner(stage: str, function: object, /, *args: object, **kwargs: object) -> object:
                called.append(stage)  # noqa: B023  called before the next turn
                assert callable(function)
                return function(*args, **kwargs)

            find_copies([lines], tmp_path / "table.csv", Config(), certify=certify, runner=runner)  # type: ignore[arg-type]  # typed by what it calls
            assert tuple(called) == expected


def test_what_is_advised_finds_what_was_missed(lines: Path) -> None:
    config = Config.model_validate({"sketch": {"copy_view": {"bands": 4, "rows": 8}}})
    assert share_missed(config.sketch, 0.7) > 0.7
    advice = dict(part.split("=") for part in advised_view(config.sketch, 0.7).split() if part != "--set")
    bands = int(advice["sketch.copy_view.bands"])
    better = Config.model_validate({"sketch": {"copy_view": {"bands": bands, "rows": 8}}})
    assert share_missed(better.sketch, 0.7) <= 1e-3
    done = find_copies([lines], None, better, certify=True)
    assert done.missed is not None
    assert done.missed.is_empty()


@pytest.mark.parametrize("least", [1e-9, 0.01, 0.1, 0.3, 0.7, 0.99, 1.0])
@pytest.mark.parametrize(("bands", "rows"), [(1, 1), (32, 4), (1_024, 32), (7, 32)])
def test_every_advice_can_be_followed(least: float, bands: int, rows: int) -> None:
    config = Config.model_validate({"sketch": {"copy_view": {"bands": bands, "rows": rows}}})
    advice = {part.split("=")[0].split(".")[-1]: int(part.split("=")[1])
              for part in advised_view(config.sketch, least).split() if part != "--set"}  # fmt: skip
    Config.model_validate({"sketch": {"copy_view": {"rows": rows, **advice}}})
