"""What is left of a history that may be damaged: from its articles all can be made anew, from the rest the old names.

In: a history. Out: its articles, which story each was in as far as that is known, which tables are missing and what is
lost with them. Must not know how articles are matched.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from dedup.errors import OutputError
from dedup.schemas import ARTICLES
from dedup.store.history.database import Database, id_column
from dedup.store.history.tables import TABLES

LOST: Final = {
    "runs": "which runs there were and what they counted, so that 'dedup report --since' begins anew",
    "members": "which article was in which story: a story keeps its id where its canonical article is",
    "stories": "since when an article speaks for its story, who did before, and which story an old id leads to",
    "lineage": "what became of stories so far",
}
"""What cannot be made anew from the articles, by the table that had it; other tables are computed."""
_NAMES: Final = {"stories": ("story_id",), "members": ("story_id",), "lineage": ("story_id", "other")}
_GROUPING: Final = {"article_id": pl.String, "story_id": pl.String, "began": pl.Int64}


@dataclass(frozen=True)
class Given:
    """Articles as they came.

    Args:
        articles: ARTICLES frame.
        arrived_at: When each came.
    """

    articles: pl.DataFrame
    arrived_at: pl.Series


def missing_tables(history: Database) -> list[str]:
    """Names of the tables that are missing; none in a history that has not begun."""
    missing = [name for name in TABLES if not history.has_table(name)]
    return [] if len(missing) == len(TABLES) else missing


def all_ids(history: Database) -> list[str]:
    """Ids of all articles in the order in which they came.

    Raises:
        OutputError: There is no table of articles.
    """
    if "articles" in missing_tables(history):
        raise OutputError(
            "nothing can be made anew, since the table of articles is missing",
            where=history.where,
            hint="'dedup history check' says what to do.",
        )
    ordered = history.frame("SELECT article_id FROM articles GROUP BY 1 ORDER BY min(arrived_at), 1")
    return [str(one) for one in ordered["article_id"]]


def given(history: Database, ids: Collection[str]) -> Given:
    """Articles by id, sorted by it; of one that is there twice, the last."""
    fields = ", ".join(ARTICLES.columns)
    rows = history.frame(
        f"SELECT {fields}, arrived_at FROM articles WHERE article_id IN (FROM sought) "
        "QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY number DESC) = 1 ORDER BY article_id",
        sought=id_column(ids),
    )
    return Given(rows.select(*ARTICLES.columns).cast(pl.Schema(ARTICLES.schema)), rows["arrived_at"])


def grouping(history: Database) -> pl.DataFrame:
    """Columns article_id, story_id, began (the run that the story began in), sorted: of all articles, if it is whole.

    Without its members, of those that speak for a story; without its stories all have begun at once.
    """
    missing = missing_tables(history)
    if "members" in missing and "stories" in missing:
        return pl.DataFrame(schema=_GROUPING)
    if "members" in missing:
        found = "SELECT canonical_id AS article_id, story_id, began FROM stories WHERE size > 0"
    elif "stories" in missing:
        found = "SELECT a.article_id, m.story_id, 0 AS began FROM members m JOIN articles a USING (number)"
    else:
        found = (
            "SELECT a.article_id, m.story_id, s.began FROM members m JOIN articles a USING (number) "
            "JOIN stories s ON s.story_id = m.story_id"
        )
    return history.frame(f"{found} ORDER BY 1").cast(pl.Schema(_GROUPING))


def all_names(history: Database) -> set[str]:
    """All names that a story has, or had, as far as a table is left that says so."""
    missing = missing_tables(history)
    columns = [(table, column) for table, named in _NAMES.items() if table not in missing for column in named]
    found = [history.frame(f"SELECT DISTINCT {column} AS name FROM {table}")["name"] for table, column in columns]
    return {str(name) for names in found for name in names}


def what_is_lost(missing: Sequence[str]) -> list[str]:
    """What cannot be made anew without some tables.

    Examples:
        >>> what_is_lost(["terms", "lineage"])
        ['what became of stories so far']
    """
    return [lost for table, lost in LOST.items() if table in missing]
