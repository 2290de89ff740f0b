"""What stands around a number: its unit and currency, and how it is meant.

In: tokens and lists; where a number stands. Out: the quantity with the tokens it spans. Must not know how the number
itself is written, in digits or in words.
"""

from __future__ import annotations

from typing import Final

from dedup.text.numerals import Numerals
from dedup.text.ranges import DASHES, Found
from dedup.text.tokens import Tokens
from dedup.text.units import Quantity

_PREFIXES: Final = {"p": "PHP", "rs": "INR", "r": "ZAR", "eur": "EUR", "usd": "USD", "gbp": "GBP", "chf": "CHF"}
_DEGREES: Final = {"C": "°C", "F": "°F"}
_LETTERS: Final = frozenset("cf")
_SIGNS: Final = frozenset("$€£¥₽₹₱₩")
_FAR: Final = 3
"""Words before "hasta" among which a verb may stand that makes it what is reached."""
_HOURS: Final = 24


class Measures:
    """Reads what stands around the numbers of one text.

    Args:
        read: The tokens of the text.
        lists: Lists of its language.
        taken: Tokens that belong to something else (dates, times); not read.
    """

    def __init__(self, read: Tokens, lists: Numerals, taken: set[int]) -> None:
        self.read, self.lists, self.taken = read, lists, taken
        self.words = read.lower
        self.size = len(read.words)
        self.before = -9
        """The last token of the number read before."""

    def word(self, index: int) -> str:
        """The token at ``index`` in lower case, empty outside the text."""
        return self.words[index] if 0 <= index < self.size else ""

    def adjacent(self, index: int) -> bool:
        """Whether token ``index`` follows its forerunner without a space."""
        return 0 < index < self.size and self.read.starts[index] == self.read.ends[index - 1]

    def is_scale(self, index: int) -> bool:
        """Whether a magnitude word stands at ``index`` that is more than a letter."""
        word = self.word(index)
        return word in self.lists.magnitudes and word not in self.lists.letters

    def unit(self, at: int) -> tuple[str, int] | None:
        """Unit and last token of it, where one begins at ``at``."""
        words = self.words
        if (
            at < self.size
            and words[at] in self.lists.measuring
            and (hit := self.lists.units.at(words, at))
            and at not in self.taken
            and (len(words[at]) > 1 or not words[at].isalpha() or self.adjacent(at))
        ):
            if hit[0] == 1 and words[at] in _LETTERS:
                return self._degrees(at, hit[1])
            return hit[1], at + hit[0] - 1
        return None

    def _degrees(self, at: int, unit: str) -> tuple[str, int] | None:
        """The unit that a letter behind digits names: 41.5C, 50c; none in S4C, MQ-4C and 37f9."""
        before = self.word(at - 2)
        glued = self.adjacent(at - 1) and (
            before not in DASHES or (self.adjacent(at - 2) and self.word(at - 3)[:1].isalnum())
        )
        if glued or (self.adjacent(at + 1) and self.words[at + 1][0].isalnum()):
            return None
        letter = self.read.words[at]
        return (_DEGREES.get(letter, unit), at) if letter != "f" else None

    def with_unit(
        self,
        first: int,
        last: int,
        value: float,
        currency: str = "",
        bound: str = "",
        scale: float = 1.0,
        mixed: bool = False,
    ) -> Found:
        """The quantity whose number spans the tokens from ``first`` to ``last``.

        Args:
            first: First token, a currency before the number included.
            last: Last token of the number.
            value: The number.
            currency: Currency that stands before it.
            bound: How it is meant, if that is known.
            scale: The magnitude word that it ends with, 1 if none.
            mixed: Whether its half was read already.
        """
        words, lists = self.words, self.lists
        unit, at = currency, last + 1
        if scale > 1.0 and at < self.size:
            if words[at] == "." and words[last] in lists.short and self._goes_on(at + 1):
                at += 1  # 3 Mrd. Euro
            if scale >= 1000 and words[at] == lists.half_and and (part := self.and_part(at)):  # a million and a half
                value, last = value + part[0] * scale, part[1]
                at = last + 1
        if not unit and at < self.size:
            behind = words[at]
            if behind in DASHES and self.adjacent(at) and self.adjacent(at + 1):
                at += 1  # a 30-day pause
            elif scale > 1.0 and behind in lists.of:
                at += 1  # millones de euros
            if at < self.size and words[at] in lists.measuring and (hit := self.unit(at)):
                unit, last = hit
        if lists.half_and in words[last + 1 : last + 3] and scale == 1.0 and not mixed:
            half = self._half_behind(last, counted=not unit)
            value, last = (value + 0.5, half) if half else (value, last)
        return Found(first, last, Quantity(value, unit, bound or self.bound(first)))

    def _goes_on(self, at: int) -> bool:
        """Whether the sentence goes on behind a full stop: with a unit, or no capital."""
        return self.unit(at) is not None or (at < self.size and self.read.words[at][0].islower())

    def and_part(self, at: int) -> tuple[float, int] | None:
        """The part "and a half", "and a quarter" at ``at`` and its last token."""
        if half := self.and_half(at):
            return 0.5, half
        if self.lists.half_and and self.word(at) == self.lists.half_and and self.word(at + 1) in self.lists.articles:
            part = self.lists.fractions.get(self.word(at + 2), 0.0)
            return (part, at + 2) if part else None
        return None

    def and_half(self, at: int) -> int:
        """The last token of "and a half" at ``at``, or 0."""
        lists = self.lists
        if not lists.half_and or self.word(at) != lists.half_and:
            return 0
        for skip in (2, 1):
            word = self.word(at + skip)
            if (lists.fractions.get(word) == 0.5 or word in lists.halves) and (
                skip == 1 or self.words[at + 1] in lists.articles
            ):
                return at + skip
        return 0

    def _half_behind(self, last: int, *, counted: bool) -> int:
        """The last token of "and a half" behind what is counted: two years and a half, dos puntos y medio."""
        at = last + 1
        if counted:  # behind a word that is no unit
            if self.word(at + 1) != self.lists.half_and or not self.lists.half_and or not self.word(at)[:1].isalpha():
                return 0
            at += 1
        half = self.and_half(at)
        if not half or self.is_scale(half + 1) or self.unit(half + 1) or self.word(half + 1) in self.lists.articles:
            return 0  # two litres and half a kilo
        behind = self.word(half + 1)
        return 0 if (counted and self.lists.content(behind)) else half

    def currency_before(self, index: int) -> tuple[str, int]:
        """The currency before the number at ``index`` and its first token."""
        if not index or index - 1 in self.taken:
            return "", index
        before = self.words[index - 1]
        if before[0].isalpha():
            currency = _PREFIXES.get(before, "")
            fits = currency and (len(before) == 3 or self.adjacent(index))
            return (currency, index - 1) if fits else ("", index)
        units = self.lists.units
        if before in _SIGNS and self.adjacent(index - 1) and (hit := units.at(self.words, index - 2)) and hit[0] == 2:
            return hit[1], index - 2  # A$5
        hit = units.at(self.words, index - 1) if before in units else None
        return (hit[1], index - 1) if hit and hit[0] == 1 and before not in {"%", "‰", "°"} else ("", index)

    def has_sign(self, at: int) -> bool:
        """Whether a sign of currency stands glued to what ends before ``at``: 3 M€."""
        return self.word(at) in _SIGNS and self.adjacent(at)

    def is_hour(self, index: int, value: float, last: int) -> bool:
        """Whether a number without a unit is an hour or a day by the article before it: a las dos, el 30."""
        before = self.words[index - 1] if index else ""
        if before not in self.lists.before_hours:
            return False
        if before in self.lists.hour_before:
            return value <= _HOURS and not self.lists.content(self.word(last + 1))
        return value <= 31 and not self.lists.content(self.word(last + 1))

    def bound(self, first: int) -> str:
        """How the number is meant, from up to four words before it."""
        stop = first
        if stop and self.words[stop - 1] in self.lists.articles:
            stop -= 1
        if self.lists.bounding.isdisjoint(self.words[max(0, stop - 4) : stop]):  # as nearly always
            return ""
        for length in (4, 3, 2, 1):
            begin = stop - length
            if begin < 0 or self.words[begin] not in self.lists.bounding:
                continue
            for bound, phrases in self.lists.bounds:
                if self.words[begin] in phrases and (hit := phrases.at(self.words, begin)) and hit[0] == length:
                    return "" if self._is_end(begin) else bound
        return ""

    def _is_end(self, begin: int) -> bool:
        """Whether the bound at ``begin`` names the end of a range, or what is reached: de 5 hasta 7, subió hasta 9."""
        until = self.lists.until
        if self.words[begin] not in until or not until.at(self.words, begin):
            return False
        if begin - 1 == self.before or (begin - 2 == self.before and self.words[begin - 1] in {",", "."}):
            return True
        return any(self.lists.reached(word) for word in self.words[max(0, begin - _FAR) : begin])
