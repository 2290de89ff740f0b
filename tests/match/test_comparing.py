"""Articles that are ready for the kernels: kept, waiting on a shelf, or made anew, they say the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from dedup.config import Config, InputConfig
from dedup.match.comparing import compile_ahead, shelved
from dedup.match.pairs import each_evidence, pairs
from dedup.match.sides import Sides
from dedup.places import MemoryShelf
from dedup.schemas import EVIDENCE
from dedup.sketch.documents import documents
from dedup.store.articles import read_articles
from dedup.store.shelf import FileShelf
from tests.builders import make_articles
from tests.match.builders import LEAK, TOW, TOW_AGAIN
from tests.match.test_pairs import make_candidates

COMPILED = """
from tests.builders import make_articles
from tests.match.builders import TOW, TOW_AGAIN
from tests.match.test_pairs import make_candidates
from dedup.config import Config, InputConfig
from dedup.match.comparing import compile_kernel
from dedup.match.evidence_kernels import evidence_rows
from dedup.match.pairs import pairs
from dedup.sketch.documents import documents
config, articles = Config(), make_articles(TOW, TOW_AGAIN)
compile_kernel()
before = len(evidence_rows.signatures)
pairs(make_candidates((0, 1)), articles, documents(articles, config.text), config, compiled=True)
print(before, len(evidence_rows.signatures))
"""

Frames = tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, Config]
ALL = [(0, 1), (0, 2), (1, 2)]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> Frames:
    """Three articles and their pairs, as many as the kernels are asked for here."""
    monkeypatch.setattr("dedup.match.pairs.COMPILED_FROM", 1)
    monkeypatch.setattr("dedup.match.comparing.COMPILED_FROM", 1)
    config, articles = Config(), make_articles(TOW, TOW_AGAIN, LEAK)
    return make_candidates(*ALL), articles, documents(articles, config.text), config


@pytest.fixture(scope="module")
def many(newsroom: Path) -> tuple[Frames, pl.DataFrame]:
    """Every pair of some articles of the newsroom, and what is said of them."""
    config = Config()
    articles = read_articles([newsroom / "articles.jsonl"], config.input).articles.head(30)
    ends = make_candidates(*((left, right) for right in range(30) for left in range(right))).sort("left", "right")
    frames = ends, articles, documents(articles, config.text), config
    return frames, pairs(*frames, compiled=True)


@pytest.mark.parametrize("held", [2, 3])
def test_articles_that_were_kept_ready_are_compared_as_if_they_were_read_anew(few: Frames, held: int) -> None:
    candidates, articles, prepared, config = few
    ready, again = MemoryShelf[str](), MemoryShelf[str]()
    ready.held = held
    assert shelved(*few, (), ready) == ["a00", "a01", "a02"]
    assert shelved(*few, ["a01", "a02"], again) == ["a00"]
    assert again.get(["a00"]) == ready.get(["a00"])
    blank = articles.with_columns(text=pl.lit("x"))
    assert pairs(candidates, blank, prepared, config, parcels=ready).equals(pairs(*few))


def test_too_few_candidates_for_the_kernels_leave_nothing_to_be_kept() -> None:
    config, articles = Config(), make_articles(TOW, TOW_AGAIN, LEAK)
    frames = make_candidates(*ALL), articles, documents(articles, config.text), config
    assert shelved(*frames, (), MemoryShelf[str]()) == []


@pytest.mark.parametrize("held", [2, 7, 29])
def test_pairs_do_not_depend_on_how_many_articles_memory_holds(
    many: tuple[Frames, pl.DataFrame], tmp_path: Path, held: int
) -> None:
    frames, found = many
    with FileShelf[int](tmp_path / "out", held) as shelf:
        assert pairs(*frames, compiled=True, shelf=shelf).equals(found)
        assert len(shelf.get(range(30))) == 30


def test_more_than_a_few_wait_on_a_shelf_whatever_memory_may_hold(
    many: tuple[Frames, pl.DataFrame], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dedup.match.comparing._READY", 20)
    frames, found = many
    with FileShelf[int](tmp_path / "out", 30) as shelf:
        assert pairs(*frames, compiled=True, shelf=shelf).equals(found)
        assert len(shelf.get(range(30))) == 30
    assert pairs(*frames, compiled=True).equals(found)  # in memory, some at a time


def test_what_fits_into_memory_is_not_put_on_a_shelf(many: tuple[Frames, pl.DataFrame], tmp_path: Path) -> None:
    frames, found = many
    with FileShelf[int](tmp_path / "out", 30) as shelf:
        assert pairs(*frames, compiled=True, shelf=shelf).equals(found)
        with pytest.raises(KeyError):
            shelf.get([0])


@pytest.mark.parametrize("ready", [2, 1_000])
def test_single_pairs_by_the_kernels_are_what_the_reference_says(
    few: Frames, ready: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dedup.match.comparing._READY", ready)
    sides, ends = Sides(*few[1:]), [(1, 2), (0, 1)]
    for quick, readable in zip(each_evidence(sides, ends, compiled=True), each_evidence(sides, ends), strict=True):
        assert [*quick] == [*readable] == [*EVIDENCE]
        for name in EVIDENCE:
            assert quick[name] == pytest.approx(readable[name], abs=1e-9), name


def test_the_kernel_that_is_compiled_ahead_is_the_one_that_is_needed() -> None:
    said = subprocess.run([sys.executable, "-c", COMPILED], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["1", "1"]


def test_a_kernel_is_compiled_ahead_where_it_will_be_needed_and_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    monkeypatch.setattr("dedup.match.comparing.ahead", lambda name, *_: begun.append(name))
    each_evidence(Sides(*make_frames()), [(0, 1)], compiled=True)
    compile_ahead(4_000, InputConfig())
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    compile_ahead(3_999, InputConfig())
    compile_ahead(4_000, InputConfig(memory_mb=2_000))
    assert begun == []
    compile_ahead(4_000, InputConfig())
    assert begun == ["dedup.match.evidence_kernels.evidence_rows"]


def make_frames() -> tuple[pl.DataFrame, pl.DataFrame, Config]:
    config, articles = Config(), make_articles(TOW, TOW_AGAIN)
    return articles, documents(articles, config.text), config
