"""Find pairs by the rare terms they share.

In: the salient terms of every article. Out: its keys and anchors, the partners that they lead to, and how much of one
another's anchors two articles have. Must not know signatures or verdicts.

MinHash estimates a Jaccard similarity, and a five-sentence cut-down of a long article has next to none with it, however
plainly it tells the same story. The anchors of an article are those of its terms that are rarest in the language and in
the batch: names, places, odd words. An article finds another by having some of *its* anchors, wherever they stand, so
that a cut-down finds the long article and the long one the cut-down.

A term that more articles share than are worth comparing says nothing alone, and the larger a batch, the more terms are
of that kind. So the heaviest of those stand two by two: hardly anybody shares "Reserve", a few share "Reserve" and
"repurchase". Whatever the size of the batch, an article is compared with a bounded number of others.

Two paths give the same: Polars here, and the kernels in ``anchor_kernels`` for batches that repay loading them. Values
are whole numbers, so that sums do not depend on their order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.config import AnchorConfig
from dedup.schemas import TERMS

Int64s = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

COMPILED_FROM: Final = 1_000
"""Articles from which the compiled join repays loading it."""
UNIT: Final = 65_536
"""Values are counted in this many parts of one."""
_MIX: Final = -7_046_029_254_386_353_131
"""An odd multiplier (the golden ratio of 64 bits): joins two hashed terms into a key of their own."""
_CHUNK: Final = 200_000
"""Pairs scored at a time, so that memory stays bounded."""
_ARTICLES: Final = 8_192
"""Articles whose keys are chosen at a time: for all at once that takes ten times what the keys do."""
_KEYS: Final = pl.Schema(
    {
        "row": pl.UInt32,
        "key": pl.Int64,
        "value": pl.Int64,
        "sharers": pl.UInt32,
        "term": pl.Int64,
        "other": pl.Int64,
        "anchor": pl.Boolean,
    }
)


@dataclass(frozen=True)
class Anchors:
    """What the articles of a batch can be found by.

    Args:
        keys: Columns row (UInt32), key (Int64), value (Int64: weight times inverse document frequency, in 65,536ths),
            sharers (UInt32: articles that have the key, at least 2), term and other (Int64: the term or the two terms
            it stands for; other null for one), anchor (Boolean: among the row's best); sorted by row and key.
        index: The anchors that lead to their article: columns key and row, sorted; of a key that more than
            ``max_articles`` have, the first of them.
        totals: (n_articles,) summed value of each article's anchors.
        trimmed: Keys of which not every article is in the index.
    """

    keys: pl.DataFrame
    index: pl.DataFrame
    totals: Int64s
    trimmed: int = field(default=0)

    @property
    def compiled(self) -> bool:
        """Whether the batch is large enough for the kernels."""
        return len(self.totals) >= COMPILED_FROM

    @cached_property
    def numbered(self) -> tuple[Int64s, Int64s, Int64s, npt.NDArray[np.bool_]]:
        """The keys as arrays for the kernels: where each article's begin (n_articles + 1), number, value, anchor."""
        _, number = np.unique(self.keys["key"].to_numpy(), return_inverse=True)
        rows = self.keys["row"].to_numpy()
        begins = np.searchsorted(rows, np.arange(len(self.totals) + 1)).astype(np.int64)
        return begins, number.astype(np.int64), self.keys["value"].to_numpy(), self.keys["anchor"].to_numpy()


def anchors(terms: pl.DataFrame, n_articles: int, config: AnchorConfig) -> Anchors:
    """Choose what each article can be found by.

    Args:
        terms: TERMS frame.
        n_articles: Articles of the batch; those without terms have no keys.
        config: The ``match.anchors`` settings.

    Returns:
        Keys that at least two articles have, and of each article the ``per_text`` most valuable ones as its anchors;
        ties go to the smaller key.
    """
    TERMS.check(terms)
    worth = _worth(terms)
    begins = np.searchsorted(terms["row"].to_numpy(), [*range(0, n_articles, _ARTICLES), n_articles]).tolist()
    parts = [
        terms[start:stop].lazy().select("row", "term").join(worth.lazy(), "term") for start, stop in pairwise(begins)
    ]
    joined = [two_by_two(_widespread(part, config)).select("key").collect() for part in parts]
    pairs = (
        pl.concat([TERMS.empty().select(key="term"), *joined])
        .lazy()
        .group_by("key")
        .agg(sharers=pl.len().cast(pl.UInt32))
        .filter(pl.col("sharers") > 1)
        .collect()
    )
    ranked = pl.concat([_KEYS.to_frame(), *(_ranked(part, pairs, config).collect() for part in parts)])
    chosen = ranked.lazy().filter("anchor").select("key", "row").sort("key", "row")
    index = chosen.filter(pl.int_range(pl.len()).over("key") < config.max_articles).collect()
    held = ranked.filter("anchor").group_by("key").len()
    totals = np.zeros(n_articles, dtype=np.int64)
    summed = ranked.filter("anchor").group_by("row").agg(pl.col("value").sum())
    totals[summed["row"].to_numpy()] = summed["value"].to_numpy()
    return Anchors(ranked, index, totals, int((held["len"] > config.max_articles).sum()))


def _worth(terms: pl.DataFrame) -> pl.DataFrame:
    """Columns term, sharers, value of the terms that at least two articles have."""
    # A word of two languages has two weights; the key has one value for all.
    counted = terms.lazy().group_by("term").agg(pl.col("weight").min(), sharers=pl.len().cast(pl.UInt32))
    value = term_values(pl.col("weight"), pl.col("sharers"), pl.lit(terms["row"].n_unique()))
    return counted.filter(pl.col("sharers") > 1).select("term", "sharers", value=value).collect()


def _widespread(weighed: pl.LazyFrame, config: AnchorConfig) -> pl.LazyFrame:
    """The heaviest too widespread terms of each article."""
    return (
        weighed.filter(pl.col("sharers") > config.max_articles)
        .sort("row", "value", "term", descending=[False, True, False])
        .group_by("row", maintain_order=True)
        .head(config.joined)
        .select("row", "term", "value")
    )


def _ranked(weighed: pl.LazyFrame, pairs: pl.DataFrame, config: AnchorConfig) -> pl.LazyFrame:
    """The keys of some articles, as in ``Anchors``."""
    single = weighed.filter(pl.col("sharers") <= config.max_articles).select(
        "row", "value", "sharers", "term", key="term", other=pl.lit(None, dtype=pl.Int64)
    )
    joined = two_by_two(_widespread(weighed, config)).join(pairs.lazy(), "key")
    return (
        pl.concat([single, joined], how="diagonal")
        .sort("row", "value", "key", descending=[False, True, False])
        .with_columns(anchor=pl.int_range(pl.len()).over("row") < config.per_text)
        .sort("row", "key")
        .select(*_KEYS)
    )


def two_by_two(widespread: pl.LazyFrame) -> pl.LazyFrame:
    """Keys of two terms each.

    Args:
        widespread: ``row``, ``term``, ``value``.

    Returns:
        Every two terms of a row: ``row``, ``term``, ``key``, ``value``, ``other``.
    """
    pairs = widespread.join(widespread, on="row", suffix="_other").filter(pl.col("term") < pl.col("term_other"))
    return pairs.select(
        "row",
        "term",
        key=pl.col("term") ^ (pl.col("term_other") * _MIX),
        value=pl.min_horizontal("value", "value_other"),
        other="term_other",
    )


def term_values(weight: pl.Expr, sharers: pl.Expr, with_terms: pl.Expr) -> pl.Expr:
    """What a term is worth as a key: weight times inverse document frequency, in 65,536ths.

    Args:
        weight: Its smallest weight.
        sharers: Articles that have it.
        with_terms: Articles that have any term.
    """
    return ((weight.cast(pl.Float64) * (1 + with_terms / sharers).log()) * UNIT).round().cast(pl.Int64)


def anchor_pairs(found: Anchors, config: AnchorConfig) -> pl.DataFrame:
    """Each article with those of whose anchors it has the largest share.

    Args:
        found: The anchors of the batch.
        config: The ``match.anchors`` settings: a partner must share ``min_shared`` keys, and each article names the
            ``per_article`` best; ties go to the smaller row.

    Returns:
        Columns left, right (UInt32), left < right, each pair once, in order.
    """
    if found.compiled:
        from dedup.match.anchor_kernels import partners

        begins, number, value, _ = found.numbered
        names = np.unique(found.keys["key"].to_numpy())
        key_of = np.searchsorted(names, found.index["key"].to_numpy())
        offsets = np.searchsorted(key_of, np.arange(len(names) + 1)).astype(np.int64)
        rows = found.index["row"].to_numpy().astype(np.int64)
        one, other = partners(
            begins, number, value, offsets, rows, np.maximum(found.totals, 1), config.min_shared, config.per_article
        )
        named = pl.DataFrame({"row": one, "to": other}, schema={"row": pl.UInt32, "to": pl.UInt32})
    else:
        named = _partners(found, config)
    return (
        named.select(left=pl.min_horizontal("row", "to"), right=pl.max_horizontal("row", "to"))
        .unique()
        .sort("left", "right")
    )


def _partners(found: Anchors, config: AnchorConfig) -> pl.DataFrame:
    totals = pl.LazyFrame({"to": np.arange(len(found.totals)), "total": np.maximum(found.totals, 1)})
    return (
        found.keys.lazy()
        .select("row", "key", "value")
        .join(found.index.lazy().select("key", to="row"), on="key")
        .filter(pl.col("row") != pl.col("to"))
        .group_by("row", "to")
        .agg(shared=pl.col("value").sum(), n_shared=pl.len())
        .filter(pl.col("n_shared") >= config.min_shared)
        .join(totals.with_columns(pl.col("to").cast(pl.UInt32)), on="to")
        .with_columns(score=pl.col("shared") / pl.col("total"))
        .sort("row", "score", "to", descending=[False, True, False])
        .group_by("row", maintain_order=True)
        .head(config.per_article)
        .select("row", "to")
        .collect()
    )


def anchor_scores(pairs: pl.DataFrame, found: Anchors) -> pl.Series:
    """The larger share of one article's anchors that the other has.

    Args:
        pairs: Columns left, right.
        found: The anchors of the batch.

    Returns:
        (n,) scores in [0,1], in the order of ``pairs``; 0 where a side has no anchors.
    """
    if found.compiled:
        from dedup.match.anchor_kernels import shares

        left, right = (pairs[side].to_numpy().astype(np.int64) for side in ("left", "right"))
        return pl.Series("score", shares(left, right, *found.numbered, found.totals), dtype=pl.Float64)
    parts = [_scores(pairs.slice(start, _CHUNK), found) for start in range(0, pairs.height, _CHUNK)]
    return pl.concat(parts) if parts else pl.Series("score", [], dtype=pl.Float64)


def _scores(pairs: pl.DataFrame, found: Anchors) -> pl.Series:
    numbered = pairs.lazy().select("left", "right").with_row_index("pair")
    keys = found.keys.lazy().select("row", "key", "value", "anchor")
    shared = (
        numbered.join(keys, left_on="left", right_on="row")
        .join(keys, left_on=["right", "key"], right_on=["row", "key"], suffix="_right")
        .group_by("pair")
        .agg(
            of_left=pl.col("value").filter("anchor").sum(),
            of_right=pl.col("value").filter("anchor_right").sum(),
        )
    )
    totals = pl.Series("total", np.maximum(found.totals, 1))
    scored = numbered.join(shared, on="pair", how="left", maintain_order="left").collect()
    of_left = scored["of_left"].fill_null(0) / totals.gather(scored["left"])
    of_right = scored["of_right"].fill_null(0) / totals.gather(scored["right"])
    return pl.select(score=pl.max_horizontal(of_left, of_right))["score"]
