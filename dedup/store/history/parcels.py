"""Articles ready for comparison, kept for as long as the window reaches them.

In: what was made of articles to compare them, as bytes. Out: the same, of those that a batch is compared with. Must not
know what the bytes mean.

Nothing depends on what is here but time: what is missing is made again. Between an eighth of the window and the next a
new table begins, and what the window has left behind goes table by table, so that the file neither grows with it nor is
written anew (rows deleted one by one from a single table left the file 2.4 times as large as what was in it).
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Final

import polars as pl

from dedup.store.history.database import Database, id_column

_SLOTS: Final = 8
"""Tables that a window is spread over, one more or less."""
_PREFIX: Final = "parcels_"
_TOGETHER: Final = 256
"""Articles whose parcels are in memory at a time."""
_DEFLATED: Final = 1
"""Level at which they are compressed: half the size for 0.2 ms an article; higher levels save nothing more."""


Put = Callable[[Mapping[str, bytes]], None]


@dataclass(frozen=True)
class Layout:
    """What must be the same for parcels to be of use.

    Args:
        made_by: Version of what makes them.
        slot_us: Microseconds of a table.
    """

    made_by: str
    slot_us: int

    @classmethod
    def of(cls, made_by: str, window_us: int) -> Layout:
        """That of a window."""
        return cls(made_by, max(1, window_us // _SLOTS))


def parcels(history: Database, ids: Collection[str], layout: Layout, put: Put) -> set[str]:
    """Find the parcels of some articles.

    Args:
        history: Open.
        ids: The articles.
        layout: Parcels of another are of no use.
        put: Takes them, some at a time, by article.

    Returns:
        The articles that have any.
    """
    if _layout(history) != layout:
        return set()
    sought = history.frame(
        "SELECT a.number, a.article_id, a.at_us FROM articles a WHERE a.article_id IN (FROM ids) ORDER BY 1",
        ids=id_column(ids),
    )
    found: set[str] = set()
    slots = sought["at_us"] // layout.slot_us
    for slot in sorted(_slots(history) & set(slots.to_list())):
        query = f'SELECT s.article_id, p.parcel FROM "{_PREFIX}{slot}" p JOIN sought s USING (number)'
        for some in sought.filter(slots == slot).iter_slices(_TOGETHER):
            rows = history.frame(query, sought=some).iter_rows()
            there = {one: zlib.decompress(parcel) for one, parcel in rows}
            put(there)
            found |= there.keys()
    return found


def keep(history: Database, made: Mapping[str, bytes], layout: Layout) -> None:
    """Keep parcels, and let go what is out of the window's reach.

    Args:
        history: Open for writing, in no transaction; the articles must be in it.
        made: Parcels by article; those of other versions of the same articles have been let go.
        layout: That of the parcels.
    """
    if not made:
        return
    with history.transaction():
        if _layout(history) != layout:
            for slot in _slots(history):
                history.run(f'DROP TABLE "{_PREFIX}{slot}"')
            history.run("DELETE FROM meta WHERE key = 'parcels'")
            history.run("INSERT INTO meta VALUES ('parcels', ?)", json.dumps(asdict(layout)))
        first = int(history.value("SELECT max(at_us) FROM articles")) // layout.slot_us - _SLOTS
        for slot in _slots(history):
            if slot < first:
                history.run(f'DROP TABLE "{_PREFIX}{slot}"')
    numbered = history.frame(
        "SELECT number, article_id, at_us // ? AS slot FROM articles WHERE article_id IN (FROM ids) ORDER BY 1",
        layout.slot_us, ids=id_column(made),
    )  # fmt: skip
    for (slot,), held in numbered.filter(pl.col("slot") >= first).partition_by("slot", as_dict=True).items():
        history.run(f'CREATE TABLE IF NOT EXISTS "{_PREFIX}{slot}" (number BIGINT, parcel BLOB)')
        for some in held.iter_slices(_TOGETHER):
            parcel = [zlib.compress(made[one], _DEFLATED) for one in some["article_id"]]
            fresh = some.select("number", parcel=pl.Series(parcel, dtype=pl.Binary))
            history.run(f'INSERT INTO "{_PREFIX}{slot}" FROM fresh', fresh=fresh)


def let_go(history: Database, numbers: pl.DataFrame) -> None:
    """Let go the parcels of articles that are no more, or have another text.

    Args:
        history: In a transaction.
        numbers: Column number.
    """
    for slot in _slots(history):
        history.run(f'DELETE FROM "{_PREFIX}{slot}" WHERE number IN (FROM gone)', gone=numbers)


def _layout(history: Database) -> Layout | None:
    kept = history.value("SELECT value FROM meta WHERE key = 'parcels'")
    return None if kept is None else Layout(**json.loads(kept))


def _slots(history: Database) -> set[int]:
    names = history.frame(
        "SELECT table_name FROM duckdb_tables() WHERE starts_with(table_name, ?)", _PREFIX
    )["table_name"]  # fmt: skip
    return {int(name.removeprefix(_PREFIX)) for name in names}
