"""A history made anew, or held against what would be made today.

In: a history, settings. Out: a history of these settings in its place, with the same ids of stories; or what differs.
Must not know how a batch is matched.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

import polars as pl

from dedup.config import Config
from dedup.increment.batches import Furniture, batch_documents, findable, prepared_batch
from dedup.manifest import input_hash, utc_now
from dedup.pipeline import Runner, call_directly, extend
from dedup.sketch.bands import bands
from dedup.sketch.signatures import signatures
from dedup.sketch.terms import terms
from dedup.store.history.history import History
from dedup.store.history.replacing import replacing
from dedup.store.locks import store_lock

_CHUNK: Final = 2_000
"""Articles computed anew at a time, so that memory stays bounded."""


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


def rebuild(store: Path, config: Config, runner: Runner = call_directly) -> Rebuilt:
    """Make the history anew from its articles, in one batch, with today's settings; its stories keep their ids.

    The new file takes the place of the old one in one step when it is complete; until then the old one is untouched.

    Args:
        store: Folder of the store; what its file was made with does not matter.
        config: All settings.
        runner: How each stage is called.
    """
    started_at = utc_now()
    with store_lock(store, config.history.wait_seconds, "dedup history rebuild"), replacing(store) as file:
        old, new = History(store, config), History(store, config, file=file)
        there = old.loaded(old.all_ids())
        new.begin()
        new.take_names(old)
        before = old.touched(there.articles["article_id"].to_list(), ()).before
        extended = extend(new, there.articles, there.arrived_at, config, runner, before)
        of_run = {
            "run_id": str(uuid4()),
            "input_hash": input_hash(there.articles),
            "counts": {**extended.counts, "rebuilt": there.articles.height},
        }
        new.commit(extended.commit(of_run, started_at))
    return Rebuilt(there.articles.height, extended.told.stories.height, len(extended.kept["merged_into"]))


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
    for start in range(0, len(ids), _CHUNK):
        for what, differ in _differing(history, ids[start : start + _CHUNK], config).items():
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
