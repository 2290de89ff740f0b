"""The best partners of every article, by which the order of arrival makes no difference.

In: articles, or what their best partners are now. Out: what the history has of them. Must not know what makes a partner
good, nor how many count (see ``match.rankings``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

import numpy as np
import polars as pl

from dedup.places import MEMORY, Place
from dedup.schemas import VOTES, Best
from dedup.store.history.database import Database, id_column

_ASKED: Final = 4_096
"""Articles whose best partners are read at a time."""


def best_partners(history: Database, articles: pl.DataFrame, without: Collection[str], place: Place = MEMORY) -> Best:
    """The best partners of some articles, and of these partners, read some thousand articles at a time.

    Args:
        history: Open.
        articles: Columns row, number: the articles by their place, and their numbers, ascending.
        without: Articles that are neither to be asked nor named, since they are matched anew.
        place: Where they may lie.
    """
    near = articles.select("row", "number")
    gone = history.frame("SELECT number FROM articles WHERE article_id IN (FROM ids)", ids=id_column(without))
    asked = history.frame(
        "SELECT number FROM near UNION SELECT b.other FROM best b JOIN near USING (number) "
        "JOIN articles o ON o.number = b.other ORDER BY 1",
        near=near,
    ).join(gone, on="number", how="anti", maintain_order="left")
    named = history.frame(
        "SELECT number, article_id FROM articles WHERE number NOT IN (SELECT number FROM near UNION FROM gone) "
        "AND number IN (FROM asked UNION SELECT other FROM best JOIN asked USING (number)) ORDER BY 1",
        asked=asked, near=near, gone=gone,
    )  # fmt: skip
    number = np.concatenate([near["number"].to_numpy(), named["number"].to_numpy()])
    order = np.argsort(number)
    votes = place.growing(VOTES)
    for some in asked.iter_slices(_ASKED):
        found = history.frame(
            "SELECT b.number, b.other, b.score FROM best b JOIN asked USING (number) "
            "JOIN articles o ON o.number = b.other WHERE b.other NOT IN (FROM gone) ORDER BY 1, 2",
            asked=some, gone=gone,
        )  # fmt: skip
        voter, other = (
            order[np.searchsorted(number, found[name].to_numpy(), sorter=order)] for name in ("number", "other")
        )
        votes.append(pl.DataFrame({"voter": voter, "other": other, "score": found["score"]}).cast(VOTES))
    last = history.frame(
        "SELECT n.row, count(*) AS n, min(b.score) AS score FROM best b JOIN near n USING (number) GROUP BY 1",
        near=near,
    )
    return Best(named["article_id"], votes.frame(), last)


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


def numbered_best(history: Database, names: pl.Series, best: pl.DataFrame, size: int) -> Iterator[pl.DataFrame]:
    """Best partners as the history has them, some at a time.

    Args:
        history: Open; articles that it does not have are nobody's partners.
        names: Ids of articles.
        best: Columns as in VOTES, by place in ``names``.
        size: Rows at a time.

    Yields:
        Columns number, other, score.
    """
    number = history.frame(
        "SELECT a.number FROM names n LEFT JOIN articles a USING (article_id) ORDER BY n.at",
        names=pl.DataFrame({"article_id": names}).with_row_index("at"),
    )["number"]
    for some in best.iter_slices(size):
        rows = some.select(number=number.gather(some["voter"]), other=number.gather(some["other"]), score="score")
        yield rows.drop_nulls().sort("number", "score", "other", descending=[False, True, False])


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
