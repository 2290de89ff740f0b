"""The data that the HTML report embeds, as plain values.

In: the frames of a finished run. Out: one small index of all stories, which the page searches and sorts, and one
detail per story, which the page reads when the story is opened; rows are lists, not objects, where there are many of
them. Must not know HTML: nothing here is escaped, everything here is untrusted.

Times are whole seconds since 1970 UTC, spans are ``[start, end]`` in code points of the article's text, numbers are
rounded to four places, and what is unknown is null in a list and absent from an object.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from dedup.report.lookalikes import accepted_reasons, number, rejected_lookalikes

MAX_HEADING: Final = 110
"""Characters of the first line that stand in for a missing headline."""

WEB_ADDRESS: Final = re.compile(r"https?://[^\s/?#\\@]+([/?#]\S*)?", re.IGNORECASE)

Row = dict[str, Any]


@dataclass(frozen=True)
class PageData:
    """Everything the page embeds.

    Args:
        outlets: Names of all outlets, sorted; the index refers to them by position.
        index: One row per story, in the order of ``story_id``: id, heading, size, outlets (positions), first and last
            seen, lowest confidence, headings of the other members, sentences added, contradicted and dropped by all
            variants together.
        details: One object per story, in the same order.
        n_without_text: Stories whose texts were left out to keep the page small.
    """

    outlets: list[str]
    index: list[list[Any]]
    details: list[Row]
    n_without_text: int


def page_data(
    articles: pl.DataFrame,
    stories: pl.DataFrame,
    members: pl.DataFrame,
    pairs: pl.DataFrame,
    framing: pl.DataFrame,
    *,
    max_text_bytes: float = math.inf,
    documents: pl.DataFrame | None = None,
) -> PageData:
    """Gather what the page shows.

    Args:
        articles: The ARTICLES frame.
        stories: The STORIES frame.
        members: The MEMBERS frame.
        pairs: The PAIRS frame.
        framing: The FRAMING frame.
        max_text_bytes: UTF-8 bytes of article text the page may hold. The largest stories keep their texts first; ties
            go to the smaller ``story_id``.
        documents: The DOCUMENTS frame, for flags and for what was folded for matching; None leaves them out.

    Returns:
        The data, the same for the same frames whatever the order of their rows.
    """
    stories = stories.sort("story_id")
    people = _members_with_texts(articles, members)
    heading_of = dict(zip(people["article_id"], people["heading"], strict=True))
    by_story: defaultdict[str, list[Row]] = defaultdict(list)
    for row in people.iter_rows(named=True):
        by_story[row["story_id"]].append(row)
    diffs: defaultdict[str, list[Row]] = defaultdict(list)
    for row in framing.sort("story_id", "variant_id").iter_rows(named=True):
        diffs[row["story_id"]].append(row)
    outlets = sorted({source for source in people["source"] if source})
    position = {outlet: place for place, outlet in enumerate(outlets)}
    kept = _stories_with_text(people, max_text_bytes)
    lookalikes = rejected_lookalikes(pairs, members, heading_of)
    reasons = accepted_reasons(pairs)
    odd = _odd(articles, documents)

    index: list[list[Any]] = []
    details: list[Row] = []
    for story in stories.iter_rows(named=True):
        story_id = story["story_id"]
        crew, frames = by_story[story_id], diffs[story_id]
        index.append(_index_row(story, crew, frames, heading_of, position))
        detail: Row = {
            "canonical": story["canonical_id"],
            "reason": _reason(story["canonical_reason"]),
            "cohesion": [number(story["cohesion_min"]), number(story["cohesion_mean"])],
            "related": story["related"],
            "lineage": [[step["op"], step["story_id"]] for step in story["lineage"]],
            "articles": [_article(row, story["canonical_id"], reasons, odd, story_id in kept) for row in crew],
            "diffs": {row["variant_id"]: _diff(row) for row in frames} if story_id in kept else {},
            **lookalikes.get(story_id, {}),
        }
        if story_id not in kept:
            detail["textless"] = True
        details.append(detail)
    return PageData(outlets, index, details, stories.height - len(kept))


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
    line = next((line for line in text.lstrip()[: 4 * MAX_HEADING].splitlines() if line.strip()), "")
    line = " ".join(line.split())
    if len(line) <= MAX_HEADING:
        return line or article_id
    shorter, _, _ = line[:MAX_HEADING].rpartition(" ")
    return f"{shorter or line[:MAX_HEADING]} …"


def web_address(url: str | None) -> str | None:
    """``url`` if it is safe to link to, else None: http and https only, with a host and without credentials.

    Examples:
        >>> web_address("https://example.org/a?b=c")
        'https://example.org/a?b=c'
        >>> web_address("javascript:alert(1)"), web_address("//example.org"), web_address("https://a@b.example")
        (None, None, None)
    """
    return url if url and WEB_ADDRESS.fullmatch(url) else None


def _members_with_texts(articles: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Members in the order of publication within their story (unknown times last), with text, language, heading."""
    people = members.join(articles.select("article_id", "text", "lang"), on="article_id", how="left").with_columns(
        pl.col("published_at").dt.epoch("s").alias("time"), pl.col("text").fill_null("")
    )
    headings = [
        heading(title, text, article_id)
        for title, text, article_id in people.select("title", "text", "article_id").iter_rows()
    ]
    return people.with_columns(pl.Series("heading", headings, pl.String)).sort(
        "story_id", "published_at", "article_id", nulls_last=True
    )


