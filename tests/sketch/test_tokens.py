"""Tokens by compiled code: those of ``text.tokens``, and seen as ``text.looks`` sees them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.sketch import cutting
from dedup.sketch import tokens as room
from dedup.sketch.tokens import tokens
from dedup.text import tokens as readable
from dedup.text.lexicon import LANGUAGES, lexicon
from dedup.text.looks import Looks, looks
from tests.text.strange import plain_texts, strange_texts


def alike(left: Looks, right: Looks) -> bool:
    """Whether two looks are the same."""
    return left[:-1] == right[:-1] and np.array_equal(left.small_stems, right.small_stems)


@given(st.one_of(strange_texts, plain_texts), st.sampled_from([*LANGUAGES, "tlh"]))
def test_tokens_and_their_looks_are_those_of_the_readable_code(text: str, lang: str) -> None:
    lists, expected = lexicon(lang), readable.tokens(text)
    read = tokens(text, lists)
    assert read == expected
    assert alike(looks(read, lists), looks(expected, lists))


@given(st.lists(plain_texts, min_size=1, max_size=4), st.integers(1, 9))
def test_a_full_table_starts_anew_and_sees_the_same(texts: list[str], most: int) -> None:
    lists = lexicon("en")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cutting, "MOST", most)
        for text in texts:
            assert tokens(text, lists) == readable.tokens(text)
            assert alike(tokens(text, lists).kept["en"], looks(readable.tokens(text), lists))


@pytest.mark.parametrize("most", [0, 1_000, 5_000])
def test_a_table_does_not_keep_more_characters_than_it_should(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(room, "MOST_CHARACTERS", most)
    lists, known = lexicon("en"), room._Known("en")
    monkeypatch.setattr(room, "_known", lambda _: known)
    for number in range(20):
        text = f"{'A' * 1_000}{number} sold 12 boats to {'b' * 900}{number}."
        assert tokens(text, lists) == readable.tokens(text)
        assert sum(map(len, known._words)) <= most + 2_000


def test_a_text_cut_either_way_is_kept_as_one() -> None:
    from dedup.text.claims import stated

    assert stated("Ada Byrne sold 12 boats in May.", "en", room.CUT) is stated("Ada Byrne sold 12 boats in May.", "en")
