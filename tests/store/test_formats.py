"""The same articles from every format, told apart by name and content."""

from __future__ import annotations

import ast
import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
import zstandard

from dedup.errors import InputError
from dedup.store.files import SourceFile
from dedup.store.readers import format_of
from tests.store.builders import codes, make_files, read, texts
from tests.store.samples import NEWS, OUTLET, PORT, SHIP, make_databases, make_page, make_rows, make_samples

SAMPLES = make_samples()


@pytest.mark.parametrize("name", SAMPLES)
def test_every_format_gives_text_title_time_language_and_outlet(tmp_path: Path, name: str) -> None:
    found = read(make_files(tmp_path, {name: SAMPLES[name]}) / name)
    outlet = "islet.example" if "warc" in name else OUTLET
    assert found.articles.select("article_id", "text", "title", "lang", "source").rows() == [
        (one["id"], one["text"], one["title"], "en", outlet) for one in NEWS
    ]
    times = [time.isoformat().replace("+00:00", "Z") for time in found.articles["published_at"]]
    assert times == [one["time"] for one in NEWS]
    assert found.warnings == []
    assert set(codes(found, tmp_path).values()) <= {"not_articles"}


def test_tables_of_databases_give_the_same(tmp_path: Path) -> None:
    for address in make_databases(tmp_path):
        found = read(address)
        assert [*texts(found).values()] == [PORT, SHIP]
        assert found.articles["origin"].to_list() == [f"{address}:1", f"{address}:2"]


def test_a_page_is_called_by_its_file_or_its_folder(tmp_path: Path) -> None:
    page = make_page(dict(NEWS[0]))
    bare = page.replace('<link rel="canonical" href="https://islet.example/port">', "")
    files: dict[str, str | bytes] = {
        "port.html": page,
        "late.htm.gz": gzip.compress(page.encode()),
        "2026/port/index.html": bare,
    }
    found = read(make_files(tmp_path, {**files, "2026/other/index.html": page}))
    # Two pages are called "port", one by its file and one by its folder; the other page of a folder by its address.
    assert [*texts(found)] == [NEWS[0]["id"], "late", "port"]
    assert codes(found, tmp_path) == {"2026/port/index.html": "duplicate_id"}


@pytest.mark.parametrize(
    ("name", "sample", "expected"),
    [
        ("a.json", "lines.jsonl", "JSON"),
        ("a.jsonl", "array.json", "JSON"),
        ("a.xml", "agency.xml", "NewsML-G2"),
        ("a.html", "feed.rss", "feed"),
        ("a.rss", "agency.xml", "NewsML-G2"),
        ("a.csv", "table.parquet", "Parquet"),
        ("a.json", "crawl.warc.gz", "WARC"),
        ("a.csv", "rows.tsv", "CSV"),
        ("download", "lines.jsonl", "JSON"),
        ("download", "lines.ndjson.zst", "JSON"),
        ("download.bin", "feed.atom", "feed"),
        ("export", "rows.csv", "CSV"),
        ("a.txt", "lines.jsonl", "text"),
    ],
)
def test_content_counts_where_the_name_says_less(tmp_path: Path, name: str, sample: str, expected: str) -> None:
    make_files(tmp_path, {name: SAMPLES[sample]})
    found = format_of(SourceFile(name, tmp_path / name, named=True))
    assert found is not None
    assert found.name == expected
    if expected != "text":
        assert [*texts(read(tmp_path / name)).values()] == [PORT, SHIP]


def test_compression_is_told_by_content(tmp_path: Path) -> None:
    lines = SAMPLES["lines.jsonl"]
    make_files(tmp_path, {"a.jsonl": gzip.compress(lines), "b.json": zstandard.compress(SAMPLES["array.json"])})
    assert [*texts(read(tmp_path / "a.jsonl")).values()] == [PORT, SHIP]
    assert [*texts(read(tmp_path / "b.json")).values()] == [PORT, SHIP]


def test_several_members_and_frames_are_one_file(tmp_path: Path) -> None:
    one, two = SAMPLES["lines.jsonl"].splitlines(keepends=True)
    make_files(tmp_path, {"a.jsonl.gz": gzip.compress(one) + gzip.compress(two)})
    make_files(tmp_path, {"b.jsonl.zst": zstandard.compress(one) + zstandard.compress(two)})
    assert len(texts(read(tmp_path / "a.jsonl.gz"))) == len(texts(read(tmp_path / "b.jsonl.zst"))) == 2


@pytest.mark.parametrize("sample", ["lines.jsonl", "array.json", "rows.csv", "feed.rss", "crawl.warc.gz"])
def test_standard_input_is_read_by_its_content(sample: str) -> None:
    code = "from tests.store.builders import *; print(read('-').articles.select('text', 'origin').sort('text').rows())"
    done = subprocess.run([sys.executable, "-c", code], input=SAMPLES[sample], capture_output=True, check=True)
    assert [text for text, _ in ast.literal_eval(done.stdout.decode())] == sorted([PORT, SHIP])
    assert all(origin.startswith("-:") for _, origin in ast.literal_eval(done.stdout.decode()))


def test_standard_input_that_cannot_be_told_is_an_error() -> None:
    code = "from tests.store.builders import *; read('-')"
    for data, message in (
        (b"Well, it rained.", b"-: cannot tell what this is, expected JSON"),
        (SAMPLES["table.parquet"], b"-: a Parquet table cannot be read from standard input. Write it to a file"),
    ):
        done = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=False)
        assert message in done.stderr


def test_a_missing_package_is_told_once_with_the_extra_that_brings_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for package, name, extra in (
        ("warcio.archiveiterator", "crawl.warc", "warc"),
        ("trafilatura", "port.html", "html"),
        ("zstandard", "lines.ndjson.zst", "zstd"),
        ("lxml.etree", "feed.rss", "xml"),
    ):
        files = {**SAMPLES, "port.html": make_page(dict(NEWS[0])).encode()}
        make_files(tmp_path, {name: files[name]})
        with monkeypatch.context() as without:
            without.setitem(sys.modules, package.partition(".")[0], None)
            without.setitem(sys.modules, package, None)
            with pytest.raises(InputError, match=rf"pip install 'newsdedup\[{extra}\]' brings it"):
                read(tmp_path / name)


def test_a_dotted_name_leads_into_objects_and_structs(tmp_path: Path) -> None:
    import polars as pl

    rows = [{"id": "a", "meta": {"story": {"main": PORT}}, "outlet": {"label": OUTLET}}]
    make_files(tmp_path, {"a.jsonl": json.dumps(rows[0]), "a.json": json.dumps(rows)})
    pl.DataFrame(rows).write_parquet(tmp_path / "a.parquet")
    for name in ("a.jsonl", "a.json", "a.parquet"):
        found = read(tmp_path / name, fields={"text": "meta.story.main", "source": "outlet.label"})
        assert found.articles.select("text", "source").rows() == [(PORT, OUTLET)]


def test_a_dotted_column_of_a_table_is_just_its_name(tmp_path: Path) -> None:
    make_files(tmp_path, {"a.csv": "id,source.title,text\n1,Wire,x\n"})
    assert read(tmp_path, fields={"source": "source.title"}).articles["source"].item() == "Wire"


def test_an_address_stands_in_for_an_id(tmp_path: Path) -> None:
    make_files(tmp_path, {"a.json": json.dumps(make_rows())})
    assert [*texts(read(tmp_path))] == [one["id"] for one in NEWS]
