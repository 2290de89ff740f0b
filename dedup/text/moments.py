"""Partial dates, and when two of them say the same.

In: what a text says of a date or time, and a day of publication. Out: dates, and whether two can be the same. Must not
know texts or languages.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple


class Moment(NamedTuple):
    """What a text says of a date or time; what it leaves open is None.

    Args:
        year: Year.
        month: 1 to 12.
        day: 1 to 31.
        weekday: 1 (Monday) to 7, where only the weekday is said.
        shift: Days from the day of publication ("yesterday" is -1).
        clock: Minutes after midnight.
        bounded: Whether the text says "before", "after" or "until" it, which makes it no statement of the date itself.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    shift: int | None = None
    clock: int | None = None
    bounded: bool = False


def resolved(moment: Moment, published: date | None) -> Moment:
    """A weekday or a relative day as a date, where the day of publication is known.

    A weekday is the last one up to the day of publication, the way news speaks of what happened.

    Examples:
        >>> resolved(Moment(weekday=2), date(2025, 3, 12))[:3]
        (2025, 3, 11)
        >>> resolved(Moment(shift=-1), date(2025, 3, 12))[:3]
        (2025, 3, 11)
    """
    if published is None or (moment.weekday is None and moment.shift is None):
        return moment
    back = (published.isoweekday() - moment.weekday) % 7 if moment.weekday is not None else -(moment.shift or 0)
    try:
        day = published - timedelta(days=back)
    except OverflowError:
        return moment
    return moment._replace(year=day.year, month=day.month, day=day.day, weekday=None, shift=None)


def same_moment(left: Moment, right: Moment) -> bool:
    """Whether two moments can be the same: what both state is equal, and they state something in common.

    Examples:
        >>> same_moment(Moment(month=3, day=11), Moment(year=2025, month=3, day=11))
        True
        >>> (
        ...     same_moment(Moment(month=3, day=11), Moment(month=3, day=12)),
        ...     same_moment(Moment(weekday=1), Moment(year=2025)),
        ... )
        (False, False)
    """
    pairs = [(a, b) for a, b in zip(left[:6], right[:6], strict=True) if a is not None and b is not None]
    return bool(pairs) and all(a == b for a, b in pairs)


def comparable(left: Moment, right: Moment) -> bool:
    """Whether two moments are stated alike, so that a difference between them is one of fact.

    Examples:
        >>> comparable(Moment(month=3, day=11), Moment(month=4, day=1)), comparable(Moment(month=3), Moment(weekday=2))
        (True, False)
    """
    return left.bounded == right.bounded and [v is None for v in left[1:6]] == [v is None for v in right[1:6]]
