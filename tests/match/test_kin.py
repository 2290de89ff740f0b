"""How much of the sentences of one article another says."""

from __future__ import annotations

import numpy as np
import pytest

from dedup.match.kin import Kin
from dedup.sketch.salience import CONTENT_WEIGHT
from tests.match.builders import TOW, TOW_AGAIN, make_profile_of


def test_shares_are_those_counted_word_by_word() -> None:
    source, variant = make_profile_of(TOW), make_profile_of(TOW_AGAIN)
    near = Kin(variant, source)
    weight = np.where(variant.weight > CONTENT_WEIGHT, np.sqrt(variant.weight.astype(float)), 0.0)
    for at in range(variant.n_sentences):
        mine = np.flatnonzero(variant.sentence == at)
        said = sum(weight[word] * near.words[word].max() for word in mine)
        assert near.sentences[at, 0] == pytest.approx(said / weight[mine].sum())


def test_a_sentence_without_words_has_no_share() -> None:
    near = Kin(make_profile_of("... Rain fell."), make_profile_of("Rain fell."))
    assert np.isfinite(near.pairs).all()


def test_words_of_like_meaning_count_in_part() -> None:
    near = Kin(make_profile_of("The aircraft crashed."), make_profile_of("The plane crashed."))
    assert 0.3 < near.words[1, 1] < 1.0
    assert near.words[2, 2] == 1.0


def test_words_may_be_held_against_each_other_by_somebody_else() -> None:
    variant, source = make_profile_of("The carrier sank."), make_profile_of("The ship capsized.")
    near = Kin(variant, source, np.full((3, 3), 0.5))
    assert near.words[1].tolist() == [0.0, 0.5, 0.5]
    assert near.words[0].tolist() == [0.0] * 3, "function words do not count"
