"""What a word is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.text.words import _RUN, is_unspaced, placed_words, word_spans, words
from tests.text.strange import plain_texts, strange_texts


@given(strange_texts)
def test_every_letter_and_digit_lies_in_exactly_one_word(text: str) -> None:
    inside = [at for start, end in word_spans(text) for at in range(start, end)]
    assert inside == sorted(set(inside))
    assert set(inside) >= {at for at, character in enumerate(text) if character.isalnum()}


@given(strange_texts)
def test_marks_and_blanks_of_spaced_scripts_are_in_no_word(text: str) -> None:
    inside = {at for start, end in word_spans(text) for at in range(start, end)}
    assert all(text[at].isalnum() or is_unspaced(text[at]) for at in inside)


@given(st.one_of(strange_texts, plain_texts))
def test_plain_words_told_first_are_the_words_they_would_be_anyway(text: str) -> None:
    assert words(text) == re.findall(_RUN, text)


@given(strange_texts)
def test_spans_slice_to_the_words(text: str) -> None:
    assert [text[start:end] for start, end in word_spans(text)] == words(text)


@given(strange_texts)
def test_words_with_their_places_are_words_and_places(text: str) -> None:
    written, places = placed_words(text)
    assert written == words(text)
    assert list(map(tuple, places.tolist())) == word_spans(text)


@given(strange_texts)
def test_a_character_of_an_unspaced_script_is_a_word_of_its_own(text: str) -> None:
    assert all(len(word) == 1 or not any(map(is_unspaced, word)) for word in words(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kelvasti's ten-year deal_no 7", ["kelvasti", "s", "ten", "year", "deal", "no", "7"]),
        ("澜河市2025年", ["澜", "河", "市", "2025", "年"]),
        ("東京タワー", ["東", "京", "タ", "ワ", "ー"]),
        ("강 이름", ["강", "이름"]),
        ("𠮷野家", ["𠮷", "野", "家"]),
        ("... — !", []),
        ("", []),
    ],
)
def test_words_of_many_scripts(text: str, expected: list[str]) -> None:
    assert words(text) == expected
