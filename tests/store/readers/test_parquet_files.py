"""Parquet tables."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dedup.config import InputConfig
from dedup.errors import InputError
from dedup.store.articles import Read, read_articles
from tests.store.builders import codes, make_files, read, reasons, texts


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
        (pl.Series(["7", "8"]).cast(pl.Decimal(38, 0)), ["7", "8"]),
        (pl.Series(["a", "b"], dtype=pl.Categorical), ["a", "b"]),
        (pl.Series([b"a", b"b"]), ["a", "b"]),
    ],
)
def test_ids_become_strings(tmp_path: Path, column: pl.Series, expected: list[str]) -> None:
    pl.DataFrame({"id": column, "text": ["x", "y"]}).write_parquet(tmp_path / "a.parquet")
    assert [*texts(read(tmp_path))] == sorted(expected)


def test_bytes_that_are_not_utf8_cost_their_row_or_only_their_value(tmp_path: Path) -> None:
    columns = {"id": [b"a", b"\xe9", b"c", b"d", b"\xe9"], "text": [b"A.", b"B.", b"caf\xe9", b"D.", b"\xff"]}
    table = {**columns, "title": [b"\xe9", None, None, b"T", None], "url": [None, "u", None, None, None]}
    pl.DataFrame(table).write_parquet(tmp_path / "a.parquet")
    found = read(tmp_path)
    assert texts(found) == {"a": "A.", "u": "B.", "d": "D."}
    assert found.articles["title"].to_list() == [None, "T", None]
    assert reasons(found, tmp_path) == {
        "a.parquet:3": "not_utf8: byte 0xe9 in column 'text' is not UTF-8; save the column as UTF-8",
        "a.parquet:5": "not_utf8: byte 0xe9 in column 'id' is not UTF-8; save the column as UTF-8",
    }
    assert found.warnings == [
        f"1 values of '{name}' are of a type that cannot be used and were left out." for name in ("id", "title")
    ]


@pytest.mark.parametrize(
    ("dtype", "good", "bad", "shown"),
    [
        (pl.Datetime("ms"), 1741082400000, 1741082400000000000, "1741082400000000000 ms since 1970"),
        (pl.Datetime("us", "Asia/Tokyo"), 1741082400000000, -(2**63), "-9223372036854775808 us since 1970"),
        (pl.Datetime("us"), 1741082400000000, 253402300800000000, "253402300800000000 us since 1970"),
        (pl.Date(), 20151, 2**31 - 1, "2147483647 days since 1970"),
        (pl.Date(), 20151, -719163, "-719163 days since 1970"),
    ],
)
def test_a_time_that_no_calendar_has_costs_itself(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], dtype: pl.DataType, good: int, bad: int, shown: str
) -> None:
    times = pl.Series([good, bad, None]).cast(pl.Int32 if dtype == pl.Date else pl.Int64).cast(dtype)
    found = read_table(tmp_path, id=[1, 2, 3], text=["x", "y", "z"], published_at=times)
    assert [time and time.date() for time in found.articles["published_at"]] == [date(2025, 3, 4), None, None]
    form = "in no known form; write 2025-03-04T10:00:00Z"
    assert found.warnings == [f"1 publication times are {form}. Left out, the first: {shown!r} of article '2'."]
    assert capfd.readouterr().err == ""


def test_the_first_and_the_last_day_of_the_calendar_are_dates(tmp_path: Path) -> None:
    first, last = date.min, date.max
    found = read_table(tmp_path, id=[1, 2], text=["x", "y"], published_at=[first, last])
    told = read_table(tmp_path, id=[1, 2], text=["x", "y"], published_at=[str(first), str(last)])
    assert found.articles["published_at"].equals(told.articles["published_at"])


def test_a_missing_number_of_pandas_is_no_value(tmp_path: Path) -> None:
    nan = float("nan")
    found = read_table(tmp_path, id=[7.0, nan, 8.5], text=["x", "y", "z"], title=[nan, 1.0, 2.5])
    assert found.articles.select("article_id", "title").rows() == [("7", None), ("8.5", "2.5")]
    assert codes(found, tmp_path) == {"a.parquet:2": "missing_id"}


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


@pytest.mark.parametrize("text", ["story.main", "STORY.main", "Story.MAIN"])
def test_a_dotted_name_leads_into_structs_as_into_objects_whatever_its_case(tmp_path: Path, text: str) -> None:
    rows = [{"id": "a", "Story": {"Main": "It rained.", "mAin": "No.", "no": "No."}, "story_x": {"main": "No."}}]
    pl.DataFrame(rows).write_parquet(tmp_path / "a.parquet")
    (tmp_path / "b.json").write_text(json.dumps([{**rows[0], "id": "b"}]), encoding="utf-8")
    found = read_articles([tmp_path], InputConfig(fields={"text": text}))
    assert texts(found) == {"a": "It rained.", "b": "It rained."}


@pytest.mark.parametrize("name", [["x"], timedelta(1)])
def test_an_outlet_whose_name_is_no_text_costs_itself(tmp_path: Path, name: Any) -> None:
    found = read_table(tmp_path, source=[{"name": name}])
    assert found.articles["source"].to_list() == [None]
    assert found.warnings == ["1 values of 'source' are of a type that cannot be used and were left out."]
    assert read_table(tmp_path, source=[{"name": name, "title": "T"}]).articles["source"].to_list() == ["T"]


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


def test_a_table_that_is_compressed_as_a_whole_is_told(tmp_path: Path) -> None:
    pl.DataFrame({"id": ["a"], "text": ["x"]}).write_parquet(tmp_path / "a.parquet")
    (tmp_path / "a.parquet").write_bytes(gzip.compress((tmp_path / "a.parquet").read_bytes()))
    (told,) = reasons(read(tmp_path), tmp_path).values()
    assert "unpack it first" in told


def test_a_table_without_rows_is_told(tmp_path: Path) -> None:
    pl.DataFrame(schema={"id": pl.String, "text": pl.String}).write_parquet(tmp_path / "a.parquet")
    assert codes(read(tmp_path), tmp_path) == {"a.parquet": "empty_file"}
