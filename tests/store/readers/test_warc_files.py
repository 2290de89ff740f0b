"""Web archives."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

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