def _stories_with_text(people: pl.DataFrame, max_text_bytes: float) -> set[str]:
    """The stories whose texts fit, largest first."""
    sizes = (
        people.group_by("story_id")
        .agg(pl.len().alias("size"), pl.col("text").str.len_bytes().sum().cast(pl.Int64).alias("bytes"))
        .sort("size", "story_id", descending=[True, False])
        .filter(pl.col("bytes").cum_sum() <= max_text_bytes)
    )
    return set(sizes["story_id"])


def _index_row(
    story: Row,
    crew: Sequence[Row],
    frames: Sequence[Row],
    heading_of: Mapping[str, str],
    position: Mapping[str, int],
) -> list[Any]:
    counts = [row["counts"] for row in frames]
    own = heading_of.get(story["canonical_id"], story["canonical_id"])
    return [
        story["story_id"],
        own,
        story["size"],
        sorted({position[row["source"]] for row in crew if row["source"]}),
        _seconds(story["first_seen"]),
        _seconds(story["last_seen"]),
        number(story["cohesion_min"]),
        sorted({row["heading"] for row in crew} - {own}),
        [sum(count[kind] or 0 for count in counts) for kind in ("added", "contradicted", "dropped")],
    ]


def _article(
    row: Row,
    canonical_id: str,
    reasons: Mapping[tuple[str, str], str],
    odd: Mapping[str, tuple[list[str], list[list[Any]]]],
    with_text: bool,
) -> Row:
    article_id = row["article_id"]
    first, second = sorted((article_id, canonical_id))
    flags, folds = odd.get(article_id, (None, None))
    article = {
        "id": article_id,
        "heading": row["heading"],
        "title": row["title"],
        "source": row["source"],
        "time": row["time"],
        "url": row["url"],
        "lang": row["lang"],
        "relation": row["relation"],
        "similarity": number(row["similarity"]),
        "confidence": number(row["confidence"]),
        "why": reasons.get((first, second)),
        "text": row["text"] if with_text else None,
        "flags": flags or None,
        "folds": (folds or None) if with_text else None,
    }
    return {key: value for key, value in article.items() if value is not None}


def _diff(row: Row) -> Row:
    headline = row["headline"]
    return {
        "counts": [row["counts"][kind] or 0 for kind in ("verbatim", "reworded", "added", "contradicted", "dropped")],
        "headline": [headline["canonical"], headline["variant"], _spans(headline["added"])],
        "sentences": [
            [s["start"], s["end"], s["kind"], number(s["score"]), _spans(s["canonical"]), _spans(s["added"])]
            for s in row["sentences"]
        ],
        "dropped": _spans(row["dropped"]),
        "facts": [
            [f["kind"], f["status"], f["canonical"], f["variant"], _span(f["canonical_span"]), _span(f["variant_span"])]
            for f in row["facts"]
        ],
        "framing": [
            [s["signal"], s["change"], s["before"], s["after"], _span(s["canonical_span"]), _span(s["variant_span"])]
            for s in row["framing"]
        ],
        "speakers": [[s["speaker"], s["canonical_words"] or 0, s["variant_words"] or 0] for s in row["speakers"]],
    }


def _reason(reason: Row) -> Row:
    scores = {name: number(value) for name, value in reason["scores"].items()}
    return {
        "policy": reason["policy"],
        "scores": {name: value for name, value in scores.items() if value is not None},
        "runner_up_id": reason["runner_up_id"],
        "margin": number(reason["margin"]),
    }


def _odd(articles: pl.DataFrame, documents: pl.DataFrame | None) -> dict[str, tuple[list[str], list[list[Any]]]]:
    """Flags of odd articles, and what was folded for matching in each: start, end, as given, as read, kind."""
    if documents is None:
        return {}
    ids = articles.sort("article_id")["article_id"]
    is_odd = (pl.col("flags").list.len() > 0) | (pl.col("folds").list.len() > 0)
    odd = documents.filter(is_odd).sort("row").select("row", "flags", "folds")
    return {
        ids[row]: (flags, [[fold["start"], fold["end"], fold["raw"], fold["folded"], fold["kind"]] for fold in folds])
        for row, flags, folds in odd.iter_rows()
    }


def _span(span: Mapping[str, int | None] | None) -> list[int] | None:
    if span is None or span["start"] is None or span["end"] is None:
        return None
    return [span["start"], span["end"]]


def _spans(spans: Sequence[Mapping[str, int | None]] | None) -> list[list[int]]:
    return [pair for span in spans or () if (pair := _span(span)) is not None]


def _seconds(time: Any) -> int | None:
    return None if time is None else math.floor(time.timestamp())
