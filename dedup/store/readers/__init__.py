"""Which reader reads which file: the one place where formats are registered.

In: a file's name and its first bytes. Out: the reader for it. Must not know how any format looks inside.

To add a format, write one file here with a ``Reader`` (see ``batch.py``) and add a ``Format`` below.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from dedup.store.files import SourceFile
from dedup.store.readers import (
    csv_files,
    feeds,
    html_files,
    json_files,
    newsml,
    parquet_files,
    sql_tables,
    text_files,
    warc_files,
)
from dedup.store.readers.batch import Batch, Reader
from dedup.store.readers.encodings import head_as_utf8
from dedup.store.readers.markup import root_name
from dedup.store.readers.streams import plain_head, plain_name

__all__ = ["DATABASE", "ENDINGS", "FORMATS", "Batch", "Format", "Reader", "format_of", "is_known", "is_recognised"]


@dataclass(frozen=True)
class Format:
    """A format and how it is told.

    Args:
        name: What it is called.
        endings: Endings of its files, in lower case; each may be followed by ``.gz`` or ``.zst``.
        read: Its reader.
        begins: Whether the first bytes of a file are those of this format; never true where they cannot tell.
        over: Endings of other formats that say less than the first bytes of this one: ``.xml`` may be a feed.
    """

    name: str
    endings: tuple[str, ...]
    read: Reader
    begins: Callable[[bytes], bool] = lambda _: False
    over: tuple[str, ...] = ()


def _first(head: bytes) -> bytes:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]


JSON: Final = (".json", ".jsonl", ".ndjson")
MARKUP: Final = (".xml", ".html", ".htm", ".xhtml", ".rss", ".atom", ".rdf", ".newsml")
ANY: Final = (*JSON, *MARKUP, ".csv", ".tsv", ".warc", ".parquet")


def _root_in(roots: tuple[str, ...]) -> Callable[[bytes], bool]:
    return lambda head: root_name(head) in roots


FORMATS: Final = (
    Format("Parquet", (".parquet",), parquet_files.read, lambda head: head.startswith(b"PAR1"), ANY),
    Format("WARC", (".warc",), warc_files.read, lambda head: head.startswith(b"WARC/"), ANY),
    Format("NewsML-G2", (".newsml",), newsml.read, _root_in(newsml.ROOTS), MARKUP),
    Format("feed", (".rss", ".atom", ".rdf", ".xml"), feeds.read, _root_in(feeds.ROOTS), MARKUP),
    Format("HTML", (".html", ".htm", ".xhtml"), html_files.read, _root_in(html_files.ROOTS), MARKUP),
    Format("JSON", JSON, json_files.read, lambda head: _first(head) in (b"{", b"[")),
    Format("CSV", (".csv", ".tsv"), csv_files.read, csv_files.looks_like_a_table),
    Format("text", (".txt",), text_files.read),
)
"""In the order in which first bytes are asked; a table of a database is read by its address."""

BY_ENDING: Final = MappingProxyType({ending: each for each in FORMATS for ending in each.endings})

DATABASE: Final = Format("database", (), sql_tables.read)

ENDINGS: Final = ", ".join(sorted(BY_ENDING))


def format_of(file: SourceFile) -> Format | None:
    """The format of a file: by its ending, unless its first bytes say more; without a known ending by them alone.

    Text files are text whatever is in them. A name like ``a.csv`` is believed unless the file is plainly binary.

    Raises:
        OSError: The file cannot be read.
        InputError: It is compressed by Zstandard, and the package for that is not installed.

    Examples:
        >>> format_of(SourceFile("a.txt", Path("a.txt"), named=True)).name
        'text'
    """
    if file.table:
        return DATABASE
    ending = _ending(file.path.name)
    if ending == ".txt":
        return FORMATS[-1]
    head = head_as_utf8(plain_head(file))
    by_head = next((each for each in FORMATS if each.begins(head)), None)
    by_name = BY_ENDING.get(ending or "")
    if by_name is None:
        return by_head
    return by_head if by_head is not None and ending in by_head.over else by_name


def is_known(name: str) -> bool:
    """Whether files of this name are read.

    Examples:
        >>> is_known("news/A.JSONL.gz"), is_known("a.txt.zst"), is_known("photo.jpg"), is_known("a.gz")
        (True, True, False, False)
    """
    return _ending(name) is not None


def is_recognised(path: Path) -> bool:
    """Whether the first bytes of a file tell its format, whatever its name."""
    try:
        return path.is_file() and format_of(SourceFile(str(path), path, named=True)) is not None
    except OSError:
        return False


def _ending(name: str) -> str | None:
    ending = "." + plain_name(name).rpartition(".")[2]
    return ending if ending in BY_ENDING else None
