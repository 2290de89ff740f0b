"""The compiled fold finds the words of the readable one, or says that it cannot."""

from __future__ import annotations

import ctypes
import mmap
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dedup.sketch.codepoints import HARD
from tests.sketch.driving import fold, fold_at, reference_words, tables
from tests.sketch.rough_texts import CONTEXT, rough_texts
from tests.text.strange import PIECES, THOROUGH, characters

CONTEXTS = [
    "{0}", "a{0}a", "ж{0}a", "a{0}ж", "а{0}b", "жж{0}a", "<b>{0}{0}", "<b>か{0}", "&{0}amp;x", "&#2{0};", "x&amp{0}",
    "<{0}b>", "<b{0}>", "<b/{0}", "-{0}\nb", "Ã{0}", "{0}©©", "Å{0}{0}", "é{0}é", "강{0}강", "河{0}か",
]  # fmt: skip


SCRIPTS = [
    "бджзлаео", "ab ", "εηλω", "中文，。", "한국", "かカー", "אבג", "عرب", "éß", "ქართ", "— ", "\U0001f600\U0001d49c"
]  # fmt: skip
"""Letters of one kind each, whose runs the kernel takes in one go."""


def assert_same_words(text: str) -> None:
    found = fold(text)
    if found is not None:
        assert found == reference_words(text)


class TestSameWords:
    @settings(max_examples=300)
    @given(rough_texts)
    @example("ж½a")  # a half is a letter to the fold of look-alikes, and two words when folded
    @example("пʼa")
    @example("аƐ")
    @example("жｱa")
    @example("゛")
    @example("＜b＞x")
    @example("&#２;")
    @example("&amp；lt;")
    @example("<ｂ>x")
    @example("<a <b>c>")
    @example("<b<i>>x")
    @example("<b/＞")
    @example("<b>ㄱㅏ")
    @example("ä©©Ä©©")
    @example("Å©©")
    def test_of_any_text_that_is_not_left_to_normalise(self, text: str) -> None:
        assert_same_words(text)

    @settings(max_examples=300)
    @given(st.lists(st.one_of(*(st.text(letters, max_size=9) for letters in SCRIPTS)), max_size=12).map("".join))
    @example("жук" * 3 + "강남 中文，新聞。" + "б" * 70)
    @example("中ab文" * 30 + "か" * 21 + "x" * 70 + "新" * 40)  # words among characters
    def test_of_runs_of_characters_of_several_scripts(self, text: str) -> None:
        assert_same_words(text)

    @settings(max_examples=300)
    @given(st.sampled_from(CONTEXTS), st.one_of(characters, st.sampled_from(PIECES + CONTEXT)))
    def test_of_any_character_in_any_company(self, context: str, character: str) -> None:
        assert_same_words(context.format(character))

    @pytest.mark.slow
    @pytest.mark.parametrize("context", CONTEXTS)
    def test_of_every_character_in_any_company(self, context: str) -> None:
        pages, entries, *_ = tables()
        points = np.flatnonzero((entries & 7)[pages].ravel() != HARD)
        # Five million of them; otherwise each character in four of the twenty companies.
        points = points if THOROUGH else points[points % 5 == CONTEXTS.index(context) % 5]
        for point in points.tolist():
            assert_same_words(context.format(chr(point)))

    @pytest.mark.parametrize("n_attributes", [0, 1, 298, 299, 300, 301, 302])
    @pytest.mark.parametrize("end", [">", "/>", "//>", "", "<", "é>", " >"])
    @pytest.mark.parametrize("name", ["p", "h1", "abcdefghijklmnop", "abcdefghijklmnopq", "1a", ""])
    def test_of_tags_of_any_length(self, name: str, end: str, n_attributes: int) -> None:
        for gap in ("", " ", "\n", "\x1f", "\x00"):
            assert_same_words(f"quay <{name}{gap}{'x' * n_attributes}{end} ship")
            assert_same_words(f"quay </{name}{gap}{'x' * n_attributes}{end}ship")

    @pytest.mark.parametrize("length", [1, 2, 30, 31, 32, 33, 47, 48, 139, 140])
    def test_of_entities_of_any_length(self, length: int) -> None:
        for letters in ("a" * length, "#" + "1" * length, "é" * length, "amp" + "é" * length):
            for end in (";", "；", ""):
                assert_same_words(f"quay &{letters}{end} ship")


class TestPlainTextIsNotLeft:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "\x00",
            "The AT&T’s and R&D’s “Q&A” — a half-way house - or not; x < y & z > 3.",
            "<p>Two tugs towed the <a href='x'>carrier</a> out.<br/></p>",
            "Façade, naïve, Škoda, Gödel; 3½ per cent, 100 m² — 5 µ",
            "В 90х годах, 100 м², «вёл» — 2024-й год, А4",
            "Η Ελλάδα «ναι»",
            "Слово об’єкт, обʼєкт",
            "يقول الكاتب",
            "澜河大桥 カタカナ ひらがな 강물이",
            "🧨 fireworks 🇰🇿 𝐁old",
            "a" * 10_000,
        ],
    )
    def test_to_normalise(self, text: str) -> None:
        assert fold(text) == reference_words(text)

    @pytest.mark.parametrize(
        "text", ["Kеlvasti", "a&amp;b", "ten-\nyear", "cafe\u0301", "zero\u200bwidth", "â€™", "<p title='é'>", "x<é"]
    )
    def test_but_text_with_a_context_is(self, text: str) -> None:
        assert fold(text) is None


@contextmanager
def fenced(content: bytes, *, at_end: bool) -> Iterator[int]:
    """The address of ``content`` between two pages that nobody may touch, close to one of them."""
    page = mmap.PAGESIZE
    with mmap.mmap(-1, 3 * page) as memory:
        begin = 2 * page - len(content) if at_end else page
        memory[begin : begin + len(content)] = content
        view = ctypes.c_char.from_buffer(memory)
        base = ctypes.addressof(view)
        protect = ctypes.CDLL(None, use_errno=True).mprotect
        protect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
        for fence in (base, base + 2 * page):
            assert protect(fence, page, 0) == 0
        try:
            yield base + begin
        finally:
            for fence in (base, base + 2 * page):
                protect(fence, page, mmap.PROT_READ | mmap.PROT_WRITE)
            del view


@pytest.mark.skipif(sys.platform == "win32", reason="fences memory with mprotect")
@pytest.mark.parametrize("at_end", [False, True])
@pytest.mark.parametrize("end", ["", "é", "河", "🧨", "<", "</", "<b", "<b ", "<b/", "&", "&a", "-", "- ", "Ã", "½"])
def test_no_byte_outside_the_text_is_read(end: str, at_end: bool) -> None:
    wide = "か，강。カ" * 27
    for n_bytes in range(131):
        for text in (
            "x" * n_bytes + end,
            end + "x" * n_bytes,
            "é" * (n_bytes // 2) + end,
            "河" * (n_bytes // 3) + end,
            wide[: n_bytes // 3] + end,
        ):
            encoded = text.encode()
            with fenced(encoded, at_end=at_end) as address:
                found = fold_at(address, len(encoded))
            assert found in (None, reference_words(text))
