"""NewsML-G2."""

from __future__ import annotations

from pathlib import Path

from dedup.store.articles import Read
from tests.store.builders import codes, make_files, read, texts
from tests.store.samples import PORT, paragraphs

SPACE = 'xmlns="http://iptc.org/std/nar/2006-10-01/"'


def read_items(folder: Path, *items: str) -> Read:
    return read(
        make_files(folder, {"a.xml": f"<newsMessage {SPACE}><itemSet>{''.join(items)}</itemSet></newsMessage>"})
    )


def make_item(guid: str, content: str) -> str:
    return f'<newsItem guid="{guid}"><contentSet>{content}</contentSet></newsItem>'


def test_plain_and_escaped_inline_data_are_read(tmp_path: Path) -> None:
    found = read_items(
        tmp_path,
        make_item("a", f'<inlineData contenttype="text/plain">{PORT}</inlineData>'),
        make_item("b", f"<inlineData><![CDATA[{paragraphs(PORT)}]]></inlineData>"),
    )
    assert texts(found) == {"a": PORT, "b": PORT}


def test_one_item_alone_is_a_document(tmp_path: Path) -> None:
    item = f'<newsItem {SPACE} guid="a"><contentSet><inlineData>{PORT}</inlineData></contentSet></newsItem>'
    assert [*texts(read(make_files(tmp_path, {"a.newsml": item})))] == ["a"]


def test_pictures_and_packages_are_no_articles(tmp_path: Path) -> None:
    found = read_items(
        tmp_path,
        '<newsItem guid="p"><itemMeta><itemClass qcode="ninat:picture"/></itemMeta><contentSet/></newsItem>',
        '<packageItem guid="q"/>',
        '<newsItem guid="t"><itemMeta><itemClass qcode="ninat:text"/></itemMeta><contentSet/></newsItem>',
    )
    assert codes(found, tmp_path) == {"a.xml:1": "not_articles", "a.xml:2": "not_articles", "a.xml:3": "empty_text"}


def test_time_language_and_outlet_have_several_places(tmp_path: Path) -> None:
    found = read_items(
        tmp_path,
        '<newsItem guid="a" xml:lang="de"><rightsInfo><copyrightHolder literal="Wire"/></rightsInfo><contentMeta>'
        "<contentCreated>2026-03-04T10:30:00+01:00</contentCreated></contentMeta><contentSet><inlineData>"
        f"{PORT}</inlineData></contentSet></newsItem>",
    ).articles
    assert found.select("lang", "source").row(0) == ("de", "Wire")
    assert found["published_at"].item().hour == 9
