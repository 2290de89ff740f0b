"""The examples of docs/cleaning.md, run."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from dedup.text.normalise import normalise

ROWS = [
    [cell.strip() for cell in line.strip().strip("|").split(" | ")]
    for line in (Path(__file__).resolve().parents[2] / "docs" / "cleaning.md").read_text("utf-8").splitlines()
    if line.startswith(("| `", "| |"))
]
EXAMPLES = [
    (kind.strip("`| "), written, read, reported)
    for kind, _, written, read, reported in ([*row[:2], *row[-3:]] for row in ROWS)
    if written.startswith("`") and read.startswith("`")
]


def words_of(text: str) -> list[str]:
    return text.split()


@pytest.mark.parametrize(("kind", "written", "read", "reported"), EXAMPLES)
def test_an_example_is_read_as_the_page_says(kind: str, written: str, read: str, reported: str) -> None:
    text = written.strip("`").replace("⏎", "\n")
    if kind in {"invisible", "direction"}:
        text = html.unescape(re.sub(r"&#\d+;", lambda entity: html.unescape(entity.group()), text))
    found = normalise(text)
    assert words_of(found.text) == words_of(read.strip("`"))
    assert {fold.kind for fold in found.folds} == ({kind} if kind else set())
    assert reported == ("no" if kind in {"", "hyphenation", "joiner"} else "yes")


def test_the_page_has_an_example_of_every_kind() -> None:
    assert {kind for kind, *_ in EXAMPLES} == {
        *("", "homoglyph", "styled", "overlay", "invisible", "direction"),
        *("mojibake", "markup", "hyphenation", "joiner"),
    }


@pytest.mark.parametrize(
    "text",
    ["Кельвасти", "Ολυμπία", "The daily Оса (оса means wasp, жало sting).", "α and ρ", "l3ase G20 B2B 4x4", "ệ ᾂ"],
)
def test_what_is_left_alone_keeps_its_letters(text: str) -> None:
    found = normalise(text)
    assert found.text == text.casefold()
    assert found.folds == ()


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Москвa", "москва"),
        ("Franco-\nGerman", "franco-german"),
        ("Dosym-\nbek", "dosymbek"),
        ("the field 𝐁", "the field b"),
    ],
)
def test_other_words_of_the_page_are_read_as_it_says(text: str, read: str) -> None:
    assert normalise(text).text == read
