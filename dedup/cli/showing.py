"""``dedup show``.

In: the name of a story or of an article, the folder of a run. Out: that story, or the outlets, on stdout. Must not know
how the folder is laid out, nor how stories are found.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console, RenderableType

from dedup.cli.streams import laid_out, records, shows_colour, tell, write_json, write_text
from dedup.config import Config
from dedup.errors import UsageError
from dedup.report.terminal import shown_text, story_view
from dedup.report.terminal_oddities import oddities_view
from dedup.report.terminal_outlets import outlets_view
from dedup.settings.suggesting import did_you_mean
from dedup.store.outputs import read_run

MAX_COMPARED = 5_000
"""Articles up to which a mistyped id is held against every other one; comparing more takes seconds."""

MAX_NAMED = 5
"""Stories named when the beginning of an id fits several."""


def show_story(wanted: str, out: Path, *, as_json: bool) -> None:
    """Show one story of a run.

    Args:
        wanted: A story's id, the beginning of one, or the id of an article in it.
        out: Folder of the run.
        as_json: Write one line of JSON: ``story``, ``members``, ``framing``, ``texts`` by article, into which the spans
            point, and ``oddities``: flags and folds of the articles that have any.

    Raises:
        UsageError: There is no such story, or several.
        OutputError: The folder holds no run that can be read.
    """
    run = read_run(out)
    story = find_story(run.stories, run.members, wanted, out)
    members = run.members.filter(pl.col("story_id") == story["story_id"])
    framing = run.framing.filter(pl.col("story_id") == story["story_id"])
    articles = run.articles.filter(pl.col("article_id").is_in(members["article_id"].implode()))
    of_story = run.oddities.filter(pl.col("article_id").is_in(members["article_id"].implode()))
    oddities = of_story.filter((pl.col("flags").list.len() > 0) | (pl.col("folds").list.len() > 0))
    if as_json:
        texts = dict(articles.select("article_id", "text").iter_rows())
        stories = run.stories.filter(pl.col("story_id") == story["story_id"])
        write_json(
            {
                "story": records(stories)[0],
                "members": records(members),
                "framing": records(framing),
                "texts": texts,
                "oddities": records(oddities),
            }
        )
        return

    def parts(console: Console) -> list[RenderableType]:
        view = story_view(story, members, framing, articles, marks=not shows_colour(console))
        return [view, *oddities_view(oddities)]

    write_text(laid_out(parts))


def show_outlets(out: Path, *, as_json: bool) -> None:
    """Show the outlets of a run.

    Args:
        out: Folder of the run.
        as_json: Write one line of JSON: ``outlets`` and ``flows_between_outlets``.

    Raises:
        OutputError: The folder holds no run that can be read.
    """
    run = read_run(out)
    if as_json:
        write_json({"outlets": records(run.outlets), "flows_between_outlets": records(run.flows)})
        return
    write_text(laid_out(lambda _console: [outlets_view(run.outlets, run.flows)]))


def wanted_story(story: str | None, *, of_outlets: bool) -> str | None:
    """The story that is asked for; None where it is the outlets.

    Args:
        story: What the user named, if anything.
        of_outlets: Whether the user asked for the outlets.

    Raises:
        UsageError: Neither or both are asked for.
    """
    if of_outlets and story is not None:
        raise UsageError("a story and --outlets were both asked for", got=story, hint="Ask for one of them.")
    if not of_outlets and story is None:
        hint = "Give the id of a story, its beginning, or the id of an article; --outlets shows the outlets."
        raise UsageError("no story is named", hint=hint)
    return story


def show_kept_story(wanted: str, store: Path, config: Config, *, as_json: bool) -> None:
    """Show one story of a history, as it is now.

    Args:
        wanted: A story's id, now or once, the beginning of one, or the id of an article in it.
        store: Folder of the store.
        config: All settings.
        as_json: Write one line of JSON, as of a run; besides ``canonical_since``, ``previous`` and ``found_by``.

    Raises:
        UsageError: There is no such story, or several.
        OutputError: There is no history.
    """
    from dedup.store.history.database import database
    from dedup.store.history.reading import find_story as find_kept
    from dedup.store.history.reading import kept_stories
    from dedup.stories.framing import framing

    with database(store) as history:
        name, way = find_kept(history, wanted)
        kept = kept_stories(history, [name])
    articles = kept.loaded.articles
    framed = framing(kept.members, articles, kept.loaded.documents, config)
    spoken = kept.spoken[name]
    if as_json:
        write_json(
            {
                "story": records(kept.stories)[0],
                "members": records(kept.members),
                "framing": records(framed),
                "texts": dict(articles.select("article_id", "text").iter_rows()),
                "canonical_since": spoken["canonical_since"].isoformat(),
                "previous": spoken["previous"],
                "found_by": way,
            }
        )
        return
    for lost in way:
        tell(f"{lost} was merged into {name}.")

    def parts(console: Console) -> list[RenderableType]:
        row = kept.stories.row(0, named=True)
        lines = [story_view(row, kept.members, framed, articles, marks=not shows_colour(console))]
        before = ", ".join(f"{one['article_id']} until {one['until'][:10]}" for one in spoken["previous"])
        since = f"canonical since {spoken['canonical_since']:%Y-%m-%d %H:%M} UTC"
        return [*lines, shown_text(f"{since}{f'; before: {before}' if before else ''}", "dim")]

    write_text(laid_out(parts))


def find_story(stories: pl.DataFrame, members: pl.DataFrame, wanted: str, out: Path) -> dict[str, Any]:
    """Return the row of the story that ``wanted`` names.

    The id of a story goes before that of an article, and both before the beginning of a story's id.

    Args:
        stories: The STORIES frame.
        members: The MEMBERS frame.
        wanted: What the user wrote.
        out: Where the run is, for the error.

    Raises:
        UsageError: It names nothing, or is the beginning of several ids.
    """
    story_ids, home = stories["story_id"].to_list(), dict(members.select("article_id", "story_id").iter_rows())
    if wanted in story_ids:
        found = [wanted]
    elif wanted in home:
        found = [home[wanted]]
    else:
        found = [story_id for story_id in story_ids if wanted and story_id.startswith(wanted)]
    if len(found) == 1:
        return stories.row(by_predicate=pl.col("story_id") == found[0], named=True)
    where = str(out)
    if found:
        named = ", ".join(found[:MAX_NAMED]) + (" …" if len(found) > MAX_NAMED else "")
        raise UsageError(f"{wanted!r} is the beginning of {len(found):,} stories: {named}", where=where)
    hint = did_you_mean(wanted, [*story_ids, *home]) if len(home) <= MAX_COMPARED else None
    hint = hint or "Give the id of a story, its beginning, or the id of an article; stories.jsonl lists them."
    raise UsageError(f"no story or article {wanted!r}", where=where, hint=hint)
