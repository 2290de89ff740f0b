"""Parquet tables."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dedup.errors import InputError
from dedup.store.articles import Read
from tests.store.builders import codes, make_files, read, texts


def read_table(folder: Path, **columns: Any) -> Read:
    pl.DataFrame({"id": [1], "text": ["x"], **columns}).write_parquet(folder / "a.parquet")
    return read(folder / "a.parquet")


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Asia/Tokyo"])
def test_times_of_any_unit_and_zone_become_utc(tmp_path: Path, unit: Any, zone: str | None) -> None:
    moment = datetime(2025, 3, 4, 10, 0, 0, 123_000, tzinfo=UTC)
    column = pl.Series([moment]).dt.cast_time_unit(unit).dt.convert_time_zone(zone or "UTC")
    found = read_table(tmp_path, published_at=column if zone else column.dt.replace_time_zone(None))
    assert found.articles["published_at"].item() == moment


def test_dates_and_unix_seconds_become_times(tmp_path: Path) -> None:
    assert (
        read_table(tmp_path, date=[date(2025, 3, 4)]).articles["published_at"].item().isoformat()[:10] == "2025-03-04"
    )
    assert read_table(tmp_path, date=[1741082400]).articles["published_at"].item().hour == 10


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pl.Series([7, 8]), ["7", "8"]),
        (pl.Series([7.0, 8.0]), ["7", "8"]),
        (pl.Series([7.5, 8.0]), ["7.5", "8"]),
        (pl.Series(["a", "b"], dtype=pl.Categorical), ["a", "b"]),
        (pl.Series([b"a", b"b"]), ["a", "b"]),
    ],
)
def test_ids_become_strings(tmp_path: Path, column: pl.Series, expected: list[str]) -> None:
    pl.DataFrame({"id": column, "text": ["x", "y"]}).write_parquet(tmp_path / "a.parquet")
    assert [*texts(read(tmp_path))] == sorted(expected)


def test_rows_without_id_or_text_are_told(tmp_path: Path) -> None:
    table = pl.DataFrame({"id": ["a", None, "c", "d"], "text": ["x", "y", None, b"\xff".hex()]})
    table.write_parquet(tmp_path / "a.parquet")
    found = read(tmp_path)
    assert [*texts(found)] == ["a", "d"]
    assert codes(found, tmp_path) == {"a.parquet:2": "missing_id", "a.parquet:3": "missing_text"}


def test_a_table_without_text_is_an_error_that_shows_its_columns(tmp_path: Path) -> None:
    pl.DataFrame({"id": ["a"], "text": [[1]], "n": [1]}).write_parquet(tmp_path / "a.parquet")
    with pytest.raises(
        InputError, match=r"no column for text, got 'id \(String\), text \(List\(Int64\)\), n \(Int64\)'"
    ):
        read(tmp_path / "a.parquet")
    assert codes(read(tmp_path), tmp_path) == {"a.parquet": "missing_columns"}


def test_an_outlet_may_be_an_object_with_a_name(tmp_path: Path) -> None:
    assert read_table(tmp_path, publisher=[{"name": "Outlet"}]).articles["source"].item() == "Outlet"


def test_a_column_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    found = read_table(tmp_path, title=[["x"]])
    assert found.warnings == ["1 values of 'title' are of a type that cannot be used and were left out."]


def test_names_mean_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "lang=xx"
    folder.mkdir()
    pl.DataFrame({"id": ["a"], "text": ["x"]}).write_parquet(folder / "[a]*.parquet")
    assert read(tmp_path).articles.select("article_id", "lang").row(0) == ("a", None)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + b"\0" * 100 + b"PAR1", b"no parquet at all, but long"])
def test_a_damaged_file_is_told(tmp_path: Path, content: bytes) -> None:
    found = read(make_files(tmp_path, {"a.parquet": content, "b.txt": "Good."}))
    assert texts(found) == {"b": "Good."}
    assert codes(found, tmp_path) == {"a.parquet": "unreadable"}


@pytest.mark.parametrize("place", [0.1, 0.3, 0.5, 0.7, 0.9, 0.98])
def test_flipped_bytes_never_end_the_run(tmp_path: Path, place: float) -> None:
    pl.DataFrame({"id": range(500), "text": ["x y z"] * 500}).write_parquet(tmp_path / "a.parquet")
    data = bytearray((tmp_path / "a.parquet").read_bytes())
    start = int(len(data) * place)
    data[start : start + 8] = b"\xff" * 8
    found = read(make_files(tmp_path, {"a.parquet": bytes(data), "b.txt": "Good."}))
    assert texts(found)["b"] == "Good."


def test_a_table_without_rows_is_told(tmp_path: Path) -> None:
    pl.DataFrame(schema={"id": pl.String, "text": pl.String}).write_parquet(tmp_path / "a.parquet")
    assert codes(read(tmp_path), tmp_path) == {"a.parquet": "empty_file"}
