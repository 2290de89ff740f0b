"""Parts of a whole in words: halves, quarters, shares.

In: tokens and lists; where a word of a part stands. Out: the quantity it belongs to: a share in percent, or so much of
a unit. Must not know digits.
"""

from __future__ import annotations

from typing import Final

from dedup.text.measures import Measures
from dedup.text.ranges import Found
from dedup.text.units import Quantity

_PART_UNITS: Final = frozenset(
    "second minute hour day week month year decade century mm cm m km mile inch ft l kg g t ha acre gallon".split()
)
"""What is measured in quarters and thirds."""
_TIMES: Final = frozenset("second minute hour day week month year decade century".split())


class Parts(Measures):
    """Reads the parts of one text; see ``Measures``."""

    def whole(self, at: int) -> tuple[float, str, int] | None:
        """What a part is taken of at ``at``: a magnitude with its unit, or a unit; how much, unit, last token."""
        if self.is_scale(at):
            found = self.with_unit(at, at, self.lists.magnitudes[self.words[at]], bound="about", scale=1000.0)
            return found.value.magnitude, found.value.unit, found.last
        unit = self.unit(at) if self.word(at)[:1].isalpha() else None
        return (1.0, *unit) if unit else None

    def of_whole(self, first: int, index: int, part: float) -> Found | None:
        """A part of a magnitude or unit behind "of": three quarters of an hour, un cuarto de millón."""
        lists = self.lists
        if lists.bare:
            at = index + 1  # четверть века
        elif self.word(index + 1) in lists.of:
            at = index + 2
        else:
            return None
        has_article = self.word(at) in lists.articles
        whole = self.whole(at + has_article)
        if whole is None or (lists.of_article and not has_article):
            return None
        much, unit, last = whole
        if much == 1.0 and unit not in _PART_UNITS:
            return None
        return Found(first, last, Quantity(round(part * much, 6), unit, self.bound(first)))

    def fraction(self, index: int, numerator: float, *, first: int | None = None) -> Found | None:
        """A share whose fraction word stands at ``index``: a third of, two thirds, half a million."""
        lists, words = self.lists, self.words
        part = lists.fractions[words[index]]
        before, after = self.word(index - 1), self.word(index + 1)
        if first is not None:
            return self._counted(first, index, numerator, part)
        if self.adjacent(index):
            return None
        begin = index - 1 if before in lists.articles and index else index
        if part == 0.5:
            return self.half(begin, index)
        if before in lists.blocked:
            return None
        if found := self.of_whole(begin, index, part):
            return found
        earlier = words[begin - 1] if begin else ""
        told = after in lists.after or not after[:1].isalpha() or earlier in lists.before
        if words[index] in lists.strict and lists.words.get(before) != 1.0:
            told = after in lists.after  # il terzo
        if not lists.bare and (begin == index or not told):
            return None
        return Found(begin, index, Quantity(round(100.0 * part, 6), "%", self.bound(begin)))

    def _counted(self, first: int, index: int, numerator: float, part: float) -> Found | None:
        """Two thirds, one quarter of; not "one third party" nor "first three quarters"."""
        after = self.word(index + 1)
        if found := self.of_whole(first, index, numerator * part):
            return found
        blocked = self.word(first - 1) in self.lists.blocked
        if blocked:
            return None
        told = (numerator > 1 or not after[:1].isalpha()) and self._is_plain(index, first)
        if not (told or after in self.lists.after) or numerator * part >= 1.0:
            return None
        return Found(first, index, Quantity(round(100.0 * numerator * part, 6), "%", self.bound(first)))

    def _is_plain(self, index: int, first: int) -> bool:
        """Whether a plural fraction is one by itself: more than three quarters, but not for three quarters."""
        lists = self.lists
        if self.words[index] not in lists.strict:
            return True
        return bool(lists.strict_before) and self.word(first - 1) not in lists.strict_before

    def half(self, begin: int, index: int) -> Found | None:
        """Half a million, half an hour, half a point, half the town; medio millón, halbe Stunde."""
        words, lists = self.words, self.lists
        if self.word(begin - 1) == lists.half_and and lists.half_and:
            if (begin < index or not lists.of_article) and (found := self._one_and_half(begin, index)):
                return found
            if begin < index:
                return None
        at = index + 1
        if lists.of_article and self.word(at) in lists.articles:
            at += 1
        if whole := self.whole(at):
            return Found(begin, whole[2], Quantity(0.5 * whole[0], whole[1], self.bound(begin)))
        if self.word(index - 1) in lists.blocked:
            return None
        if found := self.of_whole(begin, index, 0.5):
            return found
        after = self.word(at)
        if after in lists.halved or (at == index + 2 and after[:1].isalpha()):
            return Found(begin, at, Quantity(0.5, "", self.bound(begin)))
        if words[index] not in lists.fractions or after in lists.no_share:
            return None
        return Found(begin, index, Quantity(50.0, "%", self.bound(begin)))

    def _one_and_half(self, begin: int, index: int) -> Found | None:
        """Hora y media, a year and a half: what nobody counted, and a half."""
        at = begin - 2
        if at < 0 or at in self.taken or self.is_scale(index + 1) or self.unit(index + 1):
            return None
        unit = self.unit(at)
        has_article = self.word(at - 1) in self.lists.articles
        first = at - 1 if has_article else at
        if unit and unit[1] == at and unit[0] in _TIMES:
            return Found(first, index, Quantity(1.5, unit[0], self.bound(first)))
        if has_article and begin < index and self.words[at][0].isalpha():
            return Found(first, index, Quantity(1.5, "", self.bound(first)))
        return None

    def span(self, index: int) -> Found:
        """A word that is a number and its unit: fortnight, полгода, Viertelstunde; with "and a half" behind it."""
        value, unit = self.lists.spans[self.words[index]]
        half = self.and_half(index + 1)
        first = index - 1 if self.word(index - 1) in self.lists.articles and index else index
        return Found(first, half or index, Quantity(value + bool(half) * 0.5, unit, self.bound(first)))

    def ordinal(self, index: int) -> Found | None:
        """A place in an order, or a share: third; jeder Fünfte, every fifth voter, la quinta parte."""
        lists, word = self.lists, self.words[index]
        place = lists.ordinals.get(word, 0.0)
        if (by := lists.nth.get(word, 0.0)) and not self.adjacent(index):
            after = self.word(index + 1)
            if self.word(index - 1) in lists.every:
                unit = self.unit(index + 1)
                if (unit and unit[0] in _TIMES) or index + 1 in self.taken or after in lists.no_share:
                    return None  # jeden zweiten Tag
                return Found(index - 1, index, Quantity(round(100.0 / by, 6), "%", self.bound(index - 1)))
            before = self.word(index - 1)
            if after in lists.part and (
                before in lists.words or self.word(index + 2) in lists.after or not lists.after
            ):
                above, first = 1.0, index
                if before in lists.words:
                    above, first = lists.words[before], index - 1
                elif before in lists.articles:
                    first = index - 1
                if above < by:
                    share = Quantity(round(100.0 * above / by, 6), "%", self.bound(first))
                    return Found(first, index + 1, share)
        return Found(index, index, Quantity(place, "ordinal", "")) if place > 2 else None
