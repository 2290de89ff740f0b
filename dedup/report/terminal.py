"""What a run looks like in a terminal.

In: the frames of a finished run. Out: renderables of ``rich``: the summary of a run, its table of stories, one story
with its members. Must not know where they are printed, nor how anything was found.

Everything shown was written by strangers: texts reach ``rich`` as ``Text``, never as markup, and only through
``printable``. What colour says is said by a mark as well, so that nothing is lost without colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import polars as pl
from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from dedup.report.headings import heading
from dedup.report.numbers import written_score
from dedup.report.printable import printable
from dedup.report.terminal_diff import Row, variant_view
from dedup.report.totals import Totals

FEW_STORIES: Final = 10
"""A run of so few stories is listed whole, with those that only one article tells."""

MAX_STORIES: Final = 30
"""Stories the table of a run shows; it says how many more there are."""

MAX_SOURCES: Final = 3
"""Outlets named per story before the rest is counted."""


def run_summary(whole: Totals) -> Text:
    """Return a run in one line.

    Args:
        whole: What it comes to.

    Examples:
        >>> from dedup.report.totals import totals
        >>> from dedup.schemas import MEMBERS, SKIPPED, STORIES
        >>> run_summary(totals(STORIES.empty(), MEMBERS.empty(), SKIPPED.empty())).plain
        '0 articles  ·  0 stories  ·  none shared  ·  none skipped'
    """
    shared = f"{whole.n_shared_stories:,} shared by {whole.n_shared_articles:,} articles"
    skipped = f"{whole.n_skipped:,} skipped"
    parts = [
        Text(counted(whole.n_articles, "article"), style="bold"),
        Text(counted(whole.n_stories, "story"), style="bold"),
        Text(shared if whole.n_shared_stories else "none shared", "bold green"),
        Text(skipped if whole.n_skipped else "none skipped", "bold yellow" if whole.n_skipped else "dim"),
    ]
    return Text("  ·  ", style="dim").join(parts)


def stories_table(
    stories: pl.DataFrame, members: pl.DataFrame, articles: pl.DataFrame, whole: Totals
) -> RenderableType | None:
    """Return the stories of two or more members as a table, largest first; of a small run, all stories.

    A story of one has no confidence and says "alone" in its place.

    Args:
        stories: The STORIES frame, or the largest of it.
        members: The MEMBERS frame.
        articles: The ARTICLES frame.
        whole: What the whole run comes to.

    Returns:
        At most ``MAX_STORIES`` rows and, below them, how many there are beyond; ties in size are in the order of
        ``story_id``. None if there is nothing to list: no story at all, or more than ``FEW_STORIES`` of which none has
        two members. The column of sources is there if any article names one.
    """
    of_few = whole.n_stories <= FEW_STORIES
    listed = stories if of_few else stories.filter(pl.col("size") > 1)
    if listed.is_empty():
        return None
    listed = listed.sort("size", "story_id", descending=[True, False])
    shown = listed.head(MAX_STORIES)
    inside = members.join(shown.select("story_id"), on="story_id", how="semi")
    sources = dict(inside.group_by("story_id").agg(pl.col("source").drop_nulls().unique().sort()).iter_rows())
    texts = _texts(articles, shown["canonical_id"])
    with_sources = any(sources.values())
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold", show_edge=False)
    # NOTE: rich takes width from columns that may wrap first. An id is there to be copied and never gives any away; a
    # headline gives it all, because its column may wrap but its text may not.
    table.add_column("Story", no_wrap=True, style="cyan")
    table.add_column("Articles", justify="right", no_wrap=True)
    table.add_column("Headline")
    if with_sources:
        table.add_column("Sources", max_width=30)
    table.add_column("Confidence", justify="right", no_wrap=True)
    for story in shown.iter_rows(named=True):
        title = heading(story["canonical_title"], texts.get(story["canonical_id"], ""), story["canonical_id"])
        cells = [shown_text(story["story_id"]), Text(f"{story['size']:,}"), _one_line(title)]
        cells += [_one_line(_listed(sources[story["story_id"]]))] if with_sources else []
        table.add_row(*cells, _confidence(story["cohesion_min"]) if story["size"] > 1 else Text("alone", style="dim"))
    n_more = (whole.n_stories if of_few else whole.n_shared_stories) - shown.height
    if not n_more:
        return table
    return Group(table, Text(f"and {counted(n_more, 'smaller story')} more", style="dim"))


def story_view(
    story: Row, members: pl.DataFrame, framing: pl.DataFrame, articles: pl.DataFrame, *, marks: bool
) -> RenderableType:
    """Return one story: its canonical article, why it is that, the members, and what each variant changed.

    Args:
        story: A row of the STORIES frame.
        members: The MEMBERS frame, or the part of it that this story has.
        framing: The FRAMING frame, or the part of it that this story has.
        articles: The ARTICLES frame, or the part of it that this story has.
        marks: Whether added words stand in ``{+ +}``, for output without colour.
    """
    members = _in_reading_order(members.filter(pl.col("story_id") == story["story_id"]), story["canonical_id"])
    texts = _texts(articles, members["article_id"])
    titles = {row["article_id"]: row["title"] for row in members.iter_rows(named=True)}
    canonical_text = texts.get(story["canonical_id"], "")
    canonical_title = heading(titles.get(story["canonical_id"]), canonical_text, story["canonical_id"])
    parts: list[RenderableType] = [
        _story_line(story),
        Text(),
        Text("Canonical", style="bold"),
        _indented(shown_text(canonical_title, "bold green"), _byline(story), _chosen(story)),
    ]
    if members.height > 1:
        parts += [Text(), _members_table(members)]
    else:
        parts += [_indented(Text("No other article tells this story.", style="dim"))]
    for variant in _in_order_of(framing, members).iter_rows(named=True):
        member = members.row(by_predicate=pl.col("article_id") == variant["variant_id"], named=True)
        variant_text = texts.get(variant["variant_id"], "")
        parts += [Text(), variant_view(variant, member["relation"], variant_text, canonical_text, marks=marks)]
    return Group(*parts)


def shown_text(text: str | None, style: str = "") -> Text:
    r"""Return untrusted text as something that only shows.

    Examples:
        >>> shown_text("[red]x[/]\x1b[31m").plain
        '[red]x[/]␛[31m'
    """
    return Text(printable(text or ""), style=style)


def counted(number: int, noun: str) -> str:
    """Return a number and its noun.

    Examples:
        >>> counted(1, "story"), counted(1200, "story"), counted(0, "article")
        ('1 story', '1,200 stories', '0 articles')
    """
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


def _one_line(text: str) -> Text:
    return Text(printable(text), no_wrap=True, overflow="ellipsis")


def _listed(sources: Sequence[str]) -> str:
    named = ", ".join(sources[:MAX_SOURCES])
    return f"{named} +{len(sources) - MAX_SOURCES:,}" if len(sources) > MAX_SOURCES else named


def _confidence(value: float) -> Text:
    style = "green" if value >= 0.8 else "yellow" if value >= 0.6 else "red"
    return Text(written_score(value), style=style)


def _texts(articles: pl.DataFrame, ids: pl.Series) -> dict[str, str]:
    wanted = articles.filter(pl.col("article_id").is_in(ids.implode()))
    return dict(wanted.select("article_id", "text").iter_rows())


def _time(time: datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M}" if time else ""


def _in_reading_order(members: pl.DataFrame, canonical_id: str) -> pl.DataFrame:
    """The canonical article first, the others as they were published, those without a time last."""
    is_variant = pl.col("article_id") != canonical_id
    return members.sort(is_variant, pl.col("published_at"), pl.col("article_id"), nulls_last=True)


def _in_order_of(framing: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    order = members.select(pl.col("article_id").alias("variant_id")).with_row_index("place")
    return framing.join(order, on="variant_id").sort("place").drop("place")


def _indented(*lines: RenderableType) -> Padding:
    return Padding(Group(*lines), (0, 0, 0, 2))


def _story_line(story: Row) -> Text:
    facts = [counted(story["size"], "article")]
    if story["n_sources"]:
        facts.append(counted(story["n_sources"], "source"))
    if story["size"] > 1:
        low, mean = (written_score(story[name]) for name in ("cohesion_min", "cohesion_mean"))
        facts.append(f"confidence {low}" if low == mean else f"confidence {low}, mean {mean}")
    first, last = _time(story["first_seen"]), _time(story["last_seen"])
    if first:
        facts.append(f"{first} UTC" if first == last else f"{first} to {last} UTC")
    line = Text.assemble(
        ("Story ", "bold"), shown_text(story["story_id"], "bold cyan"), ("  " + "  ·  ".join(facts), "dim")
    )
    if story["related"]:
        line.append("\n").append_text(shown_text(f"Related: {', '.join(story['related'])}", "dim"))
    for step in story["lineage"]:
        line.append("\n").append_text(shown_text(f"{step['op'].capitalize()} {step['story_id']}", "dim"))
    return line


def _byline(story: Row) -> Text:
    time = _time(story["canonical_published_at"])
    parts = [story["canonical_id"], story["canonical_source"], f"{time} UTC" if time else None]
    return shown_text("  ·  ".join(part for part in parts if part), "dim")


def _chosen(story: Row) -> Text:
    reason = story["canonical_reason"]
    if story["size"] == 1:
        return Text("Chosen as the only article.", style="dim")
    scores = reason["scores"] or {}
    named = ", ".join(f"{name} {score:.2f}" for name, score in scores.items() if score is not None and name != "total")
    line = f"Chosen by the policy '{reason['policy']}'" + (f": {named}" if named else "")
    if scores.get("total") is not None:
        line += f"; in all {scores['total']:.2f}"
    if reason["runner_up_id"]:
        margin = reason["margin"]
        line += f", {margin:.2f} ahead of" if margin else ", level with"
        line += f" {reason['runner_up_id']}"
    return shown_text(f"{line}.", "dim")


def _members_table(members: pl.DataFrame) -> Table:
    optional = {"source": "Source", "published_at": "Published, UTC", "title": "Title"}
    held = [name for name in optional if members[name].null_count() < members.height]
    table = Table(
        Column("Article", overflow="fold", style="cyan"),
        Column("Relation", no_wrap=True),
        Column("Carried", justify="right", no_wrap=True),
        Column("Confidence", justify="right", no_wrap=True),
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        show_edge=False,
        header_style="bold",
    )
    for name in held:
        table.add_column(optional[name], no_wrap=name != "source", overflow="ellipsis" if name == "title" else "fold")
    for row in members.iter_rows(named=True):
        is_canonical = row["relation"] == "canonical"
        cells: Iterable[Any] = (
            shown_text(row["article_id"]),
            Text(row["relation"].replace("_", " "), style="green" if is_canonical else ""),
            Text("" if is_canonical else f"{row['similarity']:.0%}"),
            Text() if is_canonical else _confidence(row["confidence"]),
        )
        more = (Text(_time(row[name])) if name == "published_at" else shown_text(row[name]) for name in held)
        table.add_row(*cells, *more)
    return table
