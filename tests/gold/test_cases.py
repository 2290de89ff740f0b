"""What the models are fitted on: evidence as the product sees it, labels, folds and weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.config import Config
from dedup.match.verdict import FEATURES
from tests.gold.builders import make_corpus, make_pairs
from tests.gold.cases import HARD, LEAST, _balanced, all_pairs_of, cases_of, evidence_of, made_copies
from tests.gold.corpora import Corpus
from tests.gold.fitting import Cases, fold_of
from tests.gold.gate import detect
from tests.gold.labelled import events, labels
from tests.match.builders import LEAK, TOW, TOW_AGAIN

TEXTS = {"a": TOW, "b": TOW_AGAIN, "c": LEAK, "d": f"{TOW} {LEAK}"}
SOURCE = f"{TOW}\n\n{LEAK}"
"""More than 300 characters in two paragraphs."""


def make_desk(name: str = "desk") -> Corpus:
    """A story of a source and another, a source too short to be worth copying, and an article that is no source."""
    texts = {"t-1-0": SOURCE, "t-1-1": TOW_AGAIN, "t-2-0": "Two tugs towed the ship out.", "t-3-1": SOURCE}
    truth = {one: one[:3] for one in texts}
    return make_corpus(texts, name=name, truth=truth, events=truth, written=True)


def with_titles(corpus: Corpus, title: str) -> Corpus:
    return Corpus(corpus.name, corpus.articles.with_columns(title=pl.lit(title)), corpus.truth, written=True)


def weights(cases: Cases) -> dict[bool, list[float]]:
    """Weights of the true and of the false cases."""
    return {value: cases.weight[cases.labels == value].tolist() for value in (True, False)}


class TestTheEvidence:
    def test_is_what_the_product_sees_of_the_same_articles(self) -> None:
        corpus = make_corpus(TEXTS)
        seen = detect(corpus.articles, Config()).pairs
        found = evidence_of(corpus, None).sort("left_id", "right_id")
        assert ("a", "b") in found.select("left_id", "right_id").rows()
        same = seen.select(*found.columns)
        assert found.cast(same.schema).equals(same)

    def test_is_kept_where_one_likes_and_read_from_there_the_next_time(self, tmp_path: Path) -> None:
        corpus, folder = make_corpus(TEXTS), tmp_path / "not" / "there yet"
        found = evidence_of(corpus, folder)
        assert evidence_of(corpus, folder).equals(found)
        found.head(1).write_parquet(folder / "corpus.parquet")
        assert evidence_of(corpus, folder).equals(found.head(1))


class TestMadeCopies:
    def test_are_four_of_every_source_that_is_long_enough(self) -> None:
        corpus, evidence = made_copies([make_desk()], None)
        text = dict(corpus.articles.select("id", "text").iter_rows())
        assert text == {
            "desk:t-1-0": SOURCE,
            "desk:t-1-0~same": SOURCE,
            "desk:t-1-0~upper": SOURCE.upper(),
            "desk:t-1-0~lower": SOURCE.lower(),
            "desk:t-1-0~excerpt": TOW,
        }
        assert set(evidence["left_id"]) == {"desk:t-1-0"}
        assert sorted(evidence["right_id"]) == sorted(set(text) - {"desk:t-1-0"})

    def test_are_one_story_with_their_source_and_with_nothing_else(self) -> None:
        # Two corpora that call their stories alike.
        corpus, evidence = made_copies([make_desk("desk"), make_desk("wire")], None)
        ends = evidence.select(pl.col("left_id", "right_id").str.split("~").list.first())
        assert ends.rows() == [("desk:t-1-0", "desk:t-1-0")] * 4 + [("wire:t-1-0", "wire:t-1-0")] * 4
        cases = cases_of(corpus, evidence, labels)
        assert cases.labels.tolist() == [True] * 8

    def test_are_judged_with_the_story_that_they_are_made_of(self) -> None:
        desk = make_desk()
        copies = cases_of(*made_copies([desk], None), labels)
        given = make_pairs("xy").with_columns(left_id=pl.lit("t-1-0"), right_id=pl.lit("t-1-1"))
        # Otherwise a model has seen a source and its copies before it judges the source and its rewrites.
        assert set(copies.fold.tolist()) == set(cases_of(desk, given, labels).fold.tolist()) == {fold_of("t-1")}

    def test_keep_their_headline_only_in_capitals(self) -> None:
        corpus, evidence = made_copies([with_titles(make_desk(), "Amberlight towed out")], None)
        title = {one.partition("~")[2]: title for one, title in corpus.articles.select("id", "title").iter_rows()}
        headline = "Amberlight towed out"
        assert title == {"": headline, "same": None, "upper": headline, "lower": None, "excerpt": None}
        agree = dict(zip(evidence["right_id"].str.split("~").list.last(), evidence["headline_agree"], strict=True))
        assert [kind for kind, value in agree.items() if value is not None] == ["upper"]

    def test_look_like_what_was_made_of_them(self) -> None:
        _, evidence = made_copies([make_desk()], None)
        by_kind = {row["right_id"].partition("~")[2]: row for row in evidence.to_dicts()}
        assert by_kind["same"]["shingle_jaccard"] == by_kind["lower"]["shingle_jaccard"] == 1.0
        assert by_kind["excerpt"]["containment_right"] == 1.0
        assert 0.4 < by_kind["excerpt"]["containment_left"] < 0.7

    def test_are_kept_where_one_likes_and_read_from_there_the_next_time(self, tmp_path: Path) -> None:
        folder = tmp_path / "not" / "there yet"
        corpus, evidence = made_copies([make_desk()], folder)
        evidence.head(2).write_parquet(folder / "copies.parquet")
        again, kept = made_copies([make_desk()], folder)
        assert kept.equals(evidence.head(2))
        assert again.truth == corpus.truth


class TestCases:
    def test_are_the_pairs_that_labels_decide_with_their_features(self) -> None:
        corpus = make_corpus(truth={"a": "one", "b": "one", "c": "two"})
        pairs = pl.concat([make_pairs("ab", words=99.0), make_pairs("ax"), make_pairs("ac", "bc", words=9.0)])
        cases = cases_of(corpus, pairs, labels)
        assert (cases.name, cases.labels.tolist()) == ("corpus", [True, False, False])
        assert list(cases.values) == list(FEATURES)
        assert cases.values["words"] == pytest.approx(np.log([100.0, 10.0, 10.0]))

    def test_that_labels_leave_open_may_be_asked_for_and_are_called_false(self) -> None:
        corpus = make_corpus(truth={"a": "one", "b": "one", "c": "two"})
        pairs = make_pairs("ab", "ax", "ac")
        everything = all_pairs_of(corpus, pairs, labels)
        assert everything.labels.tolist() == [True, False, False]
        known = everything.only(np.asarray([True, False, True]))
        assert known.fold.tolist() == cases_of(corpus, pairs, labels).fold.tolist()

    def test_of_one_event_share_a_fold_whatever_their_story(self) -> None:
        corpus = make_corpus(
            truth={"a": "fire", "b": "fire", "d": "flood"},
            events={"a": "fire", "b": "fire", "c": "fire", "d": "flood", "e": "flood"},
        )
        folds = cases_of(corpus, make_pairs("ab", "bc", "cd", "de"), labels).fold.tolist()
        assert folds == [fold_of("fire")] * 3 + [fold_of("flood")]

    def test_of_one_story_share_a_fold_where_pairs_are_labelled_one_by_one(self) -> None:
        chain = [("b", "a"), ("b", "c"), ("c", "d"), ("d", "e"), ("e", "f")]
        cases = cases_of(make_corpus(same=chain), make_pairs("ab", "bc", "cd", "de", "ef"), labels)
        assert cases.labels.all()
        assert len({fold_of(one) for one in "abcde"}) > 1
        assert len(set(cases.fold.tolist())) == 1

    def test_that_are_hard_weigh_more_among_the_false_ones(self) -> None:
        corpus = make_corpus(truth={"a": "one", "b": "one", "c": "two", "d": "two"}, apart={"related": [("d", "a")]})
        pairs = make_pairs("ab", "ac", "ad", "bc", "cd")
        assert weights(cases_of(corpus, pairs, labels)) == {True: [1.0, 1.0], False: [1.0, HARD, 1.0]}

    def test_of_few_true_pairs_are_balanced_as_far_as_labels_decide(self) -> None:
        corpus = make_corpus(truth={"a": "one", "b": "one", **dict(zip("cdefgh", "uvwxyz", strict=True))})
        pairs = make_pairs("ab", *(f"a{other}" for other in "cdefgh"), "ap", "aq")
        assert weights(cases_of(corpus, pairs, labels)) == {True: [pytest.approx(2.0)], False: [1.0] * 6}

    def test_of_events_are_accounts_and_never_pairs_of_one_story(self) -> None:
        corpus = make_corpus(truth={"a": "x", "b": "x"}, events={"a": "x", "b": "x", "c": "x", "d": "y"})
        assert cases_of(corpus, make_pairs("ab", "ac", "bd"), events).labels.tolist() == [True, False]

    def test_of_no_pairs_are_none(self) -> None:
        cases = cases_of(make_corpus(truth={"a": "one"}), make_pairs(), labels)
        assert (cases.labels.size, cases.weight.size, cases.fold.size) == (0, 0, 0)
        assert {column.size for column in cases.values.values()} == {0}


class TestBalance:
    @given(st.lists(st.tuples(st.sampled_from([1.0, HARD]), st.booleans()), min_size=1, max_size=40))
    def test_gives_the_few_their_least_share_and_takes_nothing_from_the_many(
        self, given: list[tuple[float, bool]]
    ) -> None:
        weight, labelled = np.asarray([one for one, _ in given]), np.asarray([one for _, one in given])
        found = _balanced(weight, labelled)
        for mine in (labelled, ~labelled):
            before, after = weight[mine].sum() / weight.sum(), found[mine].sum() / found.sum()
            if 0 < before < LEAST:
                assert after == pytest.approx(LEAST)
            elif before > 1 - LEAST:
                assert found[mine].tolist() == weight[mine].tolist()
            else:
                assert after == pytest.approx(before)
            # Within a side, a case that counted more still counts as much more.
            assert found[mine] * weight[mine].sum() == pytest.approx(weight[mine] * found[mine].sum())
