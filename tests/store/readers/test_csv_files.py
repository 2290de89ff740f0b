"""Tables of text."""

from __future__ import annotations

import csv
import io
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from dedup.config import InputConfig
from dedup.errors import InputError
from dedup.store.files import SourceFile
from dedup.store.readers import csv_files
from tests.store.builders import codes, make_files, read, reasons, texts

CELLS = st.text(alphabet=st.characters(codec="utf-8"), max_size=12)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=6), st.sampled_from(["a.csv", "a.tsv"]), st.integers(1, 30))
def test_every_cell_comes_back_as_it_was_written(rows: list[tuple[str, ...]], name: str, batch: int) -> None:
    table = io.StringIO()
    delimiter = "\t" if name.endswith("tsv") else ","
    csv.writer(table, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([("id", "text", "title"), *rows])
    with TemporaryDirectory() as folder:
        make_files(Path(folder), {name: table.getvalue()})
        file = SourceFile(name, Path(folder, name), named=True)
        batches = [*csv_files.read_file(file, InputConfig(), batch_characters=batch)]
    assert [row for part in batches for row in part.rows.rows()] == rows
    lines = io.StringIO(table.getvalue(), newline="").readlines()
    for place, row in zip([place for part in batches for place in part.places], rows, strict=True):
        from_there = lines[int(place.rpartition(":")[2]) - 1 :]
        assert tuple(next(csv.reader(from_there, delimiter=delimiter))) == row


def test_places_count_lines_not_rows(tmp_path: Path) -> None:
    make_files(tmp_path, {"a.csv": 'id,text\n1,"two\nlines"\n\n2,one\n'})
    assert read(tmp_path).articles["origin"].to_list() == [f"{tmp_path}/a.csv:2", f"{tmp_path}/a.csv:5"]


def test_short_and_long_rows(tmp_path: Path) -> None:
    make_files(tmp_path, {"a.csv": "id,text,title\n1,One\n2\n3,Three,T,,\n4,Four,T,extra\n5,Five,T\n"})
    found = read(tmp_path)
    assert texts(found) == {"1": "One", "3": "Three", "5": "Five"}
    assert reasons(found, tmp_path) == {
        "a.csv:3": "missing_text: no value for the text",
        "a.csv:5": "ragged_row: 4 cells where the header has 3",
    }


def test_a_quote_left_open_costs_its_own_row(tmp_path: Path) -> None:
    make_files(tmp_path, {"a.csv": 'id,text\n1,One\n2,"open\n3,Three\n4,"Four"\n5,Five\n'})
    found = read(tmp_path)
    assert texts(found) == {"1": "One", "3": "Three", "4": "Four", "5": "Five"}
    assert codes(found, tmp_path) == {"a.csv:3": "bad_row"}


def test_a_quote_left_open_to_the_end_costs_its_own_row(tmp_path: Path) -> None:
    make_files(tmp_path, {"a.csv": 'id,text\n1,"open\n2,Two\n3,Three\n'})
    found = read(tmp_path)
    assert texts(found) == {"2": "Two", "3": "Three"}
    assert codes(found, tmp_path) == {"a.csv:2": "bad_row"}


def test_the_rest_of_a_broken_text_is_no_article(tmp_path: Path) -> None:
    broken = '1,"He said "no" and left.\nThen, in March, he died.\nThe end."\n'
    make_files(tmp_path, {"a.csv": f"id,text,title\n{broken}2,Two,T\n"})
    found = read(tmp_path)
    assert texts(found) == {"2": "Two"}
    assert reasons(found, tmp_path) == {
        "a.csv:2": "bad_row: ',' expected after '\"'; a quote inside a quoted cell must be doubled; lines 2 to 4 were "
        "passed over"
    }


def test_latin_1_costs_only_the_rows_it_is_in(tmp_path: Path) -> None:
    make_files(tmp_path, {"a.csv": "id,text\n1,Café\n2,Plain\n".encode("latin-1")})
    found = read(tmp_path)
    assert texts(found) == {"2": "Plain"}
    assert reasons(found, tmp_path) == {
        "a.csv:2": "not_utf8: byte 0xe9 in column 'text' is not UTF-8; save the file as UTF-8"
    }


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\n \n", "empty_file"),
        (b"id,text\n", "empty_file"),
        (b'"id,text\n', "bad_header"),
        ("id,text\n".encode("utf-16"), "empty_file"),
        (b"a,b\n1,2\n", "missing_columns"),
    ],
)
def test_a_file_without_a_single_row_is_told(tmp_path: Path, content: bytes, code: str) -> None:
    assert codes(read(make_files(tmp_path, {"a.csv": content})), tmp_path) == {"a.csv": code}


