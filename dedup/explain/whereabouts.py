"""Where two articles ended, and what holds their stories together or apart.

In: the members, stories and pairs of a run. Out: the home of each article, the chain of accepted pairs between two,
what was verified between two stories. Must not know texts.
"""

from __future__ import annotations

import heapq
from collections import defaultdict

import polars as pl

from dedup.config import StoriesConfig
from dedup.explain.explanation import Bridge, Home
from dedup.match.bridges import crossing
from dedup.store.outputs import StoredRun


def home(run: StoredRun, article_id: str) -> Home:
    """The story of an article of the run."""
    member = run.members.row(by_predicate=pl.col("article_id") == article_id, named=True)
    story = run.stories.row(by_predicate=pl.col("story_id") == member["story_id"], named=True)
    return Home(
        article_id=article_id,
        title=member["title"],
        source=member["source"],
        story_id=story["story_id"],
        size=story["size"],
        canonical_id=story["canonical_id"],
        relation=member["relation"],
    )


def chain(pairs: pl.DataFrame, left_id: str, right_id: str) -> tuple[str, ...]:
    """The strongest chain of accepted pairs from one article to another.

    A chain is as strong as its weakest pair; ties go to the shorter, then to the smaller ids.

    Args:
        pairs: The PAIRS frame.
        left_id: Where it begins.
        right_id: Where it ends.

    Returns:
        The articles from left to right, both included; empty if there is no chain.
    """
    near: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    accepted = pairs.filter(pl.col("decision") == "accepted").select("left_id", "right_id", "confidence")
    for left, right, confidence in accepted.iter_rows():
        near[left].append((right, confidence))
        near[right].append((left, confidence))
    heap: list[tuple[float, int, tuple[str, ...]]] = [(-1.0, 1, (left_id,))]
    reached: set[str] = set()
    while heap:
        negative, length, path = heapq.heappop(heap)
        if path[-1] == right_id:
            return path
        if path[-1] in reached:
            continue
        reached.add(path[-1])
        for other, confidence in near[path[-1]]:
            if other not in reached:
                heapq.heappush(heap, (-min(-negative, confidence), length + 1, (*path, other)))
    return ()


def bridge(run: StoredRun, left: Home, right: Home, config: StoriesConfig) -> Bridge | None:
    """What was verified between two stories, by the measure with which the run joined groups.

    Args:
        run: The run.
        left: A member of the one.
        right: A member of the other.
        config: What the run asked of a bridge.

    Returns:
        The bridge between the stories as they ended; None if no pair between them was ever compared.
    """
    story_of = {
        article: home.story_id
        for home in (left, right)
        for article in run.members.filter(pl.col("story_id") == home.story_id)["article_id"]
    }
    in_either = pl.col("left_id").is_in([*story_of]) & pl.col("right_id").is_in([*story_of])
    columns = ("left_id", "right_id", "confidence", "decision")
    between = [
        (one, other, confidence, decision) if story_of[one] == left.story_id else (other, one, confidence, decision)
        for one, other, confidence, decision in run.pairs.filter(in_either).select(columns).iter_rows()
        if story_of[one] != story_of[other]
    ]
    if not between:
        return None
    found = crossing(((one, other, confidence) for one, other, confidence, _ in between), left.size, right.size)
    n_confident = sum(decision != "rejected" for *_, decision in between)
    return Bridge(
        n_pairs=found.n_pairs,
        n_confident=n_confident,
        mean_confidence=found.mean,
        min_bridge=config.min_bridge,
        support=found.support,
        min_support=config.min_support,
        outgrown=n_confident > 0 and found.carries(config.min_bridge, config.min_support),
    )
