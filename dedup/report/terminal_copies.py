"""Near-duplicates in a terminal, and what an exact join says of a search.

In: counts, groups, articles. Out: renderables of ``rich``. Must not know where they are printed, nor how copies are
found. As in ``terminal``, what strangers wrote is only shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import polars as pl
from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from dedup.report.headings import heading
from dedup.report.printable import printable
from dedup.report.terminal import counted, shown_text

MAX_GROUPS: Final = 10
"""Groups in the table; it says how many more there are."""


def copies_summary(groups: pl.DataFrame, *, n_articles: int, n_same: int, n_compared: int, n_chained: int) -> Text:
    """Return the copies of a batch, and how they were found, in two lines.

    Args:
        groups: Groups of two or more, with ``size``.
        n_articles: Articles read.
        n_same: Articles that repeat an earlier one word for word.
        n_compared: Pairs that were compared exactly.
        n_chained: Buckets too large to be compared all to all.

    Examples:
        >>> groups = pl.DataFrame({"size": [3, 2]})
        >>> print(copies_summary(groups, n_articles=9, n_same=1, n_compared=4, n_chained=1).plain)
        9 articles  ·  2 groups of 5 articles  ·  1 same word for word
        4 pairs compared exactly  ·  1 large bucket chained
    """
    of = f"{counted(groups.height, 'group')} of {int(groups['size'].sum()):,} articles"
    found = [
        Text(counted(n_articles, "article"), style="bold"),
        Text(of if groups.height else "no copies", style="bold green"),
        Text(f"{n_same:,} same word for word" if n_same else "none same word for word", style="dim"),
    ]
    how = [Text(f"{counted(n_compared, 'pair')} compared exactly", style="dim")]
    if n_chained:
        how.append(Text(f"{counted(n_chained, 'large bucket')} chained", style="yellow"))
    dot = Text("  ·  ", style="dim")
    return Text("\n").join([dot.join(found), dot.join(how)])


def groups_table(groups: pl.DataFrame, articles: pl.DataFrame) -> RenderableType | None:
    """Return the largest groups as a table, each with its first article; None if there is no group.

    Args:
        groups: Groups of two or more, the largest first: ``size``, ``article_ids``.
        articles: The ARTICLES frame.
    """
    if groups.is_empty():
        return None
    shown = groups.head(MAX_GROUPS).select("size", first_id=pl.col("article_ids").list.first())
    known = shown.join(articles, left_on="first_id", right_on="article_id", maintain_order="left")
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold", show_edge=False)
    table.add_column("Articles", justify="right", no_wrap=True)
    table.add_column("First", overflow="fold", style="cyan", max_width=40)
    table.add_column("Headline")
    for row in known.iter_rows(named=True):
        title = printable(heading(row["title"], row["text"], row["first_id"]))
        headline = Text(title, no_wrap=True, overflow="ellipsis")
        table.add_row(Text(f"{row['size']:,}"), shown_text(row["first_id"]), headline)
    if groups.height == shown.height:
        return table
    return Group(table, Text(f"and {counted(groups.height - shown.height, 'smaller group')} more", style="dim"))


def agreement_line(n_missed: int) -> Text:
    """Return in one line whether an exact join finds the same groups.

    Args:
        n_missed: Pairs it finds that are in no group together.

    Examples:
        >>> agreement_line(0).plain
        'Certified  ·  an exact join of all texts finds the same groups'
        >>> agreement_line(3).plain
        'Not certified  ·  an exact join of all texts finds 3 pairs that are in no group together'
    """
    if not n_missed:
        return _verdict("an exact join of all texts finds the same groups", sound=True)
    lost = "1 pair that is" if n_missed == 1 else f"{n_missed:,} pairs that are"
    return _verdict(f"an exact join of all texts finds {lost} in no group together", sound=False)


def certified_line(certificate: Mapping[str, Any]) -> Text:
    """Return a certificate in one line.

    Args:
        certificate: As ``run.json`` holds it.

    Examples:
        >>> certified_line({"min_jaccard": 0.7, "pairs": 41, "missed": 0, "not_checked": 2}).plain
        'Certified  ·  41 pairs alike by 0.7 or more, none missed  ·  2 articles not checked'
        >>> certified_line({"min_jaccard": 0.7, "pairs": 41, "missed": 3, "not_checked": 0}).plain
        'Not certified  ·  41 pairs alike by 0.7 or more, 3 missed'
    """
    missed, unchecked = certificate["missed"], certificate["not_checked"]
    alike = f"{counted(certificate['pairs'], 'pair')} alike by {certificate['min_jaccard']:g} or more"
    line = _verdict(f"{alike}, {f'{missed:,}' if missed else 'none'} missed", sound=not missed)
    return line.append(f"  ·  {counted(unchecked, 'article')} not checked", "dim") if unchecked else line


def _verdict(why: str, *, sound: bool) -> Text:
    return Text.assemble(("Certified", "bold green") if sound else ("Not certified", "bold red"), ("  ·  ", "dim"), why)
