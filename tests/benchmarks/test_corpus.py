"""The made corpus is the same every time, and its copies are as similar as it says."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import polars as pl
import pytest

from benchmarks.corpus import KINDS, write_corpus
from benchmarks.peers import script


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "c.parquet"
    write_corpus(1_500, path)
    return path


def planted(corpus: Path) -> pl.DataFrame:
    return pl.read_parquet(corpus.with_suffix(".truth.parquet"))


def jaccards(corpus: Path) -> dict[str, list[float]]:
    """For each kind the similarity of every such copy to its original."""
    truth = planted(corpus)
    text = dict(pl.read_parquet(corpus).select("article_id", "text").iter_rows())
    shingles = {article_id: set(script.shingles(body)) for article_id, body in text.items()}
    original = dict(truth.filter(pl.col("kind") == "original").select("cluster", "article_id").iter_rows())
    found: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for article_id, cluster, kind in truth.filter(pl.col("kind") != "original").iter_rows():
        one, other = shingles[article_id], shingles[original[cluster]]
        found[kind].append(len(one & other) / len(one | other))
    return found


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_corpus(60, tmp_path / f"{name}.parquet", seed=3)
    for ending in (".parquet", ".truth.parquet"):
        assert (tmp_path / f"one{ending}").read_bytes() == (tmp_path / f"two{ending}").read_bytes()


def test_another_seed_gives_other_news(tmp_path: Path) -> None:
    write_corpus(60, tmp_path / "one.parquet", seed=3)
    write_corpus(60, tmp_path / "two.parquet", seed=4)
    one, two = (pl.read_parquet(tmp_path / f"{name}.parquet")["text"].to_list() for name in ("one", "two"))
    assert not set(one) & set(two)


def test_every_fifth_article_is_a_copy_and_every_kind_is_there(corpus: Path) -> None:
    kinds = planted(corpus)["kind"]
    assert pl.read_parquet(corpus).height == len(kinds) == 1_500
    assert (kinds != "original").sum() == 300
    assert set(kinds) == {"original", *KINDS}


def test_ids_are_unique_and_times_ascend(corpus: Path) -> None:
    articles = pl.read_parquet(corpus)
    assert articles["article_id"].n_unique() == articles.height
    assert articles["published_at"].is_sorted()


def test_an_exact_copy_has_the_words_of_its_original(corpus: Path) -> None:
    assert set(jaccards(corpus)["exact"]) == {1.0}


@pytest.mark.parametrize(
    ("kind", "low", "middle", "high"),
    [
        ("block5", 0.65, 0.87, 0.96),
        ("block20", 0.35, 0.64, 0.85),
        ("scatter5", 0.48, 0.63, 0.78),
        ("paraphrase", 0.0, 0.0, 0.15),
    ],
)
def test_a_copy_is_as_similar_as_its_kind_says(corpus: Path, kind: str, low: float, middle: float, high: float) -> None:
    found = jaccards(corpus)[kind]
    assert median(found) == pytest.approx(middle, abs=0.03)
    assert low <= min(found)
    assert max(found) <= high


def test_strangers_share_next_to_nothing(corpus: Path) -> None:
    originals = planted(corpus).filter(pl.col("kind") == "original")["article_id"].head(200)
    texts = pl.read_parquet(corpus).filter(pl.col("article_id").is_in(originals.implode()))["text"]
    shingles = [set(script.shingles(text)) for text in texts]
    nearest = max(
        len(one & other) / len(one | other) for at, one in enumerate(shingles) for other in shingles[at + 1 :]
    )
    assert nearest < 0.4  # a shared footer under two short articles
