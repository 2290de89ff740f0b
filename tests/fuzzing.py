"""Readers against damaged files, and the normaliser against damaged texts.

``python -m tests.fuzzing --seconds 600 [FORMAT ...]``. In: valid files of every format. Out: cases that ended a reader
or the normaliser, or kept it too long, each with the number that makes it again (``--case``). Must not know how any
reader works, only how its files are built.

Files are damaged with an eye on their structure: inside of what is compressed as well as outside, at the marks of their
format, by repeating and nesting parts of them. A case is the damaged file beside a good one in a folder: whatever
happens to the first, the article in the second must come out. A case of the normaliser is an article of the written
corpora with odd characters, joined to another and repeated: the laws of folding must hold, and its document be whole.
Cases run in a process of their own, so that a crash or an endless loop is a finding, not the end.
"""

from __future__ import annotations

import argparse
import gzip
import html
import json
import random
import resource
import selectors
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

import polars as pl
import zstandard

from dedup.config import InputConfig, TextConfig
from dedup.errors import DedupError
from dedup.schemas import ARTICLES
from dedup.sketch.documents import documents
from dedup.sketch.terms import terms
from dedup.store.articles import read_articles
from dedup.text.normalise import normalise
from dedup.text.words import words
from tests.store.builders import make_files
from tests.store.samples import NEWS, make_databases, make_page, make_samples
from tests.text.strange import PIECES

NORMALISER: Final = "normaliser"
GOOD: Final = "A good article beside a damaged file comes out as it is."
MAX_BYTES: Final = 3_000_000
HANG_SECONDS: Final = 30.0
MEMORY_BYTES: Final = 8 << 30

MARKS: Final = {
    "json": (
        *(b"[", b"]", b"{", b"}", b'"', b"\\", b",", b":", b"\\ud800", b"null", b"1e999", b"\n"),
        *(b"[" * 5000, b'{"a":' * 300),
    ),
    "csv": (b'"', b",", b";", b"\t", b"\n", b"\r", b'""', b'"\n', b"\0", b'"' * 999),
    "markup": (
        *(b"<", b">", b"</p>", b"<p>", b"&", b"&nbsp;", b"&#0;", b"&#xd800;", b"<![CDATA[", b"]]>", b"<!--", b"-->"),
        *(b"<div>" * 3000, b"<b><i>" * 700, b"<table><tr><td>" * 300, b"<script>", b"<title>", b"</html>", b"<svg>"),
        *(b'<!DOCTYPE a [<!ENTITY b "c">]>', b'<!DOCTYPE a SYSTEM "file:///etc/passwd">', b"<?xml version='1.0'?>"),
        *(b" x='" + b"y" * 3000 + b"'", b"xmlns:a='b'", b"<a:b>", b'charset="utf-7"', b'encoding="utf-16"', b"<item>"),
    ),
    "warc": (
        *(b"WARC/1.0\r\n", b"\r\n\r\n", b"Content-Length: 99999999999\r\n", b"Content-Length: -1\r\n", b"\r\n"),
        *(b"HTTP/1.1 200 OK\r\n", b"Transfer-Encoding: chunked\r\n", b"Content-Encoding: gzip\r\n", b"0\r\n\r\n"),
        *(b"WARC-Type: response\r\n", b"WARC-Type: revisit\r\n"),
        *(b"Content-Type: text/html; charset=utf-16\r\n", b"Content-Encoding: br\r\n", b"WARC-Target-URI: http://[\r\n"),
    ),
    "binary": (b"\0", b"\xff" * 8, b"PAR1", b"\x7f" * 5, b"\x80" * 12),
}  # fmt: skip
ANYWHERE: Final = (
    b"\0",
    b"\xff",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\x1b[2J",
    "\u202e".encode(),
)


def make_seeds() -> dict[str, list[tuple[str, bytes]]]:
    """Format to its valid files, name and bytes."""
    samples = make_samples()
    with tempfile.TemporaryDirectory() as folder:
        make_databases(Path(folder))
        databases = {path.name: path.read_bytes() for path in Path(folder).iterdir()}
    chosen = {
        "text": ["port.txt"],
        "json_lines": ["lines.jsonl", "lines.jsonl.gz", "lines.ndjson.zst"],
        "json": ["array.json", "wrapped.json"],
        "ninjs": ["ninjs.json"],
        "csv": ["rows.csv", "rows.tsv"],
        "html": ["port.html"],
        "feeds": ["feed.rss", "feed.atom"],
        "newsml": ["agency.xml"],
        "warc": ["crawl.warc", "crawl.warc.gz"],
        "parquet": ["table.parquet"],
        "sqlite": ["news.db"],
        "duckdb": ["news.duckdb"],
    }
    files = {
        **samples,
        **databases,
        "port.txt": NEWS[0]["text"].encode(),
        "port.html": make_page(dict(NEWS[0])).encode(),
    }
    return {name: [(file, files[file]) for file in listed] for name, listed in chosen.items()}


def marks_of(name: str) -> tuple[bytes, ...]:
    """Pieces that mean something in a format."""
    kinds = {
        "csv": "csv",
        "warc": "warc",
        "parquet": "binary",
        "sqlite": "binary",
        "duckdb": "binary",
        "text": "binary",
    }
    kind = kinds.get(name, "json" if name in {"json", "json_lines", "ninjs"} else "markup")
    return (*MARKS[kind], *(MARKS["markup"] if kind == "warc" else ()), *ANYWHERE)


def damage(draw: random.Random, data: bytes, marks: tuple[bytes, ...], other: bytes) -> bytes:
    """Damage a file once."""
    place = draw.randrange(len(data) + 1)
    end = min(len(data), place + draw.choice((1, 2, 8, 50, 400, 5000)))
    part, mark = data[place:end], draw.choice(marks)
    n_times = draw.choice((2, 3, 10, 100, 1000))

    def flipped() -> bytes:
        changed = bytearray(data)
        for _ in range(draw.choice((1, 1, 2, 8, 60))):
            if changed:
                changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
        return bytes(changed)

    def at_mark() -> bytes:
        known = data.find(mark, place)
        return data if known < 0 else data[:known] + draw.choice(marks) + data[known + len(mark) :]

    start = draw.randrange(len(other) + 1)
    ways: list[Callable[[], bytes]] = [
        flipped,
        lambda: data[:place],
        lambda: data[place:],
        lambda: data[:place] + data[end:],
        lambda: data[:place] + part * n_times + data[end:],
        lambda: data[:place] + mark + data[place:],
        lambda: data[:place] + mark * n_times + data[place:],
        lambda: data[:place] + other[start : start + 2000] + data[place:],
        lambda: data[:place] + data + data[place:],
        lambda: mark * n_times + data,
        at_mark,
        lambda: data[:place] + draw.randbytes(min(n_times, 64)) + data[end:],
    ]
    return draw.choice(ways)()[:MAX_BYTES]


def make_case(name: str, number: int, seeds: dict[str, list[tuple[str, bytes]]]) -> tuple[str, bytes]:
    """The damaged file of this number: the same on every machine."""
    draw = random.Random(f"{name} {number}")
    file, data = draw.choice(seeds[name])
    _, other = draw.choice(seeds[draw.choice([*seeds])])
    inside = draw.random() < 0.7
    packing: tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]] | None = None
    if file.endswith(".gz") and inside:
        packing = gzip.decompress, gzip.compress
    elif file.endswith(".zst") and inside:
        packing = zstandard.decompress, zstandard.compress
    data = packing[0](data) if packing else data
    for _ in range(draw.choice((1, 1, 2, 4, 10))):
        data = damage(draw, data, marks_of(name), other)
    return file, packing[1](data) if packing else data


