"""Keep a history in order: how large is it, is it whole, what may go?

In: a history. Out: figures, faults, or a smaller history. Must not know how articles are matched.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from dedup.store.files import legal_text
from dedup.store.history.best_partners import let_go_of
from dedup.store.history.database import FILE, database
from dedup.store.history.exports import EXPORT
from dedup.store.history.parcels import let_go
from dedup.store.history.remains import missing_tables, what_is_lost
from dedup.store.history.tables import is_new, stored_specification

FAULTS: Final = {
    "articles that are there twice": "SELECT count(*) - count(DISTINCT article_id) FROM articles",
    "numbers that are there twice": "SELECT count(*) - count(DISTINCT number) FROM articles",
    "articles that are in no story": "SELECT count(*) FROM articles WHERE number NOT IN (SELECT number FROM members)",
    "articles that are in two stories": "SELECT count(*) - count(DISTINCT number) FROM members",
    "articles without a document": "SELECT count(*) FROM articles WHERE number NOT IN (SELECT number FROM documents)",
    "members of no story": "SELECT count(*) FROM members WHERE story_id NOT IN (SELECT story_id FROM stories)",
    "members of a story that was merged": (
        "SELECT count(*) FROM members JOIN stories USING (story_id) WHERE merged_into IS NOT NULL"
    ),
    "stories of another size than they say": (
        "SELECT count(*) FROM stories s LEFT JOIN (SELECT story_id, count(*) AS n FROM members GROUP BY 1) m "
        "USING (story_id) WHERE s.size IS DISTINCT FROM coalesce(m.n, 0)"
    ),
    "stories that are there twice": "SELECT count(*) - count(DISTINCT story_id) FROM stories",
    "stories that were merged into none": (
        "SELECT count(*) FROM stories WHERE merged_into IS NOT NULL "
        "AND merged_into NOT IN (SELECT story_id FROM stories)"
    ),
    "canonical articles outside their story": (
        "SELECT count(*) FROM stories s WHERE s.size > 0 AND NOT EXISTS (SELECT 1 FROM members m JOIN articles a "
        "USING (number) WHERE a.article_id = s.canonical_id AND m.story_id = s.story_id)"
    ),
    "pairs of articles that are not there": (
        'SELECT count(*) FROM pairs WHERE "left" NOT IN (SELECT number FROM articles) '
        'OR "right" NOT IN (SELECT number FROM articles)'
    ),
    "pairs that are there twice": 'SELECT count(*) - count(DISTINCT ("left", "right")) FROM pairs',
    "best partners that are not there": (
        "SELECT count(*) FROM best WHERE number NOT IN (SELECT number FROM articles) "
        "OR other NOT IN (SELECT number FROM articles)"
    ),
    "terms, buckets or lines of articles that are not there": (
        "SELECT count(*) FROM (SELECT DISTINCT number FROM terms UNION SELECT DISTINCT number FROM buckets "
        "UNION SELECT DISTINCT number FROM lines) WHERE number NOT IN (SELECT number FROM articles)"
    ),
}
"""What must be nought in a history that is whole."""


@dataclass(frozen=True)
class Pruned:
    """What was let go.

    Args:
        articles: Articles.
        stories: Stories; their ids are kept and never given again.
    """

    articles: int
    stories: int


def information(folder: Path) -> dict[str, Any]:
    """Size, contents and settings of a history, as JSON-ready values."""
    size = sum(path.stat().st_size for path in folder.glob(f"{FILE}*") if path.is_file())
    with database(folder) as history:
        if is_new(history):
            return {"bytes": size, "articles": 0, "stories": 0, "runs": 0}
        one = history.frame(
            "SELECT (SELECT count(*) FROM articles) AS articles, "
            "(SELECT count(*) FROM stories WHERE size > 0) AS stories,"
            "(SELECT count(*) FROM stories WHERE size > 1) AS shared_stories,"
            "(SELECT count(*) FROM stories WHERE merged_into IS NOT NULL) AS merged_stories,"
            "(SELECT count(*) FROM pairs) AS pairs, (SELECT count(*) FROM runs) AS runs,"
            "(SELECT count(*) FROM furniture) AS furniture_lines,"
            "(SELECT min(at_us) FROM articles) AS first_at, (SELECT max(at_us) FROM articles) AS last_at,"
            "(SELECT max(started_at) FROM runs) AS last_run"
        ).row(0, named=True)
        specification = stored_specification(history)
    times = {name: _time(one.pop(f"{name}_at")) for name in ("first", "last")}
    last_run = one.pop("last_run")
    each = round(size / one["articles"]) if one["articles"] else None
    return {
        "bytes": size,
        "bytes_per_article": each,
        **one,
        **times,
        "last_run": None if last_run is None else last_run.isoformat(),
        "specification": specification,
    }


def faults(folder: Path) -> dict[str, int]:
    """What is wrong in a history, and how often; empty where it is whole."""
    with database(folder) as history:
        if is_new(history):
            return {}
        if missing := missing_tables(history):
            return {f"tables that are missing: {', '.join(missing)}": len(missing)}
        counted = {fault: int(history.value(query)) for fault, query in FAULTS.items()}
    return {fault: n for fault, n in counted.items() if n}


def remedies(folder: Path) -> list[str]:
    """What to do about a history that is damaged: sentences, and commands to be given as they are.

    Args:
        folder: Folder of the store.
    """
    with database(folder) as history:
        missing = missing_tables(history)
    where = legal_text(str(folder))
    store, anew = shlex.quote(where), shlex.quote(f"{where.rstrip('/')}-anew")
    if "articles" not in missing:
        lost = what_is_lost(missing)
        told = [f"Not in the articles, and lost: {'; '.join(lost)}. A copy of before may have it."] if lost else []
        rebuild = f"dedup history rebuild --store {store}"
        return [*told, f"Make it anew from its articles, with the settings of your runs: {rebuild}"]
    told = [
        "The articles are lost, and from nothing else can a history be made anew.",
        f"Put a copy of before in the place of {shlex.quote(legal_text(str(folder / FILE)))}.",
    ]
    exported = folder / EXPORT / "articles.parquet"
    if exported.is_file():
        articles = shlex.quote(legal_text(str(exported)))
        told.append(f"Without one, begin anew from the last export: dedup run {articles} --store {anew}")
        return [*told, "Then run there what came after that export; stories get new ids."]
    return [
        *told,
        f"Without one, begin anew with all that was read so far: dedup run INPUT --store {anew}",
        f"With an inbox all its files are read again: dedup run --inbox INBOX --store {anew}",
    ]


def prune(folder: Path, before: datetime) -> Pruned:
    """Let go what is older than ``before``, in one step.

    Articles that accepted pairs connect go together or not at all: a story of which a member is younger stays whole.
    Ids of stories stay known, so that none is given twice.

    Args:
        folder: Folder of the store.
        before: Publication time, or arrival where there is none, up to which articles go.
    """
    with database(folder, write=True) as history:
        old = history.frame(
            "SELECT m.number, m.story_id FROM members m WHERE m.component IN (SELECT m.component FROM members m "
            "JOIN articles a USING (number) GROUP BY 1 HAVING max(a.at_us) < ?)",
            int(before.timestamp() * 1_000_000),
        )
        numbers, names = old.select("number"), old.select("story_id").unique()
        if old.is_empty():
            return Pruned(0, 0)
        with history.transaction():
            for table in ("articles", "documents", "terms", "buckets", "lines", "members"):
                history.run(f"DELETE FROM {table} WHERE number IN (FROM old)", old=numbers)
            let_go(history, numbers)
            let_go_of(history, numbers)
            history.run('DELETE FROM pairs WHERE "left" IN (FROM old) OR "right" IN (FROM old)', old=numbers)
            history.run("UPDATE stories SET size = 0 WHERE story_id IN (FROM old)", old=names)
        # Space of deleted rows is given back, as far as it can be, when the log is written into the file.
        history.run("CHECKPOINT")
    return Pruned(numbers.height, names.height)


def _time(at_us: int | None) -> str | None:
    if at_us is None:
        return None
    moment = pl.Series([at_us]).cast(pl.Datetime("us", "UTC")).item()
    return str(moment.isoformat())
