"""Numbers of a text, with unit and bound.

In: tokens and a lexicon. Out: quantities with the tokens they span. Must not know dates (tokens that a date took are
left alone) or other articles; when two quantities agree is said in ``units``.
"""

from __future__ import annotations

from typing import Final

from dedup.text.hanzi import NUMERALS, numeral
from dedup.text.lexicon import Lexicon
from dedup.text.looks import looks
from dedup.text.numerals import Numerals, numerals, spelled
from dedup.text.ranges import DASHES, Found, joined
from dedup.text.tokens import Tokens
from dedup.text.units import Quantity

_GROUP_SPACES: Final = frozenset("\u00a0\u202f\u2009")
_PREFIXES: Final = {"p": "PHP", "rs": "INR", "r": "ZAR", "eur": "EUR", "usd": "USD", "gbp": "GBP", "chf": "CHF"}
_SUFFIXED: Final = frozenset({"st", "nd", "rd", "th"})
# "100m" without a currency is metres before these, millions elsewhere.
_METRES: Final = frozenset(
    "race sprint tall high long deep wide hurdles freestyle relay away above below from up down final dash".split()
)
_VULGAR: Final = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 0.33333333, "⅔": 0.66666667}
_DENOMINATORS: Final = frozenset("2 3 4 5 8 16 32 64".split())
"""What prices, rates and measures are divided by; other pairs of numbers around a slash are scores or dates."""


def quantities(read: Tokens, lexicon: Lexicon, taken: set[int]) -> list[Found]:
    """Every quantity of a text, in order, without overlaps.

    Args:
        read: The tokens of the text.
        lexicon: Lists of its language; digits are read in any language.
        taken: Tokens that belong to something else (dates, times); not read.

    Returns:
        Quantities; each end of a range ("eight to ten years") is one, both with the unit.

    Examples:
        >>> from dedup.text.lexicon import lexicon
        >>> from dedup.text.tokens import tokens
        >>> [found.value[:2] for found in quantities(tokens("$74m, a third of 3.2 million"), lexicon("en"), set())]
        [(74000000.0, 'USD'), (33.333333, '%'), (3200000.0, '')]
        >>> [found.value for found in quantities(tokens("nearly twenty-three km"), lexicon("en"), set())]
        [Quantity(magnitude=23.0, unit='km', bound='under')]
    """
    reader = _Reader(read, numerals(lexicon), taken)
    found: list[Found] = []
    words, index = read.lower, 0
    for at in looks(read, lexicon).quantities:
        if at < index or at in taken:
            continue
        hit = reader.at(at)
        if hit is not None:
            # A sign between two numbers ("0$0") is the unit of the first only.
            found.append(hit if hit.first >= index else hit._replace(first=index))
            index = hit.last + 1
    return joined(found, words, reader.lists)


