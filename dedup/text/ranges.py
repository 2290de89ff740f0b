"""Numbers that belong together: the two ends of a range, the two numbers of a share.

In: the quantities of a text in order. Out: the same, each end of a range with the unit and magnitude of both, and
"three out of four" as one. Must not know how a single number is read.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from dedup.text.numerals import Numerals, parsed
from dedup.text.units import Quantity

DASHES: Final = frozenset("-–—‑")
"""Marks that stand between the ends of a range, or between a number and what it counts."""


class Found(NamedTuple):
    """A quantity from token ``first`` to token ``last``, both included."""

    first: int
    last: int
    value: Quantity


def joined(found: list[Found], words: list[str], lists: Numerals) -> list[Found]:
    """Give the first end of a range the unit of its second: "eight to ten years"; join "three out of four"."""
    for at in range(len(found) - 2, -1, -1):
        left, right = found[at], found[at + 1]
        if right.first - left.last > 3:  # as nearly always
            continue
        between = words[left.last + 1 : right.first]
        if len(between) == 1 and (between[0] in lists.ranges or between[0] in DASHES):
            found[at] = left._replace(value=_range_start(left.value, right, words, lists, glued=between[0] in DASHES))
        elif between == ["out", "of"] and 0 < left.value.magnitude < right.value.magnitude <= 100:
            share = Quantity(100.0 * left.value.magnitude / right.value.magnitude, "%", left.value.bound)
            found[at : at + 2] = [Found(left.first, right.last, share)]
    return found


def _range_start(left: Quantity, right: Found, words: list[str], lists: Numerals, *, glued: bool) -> Quantity:
    """The first end of a range, with the unit and, in "118-124 million", the magnitude of its second end."""
    end = right.value
    if left.unit or end.unit == "ordinal":
        return left
    bare = parsed(words[right.first], lists.decimal)
    if bare and left.magnitude < bare < end.magnitude and (glued or end.unit):
        left = left._replace(magnitude=round(left.magnitude * end.magnitude / bare, 6))
    return left._replace(unit=end.unit)
