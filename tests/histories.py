"""Histories for tests: articles in batches, and the stories they end in.

In: articles, and how they are to be cut and ordered. Out: what the history then says. Must not know how it comes to it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from dedup.config import Config
from dedup.increment import groups
from dedup.increment.batches import arrivals
from dedup.increment.extended import Extended
from dedup.pipeline import extend
from dedup.schemas import PAIRS
from dedup.store.history.database import database
from dedup.store.history.history import History

WIDE = Config.model_validate({"history": {"window_days": 3650}})
"""Settings whose window holds every corpus of the tests."""
FIRST_NIGHT = datetime(2026, 3, 2, 2, tzinfo=UTC)


def add_batch(history: History, articles: pl.DataFrame, night: int = 0) -> Extended:
    """One batch, as a run would add it, without any output."""
    now = FIRST_NIGHT + timedelta(days=night)
    extended = extend(history, articles, arrivals(articles.height, now), history.config)
    of_run = {"run_id": f"run-{night}", "input_hash": "", "counts": extended.counts}
    history.commit(extended.commit(of_run, now))
    return extended


def grown(folder: Path, batches: Sequence[pl.DataFrame], config: Config = WIDE) -> History:
    """A history that has seen some batches."""
    history = History(folder, config)
    history.begin()
    for night, batch in enumerate(batches):
        add_batch(history, batch.sort("article_id"), night)
    return history


def in_batches(articles: pl.DataFrame, n_batches: int, seed: int) -> list[pl.DataFrame]:
    """The same articles in another order, cut at random places."""
    chance = random.Random(seed)
    order = list(range(articles.height))
    chance.shuffle(order)
    cuts = sorted(chance.sample(range(1, articles.height), n_batches - 1)) if n_batches > 1 else []
    edges = [0, *cuts, articles.height]
    return [articles[order[first:last]] for first, last in pairwise(edges)]


def stories_of(history: History) -> list[tuple[str, tuple[tuple[str, str, float, float], ...]]]:
    """All stories by their canonical article, with every member's relation, similarity and confidence; no ids."""
    with database(history.folder) as open_history:
        rows = open_history.frame(
            "SELECT s.canonical_id, a.article_id, m.relation, m.similarity, m.confidence FROM members m "
            "JOIN articles a USING (number) JOIN stories s ON s.story_id = m.story_id ORDER BY 1, 2"
        )
    told: dict[str, list[tuple[str, str, float, float]]] = {}
    for canonical, one, relation, similarity, confidence in rows.iter_rows():
        told.setdefault(canonical, []).append((one, relation, round(similarity, 5), round(confidence, 5)))
    return [(canonical, tuple(members)) for canonical, members in sorted(told.items())]


@contextmanager
def remembered_pairs(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Verify each pair of texts once: two hundred histories of the same articles ask for little that is new.

    The verdict depends on the two articles as they were prepared and on nothing else; that is what the key holds.
    """
    verify = groups.pairs  # type: ignore[attr-defined]  # what it calls, not what it offers
    memory: dict[tuple[object, ...], pl.DataFrame] = {}

    def pairs(
        found: pl.DataFrame,
        articles: pl.DataFrame,
        documents: pl.DataFrame,
        config: Config,
        *,
        parcels: object = None,  # noqa: ARG001  - what is ready for comparison changes nothing
        place: object = None,
    ) -> pl.DataFrame:
        # What is furniture decides what is matched; texts and times of one id never change in these tests.
        keys = list(zip(articles["article_id"], documents["matching"].hash(), strict=True))
        rows = found.select("left", "right").rows()
        new = [(keys[left], keys[right]) not in memory for left, right in rows]
        fresh = verify(found.filter(pl.Series(new, dtype=pl.Boolean)), articles, documents, config)
        place = {one: row for row, (one, _) in enumerate(keys)}
        for n in range(fresh.height):
            ends = fresh["left_id"][n], fresh["right_id"][n]
            memory[keys[place[ends[0]]], keys[place[ends[1]]]] = fresh[n]
        told = [memory[keys[left], keys[right]] for left, right in rows]
        views = [[view for view in ("copy", "story", "anchor") if row[view]] for row in found.iter_rows(named=True)]
        frame = pl.concat([PAIRS.empty(), *told]).with_columns(views=pl.Series(views, dtype=pl.List(pl.String)))
        return frame.sort("left_id", "right_id")

    patch.setattr(groups, "pairs", pairs)
    yield
