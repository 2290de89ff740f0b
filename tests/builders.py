"""Small builders of the frames tests begin with.

In: the few values a test is about. Out: a whole, declared frame with plain values everywhere else. Must not know any
stage.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TypedDict, Unpack

import polars as pl

from dedup.schemas import ARTICLES


class Article(TypedDict, total=False):
    """What a test may say about an article; the rest is filled in."""

    article_id: str
    text: str
    title: str | None
    url: str | None
    source: str | None
    published_at: datetime | None
    lang: str | None
    origin: str


FIRST_HOUR = datetime(2026, 3, 2, 8, tzinfo=UTC)


def make_article(**given: Unpack[Article]) -> Article:
    """An article of which only ``given`` matters."""
    filled: Article = {
        "article_id": "a",
        "text": "The harbour of Palisade was closed on Monday after a grain ship broke its moorings.",
        "title": None,
        "url": None,
        "source": None,
        "published_at": None,
        "lang": "en",
        "origin": "articles.jsonl:1",
    }
    filled.update(given)
    return filled


def make_articles(*articles: str | Article) -> pl.DataFrame:
    """The ARTICLES frame of some texts, or of articles in part.

    Article ``n`` is named ``a00``, ``a01``, ... from outlet ``Outlet n``, an hour after the one before, unless it says
    otherwise.

    Args:
        articles: Texts, or what matters of each article.

    Returns:
        The frame, sorted by ``article_id`` and checked.

    Examples:
        >>> make_articles("One text.", {"article_id": "b", "text": "Another."})["article_id"].to_list()
        ['a00', 'b']
    """
    rows = []
    for n, article in enumerate(articles):
        given: Article = {"text": article} if isinstance(article, str) else article
        numbered = make_article(
            article_id=f"a{n:02}",
            source=f"Outlet {n}",
            published_at=FIRST_HOUR + timedelta(hours=n),
            origin=f"articles.jsonl:{n + 1}",
        )
        rows.append({**numbered, **given})
    return ARTICLES.check(pl.DataFrame(rows, schema=ARTICLES.schema).sort("article_id"))
