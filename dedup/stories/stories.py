"""Stage ``stories``: from verified pairs to stories with a canonical article.

In: pairs, articles, documents. Out: the members and stories frames, and the pairs with weak bridges marked as cut. Must
not know how a pair was verified.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

import polars as pl

from dedup.config import Config, StoriesConfig
from dedup.match.comparing import COMPILED_FROM
from dedup.match.pairs import each_evidence
from dedup.match.same_texts import SAME_TEXT, edge_of
from dedup.match.sides import Sides
from dedup.match.verdict import Evidence, relation_of
from dedup.places import MEMORY, Place, slices
from dedup.schemas import PAIRS
from dedup.stories.canonical import Choice, Member, choose
from dedup.stories.clusters import groups
from dedup.stories.story_ids import story_id
from dedup.stories.tables import OF_MEMBER, OF_STORY, members_table, names_of, stories_table

_BOTH_WAYS: Final = (("left", "right"), ("right", "left"))


@dataclass(frozen=True)
class Stories:
    """The stories of a batch.

    Args:
        members: MEMBERS frame.
        stories: STORIES frame.
        pairs: PAIRS frame in which accepted pairs between two stories have become ``bridge_cut``.
    """

    members: pl.DataFrame
    stories: pl.DataFrame
    pairs: pl.DataFrame


@dataclass(frozen=True, slots=True)
class _Link:
    confidence: float
    accepted: bool
    left_carried: float
    right_carried: float
    relation: str
    same: bool

    @property
    def carried(self) -> tuple[float, float]:
        return self.left_carried, self.right_carried


def stories(
    pairs: pl.DataFrame,
    articles: pl.DataFrame,
    documents: pl.DataFrame,
    config: Config,
    *,
    compiled: bool | None = None,
    place: Place = MEMORY,
) -> Stories:
    """Cluster the pairs, choose canonical articles, describe the members.

    Args:
        pairs: PAIRS frame.
        articles: ARTICLES frame; every article ends in exactly one story.
        documents: DOCUMENTS frame of the same articles.
        config: All settings.
        compiled: Whether the kernels say what members share with a canonical article that they are not paired with;
            None lets the number of pairs decide.
        place: Where the frames are to lie.

    Returns:
        The three frames.
    """
    clustered = clusters(pairs, config.stories)
    names = [story_id(group[0]) for group in clustered]
    return described(clustered, names, pairs, articles, documents, config, compiled=compiled, place=place)


def clusters(pairs: pl.DataFrame, config: StoriesConfig, ids: Sequence[str] = ()) -> list[list[str]]:
    """Cluster articles over their pairs.

    Args:
        pairs: PAIRS frame.
        config: The ``stories`` settings.
        ids: Articles that are to be in a group although no accepted pair has them.

    Returns:
        Groups of sorted ids, sorted by their first id; every article of ``ids`` and of an accepted pair in one.
    """
    PAIRS.check(pairs)
    # In no accepted pair is who is a story of its own.
    accepted = pairs.lazy().filter(pl.col("decision") == "accepted").select("left_id", "right_id").collect()
    paired = pl.concat([accepted["left_id"], accepted["right_id"]]).unique().sort()
    linked = paired.implode()
    # Of the many pairs that were rejected, only those between such articles speak for or against a story.
    telling = pl.col("left_id").is_in(linked) & pl.col("right_id").is_in(linked)
    edges = [
        edge_of(ends, one.confidence, one.relation, one.carried, accepted=one.accepted, same=one.same)
        for ends, one in _links(pairs, telling).items()
    ]
    return groups(sorted({*ids, *paired}), edges, min_bridge=config.min_bridge, min_support=config.min_support)


def described(  # noqa: PLR0913 - what stories are made of, and how
    clustered: Sequence[list[str]],
    names: Sequence[str],
    pairs: pl.DataFrame,
    articles: pl.DataFrame,
    documents: pl.DataFrame,
    config: Config,
    elsewhere: Mapping[str, str] = MappingProxyType({}),
    *,
    compiled: bool | None = None,
    place: Place = MEMORY,
) -> Stories:
    """Choose the canonical article of each group and describe its members.

    Args:
        clustered: Groups of sorted ids. An article that is in none is a story of its own, named by itself.
        names: Their names, each another.
        pairs: PAIRS frame.
        articles: ARTICLES frame.
        documents: DOCUMENTS frame of the same articles.
        config: All settings.
        elsewhere: Stories of articles that are in pairs but not in ``articles``: what a history has besides.
        compiled: As for ``stories``.
        place: As for ``stories``.

    Returns:
        The three frames.
    """
    named = _named(clustered, names)
    besides = pl.DataFrame({"article_id": [*elsewhere], "story_id": [*elsewhere.values()]}, named.schema)
    pairs = _with_stories(pairs, pl.concat([named, besides]))
    links = _links(pairs, pl.col("left_story") == pl.col("right_story"))
    shared = {name: group for name, group in zip(names, clustered, strict=True) if len(group) > 1}
    some = {
        one: (row, Member(one, source, published_at, n_words))
        for row, one, source, published_at, n_words in _known(named, articles, documents).iter_rows()
    }
    of_member = {one: member for one, (_, member) in some.items()}
    choices = {
        name: choose([of_member[one] for one in group], _carries(group, links), config.stories.canonical)
        for name, group in shared.items()
    }
    unlinked = _unlinked(shared, choices, links)
    ends = [(some[left][0], some[right][0]) for left, right in unlinked]
    compiled = pairs.height >= COMPILED_FROM if compiled is None else compiled
    evidence = each_evidence(Sides(articles, documents, config), ends, compiled=compiled)
    of_shared = _shared(shared, choices, of_member, links, dict(zip(unlinked, evidence, strict=True)))
    related = _related(pairs, named, besides, articles)
    return Stories(
        members_table(of_shared[0], named, articles, place),
        stories_table(of_shared, named, related, articles, config.stories.canonical, place),
        _cut(pairs, place),
    )


def _named(clustered: Sequence[list[str]], names: Sequence[str]) -> pl.DataFrame:
    """Columns article_id and story_id."""
    ids = pl.Series("article_id", [one for group in clustered for one in group], pl.String)
    of_each = [name for name, group in zip(names, clustered, strict=True) for _ in group]
    return pl.DataFrame([ids, pl.Series("story_id", of_each, pl.String)])


def _known(named: pl.DataFrame, articles: pl.DataFrame, documents: pl.DataFrame) -> pl.DataFrame:
    """Row, id, outlet, time and length of the articles that share a story."""
    told = articles.select("article_id", "source", "published_at").with_columns(documents["n_words"])
    shared = named.filter(pl.len().over("story_id") > 1).select("article_id")
    return told.with_row_index("row").join(shared, on="article_id", how="semi")


def _with_stories(pairs: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
    """Pairs with the columns left_story and right_story, numbers; nothing where an article is alone.

    The other columns are not copied, so that none is held twice, and numbers take a fourth of what names do.
    """
    numbered = named.select("article_id", story=pl.col("story_id").rank("dense"))
    for side in ("left", "right"):
        ends = pairs.select(article_id=f"{side}_id")
        found = ends.join(numbered, on="article_id", how="left", maintain_order="left")
        pairs = pairs.with_columns(found["story"].alias(f"{side}_story"))
    return pairs


def _shared(
    shared: Mapping[str, list[str]],
    choices: Mapping[str, Choice],
    of_member: Mapping[str, Member],
    links: dict[tuple[str, str], _Link],
    unlinked: dict[tuple[str, str], Evidence],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The members, and the stories, that have several articles."""
    members, stories = [OF_MEMBER.to_frame()], [OF_STORY.to_frame()]
    named = [*shared.items()]
    for some in slices(len(named)):  # rows of Python objects take ten times what the frames do
        member_rows: list[dict[str, Any]] = []
        story_rows: list[dict[str, Any]] = []
        for name, group in named[some]:
            chains = _chains(choices[name].article_id, group, links)
            member_rows.extend(_member(one, name, choices[name].article_id, chains, links, unlinked) for one in group)
            story_rows.append(_story(name, group, choices[name], of_member, links))
        members.append(pl.DataFrame(member_rows, OF_MEMBER, orient="row"))
        stories.append(pl.DataFrame(story_rows, OF_STORY, orient="row"))
    return pl.concat(members), pl.concat(stories)


