"""That words are looked at once and seen as they are."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.text.lexicon import LANGUAGES, lexicon
from dedup.text.looks import looks
from dedup.text.numerals import numerals
from dedup.text.tokens import _READING, _TOKEN, tokens
from tests.text.strange import plain_texts, strange_texts


@given(st.one_of(strange_texts, plain_texts), st.sampled_from(LANGUAGES))
def test_what_is_seen_of_a_word_depends_on_the_word_alone(text: str, lang: str) -> None:
    read, lists = tokens(text), lexicon(lang)
    seen, places = looks(read, lists), range(len(read.words))
    starters = numerals(lists).starters
    assert seen.capitals == [at for at in places if seen.capital[at]]
    assert seen.small == {word for word in read.words if word[0].islower()}
    assert seen.quantities == [
        at for at in places if (word := read.lower[at]) in starters or word[0].isdecimal() or "-" in word[1:]
    ]
    assert {at for at in places if read.lower[at][0].isdecimal()} <= set(seen.moments)
    assert {at for at in places if read.lower[at] in lists.values("dates", "months")} <= set(seen.moments)


@given(strange_texts)
def test_tokens_lie_where_the_pattern_finds_them(text: str) -> None:
    read = tokens(text)
    found = [match.span() for match in _TOKEN.finditer(read.text)]
    assert read.starts == [start for start, _ in found]
    assert all(end - cut in {0, 2} for (_, end), cut in zip(found, read.ends, strict=True))
    assert [read.text[start:end] for start, end in zip(read.starts, read.ends, strict=True)] == read.words


@given(st.one_of(strange_texts, plain_texts))
def test_plain_words_told_first_are_the_tokens_they_would_be_anyway(text: str) -> None:
    assert _TOKEN.split(text) == re.split(f"({_READING})", text)


@pytest.mark.parametrize(
    ("word", "capital"), [("al-Harrasi", True), ("ten-Year", False), ("Quay", True), ("quay", False)]
)
def test_a_small_particle_before_a_capital_is_a_capital(word: str, capital: bool) -> None:
    assert looks(tokens(word), lexicon("en")).capital == [capital]


def test_two_languages_see_one_text_each_in_its_own_way() -> None:
    read = tokens("zwei of März")
    assert looks(read, lexicon("en")).quantities == []
    assert looks(read, lexicon("de")).quantities == [0]
