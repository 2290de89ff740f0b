"""JSON Lines: one JSON object a line.

In: ``.jsonl`` and ``.ndjson`` files, plain or gzipped. Out: batches of their records. Must not know which records
make acceptable articles, only which lines are records.

A file is read in blocks of whole lines. Polars parses a block four times as fast as a loop over lines, but it takes
numbers and lists for text, turns lone surrogates into NUL, and lets one bad line spoil all others. So a block goes
through Polars only if it is proven harmless, else line by line; both ways give the same rows. What a line is worth
never depends on its neighbours.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import IO, Final

import polars as pl
from pydantic_core import from_json

from dedup.config import InputConfig
from dedup.store.fields import REQUIRED, candidates, fold
from dedup.store.files import Rejection, SourceFile
from dedup.store.readers.batch import Batch, rejected
from dedup.store.readers.encodings import as_utf8
from dedup.store.readers.json_records import SURROGATE, read_records
from dedup.store.readers.ninjs import MARKS
from dedup.store.readers.streams import open_bytes, over

BLOCK_BYTES: Final = 16 << 20
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
NUMBERS_WELCOME: Final = ("id", "published_at")
"""Fields for which a whole number is as good as a string; elsewhere a number sends the block the careful way."""

MAX_BRACKETS: Final = 150
"""Below the nesting depth that the careful parser refuses (190), so that both ways refuse the same lines."""

_NINJS = tuple(f'"{mark}"'.encode() for mark in MARKS)
_ESCAPED_KEY = re.compile(rb'\\u00[2-7][0-9a-fA-F][^"\\]*"\s*:')
"""A key with an ASCII character as an escape: one of ours so written in another case would be overlooked."""

_SURROGATE_PAIR = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")


def read_file(file: SourceFile, config: InputConfig, *, block_bytes: int = BLOCK_BYTES) -> Iterator[Batch]:
    """Read one file.

    Args:
        file: The file.
        config: Its ``fields`` say which keys matter.
        block_bytes: How much is read at a time; a longer line is read whole, up to ``max_record_bytes``. Does not
            change the result.

    Returns:
        Batches with places ``file:line``, lines counted from 1. Keys that no field is looked for in are dropped. Lines
        that are no JSON (``not_json``), no object (``not_an_object``), not UTF-8 (``not_utf8``), too long
        (``too_large``), too deep (``too_deep``), or whose id or text is of a type it cannot be (``bad_id``,
        ``text_not_string``) are rejections; blank lines are nothing. A file without any line is a
        rejection (``empty_file``).

    Raises:
        OSError, EOFError: The file cannot be read or its compressed data ends early.
    """
    with open_bytes(file, config, up_to_damage=True) as stream:
        yield from read_stream(as_utf8(stream), file, config, block_bytes=block_bytes)


def read_stream(
    stream: IO[bytes], file: SourceFile, config: InputConfig, *, block_bytes: int = BLOCK_BYTES
) -> Iterator[Batch]:
    """Read the lines of an open file; see ``read_file``."""
    line, empty = 1, True
    for block in _blocks(stream, block_bytes, config):
        if isinstance(block, int):
            reason = over(f"too_large: {block:,} bytes in one line", "max_record_bytes", config)
            yield Batch(rejections=[Rejection(f"{file.origin}:{line}", reason)])
            line, empty = line + 1, False
            continue
        empty = empty and not block.strip()
        yield _read_harmless(block, file, config, line) or _read_carefully(block, file, config, line)
        line += block.count(b"\n")
    if empty:
        yield rejected(file, "empty_file: there is nothing in it")


def _blocks(stream: IO[bytes], block_bytes: int, config: InputConfig) -> Iterator[bytes | int]:
    """Whole lines, about ``block_bytes`` at a time, without a byte order mark; of a line too long only its length."""
    first, limit = True, config.max_record_bytes
    while block := stream.read(block_bytes):
        if first:
            # Enough to hold a byte order mark, however small the blocks are.
            block += stream.read(max(0, len(BYTE_ORDER_MARK) - len(block)))
            block, first = block.removeprefix(BYTE_ORDER_MARK), False
        tail = stream.readline(limit + 1) if not block.endswith(b"\n") else b""
        start = block.rfind(b"\n") + 1
        size = len(block) - start + len(tail)
        if size <= limit + 1:
            yield block + tail
            continue
        yield from [block[:start]] if start else ()
        ended = tail.endswith(b"\n")
        while not ended and (part := stream.readline(1 << 20)):
            size, ended = size + len(part), part.endswith(b"\n")
        yield size


def _read_harmless(block: bytes, file: SourceFile, config: InputConfig, line: int) -> Batch | None:
    """Read a block with Polars, or return None if a line of it could come out otherwise than on its own."""
    names = candidates(config)
    keys = _count_keys(block, names)
    if keys is None or not _is_plain(block, config):
        return None
    strings, nulls = keys
    # Spelled as we do first: of several spellings in one line the first with a value counts.
    ours = dict.fromkeys(sum(names.values(), ()))
    present = sorted({*strings, *nulls}, key=lambda name: (name not in ours, name))
    if len(present) > 2 * len(ours):
        return None  # Every spelling is a column, and there are many ways to spell.
    try:
        rows = pl.read_ndjson(io.BytesIO(block), schema=dict.fromkeys(present, pl.String))
        first = from_json(block.split(b"\n", 1)[0])
    except (pl.exceptions.PolarsError, ValueError):
        return None
    if not isinstance(first, dict):
        return None
    # Blank lines would shift the line numbers; a key twice in a line, or in an inner object, is counted and not read.
    n_lines = block.count(b"\n") + (not block.endswith(b"\n"))
    if rows.height != n_lines or any(rows[name].count() != strings[name] for name in present):
        return None
    for field in REQUIRED:
        folds = {fold(name) for name in names[field]}
        found = [name for name in present if fold(name) in folds]
        if not found or rows.select(pl.coalesce(found).null_count()).item():
            return None
    places = pl.select(file.origin + ":" + pl.int_range(line, line + n_lines).cast(pl.String)).to_series()
    return Batch(rows, places, columns=frozenset(present) | frozenset(first))


def _count_keys(block: bytes, names: Mapping[str, tuple[str, ...]]) -> tuple[Counter[str], Counter[str]] | None:
    """How often each key of ours stands before a usable value and before null; None if one stands before another.

    A key in another case is counted as it is spelled.
    """
    strings: Counter[str] = Counter()
    nulls: Counter[str] = Counter()
    welcome = {fold(name) for field in NUMBERS_WELCOME for name in names[field]}
    wanted = {fold(name) for group in names.values() for name in group}
    if not all(name.isascii() and name.isprintable() and not {'"', "\\", ".", "/"} & {*name} for name in wanted):
        return None  # JSON may spell such a key in several ways, and this count knows one; a dot leads into objects.
    if any(mark in block for mark in _NINJS) or _ESCAPED_KEY.search(block):
        return None
    # Any key that could be one of ours, to be looked up later: faster than to look for each name, in any case.
    letters = re.escape("".join(sorted({letter for name in wanted for letter in name + name.upper()}))).encode()
    shortest, longest = str(min(map(len, wanted))).encode(), str(max(map(len, wanted))).encode()
    key_like = rb'"([' + letters + rb"]{" + shortest + rb"," + longest + rb"}+)"
    found = re.findall(key_like + rb'"\s*:\s*("|null|(?:0|[1-9]\d{0,17})(?=\s*[,}])|)', block)
    for (key, value), count in Counter(found).items():
        name = key.decode()
        if fold(name) not in wanted:
            continue
        if value == b"null":
            nulls[name] += count
        elif value == b'"' or (value and fold(name) in welcome):
            strings[name] += count
        else:
            return None
    return strings, nulls


def _is_plain(block: bytes, config: InputConfig) -> bool:
    """Whether a block is free of lone surrogates, of lines too long, and of nesting that may be too deep."""
    surrogates = len(SURROGATE.findall(block))
    if surrogates and (surrogates != 2 * len(_SURROGATE_PAIR.findall(block)) or rb"\\u" in block):
        return False
    max_brackets = min(MAX_BRACKETS, config.max_nesting)
    # Every record has at least one bracket, so no line can have more than all that is left over.
    is_flat = block.count(b"{") + block.count(b"[") - block.count(b"\n") <= max_brackets
    if is_flat and len(block) <= config.max_record_bytes:
        return True
    return all(
        line.count(b"{") + line.count(b"[") <= max_brackets and len(line) <= config.max_record_bytes
        for line in block.split(b"\n")
    )


def _read_carefully(block: bytes, file: SourceFile, config: InputConfig, line: int) -> Batch:
    """Read a block line by line."""
    lines = enumerate(block.split(b"\n"), line)
    return read_records(((f"{file.origin}:{number}", data) for number, data in lines if data.strip()), config)
