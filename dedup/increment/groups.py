"""The articles that accepted pairs connect with a batch: what is known of them, and which stories are they?

In: articles, pairs, and what a history has of both. Out: all pairs of the groups, and their stories by name. Must not
know how candidates were found.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from dedup.config import Config
from dedup.increment.batches import Admitted, window_us
from dedup.match.closing import connected, missing_pairs
from dedup.match.comparing import shelved
from dedup.match.pairs import pairs
from dedup.match.parcels import layout
from dedup.match.partners import Partners
from dedup.places import MEMORY, Chosen, MemoryShelf, Place, Shelf, arranged, picked
from dedup.schemas import ARTICLES, CANDIDATES, DOCUMENTS, PAIRS
from dedup.store.history.lookups import Loaded, Touched
from dedup.store.history.parcels import Layout
from dedup.stories.lineage import Lineage, lineage, turned
from dedup.stories.stories import Stories, clusters, described
from dedup.stories.story_ids import story_id

_ENDS: Final = ("left_id", "right_id")
_ASKED: Final = 8
"""Names of an article that are asked about at once; hardly any has had as many."""


@dataclass(frozen=True)
class Gathered:
    """Articles of a batch and of a history side by side, sorted by id.

    Args:
        articles: ARTICLES frame.
        documents: DOCUMENTS frame of the same articles.
        at: Time of each article, in microseconds.
    """

    articles: pl.DataFrame
    documents: pl.DataFrame
    at: dict[str, int]

    @property
    def row_of(self) -> dict[str, int]:
        """Place of each article."""
        return {one: row for row, one in enumerate(self.articles["article_id"])}

    def narrowed(self, ids: Collection[str]) -> Gathered:
        """Only some of them."""
        kept = self.articles["article_id"].is_in(pl.Series(sorted(ids), dtype=pl.String).implode())
        documents = self.documents.filter(kept).drop("row").with_row_index("row")
        return Gathered(self.articles.filter(kept), documents.select(*DOCUMENTS.columns), self.at)


def gathered(*parts: Loaded, place: Place = MEMORY) -> Gathered:
    """Put articles together; none may be in two parts.

    Args:
        parts: The articles.
        place: Where they may lie.
    """
    articles = pl.concat([part.articles for part in parts])
    documents = pl.concat([part.documents for part in parts])
    at = dict(zip(articles["article_id"], pl.concat([part.at for part in parts]), strict=True))
    documents = documents.drop("row")
    if not articles["article_id"].is_sorted():  # to bring frames in order copies them
        order = articles["article_id"].arg_sort()
        articles, documents = (picked(frame, order, place) for frame in (articles, documents))
    documents = documents.with_row_index("row").select(*DOCUMENTS.columns)
    return Gathered(ARTICLES.check(articles), DOCUMENTS.check(documents), at)


def candidate_rows(found: pl.DataFrame, together: Gathered) -> pl.DataFrame:
    """CANDIDATES of pairs by id."""
    row_of = pl.DataFrame(
        {"id": together.articles["article_id"], "row": np.arange(together.articles.height, dtype=np.uint32)}
    )
    rows = found.join(row_of.select(left_id="id", left="row"), on="left_id").join(
        row_of.select(right_id="id", right="row"), on="right_id"
    )
    return CANDIDATES.check(rows.select(*CANDIDATES.columns).sort("left", "right"))


@dataclass(frozen=True)
class Verified:
    """What stage ``pairs`` makes of pairs by id.

    Args:
        pairs: PAIRS frame.
        parcels: Articles that were made ready for comparison on the way, to be kept.
    """

    pairs: pl.DataFrame
    parcels: Mapping[str, bytes]


def verified(
    found: pl.DataFrame,
    together: Gathered,
    config: Config,
    shelf: Shelf[str] | None = None,
    known: Collection[str] = (),
    place: Place = MEMORY,
) -> Verified:
    """Stage ``pairs`` of pairs by id.

    Args:
        found: The pairs.
        together: Their articles.
        config: All settings.
        shelf: Where articles wait that are ready for comparison; None for memory.
        known: Those that are there.
        place: Where the pairs may lie.
    """
    rows, shelf = candidate_rows(found, together), shelf or MemoryShelf[str]()
    frames = rows, together.articles, together.documents, config
    made = shelved(*frames, known, shelf)
    parcels = shelf if made or known else None
    return Verified(pairs(*frames, parcels=parcels, place=place), Chosen(shelf, made))


def parcel_layout(config: Config) -> Layout:
    """What must be the same for parcels that were kept to be of use."""
    return Layout.of(layout(), window_us(config.history))


@dataclass(frozen=True)
class Closed:
    """All that is known of the groups that a batch touches.

    Args:
        fresh: PAIRS frame of the pairs verified now, to close the groups.
        pairs: PAIRS frame of all pairs of the groups' articles, with which their stories are made.
        groups: Articles that accepted pairs connect.
        n_open: Groups too large to be closed.
    """

    fresh: pl.DataFrame
    pairs: pl.DataFrame
    groups: list[list[str]]
    n_open: int


def closed(  # noqa: PLR0913 - what is known of the groups, by whom it was told
    ids: Collection[str],
    new_pairs: pl.DataFrame,
    past: Touched,
    batch_ids: Collection[str],
    crowded_out: pl.DataFrame,
    together: Gathered,
    config: Config,
    *,
    place: Place = MEMORY,
) -> Closed:
    """Verify what has not been verified within the groups that the batch touches.

    Args:
        ids: All articles of these groups.
        new_pairs: PAIRS frame of the batch.
        past: What the history has of the groups.
        batch_ids: Articles matched now; what the history has of their pairs is void.
        crowded_out: Columns left_id, right_id: pairs of the history that are void, too.
        together: The articles.
        config: All settings.
        place: Where the pairs may lie.
    """
    found = pl.col("views").list.len() > 0
    mine = pl.Series(sorted(batch_ids), dtype=pl.String).implode()
    stale = past.pairs["left_id"].is_in(mine) | past.pairs["right_id"].is_in(mine)
    standing = _only(past.pairs, ~(stale | _is_among(past.pairs, crowded_out)), place)
    held = pl.concat([standing, new_pairs])
    ours = pl.Series(sorted(ids), dtype=pl.String).implode()
    # Pairs that closed a group once connect nothing: what they lay in may have come apart since.
    joining = (pl.col("decision") == "accepted") & found
    inside = pl.col("left_id").is_in(ours) & pl.col("right_id").is_in(ours)
    groups = connected(ids, held.lazy().filter(joining & inside).select("left_id", "right_id").collect().rows())
    group_of = {one: group[0] for group in groups for one in group}
    left, right = (pl.col(end).replace_strict(group_of, default=None) for end in ("left_id", "right_id"))
    within_one = held.lazy().filter(left == right).select("left_id", "right_id").collect()
    missing, open_ones = missing_pairs(
        groups,
        set(within_one.rows()),
        together.at,
        window_us(config.history),
        config.history.max_closed,
    )
    asked = pl.DataFrame(missing, {"left_id": pl.String, "right_id": pl.String}, orient="row").with_columns(
        copy=pl.lit(value=False), story=pl.lit(value=False), anchor=pl.lit(value=False)
    )
    fresh = verified(asked, together, config).pairs
    # A group that has outgrown closing is judged by the pairs that were found, not by those that closed it once.
    outgrown = pl.Series([one for group in open_ones for one in group], dtype=pl.String).implode()
    void = ~found & (pl.col("left_id").is_in(outgrown) | left.ne_missing(right))
    whole = pl.concat([held, fresh])
    pairs_of_all = arranged(whole, _ENDS, place, whole.select(kept=~void)["kept"])
    return Closed(fresh, pairs_of_all, groups, len(open_ones))


@dataclass(frozen=True)
class Retold:
    """The stories that a batch touches.

    Args:
        told: Their frames, lineage included.
        lineage: What became of the stories before.
        components: For each article the smallest id of those it is connected with.
    """

    told: Stories
    lineage: Lineage
    components: dict[str, str]


def retold(
    known: Closed,
    past: Touched,
    taken: Collection[str],
    together: Gathered,
    config: Config,
    place: Place = MEMORY,
) -> Retold:
    """Stage ``stories`` of the groups that a batch touches.

    Args:
        known: The closed groups.
        past: What the history has of them.
        taken: Names that new stories may not have.
        together: Exactly the articles of the groups.
        config: All settings.
        place: Where the frames may lie.
    """
    ids = together.articles["article_id"]
    inside = within(known.pairs, together.articles, place)
    clustered = clusters(inside, config.stories, ids.to_list())
    before = dict(past.before.select("article_id", "story_id").iter_rows())
    ages = {story: (began, story) for story, began in past.before.select("story_id", "began").iter_rows()}
    named = lineage(clustered, before, ages, story_id, set(taken).__contains__)
    elsewhere = {one: story for one, story in past.elsewhere.items() if one not in before}
    told = described(
        *(clustered, named.names, known.pairs, together.articles, together.documents, config, elsewhere),
        place=place,
    )
    steps = dict(zip(named.names, named.steps, strict=True))
    rows = [steps[name] for name in told.stories["story_id"]]
    lines = pl.Series("lineage", rows, dtype=told.stories.schema["lineage"])
    told = Stories(told.members, told.stories.with_columns(lines), told.pairs)
    return Retold(told, named, {one: group[0] for group in known.groups for one in group})


def names_taken(ids: Sequence[str], taken: Callable[[Collection[str]], Collection[str]]) -> set[str]:
    """Names that stories with these first articles might be given, and which others have or had.

    Args:
        ids: The articles.
        taken: Those of some names that are taken.
    """
    found: set[str] = set()
    asked, first, last = [*ids], 1, _ASKED
    while asked:  # on, as long as one has had all the names that were asked about
        names = {one: [story_id(turned(one, turn)) for turn in range(first, last + 1)] for one in asked}
        mine = {*taken([name for some in names.values() for name in some])}
        found |= mine
        asked = [one for one, some in names.items() if mine.issuperset(some)]
        first, last = last + 1, last * 4
    return found


def batch_counts(brought: Admitted, n_again: int, known: Closed, retelling: Retold) -> dict[str, Any]:
    """What ``run.json`` counts besides, of a run with a history."""
    named = retelling.lineage
    ops = [step["op"] for steps in named.steps for step in steps]
    return {
        "known": len(brought.known),
        "new": brought.articles.height - len(brought.corrected),
        "corrected": len(brought.corrected),
        "prepared_anew": n_again,
        "grown": ops.count("grew"),
        "merged": len(named.merged_into),
        "split": ops.count("split_from"),
        "closing_pairs": known.fresh.height,
    }


def candidates_among(found: Partners, batch: Loaded) -> pl.DataFrame:
    """CANDIDATES of the batch alone."""
    return candidate_rows(found.frame, gathered(batch))


def within(pairs: pl.DataFrame, articles: pl.DataFrame, place: Place = MEMORY) -> pl.DataFrame:
    """The pairs of which both articles are among some, in their order."""
    ids = articles["article_id"].implode()
    return _only(pairs, pairs["left_id"].is_in(ids) & pairs["right_id"].is_in(ids), place)


def among(pairs: pl.DataFrame, others: pl.DataFrame, place: Place = MEMORY) -> pl.DataFrame:
    """The pairs that are among others, in their order."""
    return _only(pairs, _is_among(pairs, others), place)


def _is_among(pairs: pl.DataFrame, others: pl.DataFrame) -> pl.Series:
    """(n,) whether each pair is among others."""
    found = others.select(*_ENDS, found=pl.lit(value=True))
    return pairs.select(*_ENDS).join(found, on=_ENDS, how="left", maintain_order="left")["found"].fill_null(value=False)


def _only(pairs: pl.DataFrame, chosen: pl.Series, place: Place) -> pl.DataFrame:
    """Some of the pairs; all of them, as a rule, which are not copied."""
    return pairs if chosen.all() else picked(pairs, chosen.arg_true(), place)


def only_new(held: pl.DataFrame, fresh: pl.DataFrame, place: Place = MEMORY) -> pl.DataFrame:
    """PAIRS of a batch: those found and those that closed a group."""
    return PAIRS.check(arranged(pl.concat([held, fresh]), _ENDS, place))
