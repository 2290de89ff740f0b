"""What to call an article that may have no headline.

In: titles and texts. Out: headings, one line each. Must not know where they are shown.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from dedup.memory import mapped_pages_go
from dedup.places import SCATTERED, slices

MAX_HEADING: Final = 110
"""Characters of the first line that stand in for a missing headline."""


def heading(title: str | None, text: str, article_id: str) -> str:
    """What to call an article: its headline, else its first line, else its id.

    Examples:
        >>> heading("Port strike ends", "Dockers ...", "a")
        'Port strike ends'
        >>> heading(None, "Unrest on the waterfront has taken a sharper turn.", "a")
        'Unrest on the waterfront has taken a sharper turn.'
        >>> heading(" ", "", "a")
        'a'
        >>> heading(None, "word " * 40, "a").endswith("word …")
        True
    """
    if title and title.strip():
        return " ".join(title.split())
    line = next((line for line in beginning(text).splitlines() if line.strip()), "")
    line = " ".join(line.split())
    if len(line) <= MAX_HEADING:
        return line or article_id
    shorter, _, _ = line[:MAX_HEADING].rpartition(" ")
    return f"{shorter or line[:MAX_HEADING]} …"


def with_headings(people: pl.DataFrame, articles: pl.DataFrame, article_id: str = "article_id") -> pl.DataFrame:
    """Articles with what to call them in a column ``heading``; texts are read only of those without a headline.

    Args:
        people: Ids and ``title`` among other columns; the order of its rows stays.
        articles: The ARTICLES frame, or their part of it; one that is missing is called by its headline or id.
        article_id: The column that has the ids.
    """
    named = list(people.select(article_id, "title").iter_rows())
    untitled = pl.Series("article_id", [one for one, title in named if not (title and title.strip())], pl.String)
    placed = articles.select("article_id").with_row_index("at").join(untitled.unique().to_frame(), on="article_id")
    beginnings: dict[str, str] = {}
    for rows in slices(placed.height, SCATTERED):
        some = placed[rows]
        texts = articles["text"].gather(some["at"])
        beginnings |= zip(some["article_id"], map(beginning, texts), strict=True)
        mapped_pages_go()
    headings = {one: heading(title, beginnings.get(one, ""), one) for one, title in dict(named).items()}
    return people.with_columns(pl.Series("heading", [headings[one] for one, _ in named], pl.String))


def beginning(text: str) -> str:
    """As much of a text as ``heading`` looks at.

    Examples:
        >>> beginning("  It rained.")
        'It rained.'
        >>> len(beginning("word " * 1_000))
        440
    """
    return text.lstrip()[: 4 * MAX_HEADING]
