"""Numbers as the page embeds them.

In: figures of a run. Out: figures short enough to stand in a file ten thousand times. Must not know what they count.
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
