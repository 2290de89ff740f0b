"""The data that the HTML report embeds, as plain values.

In: the stories that are shown. Out: one small index of them, which the page searches and sorts, and one detail per
story, which the page reads when the story is opened; rows are lists, not objects, where there are many of them. Must
not know HTML: nothing here is escaped, everything here is untrusted.

Times are whole seconds since 1970 UTC, spans are ``[start, end]`` in code points of the article's text, numbers are
rounded to four places, and what is unknown is null in a list and absent from an object.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

import polars as pl

from dedup.report.headings import with_headings
from dedup.report.lookalikes import with_reasons
from dedup.report.numbers import number
from dedup.report.shown import Shown
from dedup.report.story_data import Row, story_details

WEB_ADDRESS: Final = re.compile(r"https?://[^\s/?#\\@]+([/?#]\S*)?", re.IGNORECASE)

_CHANGES: Final = ("added", "contradicted", "dropped")


@dataclass(frozen=True)
class PageData:
    """Everything the page embeds.

    Args:
        outlets: Names of all outlets of the stories shown, sorted; the index refers to them by position.
        index: One row per story, in the order of ``story_id``: id, heading, size, outlets (positions), first and last
            seen, lowest confidence, headings of the other members, sentences added, contradicted and dropped by all
            variants together.
        details: One object per story, in the same order, each made when it is asked for.
        people: The members in the order of publication within their story, unknown times last: columns of the MEMBERS
            frame, and ``time``, ``lang``, ``heading`` and ``why``.
        n_without_text: Stories whose texts were left out to keep the page small.
    """

    outlets: list[str]
    index: list[list[Any]]
    details: Iterator[Row]
    people: pl.DataFrame
    n_without_text: int


def page_data(shown: Shown, *, max_text_bytes: float = math.inf) -> PageData:
    """Gather what the page shows.

    Args:
        shown: The stories.
        max_text_bytes: UTF-8 bytes of article text the page may hold. The largest stories keep their texts first; ties
            go to the smaller ``story_id``.

    Returns:
        The data, the same for the same frames whatever the order of their rows.
    """
    people = _people(shown)
    outlets = people["source"].filter(people["source"].fill_null("") != "").unique().sort().to_list()
    with_text = _stories_with_text(shown, max_text_bytes)
    return PageData(
        outlets=outlets,
        index=_index(shown, people, {outlet: place for place, outlet in enumerate(outlets)}),
        details=story_details(shown, people, with_text),
        people=people,
        n_without_text=shown.stories.height - len(with_text),
    )


def plain_stories(stories: pl.DataFrame, people: pl.DataFrame) -> Iterator[tuple[str, list[Row]]]:
    """For readers without scripts: the heading of each story, and its members in the order of publication.

    Args:
        stories: The STORIES frame, or the part of it that is shown.
        people: Their members; see ``PageData.people``.

    Returns:
        The largest story first, ties by ``story_id``; members have the columns of ``people`` and ``canonical_id``.
    """
    sizes = stories.select("story_id", "canonical_id", "size")
    listed = people.join(sizes, on="story_id", maintain_order="left")
    ordered = listed.sort("size", "story_id", descending=[True, False], maintain_order=True)
    for _, rows in groupby(ordered.iter_rows(named=True), itemgetter("story_id")):
        crew = list(rows)
        yield next(row["heading"] for row in crew if row["article_id"] == row["canonical_id"]), crew


def web_address(url: str | None) -> str | None:
    """``url`` if it is safe to link to, else None: http and https only, with a host and without credentials.

    Examples:
        >>> web_address("https://example.org/a?b=c")
        'https://example.org/a?b=c'
        >>> web_address("javascript:alert(1)"), web_address("//example.org"), web_address("https://a@b.example")
        (None, None, None)
    """
    return url if url and WEB_ADDRESS.fullmatch(url) else None


def _people(shown: Shown) -> pl.DataFrame:
    langs = shown.articles.select("article_id", "lang")
    people = shown.members.join(langs, on="article_id", how="left").with_columns(
        pl.col("published_at").dt.epoch("s").alias("time")
    )
    ordered = people.sort("story_id", "published_at", "article_id", nulls_last=True)
    return with_reasons(with_headings(ordered, shown.articles), shown.stories, shown.pairs)


def _stories_with_text(shown: Shown, max_text_bytes: float) -> set[str]:
    """The stories whose texts fit, largest first."""
    weights = shown.articles.select("article_id", pl.col("text").str.len_bytes().alias("bytes"))
    sizes = (
        shown.members.select("article_id", "story_id")
        .join(weights, on="article_id", how="left")
        .group_by("story_id")
        .agg(pl.len().alias("size"), pl.col("bytes").sum().cast(pl.Int64))
        .sort("size", "story_id", descending=[True, False])
        .filter(pl.col("bytes").cum_sum() <= max_text_bytes)
    )
    return set(sizes["story_id"])


def _index(shown: Shown, people: pl.DataFrame, position: Mapping[str, int]) -> list[list[Any]]:
    told = people.group_by("story_id").agg("article_id", "source", "heading")
    changes = shown.framing.group_by("story_id").agg(
        pl.col("counts").struct.field(kind).fill_null(0).sum().alias(kind) for kind in _CHANGES
    )
    rows = shown.stories.join(told, on="story_id", maintain_order="left").join(
        changes, on="story_id", how="left", maintain_order="left"
    )
    return [_index_row(row, position) for row in rows.iter_rows(named=True)]


def _index_row(story: Row, position: Mapping[str, int]) -> list[Any]:
    heading_of = dict(zip(story["article_id"], story["heading"], strict=True))
    own = heading_of.get(story["canonical_id"], story["canonical_id"])
    return [
        story["story_id"],
        own,
        story["size"],
        sorted({position[source] for source in story["source"] if source}),
        _seconds(story["first_seen"]),
        _seconds(story["last_seen"]),
        number(story["cohesion_min"]),
        sorted(set(story["heading"]) - {own}),
        [story[kind] or 0 for kind in _CHANGES],
    ]


def _seconds(time: Any) -> int | None:
    return None if time is None else math.floor(time.timestamp())
