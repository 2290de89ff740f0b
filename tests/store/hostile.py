"""Files that would harm a careless reader: ``make_hostile``.

In: a folder. Out: broken and hostile files in it, each with the code with which it must be skipped, or ``READ`` where
an article must come out of it. Must not know how they are told.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import zlib
from pathlib import Path
from typing import Final

import polars as pl
import zstandard

from tests.store.builders import make_files
from tests.store.samples import NEWS, PORT, make_page, make_rss, make_warc, paragraphs

READ: Final = "read"
"""Stands for a code: the file gives an article."""

BOMB_BYTES: Final = 40_000_000
ROW: Final = {"id": "x", "text": PORT}
TEXT: Final = json.dumps(PORT)
SECRET: Final = "what /etc/passwd or another file holds"


def make_bomb() -> bytes:
    """A JSON record of forty megabytes of one letter, compressed a thousandfold."""
    return gzip.compress(b'{"id":"bomb","text":"' + b"x" * BOMB_BYTES + b'"}\n')


def make_warc_bomb() -> bytes:
    """An archive with one response whose body is a bomb for gzip."""
    body = gzip.compress(b"<p>" + b"x" * BOMB_BYTES + b"</p>")
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n" + body
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://b.example/\r\nContent-Length: {len(http)}\r\n"
    return head.encode() + b"Content-Type: application/http; msgtype=response\r\n\r\n" + http + b"\r\n\r\n"


def make_parquet(*texts: str) -> bytes:
    """A table of these texts."""
    table = io.BytesIO()
    frame = pl.DataFrame({"id": [f"p{n}" for n in range(len(texts))], "text": texts})
    frame.write_parquet(table, compression="zstd", statistics=False)
    return table.getvalue()


def make_hostile(folder: Path) -> dict[str, str]:
    """Write the files and tell what must become of each: name to code, or ``READ``."""
    page = make_page(dict(NEWS[0]))
    entities = '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    rss = make_rss()
    around = "<rss><channel><item><guid>g</guid><description>{}</description></item></channel></rss>"
    secret = folder.parent / "secret.txt"
    secret.write_text(SECRET, encoding="utf-8")
    files: dict[str, tuple[str | bytes, str]] = {
        # What is compressed, and is a bomb, or not what it says.
        "bomb.jsonl.gz": (make_bomb(), "expands_too_far"),
        "bomb.txt.gz": (gzip.compress(b"x" * BOMB_BYTES), "too_large"),
        "bomb.html.gz": (gzip.compress(b"<p>" + b"x" * BOMB_BYTES), "too_large"),
        "bomb.csv.gz": (gzip.compress(b"id,text\n1," + b"x" * BOMB_BYTES), "expands_too_far"),
        "bomb.jsonl.zst": (zstandard.compress(b'{"id":"z","text":"' + b"x" * BOMB_BYTES + b'"}\n'), "expands_too_far"),
        "bomb.warc": (make_warc_bomb(), "too_large"),
        "bomb.parquet": (make_parquet("x" * BOMB_BYTES), "expands_too_far"),
        "twice.jsonl.gz": (gzip.compress(make_bomb()), "not_utf8"),
        "cut.jsonl.gz": (gzip.compress(os.urandom(20_000))[:-9_000], "unreadable"),
        "cut.csv.zst": (zstandard.compress(b"id,text\n" + os.urandom(20_000))[:-9_000], "unreadable"),
        "damaged.txt.gz": (gzip.compress(PORT.encode())[:40] + b"\0" * 30, "unreadable"),
        "plain.jsonl.gz": (json.dumps(ROW), "unreadable"),
        "plain.txt.zst": (PORT, "unreadable"),
        "raw.jsonl.gz": (zlib.compress(json.dumps(ROW).encode()), "unreadable"),
        # JSON.
        "deep.jsonl": ('{"id":"d","text":"x","k":' + "[" * 100_000 + "]" * 100_000 + "}", "too_deep"),
        "deep.json": ("[" * 100_000, "not_json"),
        "deeper.json": ('{"a":' * 5_000 + "1" + "}" * 5_000, "too_deep"),
        "nested.jsonl": ('{"id":"n","text":"x","k":' + "[" * 120 + "]" * 120 + "}", "too_deep"),
        "long.jsonl": (b'{"id":"l","text":"' + b"x" * 2_000_000 + b'"}', "too_large"),
        "endless.json": (b'[{"id":"e","text":"' + b"x" * 2_000_000, "too_large"),
        "surrogate.jsonl": ('{"id":"s","text":"\\ud800"}', "not_json"),
        "nan.jsonl": ('{"id":"n","text":"x","k":NaN}', "not_json"),
        "huge_number.jsonl": ('{"id":' + "9" * 5_000 + ',"text":"x"}', "not_json"),
        "trailing.json": (f'[{{"id":"t","text":{TEXT}}}] and more', "not_json"),
        "unended.json": (f'[{{"id":"u","text":{TEXT}}}', "not_json"),
        "scalar.json": ("7", "not_an_object"),
        "no_list.json": ('{"status": "ok"}', "missing_id"),
        "no_items.json": ('{"articles": []}', "empty_file"),
        "numbers.json": ("[1, 2]", "not_an_object"),
        "latin.jsonl": ('{"id":"l","text":"Caf\xe9"}'.encode("latin-1"), "not_utf8"),
        "blank.json": (" \n", "empty_file"),
        # Encodings.
        "utf16_marked.txt": (PORT.encode("utf-16"), READ),
        "utf16_bare.txt": (PORT.encode("utf-16-le"), READ),
        "utf16_be.csv": (f"id,text\nu,{PORT}".encode("utf-16-be"), READ),
        "utf32.jsonl": (json.dumps({**ROW, "id": "utf32"}).encode("utf-32"), READ),
        "utf32_bare.json": (json.dumps([{**ROW, "id": "utf32_bare"}]).encode("utf-32-le"), READ),
        "utf7.txt": (b"+ADw-script+AD4-", READ),
        "bad_bytes.txt": (b"It rained.\xff\xfe\xfd", "not_utf8"),
        "cesu.txt": (b"It rained.\xed\xa0\x80", "not_utf8"),
        "nul.txt": ("a\0b " + PORT, READ),
        "marked.txt": ("\ufeff" + PORT, READ),
        "utf16.html": (page.encode("utf-16"), READ),
        "latin.html": (page.replace("Brask", "Bräsk").replace("utf-8", "iso-8859-1").encode("latin-1"), READ),
        "bad_bytes.html": (page.encode().replace(b"harbour", b"harb\xffur"), READ),
        # Tables.
        "open_quote.csv": ('id,text\n1,"open' + "\nx" * 50, "bad_row"),
        "open_header.csv": ('"id,text\n', "bad_header"),
        "ragged.csv": ("id,text\n1,x,y,z\n", "ragged_row"),
        "no_columns.csv": ("a,b\n1,2\n", "missing_columns"),
        "wide.tsv": ("\t".join(f"c{n}" for n in range(5_000)) + "\n", "missing_columns"),
        "long_line.csv": ("id,text\n1," + "x" * 2_000_000, "too_large"),
        "binary.csv": (random.Random(7).randbytes(200).replace(b"\n", b"").replace(b'"', b""), "missing_columns"),
        "not.parquet": (b"PAR1" + b"\xff" * 100 + b"PAR1", "unreadable"),
        "short.parquet": (b"PAR1", "unreadable"),
        "cut.parquet": (make_parquet(PORT)[:-30], "unreadable"),
        # Markup.
        "bomb.xml": (entities + "]><rss><channel><item><title>&j;</title></item></channel></rss>", "own_entities"),
        "outside.xml": (
            f'<!DOCTYPE rss [<!ENTITY x SYSTEM "file://{secret}">]>{around.format("&x;")}',
            "own_entities",
        ),
        "outside_dtd.xml": (
            f'<!DOCTYPE rss SYSTEM "file://{secret}">{around.format(PORT)}',
            READ,
        ),
        "no_entries.rss": ("<rss><channel></channel></rss>", "empty_file"),
        "no_markup.xml": ("It rained.", "not_xml"),
        "cut.rss": (rss[: rss.index("</content:encoded>")], READ),
        "no_items.newsml": ('<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"/>', "empty_file"),
        "no_text.newsml": ('<newsItem guid="n"><contentSet/></newsItem>', "empty_text"),
        "nested.html": ("<div>" * 20_000 + PORT, "empty_text"),
        "many.html": ("<p>x</p>" * 60_000, "too_large"),
        "blank.html": (" \n", "empty_text"),
        "script.html": ("<html><script>" + "x" * 1_000, "empty_text"),
        "cut.warc": (make_warc()[:1_000], "damaged"),
        "not.warc": ("WARC, but not really\r\n", "damaged"),
        "length.warc": (b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: x\r\n\r\n", "damaged"),
        # Names and the rest.
        "<b>markup</b>.txt": ("", "empty_text"),
        "=HYPERLINK(1).txt": (" ", "empty_text"),
        "esc\x1b[2J.txt": ("", "empty_text"),
        "line\nbreak.txt": ("", "empty_text"),
        "large.txt": ("x" * 600_000, "too_large"),
        "photo.jpg": (b"\xff\xd8", "unknown_format"),
    }
    make_files(folder, {name: content for name, (content, _) in files.items()})
    (folder / "caf\udce9.txt").write_text("", encoding="utf-8")
    os.mkfifo(folder / "pipe.txt")
    (folder / "circle").symlink_to(folder)
    (folder / "gone.html").symlink_to("nowhere.html")
    (folder / "device.txt").symlink_to("/dev/zero")
    return {
        **{name: code for name, (_, code) in files.items()},
        "caf\udce9.txt": "empty_text",
        "pipe.txt": "not_a_file",
        "circle": "linked_folder",
        "gone.html": "unreadable",
        "device.txt": "not_a_file",
    }


def make_good(folder: Path) -> Path:
    """Articles among which the hostile files will lie."""
    texts = {f"good{n}.txt": f"{PORT} Edition {n}." for n in range(30)}
    pages = {"page.html": make_page(dict(NEWS[1])), "piece.html": paragraphs(PORT)}
    return make_files(folder, {**texts, **pages})
