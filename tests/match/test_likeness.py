"""How like two articles mean, as an encoder has read them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.match.encoders import encoder_of
from dedup.match.likeness import LIKENESS, Likeness, points
from dedup.match.new_words import MEANT, NewWords, names
from dedup.match.second_look import look_again
from dedup.sketch.encoder import Encoder
from tests.match.builders import LEAK, TOW, TOW_AGAIN, make_profile_of
from tests.sketch.encoders import make_encoder
from tests.text.strange import few, plain_texts, strange_texts

texts = st.one_of(plain_texts, strange_texts, st.sampled_from([TOW, TOW_AGAIN, LEAK]))


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return encoder_of(str(make_encoder(tmp_path_factory.mktemp("encoder"))))


def read(source: str, variant: str, encoder: Encoder) -> Likeness:
    return Likeness(
        points(variant, make_profile_of(variant), encoder), points(source, make_profile_of(source), encoder)
    )


def test_words_that_mean_the_same_are_liker_than_others(encoder: Encoder) -> None:
    found = read("The carrier was towed out.", "The ship was hauled away.", encoder).words
    ship, hauled, carrier, towed = 1, 3, 1, 3
    assert found[ship].argmax() == carrier
    assert found[hauled].argmax() == towed
    assert found[ship, carrier] > 0.9


def test_a_sentence_is_likest_to_the_one_that_says_the_same(encoder: Encoder) -> None:
    found = read("Both ships left. The carrier was towed at dawn.", "Rain fell. The vessel was hauled.", encoder)
    like = found.pairs[:, :, LIKENESS.index("sentence_likeness")]
    assert like[1].argmax() == 1


@few
@given(texts, texts)
def test_every_pair_of_any_two_texts_is_judged(encoder: Encoder, source: str, variant: str) -> None:
    found = read(source, variant, encoder)
    of, mine = found.source.profile, found.variant.profile
    assert (np.abs(found.words) <= 1.0).all()
    look = look_again(of, mine, likeness=lambda: found)
    if look.near is None:
        return
    assert found.pairs.shape == (mine.n_sentences, of.n_sentences, len(LIKENESS))
    assert np.isfinite(found.pairs).all()
    assert ((look.cited >= 0.0) & (look.cited <= 1.0)).all()
    reader = NewWords(variant, mine, of, look, look.near)
    for at in np.flatnonzero(look.citations.any(axis=1) & (mine.n_words > 0)).tolist():
        assert reader.features(at).shape == (mine.n_words[at], len(names(look.likeness)))
        assert np.isfinite(reader.probabilities(at)).all()


def test_a_copy_is_not_read_at_all() -> None:
    def never() -> Likeness:
        pytest.fail("the encoder was asked")

    profile = make_profile_of(TOW)
    assert look_again(profile, profile, likeness=never).likeness is None


def test_a_clause_that_means_what_the_source_says_is_told_from_one_that_does_not(encoder: Encoder) -> None:
    variant = "The vessel was hauled at sunrise by Calderholm tugs, bread is dear."
    source = "The carrier was towed at dawn by Calderholm tugs."
    likeness = read(source, variant, encoder)
    of, mine = likeness.source.profile, likeness.variant.profile
    look = look_again(of, mine, likeness=lambda: likeness)
    assert look.near is not None
    values = NewWords(variant, mine, of, look, look.near).features(0)
    clause = values[:, names(likeness).index("clause_meant")]
    assert len({*clause.tolist()}) == 2
    assert clause[0] > clause[-1]
    assert len(names(likeness)) - len(names(None)) == len(MEANT)


def test_the_order_of_what_is_read_changes_nothing(tmp_path: Path, encoder: Encoder) -> None:
    first = read(TOW, TOW_AGAIN, encoder)
    other = Encoder(*_files(make_encoder(tmp_path / "encoder")), where="")
    read(LEAK, TOW, other)
    np.testing.assert_array_equal(read(TOW, TOW_AGAIN, other).pairs, first.pairs)


def _files(folder: Path) -> tuple[bytes, str]:
    return (folder / "model.onnx").read_bytes(), (folder / "tokenizer.json").read_text("utf-8")
