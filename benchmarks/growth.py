"""How our own time and memory grow with the number of articles.

In: sizes. Out: a table, a JSON file, a picture, and the exponents: 1 is linear. Must not know the other tools.

A straight line on two logarithmic scales is fitted to all sizes. Small ones are mostly start-up and flatten it; the
exponent of each step, from one size to the next, shows by how much.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from statistics import median
from typing import Any

import numpy as np
from rich.table import Table

from benchmarks import machine
from benchmarks.comparison import Wanted, corpus_of, size_of, warmed
from benchmarks.field import installed
from benchmarks.plot import Line, log_log
from benchmarks.rounds import Conditions, Run, last_words, run_rounds


@dataclass(frozen=True)
class Point:
    """What one size took.

    Args:
        name: The tool.
        articles: Articles.
        text_bytes: Bytes of their text.
        wall_s: Median of wall seconds.
        cpu_s: Median of CPU seconds.
        rss_bytes: Most memory.
    """

    name: str
    articles: int
    text_bytes: int
    wall_s: float
    cpu_s: float
    rss_bytes: int


def exponent(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """The slope of the straight line through the logarithms of both (least squares).

    Args:
        sizes: At least two different sizes, positive.
        costs: The cost of each, positive.

    Returns:
        The exponent; nan for fewer than two sizes.

    Examples:
        >>> round(exponent([10, 100, 1000], [2, 20, 200]), 6), round(exponent([10, 20], [3, 12]), 6)
        (1.0, 2.0)
    """
    if len(set(sizes)) < 2:
        return math.nan
    x, y = np.log(np.asarray(sizes, np.float64)), np.log(np.asarray(costs, np.float64))
    x -= x.mean()
    return float((x * y).sum() / (x * x).sum())


def grown(sizes: Sequence[int], wanted: Wanted, say: Callable[[str], None]) -> tuple[list[Point], dict[str, Any]]:
    """Measure sizes.

    Args:
        sizes: Numbers of articles; corpora that are not there are made.
        wanted: Tools, rounds, cores and folder.
        say: Hears of progress.

    Returns:
        A point for every size and tool, and all that was measured, as JSON has it.
    """
    began = machine.described()
    found = installed(wanted.names, wanted.pythons)
    tools = [tool for tool in found.values() if tool]
    points: list[Point] = []
    runs: list[dict[str, Any]] = []
    for number, n_articles in enumerate(sorted(sizes)):
        corpus = corpus_of(n_articles, wanted.folder)
        conditions = Conditions(corpus, wanted.folder / "runs", wanted.cores, wanted.timeout)
        say(f"{n_articles:,} articles")
        if not number:
            failed = {name for name, run in warmed(tools, conditions).items() if run.status}
            for name in failed:
                say(f"{name} failed: {last_words(conditions, name)}")
            tools = [tool for tool in tools if tool.tool.name not in failed]
        made = run_rounds(tools, conditions, wanted.rounds, say)
        runs += [{"articles": n_articles, **asdict(run)} for run in made]
        for tool in tools:
            good = [run for run in made if run.name == tool.tool.name and not run.status]
            if good:
                points.append(_point(tool.tool.name, size_of(corpus), good))
    names = list(dict.fromkeys(point.name for point in points))
    record = {
        "command": ["python", "-m", "benchmarks", *wanted.command],
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": began,
        "load_afterwards": machine.described()["load"],
        "versions": {tool.tool.name: tool.version for tool in tools},
        "cores": wanted.cores,
        "exponents": {
            name: {
                cost: exponent(
                    *zip(*[(point.articles, getattr(point, cost)) for point in of(points, name)], strict=True)
                )
                for cost in ("wall_s", "cpu_s", "rss_bytes")
            }
            for name in names
        },
        "points": [asdict(point) for point in points],
        "runs": runs,
    }
    return points, record


def of(points: Sequence[Point], name: str) -> list[Point]:
    """The points of a tool, smallest first."""
    return sorted((point for point in points if point.name == name), key=lambda point: point.articles)


def _point(name: str, size: tuple[int, int], runs: Sequence[Run]) -> Point:
    return Point(
        name,
        *size,
        wall_s=median(run.wall_s for run in runs),
        cpu_s=median(run.cpu_s for run in runs),
        rss_bytes=max(run.rss_bytes for run in runs),
    )


def table_of(points: Sequence[Point], record: Mapping[str, Any]) -> Table:
    """The points as a table, with the exponent of every step and of all."""
    table = Table(title=f"Growth, {record['cores']} core(s), {record['machine']['processor']}")
    for heading in ("tool", "articles", "MB", "wall s", "CPU s", "peak MB", "articles/s", "wall exponent"):
        table.add_column(heading, justify="left" if heading == "tool" else "right", no_wrap=True)
    for name, fitted in record["exponents"].items():
        before: Point | None = None
        for point in of(points, name):
            step = exponent([before.articles, point.articles], [before.wall_s, point.wall_s]) if before else math.nan
            table.add_row(
                name,
                f"{point.articles:,}",
                f"{point.text_bytes / 1e6:.0f}",
                f"{point.wall_s:.2f}",
                f"{point.cpu_s:.2f}",
                f"{point.rss_bytes / 1e6:.0f}",
                f"{point.articles / point.wall_s:,.0f}",
                "" if math.isnan(step) else f"{step:.2f}",
            )
            before = point
        table.add_row(name, "all", *[""] * 5, f"{fitted['wall_s']:.2f}", end_section=True)
    return table


def picture_of(points: Sequence[Point], record: Mapping[str, Any]) -> str:
    """Wall seconds over articles, both logarithmic, as SVG."""
    lines = [
        Line(f"{name}, exponent {fitted['wall_s']:.2f}", [(p.articles, p.wall_s) for p in of(points, name)])
        for name, fitted in record["exponents"].items()
    ]
    return log_log(lines, x="articles", y="wall seconds")
