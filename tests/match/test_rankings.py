"""Which pairs count depends on all partners of the two articles, and not on which of them came first."""

from __future__ import annotations

from itertools import combinations, pairwise

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from dedup.match.rankings import ENDS, ranking
from dedup.schemas import VOTES

NAMES = tuple("abcdefghijkl")
Scores = dict[tuple[str, str], float]
BEST = pl.Schema({"article_id": pl.String, "other_id": pl.String, "score": pl.Float64})


def make_pairs(scores: Scores, new: list[str], old: list[str]) -> pl.DataFrame:
    """Pairs by place, one of them new at least, the new one first."""
    place = {name: at for at, name in enumerate([*new, *old])}
    ends = [sorted((place[left], place[right])) for left, right in scores if {left, right} <= place.keys()]
    held = [score for (left, right), score in scores.items() if {left, right} <= place.keys()]
    rows = [(*pair, score) for pair, score in zip(ends, held, strict=True) if pair[0] < len(new)]
    return pl.DataFrame(rows, {"one": pl.Int64, "other": pl.Int64, "score": pl.Float64}, orient="row")


def by_place(best: pl.DataFrame, ids: list[str]) -> pl.DataFrame:
    place = {name: at for at, name in enumerate(ids)}
    rows = [(place[one], place[other], score) for one, other, score in best.iter_rows()]
    return pl.DataFrame(rows, VOTES, orient="row")


def by_name(best: pl.DataFrame, ids: pl.Series) -> pl.DataFrame:
    return pl.DataFrame([ids.gather(best["voter"]), ids.gather(best["other"]), best["score"]], BEST)


def come_in(scores: Scores, batches: list[list[str]], per_article: int) -> tuple[set[tuple[str, str]], pl.DataFrame]:
    """The pairs that count when all batches have come, and the best partners of every article."""
    best, old = BEST.to_frame(), list[str]()
    counting: set[tuple[str, ...]] = set()
    for batch in batches:
        pairs = make_pairs(scores, batch, old)
        ids = pl.Series([*batch, *old], dtype=pl.String)
        told = ranking(pairs, ids, len(batch), per_article, by_place(best, old))
        chosen = pairs.filter(told.is_best).select("one", "other").rows()
        counting |= {(min(ids[one], ids[other]), max(ids[one], ids[other])) for one, other in chosen}
        counting -= set(told.crowded_out.rows())
        best_now = by_name(told.best, ids)
        best = pl.concat([best.join(best_now, on="article_id", how="anti"), best_now])
        old += batch
    return {(str(left), str(right)) for left, right in counting}, best.sort(BEST.names())


@st.composite
def make_crowds(draw: st.DrawFn) -> tuple[Scores, list[list[str]], int]:
    """Scores with many ties, an order of arrival in batches, and how many partners count."""
    possible = list(combinations(NAMES, 2))
    chosen = draw(st.lists(st.sampled_from(possible), unique=True, min_size=10, max_size=len(possible)))
    scores = {pair: draw(st.sampled_from([0.0, 0.05, 0.06, 0.3, 0.3, 0.9])) for pair in chosen}
    order = draw(st.permutations(NAMES))
    cuts = sorted(draw(st.sets(st.integers(1, len(NAMES) - 1), max_size=6)))
    batches = [list(order[first:last]) for first, last in pairwise([0, *cuts, len(NAMES)])]
    return scores, batches, draw(st.integers(1, 4))


@given(make_crowds())
def test_in_any_batches_and_any_order_the_same_pairs_count_and_the_same_partners_are_kept(
    crowd: tuple[Scores, list[list[str]], int],
) -> None:
    scores, batches, per_article = crowd
    counting, best = come_in(scores, batches, per_article)
    whole, best_of_whole = come_in(scores, [list(NAMES)], per_article)
    assert counting == whole
    assert best.equals(best_of_whole)


@given(make_crowds())
def test_every_article_keeps_its_best_and_no_pair_counts_that_neither_wants(
    crowd: tuple[Scores, list[list[str]], int],
) -> None:
    scores, batches, per_article = crowd
    counting, _ = come_in(scores, batches, per_article)
    for name in NAMES:
        mine = sorted((-score, min({*pair} - {name})) for pair, score in scores.items() if name in pair)
        if mine:
            other = mine[0][1]
            assert (min(name, other), max(name, other)) in counting
    assert len(counting) <= per_article * len(NAMES)


def test_who_is_pushed_out_by_a_better_partner_is_told() -> None:
    scores = {("a", "b"): 0.3, ("a", "c"): 0.4, ("a", "d"): 0.5, ("b", "e"): 0.6}
    counting, best = come_in(scores, [["a", "b"], ["c", "d", "e"]], per_article=1)
    assert counting == {("a", "d"), ("a", "c"), ("b", "e")}
    assert best.filter(article_id="a")["other_id"].to_list() == ["c", "d"]


def test_where_old_articles_are_not_asked_only_the_best_of_the_new_one_count() -> None:
    pairs = make_pairs({("a", "b"): 0.3, ("a", "c"): 0.4}, ["a"], ["b", "c"])
    told = ranking(pairs, pl.Series(["a", "b", "c"]), 1, 1, None)
    assert told.is_best.to_list() == [False, True]
    assert told.crowded_out.schema == ENDS


def test_a_partner_with_less_than_a_fifth_of_the_best_ones_score_counts_for_few_alone() -> None:
    scores = {("a", "b"): 0.9, ("a", "c"): 0.1, ("a", "d"): 0.09, ("b", "c"): 0.8, ("c", "d"): 0.7, ("d", "e"): 0.8}
    assert ("a", "c") in come_in(scores, [list("abcde")], per_article=3)[0]
    assert ("a", "c") not in come_in(scores, [list("abcde")], per_article=2)[0]
