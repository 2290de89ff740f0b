"""Texts in wide encodings are read as if they were UTF-8."""

from __future__ import annotations

import io
import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.store.readers.encodings import as_utf8, encoding_of
from dedup.store.readers.streams import LimitReachedError
from tests.store.builders import codes, make_files, read, texts

WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
PORT = "The harbour of Brask was closed on Monday. Čtyři lodě 🚢 stojí v přístavu."
ROWS = [{"id": str(n), "text": f"{PORT} {n}"} for n in range(2_000)]


@given(st.text(alphabet=st.characters(codec="ascii", exclude_characters="\0"), min_size=8, max_size=80))
def test_wide_encodings_are_told_without_a_mark(text: str) -> None:
    for name in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        assert encoding_of(text.encode(name)) == name


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), max_size=80))
def test_no_text_in_utf8_is_taken_for_a_wide_one(text: str) -> None:
    assert encoding_of(text.encode()) is None


# With a NUL as its first character, a mark of UTF-16 is one of UTF-32.
@given(st.text(max_size=3_000).filter(lambda text: not text.startswith("\0")), st.sampled_from(WIDE))
def test_a_marked_text_becomes_its_utf8_whatever_is_in_it(text: str, name: str) -> None:
    try:
        expected = f"\ufeff{text}".encode()
    except UnicodeEncodeError:
        return
    assert as_utf8(io.BytesIO(f"\ufeff{text}".encode(name))).read() == expected


@given(st.binary(max_size=5_000))
def test_what_is_not_wide_comes_out_as_it_is_and_bytes_of_any_kind_break_nothing(data: bytes) -> None:
    if encoding_of(data[:4096]) is None:
        assert as_utf8(io.BytesIO(data)).read() == data
        return
    with suppress(LimitReachedError):
        as_utf8(io.BytesIO(data)).read().decode()


@pytest.mark.parametrize("marked", [True, False])
@pytest.mark.parametrize("name", WIDE)
def test_every_plain_format_is_read_in_every_wide_encoding(name: str, marked: bool, tmp_path: Path) -> None:
    mark = "\ufeff" if marked else ""
    plain = {
        "port.txt": PORT,
        "rows.jsonl": "\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS),
        "list.json": json.dumps([{**row, "id": f"l{row['id']}"} for row in ROWS], ensure_ascii=False),
        "one.json": json.dumps({"id": "one", "text": PORT}, ensure_ascii=False),
        "table.csv": "id,text\n" + "".join(f't{row["id"]},"{row["text"]}"\n' for row in ROWS),
    }
    wide = make_files(tmp_path / "wide", {file: (mark + text).encode(name) for file, text in plain.items()})
    as_is = make_files(tmp_path / "plain", plain)
    found = read(wide)
    assert codes(found, tmp_path / "wide") == {}
    assert texts(found) == texts(read(as_is))
    assert len(texts(found)) == 3 * len(ROWS) + 2


@pytest.mark.parametrize(
    ("name", "no_character"),
    [("utf-16-le", b"\0\xd8"), ("utf-16-be", b"\xdc\0"), ("utf-32-le", b"\0\0\x11\0"), ("utf-32-be", b"\0\0\xd8\0")],
)
def test_a_code_that_is_no_character_costs_the_article_that_has_it(
    tmp_path: Path, name: str, no_character: bytes
) -> None:
    rows = [json.dumps({"id": str(n), "text": PORT + "@" * (n == 1)}) for n in range(3)]
    for file, text in {"lines.jsonl": "\n".join(rows), "list.json": f"[{', '.join(rows)}]"}.items():
        damaged = text.encode(name).replace("@".encode(name), no_character)
        found = read(make_files(tmp_path / file, {file: damaged}))
        assert texts(found) == {"0": PORT, "2": PORT}
        assert codes(found, tmp_path / file) == {f"{file}:2": "not_utf8"}


def test_what_of_a_wide_file_is_one_article_is_not_read_where_it_is_damaged(tmp_path: Path) -> None:
    whole = ("\ufeff" + PORT).encode("utf-16-le")
    lone = "\ufeff".encode("utf-16-le") + b"\x00\xd8a\0" * 20
    found = read(make_files(tmp_path, {"cut.txt": whole[:-1], "lone.txt": lone}))
    assert texts(found) == {}
    assert codes(found, tmp_path) == {"cut.txt": "not_utf8", "lone.txt": "not_utf8"}


def test_the_limit_of_an_article_counts_its_utf8(tmp_path: Path) -> None:
    fits, beyond = "x" * 2_000, "x" * 2_010
    made = make_files(tmp_path, {"fits.txt": fits.encode("utf-16"), "beyond.txt": beyond.encode("utf-16")})
    found = read(made, max_article_bytes=2_000)
    assert texts(found) == {"fits": fits}
    assert codes(found, tmp_path) == {"beyond.txt": "too_large"}
