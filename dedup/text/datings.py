"""One date or time of a text, where it begins.

In: tokens and a lexicon. Out: the partial date, weekday, relative day or time of day that begins at a token. Must not
know which dates belong together, nor when an article was published.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from dedup.text.lexicon import Lexicon, Phrases
from dedup.text.moments import Moment
from dedup.text.tokens import Tokens


class Dated(NamedTuple):
    """A moment from token ``first`` to token ``last``, both included."""

    first: int
    last: int
    value: Moment


_ACROSS: Final = 2
"""Words that may stand between a bound and its date."""
_CLOCK: Final = re.compile(r"([01]?\d|2[0-4])[:.]([0-5]\d)")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[.](\d{1,2})[.](\d{2}|\d{4})")
DAY_SUFFIX: Final = frozenset({"st", "nd", "rd", "th", "er", "º", "°"})
DASHES: Final = frozenset("-–—‑/")
EASTERN_LINKS: Final = frozenset("至到和与及、-–—~～")
_EASTERN_DAYS: Final = frozenset("日号號")
_EASTERN_UNITS: Final = {"年": 0, "月": 1, "日": 2, "号": 2, "號": 2}


class _Lists(NamedTuple):
    """What a language knows of dates."""

    months: Mapping[str, float]
    weekdays: Mapping[str, float]
    shifts: Mapping[str, float]
    relative: Phrases
    year_before: frozenset[str]
    clock_after: frozenset[str]
    afternoon: frozenset[str]
    bounded: frozenset[str]
    bounded_across: frozenset[str]
    """Of "until at least Friday"."""
    between: frozenset[str]
    """Of 10 de marzo de 2025."""
    nouns: bool
    """Whether every noun has a capital: there a small word behind a year is not counted."""
    capitals: bool
    """Whether "may" and "march" are months only with a capital."""
    linking: frozenset[str]
    """What may stand behind a day that another follows."""
    links: frozenset[str]
    """Of 5 to 7 June, 5 et 6 juin."""
    linked_across: frozenset[str]
    """Of el 5 y el 7 de junio."""
    hours: frozenset[str]
    """Of 5 to 7 hours, which is as often a duration."""
    behind_days: frozenset[str]
    """What may stand behind "June 5 and 6"."""


def _lists(lexicon: Lexicon) -> _Lists:
    return _Lists(
        months=lexicon.values("dates", "months"),
        weekdays=lexicon.values("dates", "weekdays"),
        shifts=lexicon.values("dates", "relative"),
        relative=lexicon.keys("dates", "relative"),
        year_before=lexicon.words("dates", "year_before"),
        clock_after=lexicon.words("dates", "clock_after"),
        afternoon=lexicon.words("dates", "afternoon"),
        bounded=lexicon.words("dates", "bounded"),
        bounded_across=lexicon.words("dates", "bounded_across"),
        between=lexicon.words("dates", "between"),
        nouns=lexicon.text("names", "capitals") == "nouns",
        capitals=lexicon.lang == "en",
        linking=lexicon.words("dates", "links") | DASHES | DAY_SUFFIX | {".", ","},
        links=lexicon.words("dates", "links"),
        linked_across=lexicon.words("dates", "linked_across"),
        hours=lexicon.words("units", "hour") | {"h"},
        behind_days=lexicon.words("dates", "behind_days"),
    )


class DateReader:
    """Reads one date at a token."""

    def __init__(self, read: Tokens, lexicon: Lexicon) -> None:
        self.read, self.words = read, read.lower
        self.size = len(read.words)
        self.lists = lexicon.once(_lists)

    def word(self, index: int) -> str:
        """The token at ``index`` in lower case, empty outside the text."""
        return self.words[index] if 0 <= index < self.size else ""

    def with_bound(self, hit: Dated, end: int) -> Dated:
        """A date with what is said before it; ``end`` is the last token of the date before."""
        before = hit.first - 1
        while hit.first - before <= _ACROSS and self.word(before) in self.lists.bounded_across:
            before -= 1
        if self.word(before) in self.lists.bounded and before - 1 != end:  # "from June 5 until June 7" names both
            return hit._replace(value=hit.value._replace(bounded=True))
        return hit

    def is_weekday(self, index: int) -> bool:
        """Whether the name at ``index`` of a weekday or month is written as one."""
        return not self.lists.capitals or self.read.words[index][0].isupper()

    def _month(self, index: int) -> int:
        """Month named at ``index``, 0 if none."""
        month = int(self.lists.months.get(self.word(index), 0))
        return month if month and self.is_weekday(index) else 0

    def _year(self, index: int) -> int:
        """A four-digit year at ``index``, 0 if none."""
        word = self.word(index)
        return int(word) if len(word) == 4 and word.isdecimal() and 1500 <= int(word) <= 2199 else 0

    def _day(self, index: int) -> int:
        word = self.word(index)
        return int(word) if len(word) <= 2 and word.isdecimal() and 1 <= int(word) <= 31 else 0

    def _year_after(self, index: int) -> tuple[int, int]:
        """Year and its token behind ``index``, across a comma, full stop or "de"; (0, index) if none."""
        for at in (index + 1, index + 2):
            if year := self._year(at):
                return year, at
            if self.word(at) not in {",", "."} and self.word(at) not in self.lists.between:
                break
        return 0, index

    def month_first(self, index: int) -> Dated | None:
        """February 14, 2025; February 2025; February."""
        month = self._month(index)
        if not month:
            return None
        at = index + 1 if self.word(index + 1) == "." and not self._ends_sentence(index + 1) else index
        day, last = self._day(at + 1), at
        if day and self.word(at + 2) not in {":", "%"}:
            last = at + 2 if self.word(at + 2) in DAY_SUFFIX else at + 1
        else:
            day = 0
        year, last = self._year_after(last)
        if last == index and not self._plainly_month(index):
            return None
        return Dated(index, last, Moment(year or None, month, day or None))

    def _ends_sentence(self, index: int) -> bool:
        following = self.read.words[index + 1] if index + 1 < self.size else ""
        return not following[:1].isdigit()

    def _plainly_month(self, index: int) -> bool:
        """Whether a lone month name is a month: abbreviations, and "May" and "March" at a sentence's start, are not."""
        word = self.words[index]
        if len(word) < 3 or (len(word) == 3 and word != "may" and self.lists.capitals):
            return False
        opens = index == 0 or self.word(index - 1) in {".", "!", "?", "“", '"'} or self.read.breaks[index]
        return not (self.lists.capitals and word in {"may", "march"} and opens)

    def digits(self, index: int) -> Dated | None:
        """Whatever date or time begins with the digits at ``index``."""
        word = self.words[index]
        if len(word) <= 2 or word[-1:] in DAY_SUFFIX:
            return self._eastern(index) or self._day_first(index) or self._hour(index)
        if len(word) == 4 and word.isdecimal():
            return self._eastern(index) or self._iso(index) or self._lone_year(index)
        if match := _DAY_FIRST.fullmatch(word):
            day, month, year = (int(group) for group in match.groups())
            if 1 <= day <= 31 and 1 <= month <= 12:
                return Dated(index, index, Moment(year if year > 99 else 2000 + year, month, day))
            return None
        return self._clock(index)

    def _day_first(self, index: int) -> Dated | None:
        """14 February 2025, 10 de marzo, 10. März."""
        day = self._day(index)
        at = index + 1
        if not day:
            return None
        while self.word(at) in DAY_SUFFIX or self.word(at) == "." or self.word(at) in self.lists.between:
            if at == index + 1 and self.lists.capitals and self.word(at) in self.lists.between:
                return None  # "Memorandum 22 of April 30"; a day has a suffix there
            at += 1
            if at > index + 3:
                return None
        month = self._month(at)
        if not month:
            return None
        if self.word(at + 1) == "." and len(self.words[at]) <= 4 and self._year(at + 2):
            at += 1
        year, last = self._year_after(at)
        return Dated(index, last, Moment(year or None, month, day))

    def _iso(self, index: int) -> Dated | None:
        """2025-02-14, 2025/02/14."""
        words = self.words[index : index + 5]
        if len(words) < 5 or words[1] not in {"-", "/"} or words[3] != words[1]:
            return None
        year, month, day = self._year(index), self._day(index + 2), self._day(index + 4)
        if not year or not 1 <= month <= 12 or not day:
            return None
        return Dated(index, index + 4, Moment(year, month, day))

    def _lone_year(self, index: int) -> Dated | None:
        """A year by its looks: four digits that count nothing."""
        year = self._year(index)
        if not 1700 <= year <= 2060:
            return None
        after = self.word(index + 1)
        if self.word(index - 1) in self.lists.year_before or self._month(index - 1):
            return Dated(index, index, Moment(year))
        counts = after[:1].isalpha() and not (self.lists.nouns and self.read.words[index + 1][0].islower())
        if after == "s" or (year >= 1900 and not counts and after not in {"%", "$", "€", "£", "°"}):
            counted = self.word(index - 1) in {"$", "€", "£", "¥", "₽", "₹"}
            return None if counted else Dated(index, index, Moment(year))
        return None

    def _hour(self, index: int) -> Dated | None:
        """8 pm, 8 o'clock."""
        hour = int(self.words[index]) if self.words[index].isdecimal() else 99
        after = self.word(index + 1)
        if hour > 24 or after not in self.lists.clock_after:
            return None
        return Dated(index, index + 1, Moment(clock=self._minutes(hour, 0, after)))

    def _clock(self, index: int) -> Dated | None:
        """16:30, 4.30 pm, 16.30 Uhr."""
        match = _CLOCK.fullmatch(self.words[index])
        after = self.word(index + 1)
        if match is None or ("." in self.words[index] and after not in self.lists.clock_after):
            return None
        last = index + 1 if after in self.lists.clock_after else index
        return Dated(index, last, Moment(clock=self._minutes(int(match[1]), int(match[2]), after)))

    def _minutes(self, hour: int, minute: int, after: str) -> int:
        if after in self.lists.afternoon and hour < 12:
            hour += 12
        elif after.startswith("a") and after.rstrip(".") in {"am", "a.m"} and hour == 12:
            hour = 0
        return (hour % 24) * 60 + minute

    def _is_eastern_range(self, index: int) -> bool:
        """Whether the digits at ``index`` are the first day of 10至12日."""
        return (
            self.word(index).isdecimal()
            and self.word(index + 1) in EASTERN_LINKS
            and self.word(index + 2).isdecimal()
            and self.word(index + 3) in _EASTERN_DAYS
        )

    def _eastern(self, index: int) -> Dated | None:
        """2025年3月10日, 3月10日, 12日."""
        parts: list[int | None] = [None, None, None]
        at = index
        while at + 1 < self.size and self.words[at].isdecimal() and self.words[at + 1] in _EASTERN_UNITS:
            parts[_EASTERN_UNITS[self.words[at + 1]]] = int(self.words[at])
            at += 2
        if parts[1] and parts[2] is None and self._is_eastern_range(at):  # 3月10至12日
            parts[2], at = int(self.words[at]), at + 1
        if at == index and len(self.words[index]) <= 2 and self._is_eastern_range(index):
            parts[2], at = int(self.words[index]), index + 1
        if at == index or (parts[1] or 1) > 12 or (parts[2] or 1) > 31 or len(self.words[index]) == 3:
            return None
        if at == index + 2 and parts[0] is not None and not 1000 <= parts[0] <= 2199:
            return None  # 20年 is a span of years
        return Dated(index, at - 1, Moment(parts[0], parts[1], parts[2]))