def test_a_named_table_without_our_columns_is_an_error(tmp_path: Path) -> None:
    make_files(tmp_path, {"a.csv": "nr,story\n1,x\n"})
    with pytest.raises(InputError) as caught:
        read(tmp_path / "a.csv", fields={"id": "nr"})
    assert str(caught.value) == (
        f"{tmp_path}/a.csv: no column for text, got 'nr, story', expected text as one of text, body, content, "
        "articleBody, maintext, content_text, full_text, article_body. Say which column it is: --set "
        "input.fields.text=NAME."
    )


def test_semicolons_marks_and_repeated_columns(tmp_path: Path) -> None:
    make_files(tmp_path, {"a.csv": b"\xef\xbb\xbfid; text ;text;note\r\n1;One, two;again;x\r\n"})
    found = read(tmp_path)
    assert texts(found) == {"1": "One, two"}


def test_columns_of_one_name_are_numbered_however_many_there_are() -> None:
    # Found by fuzzing: two thousand columns without a name took half a minute.
    assert csv_files._unique(["a", "a", "a (2)", "b", "a"]) == ["a", "a (2)", "a (2) (2)", "b", "a (3)"]
    assert csv_files._unique([""] * 20_000)[-1] == " (20000)"


ROWS = ("id,text\n", "1,One\n", '2,"Two,\nand two"\n', "3,Three\n", '4,"Four\n5,five\n6,six"\n', "7,Seven")


def cut_gzip(content: str) -> bytes:
    """What is left of a compressed table when the rest of it is lost."""
    packer = zlib.compressobj(wbits=31)
    return packer.compress(content.encode()) + packer.flush(zlib.Z_FULL_FLUSH)


def cut_zstandard(content: str) -> bytes:
    """The same of Zstandard."""
    stream = zstandard.ZstdCompressor().compressobj()
    return stream.compress(content.encode()) + stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)


@pytest.mark.parametrize("name", ["a.csv.gz", "a.csv.zst"])
def test_of_a_compressed_table_that_breaks_off_the_whole_rows_are_read(tmp_path: Path, name: str) -> None:
    table = "".join(ROWS)
    begins = [len("".join(ROWS[:n])) for n in range(len(ROWS))]
    for kept in range(len(ROWS[0]) + 1, len(table) + 1):
        data = (cut_gzip if name.endswith("gz") else cut_zstandard)(table[:kept])
        found = read(make_files(tmp_path, {name: data}))
        whole = [row for row, end in zip(ROWS[1:], begins[2:], strict=False) if end <= kept]
        assert [*texts(found)] == [row[0] for row in whole], kept
        told = reasons(found, tmp_path)
        assert f"what stands before that, {kept} bytes, was read" in told.pop(name)
        line = 1 + "".join([ROWS[0], *whole]).count("\n") + 1
        cut = {} if kept in begins else {f"{name}:{line - 1}": "bad_row: the file breaks off in it"}
        assert {place: reason.partition(";")[0] for place, reason in told.items()} == cut, kept


@pytest.mark.parametrize("kept", [0, 3, 8])
def test_a_compressed_table_that_breaks_off_before_its_rows_is_only_damaged(tmp_path: Path, kept: int) -> None:
    make_files(tmp_path, {"a.csv.gz": cut_gzip(ROWS[0][:kept])})
    for one in (tmp_path, tmp_path / "a.csv.gz"):
        assert codes(read(one), tmp_path) == {"a.csv.gz": "unreadable"}


def test_a_wide_code_that_is_no_character_costs_its_row(tmp_path: Path) -> None:
    rows = "".join(f"{n},It rained{'@' if n == 9_000 else '.'}\n" for n in range(20_000))
    whole = f"id,text\n{rows}".encode("utf-16-le")
    make_files(tmp_path, {"a.csv": whole.replace("@".encode("utf-16-le"), b"\x00\xd8")})
    found = read(tmp_path)
    assert len(texts(found)) == 19_999
    assert codes(found, tmp_path) == {"a.csv:9002": "not_utf8"}
