"""JSON of any arrangement: a record a line, an array of records, or one object that holds them.

In: ``.json``, ``.jsonl`` and ``.ndjson`` files. Out: batches of their records. Must not know which records make
acceptable articles.

The first character that is not blank decides between an array and objects; of a ``.json`` file that begins with an
object the first line decides: a whole object with another after it is JSON Lines.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import IO, Any, Final, cast

from dedup.config import InputConfig
from dedup.store.fields import candidates, fold
from dedup.store.files import SourceFile
from dedup.store.readers import json_lines
from dedup.store.readers.batch import Batch, each_file, rejected
from dedup.store.readers.encodings import Joined, as_utf8
from dedup.store.readers.json_arrays import elements
from dedup.store.readers.json_records import parse, read_records, value_at
from dedup.store.readers.ninjs import is_ninjs
from dedup.store.readers.streams import HEAD_BYTES, open_bytes, over, plain_name

WRAPPERS: Final = (
    *("articles", "items", "results", "data", "docs", "documents", "records", "hits", "news", "stories", "entries"),
    *("response", "value", "feed", "channel"),
)
"""Keys under which others keep a list of articles, perhaps one in another: NewsAPI, mediastack, Event Registry, JSON
Feed, Elasticsearch, The Guardian."""

ITEMS_A_BATCH: Final = 2_000


def read_file(file: SourceFile, config: InputConfig) -> Iterator[Batch]:
    """Read one file.

    Args:
        file: The file.
        config: Its ``fields`` say which keys matter.

    Returns:
        Batches with places ``file:number``: the line, or in an array or list the item, counted from 1; where an object
        has several lists ``file:list:number``, and ``file`` for an object that is an article beside its lists. Of a
        record that is no article the rejection is that of ``json_lines``; an object without any list of articles in it
        is an article itself.

    Raises:
        LimitReachedError: One object that is no array is larger than ``max_record_bytes``.
        OSError, EOFError: The file cannot be read or its compressed data ends early.
    """
    with open_bytes(file, config, up_to_damage=True) as stream:
        rest = as_utf8(stream)
        head = rest.peek(HEAD_BYTES)[:HEAD_BYTES]
        if head.removeprefix(json_lines.BYTE_ORDER_MARK).lstrip()[:1] == b"[":
            yield from _read_array(rest, file, config)
        elif plain_name(file.path.name).endswith(".json"):
            yield from _read_objects(rest, file, config)
        else:
            yield from json_lines.read_stream(rest, file, config)


read = each_file(read_file)


def _read_array(stream: IO[bytes], file: SourceFile, config: InputConfig) -> Iterator[Batch]:
    found: list[tuple[str, bytes | str]] = []
    size = number = 0
    for element in elements(stream, config.max_record_bytes):
        if isinstance(element, str):
            found.append((file.origin, element))
            continue
        number += 1
        place = f"{file.origin}:{number}"
        if isinstance(element, int):
            found.append((place, over(f"too_large: {element:,} bytes in one item", "max_record_bytes", config)))
            continue
        found.append((place, element))
        size += len(element)
        if size >= json_lines.BLOCK_BYTES or len(found) >= ITEMS_A_BATCH:
            yield read_records(found, config)
            found, size = [], 0
    yield read_records(found, config)
    if not number:
        yield rejected(file, "empty_file: a list without items")


def _read_objects(stream: IO[bytes], file: SourceFile, config: InputConfig) -> Iterator[Batch]:
    """Tell lines from one object, and read what it is."""
    data = stream.read(config.max_record_bytes + 1)
    first, _, after = data.partition(b"\n")
    whole = parse(first.removeprefix(json_lines.BYTE_ORDER_MARK), config)
    if len(data) > config.max_record_bytes or (after.strip() and not isinstance(whole, str)):
        lines = cast("IO[bytes]", io.BufferedReader(Joined(data, stream), 1 << 20))
        yield from json_lines.read_stream(lines, file, config)
        return
    if not data.strip():
        yield rejected(file, "empty_file: there is nothing in it")
        return
    record = parse(data.removeprefix(json_lines.BYTE_ORDER_MARK), config)
    if isinstance(record, str):
        yield rejected(file, record)
        return
    lists = _lists(record)
    if lists and not any(lists.values()) and not _is_article(record, config):
        yield rejected(file, "empty_file: a list without items")
    else:
        yield read_records(_articles_in(record, lists, file, config), config)


def _articles_in(
    record: Mapping[str, Any], lists: Mapping[str, list[Any]], file: SourceFile, config: InputConfig
) -> Iterator[tuple[str, Mapping[str, Any] | str]]:
    """What is in one object, with its place: itself if it is an article, and the items of its lists of articles.

    Lists in an article are its own affair unless they hold articles, too. Beside articles in a list, another without
    any is one rejection, however long it is.
    """
    filled = {way: items for way, items in lists.items() if items}
    chosen = [way for way, items in filled.items() if any(_is_article(item, config) for item in items)]
    if _is_article(record, config) or not filled:
        yield (file.origin if chosen else f"{file.origin}:1"), record
    else:
        chosen = chosen or [*filled][:1]
        for way in (way for way in filled if way not in chosen):
            what = f"the {len(filled[way]):,} items of this list have no text, those of '{chosen[0]}' were read"
            yield f"{file.origin}:{way}", f"not_articles: {what}"
    for way in chosen:
        place = file.origin if len(lists) == 1 and len(chosen) == 1 else f"{file.origin}:{way}"
        yield from ((f"{place}:{number}", _object(item)) for number, item in enumerate(filled[way], 1))


def _object(item: object) -> Mapping[str, Any] | str:
    return item if isinstance(item, dict) else "not_an_object: the item is no object in braces"


def _is_article(value: object, config: InputConfig) -> bool:
    """Whether an object has something where a text is looked for."""
    if not isinstance(value, dict):
        return False
    names = candidates(config)["text"]
    folds = {fold(name) for name in names}
    has_text = any(each is not None and fold(key) in folds for key, each in value.items())
    return has_text or is_ninjs(value) or any(value_at(value, name) is not None for name in names)


def _lists(record: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The lists in an object by the way to them, with dots; those at the top first, three steps down at most."""
    found: dict[str, list[Any]] = {}
    level: list[tuple[str, Mapping[str, Any]]] = [("", record)]
    for _ in range(3):
        below: list[tuple[str, Mapping[str, Any]]] = []
        for way, one in level:
            for key in sorted((key for key in one if fold(key) in WRAPPERS), key=lambda key: WRAPPERS.index(fold(key))):
                if isinstance(one[key], list):
                    found[way + key] = one[key]
                elif isinstance(one[key], dict):
                    below.append((f"{way}{key}.", one[key]))
        level = below
    return found
