"""Stage ``candidates``: pairs of articles worth verifying.

In: bands and terms. Out: pairs that share an LSH bucket or enough anchors, and what was capped. Must not know texts or
verdicts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.config import AnchorConfig, MatchConfig
from dedup.match.anchors import anchor_pairs, anchor_scores, anchors
from dedup.match.buckets import buckets, in_parts
from dedup.match.pair_numbers import UInt64s, as_numbers, as_pairs, distinct
from dedup.memory import mapped_pages_go
from dedup.places import MEMORY, Place, between, slices, stretch
from dedup.schemas import ARTICLES, BANDS, CANDIDATES

Floats = npt.NDArray[np.float64]
Int64s = npt.NDArray[np.int64]
UInt32s = npt.NDArray[np.uint32]

WORTH: Final = 0.2
"""Share of the best partner's score below which a partner is chance; keeps 0.99 of the pairs at a third of the work."""
_VIEWS: Final = ("copy", "story", "anchor")
_SCORED: Final = pl.Schema([*CANDIDATES.schema.items(), ("score", pl.Float64())])


@dataclass(frozen=True)
class Candidates:
    """Candidate pairs and what is worth knowing about how they were found.

    Args:
        frame: CANDIDATES frame, sorted by left and right.
        counts: Pairs per view.
        caps: What was cut, by name; empty where nothing was.
    """

    frame: pl.DataFrame
    counts: dict[str, int]
    caps: dict[str, int] = field(default_factory=dict)


def candidates(
    bands: pl.DataFrame,
    terms: pl.DataFrame,
    articles: pl.DataFrame,
    config: MatchConfig,
    threads: int = 1,
    place: Place = MEMORY,
) -> Candidates:
    """Join articles that share a bucket in a view, or anchors.

    Buckets of more than ``max_bucket`` articles are not compared all to all: in the copy view, where they hold copies,
    each article is compared with its neighbour in the bucket and with the bucket's first, which is enough to cluster
    them; in the story view they are left to the anchors, whose keys are stronger. In pairs of the loose views one must
    have ``min_score`` of the other's anchor value, and each be among the ``per_article`` best partners of the other, so
    that the work an article causes is bounded. What a cap cut is counted in ``caps``.

    Args:
        bands: BANDS frame.
        terms: TERMS frame.
        articles: ARTICLES frame; only its publication times are used, for ``window_days``.
        config: The ``match`` settings.
        threads: Threads of the compiled path.
        place: Where what articles are found by may lie.

    Returns:
        Pairs with left < right, each once, and the caps that were hit.
    """
    BANDS.check(bands)
    ARTICLES.check(articles)
    caps: dict[str, int] = {}
    chosen = anchors(terms, articles.height, config.anchors, place)
    if chosen.trimmed:
        caps["anchors_trimmed"] = chosen.trimmed
    shared = {view: buckets(bands, view, config.max_bucket, place, chain=view == "copy") for view in ("copy", "story")}
    for view, name in (("copy", "copy_buckets_chained"), ("story", "story_buckets_left_to_anchors")):
        if shared[view].n_large:
            caps[name] = shared[view].n_large
    anchored = anchor_pairs(chosen, config.anchors, threads)
    scored = [_SCORED.to_frame()]
    for some in in_parts(articles.height, [*shared.values()]):
        by_anchor = as_numbers(*(end.to_numpy() for end in between(anchored, "left", some)))
        frame = _merged({view: of.of(some) for view, of in shared.items()} | {"anchor": by_anchor})
        if config.window_days is not None:
            frame = _within_window(frame, articles["published_at"], config.window_days, caps)
        frame = frame.with_columns(score=anchor_scores(frame, chosen))
        scored.append(frame.filter(pl.col("copy") | (pl.col("score") >= config.anchors.min_score)))
        mapped_pages_go()
    kept = _best_partners(pl.concat(scored), articles.height, config.anchors, caps)
    counts = {view: int(kept[view].sum()) for view in _VIEWS}
    return Candidates(CANDIDATES.check(kept), counts | {"total": kept.height}, caps)


def _merged(found: Mapping[str, UInt64s]) -> pl.DataFrame:
    """The pairs of all views, each once, with the views that found it; sorted."""
    numbers = distinct(np.concatenate([*found.values()]))
    seen = {view: np.zeros(len(numbers), dtype=np.bool_) for view in _VIEWS}
    for view, pairs in found.items():
        seen[view][np.searchsorted(numbers, pairs)] = True
    return as_pairs(numbers).with_columns(**{view: pl.Series(flags) for view, flags in seen.items()})


def _within_window(frame: pl.DataFrame, published_at: pl.Series, days: float, caps: dict[str, int]) -> pl.DataFrame:
    """Drop pairs published further apart; an unknown time is never too far."""
    apart = (published_at.gather(frame["left"]) - published_at.gather(frame["right"])).dt.total_seconds().abs()
    near = frame.filter((apart <= days * 86_400).fill_null(value=True))
    if near.height < frame.height:
        caps["pairs_outside_window"] = caps.get("pairs_outside_window", 0) + frame.height - near.height
    return near


def _best_partners(scored: pl.DataFrame, n_articles: int, config: AnchorConfig, caps: dict[str, int]) -> pl.DataFrame:
    """Pairs of the copy view, and of the rest those in which each is among the best partners of the other.

    Each partner must stand among the other's ``per_article`` best, and reach a fifth of the best score both have: next
    to true versions of one's story, a chance resemblance is not worth a look.
    """
    left, right, score = (scored[name].to_numpy() for name in ("left", "right", "score"))
    by_right = np.argsort(right, kind="stable")
    mutual, worth = np.ones(scored.height, dtype=np.bool_), np.zeros(scored.height, dtype=np.bool_)
    for some in slices(n_articles):  # ranks of all partners at once would be most of what a run holds
        of_left = stretch(left, some)
        from_left = np.arange(of_left.start, of_left.stop)
        from_right = by_right[stretch(right, some, by_right)]
        of = np.concatenate([left[from_left], right[from_right]])
        to = np.concatenate([right[from_left], left[from_right]])
        reached = np.concatenate([score[from_left], score[from_right]])
        rank, top = _ranked(of, to, reached)
        is_best, is_worth = rank < config.per_article, reached >= WORTH * top
        for pairs, mine in ((from_left, slice(len(from_left))), (from_right, slice(len(from_left), None))):
            mutual[pairs] &= is_best[mine]
            worth[pairs] |= is_worth[mine]
    copy = scored["copy"].to_numpy()
    if n_cut := int((~copy & ~mutual & worth).sum()):
        caps["pairs_beyond_best_partners"] = n_cut
    return scored.filter(pl.Series(copy | (mutual & worth))).select(*CANDIDATES.columns)


def _ranked(of: UInt32s, to: UInt32s, score: Floats) -> tuple[Int64s, Floats]:
    """Place of each partner by score, from 0, and the best score of the same article.

    Ties go to the smaller row, so that no tie lets an article have more than ``per_article``.
    """
    order = np.lexsort((to, -score, of))
    begins = np.flatnonzero(np.diff(of[order], prepend=-1))
    sizes = np.diff(begins, append=len(of))
    rank, top = np.empty(len(of), dtype=np.int64), np.empty(len(of))
    rank[order] = np.arange(len(of)) - np.repeat(begins, sizes)
    top[order] = np.repeat(score[order][begins], sizes)
    return rank, top
