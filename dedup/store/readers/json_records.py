"""JSON objects as articles: one at a time, whatever they stand in.

In: the bytes of one object, or the object. Out: our fields as strings, or the reason why it cannot be one. Must not
know where the object ends nor what stands beside it.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

import polars as pl
from pydantic_core import from_json

from dedup.config import InputConfig
from dedup.store.fields import candidates, fold, spelled
from dedup.store.files import Rejection
from dedup.store.readers.batch import Batch, describe_bytes
from dedup.store.readers.ninjs import from_ninjs, is_ninjs
from dedup.store.readers.streams import over

WHITE_SPACE: Final = "".join(chr(code) for code in range(0x3001) if chr(code).isspace() and not 0x1C <= code <= 0x1F)
"""What Polars takes for blank: as Python does, without four separators."""

SURROGATE: Final = re.compile(rb"\\u[dD][89a-fA-F]")


def read_records(records: Iterable[tuple[str, bytes | Mapping[str, Any] | str]], config: InputConfig) -> Batch:
    """Read records one by one; what one is worth never depends on its neighbours.

    Args:
        records: Place of each with its bytes, or the object itself, or the reason why it is none.
        config: Its ``fields`` say which keys matter.

    Returns:
        A batch of the objects, and rejections for the others.
    """
    names = candidates(config)
    columns = list(dict.fromkeys(sum(names.values(), ())))
    by_fold = {fold(name): [other for other in columns if fold(other) == fold(name)] for name in columns}
    values: dict[str, list[str | None]] = {name: [] for name in columns}
    places, rejections, seen = [], [], set[str]()
    left_out: Counter[str] = Counter()
    for where, given in records:
        record = parse(given, config) if isinstance(given, bytes) else given
        if isinstance(record, str):
            rejections.append(Rejection(where, record))
            continue
        if is_ninjs(record):
            record = from_ninjs(record)
        seen.update(record)
        found = {name: value_at(record, name) for name in columns}
        spellings = _other_spellings(record, by_fold)
        found.update((key, record[key]) for keys in spellings.values() for key in keys)
        seen.update(name for name, value in found.items() if value is not None)
        usable = {name: _as_string(value) for name, value in found.items() if value is not None}
        if reason := _refuse(found, usable, _with(spellings, names) if spellings else names):
            rejections.append(Rejection(where, reason))
            continue
        left_out.update(name for name, value in usable.items() if value is None)
        places.append(where)
        for name in columns:
            others = spellings.get(name)
            values[name].append(_first_filled([*map(usable.get, (name, *others))]) if others else usable.get(name))
    rows = pl.DataFrame(values, schema=dict.fromkeys(columns, pl.String))
    return Batch(rows, places, rejections, frozenset(seen), left_out)


def parse(data: bytes, config: InputConfig) -> dict[str, Any] | str:
    """The object in ``data``, or the reason why there is none."""
    value = parse_any(data, config)
    if isinstance(value, str):
        return value
    record = value[0]
    return record if isinstance(record, dict) else f"not_an_object: this is {kind(record)}, not an object in braces"


def parse_any(data: bytes, config: InputConfig) -> tuple[Any] | str:
    """The value in ``data``, in a tuple, or the reason why there is none."""
    if len(data) > config.max_record_bytes:
        return over(f"too_large: {len(data):,} bytes in one record", "max_record_bytes", config)
    try:
        data.decode()
        # Files with a byte order mark that were put one behind another have one in the middle, too.
        value = from_json(data.removeprefix(codecs.BOM_UTF8), allow_inf_nan=False)
    except UnicodeDecodeError as error:
        return describe_bytes(error)
    except ValueError as error:
        if "recursion limit" in str(error):
            return over("too_deep: lists and objects in each other, more than 190", "max_nesting", config)
        if SURROGATE.search(data) and "hex escape" in str(error):
            return "not_json: half of a surrogate pair (\\ud800 to \\udfff), which is no character"
        return f"not_json: {error}".replace(" at line 1 column", " at column")
    if data.count(b"{") + data.count(b"[") > config.max_nesting and (depth := _depth(value)) > config.max_nesting:
        return over(f"too_deep: {depth} lists and objects in each other", "max_nesting", config)
    return (value,)


def _depth(value: object) -> int:
    """How deep lists and objects stand in each other; 0 for anything else."""
    depth, level = 0, [value]
    while level := [one for one in level if isinstance(one, dict | list)]:
        depth += 1
        level = [inner for one in level for inner in (one.values() if isinstance(one, dict) else one)]
    return depth


def value_at(record: Mapping[str, Any], name: str) -> object:
    """The value under a key; where there is none, a dotted name leads into objects, whatever the case of its parts."""
    if name in record or "." not in name:
        return record.get(name)
    value: Any = record
    for part in name.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(spelled(part, value))
    return value


def _other_spellings(record: Mapping[str, Any], by_fold: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """By name of ours the keys of a record that are it but for their case, sorted."""
    found: dict[str, list[str]] = {}
    for key in record:
        names = by_fold.get(fold(key), ())
        if key not in names:
            for name in names:
                found.setdefault(name, []).append(key)
    return {name: sorted(keys) for name, keys in found.items()}


def _with(spellings: Mapping[str, list[str]], names: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Names by field, each followed by its other spellings."""
    return {
        field: tuple(key for name in group for key in (name, *spellings.get(name, ())))
        for field, group in names.items()
    }


def _first_filled(values: Iterable[str | None]) -> str | None:
    """The first value that is not blank, else the first blank one; as ``fields.pick_fields`` chooses."""
    given = [value for value in values if value is not None]
    return next((value for value in given if value.strip(WHITE_SPACE)), given[0] if given else None)


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
    found: Mapping[str, object], usable: dict[str, str | None], names: Mapping[str, tuple[str, ...]]
) -> str | None:
    """The reason if the only ids or texts of a record are of a wrong type; wrong ones beside a right one are undone."""
    for field, allowed in (("id", (str, int)), ("text", (str,))):
        given = [(name, found[name]) for name in names[field] if found.get(name) is not None]
        wrong = [name for name, value in given if isinstance(value, bool) or not isinstance(value, allowed)]
        if wrong and not any(usable.get(name) is not None for name in names[field] if name not in wrong):
            given_kind, name = kind(found[wrong[0]]), wrong[0]
            if field == "id":
                return f"bad_id: '{name}' is {given_kind}, not a string or a whole number"
            return f"text_not_string: '{name}' is {given_kind}, not a string"
        for name in wrong:
            # 'uri' may be an id or a url: what is no id is no url either.
            usable[name] = None
    return None


def kind(value: object) -> str:
    """What a value of JSON is called, with its article."""
    kinds = {dict: "an object", list: "a list", str: "a string", bool: "true or false", int: "a number"}
    return "null" if value is None else kinds.get(type(value), "a number")
