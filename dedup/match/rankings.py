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

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.match.candidates import WORTH
from dedup.places import MEMORY, Place, slices
from dedup.schemas import VOTES

Flags = npt.NDArray[np.bool_]

ENDS: Final = pl.Schema({"left_id": pl.String, "right_id": pl.String})
_RANKED: Final = ["voter", "other", "score", "at"]


@dataclass(frozen=True)
class Ranking:
    """Who is among whose best.

    Args:
        is_best: (n,) whether each pair is among the best of one of the two.
        best: Columns as in VOTES: the best partners of all articles of which they are others now, one more than count.
        crowded_out: Columns as in ENDS: pairs that were among the best of one, and are among those of neither now.
    """

    is_best: pl.Series
    best: pl.DataFrame
    crowded_out: pl.DataFrame


def ranking(
    pairs: pl.DataFrame,
    names: pl.Series,
    n_new: int,
    per_article: int,
    before: pl.DataFrame | None,
    place: Place = MEMORY,
) -> Ranking:
    """Rank the partners of new articles, and new ones among those of old articles, some thousand articles at a time.

    Args:
        pairs: Columns one, other, score: all pairs worth anything, of which one at least is new, by their place in
            ``names``, each once; ``one`` is new.
        names: Ids of all articles, the new ones first.
        n_new: New articles.
        per_article: Partners of an article that count; ties go to the smaller id. Of an article that has more, those
            with a fifth of the best one's score.
        before: Columns as in VOTES, by place among the names behind the new ones: the best partners so far of the old
            articles, and of those named there. None where old articles do not say who is among their best.
        place: Where the best partners may lie.

    Returns:
        The pairs in their order, and what changed.
    """
    held = VOTES.to_frame() if before is None else before
    asked = n_new if before is None else len(names)
    # Ties fall by the order of the names, whoever is at hand.
    order = pl.Series("order", np.argsort(names.arg_sort().to_numpy()), pl.UInt32)
    old = held.with_row_index("at").select(*_RANKED, fresh=pl.lit(value=False))
    told = pairs.with_row_index("at").select(
        pl.col("one", "other").cast(pl.UInt32), "score", "at", fresh=pl.lit(value=True)
    )
    is_best, was_good, is_good = (np.zeros(n, np.bool_) for n in (pairs.height, held.height, held.height))
    best = place.growing(VOTES)
    for some in slices(len(names)):
        mine = old.filter(pl.col("voter").is_between(some.start - n_new, some.stop - 1 - n_new))
        mine = mine.with_columns(pl.col("voter", "other") + n_new)
        before_them = _ranked(mine, order, per_article).filter("good")["at"].to_numpy()
        was_good[before_them] = True
        fresh = told.filter(pl.col("one").is_between(some.start, some.stop - 1)).rename({"one": "voter"})
        turned = told.filter(pl.col("other").is_between(some.start, min(some.stop, asked) - 1)).select(
            voter="other", other="one", score="score", at="at", fresh="fresh"
        )
        if not fresh.height + turned.height:
            is_good[before_them] = True
            continue
        votes = _ranked(pl.concat([mine, fresh, _in_reach(turned, mine, per_article)]), order, per_article)
        good = votes.filter("good")
        is_best[good.filter("fresh")["at"].to_numpy()] = True
        is_good[good.filter(~pl.col("fresh"))["at"].to_numpy()] = True
        best.append(votes.filter(pl.col("fresh").any().over("voter")).select(*VOTES))
    return Ranking(pl.Series(is_best), best.frame(), _crowded_out(held, was_good, is_good, names[n_new:]))


def _ranked(votes: pl.DataFrame, order: pl.Series, per_article: int) -> pl.DataFrame:
    """The best of each voter, one more than count, with whether each of them is good enough."""
    ordered = votes.with_columns(order.gather(votes["other"])).sort(
        "voter", "score", "order", descending=[False, True, False]
    )
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


def _crowded_out(old: pl.DataFrame, was_good: Flags, is_good: Flags, names: pl.Series) -> pl.DataFrame:
    """The pairs that were good to one of the two and are to neither now, by id, each once, sorted."""
    lost = old.filter(pl.Series(was_good & ~is_good)).select("voter", "other")
    kept = old.filter(pl.Series(is_good)).select(voter="other", other="voter")
    lost = lost.join(kept, on=["voter", "other"], how="anti")
    one, other = names.gather(lost["voter"]), names.gather(lost["other"])
    ends = pl.DataFrame({"one": one, "other": other}).select(
        left_id=pl.min_horizontal("one", "other"), right_id=pl.max_horizontal("one", "other")
    )
    return ends.unique().sort("left_id", "right_id").cast(ENDS)
