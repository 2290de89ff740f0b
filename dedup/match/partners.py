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

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.config import AnchorConfig, MatchConfig
from dedup.match.anchored import Reach, anchored
from dedup.match.rankings import ranking
from dedup.places import MEMORY, Place, between, slices, slices_of
from dedup.places import TERMS as ROWS
from dedup.schemas import BANDS, BUCKETS, KEYS, TERMS, Best

Int64s = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

UNIT: Final = 65_536
"""Values are counted in this many parts of one, so that sums do not depend on their order."""
_MIX: Final = -7_046_029_254_386_353_131
"""An odd multiplier (the golden ratio of 64 bits): tells the bands of one key apart."""
_STORY: Final = 1 << 20
"""Numbers of bands of the story view begin here, so that no band of the copy view shares one."""
_BESIDE: Final = pl.Schema({"one": pl.UInt32, "other": pl.UInt32, "copy": pl.Boolean, "story": pl.Boolean})
TOGETHER: Final = 2_048
"""New articles whose pairs are put together at a time."""

PARTNERS: Final = pl.Schema(
    {"left_id": pl.String, "right_id": pl.String, "copy": pl.Boolean, "story": pl.Boolean, "anchor": pl.Boolean}
)


@dataclass(frozen=True)
class Findable:
    """Articles and what they can be found by.

    Args:
        ids: (n,) ids of the articles; ``row`` below is a place in it.
        at: (n,) times by which the window is measured, in microseconds.
        totals: (n,) summed value of each article's anchors.
        keys: Their salient terms, as ``keys`` gives them, sorted by row; of a history at least those that a new article
            has, too.
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
        names: Ids of the new articles, of those of the past, and of the other best partners of these.
        best: Columns as in VOTES, by place in ``names``: the best partners of the new articles, and of those of the
            past of which they are others now.
        crowded_out: Columns left_id < right_id: pairs of the past that are among the best of neither any more.
    """

    frame: pl.DataFrame
    counts: dict[str, int]
    caps: dict[str, int]
    names: pl.Series
    best: pl.DataFrame
    crowded_out: pl.DataFrame


def keys(terms: pl.DataFrame, config: AnchorConfig, place: Place = MEMORY) -> pl.DataFrame:
    """The terms of articles with their value, and which of them lead to their article.

    Args:
        terms: TERMS frame, sorted by row.
        config: The ``match.anchors`` settings; the ``per_text`` most valuable terms of an article are its anchors, ties
            go to the smaller term.
        place: Where they may lie.

    Returns:
        Columns as in KEYS, sorted by row and term.
    """
    TERMS.check(terms)
    # The root, because names are what outlets of a region share anyway: with the weight itself, the few rarest of an
    # article outweigh all else, and half as many again of chance pairs reach the least score.
    value = (pl.col("weight").cast(pl.Float64).sqrt() * UNIT).round().cast(pl.Int32)
    growing = place.growing(KEYS)
    row = terms["row"].to_numpy()
    for some in slices_of(row, int(row[-1]) + 1 if len(row) else 0):
        growing.append(
            between(terms, "row", some)
            .select("row", "term", value=value)
            .sort("row", "value", "term", descending=[False, True, False])
            .with_columns(anchor=pl.int_range(pl.len()).over("row") < config.per_text)
            .sort("row", "term")
            .cast(KEYS)
        )
    return growing.frame()


def totals(held: pl.DataFrame, n_articles: int) -> Int64s:
    """(n,) summed value of the anchors of each article."""
    summed = np.zeros(n_articles, dtype=np.int64)
    for some in held.iter_slices(ROWS):
        anchors = some.filter("anchor")
        np.add.at(summed, anchors["row"].to_numpy(), anchors["value"].to_numpy())
    return summed


def buckets(bands: pl.DataFrame, place: Place = MEMORY) -> pl.DataFrame:
    """The LSH buckets of articles, each as one number.

    Args:
        bands: BANDS frame.
        place: Where they may lie.

    Returns:
        Columns as in BUCKETS.
    """
    BANDS.check(bands)
    copy = pl.col("view") == "copy"
    number = pl.col("band").cast(pl.Int64) + pl.when(copy).then(1).otherwise(_STORY)
    growing = place.growing(BUCKETS)
    for some in bands.iter_slices(ROWS):
        growing.append(some.select("row", copy=copy, bucket=pl.col("key") ^ (number * _MIX)).cast(BUCKETS))
    return growing.frame()


