"""Tables of databases."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

import duckdb
import pytest

from dedup.errors import InputError
from tests.store.builders import codes, read, reasons, texts
from tests.store.samples import make_databases


def make_table(folder: Path, *statements: str) -> str:
    with sqlite3.connect(folder / "a.db") as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()
    return f"sqlite:///{folder}/a.db?table=news"


def test_numbers_and_bytes_become_text_and_odd_rows_are_told(tmp_path: Path) -> None:
    address = make_table(
        tmp_path,
        "CREATE TABLE news (id, text, published_at)",
        "INSERT INTO news VALUES (7, 'Rain.', 1741082400), ('b', X'536E6F77', '2025-03-04')",
        "INSERT INTO news VALUES ('c', 5, 0), (1.5, 'x', 0)",
    )
    found = read(address)
    assert texts(found) == {"7": "Rain.", "b": "Snow"}
    assert found.articles["published_at"].dt.date().n_unique() == 1
    assert codes(found, tmp_path) == {f"{address}:3": "text_not_string", f"{address}:4": "bad_id"}


def test_what_is_not_utf8_costs_its_row_or_only_its_value(tmp_path: Path) -> None:
    address = make_table(
        tmp_path,
        "CREATE TABLE news (id, text, body, title)",
        "INSERT INTO news VALUES ('a', CAST(X'636166E9' AS TEXT), NULL, 't')",
        "INSERT INTO news VALUES ('b', X'FF', 'Snow.', CAST(X'E9' AS TEXT))",
        "INSERT INTO news VALUES (X'FE', 'Hail.', NULL, NULL), ('d', 5, X'FF', NULL)",
    )
    found = read(address)
    assert texts(found) == {"b": "Snow."}
    assert found.articles["title"].to_list() == [None]
    assert reasons(found, tmp_path) == {
        f"{address}:{row}": f"not_utf8: byte {byte} in column '{column}' is not UTF-8; save the column as UTF-8"
        for row, byte, column in ((1, "0xe9", "text"), (3, "0xfe", "id"), (4, "0xff", "body"))
    }
    assert len(found.warnings) == 2


@pytest.mark.parametrize("kind", ["VIRTUAL", "STORED"])
def test_computed_columns_of_sqlite_are_read(tmp_path: Path, kind: str) -> None:
    columns = f"id, raw, text GENERATED ALWAYS AS (upper(raw)) {kind}"
    found = read(make_table(tmp_path, f"CREATE TABLE news ({columns})", "INSERT INTO news (id, raw) VALUES ('a', 'x')"))
    assert texts(found) == {"a": "X"}


def test_a_computed_column_cannot_fill_the_memory(tmp_path: Path) -> None:
    columns = "id, text GENERATED ALWAYS AS (hex(zeroblob(400000000))) VIRTUAL"
    with pytest.raises(InputError, match=r"the database cannot be read \(.*too big"):
        read(make_table(tmp_path, f"CREATE TABLE news ({columns})", "INSERT INTO news (id) VALUES ('a')"))


def make_duck(folder: Path, select: str) -> str:
    with duckdb.connect(str(folder / "a.duckdb")) as connection:
        connection.execute(f"CREATE TABLE news AS {select}")
    return f"duckdb:///{folder}/a.duckdb?table=news"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("'7b0c6d64-0000-4000-8000-000000000001'::UUID", "7b0c6d64-0000-4000-8000-000000000001"),
        ("7::DECIMAL(9, 0)", "7"),
        ("7.50::DECIMAL(9, 2)", "7.50"),
        ("TIME '10:00:00'", "10:00:00"),
        ("170141183460469231731687303715884105727::HUGEINT", "170141183460469231731687303715884105727"),
    ],
)
def test_ids_of_any_plain_type_are_what_they_look_like(tmp_path: Path, value: str, expected: str) -> None:
    assert texts(read(make_duck(tmp_path, f"SELECT {value} AS id, 'x' AS text"))) == {expected: "x"}


@pytest.mark.parametrize("other", ["['http://x'] AS url", "3 AS content", "{'a': 1} AS guid", "[1] AS title"])
def test_a_column_of_a_wrong_type_beside_a_right_one_costs_itself(tmp_path: Path, other: str) -> None:
    found = read(make_duck(tmp_path, f"SELECT 'a' AS id, 'x' AS text, {other}"))
    assert (texts(found), found.skipped.height) == ({"a": "x"}, 0)
    assert found.articles.select("url", "title").row(0) == (None, None)
    name = other.rpartition(" ")[2]
    assert found.warnings == [f"1 values of '{name}' are of a type that cannot be used and were left out."]


def test_a_better_column_stands_in_for_one_of_a_wrong_type(tmp_path: Path) -> None:
    found = read(make_duck(tmp_path, "SELECT [1] AS id, 'u' AS url, 5 AS text, 'x' AS body"))
    assert texts(found) == {"u": "x"}


def test_an_outlet_may_be_an_object_with_a_name(tmp_path: Path) -> None:
    found = read(make_duck(tmp_path, "SELECT 'a' AS id, 'x' AS text, {'name': 'Outlet'} AS source"))
    assert found.articles["source"].item() == "Outlet"


def test_times_of_duckdb_are_utc(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "a.duckdb")) as connection:
        connection.execute("CREATE TABLE news AS SELECT 1 AS id, 'x' AS text, TIMESTAMP '2025-03-04 10:00:00' AS date")
    assert read(f"duckdb:///{tmp_path}/a.duckdb?table=news").articles["published_at"].item().hour == 10


def test_the_database_is_not_changed(tmp_path: Path) -> None:
    for address, name in zip(make_databases(tmp_path), ("news.db", "news.duckdb"), strict=True):
        before = hashlib.sha256((tmp_path / name).read_bytes()).digest()
        read(address)
        assert hashlib.sha256((tmp_path / name).read_bytes()).digest() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["news.db", "news.duckdb"]


@pytest.mark.parametrize(
    ("ending", "message"),
    [
        ("a.db?table=nwes", "there is no such table, got 'nwes', expected news."),
        ("a.db?table=news%22%3B%20DROP%20TABLE%20news%3B--", "there is no such table"),
        ("a.db?table=shown", "is a view, and views are not read. Write what it shows to a table and name that one."),
        ("a.db?query=SELECT+1", "this address names no table of a database"),
        ("a.db", "this address names no table of a database"),
        ("a.db?table=", "the table has no name"),
        ("b.db?table=news", "no such database. Did you mean"),
        ("c.db?table=news", "the database cannot be read (file is not a database)"),
    ],
)
def test_an_address_that_cannot_be_read_is_an_error(tmp_path: Path, ending: str, message: str) -> None:
    numbers = "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id FROM n)"
    endless = f"CREATE VIEW shown AS {numbers} SELECT id, 'x' AS text FROM n"
    make_table(tmp_path, "CREATE TABLE news (id, text)", endless)
    (tmp_path / "c.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(InputError) as caught:
        read(f"sqlite:///{tmp_path}/{ending}")
    assert message in str(caught.value)


def test_a_damaged_file_is_an_error_in_our_words(tmp_path: Path) -> None:
    make_databases(tmp_path)
    for name in ("news.db", "news.duckdb"):
        data = bytearray((tmp_path / name).read_bytes())
        data[40:4000] = b"\xff" * 3960
        (tmp_path / name).write_bytes(data)
        with pytest.raises(InputError, match="the database cannot be read"):
            read(f"{'sqlite' if name == 'news.db' else 'duckdb'}:///{tmp_path}/{name}?table=articles")
