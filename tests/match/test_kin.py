"""How much of the sentences of one article another says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dedup.match.kin import Kin, nearest_of
from dedup.match.profiles import Profile
from dedup.sketch.kinship import kinship
from dedup.sketch.salience import CONTENT_WEIGHT
from tests.match.builders import LEAK, TOW, TOW_AGAIN, make_profile_of
from tests.text.strange import few, plain_texts, strange_texts

texts = st.one_of(plain_texts, strange_texts, st.sampled_from([TOW, TOW_AGAIN, LEAK]))


def kin_of_words(variant: Profile, source: Profile) -> np.ndarray:
    """(n_variant_words, n_source_words) how near words are, each held against each."""
    found = kinship(variant.lang, variant.word, source.lang, source.word)
    table = np.zeros((len(variant.word), len(source.word)))
    table[tuple(found.kin)] = found.near
    near = table[found.left][:, found.right]
    alike = (variant.prefix[:, None] == source.prefix) & (variant.prefix != 0)[:, None]
    near = np.where(alike, np.maximum(near, 0.9), near)
    near = np.where(variant.term[:, None] == source.term, 1.0, near)
    content = (variant.weight > CONTENT_WEIGHT)[:, None] & (source.weight > CONTENT_WEIGHT)
    return np.where(content, near, 0.0)


@few
@given(texts, texts)
def test_the_nearest_word_of_a_sentence_is_the_one_that_is_found_word_by_word(one: str, other: str) -> None:
    variant, source = make_profile_of(one), make_profile_of(other)
    assume(variant.n_sentences and source.n_sentences)
    near, words = Kin(variant, source), kin_of_words(variant, source)
    for at in range(source.n_sentences):
        assert near.there[:, at] == pytest.approx(words[:, source.sentence == at].max(axis=1, initial=0.0), abs=1e-6)
    for at in range(variant.n_sentences):
        assert near.here[:, at] == pytest.approx(words[variant.sentence == at].max(axis=0, initial=0.0), abs=1e-6)


@few
@given(texts, texts)
def test_a_word_stands_where_its_term_or_its_beginning_does(one: str, other: str) -> None:
    variant, source = make_profile_of(one), make_profile_of(other)
    assume(variant.n_sentences and source.n_sentences)
    stands = Kin(variant, source).stands
    same = variant.term[:, None] == source.term
    same |= (variant.prefix[:, None] == source.prefix) & (source.prefix != 0)
    for at in range(source.n_sentences):
        assert (stands[:, at] == same[:, source.sentence == at].any(axis=1)).all()
    assert (stands.any(axis=1) == source.knows(variant)).all()


def test_shares_are_those_counted_word_by_word() -> None:
    source, variant = make_profile_of(TOW), make_profile_of(TOW_AGAIN)
    near, words = Kin(variant, source), kin_of_words(variant, source)
    weight = np.where(variant.weight > CONTENT_WEIGHT, np.sqrt(variant.weight.astype(float)), 0.0)
    for at in range(variant.n_sentences):
        mine = np.flatnonzero(variant.sentence == at)
        said = sum(weight[word] * words[word].max() for word in mine)
        assert near.sentences[at, 0] == pytest.approx(said / weight[mine].sum())


def test_a_sentence_without_words_has_no_share() -> None:
    near = Kin(make_profile_of("... Rain fell."), make_profile_of("Rain fell."))
    assert np.isfinite(near.pairs).all()


def test_words_of_like_meaning_count_in_part() -> None:
    near = Kin(make_profile_of("The aircraft crashed."), make_profile_of("The plane crashed."))
    assert 0.3 < near.there[1, 0] < 1.0
    assert near.there[2, 0] == 1.0


def test_words_may_be_held_against_each_other_by_somebody_else() -> None:
    variant, source = make_profile_of("The carrier sank."), make_profile_of("The ship. It capsized.")
    near = np.array([[1.0, 0.3, 0.9, 0.4], [1.0, 0.3, 0.8, 0.5], [1.0, 0.6, 0.7, 0.2]])
    there, here = nearest_of(near, variant, source)
    assert Kin(variant, source, (there, here)).anywhere.tolist() == [0.0, 0.5, 0.6]
    assert there.tolist() == [[0.0, 0.0], [0.3, 0.5], [0.6, 0.2]], "function words do not count"
    assert here.T.tolist() == [[0.0, 0.6, 0.0, 0.5]]
