"""The best partners of every article, by which the order of arrival makes no difference.

In: articles, or what their best partners are now. Out: what the history has of them. Must not know what makes a partner
good, nor how many count (see ``match.rankings``).
"""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from dedup.store.history.database import Database, id_column


def best_partners(history: Database, ids: Collection[str], without: Collection[str]) -> pl.DataFrame:
    """The best partners of some articles, and of these partners.

    Args:
        history: Open.
        ids: The articles.
        without: Articles that are neither to be asked nor named, since they are matched anew.

    Returns:
        Columns article_id, other_id, score.
    """
    return history.frame(
        "WITH gone AS (SELECT number FROM articles WHERE article_id IN (FROM without_ids)), "
        "mine AS (SELECT number FROM articles WHERE article_id IN (FROM sought)), "
        "asked AS (FROM mine UNION SELECT other FROM best JOIN mine USING (number)) "
        "SELECT a.article_id, o.article_id AS other_id, b.score FROM best b JOIN asked USING (number) "
        "JOIN articles a ON a.number = b.number JOIN articles o ON o.number = b.other "
        "WHERE b.number NOT IN (FROM gone) AND b.other NOT IN (FROM gone)",
        sought=id_column(ids), without_ids=id_column(without),
    )  # fmt: skip


def last_partners(history: Database, articles: pl.DataFrame) -> pl.DataFrame:
    """How many best partners some articles have, and the score of the last of them.

    Args:
        history: Open.
        articles: Columns number, article_id.

    Returns:
        Columns article_id, n, score, of those that have any; partners that are matched anew count as all others do.
    """
    return history.frame(
        "SELECT n.article_id, count(*) AS n, min(b.score) AS score FROM best b JOIN near n USING (number) GROUP BY 1",
        near=articles.select("number", "article_id"),
    )


def crowded_by(history: Database, ids: Collection[str], per_article: int) -> list[str]:
    """Articles of which some others are among more partners than count: without these, nobody knows who comes next.

    Args:
        history: Open.
        ids: The others, which are about to change.
        per_article: Partners that count.
    """
    found = history.frame(
        "WITH named AS (SELECT number FROM articles WHERE article_id IN (FROM sought)) "
        "SELECT a.article_id FROM articles a WHERE a.number NOT IN (FROM named) AND a.number IN ("
        "SELECT number FROM best WHERE number IN (SELECT number FROM best WHERE other IN (FROM named)) "
        "GROUP BY number HAVING count(*) > ?) ORDER BY 1",
        per_article, sought=id_column(ids),
    )  # fmt: skip
    return [str(one) for one in found["article_id"]]


def numbered_best(history: Database, best: pl.DataFrame) -> pl.DataFrame:
    """Best partners as the history has them.

    Args:
        history: Open; all articles must be in it.
        best: Columns article_id, other_id, score.

    Returns:
        Columns number, other, score.
    """
    return history.frame(
        "SELECT a.number, o.number AS other, f.score FROM fresh f JOIN articles a ON a.article_id = f.article_id "
        "JOIN articles o ON o.article_id = f.other_id ORDER BY 1, 3 DESC, 2",
        fresh=best,
    )  # fmt: skip


def let_go_best(history: Database, ids: pl.DataFrame, first: int) -> None:
    """Forget the best partners of some articles, since others are.

    Args:
        history: In a transaction.
        ids: Column article_id.
        first: A number; partners of articles from it on are kept.
    """
    history.run(
        "DELETE FROM best WHERE number < ? AND number IN "
        "(SELECT number FROM articles WHERE article_id IN (FROM named))",
        first, named=ids,
    )  # fmt: skip


def let_go_of(history: Database, numbers: pl.DataFrame, first: int | None = None) -> None:
    """Forget some articles, as partners too.

    Args:
        history: In a transaction.
        numbers: Column number.
        first: A number; partners of articles from it on are kept, None for no such number.
    """
    history.run(
        "DELETE FROM best WHERE (number IN (FROM gone) OR other IN (FROM gone)) AND number < coalesce(?, number + 1)",
        first, gone=numbers,
    )  # fmt: skip
