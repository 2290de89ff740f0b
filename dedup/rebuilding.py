"""A history made anew, or held against what would be made today.

In: a history, settings. Out: a history of these settings in its place, with the same ids of stories; or what differs.
Must not know how a batch is matched.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from uuid import uuid4

import polars as pl

from dedup.config import Config
from dedup.increment.batches import Furniture, batch_documents, findable, may_be_held_against, prepared_batch
from dedup.local_stages import make_room
from dedup.manifest import article_hash, hash_sum, utc_now
from dedup.pipeline import Runner, call_directly, extend
from dedup.sketch.bands import bands
from dedup.sketch.signatures import signatures
from dedup.sketch.terms import terms
from dedup.store.history.history import History
from dedup.store.history.renaming import Renaming
from dedup.store.history.replacing import replacing
from dedup.store.laid import Disk
from dedup.store.locks import store_lock
from dedup.store.shelf import FileShelf
from dedup.stories.lineage import Lineage, lineage
from dedup.stories.story_ids import story_id
from dedup.workers import plain_sums

TOGETHER: Final = 2_000
"""Articles computed anew at a time, so that memory stays bounded."""


def _untold(_done: int, _all: int) -> None:
    """Nobody is told."""


@dataclass(frozen=True)
class Rebuilt:
    """What came of making a history anew.

    Args:
        articles: Articles in it.
        stories: Stories in it.
        renamed: Stories that are no more, each merged into another.
    """

    articles: int
    stories: int
    renamed: int


def n_batches(store: Path, config: Config) -> int:
    """Batches in which a history is made anew; each is as many stage calls as ``runners.REBUILDING_STAGES``."""
    return -(-len(History(store, config).all_ids()) // TOGETHER)


@plain_sums()
def rebuild(
    store: Path, config: Config, runner: Runner = call_directly, told: Callable[[int, int], None] = _untold
) -> Rebuilt:
    """Make the history anew from its articles, as they came, with today's settings; its stories keep their ids.

    A batch at a time is worked on. The new file takes the place of the old one in one step when it is complete; until
    then the old one is untouched.

    Args:
        store: Folder of the store; what its file was made with does not matter.
        config: All settings.
        runner: How each stage is called.
        told: Told after each batch how many articles have been matched, of how many.
    """
    started_at = utc_now()
    with store_lock(store, config.history.wait_seconds, "dedup history rebuild"), replacing(store) as file:
        old, new = History(store, config), History(store, config, file=file)
        new.begin()
        ids = old.all_ids()
        hashes: list[int] = []
        for start in range(0, len(ids), TOGETHER):
            there = old.given(ids[start : start + TOGETHER])
            hashes += [article_hash(*article) for article in there.articles.select("article_id", "text").iter_rows()]
            held = make_room(there.articles, config, n_earlier=may_be_held_against(new, config))
            with FileShelf[str](store / file, held) as shelf:
                extended = extend(new, there.articles, there.arrived_at, config, runner, shelf, Disk(store / file))
                of_batch = {"run_id": str(uuid4()), "input_hash": "", "counts": {}}
                runner("commit", new.commit, extended.commit(of_batch, started_at))
            del extended
            told(min(start + TOGETHER, len(ids)), len(ids))
        groups, named = _named(old.grouping(), new.grouping(), old.all_names())
        new.rename(
            old,
            Renaming(
                names=dict(zip(groups, named.names, strict=True)),
                steps=dict(zip(named.names, named.steps, strict=True)),
                merged_into=named.merged_into,
                started_at=started_at,
                run_id=str(uuid4()),
                input_hash=hash_sum(hashes),
                counts={"rebuilt": len(ids), "merged": len(named.merged_into)},
            ),
        )
    return Rebuilt(len(ids), len(groups), len(named.merged_into))


def _named(old: pl.DataFrame, new: pl.DataFrame, taken: AbstractSet[str]) -> tuple[list[str], Lineage]:
    """The stories of the new history, and what became of those of the old one."""
    groups = new.group_by("story_id", maintain_order=True).agg("article_id")
    before = dict(old.select("article_id", "story_id").iter_rows())
    ages = {story: (began, story) for story, began in old.select("story_id", "began").iter_rows()}
    named = lineage(groups["article_id"].to_list(), before, ages, story_id, taken.__contains__)
    if old.height < new.height:  # of a damaged one: where articles were is not known, so nobody can say what grew
        steps = [[step for step in told if step["op"] != "grew"] for told in named.steps]
        named = replace(named, steps=steps)
    return groups["story_id"].to_list(), named


def differing(store: Path, config: Config) -> dict[str, list[str]]:
    """What a history keeps of its articles otherwise than would be computed today.

    Args:
        store: Folder of the store.
        config: All settings.

    Returns:
        Articles by what differs: documents, terms, buckets; empty where all is the same.
    """
    history = History(store, config)
    found: dict[str, list[str]] = {}
    ids = history.all_ids()
    for start in range(0, len(ids), TOGETHER):
        for what, differ in _differing(history, sorted(ids[start : start + TOGETHER]), config).items():
            found.setdefault(what, []).extend(differ)
    return found


def _differing(history: History, ids: list[str], config: Config) -> dict[str, list[str]]:
    there = history.loaded(ids)
    batch = prepared_batch(there.articles, there.arrived_at, config)
    lines = set(history.outlet_lines(batch.lines, (), 1).furniture.iter_rows())
    prepared = batch_documents(batch, Furniture(lines, set()), config)
    salient = terms(prepared)
    mine = findable(batch, salient, bands(signatures(prepared, salient, config.sketch), config.sketch), config)
    kept_keys, kept_buckets = history.parts(ids)
    rows = pl.Series("article_id", ids, dtype=pl.String)

    def odd(one: pl.DataFrame, other: pl.DataFrame) -> list[str]:
        on = one.columns
        apart = pl.concat([one.join(other, on=on, how="anti"), other.join(one, on=on, how="anti")])
        return [str(rows[row]) for row in apart["row"].unique().sort()]

    same = (
        prepared.select(pl.struct(pl.all()).hash())["row"] == there.documents.select(pl.struct(pl.all()).hash())["row"]
    )
    apart = {
        "documents": rows.filter(~same).to_list(),
        "terms": odd(mine.keys, kept_keys),
        "buckets": odd(mine.buckets, kept_buckets),
    }
    return {what: differ for what, differ in apart.items() if differ}
