"""Publication times as people and machines write them, turned into UTC.

In: one string. Out: a UTC time, or the word that says why there is none. Must not know where the string came from.

What is understood: ISO 8601 (`2025-03-04`, `20250304`, `2025-03-04T10:00:00.5+01:00`, a space for the T), year first
with slashes or dots, RFC 2822 (`Tue, 04 Mar 2025 10:00:00 +0100`), English month names (`March 4, 2025`,
`4 Mar 2025 10:30 PM`), Unix seconds and milliseconds, and day/month/year where only one reading is possible. A time
without a zone is taken as UTC. `03/04/2025` is a day apart by a month for two halves of the world: it is not guessed.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final, Literal

Problem = Literal["ambiguous", "unreadable"]

EARLIEST_YEAR: Final = 1600
"""Before the first newspaper; earlier years are the zero values of some database, never a publication time."""

MAX_CHARACTERS: Final = 100
"""No time is longer; it bounds the work of the patterns on hostile input."""

ZONE_HOURS: Final = dict.fromkeys(("Z", "UT", "UTC", "GMT"), 0) | {
    "EDT": -4,
    "EST": -5,
    "CDT": -5,
    "CST": -6,
    "MDT": -6,
    "MST": -7,
    "PDT": -7,
    "PST": -8,
}
"""The zone names of RFC 2822, section 4.3. All others (CET, IST, BST) mean several things or none: not guessed."""

MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_CLOCK = (
    r"(?P<hour>\d{1,2}):?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?(?:\s*(?P<zone>[+-]\d\d(?::?\d\d)?|[A-Za-z]{1,5}))?(?:\s*\([^()]*\))?"
)
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
# What machines write: the same as _YEAR_FIRST finds, ten times as fast, and a batch has a time for every article.
_USUAL = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:[0-5]\d(?:\.\d{3}(?:\d{3})?)?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_YEAR_FIRST = re.compile(
    rf"(?P<year>\d{{4}})(?P<mark>[-/.]?)(?P<month>\d\d|(?<=\D)\d)(?P=mark)(?P<day>\d\d|(?<=\D)\d)"
    rf"(?:(?:[Tt]|,?\s+)(?:{_CLOCK}|(?P<only_hour>\d\d)(?P<hour_zone>[Zz])?))?"
)
_DAY_FIRST = re.compile(
    rf"(?:[a-z]{{3,9}}\.?,?\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+{_MONTH}[\s,-]+(?P<year>\d{{4}})"
    rf"(?:(?:,|\s+at)?\s+{_CLOCK})?",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"(?:[a-z]{{3,9}}\.?,?\s+)?{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})"
    rf"(?:(?:,|\s+at)?\s+{_CLOCK})?",
    re.IGNORECASE,
)
_YEAR_LAST = re.compile(
    rf"(?P<one>\d{{1,2}})(?P<mark>[-/.])(?P<two>\d{{1,2}})(?P=mark)(?P<year>\d{{4}}|\d\d)(?:,?\s+{_CLOCK})?"
)
_CONTROLS = re.compile(r"&#0{0,2}(?:[0-8]|1[4-9]|2\d|3[01]|127);|[\x00-\x08\x0e-\x1f\x7f]")
_NUMBER = re.compile(r"\d{9,13}(?:\.\d{1,9})?")


def parse_time(raw: str) -> datetime | Problem:
    """Read one publication time.

    Args:
        raw: The time as it was written; surrounding blanks do not matter.

    Returns:
        The time in UTC, exact to the microsecond (further digits are cut), or ``"ambiguous"`` when day and month could
        be swapped, or ``"unreadable"`` when it is none of the known forms, impossible, of an unknown zone, or before
        the year 1600.

    Examples:
        >>> parse_time("Tue, 04 Mar 2025 10:00:00 +0100").isoformat()
        '2025-03-04T09:00:00+00:00'
        >>> parse_time("2025-03-04").isoformat()
        '2025-03-04T00:00:00+00:00'
        >>> parse_time("1741082400").isoformat()
        '2025-03-04T10:00:00+00:00'
        >>> parse_time("25/12/2025").isoformat()
        '2025-12-25T00:00:00+00:00'
        >>> parse_time("03/04/2025"), parse_time("yesterday"), parse_time("2025-03-04 10:00 CET")
        ('ambiguous', 'unreadable', 'unreadable')
    """
    raw = raw.strip()
    if len(raw) > MAX_CHARACTERS:
        return "unreadable"
    # Old wires end a time with control characters and their own codes: "27-MAR-1987 11:46:05.99&#5;&#5;V RM".
    raw = _CONTROLS.split(raw, maxsplit=1)[0].strip()
    try:
        if _USUAL.fullmatch(raw) and int(raw[:4]) >= EARLIEST_YEAR:
            return datetime.fromisoformat(raw).astimezone(UTC)
        if _NUMBER.fullmatch(raw):
            return _from_number(raw)
        if found := _YEAR_FIRST.fullmatch(raw):
            return _build(found, int(found["month"]), int(found["day"]))
        if found := _DAY_FIRST.fullmatch(raw) or _MONTH_FIRST.fullmatch(raw):
            return _build(found, MONTHS.index(found["month"][:3].lower()) + 1, int(found["day"]))
        if found := _YEAR_LAST.fullmatch(raw):
            return _from_year_last(found)
    except (ValueError, OverflowError):
        return "unreadable"
    return "unreadable"


def _from_number(raw: str) -> datetime | Problem:
    """Unix seconds from 1973 to 2286, or milliseconds of the same years: the two ranges cannot be confused."""
    whole, _, fraction = raw.partition(".")
    micros = int(whole) * 1_000_000 + int(f"{fraction:0<6}"[:6])
    if len(whole) >= 12:
        micros //= 1_000
    elif len(whole) == 11:
        return "unreadable"
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)


def _from_year_last(found: re.Match[str]) -> datetime | Problem:
    one, two = int(found["one"]), int(found["two"])
    if len(found["year"]) == 2:
        return "ambiguous"
    if one > 12 or one == two:
        return _build(found, two, one)
    return _build(found, one, two) if two > 12 else "ambiguous"


def _build(found: re.Match[str], month: int, day: int) -> datetime | Problem:
    """Put the groups of a match together; impossible values raise ValueError, years out of range OverflowError."""
    parts = found.groupdict()
    hour, zone = int(parts["hour"] or parts.get("only_hour") or 0), parts["zone"] or parts.get("hour_zone")
    if parts["half"]:
        if not 1 <= hour <= 12:
            return "unreadable"
        hour = hour % 12 + (12 if parts["half"] in "pP" else 0)
    offset = _offset(zone)
    if offset is None or int(parts["year"]) < EARLIEST_YEAR:
        return "unreadable"
    micros = int(f"{parts['fraction'] or '':0<6}"[:6])
    minute, second = int(parts["minute"] or 0), int(parts["second"] or 0)
    return datetime(int(parts["year"]), month, day, hour, minute, second, micros, offset).astimezone(UTC)


def _offset(zone: str | None) -> timezone | None:
    if zone is None:
        return UTC
    if zone[0] in "+-":
        digits = zone[1:].replace(":", "").ljust(4, "0")
        minutes = int(digits[:2]) * 60 + int(digits[2:])
        return timezone(timedelta(minutes=-minutes if zone[0] == "-" else minutes))
    hours = ZONE_HOURS.get(zone.upper())
    return None if hours is None else timezone(timedelta(hours=hours))
