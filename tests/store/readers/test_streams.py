"""Opening what may be compressed, and telling encodings."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
import zstandard

from dedup.config import InputConfig
from dedup.store.files import SourceFile
from dedup.store.readers.streams import LimitReachedError, open_bytes
from tests.store.builders import make_files, read, reasons, texts

PLAIN = bytes(range(256)) * 3_000


def open_file(folder: Path, name: str, data: bytes, **config: float) -> bytes:
    make_files(folder, {name: data})
    with open_bytes(SourceFile(name, folder / name, named=True), InputConfig(**config)) as stream:  # type: ignore[arg-type]
        return stream.read()


@pytest.mark.parametrize("size", [0, 1, 1_000, len(PLAIN)])
def test_what_was_compressed_comes_back(tmp_path: Path, size: int) -> None:
    assert open_file(tmp_path, "a.gz", gzip.compress(PLAIN[:size])) == PLAIN[:size]
    assert open_file(tmp_path, "a.zst", zstandard.compress(PLAIN[:size])) == PLAIN[:size]
    assert open_file(tmp_path, "a", PLAIN[:size]) == PLAIN[:size]


@pytest.mark.parametrize("size", [0, 4, 5_000])
@pytest.mark.parametrize("magic", [0x184D2A50, 0x184D2A5F])
def test_frames_of_zstandard_that_hold_no_data_are_passed_over(tmp_path: Path, magic: int, size: int) -> None:
    other = magic.to_bytes(4, "little") + size.to_bytes(4, "little") + b"\xff" * size
    one, two = (zstandard.compress(f'{{"id": "{name}", "text": "x"}}\n'.encode()) for name in "ab")
    data = other + other + one + other + two + other
    assert open_file(tmp_path, "a.zst", data) == b"".join(map(zstandard.decompress, (one, two)))
    for name in ("a.jsonl.zst", "download"):
        make_files(tmp_path, {name: data})
        assert texts(read(tmp_path / name)) == {"a": "x", "b": "x"}


@pytest.mark.parametrize("name", ["a.gz", "a.zst"])
def test_an_early_end_is_an_error(tmp_path: Path, name: str) -> None:
    data = (gzip if name == "a.gz" else zstandard).compress(PLAIN)
    with pytest.raises(EOFError, match="ended before"):
        open_file(tmp_path, name, data[:-20])


@pytest.mark.parametrize("name", ["a.gz", "a.zst"])
def test_a_bomb_ends_where_the_limit_is(tmp_path: Path, name: str) -> None:
    data = (gzip if name == "a.gz" else zstandard).compress(b"x" * 40_000_000)
    with pytest.raises(LimitReachedError, match=r"expands_too_far: .*input\.max_expansion allows 200"):
        open_file(tmp_path, name, data)
    assert len(open_file(tmp_path, name, data, max_expansion=1e9)) == 40_000_000


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.xml"])
@pytest.mark.parametrize("ending", ["gz", "zst"])
def test_of_an_article_that_breaks_off_nothing_is_taken_and_it_is_said(tmp_path: Path, name: str, ending: str) -> None:
    page = b"<html><body><article><p>The ferry sank off the coast at noon.</p></article></body></html>" * 200
    data = (gzip if ending == "gz" else zstandard).compress(page)
    found = read(make_files(tmp_path, {f"{name}.{ending}": data[:-8], "b.txt": "It rained."}))
    assert texts(found) == {"b": "It rained."}
    (told,) = reasons(found, tmp_path).values()
    assert told.startswith("unreadable: Compressed file ended before")
    assert told.endswith("; nothing of it was taken, since a part would pass for the whole")
