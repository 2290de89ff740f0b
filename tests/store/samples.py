"""The same two articles in every format that is read: ``make_samples``.

In: nothing. Out: file names and their bytes. Must not know any reader; what others write is written by its rules here.
"""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
from pathlib import Path
from typing import Final

import polars as pl
import zstandard

PORT: Final = (
    "The harbour of Palisade was closed on Tuesday after dock workers walked out over the loss of night allowances.\n"
    "Twelve ships were waiting outside the breakwater by noon, the harbour master Ione Brask said in a statement.\n"
    "The union wants the allowances back and says that it will not talk before the end of the week."
)
SHIP: Final = (
    "A grain ship that had lost its rudder was towed into Ilverstad on Wednesday morning with two injured sailors.\n"
    "The owner of the ship said that its cargo of barley was dry and that repairs would take about nine days.\n"
    "Fishermen had reported the drifting ship to the coast guard shortly after midnight."
)
NEWS: Final = (
    {
        "id": "https://islet.example/port",
        "title": "Port shut by strike",
        "text": PORT,
        "time": "2026-03-04T10:30:00Z",
        "lang": "en",
    },
    {
        "id": "https://islet.example/ship",
        "title": "Grain ship towed in",
        "text": SHIP,
        "time": "2026-03-05T08:15:00Z",
        "lang": "en",
    },
)
OUTLET: Final = "Islet Daily"


def paragraphs(text: str) -> str:
    """The text as paragraphs of HTML."""
    return "".join(f"<p>{line}</p>\n" for line in text.split("\n"))


def make_page(article: dict[str, str]) -> str:
    """A news page with navigation, JSON-LD and comments around the article."""
    about = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article["title"],
        "datePublished": article["time"],
        "inLanguage": article["lang"],
        "publisher": {"@type": "Organization", "name": OUTLET},
    }
    return (
        f'<!DOCTYPE html>\n<html lang="{article["lang"]}"><head><meta charset="utf-8">'
        f'<title>{article["title"]} | {OUTLET}</title><link rel="canonical" href="{article["id"]}">'
        f'<script type="application/ld+json">{json.dumps(about)}'
        '</script></head><body><nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>'
        f"<article><h1>{article['title']}</h1>\n{paragraphs(article['text'])}</article>"
        "<footer>All rights reserved.</footer></body></html>\n"
    )


def make_rss() -> str:
    """A feed with full text and, as many have, a summary beside it."""
    items = "".join(
        f"<item><title>{one['title']}</title><link>{one['id']}</link><guid>{one['id']}</guid>"
        f"<pubDate>{'Wed, 04 Mar 2026 11:30:00 +0100' if one is NEWS[0] else 'Thu, 05 Mar 2026 08:15:00 GMT'}</pubDate>"
        f"<description>{one['text'][:60]}&nbsp;...</description>"
        f"<content:encoded><![CDATA[{paragraphs(one['text'])}]]></content:encoded></item>"
        for one in NEWS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>{OUTLET}</title><link>https://islet.example/</link><language>en</language>{items}</channel></rss>\n"
    )


