"""What labels say about pairs, and what they leave open."""

from __future__ import annotations

from itertools import combinations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gold.builders import make_corpus, make_pairs
from tests.gold.corpora import Corpus
from tests.gold.labelled import (
    CARRIES_NOTHING,
    OWN_WORDS,
    REPEATED,
    Flags,
    events,
    hard_pairs,
    labels,
    repeats,
    same_pairs,
    true_pairs,
)

SIDES = pytest.mark.parametrize("side", ["left", "right"])
THREE = {"a": "one", "b": "one", "c": "two", "d": "two", "e": "three"}
"""Three true stories: ab, cd, e."""
NOT_MORE, MORE = 0.0, 0.01


def told(decided: tuple[Flags, Flags]) -> list[bool | None]:
    """True, false, or None where nobody knows."""
    return [bool(value) if known else None for value, known in zip(*decided, strict=True)]


def make_reprints() -> Corpus:
    """Pairs labelled one by one, written in either order: ab is a story, cd are look-alikes."""
    return make_corpus(same=[("b", "a")], apart={"look-alikes": [("d", "c")]})


def make_newsroom() -> Corpus:
    """A fire told by a and b from one text and by c alone; a flood told by d; nobody knows of x."""
    return make_corpus(
        truth={"a": "fire", "b": "fire", "d": "flood"},
        events={"a": "fire", "b": "fire", "c": "fire", "d": "flood"},
        apart={"related": [("a", "d")]},
        written=True,
    )


class TestPairsOfOneStory:
    def test_are_every_two_of_its_articles_the_smaller_id_first(self) -> None:
        truth = {"d": "x", "b": "y", "c": "x", "a": "x", "e": "z"}
        assert sorted(true_pairs(truth)) == [("a", "c"), ("a", "d"), ("c", "d")]

    @given(st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("xyz")))
    def test_are_all_pairs_that_bear_one_name_and_each_once(self, truth: dict[str, str]) -> None:
        found = list(true_pairs(truth))
        assert sorted(found) == [
            pair for pair in combinations(sorted(truth), 2) if len({truth[one] for one in pair}) == 1
        ]

    def test_are_those_of_true_stories_and_those_labelled_one_by_one_in_either_order(self) -> None:
        corpus = make_corpus(truth={"b": "x", "a": "x", "c": "y"}, same=[("d", "c"), ("a", "b")])
        assert same_pairs(corpus) == {("a", "b"), ("c", "d")}


class TestLabelsOfStories:
    def test_decide_pairs_of_labelled_articles_and_no_others(self) -> None:
        pairs = make_pairs("ab", "ac", "be", "cd", "ax", "xy")
        assert told(labels(make_corpus(truth=THREE), pairs)) == [True, False, False, True, None, None]

    @SIDES
    def test_decide_nothing_between_two_stories_of_which_articles_share_word_runs(self, side: str) -> None:
        corpus = make_corpus(truth=THREE)
        shared = make_pairs("bc", **{f"containment_{side}": REPEATED})
        pairs = pl.concat([make_pairs("ab", "ad"), shared, make_pairs("ae", "de")])
        assert told(labels(corpus, pairs)) == [True, None, None, False, False]

    def test_decide_all_pairs_of_a_corpus_written_for_this_project_whatever_they_share(self) -> None:
        corpus = make_corpus(truth=THREE, written=True)
        assert told(labels(corpus, make_pairs("ab", "bc", "ad", containment_left=0.9))) == [True, False, False]

    def test_that_keep_two_articles_apart_hold_whatever_they_share(self) -> None:
        corpus = make_corpus(truth=THREE, apart={"look-alikes": [("c", "b")]})
        assert told(labels(corpus, make_pairs("bc", "ac", containment_left=0.9))) == [False, None]


class TestLabelsOfSinglePairs:
    def test_hold_in_either_order_however_much_is_carried(self) -> None:
        carried = make_pairs("ab", "cd", aligned_left=0.9, aligned_right=0.9, containment_left=0.9)
        assert told(labels(make_reprints(), carried)) == [True, False]

    @SIDES
    @pytest.mark.parametrize(("more", "said"), [(NOT_MORE, False), (MORE, None)])
    def test_speak_against_others_only_where_hardly_anything_is_carried(
        self, side: str, more: float, said: bool | None
    ) -> None:
        pairs = make_pairs("ac", "xy", **{f"aligned_{side}": CARRIES_NOTHING + more})
        assert told(labels(make_reprints(), pairs)) == [said, said]


