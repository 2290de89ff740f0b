"""The frames about outlets, over all stories of a batch or of many.

In: nothing. Out: the declarations of ``outlets`` and ``flows_between_outlets``. Must not know how they are computed.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from dedup.frames import Column, Frame

QUARTILES: Final = pl.Struct({"lower": pl.Float32, "median": pl.Float32, "upper": pl.Float32})
EXAMPLE: Final = pl.Struct({"article_id": pl.String, "start": pl.UInt32, "end": pl.UInt32, "words": pl.String})
"""A place in an article's ``text`` and the words that stand there."""
_HABIT: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "n_articles": pl.UInt32,
    "n_stories": pl.UInt32,
    "log_odds": pl.Float32,
    "z": pl.Float32,
    "examples": pl.List(EXAMPLE),
}
ADDED_TERM: Final = pl.Struct({"term": pl.String, **_HABIT})
ADDED_SIGNAL: Final = pl.Struct({"signal": pl.String, "change": pl.String, "count": pl.UInt32, **_HABIT})


def _number(meaning: str) -> Column:
    """A column of whole numbers."""
    return Column(pl.UInt32, meaning)


OUTLETS: Final = Frame(
    "outlets",
    "an outlet; sorted by outlet, articles that name none last",
    ("outlet",),
    {
        "outlet": Column(pl.String, "its name as the articles give it; null for all articles that name none", True),
        "n_articles": _number("its articles: n_alone + n_canonical + n_variants"),
        "n_stories": _number("stories it has an article in"),
        "n_shared_stories": _number("those of them that have two or more articles"),
        "n_alone": _number("articles that are alone in their story"),
        "n_canonical": _number("articles that speak for a story of two or more"),
        "n_variants": _number("all other articles"),
        "n_timed": _number("stories told by it and by another outlet, both at known times: n_first + n_followed"),
        "n_first": _number("those of them that it had first; two outlets at the same moment were both first"),
        "n_followed": _number("those that another outlet had before it"),
        "hours_after_first": Column(
            QUARTILES, "quartiles of the hours from the first article of a story it followed to its own first", True
        ),
        "hours_after_canonical": Column(
            QUARTILES, "quartiles of the hours from another outlet's canonical to its variant; below 0: before it", True
        ),
        "n_taken": _number("articles whose text most likely came from another outlet"),
        "n_given": _number("articles of other outlets whose text most likely came from it"),
        "n_verbatim": _number("sentences of its variants that the canonical has word for word"),
        "n_reworded": _number("sentences in other words"),
        "n_added": _number("sentences that the canonical has not"),
        "n_contradicted": _number("sentences that contradict the canonical"),
        "n_dropped": _number("sentences of canonicals that its variants leave out"),
        "n_words_added": _number("words its variants added, furniture aside"),
        "n_words_dropped": _number("words of the dropped sentences, furniture aside"),
        "n_conflicts": _number("facts of its variants in conflict with the canonical"),
        "terms": Column(
            pl.List(ADDED_TERM), "terms it keeps adding, most telling first: n_articles added one, z against all others"
        ),
        "signals": Column(
            pl.List(ADDED_SIGNAL),
            "framing signals it shows more than others do, most telling first; count is of places",
        ),
        "n_terms": _number("terms that were telling, those beyond stories.outlets.max_terms included"),
    },
)

FLOWS_BETWEEN_OUTLETS: Final = Frame(
    "flows_between_outlets",
    "two outlets, one of which took text from the other; sorted by follower, source, null last",
    ("follower", "source"),
    {
        "follower": Column(pl.String, "outlet of the articles that took it; null where none is named", True),
        "source": Column(
            pl.String, "outlet of the articles it was most likely taken from; the follower itself for its updates", True
        ),
        "n_articles": _number("articles that took it"),
        "n_stories": _number("stories they are in"),
        "n_by_pair": _number(
            "those whose source is an earlier article, by a verified pair; the rest fall to a canonical"
        ),
        "carried_mean": Column(pl.Float32, "mean share of the followers' content that their source carries, [0,1]"),
        "hours_median": Column(pl.Float32, "median hours from source to follower", True),
        "examples": Column(
            pl.List(pl.Struct({"story_id": pl.String, "article_id": pl.String, "from_id": pl.String})),
            "some of the articles, those that took most first",
        ),
    },
)
