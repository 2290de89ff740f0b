"""What the HTML report says about outlets, as plain values.

In: the OUTLETS and FLOWS_BETWEEN_OUTLETS frames, and the articles that examples stand in. Out: one object per outlet.
Must not know HTML: nothing here is escaped, everything here is untrusted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from dedup.report.numbers import number

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


def heard_most(outlets: pl.DataFrame) -> pl.DataFrame:
    """The outlets that the page shows, at most ``MAX_OUTLETS`` of them.

    Args:
        outlets: The OUTLETS frame.

    Returns:
        Its rows: most articles first, ties by name, articles that name no outlet last.
    """
    named = pl.col("outlet").is_not_null()
    return outlets.sort([named, "n_articles", "outlet"], descending=[True, True, False]).head(MAX_OUTLETS)


def examples_in(outlets: pl.DataFrame) -> pl.DataFrame:
    """The articles in which the examples stand that the page shows of some outlets: ``article_id``, each once."""
    habits = (habit for row in outlets.select("terms", "signals").iter_rows(named=True) for habit in _told(row))
    ids = {one["article_id"] for habit in habits for one in habit["examples"]}
    return pl.DataFrame({"article_id": sorted(ids)}, schema={"article_id": pl.String})


def outlet_rows(outlets: pl.DataFrame, flows: pl.DataFrame, examples: pl.DataFrame) -> list[Row]:
    """The outlets as the page shows them.

    Args:
        outlets: Rows of the OUTLETS frame; all are shown, in this order.
        flows: The FLOWS_BETWEEN_OUTLETS frame.
        examples: ``article_id``, ``story_id`` and ``text`` of articles that examples stand in; an example without its
            article is left out.

    Returns:
        An object each. It has ``name`` (absent without one), the figures of its row without ``n_``, quartiles of hours
        as lists, terms as ``[term, articles, stories, z, examples]`` and ``moreTerms``, how many there are beyond,
        signals as ``[signal, change, places, articles, z, examples]``, an example as ``[story, variant, before, words,
        after]``, and partners as ``[name, articles]``. What is 0, empty or unknown is absent.
    """
    stood_in = {
        article_id: (story_id, text)
        for article_id, story_id, text in examples.select("article_id", "story_id", "text").iter_rows()
    }
    between = flows.filter(pl.col("follower").ne_missing(pl.col("source")))
    sources = _partners(between, "follower", "source")
    followers = _partners(between, "source", "follower")
    return [_outlet(row, stood_in, sources, followers) for row in outlets.iter_rows(named=True)]


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


def _told(row: Row) -> list[Row]:
    return [*row["terms"][:MAX_TERMS], *row["signals"]]


def _outlet(
    row: Row,
    stood_in: Mapping[str, tuple[str, str]],
    sources: Mapping[str | None, list[list[Any]]],
    followers: Mapping[str | None, list[list[Any]]],
) -> Row:
    def examples(habit: Row) -> list[list[Any]]:
        found = []
        for one in habit["examples"]:
            if one["article_id"] in stood_in:
                story_id, text = stood_in[one["article_id"]]
                found.append([story_id, one["article_id"], *excerpt(text, one["start"], one["end"])])
        return found

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
