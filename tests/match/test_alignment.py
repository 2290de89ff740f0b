"""Which sentences carry the same content."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from dedup.match.alignment import FEATURES, MIN_LINK, Alignment, align, features
from dedup.match.profiles import Profile
from tests.match.builders import LEAK, TOW, TOW_AGAIN, make_profile_of
from tests.text.strange import few, plain_sentences, plain_texts, strange_texts

texts = st.one_of(plain_texts, strange_texts, st.sampled_from([TOW, TOW_AGAIN, LEAK]))


def make_alignment(left: str, right: str) -> Alignment:
    return align(make_profile_of(left), make_profile_of(right))


class TestLaws:
    @few
    @given(texts, texts)
    @example(TOW, TOW_AGAIN)
    @example("It rained. It rained.", "It rained.")
    def test_swapping_the_sides_transposes_the_result(self, left: str, right: str) -> None:
        one, other = make_alignment(left, right), make_alignment(right, left)
        np.testing.assert_allclose(one.probability, other.probability.T, atol=1e-9)
        assert (one.verbatim == other.verbatim.T).all()

    @few
    @given(texts, texts)
    def test_features_do_not_name_a_side(self, left: str, right: str) -> None:
        one, other = make_profile_of(left), make_profile_of(right)
        assume(one.n_sentences and other.n_sentences)
        values, swapped = features(one, other), features(other, one)
        assert values.shape == (one.n_sentences, other.n_sentences, len(FEATURES))
        np.testing.assert_allclose(values, swapped.transpose(1, 0, 2), atol=1e-9)

    @few
    @given(texts, texts)
    def test_every_pair_of_sentences_has_a_probability(self, left: str, right: str) -> None:
        one, other = make_profile_of(left), make_profile_of(right)
        found = align(one, other)
        assert found.probability.shape == found.verbatim.shape == (one.n_sentences, other.n_sentences)
        assert ((found.probability >= 0) & (found.probability <= 1)).all()
        assert (found.links == (found.probability >= MIN_LINK)).all()

    @few
    @given(st.lists(plain_sentences, min_size=1, max_size=6, unique=True), st.randoms(use_true_random=False))
    def test_a_shuffled_copy_is_carried_as_a_whole(self, written: list[str], random: object) -> None:
        shuffled = written.copy()
        getattr(random, "shuffle")(shuffled)  # noqa: B009 - hypothesis types its random as object
        found = make_alignment(" ".join(written), " ".join(shuffled))
        for at, sentence in enumerate(written):
            assert found.verbatim[at, shuffled.index(sentence)]
        assert (found.carried_left() == 1.0).all()
        assert (found.carried_right() == 1.0).all()

    @few
    @given(texts, texts)
    def test_verbatim_is_certain_and_carried_is_the_best_link(self, left: str, right: str) -> None:
        found = make_alignment(left, right)
        assert (found.probability[found.verbatim] == 1.0).all()
        if found.probability.size:
            assert found.carried_left().tolist() == found.probability.max(axis=1).tolist()
            assert found.carried_right().tolist() == found.probability.max(axis=0).tolist()


class TestCompiledKernel:
    @few
    @given(texts, texts)
    @example(TOW, TOW_AGAIN)
    def test_says_what_the_readable_features_say(self, left: str, right: str) -> None:
        one, other = make_profile_of(left), make_profile_of(right)
        plain, compiled = align(one, other), align(one, other, compiled=True)
        np.testing.assert_allclose(compiled.probability, plain.probability, atol=1e-9)
        assert (compiled.verbatim == plain.verbatim).all()

    def test_is_used_for_two_books_however_few_pairs_there_are(self, monkeypatch: pytest.MonkeyPatch) -> None:
        left, right = make_profile_of(TOW), make_profile_of(TOW_AGAIN)
        expected = align(left, right).probability
        monkeypatch.setattr("dedup.match.alignment._MAX_DENSE", 15)
        monkeypatch.setattr("dedup.match.alignment.features", None)
        np.testing.assert_allclose(align(left, right).probability, expected, atol=1e-9)

    def test_agrees_on_the_seeds(self, seeds: Path) -> None:
        profiles = [make_profile_of(path.read_text(encoding="utf-8")) for path in sorted(seeds.glob("*.txt"))]
        for one, other in product(profiles, repeat=2):
            plain, compiled = align(one, other), align(one, other, compiled=True)
            np.testing.assert_allclose(compiled.probability, plain.probability, atol=1e-9)


class TestWhatIsLinked:
    def test_rewritten_sentences_whatever_their_order(self) -> None:
        found = make_alignment(TOW, TOW_AGAIN)
        assert found.links[0, 2]
        assert found.links[1, 1]
        assert found.links[3, 0]
        assert not found.links[:, 3].any()

    def test_nothing_of_another_story(self) -> None:
        assert not make_alignment(TOW, LEAK).links.any()

    def test_case_and_typography_are_verbatim(self) -> None:
        assert make_alignment("The ‘Amberlight’ was towed.", "THE 'AMBERLIGHT' WAS TOWED.").verbatim.all()

    def test_a_sentence_without_words_is_linked_to_nothing(self) -> None:
        found = make_alignment("* * *\n\nIt rained in Palisade.", "* * *\n\nIt rained in Palisade.")
        assert found.probability[0].tolist() == [0.0, 0.0]
        assert found.verbatim.tolist() == [[False, False], [False, True]]

    @pytest.mark.parametrize(("left", "right"), [("", ""), ("", TOW), (TOW, "")])
    def test_an_empty_article_is_linked_to_nothing(self, left: str, right: str) -> None:
        found = make_alignment(left, right)
        assert found.probability.size == 0
        assert found.carried_left().tolist() == [0.0] * found.probability.shape[0]
        assert found.carried_right().tolist() == [0.0] * found.probability.shape[1]

    def test_sentences_without_a_common_word_are_certainly_not(self) -> None:
        assert make_alignment("Kelvasti spoke.", "Diesel leaked.").probability.tolist() == [[0.0]]


def at(profile: Profile, text: str, sentence: str) -> set[int]:
    """The sentences of ``profile`` that lie in ``sentence`` by more than half of themselves."""
    start = text.index(sentence)
    end = start + len(sentence)
    spans = profile.spans.tolist()
    return {number for number, (low, high) in enumerate(spans) if 2 * (min(end, high) - max(start, low)) > high - low}


class TestGold:
    def test_links_of_the_samples(self, seeds: Path, samples: Path) -> None:
        gold = json.loads((samples / "GOLD.json").read_text(encoding="utf-8"))["alignment"]
        found_links = gold_links = common = 0
        for names, labels in gold.items():
            canonical, variant = ((seeds / name).read_text(encoding="utf-8") for name in names.split("|"))
            left, right = make_profile_of(canonical), make_profile_of(variant)
            wanted = {
                pair
                for label in labels
                for source in label["canonical_sentences"]
                for pair in product(at(left, canonical, source), at(right, variant, label["variant_sentence"]))
            }
            found = {(int(source), int(target)) for source, target in np.argwhere(align(left, right).links)}
            found_links, gold_links, common = (
                found_links + len(found),
                gold_links + len(wanted),
                common + len(found & wanted),
            )
        assert gold_links > 20
        assert 2 * common / (found_links + gold_links) >= 0.7
