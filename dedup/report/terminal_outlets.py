"""The outlets of a run in a terminal: who is first and who follows, what each keeps adding, who took text from whom.

In: the OUTLETS and FLOWS_BETWEEN_OUTLETS frames. Out: renderables of ``rich``. Must not know where they are printed,
nor how anything was found. As in ``terminal``, what strangers wrote is only shown.
"""

from __future__ import annotations

from typing import Any, Final

import polars as pl
from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from dedup.report.terminal import counted, shown_text

MAX_OUTLETS: Final = 30
MAX_FLOWS: Final = 20
"""Rows of the two tables; each says how many more there are."""

MAX_TERMS: Final = 5
"""Terms named for an outlet."""

UNNAMED: Final = "no outlet named"
NOTHING: Final = "–"


def outlets_view(outlets: pl.DataFrame, flows: pl.DataFrame) -> RenderableType:
    """Return what is known of outlets.

    Args:
        outlets: The OUTLETS frame.
        flows: The FLOWS_BETWEEN_OUTLETS frame; what an outlet took from itself is not shown.

    Returns:
        A table of the outlets with most articles and one of the thickest flows; ties by name. Articles that name no
        outlet come last.
    """
    if outlets.is_empty():
        return Text("No articles, no outlets.", style="dim")
    parts: list[RenderableType] = [_outlets_table(outlets)]
    between = flows.filter(pl.col("follower").ne_missing(pl.col("source")))
    if not between.is_empty():
        parts += [Text(), Text("Who most likely took text from whom", style="bold"), _flows_table(between)]
    return Group(*parts)


def written_hours(hours: float | None) -> str:
    """A span of hours for people.

    Examples:
        >>> [written_hours(hours) for hours in (None, 0.5, 5.2, 30.0, -2.0)]
        ['–', '30 min', '5.2 h', '1.2 days', '-2.0 h']
    """
    if hours is None:
        return NOTHING
    if abs(hours) < 1:
        return f"{60 * hours:.0f} min"
    return f"{hours / 24:.1f} days" if abs(hours) >= 24 else f"{hours:.1f} h"


def _outlets_table(outlets: pl.DataFrame) -> RenderableType:
    named = pl.col("outlet").is_not_null()
    ordered = outlets.sort([named, "n_articles", "outlet"], descending=[True, True, False])
    table = _table()
    table.add_column("Outlet", max_width=34, overflow="ellipsis", no_wrap=True, style="cyan")
    for name in ("Articles", "First in", "Follows after", "Took", "Gave"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("Keeps adding")
    for row in ordered.head(MAX_OUTLETS).iter_rows(named=True):
        first = f"{row['n_first']:,} of {row['n_timed']:,}" if row["n_timed"] else NOTHING
        after = (row["hours_after_first"] or {}).get("median")
        counts = f"{row['n_articles']:,}", first, written_hours(after), f"{row['n_taken']:,}", f"{row['n_given']:,}"
        table.add_row(_name(row["outlet"]), *map(Text, counts), _habits(row))
    return _with_rest(table, outlets.height - MAX_OUTLETS, "outlet")


def _flows_table(between: pl.DataFrame) -> RenderableType:
    ordered = between.sort("n_articles", "follower", "source", descending=[True, False, False], nulls_last=True)
    table = _table()
    for name in ("Follower", "Took from"):
        table.add_column(name, max_width=34, overflow="ellipsis", no_wrap=True, style="cyan")
    for name in ("Articles", "Carried", "After"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in ordered.head(MAX_FLOWS).iter_rows(named=True):
        counts = f"{row['n_articles']:,}", f"{row['carried_mean']:.0%}", written_hours(row["hours_median"])
        table.add_row(_name(row["follower"]), _name(row["source"]), *map(Text, counts))
    return _with_rest(table, between.height - MAX_FLOWS, "smaller flow")


def _table() -> Table:
    return Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold", show_edge=False)


def _with_rest(table: Table, n_more: int, noun: str) -> RenderableType:
    if n_more <= 0:
        return table
    return Group(table, Text(f"and {counted(n_more, noun)} more", style="dim"))


def _name(outlet: str | None) -> Text:
    return Text(UNNAMED, style="dim italic") if outlet is None else shown_text(outlet)


def _habits(row: dict[str, Any]) -> Text:
    """The words an outlet keeps adding, then the framing signals it shows."""
    words = [term["term"] for term in row["terms"][:MAX_TERMS]]
    signals = [f"{one['signal'].replace('_', ' ')} {one['change']}" for one in row["signals"]]
    said = ", ".join(words) + (f" ({'; '.join(signals)})" if words and signals else "; ".join(signals))
    return shown_text(said) if said else Text(NOTHING, style="dim")