def partners(
    new: Findable,
    past: Findable,
    config: MatchConfig,
    window_us: int,
    best: Best | None = None,
    threads: int = 1,
    place: Place = MEMORY,
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
        best: The best partners so far of the past articles. None where new articles alone say who is among their best.
        threads: Threads of the compiled path.
        place: Where the best partners may lie.

    Returns:
        Each pair once, with what was cut.
    """
    n_new = len(new.ids)
    names = pl.concat([new.ids, past.ids, *([] if best is None else [best.elsewhere])])
    at = np.concatenate([new.at, past.at])
    caps: dict[str, int] = {}
    together = _bucket_pairs(new.buckets, past.buckets, names, n_new, config.max_bucket, caps)
    reach = Reach(at, window_us, _floor(len(at), n_new, config.anchors.per_article, best), together)
    value = np.concatenate([new.totals, past.totals])
    found, n_anchored = anchored(new.keys, past.keys, value, n_new, config.anchors, reach, threads)
    worth = _worth(together, found, at, n_new, config.anchors.min_score, window_us, caps)
    del together, found, reach
    before = None if best is None else best.votes
    ranked = ranking(worth, names, n_new, config.anchors.per_article, before, place)
    kept = worth.filter(pl.col("copy") | ranked.is_best)
    if n_cut := n_anchored + worth.filter(~pl.col("anchor")).height - kept.height:
        caps["partners_beyond_best"] = n_cut
    one, other = names.gather(kept["one"]), names.gather(kept["other"])
    frame = kept.select(
        "copy", "story", "anchor", left_id=pl.min_horizontal(one, other), right_id=pl.max_horizontal(one, other)
    )
    frame = frame.select(*PARTNERS).sort("left_id", "right_id").cast(PARTNERS)
    counts = {view: int(frame[view].sum()) for view in ("copy", "story", "anchor")}
    return Partners(frame, counts | {"total": frame.height}, caps, names, ranked.best, ranked.crowded_out)


def _worth(
    together: pl.DataFrame,
    found: pl.DataFrame,
    at: Int64s,
    n_new: int,
    min_score: float,
    window_us: int,
    caps: dict[str, int],
) -> pl.DataFrame:
    """Pairs of either kind, each once, that lie within the window and share enough; some articles' at a time."""
    parts = []
    n_outside = 0
    for some in slices(max(1, n_new), TOGETHER):
        mine = pl.col("one").is_between(some.start, some.stop - 1)
        merged = pl.concat([together.filter(mine), found.filter(mine)], how="diagonal")
        merged = merged.group_by("one", "other").agg(
            pl.col("copy", "story", "anchor").fill_null(value=False).any(), pl.col("score").max().fill_null(0.0)
        )
        near = merged.filter(np.abs(at[merged["one"].to_numpy()] - at[merged["other"].to_numpy()]) <= window_us)
        n_outside += merged.height - near.height
        alike = (pl.col("story") | pl.col("anchor")) & (pl.col("score") >= min_score)
        parts.append(near.filter(pl.col("copy") | alike))
    if n_outside:
        caps["pairs_outside_window"] = n_outside
    return pl.concat(parts)


def _bucket_pairs(
    new: pl.DataFrame, past: pl.DataFrame, ids: pl.Series, n_new: int, max_bucket: int, caps: dict[str, int]
) -> pl.DataFrame:
    """Pairs that share a bucket, the smaller row, which is new, first; some of the buckets at a time."""
    n_parts = -(-(new.height + past.height) // ROWS)
    found = [_BESIDE.to_frame()]
    for part in range(n_parts):
        mine, others = (held.filter(pl.col("bucket") % n_parts == part) for held in (new, past))
        bucketed = pl.concat([mine, others.with_columns(pl.col("row") + n_new)])
        found.append(_pairs_of(bucketed, ids, n_new, max_bucket, caps))
    return _once(pl.concat(found))


def _pairs_of(
    bucketed: pl.DataFrame, ids: pl.Series, n_new: int, max_bucket: int, caps: dict[str, int]
) -> pl.DataFrame:
    shared = bucketed.filter(pl.col("bucket").is_in(_repeated(bucketed["bucket"]).implode()))
    named = shared.with_columns(size=pl.len().over("bucket"))
    small = named.filter(pl.col("size") <= max_bucket).select("bucket", "copy", "row")
    mine = small.filter(pl.col("row") < n_new)
    pairs = mine.join(small.drop("copy"), on="bucket", suffix="_other").filter(pl.col("row") < pl.col("row_other"))
    parts = [pairs.select("copy", one="row", other="row_other")]
    large = named.filter(pl.col("size") > max_bucket)
    for name, is_copy in (("copy_buckets_chained", True), ("story_buckets_left_to_anchors", False)):
        if n_large := large.filter(pl.col("copy") == is_copy)["bucket"].n_unique():
            caps[name] = caps.get(name, 0) + n_large
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
    return _once(pl.concat(parts).with_columns(story=~pl.col("copy")))


def _once(pairs: pl.DataFrame) -> pl.DataFrame:
    return pairs.group_by("one", "other").agg(pl.col("copy", "story").any()).select(*_BESIDE).cast(_BESIDE)


def _repeated(numbers: pl.Series) -> pl.Series:
    """Numbers that stand there more than once; found by sorting, since a table of all is several times as large."""
    ordered = np.sort(numbers.to_numpy())
    return pl.Series(np.unique(ordered[1:][ordered[1:] == ordered[:-1]]))


def _floor(n: int, n_new: int, per_article: int, best: Best | None) -> Floats:
    """(n,) scores below which a partner is not among the best of an old article; new ones want none for themselves."""
    floor: Floats = np.full(n, np.inf)
    if best is not None:
        # Who is matched anew is as good a partner as before, or its partners were matched anew with it: an article that
        # seems to have lost it would want every pair there is.
        full = best.last.filter(pl.col("n") > per_article)
        floor[n_new:] = 0.0
        floor[n_new + full["row"].to_numpy()] = full["score"].to_numpy()
    return floor
