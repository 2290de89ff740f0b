"""The pinned floors hold on the corpora of the repository, and the gate counts what it says."""

from __future__ import annotations

import polars as pl
import pytest

from tests.gold.builders import make_corpus, make_pairs
from tests.gold.corpora import WRITTEN, load
from tests.gold.gate import (
    COLUMNS,
    SEMANTIC_FLOORS,
    broken,
    compared,
    figures,
    floors,
    mixed,
    of_run,
    of_stories,
    row,
    worth,
)
from tests.match.builders import LEAK, TOW, TOW_AGAIN


def make_members(stories: str) -> pl.DataFrame:
    """Members by story: ``"ab c"`` is a story of a and b, and one of c."""
    rows = [(one, group) for group in stories.split() for one in group]
    return pl.DataFrame(rows, {"article_id": pl.String, "story_id": pl.String}, orient="row")


def story_of(stories: str) -> dict[str, str]:
    return dict(make_members(stories).iter_rows())


@pytest.mark.parametrize("name", WRITTEN)
def test_no_figure_of_a_committed_corpus_falls_below_its_floor(name: str) -> None:
    pinned = floors()
    assert pinned[name]
    assert broken(name, figures(load(name)), pinned) == []


@pytest.mark.parametrize("name", floors(SEMANTIC_FLOORS))
def test_no_figure_of_a_diff_with_the_encoder_falls_below_its_floor(name: str, fitted_encoder: str) -> None:
    pinned = floors(SEMANTIC_FLOORS)
    assert broken(name, figures(load(name), fitted_encoder), pinned) == []


class TestFloors:
    def test_that_are_broken_are_named_with_their_figure(self) -> None:
        pinned = {"newsroom": {"bcubed_f1": 0.9, "max_merged_related": 0}}
        assert broken("newsroom", {"bcubed_f1": 0.89, "max_merged_related": 1}, pinned) == [
            "newsroom: bcubed_f1 is 0.8900, the pinned floor is 0.9000",
            "newsroom: max_merged_related is 1.0000, the pinned floor is 0.0000",
        ]

    def test_that_are_reached_hold(self) -> None:
        pinned = {"newsroom": {"bcubed_f1": 0.9, "max_merged_related": 1}}
        assert broken("newsroom", {"bcubed_f1": 0.9, "max_merged_related": 1}, pinned) == []
        assert broken("newsroom", {"bcubed_f1": 0.95, "max_merged_related": 0}, pinned) == []

    def test_of_one_corpus_say_nothing_of_another(self) -> None:
        assert broken("traps", {"bcubed_f1": 0.1}, {"newsroom": {"bcubed_f1": 0.9}}) == []


class TestFiguresOfStories:
    def test_score_articles_with_a_true_story_and_pairs_without(self) -> None:
        corpus = make_corpus(truth=story_of("ab cd"), same=[("x", "y"), ("y", "z"), ("c", "x"), ("d", "y")])
        found = of_stories(corpus, story_of("abc d xy z"))
        # Found are ab, ac, bc, true are ab, cd: one of three, one of two.
        assert found["pair_precision"] == pytest.approx(1 / 3)
        assert found["pair_recall"] == 0.5
        assert found["same_found"] == 0.25
        assert set(found) == set(COLUMNS.values())

    def test_count_the_look_alikes_of_each_kind_that_were_merged(self) -> None:
        apart = {"related": [("a", "c"), ("d", "a")], "traps": [("b", "c"), ("b", "d"), ("a", "b"), ("c", "d")]}
        assert of_stories(make_corpus(apart={**apart, "none": []}), story_of("abd c")) == {
            "max_merged_related": 1,
            "max_share_merged_related": 0.5,
            "max_merged_traps": 2,
            "max_share_merged_traps": 0.5,
        }

    def test_take_articles_that_were_not_found_for_apart(self) -> None:
        corpus = make_corpus(same=[("a", "b"), ("x", "a")], apart={"related": [("x", "y"), ("a", "x")]})
        assert of_stories(corpus, story_of("ab")) == {
            "same_found": 0.5,
            "max_merged_related": 0,
            "max_share_merged_related": 0.0,
        }

    def test_are_none_where_nothing_is_labelled(self) -> None:
        assert of_stories(make_corpus(), story_of("ab c")) == {}


