"""The history as the pipeline sees it: one method for every look and one for the commit.

In: a folder and settings. Out: what the history has; the history with a batch more. Must not know the order in which it
is asked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, TypeVar

import polars as pl

from dedup.config import Config
from dedup.frames import TIME
from dedup.places import MEMORY, Place
from dedup.schemas import ARTICLES, DOCUMENTS
from dedup.store.batch_limits import database_mb
from dedup.store.history import commits, lookups, parcels, remains, renaming
from dedup.store.history.best_partners import crowded_by
from dedup.store.history.brought import Commit
from dedup.store.history.database import FILE, Database, database
from dedup.store.history.tables import check_specification, prepare, specification

T = TypeVar("T")

NOTHING: Final = lookups.Loaded(
    ARTICLES.empty(), DOCUMENTS.empty(), pl.Series("at", [], pl.Int64), pl.Series("arrived_at", [], TIME)
)


@dataclass(frozen=True)
class History:
    """A history in a folder; every method opens it and closes it again.

    Args:
        folder: The folder of the store.
        config: All settings.
        file: Another name of the file, while it is being rebuilt.
        held: The file, where it is open already.
    """

    folder: Path
    config: Config
    file: str = field(default=FILE)
    held: Database | None = field(default=None, repr=False)

    @contextmanager
    def looked_at(self) -> Iterator[History]:
        """The same history, open for as long as the block lasts: for many looks in a row, and nothing between them."""
        with self._open() as opened:
            yield replace(self, held=opened)

    def begin(self) -> None:
        """Make the file if there is none, and refuse one that was made with other settings.

        Raises:
            OutputError: It was, or it cannot be made.
        """
        with self._open(write=True) as history:
            prepare(history, self.specification)

    @property
    def specification(self) -> dict[str, Any]:
        """What the history must have been made with."""
        return specification(self.config)

    def check_settings(self) -> None:
        """Refuse a history that was made with other settings, without changing it."""
        self._look(check_specification, self.specification)

    def known(self, articles: pl.DataFrame) -> pl.DataFrame:
        """See ``lookups.known``."""
        return self._look(lookups.known, articles)

    def n_within(self, window_us: int) -> int:
        """See ``lookups.n_within``."""
        return self._look(lookups.n_within, window_us)

    def outlet_lines(self, lines: pl.DataFrame, replaced: Collection[str], looked_at: int) -> lookups.OutletLines:
        """See ``lookups.outlet_lines``."""
        return self._look(lookups.outlet_lines, lines, replaced, looked_at)

    def holding(self, lines: pl.DataFrame, without: Collection[str]) -> list[str]:
        """See ``lookups.holding``."""
        return [] if lines.is_empty() else self._look(lookups.holding, lines, without)

    def crowded_by(self, ids: Collection[str]) -> list[str]:
        """See ``best_partners.crowded_by``."""
        return self._look(crowded_by, ids, self.config.match.anchors.per_article) if ids else []

    def accepted_alone(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """See ``lookups.accepted_alone``."""
        return pairs if pairs.is_empty() else self._look(lookups.accepted_alone, pairs)

    def surroundings(
        self,
        at: AbstractSet[int],
        keys: pl.DataFrame,
        buckets: pl.DataFrame,
        without: Collection[str],
        window_us: int,
        place: Place = MEMORY,
    ) -> lookups.Surroundings:
        """See ``lookups.surroundings``."""

        def look(history: Database) -> lookups.Surroundings:
            return lookups.surroundings(history, at, keys, buckets, without, window_us, place=place)

        return self._look(look)

    def everything(self, keys: pl.DataFrame, buckets: pl.DataFrame) -> lookups.Surroundings:
        """See ``lookups.everything``."""
        return self._look(lookups.everything, keys, buckets)

    def loaded(self, ids: Collection[str], place: Place = MEMORY) -> lookups.Loaded:
        """See ``lookups.loaded``."""
        if not ids:
            return NOTHING
        return self._look(lookups.loaded, ids, place)

    def parcels(self, ids: Collection[str], layout: parcels.Layout, put: parcels.Put) -> set[str]:
        """See ``parcels.parcels``."""
        return self._look(parcels.parcels, ids, layout, put) if ids else set()

    def touched(self, ids: Collection[str], others: Collection[str], place: Place = MEMORY) -> lookups.Touched:
        """See ``lookups.touched``."""
        return self._look(lookups.touched, ids, others, place)

    def taken(self, names: Collection[str]) -> set[str]:
        """See ``lookups.taken``."""
        return self._look(lookups.taken, names)

    def canonical(self, story: str) -> str:
        """The article that speaks for a story."""

        def look(history: Database) -> str:
            return str(history.value("SELECT canonical_id FROM stories WHERE story_id = ?", story))

        return self._look(look)

    def has_run(self, run_id: str) -> bool:
        """Whether a run's batch was committed."""

        def look(history: Database) -> bool:
            return commits.has_run(history, run_id)

        return self._look(look)

    def watched(self, n_runs: int) -> list[dict[str, Any]]:
        """What was watched of the last runs, oldest first; those of other kinds are left out."""
        query = "SELECT counts FROM runs WHERE counts LIKE '%\"watched\"%' ORDER BY run DESC LIMIT ?"

        def look(history: Database) -> list[dict[str, Any]]:
            return [
                json.loads(counts)["watched"] for counts in reversed(history.frame(query, n_runs)["counts"].to_list())
            ]

        return self._look(look)

    def all_ids(self) -> list[str]:
        """See ``remains.all_ids``."""
        return self._look(remains.all_ids)

    def given(self, ids: Collection[str]) -> remains.Given:
        """See ``remains.given``."""
        return self._look(remains.given, ids)

    def parts(self, ids: Collection[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
        """See ``lookups.parts``."""
        return self._look(lookups.parts, ids)

    def all_names(self) -> set[str]:
        """See ``remains.all_names``."""
        return self._look(remains.all_names)

    def grouping(self) -> pl.DataFrame:
        """See ``remains.grouping``."""
        return self._look(remains.grouping)

    def rename(self, old: History, which: renaming.Renaming) -> None:
        """See ``renaming.rename``."""
        with (
            old._open() as before,
            self._open(write=True) as history,
        ):
            renaming.rename(history, before, which)

    def commit(self, batch: Commit) -> None:
        """Add a batch, whole or not at all; one that is there already, as after a commit that was retried, is left."""
        with self._open(write=True) as history:
            commits.commit(history, batch)

    def _look(self, look: Callable[..., T], *args: object) -> T:
        if self.held is not None:
            return look(self.held, *args)
        with self._open() as history:
            return look(history, *args)

    def _open(self, *, write: bool = False) -> AbstractContextManager[Database]:
        return database(self.folder, write=write, file=self.file, memory_mb=database_mb(self.config.input))
