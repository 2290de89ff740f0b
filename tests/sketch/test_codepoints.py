"""The character tables say of every character what normalise and words do with it."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.sketch.codepoint_entries import build
from dedup.sketch.codepoints import (
    CHARACTER,
    HARD,
    LIMIT,
    LONGEST,
    OTHER,
    QUICK_CHARACTER,
    QUICK_GENUINE,
    QUICK_LATIN,
    QUICK_LEAD,
    QUICK_SLOW,
    QUICK_TRAIL,
    QUICK_TWIN,
    QUICK_WORD,
    SEQUENCE,
    TARGET_SHIFT,
    WORD,
    CodePoints,
    codepoints,
)
from dedup.text.normalise import normalise
from dedup.text.words import words
from tests.text.strange import PIECES, characters

WRITTEN_WITH = "14.0.0"
"""Unicode of the oldest supported Python, which the file is written with."""


@lru_cache(maxsize=1)
def made() -> CodePoints:
    return build()


def entry(tables: CodePoints, point: int) -> int:
    return int(tables.entries[tables.pages[point >> 8], point & 0xFF])


def target(tables: CodePoints, point: int) -> list[tuple[int, str]]:
    """What a character is folded to, as classes and characters; nothing where it is left to normalise."""
    found = entry(tables, point)
    if found & 7 == HARD:
        return []
    if found & 7 != SEQUENCE:
        return [(found & 7, chr(found >> TARGET_SHIFT & 0x1FFFFF))]
    at = found >> TARGET_SHIFT & 0x1FFFFF
    folded = tables.pool[at + 1 : at + 1 + int(tables.pool[at])].tolist()
    return [(one & 7, chr(one >> TARGET_SHIFT)) for one in folded]


@pytest.mark.skipif(unicodedata.unidata_version != WRITTEN_WITH, reason="written with the Unicode of Python 3.11")
def test_the_file_is_what_is_built() -> None:
    stored = codepoints()
    for name in ("pages", "entries", "pool", "quick"):
        one, other = getattr(stored, name), getattr(made(), name)
        assert one.dtype == other.dtype
        assert np.array_equal(one, other), "run: python -m tests.codepoint_tables"


def test_a_newer_python_knows_more_characters_and_none_otherwise() -> None:
    stored, here = codepoints(), made()
    differing = [
        point
        for point in range(LIMIT)
        if entry(stored, point) & 7 != HARD
        and (entry(stored, point) >> 25, target(stored, point)) != (entry(here, point) >> 25, target(here, point))
    ]
    assert differing == []


@given(st.one_of(characters, st.sampled_from([piece for piece in PIECES if len(piece) == 1])))
def test_an_entry_is_the_fold_of_its_character(character: str) -> None:
    found = target(codepoints(), ord(character))
    if found:
        folded = normalise(character).text
        assert "".join(one for _, one in found) == folded
        assert 0 < len(found) <= LONGEST
        alone = {WORD: 1, CHARACTER: 1, OTHER: 0}
        assert [alone[kind] for kind, _ in found] == [len(words(one)) for _, one in found]


@pytest.mark.parametrize(
    ("character", "kind"),
    [
        ("a", WORD), ("Z", WORD), ("é", WORD), ("٣", WORD), ("강", WORD), ("河", CHARACTER), ("ก", CHARACTER),
        ("’", OTHER), (" ", OTHER), ("_", OTHER), ("🧨", OTHER), ("ि", OTHER), ("½", SEQUENCE), ("ß", SEQUENCE),
        ("\u0301", HARD), ("\u200b", HARD), ("＜", HARD), ("ﷺ", HARD), ("ㅏ", HARD), ("\ue000", HARD), ("\ud800", HARD),
    ],
)  # fmt: skip
def test_kinds_of_characters(character: str, kind: int) -> None:
    assert entry(codepoints(), ord(character)) & 7 == kind


def test_folding_needs_no_more_room_than_kernels_are_given() -> None:
    # Six bytes a byte, and an edge of a word every quarter of one; see fold_kernels.
    for point in range(LIMIT):
        found = target(codepoints(), point)
        if found:
            n_bytes = len(chr(point).encode())
            assert sum(len(one.encode()) for _, one in found) <= 6 * n_bytes
            assert 2 * len(found) <= 4 * n_bytes


def test_every_other_semicolon_begins_with_a_byte_at_which_an_entity_is_suspected() -> None:
    others = [chr(point) for point in range(128, LIMIT) if any(one == ";" for _, one in target(codepoints(), point))]
    assert {character.encode()[0] for character in others} <= {0xCD, 0xEF}
    assert "；" in others


class TestQuick:
    @pytest.mark.parametrize(
        ("character", "becomes", "bits"),
        [
            ("É", "é", QUICK_WORD | QUICK_LATIN | QUICK_LEAD),
            ("ş", "ş", QUICK_WORD | QUICK_LATIN),
            ("Ж", "ж", QUICK_WORD | QUICK_TWIN | QUICK_GENUINE),
            ("Ё", "е", QUICK_WORD | QUICK_TWIN | QUICK_TRAIL),
            ("ש", "ש", QUICK_WORD | QUICK_LATIN | QUICK_TWIN),
            ("٣", "٣", QUICK_WORD),
            ("\xa0", "\xa0", QUICK_TRAIL),
            ("ß", "ß", QUICK_SLOW | QUICK_LEAD),
            ("\u0301", "\u0301", QUICK_SLOW),
        ],
    )
    def test_of_two_bytes(self, character: str, becomes: str, bits: int) -> None:
        found = int(codepoints().quick[ord(character)])
        assert (found & 0xFFFF).to_bytes(2, "little").decode() == becomes
        assert found >> 16 & 0xFF == found >> 24 == bits

    @pytest.mark.parametrize(
        ("character", "bits"),
        [
            ("강", QUICK_WORD | QUICK_LATIN | QUICK_TWIN), ("河", QUICK_CHARACTER), ("か", QUICK_CHARACTER), ("，", 0),
            ("’", QUICK_TRAIL), ("…", QUICK_TRAIL), ("２", QUICK_SLOW), ("ｶ", QUICK_SLOW), ("＜", QUICK_SLOW),
        ],
    )  # fmt: skip
    def test_of_three_bytes(self, character: str, bits: int) -> None:
        assert int(codepoints().quick[ord(character)]) >> 16 & 0xFF == bits

    def test_of_what_kernels_know_by_its_bytes(self) -> None:
        bits = codepoints().quick >> 16 & 0xFF
        assert (bits[0x4E00:0xA000] == QUICK_CHARACTER).all()
        assert (bits[0xAC00:0xD780] == QUICK_WORD | QUICK_LATIN | QUICK_TWIN).all()
        kana = [at for at in range(0x3041, 0x30FF) if at & 63 not in (0, 63) and not 0x3097 <= at <= 0x309F]
        assert (bits[kana] == QUICK_CHARACTER).all()
        marks = [*range(0x3000, 0x3005), *range(0x3008, 0x3020), 0xFF01, *range(0xFF07, 0xFF10), 0xFF1A, 0xFF1B, 0xFF1F]
        assert (bits[marks] == 0).all()
