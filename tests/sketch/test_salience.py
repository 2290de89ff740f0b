"""How rare a word is, in which language, and what it counts as."""

from __future__ import annotations

from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.sketch.salience import Vocabulary, term_id, terms, vocabulary, weight_of_zipf
from dedup.text.transcriptions import transcription_key
from dedup.text.words import is_unspaced, words
from tests.text.strange import strange_texts


@given(st.text(max_size=20).filter(lambda name: name.isprintable()), st.text(max_size=20).filter(str.isprintable))
def test_equal_names_and_only_they_have_equal_ids(one: str, other: str) -> None:
    assert (term_id(one) == term_id(other)) == (one == other)
    assert -(2**63) <= term_id(one) < 2**63


@given(st.floats(0, 9), st.floats(0, 9))
def test_the_rarer_weighs_more(one: float, other: float) -> None:
    common, rare = max(one, other), min(one, other)
    assert 0.0 <= weight_of_zipf(common) <= weight_of_zipf(rare) <= 1.0


@given(strange_texts, st.sampled_from(["en", "ru", "zh", "und", "xx", "sw"]))
def test_every_word_has_a_term_with_a_weight(text: str, lang: str) -> None:
    found = words(text.lower())
    given_terms = terms(found, lang)
    runs = [(unspaced, len(list(run))) for unspaced, run in groupby(found, is_unspaced)]
    assert len(given_terms) == sum(max(1, length - 1) if unspaced else length for unspaced, length in runs)
    assert all(0.0 <= term.weight <= 1.0 and term.id == term_id(term.name) for term in given_terms)


@pytest.mark.parametrize(
    ("lang", "one", "other"),
    [
        ("en", "signed", "signing"),
        ("de", "hafens", "hafen"),
        ("fr", "navires", "navire"),
        ("es", "muelles", "muelle"),
        ("ru", "причалов", "причалы"),
        ("en", "harbours", "harbour"),
        ("en", "007", "7"),
    ],
)
def test_forms_of_a_word_are_one_term(lang: str, one: str, other: str) -> None:
    assert vocabulary(lang).term(one).id == vocabulary(lang).term(other).id


@pytest.mark.parametrize(
    ("lang", "one", "other"),
    [("en", "yevgeny", "evgeni"), ("en", "kaddour", "qaddur"), ("de", "zhukov", "jukov"), ("xx", "kadhafi", "qaddafi")],
)
def test_spellings_of_a_rare_name_are_one_term(lang: str, one: str, other: str) -> None:
    assert vocabulary(lang).term(one).id == vocabulary(lang).term(other).id


@pytest.mark.parametrize("word", ["weather", "harbour", "there", "three", "scent"])
def test_words_that_everybody_uses_are_not_taken_for_spellings(word: str) -> None:
    assert vocabulary("en").term(word).name == word != transcription_key(word)


@pytest.mark.parametrize(
    ("lang", "common", "rare"), [("en", "the", "hawser"), ("de", "der", "schlepper"), ("ru", "и", "причал")]
)
def test_function_words_weigh_next_to_nothing(lang: str, common: str, rare: str) -> None:
    known = vocabulary(lang)
    assert known.term(common).weight < 0.001 < known.term(rare).weight


def test_a_name_that_no_list_has_weighs_most() -> None:
    known = vocabulary("en")
    assert known.term("kelvasti").weight > known.term("reservoir").weight > known.term("harbour").weight


def test_a_year_says_less_than_a_long_number_and_a_digit_less_than_a_year() -> None:
    known = vocabulary("en")
    assert known.term("7").weight < known.term("2026").weight < known.term("4817").weight < known.term("48170").weight


def test_an_unspaced_run_is_its_neighbouring_pairs() -> None:
    assert [term.name for term in terms(list("澜河市"), "zh")] == ["澜河", "河市"]
    assert [term.name for term in terms(["澜", "kansas", "河"], "zh")] == ["澜", "kansas", "河"]


def test_a_language_without_list_or_stemmer_still_tells_long_words_from_short_ones() -> None:
    known = Vocabulary("xx")
    assert known.term("ab").name == "ab"
    assert known.term("abc").weight < known.term("abcdefghij").weight


def test_an_unknown_language_counts_as_english() -> None:
    assert vocabulary("und").term("harbours") == vocabulary("en").term("harbours")
