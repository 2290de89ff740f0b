"""Bars that begin where the one before ended.

In: two numbers and the scale they stand on. Out: a renderable of ``rich``, as wide as it is given room. Must not know
what the numbers mean.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.text import Text

MIN_WIDTH = 12
"""Columns below which a bar says nothing."""


@dataclass(frozen=True)
class Scale:
    """What the bars of one chart share.

    Args:
        lowest: Number at the left end.
        highest: Number at the right end, larger.
        line: Number at which a line is drawn, if there is one.
    """

    lowest: float
    highest: float
    line: float | None

    def cell(self, number: float, width: int) -> int:
        """The column, of ``width``, in which ``number`` lies.

        Examples:
            >>> Scale(-2.0, 2.0, None).cell(0.0, 20), Scale(-2.0, 2.0, None).cell(2.0, 20)
            (10, 19)
        """
        share = (number - self.lowest) / (self.highest - self.lowest)
        return max(0, min(width - 1, math.floor(share * width)))


def bar_scale(numbers: Sequence[float], probability: float) -> Scale:
    """The scale that holds ``numbers``, which are log-odds, with a line at the log-odds of ``probability``.

    Examples:
        >>> bar_scale([0.0, -1.5, 4.0], 0.5)
        Scale(lowest=-1.5, highest=4.0, line=0.0)
        >>> bar_scale([0.0, 1.0], 1.0).line is None  # certainty is infinitely far away
        True
    """
    line = math.log(probability / (1.0 - probability)) if 0.0 < probability < 1.0 else None
    lowest, highest = min(numbers), max(numbers)
    if line is not None:
        lowest, highest = min(lowest, line), max(highest, line)
    return Scale(lowest, highest if highest > lowest else lowest + 1.0, line)


@dataclass(frozen=True)
class Bar:
    """A bar from one number to another: solid and green where it grows, hatched and red where it falls.

    Args:
        start: Where it begins.
        end: Where it ends.
        scale: The scale it stands on.
    """

    start: float
    end: float
    scale: Scale

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(min(MIN_WIDTH, options.max_width), options.max_width)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = options.max_width
        line, grows, falls = ("|", "#", "-") if options.ascii_only else ("│", "█", "░")
        first, last = sorted((self.scale.cell(self.start, width), self.scale.cell(self.end, width)))
        cells = [" "] * width
        if self.scale.line is not None:
            cells[self.scale.cell(self.scale.line, width)] = line
        rising = self.end >= self.start
        drawn = Text("".join(cells[:first]), style="dim")
        drawn.append((grows if rising else falls) * (last - first + 1), style="green" if rising else "red")
        drawn.append("".join(cells[last + 1 :]), style="dim")
        yield drawn
