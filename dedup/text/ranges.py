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

_ROUND: Final = frozenset(10.0**power for power in range(1, 7))
"""Wholes that shares are told of: nine in ten."""
_MOST_BETWEEN: Final = 2
"""Words between the ends of a range."""


class Found(NamedTuple):
    """A quantity from token ``first`` to token ``last``, both included."""

    first: int
    last: int
    value: Quantity


def joined(found: list[Found], words: list[str], lists: Numerals) -> list[Found]:
    """Give the first end of a range the unit of its second: "eight to ten years"; join "three out of four"."""
    for at in range(len(found) - 1, -1, -1):
        right = found[at]
        if right.first and words[right.first - 1] in lists.each and (share := _share(found, at, words, lists)):
            has_left = at > 0 and found[at - 1].first >= share.first
            found[at - has_left : at + 1] = [share]
            continue
        if not at or right.first - found[at - 1].last > _MOST_BETWEEN + 1:  # as nearly always
            continue
        left = found[at - 1]
        between = words[left.last + 1 : right.first]
        glued = len(between) == 1 and between[0] in DASHES
        if glued or (len(between) == 1 and between[0] in lists.ranges) or _is_until(between, lists):
            found[at - 1] = left._replace(value=_range_start(left.value, right, words, lists, glued=glued))
    return found


def _is_until(between: list[str], lists: Numerals) -> bool:
    """Whether a bound stands between two numbers as the word of a range: de 5 hasta 7."""
    if not between or between[0] not in lists.until:
        return False
    hit = lists.until.at(between, 0)
    return hit is not None and hit[0] == len(between)


def _share(found: list[Found], at: int, words: list[str], lists: Numerals) -> Found | None:
    """The share whose whole is ``found[at]``: one in five, una de cada tres, neuf personnes sur dix."""
    right = found[at]
    whole = right.value.magnitude
    if right.value.unit or right.value.bound:
        return None
    phrase = next(
        (p for p in lists.each[words[right.first - 1]] if tuple(words[right.first - len(p) : right.first]) == p), None
    )
    if phrase is None:
        return None
    link = right.first - len(phrase)
    part = _part(found[at - 1] if at else None, link, words, lists)
    if part is None or not 0 < part.value.magnitude < whole:
        return None
    above, has_noun = part.value.magnitude, part.last < link - 1
    after = words[right.last + 1] if right.last + 1 < len(words) else ""
    is_counted = lists.content(after) and (not lists.many or after.endswith(lists.many))
    is_round = whole in _ROUND
    if phrase[-1] in lists.loosely and len(phrase) == 1:
        # "Two in five attacks" counts, "one in five voters" and "nine in ten" are shares.
        if not is_round and (lists.rounds or (is_counted and above > 1 and not lists.many)):
            return None
        if has_noun and is_counted:
            return None
    elif whole > 100 and not is_round:
        return None
    return Found(part.first, right.last, Quantity(round(100.0 * above / whole, 6), "%", part.value.bound))


def _part(left: Found | None, link: int, words: list[str], lists: Numerals) -> Found | None:
    """The number in front of "in", "de cada", "sur" at ``link``, or in front of the noun there."""
    for last in (link - 1, link - 2):
        if last < 0 or (last == link - 2 and not lists.content(words[link - 1])):
            return None
        if left is not None and left.last == last:
            return left if not left.value.unit else None
        if lists.words.get(words[last]) == 1.0:
            return Found(last, last, Quantity(1.0, "", ""))
    return None


def _range_start(left: Quantity, right: Found, words: list[str], lists: Numerals, *, glued: bool) -> Quantity:
    """The first end of a range, with the unit and, in "118-124 million", the magnitude of its second end."""
    end = right.value
    if left.unit or end.unit == "ordinal":
        return left
    bare = parsed(words[right.first], lists.decimal)
    if bare and left.magnitude < bare < end.magnitude and (glued or end.unit):
        left = left._replace(magnitude=round(left.magnitude * end.magnitude / bare, 6))
    return left._replace(unit=end.unit)
