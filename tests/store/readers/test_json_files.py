"""JSON of any arrangement."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.store.builders import codes, make_files, read, reasons, texts

A, B = {"id": "a", "text": "A."}, {"id": "b", "text": "B."}


def make_object(folder: Path, value: Any) -> Path:
    return make_files(folder, {"x.json": json.dumps(value)})


@pytest.mark.parametrize(
    "value",
    [
        {"articles": [A], "items": [B]},
        {"articles": [], "items": [A, B]},
        {"Articles": {"RESULTS": [A, B]}},
        {"items": [A], "response": {"docs": [B]}},
        {"articles": [A], "ARTICLES": [B]},
    ],
)
def test_every_list_of_articles_in_an_object_is_read(tmp_path: Path, value: Any) -> None:
    found = read(make_object(tmp_path, value))
    assert texts(found) == {"a": "A.", "b": "B."}
    assert found.skipped.height == 0


def test_an_object_that_is_an_article_and_holds_others_is_all_of_them(tmp_path: Path) -> None:
    found = read(make_object(tmp_path, {"id": "feed", "content": "A description.", "articles": [A, B]}))
    assert texts(found) == {"a": "A.", "b": "B.", "feed": "A description."}
    origins = [origin.removeprefix(f"{tmp_path}/") for origin in found.articles["origin"]]
    assert origins == ["x.json:1", "x.json:2", "x.json"]


def test_lists_of_an_article_that_hold_no_articles_are_its_own_affair(tmp_path: Path) -> None:
    found = read(make_object(tmp_path, {**A, "items": [{"name": "Anchor"}], "data": [1, 2]}))
    assert (texts(found), found.skipped.height) == ({"a": "A."}, 0)
    assert found.articles["origin"].item() == f"{tmp_path}/x.json:1"


def test_a_list_without_articles_beside_one_with_them_is_told_once(tmp_path: Path) -> None:
    found = read(make_object(tmp_path, {"articles": ["x", 1, {"id": 1}], "docs": [A, {"id": "no text"}, 7]}))
    assert texts(found) == {"a": "A."}
    assert reasons(found, tmp_path) == {
        "x.json:articles": "not_articles: the 3 items of this list have no text, those of 'docs' were read",
        "x.json:docs:2": "missing_text: no value for the text",
        "x.json:docs:3": "not_an_object: the item is no object in braces",
    }


def test_a_list_without_any_article_is_told_item_by_item(tmp_path: Path) -> None:
    make_files(tmp_path, {"keep.txt": "Keep."})
    found = read(make_object(tmp_path, {"status": "ok", "content": None, "items": [{"id": 1}, 2]}))
    assert codes(found, tmp_path) == {"x.json:1": "missing_text", "x.json:2": "not_an_object"}


def test_an_object_with_nothing_but_empty_lists_is_empty(tmp_path: Path) -> None:
    make_files(tmp_path, {"keep.txt": "Keep."})
    assert codes(read(make_object(tmp_path, {"articles": [], "items": []})), tmp_path) == {"x.json": "empty_file"}
