"""What the HTML report says about outlets, as plain values.

In: the OUTLETS and FLOWS_BETWEEN_OUTLETS frames, and the articles that examples stand in. Out: one object per outlet.
Must not know HTML: nothing here is escaped, everything here is untrusted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from dedup.report.lookalikes import number

MAX_OUTLETS: Final = 500
"""Outlets the page has; it says how many there are beyond, and where."""

MAX_TERMS: Final = 12
"""Terms the page shows of an outlet."""

MAX_PARTNERS: Final = 8
"""Outlets it took most from, and gave most to, that the page names."""

_AROUND: Final = 70
"""Characters shown on either side of an example."""

_FIGURES: Final = (
    *("n_articles", "n_stories", "n_alone", "n_canonical", "n_variants", "n_timed", "n_first", "n_taken", "n_given"),
    *("n_dropped", "n_words_added", "n_words_dropped", "n_conflicts"),
)

Row = dict[str, Any]


def outlet_rows(
    outlets: pl.DataFrame, flows: pl.DataFrame, articles: pl.DataFrame, story_of: Mapping[str, str]
) -> list[Row]:
    """The outlets that the page shows.

    Args:
        outlets: The OUTLETS frame.
        flows: The FLOWS_BETWEEN_OUTLETS frame.
        articles: The ARTICLES frame; an example without its article is left out.
        story_of: Story by article id.

    Returns:
        At most ``MAX_OUTLETS`` objects: most articles first, ties by name, articles that name no outlet last. Each has
        ``name`` (absent without one), the figures of its row without ``n_``, quartiles of hours as lists, terms as
        ``[term, articles, stories, z, examples]`` and ``moreTerms``, how many there are beyond, signals as
        ``[signal, change, places, articles, z, examples]``, an example as ``[story, variant, before, words, after]``,
        and partners as ``[name, articles]``. What is 0, empty or unknown is absent.
    """
    named = pl.col("outlet").is_not_null()
    shown = outlets.sort([named, "n_articles", "outlet"], descending=[True, True, False]).head(MAX_OUTLETS)
    rows = shown.to_dicts()
    texts = _texts(rows, articles)
    between = flows.filter(pl.col("follower").ne_missing(pl.col("source")))
    sources = _partners(between, "follower", "source")
    followers = _partners(between, "source", "follower")
    return [_outlet(row, texts, story_of, sources, followers) for row in rows]


def excerpt(text: str, start: int, end: int) -> tuple[str, str, str]:
    r"""The words of a span, and what stands around them in its line, cut at words.

    Examples:
        >>> excerpt("It is a disgrace for all.\nNext.", 8, 16)
        ('It is a ', 'disgrace', ' for all.')
    """
    before = text[max(0, start - _AROUND) : start]
    after = text[end : end + _AROUND]
    before = before.rpartition("\n")[2]
    after = after.partition("\n")[0]
    if len(before) == _AROUND:
        before = f"…\u00a0{before.partition(' ')[2] or before}"
    if len(after) == _AROUND:
        after = f"{after.rpartition(' ')[0] or after}\u00a0…"
    return before, text[start:end], after


def _outlet(
    row: Row,
    texts: Mapping[str, str],
    story_of: Mapping[str, str],
    sources: Mapping[str | None, list[list[Any]]],
    followers: Mapping[str | None, list[list[Any]]],
) -> Row:
    def examples(habit: Row) -> list[list[Any]]:
        places = [one for one in habit["examples"] if one["article_id"] in texts and one["article_id"] in story_of]
        return [
            [
                story_of[one["article_id"]],
                one["article_id"],
                *excerpt(texts[one["article_id"]], one["start"], one["end"]),
            ]
            for one in places
        ]

    found: Row = {
        "name": row["outlet"],
        **{name.removeprefix("n_"): row[name] for name in _FIGURES},
        "afterFirst": _hours(row["hours_after_first"]),
        "afterCanonical": _hours(row["hours_after_canonical"]),
        "terms": [
            [one["term"], one["n_articles"], one["n_stories"], number(one["z"]), examples(one)]
            for one in row["terms"][:MAX_TERMS]
        ],
        "moreTerms": max(0, row["n_terms"] - MAX_TERMS),
        "signals": [
            [one["signal"], one["change"], one["count"], one["n_articles"], number(one["z"]), examples(one)]
            for one in row["signals"]
        ],
        "sources": sources.get(row["outlet"], []),
        "followers": followers.get(row["outlet"], []),
    }
    return {key: value for key, value in found.items() if value not in (None, 0, [])}


def _texts(rows: Sequence[Row], articles: pl.DataFrame) -> dict[str, str]:
    habits = [habit for row in rows for habit in (*row["terms"][:MAX_TERMS], *row["signals"])]
    ids = {one["article_id"] for habit in habits for one in habit["examples"]}
    wanted = articles.filter(pl.col("article_id").is_in(sorted(ids)))
    return dict(wanted.select("article_id", "text").iter_rows())


def _partners(flows: pl.DataFrame, of: str, other: str) -> dict[str | None, list[list[Any]]]:
    """By outlet the others at the far end of its flows, most articles first."""
    found: dict[str | None, list[list[Any]]] = {}
    ordered = flows.sort("n_articles", other, descending=[True, False], nulls_last=True)
    for name, partner, n_articles in ordered.select(of, other, "n_articles").iter_rows():
        partners = found.setdefault(name, [])
        if len(partners) < MAX_PARTNERS:
            partners.append([partner, n_articles])
    return found


def _hours(quartiles: Row | None) -> list[float | None] | None:
    if quartiles is None or quartiles["median"] is None:
        return None
    return [number(quartiles[name]) for name in ("lower", "median", "upper")]
