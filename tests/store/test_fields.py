"""Whose column is our field."""

from __future__ import annotations

import polars as pl
import pytest

from dedup.config import InputConfig
from dedup.store.fields import FIELDS, pick_fields


def pick(columns: dict[str, str | None], **fields: str) -> dict[str, str | None]:
    rows = pl.DataFrame({name: [value] for name, value in columns.items()}, dict.fromkeys(columns, pl.String))
    return pick_fields(rows, InputConfig(fields=fields)).row(0, named=True)


@pytest.mark.parametrize(("field", "name"), [(field, name) for field, names in FIELDS.items() for name in names])
def test_every_synonym_is_found_in_any_case(field: str, name: str) -> None:
    assert pick({name: "value"})[field] == "value"
    assert pick({name.upper(): "value"})[field] == "value"


def test_a_configured_column_comes_before_our_own_name_and_that_before_synonyms() -> None:
    columns: dict[str, str | None] = {"body": "synonym", "text": "own", "story": "configured"}
    assert pick(columns, text="story")["text"] == "configured"
    assert pick(columns)["text"] == "own"


def test_a_blank_value_gives_way_to_the_next_column() -> None:
    assert pick({"text": " \n", "body": "B"})["text"] == "B"


def test_a_blank_text_is_told_from_a_missing_one() -> None:
    assert pick({"text": " ", "body": None})["text"] == " "
    assert pick({"text": None, "body": None})["text"] is None


def test_a_uri_is_an_id_and_an_address() -> None:
    row = pick({"uri": "https://a.example/1"})
    assert (row["id"], row["url"]) == ("https://a.example/1", "https://a.example/1")
