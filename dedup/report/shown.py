"""The part of a run that its report shows: the largest stories, and what is counted over all.

In: the frames of a finished run. Out: the rows that a page needs, and no others, so that its size and what it takes to
make it depend on ``report.max_stories`` and not on the run. Must not know how they are shown.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from dedup.memory import mapped_pages_go
from dedup.report.headings import with_headings
from dedup.report.lookalikes import OF_PAIR, OTHERS, best_lookalikes
from dedup.report.outlet_data import examples_in, heard_most
from dedup.report.totals import Totals, totals
from dedup.schemas import ODDITIES


@dataclass(frozen=True)
class Shown:
    """The stories that are shown; rows of other stories do no harm in a frame, but are not needed.

    Args:
        stories: Their rows of the STORIES frame, sorted by ``story_id``.
        members: Their rows of the MEMBERS frame.
        articles: Their rows of the ARTICLES frame.
        pairs: Rows of the PAIRS frame that have one of their articles; columns ``lookalikes.OF_PAIR`` are enough.
        framing: Their rows of the FRAMING frame.
        lookalikes: See ``lookalikes.best_lookalikes``; with ``heading``, what to call the other article.
        oddities: Their rows of the ODDITIES frame; None leaves them out.
    """

    stories: pl.DataFrame
    members: pl.DataFrame
    articles: pl.DataFrame
    pairs: pl.DataFrame
    framing: pl.DataFrame
    lookalikes: pl.DataFrame
    oddities: pl.DataFrame | None = None


@dataclass(frozen=True)
class Whole:
    """What a report says of the whole run, however many of its stories are shown.

    Args:
        totals: What it comes to.
        n_outlets: All outlets, articles that name none as one.
        outlets: The outlets shown, rows of the OUTLETS frame.
        flows: The FLOWS_BETWEEN_OUTLETS frame; ``follower``, ``source`` and ``n_articles`` are enough.
        examples: ``article_id``, ``story_id`` and ``text`` of the articles in which examples of these outlets stand.
        skipped: The SKIPPED frame, or what stands first in it.
    """

    totals: Totals
    n_outlets: int
    outlets: pl.DataFrame
    flows: pl.DataFrame
    examples: pl.DataFrame
    skipped: pl.DataFrame


def largest(stories: pl.DataFrame, max_stories: int) -> pl.DataFrame:
    """The stories that are shown, sorted by ``story_id``.

    Args:
        stories: The STORIES frame.
        max_stories: How many, the largest first; ties go to the smaller ``story_id``.

    Examples:
        >>> stories = pl.DataFrame({"story_id": ["a", "b", "c"], "size": [1, 2, 1]})
        >>> largest(stories, 2)["story_id"].to_list()
        ['a', 'b']
    """
    # Not all columns are sorted, to throw most of the rows away.
    order = stories.select("size", "story_id").with_row_index("at").sort("size", "story_id", descending=[True, False])
    return stories[order.head(max_stories).sort("story_id")["at"]]


def unshown(
    n_stories: int, max_stories: int, page: str = "report.html", elsewhere: str = "all are in stories.jsonl"
) -> list[str]:
    """What a run says of a report that does not show all of its stories.

    Args:
        n_stories: Stories of the run.
        max_stories: Stories that the report may show.
        page: Name of the report.
        elsewhere: Where the others are.

    Examples:
        >>> unshown(12_000, 10_000)
        ['report.html shows the largest 10,000 of 12,000 stories; all are in stories.jsonl.']
        >>> unshown(10_000, 10_000)
        []
    """
    if n_stories <= max_stories:
        return []
    return [f"{page} shows the largest {max_stories:,} of {n_stories:,} stories; {elsewhere}."]


def shown_of(
    articles: pl.DataFrame,
    stories: pl.DataFrame,
    members: pl.DataFrame,
    pairs: pl.DataFrame,
    framing: pl.DataFrame,
    documents: pl.DataFrame | None,
    max_stories: int,
) -> Shown:
    """The stories shown, from the frames of a whole run.

    Args:
        articles: The ARTICLES frame.
        stories: The STORIES frame.
        members: The MEMBERS frame.
        pairs: The PAIRS frame.
        framing: The FRAMING frame.
        documents: The DOCUMENTS frame, for flags and for what was folded for matching; None leaves them out.
        max_stories: See ``largest``.
    """
    chosen = largest(stories, max_stories)
    names = chosen.select("story_id")
    inside = members.join(names, on="story_id", how="semi")
    ids = inside["article_id"].implode()
    # Lazily, so that of pairs on the disk only these columns are read.
    near = pairs.lazy().filter(pl.col("left_id").is_in(ids) | pl.col("right_id").is_in(ids)).select(*OF_PAIR).collect()
    others = best_lookalikes(near, inside, members.select(*OTHERS))
    mapped_pages_go()
    return Shown(
        stories=chosen,
        members=inside,
        articles=articles,
        pairs=near,
        framing=framing,
        lookalikes=with_headings(others, articles, article_id="other"),
        oddities=None if documents is None else _oddities(articles, documents, inside),
    )


def whole_of(
    articles: pl.DataFrame,
    stories: pl.DataFrame,
    members: pl.DataFrame,
    outlets: pl.DataFrame,
    flows: pl.DataFrame,
    skipped: pl.DataFrame,
) -> Whole:
    """What is said of a whole run, from its frames.

    Args:
        articles: The ARTICLES frame.
        stories: The STORIES frame.
        members: The MEMBERS frame.
        outlets: The OUTLETS frame.
        flows: The FLOWS_BETWEEN_OUTLETS frame.
        skipped: The SKIPPED frame.
    """
    most = heard_most(outlets)
    stood_in = members.select("article_id", "story_id").join(examples_in(most), on="article_id", how="semi")
    return Whole(
        totals=totals(stories, members, skipped),
        n_outlets=outlets.height,
        outlets=most,
        flows=flows,
        examples=stood_in.join(articles.select("article_id", "text"), on="article_id"),
        skipped=skipped,
    )


def _oddities(articles: pl.DataFrame, documents: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Rows of the ODDITIES frame; of a document ``row`` is the place of its article in the order of ids."""
    numbered = articles.select("article_id").sort("article_id").with_row_index("row")
    wanted = numbered.join(members, on="article_id", how="semi")
    return wanted.join(documents.select("row", "flags", "folds"), on="row").select(*ODDITIES.columns)
