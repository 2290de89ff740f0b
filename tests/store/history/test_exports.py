"""A history as files: what is written, and what is not lost by it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from dedup.config import Config
from dedup.errors import OutputError
from dedup.pipeline import run
from dedup.store.history.exports import QUERIES, export


@pytest.fixture
def store(tmp_path: Path, seeds: Path) -> Path:
    """A history of one article."""
    run([seeds / "002_skarrel_fuel_leak.txt"], tmp_path / "out", Config(), store=tmp_path / "store")
    return tmp_path / "store"


def test_every_table_is_a_file_and_is_written_anew(store: Path, tmp_path: Path) -> None:
    for target in (tmp_path / "tables", store / "export"):
        for _ in range(2):
            assert export(store, None if target.parent == store else target) == target
        assert {path.name for path in target.iterdir()} == {f"{name}.parquet" for name in QUERIES}
        assert pl.read_parquet(target / "articles.parquet").height == 1


def test_files_of_somebody_else_are_not_lost(store: Path, tmp_path: Path) -> None:
    (tmp_path / "mine" / "sub").mkdir(parents=True)
    (tmp_path / "mine" / "letter.txt").write_text("precious", encoding="utf-8")
    with pytest.raises(OutputError, match=r"no export of a history and would be lost, got 'letter\.txt, sub'"):
        export(store, tmp_path / "mine")
    assert (tmp_path / "mine" / "letter.txt").read_text(encoding="utf-8") == "precious"


def test_files_beside_the_export_of_every_run_are_told_before_any_work(tmp_path: Path, seeds: Path) -> None:
    (tmp_path / "store" / "export").mkdir(parents=True)
    (tmp_path / "store" / "export" / "letter.txt").write_text("precious", encoding="utf-8")
    config = Config.model_validate({"history": {"export": True}})
    with pytest.raises(OutputError, match="no export of a history"):
        run([seeds / "002_skarrel_fuel_leak.txt"], tmp_path / "out", config, store=tmp_path / "store")
    assert [path.name for path in (tmp_path / "store").iterdir()] == ["export"]


def test_the_export_of_the_store_may_be_named_in_any_way(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert export(Path("store"), store / "export") == store / "export"


@pytest.mark.parametrize("folder", [".", "..", "deep"])
def test_the_store_itself_is_not_lost(store: Path, folder: str) -> None:
    with pytest.raises(OutputError, match="lie in one another"):
        export(store, store / folder)
    assert (store / "history.duckdb").is_file()
