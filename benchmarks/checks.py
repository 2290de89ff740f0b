"""How long ``dedup check`` takes over a large history, looked up and scanned.

In: a store, such as ``python -m benchmarks nights`` leaves, and how large to make a copy of it. Out: seconds of a
check, and of reading all terms and buckets instead of looking up those of the article. Must not know how articles are
matched.

The copy is made large by repeating its articles under other numbers with other words: as many rows to look through, of
which the article finds no more than in the original. Start-up (imports, word lists) is not counted.
"""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import polars as pl

from dedup.checking import check_articles
from dedup.config import Config
from dedup.store.history.database import database
from dedup.store.history.history import History
from dedup.store.history.lookups import loaded


@dataclass(frozen=True)
class Checked:
    """What a check took.

    Args:
        articles: Articles in the history.
        looked_up_s: Median CPU seconds of one article, looked up.
        wall_s: The same in wall seconds.
        scanned_s: CPU seconds of reading all terms and buckets, without comparing anything.
    """

    articles: int
    looked_up_s: float
    wall_s: float
    scanned_s: float


def enlarged(store: Path, n_articles: int, out: Path) -> Path:
    """Copy a store and repeat its articles until it has so many."""
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(store, out)
    with database(out, write=True) as history, history.transaction():
        n = int(history.value("SELECT max(number) + 1 FROM articles"))
        for at in range(1, -(-n_articles // n)):
            shift = f"number + {at * n}"
            history.run(
                f"INSERT INTO articles SELECT * REPLACE ({shift} AS number, article_id || '-{at}' AS article_id) "
                f"FROM articles WHERE number < {n}"
            )
            # Other words and buckets, spread as those of the original are.
            for table, column in (("terms", "term"), ("buckets", "bucket")):
                history.run(
                    f"INSERT INTO {table} SELECT * REPLACE ({shift} AS number, xor({column}, {at}) AS {column}) "
                    f"FROM {table} WHERE number < {n}"
                )
    return out


def checked(store: Path, articles: pl.DataFrame, config: Config) -> Checked:
    """Check articles one by one."""
    history = History(store, config)
    check_articles(articles[:1], history)
    cpu, wall = [], []
    for row in range(1, articles.height):
        began, process = time.perf_counter(), time.process_time()
        check_articles(articles[row], history)
        cpu.append(time.process_time() - process)
        wall.append(time.perf_counter() - began)
    with database(store) as opened:
        process = time.process_time()
        for table in ("terms", "buckets"):
            opened.frame(f"FROM {table}")
        scanned = time.process_time() - process
        n_articles = int(opened.value("SELECT count(*) FROM articles"))
    return Checked(n_articles, median(cpu), median(wall), scanned)


def sample_of(store: Path, n_articles: int) -> pl.DataFrame:
    """The last articles of a store under other ids, as if they were new."""
    with database(store) as history:
        ids = history.frame("SELECT article_id FROM articles ORDER BY number DESC LIMIT ?", n_articles)["article_id"]
        articles = loaded(history, ids.to_list()).articles
    return articles.with_columns(pl.col("article_id") + "-again")
