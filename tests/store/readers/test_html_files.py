"""Web pages."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from dedup.store.articles import Read
from tests.store.builders import codes, make_files, read, texts
from tests.store.samples import PORT, paragraphs

LINKED = '<script type="application/ld+json">{}</script>'


def read_page(folder: Path, head: str, body: str = "", *, start: str = "<html>") -> Read:
    """Read a page with this head; its body is an article, after ``body``."""
    page = f"<!DOCTYPE html>{start}<head>{head}</head><body>{body}<article>{paragraphs(PORT)}</article></body></html>"
    return read(make_files(folder, {"page.html": page}))


@pytest.mark.parametrize(
    ("head", "hour"),
    [
        (LINKED.format('{"@type": "NewsArticle", "datePublished": "2026-03-04T10:30"}'), 10),
        (LINKED.format('{"@graph": [{"@type": ["NewsArticle"], "datePublished": "2026-03-04T11:30+01"}]}'), 10),
        ('<meta property="article:published_time" content="2026-03-04T10:30:00Z">', 10),
        ('<meta name="date" content="2026-03-04"><meta itemprop="datePublished" content="2026-03-04T12:30Z">', 12),
        ('<meta name="parsely-pub-date" content="2026-03-04T13:30Z">', 13),
        ('<meta name="date" content="2026-03-04">', 0),
    ],
)  # fmt: skip
def test_the_time_keeps_its_time_of_day(tmp_path: Path, head: str, hour: int) -> None:
    found = read_page(tmp_path, head).articles["published_at"].item()
    assert found == datetime(2026, 3, 4, hour, 30 if hour else 0, tzinfo=UTC)


def test_a_time_element_is_the_last_resort(tmp_path: Path) -> None:
    found = read_page(tmp_path, "", '<time datetime="2026-03-04T10:30:00+02:00">Wednesday</time>')
    assert found.articles["published_at"].item() == datetime(2026, 3, 4, 8, 30, tzinfo=UTC)


def test_an_ambiguous_time_is_told_and_not_guessed(tmp_path: Path) -> None:
    found = read_page(tmp_path, '<meta name="pubdate" content="03/04/2026">')
    assert found.articles["published_at"].item() is None
    assert "could be day or month first" in found.warnings[0]


@pytest.mark.parametrize(
    ("start", "head", "lang"),
    [
        ('<html lang="pt-BR">', "", "pt-BR"),
        ("<html>", '<meta property="og:locale" content="de_AT">', "de-AT"),
        ("<html>", '<meta http-equiv="Content-Language" content="fr, en">', "fr"),
        ('<html lang="x">', "", None),
    ],
)
def test_the_language_is_what_the_page_says(tmp_path: Path, start: str, head: str, lang: str | None) -> None:
    assert read_page(tmp_path, head, start=start).articles["lang"].item() == lang


def test_outlet_headline_and_address_come_from_the_best_source(tmp_path: Path) -> None:
    head = (
        '<title>Port shut | Islet Daily</title><meta property="og:title" content="Port shut"><meta property='
        '"og:site_name" content="Islet Daily"><meta property="og:url" content="https://islet.example/port?a=1">'
        '<link rel="canonical" href="https://islet.example/port">'
    )
    found = read_page(tmp_path, head).articles
    assert found.select("title", "source", "url").row(0) == ("Port shut", "Islet Daily", "https://islet.example/port")


def test_without_an_outlet_the_host_stands_in(tmp_path: Path) -> None:
    found = read_page(tmp_path, '<link rel="canonical" href="https://www.islet.example/port">').articles
    assert found["source"].item() == "islet.example"


def test_broken_json_and_odd_addresses_cost_nothing(tmp_path: Path) -> None:
    head = '<script type="application/ld+json">{"headline": </script><link rel="canonical" href="http://[">'
    found = read_page(tmp_path, head)
    assert texts(found) == {"page": PORT}
    assert found.articles["url"].item() is None


def test_the_headline_is_no_part_of_the_text(tmp_path: Path) -> None:
    assert texts(read_page(tmp_path, "", "<h1>Port shut by strike</h1>")) == {"page": PORT}


def test_text_that_only_the_metadata_holds_is_found(tmp_path: Path) -> None:
    data = '<script type="application/ld+json">{"@type": "Article", "articleBody": "The port is shut."}</script>'
    assert texts(read(make_files(tmp_path, {"a.html": f"<html><head>{data}</head></html>"}))) == {
        "a": "The port is shut."
    }


def test_bytes_without_a_meaning_are_replaced_and_told(tmp_path: Path) -> None:
    page = f'<meta charset="utf-8"><article>{paragraphs(PORT)}</article>'.encode().replace(b"harbour", b"harb\xffur")
    found = read(make_files(tmp_path, {"a.html": page}))
    assert "harb\ufffdur" in texts(found)["a"]
    assert found.warnings[0].startswith("1 pages have bytes that their encoding does not know")


def test_a_page_of_too_many_elements_is_a_row(tmp_path: Path) -> None:
    make_files(tmp_path, {"a.html": "<p>x</p>" * 2_000, "b.html": f"<article>{paragraphs(PORT)}</article>"})
    found = read(tmp_path, max_page_elements=1_000)
    assert texts(found) == {"b": PORT}
    assert codes(found, tmp_path) == {"a.html": "too_large"}


@pytest.mark.parametrize("name", ["rot13", "hex", "zlib", "undefined", "idna", "unicode_escape", "klingon", "utf-7"])
def test_an_encoding_that_makes_no_text_of_a_page_ends_nothing(tmp_path: Path, name: str) -> None:
    page = f'<meta charset="{name}"><article>{paragraphs(PORT)}</article>'
    feed = f'<?xml version="1.0" encoding="{name}"?><rss><channel><item><guid>b</guid><description>{PORT}</description>'
    found = read(make_files(tmp_path, {"a.html": page, "b.rss": feed}))
    assert texts(found) == {"a": PORT, "b": PORT}
