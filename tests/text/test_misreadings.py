"""Words a scanner misread share a key with the word that was printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.text.misreadings import MIN_CHARACTERS, misreading_key


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("bottom", "bottorn"),
        ("still", "sti1l"),
        ("three", "tbree"),
        ("entry", "cntry"),
        ("window", "vvindow"),
        ("deadline", "cleadline"),
        ("order", "0rder"),
    ],
)
def test_like_shapes_have_one_key(printed: str, read: str) -> None:
    assert misreading_key(printed) == misreading_key(read) != ""


@pytest.mark.parametrize(("one", "other"), [("bottom", "button"), ("still", "stall"), ("entry", "empty")])
def test_other_shapes_have_another(one: str, other: str) -> None:
    assert misreading_key(one) != misreading_key(other)


@given(st.text(max_size=MIN_CHARACTERS - 1) | st.from_regex(r"[0-9]{1,12}", fullmatch=True) | st.just("naïveté"))
def test_short_words_numbers_and_other_letters_have_none(word: str) -> None:
    assert misreading_key(word) == ""


@given(st.from_regex(r"[a-z]{5,20}", fullmatch=True))
def test_a_key_is_no_longer_than_its_word(word: str) -> None:
    assert 0 < len(misreading_key(word)) <= len(word)
