"""Numbers as the page embeds them, and as people read them.

In: figures of a run. Out: figures short enough to stand in a file ten thousand times, or in a line. Must not know what
they count.
"""

from __future__ import annotations

import math


def number(value: float | None) -> float | None:
    """``value`` rounded to four places, None if it is no finite number.

    Examples:
        >>> number(0.12345678), number(1.0), number(float("nan")), number(None)
        (0.1235, 1, None, None)
    """
    if value is None or not math.isfinite(value):
        return None
    rounded = round(value, 4)
    return int(rounded) if rounded == int(rounded) else rounded


def written_score(score: float | None) -> str:
    """A number in [0,1] with two places, cut and not rounded, so that 0.996 is never shown as certain.

    Examples:
        >>> written_score(0.996), written_score(1), written_score(0.29), written_score(None)
        ('0.99', '1.00', '0.29', '–')
    """
    # Of four places, as the page has it: what is kept as 32 bits lies a little beside what was meant.
    return "–" if score is None else f"{math.floor(100 * round(score, 4) + 1e-6) / 100:.2f}"
