"""Which true pairs the search missed."""

from __future__ import annotations

from itertools import combinations

from rich.table import Table

from tests.gold.missed import Stranger, lines, recall, strangers

STORY = {*combinations("abcde", 2)}


def test_an_article_that_misses_all_its_partners_is_to_blame_and_they_are_not() -> None:
    found = {pair for pair in STORY if "e" not in pair}
    assert strangers(STORY, found) == [Stranger("e", missed=4, partners=4)]


def test_a_missed_pair_of_two_well_connected_articles_blames_nobody() -> None:
    assert strangers(STORY, STORY - {("a", "b")}) == []


def test_pairs_of_one_to_blame_are_gone_before_the_next_is_looked_at() -> None:
    found = {pair for pair in STORY if not {"d", "e"} & {*pair}}
    assert strangers(STORY, found) == [Stranger("d", 4, 4), Stranger("e", 3, 4)]


def test_recall_leaves_out_the_pairs_of_excused_articles() -> None:
    found = {pair for pair in STORY if "e" not in pair}
    assert recall(STORY, found) == 0.6
    assert recall(STORY, found, {"e"}) == 1.0


def test_a_corpus_without_a_miss_is_said_to_have_none() -> None:
    table, *said = lines("samples", None)
    assert isinstance(table, Table)
    assert table.row_count == 0
    assert said == ["samples: 0 of 2 true pairs missed, recall 1.0000"]
