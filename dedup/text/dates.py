"""Dates and times of a text, as far as the text states them.

In: tokens and a lexicon. Out: partial dates, weekdays, days relative to publication and times of day, with the tokens
they span. Must not know when an article was published: what "on Tuesday" means is said by
``moments.resolved``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from dedup.text.lexicon import Lexicon, Phrases
from dedup.text.looks import looks
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
_DAY_SUFFIX: Final = frozenset({"st", "nd", "rd", "th", "º", "°"})
_EASTERN_UNITS: Final = {"年": 0, "月": 1, "日": 2, "号": 2, "號": 2}


def moments(read: Tokens, lexicon: Lexicon) -> list[Dated]:
    """Every date and time of a text, in order, without overlaps.

    Args:
        read: The tokens of the text.
        lexicon: Lists of its language; numeric dates are read in any language.

    Examples:
        >>> from dedup.text.lexicon import lexicon
        >>> from dedup.text.tokens import tokens
        >>> [found.value[:4] for found in moments(tokens("on Feb. 14, 2025, a Friday"), lexicon("en"))]
        [(2025, 2, 14, None), (None, None, None, 5)]
        >>> moments(tokens("at 4:20 pm"), lexicon("en"))[0].value.clock
        980
        >>> [found.value[:3] for found in moments(tokens("3月10日"), lexicon("zh"))]
        [(None, 3, 10)]
    """
    reader = _Reader(read, lexicon)
    found: list[Dated] = []
    words, index = read.lower, 0
    for at in looks(read, lexicon).moments:
        if at < index:
            continue
        index, word = at, words[at]
        hit = None
        if word[0].isdecimal():
            hit = reader.digits(index)
        elif word in reader.lists.months:
            hit = reader.month_first(index)
        elif word in reader.lists.weekdays and reader.is_weekday(index):
            hit = Dated(index, index, Moment(weekday=int(reader.lists.weekdays[word])))
        elif word in reader.lists.relative and (phrase := reader.lists.relative.at(words, index)):
            hit = Dated(index, index + phrase[0] - 1, Moment(shift=int(reader.lists.shifts[phrase[1]])))
        if hit is not None:
            found.append(reader.with_bound(hit))
            index = hit.last + 1
    return found


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
    )


class _Reader:
    """Reads one date at a token."""

    def __init__(self, read: Tokens, lexicon: Lexicon) -> None:
        self.read, self.words = read, read.lower
        self.size = len(read.words)
        self.lists = lexicon.once(_lists)

    def word(self, index: int) -> str:
        return self.words[index] if 0 <= index < self.size else ""

    def with_bound(self, hit: Dated) -> Dated:
        before = hit.first - 1
        while hit.first - before <= _ACROSS and self.word(before) in self.lists.bounded_across:
            before -= 1
        if self.word(before) in self.lists.bounded:
            return hit._replace(value=hit.value._replace(bounded=True))
        return hit

    def is_weekday(self, index: int) -> bool:
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
            last = at + 2 if self.word(at + 2) in _DAY_SUFFIX else at + 1
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
        if len(word) <= 2 or word[-1:] in _DAY_SUFFIX:
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
        while self.word(at) in _DAY_SUFFIX or self.word(at) == "." or self.word(at) in self.lists.between:
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

    def _eastern(self, index: int) -> Dated | None:
        """2025年3月10日, 3月10日, 12日."""
        parts: list[int | None] = [None, None, None]
        at = index
        while at + 1 < self.size and self.words[at].isdecimal() and self.words[at + 1] in _EASTERN_UNITS:
            parts[_EASTERN_UNITS[self.words[at + 1]]] = int(self.words[at])
            at += 2
        if at == index or (parts[1] or 1) > 12 or (parts[2] or 1) > 31 or len(self.words[index]) == 3:
            return None
        if at == index + 2 and parts[0] is not None and not 1000 <= parts[0] <= 2199:
            return None  # 20年 is a span of years
        return Dated(index, at - 1, Moment(parts[0], parts[1], parts[2]))
