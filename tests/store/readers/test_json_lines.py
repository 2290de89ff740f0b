"""JSON Lines, the fast way and the careful way."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
import zstandard
from hypothesis import example, given
from hypothesis import strategies as st

from dedup.config import InputConfig
from dedup.store.fields import candidates, pick_fields
from dedup.store.files import SourceFile
from dedup.store.readers import json_lines
from dedup.store.readers.batch import Batch
from tests.store.builders import codes, make_files, make_lines, read, reasons, texts

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8), st.just('"text":"')
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["text", "id", "k"]), inner, max_size=3)
    ),
    max_leaves=6,
)
KEYS = st.sampled_from(
    [
        *("id", "text", "title", "body", "published_at", "uri", "source", "extra", 'te"xt', "téxt"),
        *("ID", "Text", "Title", "TITLE", "\u017fource"),
    ]
)
ARTICLES = st.builds(
    lambda odd, name, text: {**odd, "id": name, "text": text},
    st.dictionaries(KEYS, JSON, max_size=4),
    st.one_of(st.text(min_size=1, max_size=5), st.integers(0, 10**20)),
    st.text(min_size=1, max_size=20),
)
LINES = st.one_of(
    ARTICLES.map(lambda record: json.dumps(record, ensure_ascii=True)),
    st.builds(lambda record: json.dumps(record, ensure_ascii=False), ARTICLES),
    st.dictionaries(KEYS, JSON, max_size=4).map(json.dumps),
    st.text(alphabet='{}[]",:\\u0d8ntext id1', max_size=30),
    st.sampled_from(
        [
            '{"id":"a","text":"x","text":"y"}',
            '{"id":"a","te\\u0078t":"x"}',
            '{"id":"a","text":"x","\\u0054itle":"T"}',
            '{"id":"a","text":"x","title":"\\u001c","Title":"T"}',
            '{"id":"a","text":"\\ud800"}',
            '{"id":"a","text":"\\\\ud83d\\ude00"}',
            '{"id":"a","text":"\\ud83d\\ude00 \\u0000"}',
            '{"id":01,"text":"x"}',
            '{"id":"a","text":"x","k":' + "[" * 199 + "]" * 199 + "}",
            '{"id":"a","text":"x","k":' + '{"k":' * 120 + "1" + "}" * 120 + "}",
            '{"id":"a","text":"x"} ',
            '{"id":"a","text":"x"}{"id":"b","text":"y"}',
            '{"id":"a","text":"x","k":1e999}',
            '{"id":"a","text":"x","k":NaN}',
            "null",
        ]
    ),
)


def make_source(folder: Path, data: bytes) -> SourceFile:
    make_files(folder, {"a.jsonl": data})
    return SourceFile("a.jsonl", folder / "a.jsonl", named=True)


def outcome(batches: list[Batch]) -> tuple[pl.DataFrame, list[tuple[str, str]]]:
    """Our fields with their places, and the rejections."""
    empty = pl.DataFrame(schema=dict.fromkeys([*candidates(InputConfig()), "place"], pl.String))
    frames = [
        pick_fields(batch.rows, InputConfig()).with_columns(pl.Series("place", batch.places, pl.String))
        for batch in batches
        if len(batch.places)
    ]
    return pl.concat([empty, *frames]), [(row.where, row.reason) for batch in batches for row in batch.rejections]


@given(st.lists(LINES, max_size=6), st.integers(1, 200))
@example(['{"id":"a","text":"x"}', "", '{"id":"b","text":"y"}'], 10_000)
@example(['{"id":"a","text":"x","meta":{"text":"inner"}}'], 10_000)
@example(['{"id":"a","text":"x","text":"y"}', '{"id":"b"}'], 10_000)
def test_blocks_and_parsers_change_nothing(lines: list[str], block_bytes: int) -> None:
    data = "\n".join(line.replace("\n", " ") for line in lines).encode("utf-8", "replace")
    with TemporaryDirectory() as name:
        file, config = make_source(Path(name), data), InputConfig()
        whole = outcome([*json_lines.read_file(file, config)])
        in_blocks = outcome([*json_lines.read_file(file, config, block_bytes=block_bytes)])
    careful = outcome([json_lines._read_carefully(data, file, config, 1)])
    assert whole[0].equals(in_blocks[0])
    assert whole[1] == in_blocks[1]
    assert whole[0].equals(careful[0])
    assert [row for row in whole[1] if not row[1].startswith("empty_file")] == careful[1]


def test_ordinary_lines_take_the_fast_way(tmp_path: Path) -> None:
    records = [{"id": n, "text": 'A "text": [1] {2} 😀 \\n', "title": None, "tags": ["x", {"y": 1}]} for n in range(3)]
    data = "".join(json.dumps(record) + "\n" for record in records).encode()
    file = make_source(tmp_path, data)
    assert json_lines._read_harmless(data, file, InputConfig(), 1) is not None
    capitals = data.replace(b'"id"', b'"ID"').replace(b'"title"', b'"Title"')
    assert json_lines._read_harmless(capitals, file, InputConfig(), 1) is not None


@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
def test_keys_match_whatever_their_case(tmp_path: Path, name: str) -> None:
    records: list[dict[str, object]] = [
        {"id": "a", "text": "A.", "Title": "T", "SOURCE": {"name": "S"}},
        {"ID": "b", "Text": "B.", "title": " ", "TITLE": "T"},
        {"id": "c", "text": 5, "Text": "C.", "Title": "Not this", "title": "T"},
    ]
    found = read(make_files(tmp_path, {name: json.dumps(records) if name == "a.json" else make_lines(*records)}))
    assert texts(found) == {"a": "A.", "b": "B.", "c": "C."}
    assert found.articles["title"].to_list() == ["T", "T", "T"]
    assert found.articles["source"].to_list() == ["S", None, None]
    assert found.skipped.height == 0


def test_configured_names_match_whatever_their_case(tmp_path: Path) -> None:
    rows = [{"Id": "a", "META": {"Main": "A."}, "überSCHRIFT": "T", "Text": "Not this."}]
    make_files(tmp_path, {"a.jsonl": make_lines(*rows)})
    found = read(tmp_path, fields={"text": "meta.main", "title": "Überschrift"})
    assert found.articles.select("text", "title").rows() == [("A.", "T")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{oops", "not_json: key must be a string at column 2"),
        ("[1]", "not_an_object: this is a list, not an object in braces"),
        ("7", "not_an_object: this is a number, not an object in braces"),
        ('{"text":"x"}', "missing_id: no value for the id"),
        ('{"id":" ","text":"x"}', "missing_id: no value for the id"),
        ('{"id":true,"text":"x"}', "bad_id: 'id' is true or false, not a string or a whole number"),
        ('{"id":1.5,"text":"x"}', "bad_id: 'id' is a number, not a string or a whole number"),
        ('{"id":{"$oid":"5"},"text":"x"}', "bad_id: 'id' is an object, not a string or a whole number"),
        ('{"id":"a"}', "missing_text: no value for the text"),
        ('{"id":"a","text":null}', "missing_text: no value for the text"),
        ('{"id":"a","text":" \\n"}', "empty_text: the text is blank"),
        ('{"id":"a","text":5}', "text_not_string: 'text' is a number, not a string"),
        ('{"id":"a","body":["x"]}', "text_not_string: 'body' is a list, not a string"),
        (
            '{"id":"a","text":"\\ud800"}',
            "not_json: half of a surrogate pair (\\ud800 to \\udfff), which is no character",
        ),
        ('{"id":"a","text":"x","k":NaN}', "not_json: expected value at column 26"),
        (
            "[" * 5_000,
            (
                "too_deep: lists and objects in each other, more than 190, input.max_nesting allows 100 "
                "(to raise it: --set input.max_nesting=NUMBER)"
            ),
        ),
    ],
)
def test_a_bad_line_is_told_and_costs_no_other(tmp_path: Path, line: str, reason: str) -> None:
    make_files(tmp_path, {"a.jsonl": make_lines({"id": "before", "text": "B."}, line, {"id": "after", "text": "A."})})
    found = read(tmp_path / "a.jsonl")
    assert texts(found) == {"before": "B.", "after": "A."}
    assert reasons(found, tmp_path) == {"a.jsonl:2": reason}


def test_bytes_that_are_not_utf8_cost_their_line(tmp_path: Path) -> None:
    make_files(tmp_path, {"a.jsonl": b'{"id":"a","text":"caf\xe9"}\n{"id":"b","text":"caf\xc3\xa9"}\n'})
    found = read(tmp_path)
    assert texts(found) == {"b": "café"}
    assert codes(found, tmp_path) == {"a.jsonl:1": "not_utf8"}


def test_blank_lines_marks_and_line_ends_are_nothing(tmp_path: Path) -> None:
    data = b'\xef\xbb\xbf{"id":1,"text":"x"}\r\n\r\n \n{"id":2,"text":"y"}\r\n{"id":3,"text":"z"}'
    found = read(make_files(tmp_path, {"a.jsonl": data}))
    assert found.articles.select("article_id", "text").rows() == [("1", "x"), ("2", "y"), ("3", "z")]
    assert found.articles["origin"].to_list() == [f"{tmp_path}/a.jsonl:{line}" for line in (1, 4, 5)]
    assert found.skipped.height == 0


def test_nul_is_kept_as_it_is(tmp_path: Path) -> None:
    assert texts(read(make_files(tmp_path, {"a.jsonl": '{"id":1,"text":"a\\u0000b"}'}))) == {"1": "a\0b"}


def test_a_better_column_stands_in_for_one_of_a_wrong_type(tmp_path: Path) -> None:
    found = read(make_files(tmp_path, {"a.jsonl": make_lines({"id": 1, "text": 5, "body": "Real."})}))
    assert texts(found) == {"1": "Real."}


LINES_OF_TWO = make_lines({"id": "a", "text": "A."}, {"id": "b", "text": "B."}).encode()


@pytest.mark.parametrize(
    ("name", "data", "others"),
    [
        ("cut.jsonl.gz", gzip.compress(LINES_OF_TWO)[:-5], {}),
        ("junk.jsonl.gz", gzip.compress(LINES_OF_TWO[:25]) + gzip.compress(LINES_OF_TWO[25:]) + b"junk", {}),
        ("wrong.jsonl.gz", gzip.compress(LINES_OF_TWO) + gzip.compress(b"{}")[:10] + b"\xff" * 9, {}),
        ("line.jsonl.gz", gzip.compress(LINES_OF_TWO + b'{"id":"c","te')[:-8], {"line.jsonl.gz:3": "not_json"}),
        (
            "cut.jsonl.zst",
            zstandard.compress(LINES_OF_TWO) + zstandard.compress(b"{}")[:-1],
            {"cut.jsonl.zst:3": "not_json"},
        ),
        ("list.json.gz", gzip.compress(b"[" + LINES_OF_TWO.replace(b"\n", b",", 1) + b"]")[:-1], {}),
    ],
    ids=["cut", "junk", "wrong", "line", "zstandard", "list"],
)
def test_what_stands_before_the_damage_of_a_compressed_file_is_read(
    tmp_path: Path, name: str, data: bytes, others: dict[str, str]
) -> None:
    found = read(make_files(tmp_path, {name: data}))
    assert texts(found) == {"a": "A.", "b": "B."}
    assert codes(found, tmp_path) == {name: "unreadable", **others}
    assert "bytes, was read" in reasons(found, tmp_path)[name]


def test_gzip_is_read_and_a_cut_one_up_to_there(tmp_path: Path) -> None:
    lines = make_lines(*({"id": n, "text": f"Text {n}."} for n in range(20_000)))
    whole = gzip.compress(lines.encode())
    make_files(
        tmp_path, {"whole.jsonl.gz": whole, "cut.jsonl.gz": whole[: len(whole) // 2], "none.jsonl.gz": "not gzip"}
    )
    assert 1_000 < read(tmp_path / "cut.jsonl.gz").articles.height < 20_000
    found = read(tmp_path)
    assert found.articles.height == 20_000
    found_codes = codes(found, tmp_path)
    assert (found_codes["cut.jsonl.gz"], found_codes["none.jsonl.gz"]) == ("unreadable", "unreadable")


def test_marks_of_files_that_were_put_one_behind_another_cost_nothing(tmp_path: Path) -> None:
    one = "\ufeff" + make_lines({"id": "a", "text": "x"})
    found = read(make_files(tmp_path, {"a.jsonl": one + one.replace('"a"', '"b"') + one.replace('"a"', '"c"')}))
    assert (texts(found), found.skipped.height) == ({"a": "x", "b": "x", "c": "x"}, 0)
