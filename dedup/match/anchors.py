"""Find pairs by the rare terms they share.

In: the keys of every article. Out: its anchors, the partners that they lead to, and how much of one another's anchors
two articles have. Must not know signatures or verdicts.

MinHash estimates a Jaccard similarity, and a five-sentence cut-down of a long article has next to none with it, however
plainly it tells the same story. The anchors of an article are those of its terms that are rarest in the language and in
the batch: names, places, odd words. An article finds another by having some of *its* anchors, wherever they stand, so
that a cut-down finds the long article and the long one the cut-down. Whatever the size of the batch, an article is
compared with a bounded number of others.

Two paths give the same: Polars here, and the kernels in ``anchor_kernels`` for batches that repay loading them.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.config import AnchorConfig
from dedup.match.keys import AT_A_TIME, Keys, by_range, shared_keys
from dedup.match.pair_numbers import UInt64s, as_numbers, as_pairs, counted, distinct, places_in
from dedup.memory import mapped_pages_go
from dedup.places import MEMORY, Place, slices, slices_of

Int64s = npt.NDArray[np.int64]
UInt32s = npt.NDArray[np.uint32]

COMPILED_FROM: Final = 1_000
"""Articles from which the compiled join repays loading it."""
_CHUNK: Final = 200_000
"""Pairs scored at a time, so that memory stays bounded."""
_LEADING: Final = pl.Schema({"key": pl.Int64, "row": pl.UInt32})
_VALUED: Final = pl.Schema({"key": pl.Int64, "value": pl.Int32, "anchor": pl.UInt8})
_NUMBERED: Final = pl.Schema({"number": pl.Int32, "value": pl.Int32, "anchor": pl.UInt8})


class Leads(NamedTuple):
    """Which articles a key leads to: those whose anchor it is.

    Args:
        keys: (n_keys,) distinct keys, ascending.
        offsets: (n_keys + 1,) where the articles of each begin.
        rows: Those articles, ascending within a key; of more than ``max_articles`` the first.
    """

    keys: Int64s
    offsets: Int64s
    rows: UInt32s


class Numbered(NamedTuple):
    """The keys of articles as arrays for the kernels, those left out that are nobody's anchor.

    Args:
        begins: (n_articles + 1,) where the keys of each article begin.
        number: Number of each key in ``Leads``, ascending within an article.
        value: Its value.
        anchor: 1 where it is an anchor of the article, else 0.
    """

    begins: Int64s
    number: npt.NDArray[np.int32]
    value: npt.NDArray[np.int32]
    anchor: npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Anchors:
    """What the articles of a batch can be found by.

    Args:
        keys: What they have in common with others.
        leads: The anchors that lead to their article.
        totals: (n_articles,) summed value of each article's anchors.
        trimmed: Keys that do not lead to every article whose anchor they are.
        numbered: For the kernels; None in a batch that does not repay loading them.
    """

    keys: Keys
    leads: Leads
    totals: Int64s
    trimmed: int
    numbered: Numbered | None

    @cached_property
    def all_keys(self) -> pl.DataFrame:
        """The keys of all articles, as ``Keys.of`` gives them."""
        return self.keys.of(slice(0, len(self.totals)))

    @cached_property
    def index(self) -> pl.DataFrame:
        """Columns key and row: the anchors that lead to their article, sorted."""
        named = {"key": np.repeat(self.leads.keys, np.diff(self.leads.offsets)), "row": self.leads.rows}
        return pl.DataFrame(named, schema=_LEADING)


def anchors(terms: pl.DataFrame, n_articles: int, config: AnchorConfig, place: Place = MEMORY) -> Anchors:
    """Choose what each article can be found by.

    Args:
        terms: TERMS frame.
        n_articles: Articles of the batch; those without terms have no keys.
        config: The ``match.anchors`` settings.
        place: Where the keys of a large batch are to lie.

    Returns:
        The keys that at least two articles have, and of each article the ``per_text`` most valuable ones as its
        anchors; ties go to the smaller key.
    """
    keys = shared_keys(terms, n_articles, config, place)
    totals = np.zeros(n_articles, dtype=np.int64)
    begins = np.zeros(n_articles + 1, dtype=np.int64)
    leading = place.growing(_LEADING)
    growing = place.growing(_VALUED)
    for some in slices_of(terms["row"].to_numpy(), n_articles, size=AT_A_TIME):
        found = keys.of(some)
        mine = found.filter("anchor")
        leading.append(mine.select(*_LEADING))
        np.add.at(totals, mine["row"].to_numpy(), mine["value"].to_numpy())
        held = np.bincount(found["row"].to_numpy() - some.start, minlength=some.stop - some.start)
        begins[some.start + 1 : some.stop + 1] = held
        if n_articles >= COMPILED_FROM:
            growing.append(found.select(*_VALUED).cast(_VALUED))
    leads, trimmed = _leads(leading.frame(), config.max_articles)
    numbered = None
    if n_articles >= COMPILED_FROM:
        numbered = _numbered(growing.frame(), np.cumsum(begins), leads.keys, place)
    return Anchors(keys, leads, totals, trimmed, numbered)


def _leads(leading: pl.DataFrame, max_articles: int) -> tuple[Leads, int]:
    """Which articles each key leads to, and how many keys are the anchor of more."""
    key, row = (leading[name].to_numpy() for name in _LEADING)
    parts = [_leads_of(key[some], row[some], max_articles) for some in by_range(key)]
    sizes = np.concatenate([part[1] for part in parts])
    offsets = np.concatenate([[0], np.cumsum(np.minimum(sizes, max_articles))]).astype(np.int64)
    rows = np.concatenate([part[2] for part in parts])
    return Leads(np.concatenate([part[0] for part in parts]), offsets, rows), int((sizes > max_articles).sum())


def _leads_of(key: Int64s, row: UInt32s, max_articles: int) -> tuple[Int64s, Int64s, UInt32s]:
    """Distinct keys, how many articles have each as an anchor, and these, of more than ``max_articles`` the first."""
    order = np.argsort(key, kind="stable")  # rows come in order
    names, sizes = counted(key[order])
    kept = places_in(sizes) < max_articles
    return names, sizes, row[order][kept]


def _numbered(valued: pl.DataFrame, begins: Int64s, names: Int64s, place: Place) -> Numbered:
    """The keys that lead somewhere, by their number."""
    growing = place.growing(_NUMBERED)
    held = np.zeros(len(begins), dtype=np.int64)
    for some in slices(len(begins) - 1):
        found = valued[int(begins[some.start]) : int(begins[some.stop])]
        key = found["key"].to_numpy()
        number = np.minimum(np.searchsorted(names, key), max(0, len(names) - 1))
        leads = names[number] == key if len(names) else np.zeros(0, dtype=np.bool_)
        row = np.repeat(np.arange(some.stop - some.start), np.diff(begins[some.start : some.stop + 1]))
        held[some.start + 1 : some.stop + 1] = np.bincount(row[leads], minlength=some.stop - some.start)
        numbered = found.select(pl.Series("number", number, pl.Int32), "value", "anchor")
        growing.append(numbered.filter(pl.Series(leads)))
    number, value, anchor = (_as_read(column.to_numpy()) for column in growing.frame())
    return Numbered(np.cumsum(held), number, value, anchor)


def _as_read(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The same array, which nobody may write to: what lies on the disk is so, and kernels are compiled for one kind."""
    read = array.view()
    read.flags.writeable = False
    return read


