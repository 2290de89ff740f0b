"""What the labels of a corpus say about pairs of its articles.

A pair is the same story, or is not, or nobody knows: the public sets hold unlabelled repeats, and what decides nothing
must not teach a model the opposite of the truth.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from tests.gold.corpora import Corpus, Pair

Flags = npt.NDArray[np.bool_]

CARRIES_NOTHING: Final = 0.35
"""An unlabelled pair of a corpus labelled pair by pair counts as a negative only if so little is carried."""
OWN_WORDS: Final = 0.05
"""Two reports of one event that share at most this much of their word runs are two reporters' own."""
REPEATED: Final = 0.2
"""Two labelled stories of which articles share this much of their word runs are one story, labelled twice."""


def true_pairs(truth: Mapping[str, str]) -> Iterator[Pair]:
    """Every pair of articles of one story, the smaller id first."""
    members: dict[str, list[str]] = {}
    for one, story in sorted(truth.items()):
        members.setdefault(story, []).append(one)
    for group in members.values():
        yield from ((one, other) for at, one in enumerate(group) for other in group[at + 1 :])


def same_pairs(corpus: Corpus) -> set[Pair]:
    """Every pair that is labelled as one story."""
    return {(min(pair), max(pair)) for pair in corpus.same} | set(true_pairs(corpus.truth))


def apart_pairs(corpus: Corpus) -> set[Pair]:
    """Every pair that is labelled as a look-alike."""
    return {(min(pair), max(pair)) for group in corpus.apart.values() for pair in group}


def labels(corpus: Corpus, pairs: pl.DataFrame) -> tuple[Flags, Flags]:
    """Whether each pair is one story, and whether that is known.

    Args:
        corpus: The corpus.
        pairs: Columns left_id, right_id, aligned_left, aligned_right, containment_left, containment_right.
    """
    same = same_pairs(corpus)
    apart = apart_pairs(corpus)
    repeated = repeats(corpus, pairs)
    is_same = np.zeros(pairs.height, dtype=np.bool_)
    known = np.zeros(pairs.height, dtype=np.bool_)
    columns = ("left_id", "right_id", "aligned_left", "aligned_right", "containment_left", "containment_right")
    for at, (left, right, *shares) in enumerate(pairs.select(columns).iter_rows()):
        pair, carried, copied = (left, right), max(shares[:2]), max(shares[2:])
        is_same[at] = pair in same
        if pair in same or pair in apart:
            known[at] = True
        elif corpus.events:
            about = corpus.events.get(left), corpus.events.get(right)
            known[at] = None not in about and (about[0] != about[1] or copied <= OWN_WORDS)
        elif corpus.same:
            known[at] = carried <= CARRIES_NOTHING
        else:
            stories = corpus.truth.get(left), corpus.truth.get(right)
            known[at] = None not in stories and repeated.get(str(stories[0])) != repeated.get(str(stories[1]))
    return is_same, known


def events(corpus: Corpus, pairs: pl.DataFrame) -> tuple[Flags, Flags]:
    """Whether each pair is about one event, and whether that is known; pairs of one story are left out as unknown."""
    is_same, known = labels(corpus, pairs)
    about = corpus.events or corpus.truth
    told = [(about.get(left), about.get(right)) for left, right in pairs.select("left_id", "right_id").iter_rows()]
    is_event = np.asarray([one is not None and one == other for one, other in told], dtype=np.bool_)
    return is_event, known & ~is_same


def hard_pairs(corpus: Corpus, pairs: pl.DataFrame) -> Flags:
    """Pairs that are easily taken for one story: labelled as look-alikes, or two reports of one event."""
    same, about = same_pairs(corpus), corpus.events
    apart = apart_pairs(corpus)
    return np.asarray(
        [
            (left, right) in apart or ((left, right) not in same and left in about and about[left] == about.get(right))
            for left, right in pairs.select("left_id", "right_id").iter_rows()
        ],
        dtype=np.bool_,
    )


def repeats(corpus: Corpus, pairs: pl.DataFrame) -> dict[str, str]:
    """The group of each story; stories that share word runs are one group."""
    parent = {story: story for story in corpus.truth.values()}

    def find(story: str) -> str:
        while parent[story] != story:
            story = parent[story]
        return story

    if not corpus.written:
        shared = pairs.filter(pl.max_horizontal("containment_left", "containment_right") >= REPEATED)
        for left, right in shared.select("left_id", "right_id").iter_rows():
            if left in corpus.truth and right in corpus.truth:
                one, other = find(corpus.truth[left]), find(corpus.truth[right])
                parent[max(one, other)] = min(one, other)
    return {story: find(story) for story in parent}
