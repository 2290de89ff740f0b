"""A second look at the sentences of an article and one written from it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.match import alignment, second_look
from dedup.match.kin import Kin
from dedup.match.second_look import ADDED, CITED, CONTEXT, SecondLook, look_again
from tests.match.builders import LEAK, TOW, TOW_AGAIN, make_profile_of
from tests.text.strange import few, plain_sentences, plain_texts, strange_texts

texts = st.one_of(plain_texts, strange_texts, st.sampled_from([TOW, TOW_AGAIN, LEAK]))


def look(source: str, variant: str) -> SecondLook:
    return look_again(make_profile_of(source), make_profile_of(variant))


class TestLaws:
    @few
    @given(texts, texts)
    def test_every_sentence_is_added_or_cites_something_and_never_both(self, source: str, variant: str) -> None:
        found = look(source, variant)
        assert (found.citations.any(axis=1) == ~found.is_added).all()

    @few
    @given(texts, texts)
    def test_probabilities_are_probabilities(self, source: str, variant: str) -> None:
        found = look(source, variant)
        n, m = make_profile_of(variant).n_sentences, make_profile_of(source).n_sentences
        assert found.cited.shape == (n, m)
        assert found.added.shape == (n,)
        for values in (found.cited, found.added):
            assert np.isfinite(values).all()
            assert ((values >= 0.0) & (values <= 1.0)).all()

    @few
    @given(st.lists(plain_sentences, min_size=1, max_size=6, unique=True), st.randoms(use_true_random=False))
    def test_a_shuffled_copy_adds_nothing(self, written: list[str], random: object) -> None:
        shuffled = written.copy()
        getattr(random, "shuffle")(shuffled)  # noqa: B009 - hypothesis types its random as object
        found = look(" ".join(written), " ".join(shuffled))
        words = make_profile_of(" ".join(shuffled)).n_words > 0
        assert not found.is_added[words].any()

    @few
    @given(texts, texts)
    def test_features_have_names(self, source: str, variant: str) -> None:
        ours, theirs = make_profile_of(variant), make_profile_of(source)
        if not ours.n_sentences or not theirs.n_sentences:
            return
        once = alignment.align(theirs, ours).probability.T
        values, near = alignment.features(ours, theirs), Kin(ours, theirs)
        assert second_look.citation_features(values, once, near).shape == (*once.shape, len(CITED))
        assert second_look.sentence_features(ours, values, once, near).shape == (len(once), len(ADDED))


class TestExamples:
    def test_a_rewrite_cites_its_sentences_in_another_order(self) -> None:
        found = look(TOW, TOW_AGAIN)
        assert found.citations.argmax(axis=1)[:3].tolist() == [3, 1, 0]
        assert found.is_added.tolist() == [False, False, False, True]

    def test_another_story_is_all_added(self) -> None:
        assert look(TOW, LEAK).is_added.all()

    def test_a_merged_sentence_cites_both_sources(self) -> None:
        source = (
            "The ferry Amberlight sank off Quillon Point on Tuesday. "
            "Seven dockers from Calderholm were rescued by a trawler. "
            "Parliament will hold an inquiry in March."
        )
        variant = (
            "When the ferry Amberlight sank off Quillon Point, seven Calderholm dockers were rescued by a trawler."
        )
        assert look(source, variant).citations.tolist() == [[True, True, False]]

    def test_a_split_sentence_is_cited_twice(self) -> None:
        source = (
            "The ferry Amberlight sank off Quillon Point on Tuesday and seven Calderholm dockers "
            "were rescued by a trawler."
        )
        variant = (
            "On Tuesday the ferry Amberlight sank off Quillon Point. A trawler rescued seven dockers from Calderholm."
        )
        assert look(source, variant).citations.tolist() == [[True], [True]]

    def test_a_verbatim_sentence_is_cited_for_certain(self) -> None:
        found = look(TOW, TOW)
        assert (np.diag(found.cited) == 1.0).all()
        assert (found.added == 0.0).all()

    @pytest.mark.parametrize(("source", "variant"), [("", TOW), (TOW, ""), ("", "")])
    def test_an_empty_side_leaves_everything_added(self, source: str, variant: str) -> None:
        found = look(source, variant)
        assert found.is_added.all()
        assert not found.citations.any()

    def test_two_books_are_looked_at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(second_look, "_MAX_DENSE", 10)
        found = look(TOW, TOW_AGAIN)
        np.testing.assert_array_equal(found.cited, found.first.probability.T)
        assert found.is_added.tolist() == (found.first.probability.max(axis=0) < alignment.MIN_LINK).tolist()


class TestContext:
    def context(self, once: list[list[float]]) -> dict[str, np.ndarray]:
        return dict(zip(CONTEXT, np.moveaxis(second_look._context(np.array(once)), -1, 0), strict=True))

    def test_what_lies_on_the_course_is_not_off_it(self) -> None:
        sure = 0.9 * np.eye(5)
        off = self.context(sure.tolist())["off_course"]
        assert np.diag(off).max() < 0.5
        assert off[0, 4] > 3.0

    def test_a_rival_is_the_best_other_and_nothing_where_there_is_none(self) -> None:
        found = self.context([[0.7, 0.2], [0.1, 0.6]])
        np.testing.assert_allclose(found["rival_source"], [[0.2, 0.7], [0.6, 0.1]])
        np.testing.assert_allclose(found["rival_sentence"], [[0.1, 0.6], [0.7, 0.2]])
        assert self.context([[0.7]])["rival_source"].tolist() == [[0.0]]

    def test_neighbours_in_parallel_are_those_before_and_behind_both(self) -> None:
        found = self.context([[0.8, 0.0, 0.0], [0.0, 0.1, 0.0], [0.0, 0.0, 0.6]])
        assert found["parallel_best"][1, 1] == 0.8
        assert found["parallel_both"][1, 1] == 0.6
        assert found["parallel_best"][0, 2] == 0.0