def run_case(name: str, file: str, data: bytes, folder: Path) -> None:
    """Read one damaged file beside a good one.

    Raises:
        AssertionError: The good article did not come out.
        Exception: Whatever a reader lets through that is no error of ours.
    """
    place = make_files(folder / "case", {"good.txt": GOOD, file: data})
    inputs: list[str | Path] = [place]
    if name in {"sqlite", "duckdb"}:
        inputs = [place / "good.txt", f"{name}:///{place / file}?table=articles"]
    try:
        found = read_articles(inputs, InputConfig(max_skipped_share=1))
    except DedupError:
        if name in {"sqlite", "duckdb"}:  # named outright, so that damage stops the run, in our own words
            return
        raise
    finally:
        (place / file).unlink()
    assert found.articles.filter(article_id="good")["text"].to_list() == [GOOD]
    assert found.n_read >= 1 + (name not in {"sqlite", "duckdb"})


def make_text(number: int) -> str:
    """The damaged text of this number: the same on every machine."""
    draw = random.Random(f"{NORMALISER} {number}")
    texts = written_texts()
    text = draw.choice(texts)
    for _ in range(draw.choice((1, 2, 4, 10, 40))):
        place = draw.randrange(len(text) + 1)
        end = min(len(text), place + draw.choice((0, 1, 2, 8, 50, 400)))
        mark, n_times = draw.choice(PIECES), draw.choice((1, 1, 1, 2, 10, 100, 1000))
        other = draw.choice(texts)
        start = draw.randrange(len(other) + 1)
        drawn = "".join(chr(draw.randrange(0x20, draw.choice((0x250, 0x3000, 0xD800)))) for _ in range(8))
        ways = [
            text[:place] + mark * n_times + text[end:],
            text[:place] + text[place:end] * n_times + text[end:],
            text[:place] + "".join(letter + mark for letter in text[place:end]) + text[end:],
            text[:place] + other[start : start + 500] + text[end:],
            text[:place] + text[place:end].encode().decode("cp1252", "replace") + text[end:],
            text[:place] + text[place:end].encode("utf-16-le").decode("utf-8", "replace") + text[end:],
            text[:place] + drawn + text[end:],
            text[:place] + html.escape(text[place:end]) + text[end:],
            text[:place] + text[place:end].upper()[::-1] + text[end:],
        ]
        text = draw.choice(ways)[: MAX_BYTES // 10]
    return text


@cache
def written_texts() -> list[str]:
    """The articles of the written corpora, in fourteen languages."""
    corpora = sorted((Path(__file__).parent / "gold").glob("*/articles.jsonl"))
    return [json.loads(line)["text"] for corpus in corpora for line in corpus.read_text("utf-8").splitlines()]


def run_text(text: str) -> None:
    """Fold a text, and make a document of it.

    Raises:
        AssertionError: A law does not hold.
        Exception: Whatever goes wrong.
    """
    folded = normalise(text)
    assert normalise(folded.text).text == folded.text, "folding again changes something"
    assert all(text[fold.start : fold.end] == fold.raw for fold in folded.folds), "a fold is not where it is said to be"
    if folded.offsets is not None:
        steps = [*folded.offsets.tolist(), len(text)]
        assert len(steps) == len(folded.text) + 2, "an offset is missing"
        assert all(left <= right for left, right in pairwise(steps)), "offsets go back"
    article = dict.fromkeys(ARTICLES.columns) | {"article_id": "a", "text": text, "origin": "a"}
    frame = pl.DataFrame([article], ARTICLES.schema, orient="row")
    [row] = documents(frame, TextConfig()).iter_rows(named=True)
    covered = bytearray(len(text))
    for span in row["sentences"]:
        covered[span["start"] : span["end"]] = b"x" * (span["end"] - span["start"])
    assert all(seen or character.isspace() for seen, character in zip(covered, text, strict=True)), "text is lost"
    assert row["n_words"] == len(words(row["matching"])), "words are miscounted"
    terms(documents(frame, TextConfig()))


def run(name: str, number: int, seeds: dict[str, list[tuple[str, bytes]]], folder: Path) -> None:
    """Run one case."""
    if name == NORMALISER:
        run_text(make_text(number))
    else:
        run_case(name, *make_case(name, number, seeds), folder)


def work(name: str, start: int) -> None:
    """Run cases from ``start`` on until killed, telling each number before it and each failure after it."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    seeds = {} if name == NORMALISER else make_seeds()
    with tempfile.TemporaryDirectory() as folder:
        number = start
        while True:
            print(f"case {number}", flush=True)
            try:
                run(name, number, seeds, Path(folder))
            except Exception:  # noqa: BLE001 - all of them are findings
                print("failed " + repr(traceback.format_exc()[-1500:]), flush=True)
            number += 1


def fuzz(name: str, seconds: float, start: int) -> tuple[int, list[str]]:
    """Run cases of one format for some time.

    Returns:
        How many were run, and what was found.
    """
    until, number, found = time.monotonic() + seconds, start, list[str]()
    first = start
    while time.monotonic() < until and len(found) < 20:
        command = [sys.executable, "-m", "tests.fuzzing", "--work", name, "--start", str(start)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as worker:
            assert worker.stdout is not None
            watch = selectors.DefaultSelector()
            watch.register(worker.stdout, selectors.EVENT_READ)
            while time.monotonic() < until:
                if not watch.select(HANG_SECONDS):
                    found.append(f"{name} case {number}: no end after {HANG_SECONDS:.0f} s")
                    break
                line = worker.stdout.readline()
                if not line:
                    found.append(f"{name} case {number}: the process died, status {worker.wait()}")
                    break
                if line.startswith("case "):
                    number = int(line.split()[1])
                else:
                    found.append(f"{name} case {number}: {line.rstrip()}")
            worker.kill()
        start = number + 1
    return number - first, found


def main() -> int:
    """Fuzz the formats that are named, or all; status 1 if anything was found."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("formats", nargs="*", default=[])
    parser.add_argument("--seconds", type=float, default=60.0, help="for each format")
    parser.add_argument("--start", type=int, default=0, help="number of the first case")
    parser.add_argument("--case", type=int, help="run this case of the format only, here")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        work(given.work, given.start)
    names = given.formats or [*make_seeds(), NORMALISER]
    if given.case is not None:
        with tempfile.TemporaryDirectory() as folder:
            run(names[0], given.case, make_seeds(), Path(folder))
        return 0
    status = 0
    for name in names:
        n_cases, found = fuzz(name, given.seconds, given.start)
        print(f"{name}: {n_cases:,} cases in {given.seconds:.0f} s, {len(found)} found", flush=True)
        for one in found:
            print(f"  {one}", flush=True)
        status = status or bool(found)
    return status


if __name__ == "__main__":
    sys.exit(main())
