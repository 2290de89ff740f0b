"""Which partners of an article are its best, now and when more articles have come?

In: pairs with their scores, and the best partners that articles had before. Out: the pairs that are among the best of
one of the two, the best partners now, and the pairs that are so no more. Must not know what scores are made of.

An article with more than ``per_article`` partners keeps the best of them; one more is kept to know that there are more.
A partner that comes later can only push others out, never bring one back. So what is kept of each article says for ever
which of its pairs count, whatever the order in which the partners came: a law that the tests hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from dedup.match.candidates import WORTH

BEST: Final = pl.Schema({"article_id": pl.String, "other_id": pl.String, "score": pl.Float64})
"""The best partners of articles, one more than count."""
ENDS: Final = pl.Schema({"left_id": pl.String, "right_id": pl.String})
_BOTH: Final = ["voter", "other"]


@dataclass(frozen=True)
class Ranking:
    """Who is among whose best.

    Args:
        is_best: (n,) whether each pair is among the best of one of the two.
        best: Columns as in BEST: the best partners of all articles of which they are others now.
        crowded_out: Columns as in ENDS: pairs that were among the best of one, and are among those of neither now.
    """

    is_best: pl.Series
    best: pl.DataFrame
    crowded_out: pl.DataFrame


def ranking(pairs: pl.DataFrame, ids: pl.Series, n_new: int, per_article: int, before: pl.DataFrame | None) -> Ranking:
    """Rank the partners of new articles, and new ones among those of old articles.

    Args:
        pairs: Columns one, other, score: all pairs worth anything, of which one at least is new, by their place in
            ``ids``; ``one`` is new.
        ids: Names of all articles, the new ones first.
        n_new: New articles.
        per_article: Partners of an article that count; ties go to the smaller id. Of an article that has more, those
            with a fifth of the best one's score.
        before: Columns as in BEST: the best partners so far of the old articles, and of those named there; none of
            them new. None where old articles do not say who is among their best.

    Returns:
        The pairs in their order, and what changed.
    """
    held = before if before is not None else BEST.to_frame()
    names = pl.concat([ids, held["article_id"].unique(), held["other_id"].unique()]).unique().sort()
    # Numbers in the order of the names, so that ties fall the same way whoever is at hand.
    number = _numbers(ids, names)
    told = pl.DataFrame(
        [number.gather(pairs["one"]), number.gather(pairs["other"]), pairs["score"]], ["voter", "other", "score"]
    ).with_columns(fresh=True)
    old = pl.DataFrame(
        [_numbers(held["article_id"], names), _numbers(held["other_id"], names), held["score"]],
        ["voter", "other", "score"],
    ).with_columns(fresh=False)
    turned = told if before is not None else told.filter(pairs["other"] < n_new)
    turned = _in_reach(turned.select(voter="other", other="voter", score="score", fresh="fresh"), old, per_article)
    votes = _ranked(pl.concat([old, told, turned]), per_article)
    good = votes.filter("good").select(_BOTH)
    either = pl.concat([good, good.select(voter="other", other="voter")]).unique()
    is_best = told.with_row_index("place").join(either, on=_BOTH, how="semi")["place"]
    changed = votes.filter(pl.col("fresh").any().over("voter"))
    before_them = _ranked(old, per_article).filter("good").select(_BOTH)
    best = [names.gather(changed["voter"]), names.gather(changed["other"]), changed["score"]]
    return Ranking(
        pl.int_range(pairs.height, eager=True).is_in(is_best.cast(pl.Int64).implode()),
        pl.DataFrame(best, BEST),
        _named(before_them.join(either, on=_BOTH, how="anti"), names),
    )


def _numbers(ids: pl.Series, names: pl.Series) -> pl.Series:
    """(n,) place of each id among the names."""
    return ids.cast(pl.Enum(names)).to_physical().cast(pl.UInt32)


def _ranked(votes: pl.DataFrame, per_article: int) -> pl.DataFrame:
    """The best of each voter, one more than count, with whether each of them is good enough."""
    ordered = votes.sort("voter", "score", "other", descending=[False, True, False])
    placed = ordered.with_columns(place=pl.int_range(pl.len()).over("voter")).filter(pl.col("place") <= per_article)
    n, top = pl.len().over("voter"), pl.col("score").max().over("voter")
    worth = (pl.col("place") < per_article) & (pl.col("score") >= WORTH * top)
    return placed.with_columns(good=(n <= per_article) | worth)


def _in_reach(turned: pl.DataFrame, old: pl.DataFrame, per_article: int) -> pl.DataFrame:
    """Votes that may be among the best: most are not worth being sorted with the others."""
    full = old.group_by("voter").agg(pl.col("score").min().alias("last"), pl.len().alias("n"))
    full = full.filter(pl.col("n") > per_article).select("voter", "last")
    near = turned.join(full, on="voter", how="left", maintain_order="left")
    return near.filter(pl.col("last").is_null() | (pl.col("score") >= pl.col("last"))).drop("last")


def _named(pairs: pl.DataFrame, names: pl.Series) -> pl.DataFrame:
    """The pairs by id, each once, sorted."""
    lower, upper = pl.min_horizontal(_BOTH), pl.max_horizontal(_BOTH)
    once = pairs.select(left=lower, right=upper).unique().sort("left", "right")
    return pl.DataFrame({"left_id": names.gather(once["left"]), "right_id": names.gather(once["right"])}).cast(ENDS)