class TestFiguresOfARun:
    def test_say_how_many_true_pairs_were_candidates_however_they_are_labelled(self) -> None:
        corpus = make_corpus(truth=story_of("abc"), same=[("e", "d")])
        found = of_run(corpus, make_members("abc de"), make_pairs("ab", "bc", "de", "xy"))
        assert found["candidate_recall"] == 0.75

    def test_forgive_the_merging_of_two_labelled_stories_that_are_one(self) -> None:
        pairs = pl.concat([make_pairs("ab", "cd"), make_pairs("bc", containment_left=0.6)])
        found = of_run(make_corpus(truth=story_of("ab cd ef")), make_members("abcd e f"), pairs)
        assert found["pair_f1"] == pytest.approx(4 / 9)
        # All six pairs of abcd are true then, and ef is still missed.
        assert found["pair_f1_repeats_merged"] == pytest.approx(2 * 6 / (6 + 7))
        assert found["bcubed_f1_repeats_merged"] > found["bcubed_f1"]

    def test_forgive_nothing_in_a_corpus_written_for_this_project(self) -> None:
        corpus = make_corpus(truth=story_of("ab cd"), written=True)
        found = of_run(corpus, make_members("abcd"), make_pairs("bc", containment_left=0.6))
        assert set(found) == set(COLUMNS.values()) - {"same_found"} | {"candidate_recall"}


class TestCorporaInOneBatch:
    def test_are_scored_apart_though_their_articles_bear_the_same_ids(self) -> None:
        wire = make_corpus({"a": TOW, "b": TOW_AGAIN, "c": LEAK}, name="wire", truth=story_of("ab c"))
        # What wire calls a and c are b and a here, so that every story of the batch has articles of both.
        leak_again = LEAK.replace("some ninety", "about ninety")
        texts = {"a": LEAK, "b": TOW, "c": leak_again}
        apart = {"related": [("a", "b")]}
        newswire = make_corpus(texts, name="newswire", truth=story_of("ac b"), apart=apart, same=[("c", "a")])
        found = mixed([wire, newswire])
        assert list(found) == ["wire", "newswire"]
        for of_corpus in found.values():
            assert (of_corpus["pair_f1"], of_corpus["bcubed_f1"], of_corpus["candidate_recall"]) == (1.0, 1.0, 1.0)
        assert (found["newswire"]["same_found"], found["newswire"]["max_merged_related"]) == (1.0, 0)
        assert "same_found" not in found["wire"]


class TestWorth:
    def test_is_what_is_found_less_the_worst_share_wrongly_merged(self) -> None:
        merged = {"max_share_merged_related": 0.2, "max_share_merged_traps": 0.3, "max_merged_traps": 99.0}
        assert worth({"bcubed_f1": 0.8, "pair_f1": 0.1, "same_found": 0.5, **merged}) == pytest.approx(0.5)
        assert worth({"bcubed_f1": 0.8}) == 0.8

    def test_is_by_pairs_where_no_stories_are_labelled(self) -> None:
        assert worth({"same_found": 0.6, "max_share_merged_related": 0.1}) == pytest.approx(0.5)
        assert worth({}) == 0.0


class TestBaselines:
    def test_are_scored_as_the_product_is_and_named_by_their_threshold(self) -> None:
        corpus = load("samples")
        found = compared(corpus, None)
        assert list(found) == ["MinHash 0.7", "TF-IDF 0.25"]
        # The seeds are rewrites: no copies for MinHash, and easily told by their words among so few.
        assert [figures["pair_recall"] for figures in found.values()] == [0.0, 1.0]
        assert all(set(figures) == set(of_stories(corpus, {})) for figures in found.values())


class TestARow:
    def test_has_a_cell_for_every_column_and_one_for_the_rest(self) -> None:
        found = {"candidate_recall": 1.0, "ari": 0.25, "bcubed_f1": 1.0, "link_f1": 0.8125}
        cells = dict(zip([*COLUMNS, "besides"], row(found), strict=True))
        assert {column: cell for column, cell in cells.items() if cell} == {
            "ARI": "0.250",
            "B³ F1": "1.000",
            "besides": "candidate recall 1.000; link f1 0.812",
        }

    @pytest.mark.parametrize(("count", "shown"), [(0, "0"), (1, "1"), (1_234, "1234")])
    def test_shows_counts_as_counts_and_shares_as_shares(self, count: float, shown: str) -> None:
        besides = row({"max_merged_traps": float(count), "max_share_merged_traps": 1.0})[-1]
        assert besides == f"merged traps {shown}; share merged traps 1.000"