class TestLabelsOfEvents:
    def test_tell_one_story_from_another_account_and_from_another_event(self) -> None:
        pairs = make_pairs("ab", "ac", "ad", "bd", "cd")
        assert told(labels(make_newsroom(), pairs)) == [True, False, False, False, False]

    @SIDES
    @pytest.mark.parametrize(("more", "said"), [(NOT_MORE, False), (MORE, None)])
    def test_leave_open_two_accounts_of_one_event_that_share_words(
        self, side: str, more: float, said: bool | None
    ) -> None:
        copied = {f"containment_{side}": OWN_WORDS + more}
        assert told(labels(make_newsroom(), make_pairs("bc", "ab", "cd", **copied))) == [said, True, False]

    def test_leave_open_articles_of_no_known_event(self) -> None:
        assert told(labels(make_newsroom(), make_pairs("ax", "xy"))) == [None, None]


class TestOneEvent:
    def test_is_told_from_another_between_accounts_and_not_asked_within_a_story(self) -> None:
        pairs = make_pairs("ab", "ac", "bc", "ad", "cd", "ax")
        assert told(events(make_newsroom(), pairs)) == [None, True, True, False, False, None]

    def test_of_accounts_that_share_words_is_unknown(self) -> None:
        assert told(events(make_newsroom(), make_pairs("ac", "cd", containment_right=0.5))) == [None, False]

    def test_is_the_story_where_no_events_are_labelled(self) -> None:
        corpus, pairs = make_corpus(truth=THREE), make_pairs("ab", "ac", "xy")
        assert told(events(corpus, pairs)) == [None, False, None]
        assert events(corpus, pairs)[0].tolist() == [True, False, False]


class TestHardPairs:
    def test_are_look_alikes_in_either_order(self) -> None:
        assert hard_pairs(make_reprints(), make_pairs("ab", "cd", "ac", "xy")).tolist() == [False, True, False, False]

    def test_are_two_accounts_of_one_event_that_are_not_one_story(self) -> None:
        pairs = make_pairs("ab", "ac", "bc", "cd", "bd", "xy")
        assert hard_pairs(make_newsroom(), pairs).tolist() == [False, True, True, False, False, False]

    def test_are_follow_ups_too(self) -> None:
        assert hard_pairs(make_newsroom(), make_pairs("ad", "bd")).tolist() == [True, False]


class TestRepeats:
    @SIDES
    @pytest.mark.parametrize(("less", "group"), [(0.0, "one"), (0.01, "two")])
    def test_are_stories_of_which_articles_share_enough_word_runs(self, side: str, less: float, group: str) -> None:
        shared = make_pairs("bc", **{f"containment_{side}": REPEATED - less})
        assert repeats(make_corpus(truth=THREE), shared) == {"one": "one", "two": group, "three": "three"}

    def test_of_repeats_are_repeats(self) -> None:
        pairs = make_pairs("ad", "ce", containment_left=0.5)
        assert set(repeats(make_corpus(truth=THREE), pairs).values()) == {"one"}

    def test_are_not_joined_by_an_article_without_a_label(self) -> None:
        pairs = make_pairs("ax", "cx", containment_left=0.9)
        assert repeats(make_corpus(truth=THREE), pairs) == {"one": "one", "two": "two", "three": "three"}

    def test_are_not_looked_for_in_what_was_written_for_this_project(self) -> None:
        corpus = make_corpus(truth=THREE, written=True)
        assert len(set(repeats(corpus, make_pairs("bc", "ce", containment_left=0.9)).values())) == 3

    @given(st.permutations([f"{one}{other}" for one, other in combinations("aceg", 2)]), st.integers(0, 6))
    def test_do_not_depend_on_the_order_of_the_pairs(self, pairs: list[str], kept: int) -> None:
        corpus = make_corpus(truth={"a": "four", "c": "two", "e": "three", "g": "one", "h": "alone"})
        found = repeats(corpus, make_pairs(*pairs[:kept], containment_right=0.3))
        again = repeats(corpus, make_pairs(*sorted(pairs[:kept], reverse=True), containment_right=0.3))
        assert found == again
        # A group is named by one of its own, the name that sorts first.
        for pair in pairs[:kept]:
            assert len({found[corpus.truth[one]] for one in pair}) == 1
        assert all(
            found[group] == group == min(story for story in found if found[story] == group) for group in found.values()
        )
        assert found["alone"] == "alone"
