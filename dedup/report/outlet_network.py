"""The network of outlets as a drawing: from whom texts came on the left, who took them on the right.

In: the FLOWS_BETWEEN_OUTLETS frame. Out: two lists of names and the bands between them, in units of a row's height.
Must not know HTML: nothing here is escaped.

A drawing with both ends in lists and not a cloud of nodes: names of any length stay readable and never lie over each
other, on a phone as on a desk, and the same flows always give the same drawing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

MAX_SOURCES: Final = 12
MAX_FOLLOWERS: Final = 16
"""Outlets a side; the others of a side are one entry."""

_FILL: Final = 0.8
"""Share of a row's height that the thickest bundle takes."""

_THIN: Final = 0.05
"""Thickness that a band has at least, in rows."""


@dataclass(frozen=True)
class End:
    """One end of the network.

    Args:
        name: The outlet; None for articles that name none.
        n_articles: Articles that were taken from it, or that it took.
        n_others: 0, or how many outlets this entry stands for.
    """

    name: str | None
    n_articles: int
    n_others: int = 0


@dataclass(frozen=True)
class Band:
    """Articles that went from one end to the other.

    Args:
        source: Place of the source in its list.
        follower: Place of the follower in its list.
        n_articles: How many.
        path: An SVG path in a box 100 wide; heights are in rows, times 100.
    """

    source: int
    follower: int
    n_articles: int
    path: str


@dataclass(frozen=True)
class Network:
    """The drawing.

    Args:
        sources: Left side, most articles first.
        followers: Right side, most articles first.
        bands: The bands, thickest first.
        n_rows: Rows of the longer side.
        n_articles: Articles in all bands.
    """

    sources: list[End]
    followers: list[End]
    bands: list[Band]
    n_rows: int
    n_articles: int


def network(flows: pl.DataFrame) -> Network:
    """Draw who took text from whom.

    Args:
        flows: The FLOWS_BETWEEN_OUTLETS frame; what an outlet took from itself is left out.

    Returns:
        The drawing, empty where nobody took anything from another outlet. Ties in number go by name, articles that name
        no outlet last.
    """
    between = flows.filter(pl.col("follower").ne_missing(pl.col("source")))
    rows = list(between.select("source", "follower", "n_articles").iter_rows())
    sources, source_at = _ends(((row[0], row[2]) for row in rows), MAX_SOURCES)
    followers, follower_at = _ends(((row[1], row[2]) for row in rows), MAX_FOLLOWERS)
    amounts: defaultdict[tuple[int, int], int] = defaultdict(int)
    for source, follower, n_articles in rows:
        amounts[source_at[source], follower_at[follower]] += n_articles
    most = max((end.n_articles for end in (*sources, *followers)), default=1)
    n_rows = max(len(sources), len(followers))
    bands = _bands(amounts, sources, followers, _FILL / most, n_rows)
    return Network(sources, followers, bands, n_rows, sum(amounts.values()))


def _ends(amounts: Iterable[tuple[str | None, int]], limit: int) -> tuple[list[End], Mapping[str | None, int]]:
    """The entries of a side, and the place of each outlet among them."""
    totals: defaultdict[str | None, int] = defaultdict(int)
    for name, amount in amounts:
        totals[name] += amount
    ordered = sorted(totals, key=lambda name: (-totals[name], name is None, name or ""))
    kept = ordered if len(ordered) <= limit else ordered[: limit - 1]
    rest = ordered[len(kept) :]
    ends = [End(name, totals[name]) for name in kept]
    if rest:
        ends.append(End(None, sum(totals[name] for name in rest), len(rest)))
    return ends, {name: min(place, len(ends) - 1) for place, name in enumerate(ordered)}


def _bands(
    amounts: Mapping[tuple[int, int], int], sources: list[End], followers: list[End], unit: float, n_rows: int
) -> list[Band]:
    """Bands leave and arrive in the order of their other ends, so that as few as possible cross."""
    middle_left = [0.5 + (n_rows - len(sources)) / 2 + place for place in range(len(sources))]
    middle_right = [0.5 + (n_rows - len(followers)) / 2 + place for place in range(len(followers))]
    left = [middle - unit * end.n_articles / 2 for middle, end in zip(middle_left, sources, strict=True)]
    right = [middle - unit * end.n_articles / 2 for middle, end in zip(middle_right, followers, strict=True)]
    starts, stops = {}, {}
    for source, follower in sorted(amounts):
        starts[source, follower] = left[source]
        left[source] += unit * amounts[source, follower]
    for source, follower in sorted(amounts, key=lambda ends: (ends[1], ends[0])):
        stops[source, follower] = right[follower]
        right[follower] += unit * amounts[source, follower]
    ordered = sorted(amounts, key=lambda ends: (-amounts[ends], ends))
    return [
        Band(*ends, amounts[ends], _path(starts[ends], stops[ends], max(_THIN, unit * amounts[ends])))
        for ends in ordered
    ]


def _path(start: float, stop: float, thickness: float) -> str:
    """A band from the left edge to the right, its upper edge at ``start`` and ``stop``."""
    a, b, c, d = (round(100 * value, 1) for value in (start, stop, start + thickness, stop + thickness))
    return f"M0 {a}C50 {a} 50 {b} 100 {b}V{d}C50 {d} 50 {c} 0 {c}Z"
