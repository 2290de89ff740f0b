"""The stories as a list, for readers whose browser runs no scripts.

In: the stories shown. Out: pieces of HTML, story by story, the largest first; every text of an article in them is
escaped. Must not know the rest of the page.

Made here and not in the template, which took five times as long for what few will read.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

import polars as pl
from markupsafe import Markup, escape

from dedup.report.numbers import number
from dedup.report.overview import written_score, written_time
from dedup.report.page_data import web_address

Row = dict[str, Any]

_COLUMNS = ("story_id", "article_id", "heading", "source", "time", "url", "relation", "similarity", "confidence")


def plain_list(stories: pl.DataFrame, people: pl.DataFrame) -> Iterator[Markup]:
    """The stories with their articles.

    Args:
        stories: The STORIES frame, or the part of it that is shown.
        people: Their members; see ``PageData.people``.

    Examples:
        >>> from dedup.schemas import STORIES
        >>> list(plain_list(STORIES.empty(), pl.DataFrame(schema=dict.fromkeys(_COLUMNS, pl.String))))
        []
    """
    sizes = stories.select("story_id", "canonical_id", "size")
    listed = people.select(_COLUMNS).join(sizes, on="story_id", maintain_order="left")
    ordered = listed.sort("size", "story_id", descending=[True, False], maintain_order=True)
    for _, crew in groupby(ordered.iter_rows(named=True), itemgetter("story_id")):
        yield _story(list(crew))


def _story(crew: list[Row]) -> Markup:
    canonical = next(row for row in crew if row["article_id"] == row["canonical_id"])
    items = "".join(map(_item, crew))
    head = f'    <article>\n      <h3 dir="auto">{escape(canonical["heading"])}</h3>\n      <ul>\n'
    return Markup(f"{head}{items}      </ul>\n    </article>\n")  # noqa: S704 - whatever is of an article is escaped


def _item(row: Row) -> str:
    heading = f"<bdi>{escape(row['heading'])}</bdi>"
    if address := web_address(row["url"]):
        heading = f'<a href="{escape(address)}" rel="noopener noreferrer">{heading}</a>'
    lines = [
        f"        <li><b>{escape(row['relation'].replace('_', ' '))}</b>",
        f"          <bdi>{escape(row['source'] or row['article_id'])}</bdi>:",
        f"          {heading}",
    ]
    if row["article_id"] != row["canonical_id"]:
        similarity, confidence = (written_score(number(row[name])) for name in ("similarity", "confidence"))
        lines.append(f"          <span>similarity {similarity}, confidence {confidence}</span>")
    if row["time"] is not None:
        lines.append(f"          <span>{written_time(datetime.fromtimestamp(row['time'], UTC))}</span>")
    return "\n".join((*lines, "        </li>\n"))
