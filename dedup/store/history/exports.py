"""The tables of a history as Parquet files, for other readers.

In: a history. Out: a folder of files beside it, replaced as a whole. Must not know what a reader does with them.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import polars as pl

from dedup.errors import OutputError
from dedup.store.files import legal_text
from dedup.store.folders import replace_folder
from dedup.store.history.database import Database, database
from dedup.store.targets import check_store, names_in

EXPORT: Final = "export"
"""Name of the folder within that of the store."""
QUERIES: Final = {
    "articles": (
        "SELECT article_id, text, title, url, source, published_at, lang, arrived_at FROM articles ORDER BY article_id"
    ),
    "members": (
        "SELECT a.article_id, m.story_id, m.relation, m.similarity, m.confidence FROM members m "
        "JOIN articles a USING (number) ORDER BY 1"
    ),
    "stories": (
        "SELECT * EXCLUDE (began, changed), began AS began_in_run, changed AS changed_in_run FROM stories ORDER BY 1"
    ),
    "lineage": "SELECT story_id, run, op, other FROM lineage ORDER BY run, story_id, op, other",
    "pairs": (
        'SELECT l.article_id AS left_id, r.article_id AS right_id, p.* EXCLUDE ("left", "right") FROM pairs p '
        'JOIN articles l ON l.number = p."left" JOIN articles r ON r.number = p."right" ORDER BY 1, 2'
    ),
    "runs": "SELECT * FROM runs ORDER BY run",
}
"""What is in each file. Pairs hold what was decided about the two alone, before bridges are cut."""


def export(store: Path, out: Path | None = None) -> Path:
    """Write the tables as Parquet, replacing what an earlier export wrote, in one step.

    Args:
        store: Folder of the store.
        out: Folder to write; ``export`` within the store by default.

    Returns:
        The folder.

    Raises:
        OutputError: There is no history, or the folder cannot be written, holds anything but an earlier export, or is
            the store itself or around it.
    """
    target = out or store / EXPORT
    check_export(store, out)
    with database(store) as history:
        replace_folder(target, lambda folder: _fill(history, folder))
    return target


def check_export(store: Path, out: Path | None = None) -> None:
    """Make sure, before any work, that an export can be written and that nothing of anybody else is lost by it.

    Args:
        store: As in ``export``, which also says what is raised.
        out: As there.
    """
    target = out or store / EXPORT
    if Path(os.path.realpath(target)) != Path(os.path.realpath(store / EXPORT)):
        check_store(store, target)
    ours = {f"{name}.parquet" for name in QUERIES}
    if foreign := [name for name in names_in(target) if name not in ours]:
        raise OutputError(
            "holds files that are no export of a history and would be lost",
            where=legal_text(str(target)),
            got=", ".join(map(legal_text, foreign[:5])),
            expected="a new or empty folder, or an earlier export",
            hint="Name another folder with --out, or empty this one yourself.",
        )


def _fill(history: Database, folder: Path) -> None:
    for name, query in QUERIES.items():
        try:
            history.frame(query).write_parquet(folder / f"{name}.parquet", compression="zstd", statistics=True)
        except pl.exceptions.PolarsError as error:
            raise OSError(None, str(error)) from error
