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
from typing import Any, Final

import polars as pl
from pydantic_core import from_json

from dedup.config import InputConfig
from dedup.store.fields import REQUIRED, candidates
from dedup.store.files import Rejection, SourceFile
from dedup.store.readers.batch import Batch, describe_bytes, each_file, open_bytes, rejected

BLOCK_BYTES: Final = 16 << 20
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
NUMBERS_WELCOME: Final = ("id", "published_at")
"""Fields for which a whole number is as good as a string; elsewhere a number sends the block the careful way."""

MAX_BRACKETS: Final = 150
"""Below the nesting depth that the careful parser refuses (200), so that both ways refuse the same lines."""

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_SURROGATE_PAIR = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")


def read_file(file: SourceFile, config: InputConfig, *, block_bytes: int = BLOCK_BYTES) -> Iterator[Batch]:
    """Read one file.

    Args:
        file: The file.
        config: Its ``fields`` say which keys matter.
        block_bytes: How much is read at a time; a longer line is read whole. Does not change the result.

    Returns:
        Batches with places ``file:line``, lines counted from 1. Keys that no field is looked for in are dropped. Lines
        that are no JSON (``not_json``), no object (``not_an_object``), not UTF-8 (``not_utf8``), or whose id or text is
        of a type it cannot be (``bad_id``, ``text_not_string``) are rejections; blank lines are nothing. A file
        without any line is a rejection (``empty_file``).

    Raises:
        OSError, EOFError: The file cannot be read or its compressed data ends early.
    """
    names = candidates(config)
    line, empty = 1, True
    for block in _blocks(file, block_bytes):
        empty = empty and not block.strip()
        yield _read_harmless(block, file, names, line) or _read_carefully(block, file, names, line)
        line += block.count(b"\n")
    if empty:
        yield rejected(file, "empty_file: there is nothing in it")


read = each_file(read_file)


def _blocks(file: SourceFile, block_bytes: int) -> Iterator[bytes]:
    """Whole lines, about ``block_bytes`` at a time, without a byte order mark."""
    with open_bytes(file) as stream:
        first = True
        while block := stream.read(block_bytes):
            block += stream.readline()
            yield block.removeprefix(BYTE_ORDER_MARK) if first else block
            first = False


def _read_harmless(block: bytes, file: SourceFile, names: Mapping[str, tuple[str, ...]], line: int) -> Batch | None:
    """Read a block with Polars, or return None if a line of it could come out otherwise than on its own."""
    keys = _count_keys(block, names)
    if keys is None or not _is_plain(block):
        return None
    strings, nulls = keys
    present = [name for name in dict.fromkeys(sum(names.values(), ())) if strings[name] or nulls[name]]
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
        found = [name for name in names[field] if name in present]
        if not found or rows.select(pl.coalesce(found).null_count()).item():
            return None
    places = pl.select(file.origin + ":" + pl.int_range(line, line + n_lines).cast(pl.String)).to_series()
    return Batch(rows, places, columns=frozenset(present) | frozenset(first))


def _count_keys(block: bytes, names: Mapping[str, tuple[str, ...]]) -> tuple[Counter[str], Counter[str]] | None:
    """How often each key of ours stands before a usable value and before null; None if one stands before another."""
    strings: Counter[str] = Counter()
    nulls: Counter[str] = Counter()
    welcome = {name for field in NUMBERS_WELCOME for name in names[field]}
    wanted = dict.fromkeys(sum(names.values(), ()))
    if not all(name.isascii() and name.isprintable() and not {'"', "\\"} & {*name} for name in wanted):
        return None  # JSON may spell such a key in several ways, and this count knows one.
    pattern = b"|".join(re.escape(name.encode()) for name in wanted)
    found = re.findall(rb'"(' + pattern + rb')"\s*:\s*("|null|(?:0|[1-9]\d{0,17})(?=\s*[,}])|)', block)
    for (key, value), count in Counter(found).items():
        name = key.decode()
        if value == b"null":
            nulls[name] += count
        elif value == b'"' or (value and name in welcome):
            strings[name] += count
        else:
            return None
    return strings, nulls


