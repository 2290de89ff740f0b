"""New articles with all others, by their anchors, compiled.

In: which articles have each term, and the bounds of what can matter. Out: the pairs that can, and how many there are.
Must not know what a term stands for, nor where a history is kept. ``anchored`` is the readable reference; the tests
hold both together.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from dedup.match.anchor_kernels import COUNTED, MANY, grown
from dedup.match.set_kernels import holds
from dedup.sketch.machine import njit

_SURELY: Final = 1.0 - 1e-9
"""Part of a bound below which no rounding reaches it."""


@njit(cache=True, nogil=True)
def partners(
    first: int, last: int,
    ends: Any, number: Any, own: Any,
    begin: int, stop: int, begins: Any, n_anchored: Any, row: Any, theirs: Any,
    whole: Any, at: Any, floor: Any, beside_begins: Any, beside: Any,
    window_us: int, min_shared: int, min_score: float, best: Any,
) -> Any:  # fmt: skip
    """The partners of some new articles that can matter, among articles that follow one another.

    Args:
        first: The first of the new articles.
        last: One past the last.
        ends: (n_new + 1,) where the terms of each new article end, those of the one before it first.
        number: Number of each term.
        own: Its value if it is an anchor of the article, else 0.
        begin: The first of the other articles, the new ones being the first of all.
        stop: One past the last.
        begins: (n_terms + 1,) where the others that have a term begin.
        n_anchored: (n_terms,) of how many of them, who come first, it is an anchor.
        row: Those others, counted from ``begin``.
        theirs: The value of the term if it is an anchor of theirs, else 0.
        whole: (n_articles,) summed value of each article's anchors, at least 1.
        at: (n_articles,) time of each.
        floor: (n_articles,) scores below which a partner is not among the best of an article.
        beside_begins: (n_articles + 1,) where those begin that share a bucket with an article and stand behind it.
        beside: Those articles, ascending.
        window_us: Pairs further apart than this are none.
        min_shared: Anchors of either that the other must have.
        min_score: Least score.
        best: (n_new, n_best) the best scores of each new article's partners among the articles before, 0 where there
            are not so many; better ones take their place. Of who is as good as the last of them none is left out.

    Returns:
        Article, partner, whether they share enough anchors, score; and the number of pairs that do and are told of the
        one with the smaller number.
    """
    n_others = stop - begin
    # What of an article's own anchors the other has and below it how many of either they share, and what of the
    # other's: beside each other, since fetching them takes most of the time.
    shared = np.zeros((n_others, 2), np.int64)
    # A division decides; most have so little in common that none is needed.
    little = np.floor(whole[begin:stop] * (min_score * _SURELY)).astype(np.int64)
    passed, anchored = np.empty(n_others, np.int64), np.empty(n_others, np.bool_)
    score = np.empty(n_others, np.float64)
    size = 1024
    found, found_by = np.empty(size, np.int64), np.empty(size, np.int64)
    is_anchored, scores = np.empty(size, np.bool_), np.empty(size, np.float64)
    n_found = n_all = 0
    for one in range(first, last):
        if ends[one] == ends[one + 1]:
            continue
        shared[:] = 0
        for mine in range(ends[one], ends[one + 1]):
            term = number[mine]
            # A term that is no anchor of the new article leads to those alone whose anchor it is.
            after = begins[term + 1] if own[mine] > 0 else begins[term] + n_anchored[term]
            more = np.int64(own[mine]) * (MANY + 1) + 1
            for place in range(begins[term], after):
                other = row[place]
                shared[other, 0] += more
                shared[other, 1] += theirs[place]
        n_passed, last_best = 0, np.argmin(best[one])
        enough = np.int64(np.floor(whole[one] * (min_score * _SURELY))) << COUNTED
        for place in range(n_others):
            if shared[place, 0] == 0 or (shared[place, 0] < enough and shared[place, 1] < little[place]):
                continue
            other = begin + place
            reached = max((shared[place, 0] >> COUNTED) / whole[one], shared[place, 1] / whole[other])
            if other == one or reached < min_score or abs(at[other] - at[one]) > window_us:
                continue
            passed[n_passed], score[n_passed] = other, reached
            anchored[n_passed] = shared[place, 0] & MANY >= min_shared
            if anchored[n_passed]:
                n_all += other > one
                if reached > best[one, last_best]:
                    best[one, last_best] = reached
                    last_best = np.argmin(best[one])
            n_passed += 1
        if n_found + n_passed > size:
            size = max(2 * size, n_found + n_passed)
            found, found_by = grown(found, n_found, size), grown(found_by, n_found, size)
            is_anchored, scores = grown(is_anchored, n_found, size), grown(scores, n_found, size)
        for place in range(n_passed):
            other, reached = passed[place], score[place]
            if (
                reached >= best[one, last_best]
                or reached >= floor[other]
                or holds(beside, beside_begins[one], beside_begins[one + 1], other)
            ):
                found_by[n_found], found[n_found] = one, other
                is_anchored[n_found], scores[n_found] = anchored[place], reached
                n_found += 1
    return found_by[:n_found], found[:n_found], is_anchored[:n_found], scores[:n_found], n_all
