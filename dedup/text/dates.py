"""Dates and times of a text, as far as the text states them.

In: tokens and a lexicon. Out: partial dates, weekdays, days relative to publication and times of day, with the tokens
they span; of days that share a month ("5 to 7 June"), each. Must not know when an article was published: what "on
Tuesday" means is said by ``moments.resolved``.
"""

from __future__ import annotations

from typing import Final

from dedup.text.datings import DASHES, DAY_SUFFIX, EASTERN_LINKS, Dated, DateReader
from dedup.text.lexicon import Lexicon
from dedup.text.looks import looks
from dedup.text.moments import Moment
from dedup.text.tokens import Tokens

_MOST_DAYS: Final = 8
"""Days of one month that are listed together."""


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
    linking, last = reader.lists.linking, len(words) - 2
    for at in looks(read, lexicon).moments:
        if at < index:
            continue
        index, word = at, words[at]
        hit = None
        if word[0].isdecimal():
            if (
                index < last
                and words[index + 1] in linking
                and len(word) <= 2
                and (days := reader.days(index) or reader.hours(index))
            ):
                found.extend(days)
                index = found[-1].last + 1
                continue
            hit = reader.digits(index)
        elif word in reader.lists.months:
            hit = reader.month_first(index)
        elif word in reader.lists.weekdays and reader.is_weekday(index):
            hit = Dated(index, index, Moment(weekday=int(reader.lists.weekdays[word])))
        elif word in reader.lists.relative and (phrase := reader.lists.relative.at(words, index)):
            hit = Dated(index, index + phrase[0] - 1, Moment(shift=int(reader.lists.shifts[phrase[1]])))
        if hit is not None:
            found.append(reader.with_bound(reader.in_month(hit, found), found[-1].last if found else -2))
            index = hit.last + 1
            if hit.value.day and index <= last and words[index] in linking and (days := reader.days_behind(hit)):
                found.extend(days)
                index = found[-1].last + 1
    return found


class _Reader(DateReader):
    """Reads dates, and those that belong together."""

    def _next_day(self, index: int) -> tuple[int, str]:
        """The token of the day that is linked to the day at ``index``, and by what; (0, "") if there is none."""
        at = index + 1
        while self.word(at) in DAY_SUFFIX or (self.word(at) == "." and self.word(at + 1) != "."):
            at += 1
        link = self.word(at)
        if link in DASHES:
            is_close = self.read.starts[at] == self.read.ends[at - 1]
            at += 1
            if not is_close and link == "/":
                return 0, ""
        elif link == "," or link in self.lists.links:
            at += 1
            if link == "," and self.word(at) in self.lists.links:  # 5, 6, and 7
                link, at = self.word(at), at + 1
            while self.word(at) in self.lists.linked_across:
                at += 1
        else:
            return 0, ""
        return (at, link) if self._day(at) > self._day(index) else (0, "")

    def days(self, index: int) -> list[Dated] | None:
        """Days of one month behind which it is named: 5-7 June, del 5 al 7 de junio, 5, 6 und 7. Juni."""
        if not self._day(index):
            return None
        days, at, link = [index], index, ""
        while len(days) <= _MOST_DAYS:
            at, link = self._next_day(at)
            if not at:
                return None
            days.append(at)
            if (last := self._day_first(at)) is not None:
                break
        else:
            return None
        if link == "," or self._day(last.last + 1):
            return None
        first = [Dated(at, at, last.value._replace(day=self._day(at))) for at in days[:-1]]
        return [self.with_bound(first[0], -2), *first[1:], last]

    def days_behind(self, hit: Dated) -> list[Dated]:
        """More days of the month that was named before them: June 5-7, June 5, 6 and 7."""
        at = hit.last - (self.word(hit.last) in DAY_SUFFIX)
        days: list[int] = []
        link = ""
        while self._day(at) and len(days) < _MOST_DAYS:
            following, said = self._next_day(at)
            if not following:
                break
            days.append(following)
            at, link = following, said
        if not days or link == ",":
            return []
        end = at + (self.word(at + 1) in DAY_SUFFIX)
        behind = self.word(end + 1)
        year, last = self._year_after(end)
        if not year and behind[:1].isalnum() and behind not in self.lists.behind_days:
            return []  # "June 5 and 6 people died"
        if behind in {":", "%", "$"} or self._month(end + 1):
            return []
        value = hit.value._replace(year=year or hit.value.year, bounded=False)
        return [Dated(at, last if at == days[-1] else at, value._replace(day=self._day(at))) for at in days]

    def hours(self, index: int) -> list[Dated] | None:
        """Both ends of 5 to 7 pm, 5-7pm, 5 bis 7 Uhr; "5 a 7 horas" is as often a duration."""
        link = self.word(index + 1)
        if link not in DASHES and link not in self.lists.links:
            return None
        end = self._hour(index + 2) if self.word(index + 2).isdecimal() else self._clock_at(index + 2)
        after = self.word(end.last) if end else ""
        if end is None or end.value.clock is None or after in self.lists.hours or not self.words[index].isdecimal():
            return None
        begin = self._minutes(int(self.words[index]), 0, after)
        if begin > end.value.clock >= 720:
            begin -= 720  # 11 to 1 pm
        return [self.with_bound(Dated(index, index, Moment(clock=begin % 1440)), -2), end]

    def _clock_at(self, index: int) -> Dated | None:
        return self._clock(index) if self.word(index)[:1].isdecimal() else None

    def in_month(self, hit: Dated, found: list[Dated]) -> Dated:
        """A day of the month of the date it is linked to: 3月10日至12日."""
        value = hit.value
        if value.day and value.month is None and found and found[-1].last == hit.first - 2:
            before = found[-1].value
            if before.month and before.day and self.words[hit.first - 1] in EASTERN_LINKS:
                return hit._replace(value=value._replace(year=before.year, month=before.month))
        return hit
