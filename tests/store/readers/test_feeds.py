"""RSS and Atom."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from dedup.store.articles import Read
from tests.store.builders import codes, make_files, read, reasons, texts
from tests.store.samples import PORT

CONTENT = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/"'


def read_feed(folder: Path, items: str, *, channel: str = "<title>Islet Daily</title>", name: str = "a.rss") -> Read:
    """Read a feed of RSS with these items."""
    rss = f'<rss version="2.0" {CONTENT}><channel>{channel}{items}</channel></rss>'
    return read(make_files(folder, {name: rss}))


def test_content_counts_before_the_summary(tmp_path: Path) -> None:
    item = f"<item><guid>a</guid><description>Short.</description><content:encoded>{PORT}</content:encoded></item>"
    found = read_feed(tmp_path, item)
    assert texts(found) == {"a": PORT}
    assert found.warnings == []


def test_a_summary_alone_is_read_and_told(tmp_path: Path) -> None:
    found = read_feed(
        tmp_path, "<item><guid>a</guid><description>The port is &lt;b&gt;shut&lt;/b&gt;.</description></item>"
    )
    assert texts(found) == {"a": "The port is shut."}
    assert found.warnings == ["1 feed items have a summary and no full text; summaries carry little to compare."]


def test_a_description_as_long_as_an_article_is_one(tmp_path: Path) -> None:
    found = read_feed(tmp_path, f"<item><guid>a</guid><description>{PORT * 2}</description></item>")
    assert found.warnings == []


def test_an_item_without_a_guid_is_called_by_its_link(tmp_path: Path) -> None:
    item = f"<item><link>https://i.example/port</link><description>{PORT}</description></item>"
    found = read_feed(tmp_path, item).articles
    assert found.select("article_id", "url", "source").row(0) == ("https://i.example/port",) * 2 + ("Islet Daily",)


def test_a_picture_has_no_say(tmp_path: Path) -> None:
    inside = "<media:title>Picture</media:title><media:description>A boat.</media:description>"
    media = f"<media:content>{inside}</media:content>"
    found = read_feed(
        tmp_path, f"<item>{media}<guid>a</guid><title>Port</title><description>{PORT}</description></item>"
    )
    assert texts(found) == {"a": PORT}
    assert found.articles["title"].item() == "Port"


def test_names_of_characters_are_understood_undeclared(tmp_path: Path) -> None:
    found = read_feed(
        tmp_path, "<item><guid>a</guid><title>Caf&eacute; &amp; bar</title><description>Shut.</description></item>"
    )
    assert found.articles["title"].item() == "Café & bar"


@pytest.mark.parametrize(
    "date",
    ["<pubDate>Wed, 04 Mar 2026 10:30:00 GMT</pubDate>", '<d:date xmlns:d="http://purl.org/dc/elements/1.1/">2026-03-04T11:30+01:00</d:date>'],
)  # fmt: skip
def test_dates_of_either_kind_become_utc(tmp_path: Path, date: str) -> None:
    found = read_feed(tmp_path, f"<item><guid>a</guid><description>{PORT}</description>{date}</item>")
    assert found.articles["published_at"].item() == datetime(2026, 3, 4, 10, 30, tzinfo=UTC)


def test_rss_1_and_atom_03_are_read(tmp_path: Path) -> None:
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel>'
        '<title>I</title></channel><item rdf:about="u1"><title>T</title>'
        f"<description>{PORT}</description></item></rdf:RDF>"
    )
    atom = (
        '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>I</title><entry><id>u2</id><issued>2026-03-04T10:30:00Z'
        f'</issued><content type="text/html" mode="escaped">&lt;p&gt;{PORT} Again.&lt;/p&gt;</content></entry></feed>'
    )
    found = read(make_files(tmp_path, {"a.rdf": rdf, "b.xml": atom}))
    assert [*texts(found)] == ["u1", "u2"]


def test_a_character_that_is_none_costs_only_itself(tmp_path: Path) -> None:
    # Found by fuzzing: libxml2 takes halves of surrogate pairs, which nobody can decode afterwards.
    found = read_feed(
        tmp_path, "<item><guid>a</guid><description>Shut&#xd800; &#0;today.&#99999999;</description></item>"
    )
    assert texts(found) == {"a": "Shut\ufffd \ufffdtoday.\ufffd"}


def test_of_other_xml_it_is_said_that_it_is_no_feed(tmp_path: Path) -> None:
    make_files(tmp_path, {"a.xml": "<opml><body/></opml>", "b.rss": "<rss><channel/></rss>"})
    assert reasons(read(tmp_path), tmp_path) == {
        "a.xml": "empty_file: <opml> is no feed of RSS or Atom, nor NewsML-G2",
        "b.rss": "empty_file: a feed without entries",
    }


def test_a_damaged_feed_gives_what_is_left_of_it(tmp_path: Path) -> None:
    found = read_feed(
        tmp_path, f"<item><guid>a</guid><description>{PORT}</description></item><item><guid>b</guid><descr"
    )
    assert PORT in texts(found)["a"]
    assert codes(found, tmp_path) == {"a.rss:2": "empty_text"}