def anchor_pairs(found: Anchors, config: AnchorConfig, threads: int = 1) -> pl.DataFrame:
    """Each article with those of whose anchors it has the largest share.

    Args:
        found: The anchors of the batch.
        config: The ``match.anchors`` settings: a partner must share ``min_shared`` keys, and each article names the
            ``per_article`` best; ties go to the smaller row.
        threads: Threads of the compiled path.

    Returns:
        Columns left, right (UInt32), left < right, each pair once, in order.
    """
    if found.numbered is None:
        named = _partners(found, config)
        pairs = as_numbers(named["row"].to_numpy(), named["to"].to_numpy())
    else:
        pairs = _compiled_partners(found, found.numbered, config, threads)
    return as_pairs(distinct(pairs))


def _compiled_partners(found: Anchors, numbered: Numbered, config: AnchorConfig, threads: int) -> UInt64s:
    from dedup.match.anchor_kernels import partners

    totals = np.maximum(found.totals, 1)

    def of(rows: slice) -> UInt64s:
        named = partners(
            *numbered[:3], *found.leads[1:], totals, rows.start, rows.stop, config.min_shared, config.per_article
        )
        mapped_pages_go()
        return as_numbers(*named)

    nobody = of(slice(0, 0))  # compiles, if that was not done before
    with ThreadPoolExecutor(threads) as pool:
        return np.concatenate([nobody, *pool.map(of, slices(len(totals)))])


def _partners(found: Anchors, config: AnchorConfig) -> pl.DataFrame:
    totals = pl.LazyFrame({"to": np.arange(len(found.totals)), "total": np.maximum(found.totals, 1)})
    return (
        found.all_keys.lazy()
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
    parts = [_scores(some, found) for some in pairs.iter_slices(_CHUNK)]
    return pl.concat([pl.Series("score", [], dtype=pl.Float64), *parts])


def _scores(pairs: pl.DataFrame, found: Anchors) -> pl.Series:
    if found.numbered is not None:
        from dedup.match.anchor_kernels import shares

        left, right = (pairs[side].to_numpy().astype(np.int64) for side in ("left", "right"))
        scores = shares(left, right, *found.numbered, found.totals)
        mapped_pages_go()
        return pl.Series("score", scores, dtype=pl.Float64)
    numbered = pairs.lazy().select("left", "right").with_row_index("pair")
    keys = found.all_keys.lazy().select("row", "key", "value", "anchor")
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
