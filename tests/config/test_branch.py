"""What all groups of settings have in common: no number is larger than a run can hold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dedup.config.branch import MOST
from dedup.errors import ConfigError
from dedup.settings import config_json_schema, load_config

Field = dict[str, Any]


def fields(schema: Field, shape: Field, above: str = "") -> Iterator[tuple[str, Field]]:
    """Every setting by its dotted name, with what the JSON schema says of it."""
    for name, field in shape["properties"].items():
        if "$ref" in field:
            yield from fields(schema, schema["$defs"][field["$ref"].rpartition("/")[2]], f"{above}{name}.")
        else:
            yield f"{above}{name}", field


def is_whole(field: Field) -> bool:
    return "integer" in {shape.get("type") for shape in (field, *field.get("anyOf", ()))}


SCHEMA = config_json_schema()
WHOLE = {path: field for path, field in fields(SCHEMA, SCHEMA) if is_whole(field)}


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("number", [2**63 - 1, 2**64, 10**30])
@pytest.mark.parametrize("path", WHOLE)
def test_a_whole_number_that_no_stage_can_count_to_is_refused_with_the_limit(path: str, number: int) -> None:
    limit = WHOLE[path].get("maximum", MOST)
    with pytest.raises(ConfigError) as raised:
        load_config(None, [f"{path}={number}"])
    said = f"--set {path}={number}: {path!r} is out of range, got {number}, expected at most {limit:,}."
    assert str(raised.value) == said


@pytest.mark.parametrize("path", [path for path, field in WHOLE.items() if field.get("maximum", MOST) == MOST])
def test_the_largest_whole_number_is_taken(path: str) -> None:
    group, name = path.rsplit(".", 1)
    value: Any = load_config(None, [f"{path}={MOST}"])
    for part in (*group.split("."), name):
        value = getattr(value, part)
    assert value == MOST


@pytest.mark.parametrize(
    ("setting", "limit"),
    [
        ("history.window_days=1e8", "36,500"),
        ("history.window_days=1e300", "36,500"),
        ("match.window_days=1e300", "36,500"),
        ("schedule.timeout_minutes=1e300", "525,600"),
    ],
)
def test_a_time_that_no_calendar_or_timer_holds_is_refused_with_the_limit(setting: str, limit: str) -> None:
    with pytest.raises(ConfigError, match=f"is out of range, got .*, expected at most {limit}"):
        load_config(None, [setting])


def test_editors_are_told_the_bound_of_every_whole_number() -> None:
    assert len(WHOLE) >= 30
    assert {path for path, field in WHOLE.items() if '"maximum"' not in json.dumps(field)} == set()
    assert WHOLE["match.anchors.joined"]["maximum"] == MOST
    assert WHOLE["sketch.shingle_words"]["maximum"] == 16
