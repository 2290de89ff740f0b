"""Words as numbers: the same whether or not a form was seen before, and in a table that stays bounded."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.sketch import cutting
from dedup.sketch.forms import Forms

WORDS = ["harbour", "harbours", "1843", "karasuvan", "Ã©", "澜", "河", "sti1l", "the", "a" * 300]
texts = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6), min_size=1, max_size=6)


@given(texts, st.integers(1, 12))
def test_a_full_table_starts_anew_and_says_the_same(given_texts: list[list[str]], most: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        small = Forms("en")
        patch.setattr(cutting, "MOST", most)
        for text in given_texts:
            fresh, at = Forms("en"), small.places(text)
            there = fresh.places(text)
            (term, weight), (fresh_term, fresh_weight) = small.terms_of(text, at), fresh.terms_of(text, there)
            assert np.array_equal(term, fresh_term)
            assert np.array_equal(weight, fresh_weight)
            for column in ("prefix", "word", "is_digits", "is_unspaced"):
                assert np.array_equal(getattr(small, column)[at], getattr(fresh, column)[there]), column
            read, fresh_read = small.read(" ".join(text)), Forms("en").read(" ".join(text))
            for name in read._fields:
                assert np.array_equal(getattr(read, name), getattr(fresh_read, name)), name
            assert len(small._known) <= max(most, *(len(set(words)) for words in given_texts))
