"""Find the pairs of new articles with one another and with those of a history.

In: what articles can be found by: rare terms, bands and times, of new ones and of those already there. Out: pairs worth
verifying, of which one at least is new, and what was capped. Must not know texts, nor where a history is kept.

A history grows for years, and a story must not depend on the order in which its articles came. So whether two articles
are a pair is, as far as it goes, a property of the two: they share a bucket of the copy view, or enough of each other's
rare terms, weighed by how rare those are in the language and not in a batch. Only an article that has more partners
than are worth comparing (``per_article``) is held against the best of them, by the same measure. Who is among the best
changes as articles come: so the best of every article are kept with the history (see ``rankings``), a new article is
compared with an older one if it is among the best of either, and pairs that are among the best of neither any more are
told. What remains is the same in any order and any number of batches.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.config import AnchorConfig, MatchConfig
from dedup.match.rankings import ranking
from dedup.schemas import BANDS, BUCKETS, KEYS, TERMS

Int64s = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

UNIT: Final = 65_536
"""Values are counted in this many parts of one, so that sums do not depend on their order."""
_MIX: Final = -7_046_029_254_386_353_131
"""An odd multiplier (the golden ratio of 64 bits): tells the bands of one key apart."""
_STORY: Final = 1 << 20
"""Numbers of bands of the story view begin here, so that no band of the copy view shares one."""

PARTNERS: Final = pl.Schema(
    {"left_id": pl.String, "right_id": pl.String, "copy": pl.Boolean, "story": pl.Boolean, "anchor": pl.Boolean}
)


_ANCHOR_PAIRS: Final = pl.Schema({"one": pl.Int64, "other": pl.Int64, "anchor": pl.Boolean, "score": pl.Float64})


@dataclass(frozen=True)
class Findable:
    """Articles and what they can be found by.

    Args:
        ids: (n,) ids of the articles; ``row`` below is a place in it.
        at: (n,) times by which the window is measured, in microseconds.
        totals: (n,) summed value of each article's anchors.
        keys: Their salient terms, as ``keys`` gives them; of a history at least those that a new article has, too.
        buckets: Their buckets, as ``buckets`` gives them; of a history at least those that a new article has, too.
    """

    ids: pl.Series
    at: Int64s
    totals: Int64s
    keys: pl.DataFrame
    buckets: pl.DataFrame


@dataclass(frozen=True)
class Partners:
    """Pairs worth verifying.

    Args:
        frame: Columns left_id < right_id, and by which view they were found; sorted.
        counts: Pairs per view.
        caps: What was cut, by name; empty where nothing was.
        best: Columns as in ``rankings.BEST``: the best partners of the new articles, and of those of the past of which
            they are others now.
        crowded_out: Columns left_id < right_id: pairs of the past that are among the best of neither any more.
    """

    frame: pl.DataFrame
    counts: dict[str, int]
    caps: dict[str, int]
    best: pl.DataFrame
    crowded_out: pl.DataFrame


def keys(terms: pl.DataFrame, config: AnchorConfig) -> pl.DataFrame:
    """The terms of articles with their value, and which of them lead to their article.

    Args:
        terms: TERMS frame.
        config: The ``match.anchors`` settings; the ``per_text`` most valuable terms of an article are its anchors, ties
            go to the smaller term.

    Returns:
        Columns as in KEYS, sorted by row and term.
    """
    TERMS.check(terms)
    # The root, because names are what outlets of a region share anyway: with the weight itself, the few rarest of an
    # article outweigh all else, and half as many again of chance pairs reach the least score.
    value = (pl.col("weight").cast(pl.Float64).sqrt() * UNIT).round().cast(pl.Int32)
    return (
        terms.select("row", "term", value=value)
        .sort("row", "value", "term", descending=[False, True, False])
        .with_columns(anchor=pl.int_range(pl.len()).over("row") < config.per_text)
        .sort("row", "term")
        .cast(KEYS)
    )


def totals(held: pl.DataFrame, n_articles: int) -> Int64s:
    """(n,) summed value of the anchors of each article."""
    summed = np.zeros(n_articles, dtype=np.int64)
    anchors = held.filter("anchor")
    np.add.at(summed, anchors["row"].to_numpy(), anchors["value"].to_numpy())
    return summed


def buckets(bands: pl.DataFrame) -> pl.DataFrame:
    """The LSH buckets of articles, each as one number.

    Args:
        bands: BANDS frame.

    Returns:
        Columns as in BUCKETS.
    """
    BANDS.check(bands)
    copy = pl.col("view") == "copy"
    number = pl.col("band").cast(pl.Int64) + pl.when(copy).then(1).otherwise(_STORY)
    return bands.select("row", copy=copy, bucket=pl.col("key") ^ (number * _MIX)).cast(BUCKETS)


def partners(
    new: Findable,
    past: Findable,
    config: MatchConfig,
    window_us: int,
    best: pl.DataFrame | None = None,
    last: pl.DataFrame | None = None,
) -> Partners:
    """Pairs of new articles, with one another and with those of the past.

    Two articles are a pair if they share a bucket of the copy view; or a bucket of the story view, or ``min_shared`` of
    the anchors of one, and one has ``min_score`` of the other's anchor value. Pairs that only such terms or buckets
    speak for must be among the best ``per_article`` of one of the two. Copy buckets of more than ``max_bucket``
    articles are chained: each new article with the one before it and with the first.

    Args:
        new: The new articles.
        past: Those they are held against.
        config: The ``match`` settings.
        window_us: Pairs further apart than this, in microseconds, are not compared.
        best: Columns as in ``rankings.BEST``: the best partners so far of the past articles, and of those named there.
            None where new articles alone say who is among their best.
        last: Columns article_id, n, score: how many best partners past articles have so far, and the score of the last,
            those included that are new here because they are matched anew; None where ``best`` has all of them.

    Returns:
        Each pair once, with what was cut.
    """
    n_new = len(new.ids)
    ids = pl.concat([new.ids, past.ids])
    at = np.concatenate([new.at, past.at])
    caps: dict[str, int] = {}
    shifted = pl.col("row") + n_new
    bucketed = pl.concat([new.buckets, past.buckets.with_columns(shifted)])
    together = _bucket_pairs(bucketed, ids, n_new, config.max_bucket, caps)
    reach = _Reach(at, window_us, _floor(ids, n_new, config.anchors.per_article, best, last), together)
    found, n_anchored = _anchor_pairs(new, past, config.anchors, reach)
    merged = pl.concat([together, found], how="diagonal")
    merged = merged.group_by("one", "other").agg(
        pl.col("copy", "story", "anchor").fill_null(value=False).any(), pl.col("score").max().fill_null(0.0)
    )
    near = merged.filter(np.abs(at[merged["one"].to_numpy()] - at[merged["other"].to_numpy()]) <= window_us)
    if near.height < merged.height:
        caps["pairs_outside_window"] = merged.height - near.height
    alike = (pl.col("story") | pl.col("anchor")) & (pl.col("score") >= config.anchors.min_score)
    worth = near.filter(pl.col("copy") | alike)
    ranked = ranking(worth, ids, n_new, config.anchors.per_article, best)
    kept = worth.filter(pl.col("copy") | ranked.is_best)
    if n_cut := n_anchored + worth.filter(~pl.col("anchor")).height - kept.height:
        caps["partners_beyond_best"] = n_cut
    one, other = ids.gather(kept["one"]), ids.gather(kept["other"])
    frame = kept.select(
        "copy", "story", "anchor", left_id=pl.min_horizontal(one, other), right_id=pl.max_horizontal(one, other)
    )
    frame = frame.select(*PARTNERS).sort("left_id", "right_id").cast(PARTNERS)
    counts = {view: int(frame[view].sum()) for view in ("copy", "story", "anchor")}
    return Partners(frame, counts | {"total": frame.height}, caps, ranked.best, ranked.crowded_out)


def _bucket_pairs(
    bucketed: pl.DataFrame, ids: pl.Series, n_new: int, max_bucket: int, caps: dict[str, int]
) -> pl.DataFrame:
    """Pairs that share a bucket, the new article first; of two new ones the smaller row."""
    shared = bucketed.filter(pl.col("bucket").is_in(_repeated(bucketed["bucket"]).implode()))
    named = shared.with_columns(size=pl.len().over("bucket"))
    small = named.filter(pl.col("size") <= max_bucket).select("bucket", "copy", "row")
    mine = small.filter(pl.col("row") < n_new)
    pairs = mine.join(small.drop("copy"), on="bucket", suffix="_other").filter(pl.col("row") < pl.col("row_other"))
    parts = [pairs.select("copy", one="row", other="row_other")]
    large = named.filter(pl.col("size") > max_bucket)
    for name, is_copy in (("copy_buckets_chained", True), ("story_buckets_left_to_anchors", False)):
        if n_large := large.filter(pl.col("copy") == is_copy)["bucket"].n_unique():
            caps[name] = n_large
    hot = large.filter("copy")
    if hot.height:
        ordered = hot.with_columns(name=ids.gather(hot["row"])).sort("bucket", "name")
        before = ordered.with_columns(
            before=pl.col("row").shift(1).over("bucket"), first=pl.col("row").first().over("bucket")
        )
        chained = pl.concat(
            [before.select("copy", "row", other="before"), before.select("copy", "row", other="first")]
        ).drop_nulls()
        chained = chained.select("copy", one=pl.min_horizontal("row", "other"), other=pl.max_horizontal("row", "other"))
        parts.append(chained.filter((pl.col("one") < n_new) & (pl.col("one") < pl.col("other"))))
    found = pl.concat(parts).group_by("one", "other").agg(copy=pl.col("copy").any(), story=(~pl.col("copy")).any())
    return found.cast({"one": pl.Int64, "other": pl.Int64})


def _repeated(numbers: pl.Series) -> pl.Series:
    """Numbers that stand there more than once; found by sorting, since a table of all is several times as large."""
    ordered = np.sort(numbers.to_numpy())
    return pl.Series(np.unique(ordered[1:][ordered[1:] == ordered[:-1]]))


class _Scores(NamedTuple):
    """Of one new article with all others: shared anchors, and the larger share of the anchor value that both have.

    Args:
        n_shared: Anchors of either that the other has.
        score: By rarity in the language, [0,1].
    """

    n_shared: Int64s
    score: Floats


@dataclass(frozen=True)
class _Reach:
    """Which pairs of a new article can matter; a window has a hundred times as many that share an anchor or two.

    Args:
        at: (n,) times of all articles, the new ones first, in microseconds.
        window_us: Pairs further apart than this are not compared.
        floor: (n,) scores below which a partner is not among the best of an old article.
        together: Columns one < other: pairs that share a bucket.
    """

    at: Int64s
    window_us: int
    floor: Floats
    together: pl.DataFrame

    @cached_property
    def _beside(self) -> tuple[Int64s, Int64s]:
        ordered = self.together.select("one", "other").sort("one").to_numpy().astype(np.int64)
        return ordered[:, 0], ordered[:, 1]

    def near(self, row: int) -> Flags:
        """(n,) articles within the window of another, which is not its own partner."""
        result: Flags = np.abs(self.at - self.at[row]) <= self.window_us
        result[row] = False
        return result

    def wanted(self, row: int, others: Int64s, score: Floats, least: float) -> Flags:
        """(n_others,) partners that are among the best of one of the two, or share a bucket."""
        one, other = self._beside
        beside = other[slice(*np.searchsorted(one, [row, row + 1]))]
        result: Flags = (score >= least) | (score >= self.floor[others]) | np.isin(others, beside)
        return result


def _floor(
    ids: pl.Series, n_new: int, per_article: int, best: pl.DataFrame | None, last: pl.DataFrame | None
) -> Floats:
    """(n,) scores below which a partner is not among the best of an old article; new ones want none for themselves."""
    floor: Floats = np.full(len(ids), np.inf)
    if best is not None:
        # Who is matched anew is as good a partner as before, or its partners were matched anew with it: an article that
        # seems to have lost it would want every pair there is.
        last = best.group_by("article_id").agg(pl.col("score").min(), n=pl.len()) if last is None else last
        last = last.filter(pl.col("n") > per_article)
        full = pl.DataFrame({"article_id": ids[n_new:]}).join(last, on="article_id", how="left", maintain_order="left")
        floor[n_new:] = full["score"].fill_null(0.0).to_numpy()
    return floor


def _anchor_pairs(new: Findable, past: Findable, config: AnchorConfig, reach: _Reach) -> tuple[pl.DataFrame, int]:
    """New articles with those that have ``min_score`` of their anchor value, or the other way round.

    Returns:
        The pairs that can matter, some of them twice, and how many there are in all that share ``min_shared`` anchors.
    """
    found: list[tuple[Int64s, Int64s, Flags, Floats]] = []
    n_anchored = 0
    for row, scores in _scored(new, past):
        passed = np.flatnonzero((scores.score >= config.min_score) & reach.near(row))
        score, anchored = scores.score[passed], scores.n_shared[passed] >= config.min_shared
        n_anchored += int((anchored & (passed > row)).sum())
        most = config.per_article + 1
        sure = score[anchored]
        least = np.partition(sure, len(sure) - most)[len(sure) - most] if len(sure) > most else 0.0
        kept = reach.wanted(row, passed, score, least)
        others = passed[kept]
        found.append((np.minimum(others, row), np.maximum(others, row), anchored[kept], score[kept]))
    if not found:
        return _ANCHOR_PAIRS.to_frame(), 0
    columns = [np.concatenate(column) for column in zip(*found, strict=True)]
    return pl.DataFrame(dict(zip(_ANCHOR_PAIRS, columns, strict=True)), schema=_ANCHOR_PAIRS), n_anchored


def _scored(new: Findable, past: Findable) -> Iterator[tuple[int, _Scores]]:
    """Every new article that has terms, with its scores against all, the new ones first."""
    n = len(new.ids) + len(past.ids)
    held = pl.concat([new.keys, past.keys.with_columns(pl.col("row") + len(new.ids))])
    # What one article alone has leads nowhere. Those whose anchor a term is come first: they are all that a term
    # matters to that is no anchor itself.
    held = held.filter(pl.col("term").is_in(_repeated(held["term"]).implode())).sort(
        "term", "anchor", "row", descending=[False, True, False]
    )
    n_holders = held["term"].rle().struct.field("len").to_numpy().astype(np.int64)
    begins = np.concatenate([[0], np.cumsum(n_holders)])
    number = np.repeat(np.arange(len(n_holders), dtype=np.uint32), n_holders)
    row, anchor, value = (held[name].to_numpy() for name in ("row", "anchor", "value"))
    n_anchored = np.bincount(number, anchor, minlength=len(n_holders)).astype(np.int64)
    whole = np.maximum(np.concatenate([new.totals, past.totals]), 1).astype(np.float64)
    mine = np.argsort(row, kind="stable").astype(np.uint32)
    ends = np.searchsorted(row[mine], np.arange(len(new.ids) + 1))
    for one in range(len(new.ids)):
        places = mine[ends[one] : ends[one + 1]]
        terms = number[places]
        n_each = np.where(anchor[places], n_holders[terms], n_anchored[terms])
        entries = np.arange(n_each.sum()) + np.repeat(begins[terms] - np.cumsum(n_each) + n_each, n_each)
        if not len(entries):
            continue
        other = row[entries]
        of_mine, of_theirs = (value[of] * anchor[of].astype(np.float64) for of in (places, entries))
        of_mine = np.repeat(of_mine, n_each)
        shared = np.bincount(other, np.maximum(np.repeat(anchor[places], n_each), anchor[entries]), minlength=n)
        score = np.maximum(np.bincount(other, of_mine, minlength=n) / whole[one],
                           np.bincount(other, of_theirs, minlength=n) / whole)  # fmt: skip
        yield one, _Scores(shared.astype(np.int64), score)