def _links(pairs: pl.DataFrame, which: pl.Expr) -> dict[tuple[str, str], _Link]:
    """What the stories need of some pairs."""
    # Lazily, so that of pairs on the disk only these columns are read.
    chosen = (
        pairs.lazy()
        .filter(which)
        .select(
            *("left_id", "right_id", "confidence", pl.col("decision") == "accepted", "aligned_left", "aligned_right"),
            *("relation", SAME_TEXT.alias("same")),
        )
    )
    return {(left, right): _Link(*told) for left, right, *told in chosen.collect().iter_rows()}


def _carries(group: list[str], links: dict[tuple[str, str], _Link]) -> dict[tuple[str, str], float]:
    carries: dict[tuple[str, str], float] = {}
    for at, left in enumerate(group):
        for right in group[at + 1 :]:
            link = links.get((left, right))
            if link is not None:
                carries[left, right] = link.right_carried
                carries[right, left] = link.left_carried
    return carries


def _unlinked(
    shared: Mapping[str, list[str]], choices: Mapping[str, Choice], links: dict[tuple[str, str], _Link]
) -> list[tuple[str, str]]:
    """Members with their canonical article that are in the story by way of others: what they share is not known yet."""
    pairs = (
        (min(one, canonical), max(one, canonical))
        for name, group in shared.items()
        for canonical in [choices[name].article_id]
        for one in group
        if one != canonical
    )
    return [pair for pair in pairs if (link := links.get(pair)) is None or not link.accepted]


