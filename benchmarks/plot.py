"""A picture of lines on two logarithmic scales.

In: named lines of positive points. Out: SVG text. Must not know what the points stand for.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

_WIDTH: Final = 720
_HEIGHT: Final = 440
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 20, 20, 60
_COLOURS: Final = ("#0b62a4", "#b3490f", "#3d7a37", "#7a3d78", "#555555")


@dataclass(frozen=True)
class Line:
    """A line.

    Args:
        name: What the legend calls it.
        points: Positive (x, y), in order of x.
    """

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class _Scale:
    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)

    def ticks(self) -> list[float]:
        """1, 2 and 5 of every decade in sight."""
        decades = range(math.floor(self.low), math.ceil(self.high) + 1)
        ticks = [step * 10.0**decade for decade in decades for step in (1, 2, 5)]
        return [tick for tick in ticks if self.low - 1e-9 <= math.log10(tick) <= self.high + 1e-9]


def log_log(lines: Sequence[Line], x: str, y: str) -> str:
    """Draw lines.

    Args:
        lines: Lines, not all of them empty.
        x: What the horizontal axis shows.
        y: What the vertical axis shows.
    """
    across = _scale([point[0] for line in lines for point in line.points], _LEFT, _WIDTH - _RIGHT)
    up = _scale([point[1] for line in lines for point in line.points], _HEIGHT - _BOTTOM, _TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-size="12">',
        f"<title>{escape(y)} over {escape(x)}</title>",
        "<style>text { font-family: sans-serif }</style>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
    ]
    for tick in across.ticks():
        at = across(tick)
        parts += [
            f'<path d="M{at} {_TOP}V{_HEIGHT - _BOTTOM}" stroke="#dddddd"/>',
            f'<text x="{at}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{tick:,.10g}</text>',
        ]
    for tick in up.ticks():
        at = up(tick)
        parts += [
            f'<path d="M{_LEFT} {at}H{_WIDTH - _RIGHT}" stroke="#dddddd"/>',
            f'<text x="{_LEFT - 8}" y="{at + 4}" text-anchor="end">{tick:,.10g}</text>',
        ]
    middle = (_TOP + _HEIGHT - _BOTTOM) / 2
    parts += [
        f'<text x="{(_LEFT + _WIDTH - _RIGHT) / 2}" y="{_HEIGHT - 14}" text-anchor="middle">{escape(x)}</text>',
        f'<text transform="translate(16 {middle}) rotate(-90)" text-anchor="middle">{escape(y)}</text>',
    ]
    for number, line in enumerate(lines):
        colour = _COLOURS[number % len(_COLOURS)]
        places = [(across(one), up(other)) for one, other in line.points]
        track = " ".join(f"{one},{other}" for one, other in places)
        parts.append(f'<polyline points="{track}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{one}" cy="{other}" r="4" fill="{colour}"/>' for one, other in places]
        parts.append(f'<text x="{_LEFT + 12}" y="{_TOP + 20 + 18 * number}" fill="{colour}">{escape(line.name)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _scale(values: Sequence[float], start: float, end: float) -> _Scale:
    """A scale with a little room at either end."""
    low, high = math.log10(min(values)), math.log10(max(values))
    room = max(0.05, 0.05 * (high - low))
    return _Scale(low - room, high + room, start, end)