def make_atom() -> str:
    """A feed with the text as XHTML."""
    entries = "".join(
        f'<entry><id>{one["id"]}</id><title>{one["title"]}</title><link rel="alternate" href="{one["id"]}"/>'
        f'<published>{one["time"]}</published><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">'
        f"{paragraphs(one['text'])}</div></content></entry>"
        for one in NEWS
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>{OUTLET}</title>{entries}</feed>\n'


def make_newsml() -> str:
    """A message of two items, one with XHTML in it and one with NITF."""
    head = "<body.head><hedline><hl1>{}</hl1></hedline></body.head>"
    nitf = f"<nitf><body>{head}<body.content>{{}}</body.content></body></nitf>"
    items = "".join(
        f'<newsItem guid="{one["id"]}" version="1" xml:lang="en"><itemMeta><itemClass qcode="ninat:text"/>'
        f"<provider><name>{OUTLET}</name></provider><versionCreated>{one['time']}</versionCreated></itemMeta>"
        f'<contentMeta><headline>{one["title"]}</headline><language tag="en"/></contentMeta><contentSet><inlineXML>'
        + (
            f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body>{paragraphs(one["text"])}</body></html>'
            if one is NEWS[0]
            else nitf.format(one["title"], paragraphs(one["text"]))
        )
        + "</inlineXML></contentSet></newsItem>"
        for one in NEWS
    )
    space = "http://iptc.org/std/nar/2006-10-01/"
    return f'<?xml version="1.0"?>\n<newsMessage xmlns="{space}"><itemSet>{items}</itemSet></newsMessage>\n'


def make_ninjs() -> list[dict[str, object]]:
    """An item of version 1 and one of version 2."""
    old, new = NEWS
    shared: dict[str, object] = {"copyrightholder": OUTLET}
    return [
        {
            **shared,
            "uri": old["id"],
            "headline": old["title"],
            "language": "en",
            "versioncreated": old["time"],
            "body_xhtml": paragraphs(old["text"]),
        },
        {
            **shared,
            "uri": new["id"],
            "headlines": [{"role": "main", "value": new["title"]}],
            "language": "en",
            "versioncreated": new["time"],
            "bodies": [{"role": "main", "contenttype": "text/html", "value": paragraphs(new["text"])}],
        },
    ]


def make_record(kind: str, address: str, body: bytes, content_type: str) -> bytes:
    """A record of an archive."""
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {address}\r\nWARC-Date: 2026-03-06T00:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:0>\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body + b"\r\n\r\n"


def make_response(
    address: str, body: bytes, *, status: str = "200 OK", kind: str = "text/html; charset=utf-8"
) -> bytes:
    """A record of one response of a server."""
    http = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    return make_record("response", address, http, "application/http; msgtype=response")


def make_warc(*, compressed: bool = False) -> bytes:
    """An archive as of CC-NEWS: a record about itself, two pages, a picture and a redirect."""
    records = [
        make_record("warcinfo", "news.warc", b"software: test\r\n", "application/warc-fields"),
        *(make_response(one["id"], make_page(dict(one)).encode()) for one in NEWS),
        make_response("https://islet.example/map.png", b"\x89PNG", kind="image/png"),
        make_response("https://islet.example/old", b"<p>Moved.</p>", status="301 Moved Permanently"),
    ]
    return b"".join(gzip.compress(record) if compressed else record for record in records)


def make_rows() -> list[dict[str, str]]:
    """The articles under names that scrapers use."""
    return [
        {
            "url": one["id"],
            "headline": one["title"],
            "body": one["text"],
            "datePublished": one["time"],
            "language": one["lang"],
            "outlet": OUTLET,
        }
        for one in NEWS
    ]


def make_samples() -> dict[str, bytes]:
    """File name to bytes, every format that is a file, and some of them compressed."""
    rows = make_rows()
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    table = io.BytesIO()
    pl.DataFrame(rows).write_parquet(table)
    texts = {
        "lines.jsonl": lines,
        "array.json": json.dumps(rows, indent=1),
        "wrapped.json": json.dumps({"status": "ok", "articles": rows}),
        "ninjs.json": json.dumps(make_ninjs()),
        "rows.csv": pl.DataFrame(rows).write_csv(),
        "rows.tsv": pl.DataFrame(rows).write_csv(separator="\t"),
        "feed.rss": make_rss(),
        "feed.atom": make_atom(),
        "feed.xml": make_rss(),
        "agency.xml": make_newsml(),
    }
    return {
        **{name: text.encode() for name, text in texts.items()},
        "table.parquet": table.getvalue(),
        "crawl.warc": make_warc(),
        "crawl.warc.gz": make_warc(compressed=True),
        "lines.jsonl.gz": gzip.compress(lines.encode()),
        "lines.ndjson.zst": zstandard.compress(lines.encode()),
    }


def make_databases(folder: Path) -> list[str]:
    """A table of SQLite and one of DuckDB in ``folder``, as addresses."""
    import duckdb

    rows = make_rows()
    columns = ", ".join(f"{name} TEXT" for name in rows[0])
    marks = ", ".join("?" * len(rows[0]))
    with sqlite3.connect(folder / "news.db") as plain:
        plain.execute(f"CREATE TABLE articles ({columns})")
        plain.executemany(f"INSERT INTO articles VALUES ({marks})", [[*row.values()] for row in rows])
    plain.close()
    with duckdb.connect(str(folder / "news.duckdb")) as quick:
        quick.execute(f"CREATE TABLE articles ({columns})")
        quick.executemany(f"INSERT INTO articles VALUES ({marks})", [[*row.values()] for row in rows])
    return [f"sqlite:///{folder}/news.db?table=articles", f"duckdb:///{folder}/news.duckdb?table=articles"]
