"""Where two articles ended, and what holds their stories together or apart.

In: the members, stories and pairs of a run. Out: the home of each article, the chain of accepted pairs between two,
what was verified between two stories. Must not know texts.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from typing import Any

import polars as pl

from dedup.config import StoriesConfig
from dedup.explain.explanation import Bridge, Home
from dedup.match.bridges import Crossing, crossing
from dedup.match.same_texts import SAME_TEXT, Edge, between_texts, edge_of, first_of_texts
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
    edges = [_edge(pair) for pair in run.pairs.filter(in_either).with_columns(same=SAME_TEXT).iter_rows(named=True)]
    # As in ``clusters.groups``: copies of a text in one story are taken for one.
    first = first_of_texts([edge for edge in edges if story_of[edge.left] == story_of[edge.right]])
    across = [edge for edge in edges if story_of[edge.left] != story_of[edge.right]]
    if not across:
        return None
    between = between_texts(across, first)
    n_texts = Counter(story_of[one] for one in {first.get(one, one) for one in story_of})

    def weighed(without: str | None = None) -> Crossing:
        """The pairs between the two stories taken together, those of one article left out."""
        pairs = (
            (*((edge.left, edge.right) if story_of[edge.left] == left.story_id else (edge.right, edge.left)), edge[2])
            for edge in between
            if without not in {edge.left, edge.right}
        )
        return crossing(pairs, n_texts[left.story_id], n_texts[right.story_id])

    found = weighed()
    asked = config.min_bridge, config.min_support
    # As there, too: who holds others in a story of several does not speak for what it holds.
    barred = {
        edge.container if edge.container is not None and n_texts[story_of[edge.container]] > 1 else None
        for edge in between
        if edge.accepted
    }
    outgrown = any(weighed(one).carries(*asked) for one in barred)
    return Bridge(
        n_pairs=len(across),
        n_confident=sum(edge.accepted for edge in across),
        mean_confidence=found.mean,
        min_bridge=config.min_bridge if found.support is None else config.min_support,
        support=found.support,
        min_support=config.min_support,
        outgrown=outgrown,
        held=bool(barred) and not outgrown and found.carries(*asked),
    )


def _edge(pair: dict[str, Any]) -> Edge:
    ends = pair["left_id"], pair["right_id"]
    carried = pair["aligned_left"], pair["aligned_right"]
    accepted = pair["decision"] != "rejected"
    return edge_of(ends, pair["confidence"], pair["relation"], carried, accepted=accepted, same=pair["same"])