def _is_plain(block: bytes) -> bool:
    """Whether a block is free of lone surrogates and of nesting so deep that one parser takes it and another not."""
    surrogates = len(_SURROGATE.findall(block))
    if surrogates and (surrogates != 2 * len(_SURROGATE_PAIR.findall(block)) or rb"\\u" in block):
        return False
    # Every record has at least one bracket, so no line can have more than all that is left over.
    if block.count(b"{") + block.count(b"[") - block.count(b"\n") <= MAX_BRACKETS:
        return True
    return all(line.count(b"{") + line.count(b"[") <= MAX_BRACKETS for line in block.split(b"\n"))


def _read_carefully(block: bytes, file: SourceFile, names: Mapping[str, tuple[str, ...]], line: int) -> Batch:
    """Read a block line by line."""
    columns = list(dict.fromkeys(sum(names.values(), ())))
    values: dict[str, list[str | None]] = {name: [] for name in columns}
    places, rejections, seen = [], [], set[str]()
    left_out: Counter[str] = Counter()
    for number, data in enumerate(block.split(b"\n"), line):
        if not data.strip():
            continue
        where = f"{file.origin}:{number}"
        record = _parse(data)
        if isinstance(record, str):
            rejections.append(Rejection(where, record))
            continue
        seen.update(record)
        usable = {name: _as_string(record[name]) for name in columns if record.get(name) is not None}
        if reason := _refuse(record, usable, names):
            rejections.append(Rejection(where, reason))
            continue
        left_out.update(name for name, value in usable.items() if value is None)
        places.append(where)
        for name in columns:
            values[name].append(usable.get(name))
    rows = pl.DataFrame(values, schema=dict.fromkeys(columns, pl.String))
    return Batch(rows, places, rejections, frozenset(seen), left_out)


def _parse(data: bytes) -> dict[str, Any] | str:
    """The object on a line, or the reason why there is none."""
    try:
        data.decode()
        record = from_json(data, allow_inf_nan=False)
    except UnicodeDecodeError as error:
        return describe_bytes(error)
    except ValueError as error:
        if _SURROGATE.search(data) and "hex escape" in str(error):
            return "not_json: half of a surrogate pair (\\ud800 to \\udfff), which is no character"
        return f"not_json: {error}".replace(" at line 1 column", " at column")
    if not isinstance(record, dict):
        return f"not_an_object: the line holds {_kind(record)}, not an object in braces"
    return record


def _as_string(value: object) -> str | None:
    """The value as a string, or None if it is of a kind that no field can hold.

    Outlets are often objects with a name (schema.org publisher, Event Registry source).
    """
    if isinstance(value, dict):
        value = next((value[key] for key in ("name", "title") if isinstance(value.get(key), str)), None)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _refuse(
    record: Mapping[str, object], usable: dict[str, str | None], names: Mapping[str, tuple[str, ...]]
) -> str | None:
    """The reason if the only ids or texts of a record are of a wrong type; wrong ones beside a right one are undone."""
    for field, allowed in (("id", (str, int)), ("text", (str,))):
        given = [(name, record[name]) for name in names[field] if record.get(name) is not None]
        wrong = [name for name, value in given if isinstance(value, bool) or not isinstance(value, allowed)]
        if wrong and not any(usable.get(name) is not None for name in names[field] if name not in wrong):
            kind, name = _kind(record[wrong[0]]), wrong[0]
            if field == "id":
                return f"bad_id: '{name}' is {kind}, not a string or a whole number"
            return f"text_not_string: '{name}' is {kind}, not a string"
        for name in wrong:
            # 'uri' may be an id or a url: what is no id is no url either.
            usable[name] = None
    return None


def _kind(value: object) -> str:
    kinds = {dict: "an object", list: "a list", str: "a string", bool: "true or false", int: "a number"}
    return "null" if value is None else kinds.get(type(value), "a number")