class _Reader:
    """Reads one quantity at a token."""

    def __init__(self, read: Tokens, lists: Numerals, taken: set[int]) -> None:
        self.read, self.lists, self.taken = read, lists, taken
        self.words = read.lower
        self.size = len(read.words)

    def at(self, index: int) -> Found | None:
        """The quantity that begins with the number at ``index``, if there is one."""
        word = self.words[index]
        if word[0].isdecimal():
            return self._digits(index)
        if "-" in word and word not in self.lists.words:
            return self._compound(index)
        if word in NUMERALS:
            return self._hanzi(index)
        if word in self.lists.fractions and (share := self._fraction(index, 1.0)):
            return share
        if word in self.lists.words or word in self.lists.magnitudes:
            return self._worded(index)
        ordinal = self.lists.ordinals.get(word, 0.0)
        return Found(index, index, Quantity(ordinal, "ordinal", "")) if ordinal > 2 else None

    def _adjacent(self, index: int) -> bool:
        """Whether token ``index`` follows its forerunner without a space."""
        return 0 < index < self.size and self.read.starts[index] == self.read.ends[index - 1]

    def _digits(self, index: int) -> Found | None:
        value = self.lists.values[self.words[index]]
        last = index
        if value is not None and (mixed := self._mixed(index)):
            return self._with_unit(index, mixed[1], value + mixed[0])
        if value is None or self._is_ratio(index):
            return None
        while self._is_group(last, index):
            value = value * 1000 + float(self.words[last + 1])
            last += 1
        following = self.words[last + 1] if last + 1 < self.size else ""
        if following in _SUFFIXED and self._adjacent(last + 1):
            return Found(index, last + 1, Quantity(value, "ordinal", self._bound(index)))
        currency = self._currency_before(index)
        first = index - 1 if currency else index
        if following in _VULGAR:
            value, last = value + _VULGAR[following], last + 1
            following = self.words[last + 1] if last + 1 < self.size else ""
        if following == "-" and self._adjacent(last + 1) and self._adjacent(last + 2):
            after = self.words[last + 2]
            if after in self.lists.magnitudes and after not in self.lists.letters:  # a $70-million plan
                return self._with_unit(first, last + 2, round(value * self.lists.magnitudes[after], 6), currency)
        if following in self.lists.magnitudes:
            number = last
            value, last = self._magnitude(value, last, following, has_currency=bool(currency))
            if last == number and following == "m" and self._adjacent(number + 1):
                return Found(index, number + 1, Quantity(value, "m", self._bound(index)))
        return self._with_unit(first, last, value, currency)

    def _mixed(self, index: int) -> tuple[float, int] | None:
        """The fraction behind a whole number and its last token: 6-1/8, 12 3/4."""
        if "/" not in self.words[index + 2 : index + 4]:
            return None
        at = index + 1
        if at < self.size and self.words[at] in DASHES and self._adjacent(at) and self._adjacent(at + 1):
            at += 1
        if at + 2 >= self.size or self.words[at + 1] != "/" or not (self._adjacent(at + 1) and self._adjacent(at + 2)):
            return None
        above, below = self.words[at], self.words[at + 2]
        is_date = at + 3 < self.size and self.words[at + 3] == "/" and self._adjacent(at + 3)
        if is_date or not (above.isdecimal() and below in _DENOMINATORS) or int(above) >= int(below):
            return None
        return int(above) / int(below), at + 2

    def _is_ratio(self, index: int) -> bool:
        """Whether the digits belong to 16/32 or to .85, which say less than their digits do."""
        before = self.words[index - 1] if index else ""
        after = self.words[index + 1] if index + 1 < self.size else ""
        if before not in {".", "/"} and after != "/":
            return False
        before = before if self._adjacent(index) else ""
        after = after if self._adjacent(index + 1) else ""
        if before == "." and (index < 2 or not self._adjacent(index - 1)):
            return True
        return "/" in {before, after}

    def _hanzi(self, index: int) -> Found | None:
        """Chinese numerals, where they count something: 五个, 三成, 三百年."""
        hit = numeral(self.words, index)
        if hit is None:
            return None
        value, last = hit
        after = self.words[last + 1] if last + 1 < self.size else ""
        if after in {"成", "折"}:
            return Found(index, last + 1, Quantity(10 * value, "%", self._bound(index))) if after == "成" else None
        found = self._with_unit(index, last, value)
        return found if found.value.unit or last > index else None

    def _is_group(self, last: int, first: int) -> bool:
        """Whether the next token is a group of thousands behind a space: "12 500"."""
        if last + 1 >= self.size or len(self.words[first]) > 3 or len(self.words[last + 1]) != 3:
            return False
        gap = self.read.text[self.read.ends[last] : self.read.starts[last + 1]]
        return (gap in _GROUP_SPACES or (gap == " " and self.lists.spaced)) and self.words[last + 1].isdecimal()

    def _magnitude(self, value: float, last: int, following: str, *, has_currency: bool) -> tuple[float, int]:
        if following in self.lists.letters:
            glued = self._adjacent(last + 1) or has_currency
            after = self.words[last + 2] if last + 2 < self.size else ""
            if not glued or (following == "m" and not has_currency and after in _METRES):
                return value, last
        return round(value * self.lists.magnitudes[following], 6), last + 1

    def _currency_before(self, index: int) -> str:
        if not index or index - 1 in self.taken:
            return ""
        before = self.words[index - 1]
        if before[0].isalpha():
            currency = _PREFIXES.get(before, "")
            return currency if currency and (len(before) == 3 or self._adjacent(index)) else ""
        hit = self.lists.units.at(self.words, index - 1) if before in self.lists.units else None
        return hit[1] if hit and hit[0] == 1 and before not in {"%", "‰", "°"} else ""

    def _with_unit(self, first: int, last: int, value: float, currency: str = "", bound: str = "") -> Found:
        unit = currency
        at = last + 1
        if not unit and at < self.size:
            if self.words[at] in DASHES and self._adjacent(at) and self._adjacent(at + 1):
                at += 1  # a 30-day pause
            if (
                at < self.size
                and self.words[at] in self.lists.measuring
                and (hit := self.lists.units.at(self.words, at))
                and at not in self.taken
                and (len(self.words[at]) > 1 or not self.words[at].isalpha() or self._adjacent(at))
            ):
                unit, last = hit[1], at + hit[0] - 1
        return Found(first, last, Quantity(value, unit, bound or self._bound(first)))

    def _bound(self, first: int) -> str:
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
                    return bound
        return ""

    def _worded(self, index: int) -> Found | None:
        lists, words = self.lists, self.words
        first = index
        begins_with_magnitude = words[index] in lists.magnitudes
        if begins_with_magnitude:
            if index and words[index - 1] in lists.articles:
                first = index - 1
            elif words[index] in lists.plurals:
                value = lists.magnitudes[words[index]]
                return self._with_unit(first, index, value, bound="order")
        value, last = spelled(words, index, lists)
        counts_parts = last + 1 < self.size and words[last + 1] in lists.fractions and value < 20
        if counts_parts and not begins_with_magnitude and (share := self._fraction(last + 1, value, first=index)):
            return share
        if words[last + 1 : last + 2] == [lists.and_] and (half := self._and_a_half(last + 1)):
            value, last = value + 0.5, half
            if last + 1 < self.size and words[last + 1] in lists.magnitudes and words[last + 1] not in lists.letters:
                value, last = value * lists.magnitudes[words[last + 1]], last + 1
        found = self._with_unit(first, last, value)
        return None if value == 1.0 and not found.value.unit else found

    def _and_a_half(self, index: int) -> int:
        """The last token of "and a half" at ``index``, or 0."""
        words = self.words
        for skip in (2, 1):
            at = index + skip
            if (
                at < self.size
                and self.lists.fractions.get(words[at]) == 0.5
                and (skip == 1 or words[at - 1] in self.lists.articles)
            ):
                return at
        return 0

    def _fraction(self, index: int, numerator: float, *, first: int | None = None) -> Found | None:
        """A share whose fraction word stands at ``index``: a third of, two thirds, half a million."""
        lists, words = self.lists, self.words
        part = lists.fractions[words[index]]
        before = words[index - 1] if index else ""
        after = words[index + 1] if index + 1 < self.size else ""
        if first is not None:
            return Found(first, index, Quantity(round(100.0 * numerator * part, 6), "%", self._bound(first)))
        if before in lists.blocked or self._adjacent(index):
            return None
        begin = index - 1 if before in lists.articles and index else index
        if part == 0.5:
            return self._half(begin, index, after)
        earlier = words[begin - 1] if begin else ""
        told = after in lists.after or not after[:1].isalpha() or earlier in lists.before
        if begin == index or not told:
            return None
        return Found(begin, index, Quantity(round(100.0 * part, 6), "%", self._bound(begin)))

    def _half(self, begin: int, index: int, after: str) -> Found | None:
        words, lists = self.words, self.lists
        at = index + 2 if after in lists.articles else index + 1
        if at < self.size and words[at] in lists.magnitudes and words[at] not in lists.letters:
            return self._with_unit(begin, at, 0.5 * lists.magnitudes[words[at]])
        if at == index + 2 and at < self.size and words[at] in lists.units:
            return self._with_unit(begin, index + 1, 0.5)
        return Found(begin, index, Quantity(50.0, "%", self._bound(begin)))

    def _compound(self, index: int) -> Found | None:
        """twenty-three, two-thirds, ten-year, eight-member."""
        lists = self.lists
        parts = self.words[index].split("-")
        known = 0
        while known < len(parts) and (
            parts[known] in lists.words or (parts[known] in lists.magnitudes and parts[known] not in lists.letters)
        ):
            known += 1
        if not known:
            return None
        value, _ = spelled(parts, 0, lists)
        rest = "-".join(parts[known:])
        if not rest:
            return self._worded_compound(index, value)
        if rest in lists.fractions:
            return Found(
                index, index, Quantity(round(100.0 * value * lists.fractions[rest], 6), "%", self._bound(index))
            )
        if rest in lists.ordinals:
            return Found(index, index, Quantity(value + lists.ordinals[rest], "ordinal", ""))
        hit = lists.units.at([rest], 0) or lists.units.at([parts[known]], 0)
        if hit:
            return Found(index, index, Quantity(value, hit[1], self._bound(index)))
        return Found(index, index, Quantity(value, "", self._bound(index))) if value > 2 else None

    def _worded_compound(self, index: int, value: float) -> Found:
        last = index
        while (
            last + 1 < self.size
            and self.words[last + 1] in self.lists.magnitudes
            and self.words[last + 1] not in self.lists.letters
        ):
            value *= self.lists.magnitudes[self.words[last + 1]]
            last += 1
        return self._with_unit(index, last, value)
