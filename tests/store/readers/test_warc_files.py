"""Web archives."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard

from dedup.store.readers import warc_files
from tests.store.builders import codes, make_files, read, reasons, texts
from tests.store.samples import NEWS, PORT, SHIP, make_page, make_response, make_warc, paragraphs

BARE = f"<html><body><article>{paragraphs(PORT)}</article></body></html>".encode()


def test_the_time_of_the_fetch_stands_in_and_is_told(tmp_path: Path) -> None:
    found = read(make_files(tmp_path, {"a.warc": make_response("https://i.example/port", BARE)}))
    assert found.articles["published_at"].item() == datetime(2026, 3, 6, tzinfo=UTC)
    assert found.warnings[0].startswith("1 archived pages say no publication time; the time at which they were fetched")


def test_what_is_no_page_is_counted_by_kind(tmp_path: Path) -> None:
    found = read(make_files(tmp_path, {"a.warc": make_warc()}))
    assert sorted(reason for _, reason in found.skipped.rows()) == [
        "not_articles: 1 records about the fetch, not of a page",
        "not_articles: 1 responses other than a page, such as redirects and errors",
        "not_articles: 1 responses that are no HTML",
    ]


def test_an_encoding_that_only_the_server_knows_counts(tmp_path: Path) -> None:
    body = BARE.decode().replace("Brask", "Bräsk").encode("cp1250")
    record = make_response("https://i.example/port", body, kind="text/html; charset=windows-1250")
    assert "Bräsk" in texts(read(make_files(tmp_path, {"a.warc": record})))["https://i.example/port"]


def test_bodies_that_are_compressed_or_in_chunks_are_read(tmp_path: Path) -> None:
    body = gzip.compress(BARE)
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:50], body[50:])) + b"0\r\n\r\n"
    kind = "text/html\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked"
    found = read(make_files(tmp_path, {"a.warc": make_response("https://i.example/port", chunks, kind=kind)}))
    assert [*texts(found).values()] == [PORT]


def test_an_archive_that_ends_early_keeps_what_came_before(tmp_path: Path) -> None:
    whole = make_warc()
    second = whole.index(b"WARC/1.0", whole.index(NEWS[1]["id"].encode()) - 80)
    found = read(make_files(tmp_path, {"a.warc": whole[: second + 900]}))
    assert [*texts(found).values()] == [PORT]
    assert codes(found, tmp_path)["a.warc:3"] == "damaged"


def test_a_page_too_large_costs_no_other(tmp_path: Path) -> None:
    records = make_response("https://i.example/l", BARE + b" " * 50_000) + make_response(
        NEWS[1]["id"], make_page(dict(NEWS[1])).encode()
    )
    found = read(make_files(tmp_path, {"a.warc": records}), max_record_bytes=20_000)
    assert [*texts(found).values()] == [SHIP]
    assert reasons(found, tmp_path)["a.warc:1"].startswith("too_large: a page, input.max_record_bytes allows 20,000")


@pytest.mark.parametrize("name", ["a.warc.gz", "a.warc.zst"])
def test_of_a_compressed_archive_what_stands_before_the_damage_is_read(tmp_path: Path, name: str) -> None:
    packed = gzip.compress if name.endswith("gz") else zstandard.compress
    pages = [make_response(one["id"], make_page(dict(one)).encode()) for one in NEWS]
    broken = DAMAGES["no length"](pages[0])
    cut = packed(pages[1])
    whole = b"".join(map(packed, (pages[0], broken, pages[1])))
    for data in (whole + cut[: len(cut) // 2], whole + cut[:-12] + b"\xff" * 40):
        found = read(make_files(tmp_path, {name: data}))
        assert {*texts(found).values()} == {PORT, SHIP}
        told = reasons(found, tmp_path)
        assert told.pop(name).endswith("bytes, was read")
        assert {reason.partition(":")[0] for reason in told.values()} == {"damaged"}


def test_a_record_without_an_address_is_said_to_lack_a_header(tmp_path: Path) -> None:
    record = make_response("https://i.example/port", BARE).replace(b"WARC-Target-URI: https://i.example/port\r\n", b"")
    found = read(make_files(tmp_path, {"a.warc": record}))
    assert reasons(found, tmp_path) == {"a.warc:1": "damaged: a header is missing or makes no sense"}


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "no length": lambda record: re.sub(rb"\r\nContent-Length: \d+", b"", record, count=1),
    "a length that is no number": lambda record: re.sub(
        rb"Content-Length: \d+", b"Content-Length: many", record, count=1
    ),
    "a length that swallows what follows": lambda record: with_length(record, 1_000_000),
    "a length that swallows a part of what follows": lambda record: with_length(record, 400),
    "a length beyond all numbers": lambda record: with_length(record, 10**30),
    "a length too short": lambda record: with_length(record, -400),
    "no beginning": lambda record: record.removeprefix(b"WARC/1.0\r\n"),
    "another beginning": lambda record: record.replace(b"WARC/1.0", b"W@RC/1.0", 1),
    "no end": lambda record: record[: len(record) // 2],
    "no headers": lambda record: record.partition(b"\r\n\r\n")[2],
    "zeros": lambda record: b"\0" * len(record),
}


def with_length(record: bytes, more: int) -> bytes:
    """The record with another length than its own."""
    return re.sub(
        rb"Content-Length: (\d+)", lambda found: b"Content-Length: %d" % (int(found[1]) + more), record, count=1
    )


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("damage", DAMAGES)
def test_behind_a_damaged_record_the_next_ones_are_read(
    damage: str, compressed: bool, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pages = [
        make_response(f"https://i.example/{n}", make_page({**NEWS[n % 2], "id": str(n)}).encode()) for n in range(5)
    ]
    archive = b"".join([pages[0], DAMAGES[damage](pages[1]), *pages[2:4], DAMAGES[damage](pages[4]), pages[0][:0]])
    name, data = ("a.warc.gz", gzip.compress(archive)) if compressed else ("a.warc", archive)
    found = read(make_files(tmp_path, {name: data}))
    assert set(texts(found)) == {f"https://i.example/{n}" for n in (0, 2, 3)}
    whole = read(make_files(tmp_path / "whole", {"a.warc": b"".join([pages[0], *pages[2:4]])}))
    assert texts(found) == texts(whole)
    assert set(codes(found, tmp_path).values()) == {"damaged"}
    assert capfd.readouterr().err == ""


def test_an_archive_with_very_many_damaged_records_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warc_files, "MAX_DAMAGED", 2)
    broken = DAMAGES["no length"](make_response("https://i.example/b", BARE))
    whole = make_response("https://i.example/w", BARE)
    found = read(make_files(tmp_path, {"a.warc": broken + whole + broken * 3 + whole}))
    assert [*texts(found)] == ["https://i.example/w"]
    told = reasons(found, tmp_path)
    assert ["not read" in told[f"a.warc:{n}"] for n in (1, 3, 4)] == [False, False, True]
