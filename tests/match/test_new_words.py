"""Which words of a sentence that carries others are new to them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.match.new_words import FEATURES, NewWords, _around, _distances
from dedup.match.second_look import SecondLook, look_again
from tests.match.builders import LEAK, TOW, TOW_AGAIN, make_profile_of
from tests.text.strange import few, plain_texts, strange_texts

texts = st.one_of(plain_texts, strange_texts, st.sampled_from([TOW, TOW_AGAIN, LEAK]))


def read(source: str, variant: str) -> tuple[NewWords, SecondLook]:
    of, mine = make_profile_of(source), make_profile_of(variant)
    look = look_again(of, mine)
    assert look.near is not None
    return NewWords(variant, mine, of, look, look.near), look


def feature(reader: NewWords, at: int, name: str) -> np.ndarray:
    column: np.ndarray = reader.features(at)[:, FEATURES.index(name)]
    return column


@few
@given(texts, texts)
def test_every_word_of_a_citing_sentence_has_a_probability(source: str, variant: str) -> None:
    of, mine = make_profile_of(source), make_profile_of(variant)
    look = look_again(of, mine)
    if look.near is None or not look.cited.size:
        return
    reader = NewWords(variant, mine, of, look, look.near)
    for at in np.flatnonzero(look.citations.any(axis=1) & (mine.n_words > 0)).tolist():
        assert reader.features(at).shape == (mine.n_words[at], len(FEATURES))
        chance = reader.probabilities(at)
        assert np.isfinite(chance).all()
        assert ((chance >= 0.0) & (chance <= 1.0)).all()


def test_what_a_clause_puts_in_is_likelier_to_be_new_than_what_it_took() -> None:
    variant = (
        "The carrier Amberlight, a rust bucket that every fishwife mocked, was towed out at dawn "
        "by two Calderholm tugs, escorted by the Tavrennese harbour guard."
    )
    reader, look = read(TOW, variant)
    assert look.citations[0, 0]
    chance = reader.probabilities(0)
    clause = variant.index("a rust"), variant.index(", was")
    put_in = np.array([clause[0] <= start < clause[1] for start, _ in _places(variant)])
    assert chance[put_in].min() > 10 * chance[~put_in].max()


def _places(text: str) -> list[tuple[int, int]]:
    profile = make_profile_of(text)
    return list(zip(profile.start.tolist(), profile.end.tolist(), strict=True))


def test_a_clause_ends_at_a_comma() -> None:
    reader, _ = read(TOW, "Two Calderholm tugs towed the carrier Amberlight out, a rust bucket.")
    assert feature(reader, 0, "clause_is_last").tolist() == [0.0] * 8 + [1.0] * 3
    assert feature(reader, 0, "clause_is_first").tolist() == [1.0] * 8 + [0.0] * 3


def test_a_word_of_the_cited_sentence_is_known_and_one_of_another_sentence_known_elsewhere() -> None:
    reader, look = read(TOW, "Two Calderholm tugs towed the carrier Amberlight out at dawn past the wheat.")
    assert look.citations[0].tolist() == [True, False, False, False]
    wheat = -1
    assert feature(reader, 0, "same_here")[wheat] == 0.0
    assert feature(reader, 0, "same_anywhere")[wheat] == 1.0


def test_the_manner_of_a_variant_is_one_for_all_its_words() -> None:
    faithful, _ = read(TOW, TOW_AGAIN)
    assert feature(faithful, 0, "asked").max() == 0.0
    tirade, look = read(TOW, "Two Calderholm tugs towed the carrier Amberlight out at dawn. Who let them? Shame!")
    assert look.citations.any(axis=0).tolist() == [True, False, False, False]
    assert {*feature(tirade, 0, "source_left_out")} == {0.75}
    assert {*feature(tirade, 0, "asked")} == {100 * 2 / 14}


def test_what_is_new_in_a_sentence_counts_only_sentences_that_are_reworded() -> None:
    added = "The harbour master resigned in tears on Sunday."
    [alone], [beside] = (
        {*feature(read(TOW, text)[0], 0, "new_of_a_sentence")}
        for text in (
            f"At dawn two Calderholm tugs hauled the carrier Amberlight away.{more}" for more in ("", f" {added}")
        )
    )
    assert alone == beside > 0.0


def test_distances_count_words_to_the_nearest_known_one() -> None:
    before, behind, nearest = _distances(np.array([False, True, False, False, True]), np.zeros(5, int), np.full(5, 5))
    assert before.tolist() == [12.0, 0.0, 1.0, 2.0, 0.0]
    assert behind.tolist() == [1.0, 0.0, 2.0, 1.0, 0.0]
    assert nearest.tolist() == [1.0, 0.0, 1.0, 1.0, 0.0]


def test_neither_distances_nor_shares_reach_into_another_sentence() -> None:
    start, stop = np.array([0, 0, 2, 2]), np.array([2, 2, 4, 4])
    before, behind, _ = _distances(np.array([False, True, False, True]), start, stop)
    assert before.tolist() == [12.0, 0.0, 12.0, 0.0]
    assert behind.tolist() == [1.0, 0.0, 1.0, 0.0]
    share = _around(np.array([1.0, 1.0, 0.0, 0.0]), np.ones(4), 1, start, stop)
    np.testing.assert_allclose(share, [2 / 2.02, 2 / 2.02, 0.0, 0.0])


def test_a_share_is_taken_of_the_words_around() -> None:
    share = _around(np.array([1.0, 0.0, 1.0, 0.0]), np.ones(4), 1, np.zeros(4, int), np.full(4, 4))
    np.testing.assert_allclose(share, [1 / 2.02, 2 / 3.02, 1 / 3.02, 1 / 2.02])