def _member(
    one: str,
    story: str,
    canonical: str,
    chains: dict[str, float],
    links: dict[tuple[str, str], _Link],
    unlinked: dict[tuple[str, str], Evidence],
) -> dict[str, Any]:
    if one == canonical:
        return {"article_id": one, "story_id": story, "relation": "canonical", "similarity": 1.0, "confidence": 1.0}
    left, right = min(one, canonical), max(one, canonical)
    link = links.get((left, right))
    if link is not None and link.accepted:
        relation, similarity = link.relation, link.left_carried if one == left else link.right_carried
    else:
        known = unlinked[left, right]
        relation = relation_of(known)
        similarity = float(known["aligned_left" if one == left else "aligned_right"] or 0.0)
    return {
        "article_id": one,
        "story_id": story,
        "relation": relation,
        "similarity": similarity,
        "confidence": chains[one],
    }


def _chains(canonical: str, group: list[str], links: dict[tuple[str, str], _Link]) -> dict[str, float]:
    """For each article the strongest chain of accepted pairs to the canonical, as strong as its weakest link."""
    near: dict[str, list[tuple[str, float]]] = {one: [] for one in group}
    for at, left in enumerate(group):
        for right in group[at + 1 :]:
            link = links.get((left, right))
            if link is not None and link.accepted:
                near[left].append((right, link.confidence))
                near[right].append((left, link.confidence))
    reach = dict.fromkeys(group, 0.0)
    heap = [(-1.0, canonical)]
    while heap:
        negative, at_now = heapq.heappop(heap)
        if reach[at_now] > 0.0:
            continue
        reach[at_now] = -negative
        for other, confidence in near[at_now]:
            if reach[other] == 0.0:
                heapq.heappush(heap, (-min(-negative, confidence), other))
    return reach


def _story(
    name: str,
    group: list[str],
    choice: Choice,
    of_member: Mapping[str, Member],
    links: dict[tuple[str, str], _Link],
) -> dict[str, Any]:
    inside = [
        link.confidence
        for at, left in enumerate(group)
        for right in group[at + 1 :]
        if (link := links.get((left, right))) is not None and link.accepted
    ]
    times: list[datetime] = [time for one in group if (time := of_member[one].published_at) is not None]
    return {
        "story_id": name,
        "size": len(group),
        "n_sources": len({of_member[one].source for one in group} - {None}),
        "first_seen": min(times, default=None),
        "last_seen": max(times, default=None),
        "canonical_id": choice.article_id,
        "canonical_reason": choice.reason,
        "cohesion_min": min(inside, default=1.0),
        "cohesion_mean": sum(inside) / len(inside) if inside else 1.0,
    }


def _related(pairs: pl.DataFrame, named: pl.DataFrame, elsewhere: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """Columns story_id and related: the stories that a related or cut pair connects with each."""
    together = pl.col("relation").is_in(["related", "same_event"]) | (pl.col("decision") == "accepted")
    within = (pl.col("left_story") == pl.col("right_story")).fill_null(value=False)
    apart = pairs.lazy().filter(together & ~within).select("left_id", "right_id").collect()
    everywhere = pl.concat([named, elsewhere])
    ends = pl.concat([apart["left_id"], apart["right_id"]]).unique().alias("article_id").to_frame()
    somewhere = pl.concat([everywhere.select("article_id"), articles.select("article_id")])
    ends = ends.join(somewhere, on="article_id", how="semi")
    stories = ends.with_columns(names_of(ends["article_id"], everywhere))
    for side in ("left", "right"):
        of_side = stories.select(pl.col("article_id").alias(f"{side}_id"), pl.col("story_id").alias(f"{side}_story"))
        apart = apart.join(of_side, on=f"{side}_id")
    both = [apart.select(story_id=f"{one}_story", related=f"{other}_story") for one, other in _BOTH_WAYS]
    return pl.concat(both).group_by("story_id").agg(pl.col("related").unique().sort())


def _cut(pairs: pl.DataFrame, place: Place) -> pl.DataFrame:
    """Mark accepted pairs whose articles ended in different stories."""
    growing = place.growing(PAIRS.schema)
    for some in slices(pairs.height):
        growing.append(_marked(pairs[some]))
    return PAIRS.check(growing.frame())


def _marked(pairs: pl.DataFrame) -> pl.DataFrame:
    bridge = (pl.col("decision") == "accepted") & (pl.col("left_story") != pl.col("right_story"))
    why = pl.lit("accepted alone, but the other articles of the two stories do not fit together: ") + pl.col("reason")
    marked = pairs.with_columns(
        reason=pl.when(bridge).then(why).otherwise("reason"),
        decision=pl.when(bridge).then(pl.lit("bridge_cut")).otherwise("decision").cast(PAIRS.schema["decision"]),
    )
    return marked.select(*PAIRS.columns)
