"""How two articles were found to be worth comparing, or why they were missed.

In: the documents of two articles, the terms of the batch and the settings. Out: for each MinHash view the exact
similarity, the odds that go with it and the buckets the two share; the anchors both have; for each view that missed the
pair, why. Must not know verdicts or stories.

The candidate search only ever sees signatures and counts; here the sets behind them are compared exactly, so that bad
luck can be told from bad settings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.config import Config, MatchConfig, SketchConfig, ViewConfig
from dedup.match.anchors import Anchors, anchor_scores, anchors
from dedup.match.keys import UNIT
from dedup.schemas import DOCUMENTS, TERMS
from dedup.sketch.bands import bands
from dedup.sketch.hashes import element_hashes
from dedup.sketch.signatures import copy_elements, replicate, signatures
from dedup.text.words import words

UInt32s = npt.NDArray[np.uint32]


@dataclass(frozen=True)
class ViewOdds:
    """What one MinHash view can know about a pair.

    Args:
        view: ``copy`` or ``story``.
        jaccard: Exact Jaccard similarity of the two sets that are signed, [0,1]; None where an article is too short to
            be signed.
        bands: Bands of the LSH table.
        rows: Rows a band.
        chance: Probability that two articles this similar share a bucket, [0,1].
        n_shared: Bands in which these two do.
    """

    view: str
    jaccard: float | None
    bands: int
    rows: int
    chance: float
    n_shared: int


@dataclass(frozen=True)
class SharedAnchor:
    """What both articles have and one of them can be found by.

    Args:
        terms: The hashed term, or the two terms that count as one because each alone is too widespread.
        value: What it adds to the shared anchor value.
        n_articles: Articles of the batch that have it.
        leads_left: Whether it leads to the left article, being one of its anchors.
        leads_right: The same of the right one.
    """

    terms: tuple[int, ...]
    value: float
    n_articles: int
    leads_left: bool
    leads_right: bool


@dataclass(frozen=True)
class SharedAnchors:
    """The anchors of each of two articles that the other has.

    Args:
        shared: Most valuable first, ties by term.
        n_left: Anchors of the left article.
        n_right: Anchors of the right article.
        score: The larger share of one article's anchor value that the other has, [0,1].
    """

    shared: tuple[SharedAnchor, ...]
    n_left: int
    n_right: int
    score: float

    @property
    def n_counted(self) -> int:
        """Shared anchors of the one of whose anchors more are shared."""
        return max(sum(one.leads_left for one in self.shared), sum(one.leads_right for one in self.shared))


@dataclass(frozen=True)
class Discovery:
    """All that could bring two articles together.

    Args:
        views: The two MinHash views.
        anchors: The shared anchors.
    """

    views: tuple[ViewOdds, ...]
    anchors: SharedAnchors


def chance(jaccard: float, bands: int, rows: int) -> float:
    """Probability that two sets share a bucket (Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", 3.4.2).

    Args:
        jaccard: Their Jaccard similarity, [0,1].
        bands: Bands of the LSH table.
        rows: Rows a band.

    Examples:
        >>> [round(chance(jaccard, 128, 3), 3) for jaccard in (0.0, 0.1, 0.2, 0.35, 1.0)]
        [0.0, 0.12, 0.642, 0.996, 1.0]
    """
    return 1.0 - (1.0 - jaccard**rows) ** bands


def discovery(left: int, right: int, documents: pl.DataFrame, terms: pl.DataFrame, config: Config) -> Discovery:
    """Hold two articles against each other as the candidate search does, but exactly.

    Args:
        left: Row of the smaller id.
        right: Row of the other.
        documents: DOCUMENTS frame of the batch, row ``n`` at position ``n``.
        terms: TERMS frame of the same batch; how rare an anchor is depends on all of it.
        config: All settings.

    Returns:
        The odds and the shared anchors; an article too short to be matched has no signature and no anchors.
    """
    DOCUMENTS.check(documents)
    TERMS.check(terms)
    # Stages number rows from 0; these two are a batch of their own.
    renumbered = pl.DataFrame({"row": [left, right], "own": [0, 1]}, schema={"row": pl.UInt32, "own": pl.UInt32})
    two, salient = (
        frame.join(renumbered, on="row").with_columns(row="own").select(frame.columns).sort("row")
        for frame in (documents, terms)
    )
    of_batch = anchors(terms, documents.height, config.match.anchors)
    return Discovery(_views(two, salient, config.sketch), _anchors(left, right, of_batch))


def _views(two: pl.DataFrame, salient: pl.DataFrame, config: SketchConfig) -> tuple[ViewOdds, ...]:
    signed = signatures(two, salient, config)
    shared = bands(signed, config).group_by("view", "band", "key").len().filter(pl.col("len") == 2)["view"].to_list()
    views: tuple[tuple[str, ViewConfig], ...] = (("copy", config.copy_view), ("story", config.story_view))
    found = []
    for name, view in views:
        elements = [_elements(name, row, two, salient, config) for row in (0, 1)]
        jaccard = None if signed[name].null_count() else _jaccard(*elements)
        odds = chance(jaccard or 0.0, view.bands, view.rows)
        found.append(ViewOdds(name, jaccard, view.bands, view.rows, odds, shared.count(name)))
    return tuple(found)


def _elements(view: str, row: int, two: pl.DataFrame, salient: pl.DataFrame, config: SketchConfig) -> UInt32s:
    """The set that is signed in ``view``."""
    if view == "story":
        mine = salient.filter(pl.col("row") == row)
        return np.unique(replicate(mine["term"].to_numpy(), mine["weight"].to_numpy()))
    return np.unique(element_hashes(copy_elements(words(two["matching"][row]), config)))


def _jaccard(left: UInt32s, right: UInt32s) -> float:
    both = len(np.intersect1d(left, right, assume_unique=True))
    either = len(left) + len(right) - both
    return both / either if either else 0.0


def _anchors(left: int, right: int, found: Anchors) -> SharedAnchors:
    of_left, of_right = (found.keys.of(slice(row, row + 1)) for row in (left, right))
    both = (
        of_left.join(of_right.select("key", anchor_right="anchor"), on="key")
        .filter(pl.col("anchor") | pl.col("anchor_right"))
        .sort("value", "key", descending=[True, False])
        .select("term", "other", "value", "sharers", "anchor", "anchor_right")
    )
    pair = pl.DataFrame({"left": [left], "right": [right]}, schema={"left": pl.UInt32, "right": pl.UInt32})
    return SharedAnchors(
        tuple(
            SharedAnchor((term,) if other is None else (term, other), value / UNIT, sharers, *leads)
            for term, other, value, sharers, *leads in both.iter_rows()
        ),
        int(of_left["anchor"].sum()),
        int(of_right["anchor"].sum()),
        float(anchor_scores(pair, found)[0]),
    )


def misses(found: Discovery, hours_apart: float | None, config: MatchConfig) -> dict[str, str]:
    """Why each view missed a pair that was no candidate.

    Args:
        found: What could have brought the two together.
        hours_apart: Hours between their publication times, if known.
        config: The ``match`` settings.

    Returns:
        One sentence, without a full stop, for copy, story and anchor.
    """
    if config.window_days is not None and hours_apart is not None and hours_apart > 24 * config.window_days:
        apart = f"published {hours_apart / 24:,.1f} days apart, at most {config.window_days:,g} are compared"
        return dict.fromkeys(("copy", "story", "anchor"), apart)
    told = {odds.view: _bucket_miss(odds, found.anchors.score, config) for odds in found.views}
    if found.anchors.n_counted < config.anchors.min_shared:
        shared = f"only {found.anchors.n_counted:,} of either article's anchors in common"
        return told | {"anchor": f"{shared}, {config.anchors.min_shared:,} are needed"}
    return told | {"anchor": _weakness(found.anchors.score, config)}


def _bucket_miss(odds: ViewOdds, score: float, config: MatchConfig) -> str:
    if odds.jaccard is None:
        return "an article is too short to be signed"
    if not odds.n_shared:
        return f"no bucket in common at a similarity of {odds.jaccard:.3f}"
    if odds.view == "copy":
        return f"the buckets in common hold over {config.max_bucket:,} articles and are compared in chains"
    return _weakness(score, config)


def _weakness(score: float, config: MatchConfig) -> str:
    """Why a pair that the story view or the anchors could have found was not worth a look."""
    if score < config.anchors.min_score:
        needed = f"{config.anchors.min_score:.1%} is needed"
        return f"only {score:.1%} of either article's anchor value is shared, {needed}"
    best = f"the best {config.anchors.per_article:,} of both"
    return f"too weak beside other partners: not among {best}, or far below the best that both have"
