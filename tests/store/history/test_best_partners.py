"""What is kept of best partners is found again with theirs, and who would miss one that changes is named."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from dedup.schemas import VOTES, Best
from dedup.store.history.best_partners import best_partners, crowded_by, let_go_best, let_go_of, numbered_best
from dedup.store.history.database import Database, database, id_column

ONE, OTHER, THIRD, FOURTH = (f"night{night}-{town}" for night in (0, 1) for town in ("Palisade-0", "Skarrel-0"))
ROWS = [(ONE, OTHER, 0.5), (ONE, THIRD, 0.25), (OTHER, ONE, 0.5), (THIRD, FOURTH, 0.125)]


NAMES = pl.Series([THIRD, ONE, FOURTH, OTHER])


def make_best(rows: list[tuple[str, str, float]]) -> pl.DataFrame:
    place = {name: at for at, name in enumerate(NAMES)}
    return pl.DataFrame([(place[one], place[other], score) for one, other, score in rows], VOTES, orient="row")


def told(history: Database, *ids: str, without: tuple[str, ...] = ()) -> tuple[pl.Series, Best]:
    """Ids by place, and the best partners."""
    near = history.frame(
        "SELECT number, article_id FROM articles WHERE article_id IN (FROM ids) ORDER BY 1", ids=id_column(ids)
    ).with_row_index("row")
    best = best_partners(history, near, without)
    return pl.concat([near["article_id"], best.elsewhere]), best


def kept(history: Database, *ids: str, without: tuple[str, ...] = ()) -> list[tuple[str, str, float]]:
    names, best = told(history, *ids, without=without)
    return sorted((names[one], names[other], score) for one, other, score in best.votes.iter_rows())


def refilled(history: Database) -> None:
    history.run("DELETE FROM best")
    put_best(history, ROWS)


def put_best(history: Database, rows: list[tuple[str, str, float]]) -> None:
    for some in numbered_best(history, NAMES, make_best(rows), 3):
        history.run("INSERT INTO best BY NAME FROM fresh", fresh=some)


def test_best_partners_come_with_those_of_the_partners_and_without_who_is_matched_anew(store: Path) -> None:
    with database(store, write=True) as history:
        refilled(history)
        assert kept(history, ONE) == sorted(ROWS)
        assert kept(history, OTHER) == sorted(ROWS[:3])
        assert kept(history, ONE, without=(OTHER,)) == sorted([ROWS[1], ROWS[3]])
        assert kept(history) == []


def test_partners_that_are_matched_anew_count_though_they_are_not_named(store: Path) -> None:
    with database(store, write=True) as history:
        refilled(history)
        names, best = told(history, ONE, FOURTH, without=(OTHER,))
        assert {names[row]: (n, score) for row, n, score in best.last.iter_rows()} == {ONE: (2, 0.25)}
        assert names.to_list()[2:] == [THIRD]


def test_better_partners_take_the_place_of_those_of_the_same_article(store: Path) -> None:
    with database(store, write=True) as history:
        refilled(history)
        let_go_best(history, pl.DataFrame({"article_id": [ONE]}), 100)
        put_best(history, [(ONE, FOURTH, 0.75)])
        assert kept(history, OTHER) == sorted([(ONE, FOURTH, 0.75), ROWS[2]])


def test_partners_that_came_ahead_are_not_let_go_with_earlier_ones(store: Path) -> None:
    with database(store, write=True) as history:
        refilled(history)
        last = history.value("SELECT max(number) FROM best")
        let_go_best(history, pl.DataFrame({"article_id": sorted({row[0] for row in ROWS})}), last)
        assert {row[0] for row in kept(history, ONE, OTHER, THIRD)} == {THIRD}
        refilled(history)
        let_go_of(history, history.frame("SELECT number FROM articles"), last)
        assert {row[0] for row in kept(history, ONE, OTHER, THIRD)} == {THIRD}


def test_only_who_has_more_partners_than_count_would_miss_one(store: Path) -> None:
    with database(store, write=True) as history:
        refilled(history)
        assert crowded_by(history, [THIRD], 1) == [ONE]
        assert crowded_by(history, [THIRD, ONE], 1) == []
        assert crowded_by(history, [THIRD], 2) == []
        assert crowded_by(history, [FOURTH], 0) == [THIRD]


def test_who_is_no_more_is_nobodys_partner(store: Path) -> None:
    with database(store, write=True) as history:
        refilled(history)
        number = history.frame("SELECT a.number FROM articles a WHERE a.article_id = ?", THIRD)
        let_go_of(history, number)
        assert kept(history, ONE, THIRD) == sorted([ROWS[0], ROWS[2]])
