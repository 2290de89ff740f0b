"""Numbers of a text, with unit and bound.

In: tokens and a lexicon. Out: quantities with the tokens they span. Must not know dates (tokens that a date took are
left alone) or other articles; when two quantities agree is said in ``units``.
"""

from __future__ import annotations

from typing import Final

from dedup.text.hanzi import NUMERALS, halved, numeral, share
from dedup.text.lexicon import Lexicon
from dedup.text.looks import looks
from dedup.text.numerals import numerals, spelled
from dedup.text.parts import Parts
from dedup.text.ranges import DASHES, Found, joined
from dedup.text.tokens import Tokens
from dedup.text.units import Quantity

_GROUP_SPACES: Final = frozenset("\u00a0\u202f\u2009")
_SUFFIXED: Final = frozenset("st nd rd th".split())
_RUSSIAN_SUFFIXED: Final = frozenset("го й я е му м ю ое ый ая ой ом ей".split())
"""Of 2-го, 3-я."""
_TELLING: Final = _SUFFIXED | frozenset("er ère e ème eme ª - . 成 分 个 個 年".split())
"""Behind digits they may make something else of them."""
_METRES: Final = frozenset(
    "race races sprint tall high long deep wide hurdles freestyle relay away above below from up down final finals "
    "dash butterfly backstroke breaststroke medley heat heats gold silver bronze champion record runner title "
    "semi-final semifinal event steeplechase swim tower wall fence drop fall cliff pool track".split()
)
"""Behind "100m" without a currency they make it metres; millions elsewhere."""
_RACING: Final = frozenset("men's women's men women boys girls freestyle hurdles over the".split())
"""Before a racing distance they make it metres."""
_RACES: Final = frozenset("50 60 100 200 400 800 1500 1,500 3000 3,000 5000 5,000 10000 10,000".split())
_CROWDS: Final = frozenset(
    "people men women children users voters viewers visitors customers members residents homes households jobs workers "
    "shares copies barrels doses tonnes tons followers subscribers refugees passengers others views tourists".split()
)
_CURRENT: Final = frozenset({"b", "t", "mm"})
"""Letters that are magnitudes behind a currency only: $3B, $2T."""
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
            reader.before = hit.last
    return joined(found, words, reader.lists)


class _Reader(Parts):
    """Reads one quantity at a token."""

    def at(self, index: int) -> Found | None:
        """The quantity that begins with the number at ``index``, if there is one."""
        word, lists = self.words[index], self.lists
        if word[0].isdecimal():
            return self._digits(index)
        if word in lists.spans:
            return self.span(index)
        if "-" in word and word not in lists.words:
            return self._compound(index)
        if word in NUMERALS:
            return self._hanzi(index)
        if word in lists.halves and word not in lists.fractions:
            return self.half(index - 1 if index and self.words[index - 1] in lists.articles else index, index)
        if word in lists.fractions and (part := self.fraction(index, 1.0)):
            return part
        if word in lists.words or word in lists.magnitudes:
            return self._worded(index)
        return self.ordinal(index)

    def _digits(self, index: int) -> Found | None:
        value = self.lists.values[self.words[index]]
        last = index
        if value is not None and "/" in self.words[index + 2 : index + 4] and (mixed := self._mixed(index)):
            return self.with_unit(index, mixed[1], value + mixed[0])
        if value is None or self._is_ratio(index):
            return None
        while self._is_group(last, index):
            value = value * 1000 + float(self.words[last + 1])
            last += 1
        lists, words = self.lists, self.words
        following = words[last + 1] if last + 1 < self.size else ""
        if following in _TELLING and (told := self._told(index, last, value)) is not None:
            return told[0] if told else None
        currency, first = self.currency_before(index)
        if following in _VULGAR:
            value, last = value + _VULGAR[following], last + 1
            following = self.word(last + 1)
        if following == "-" and self.adjacent(last + 1) and self.adjacent(last + 2) and self.is_scale(last + 2):
            return self.with_unit(first, last + 2, round(value * lists.magnitudes[words[last + 2]], 6), currency)
        scale = 1.0
        if following in lists.magnitudes:
            number = last
            value, last, scale = self._magnitude(value, last, has_currency=bool(currency))
            if last == number and following == "m" and self.adjacent(number + 1) and "m" in lists.glued:
                return Found(index, number + 1, Quantity(value, "m", self.bound(index)))
        elif following == lists.half_and and (half := self.and_half(last + 1)):
            return self._and_half(first, value, half, currency)
        found = self.with_unit(first, last, value, currency, scale=scale)
        if lists.before_hours and not found.value.unit and self.is_hour(index, value, found.last):
            return None
        return found

    def _told(self, index: int, last: int, value: float) -> list[Found] | None:
        """What the token behind digits makes of them: an ordinal, a Chinese share, nothing ([]); None if no other."""
        following = self.words[last + 1]
        if following in {"-", "."}:
            if following == "-" and self.word(last + 2) == "х":
                return []  # 90-х годов
            if self._is_place(index, last):
                end = last + 1 if following == "." else last + 2
                return [Found(index, end, Quantity(value, "ordinal", self.bound(index)))]
        elif following in _SUFFIXED or following in self.lists.suffixes:
            if self.adjacent(last + 1):
                return [Found(index, last + 1, Quantity(value, "ordinal", self.bound(index)))]
        elif found := self._hanzi_part(index):
            return [found]
        return None

    def _is_place(self, index: int, last: int) -> bool:
        """Whether the digits are an ordinal by what stands around them: am 3. Tag, 2-го."""
        if self.words[last + 1] == ".":
            places = self.lists.place_before
            return (
                bool(places)
                and self.word(index - 1) in places
                and self.adjacent(last + 1)
                and (self.word(last + 2)[:1].isalpha())
            )
        return self.adjacent(last + 1) and self.adjacent(last + 2) and self.words[last + 2] in _RUSSIAN_SUFFIXED

    def _and_half(self, first: int, value: float, half: int, currency: str = "") -> Found:
        """Two and a half, with the magnitude and the unit behind it."""
        value, last, scale = value + 0.5, half, 1.0
        if self.is_scale(last + 1):
            scale = self.lists.magnitudes[self.words[last + 1]]
            value, last = value * scale, last + 1
        return self.with_unit(first, last, value, currency, scale=scale, mixed=True)

    def _mixed(self, index: int) -> tuple[float, int] | None:
        """The fraction behind a whole number and its last token: 6-1/8, 12 3/4."""
        at = index + 1
        if at < self.size and self.words[at] in DASHES and self.adjacent(at) and self.adjacent(at + 1):
            at += 1
        if at + 2 >= self.size or self.words[at + 1] != "/" or not (self.adjacent(at + 1) and self.adjacent(at + 2)):
            return None
        above, below = self.words[at], self.words[at + 2]
        is_date = at + 3 < self.size and self.words[at + 3] == "/" and self.adjacent(at + 3)
        if is_date or not (above.isdecimal() and below in _DENOMINATORS) or int(above) >= int(below):
            return None
        return int(above) / int(below), at + 2

    def _is_ratio(self, index: int) -> bool:
        """Whether the digits belong to 16/32 or to .85, which say less than their digits do."""
        before = self.words[index - 1] if index else ""
        after = self.words[index + 1] if index + 1 < self.size else ""
        if before not in {".", "/"} and after != "/":
            return False
        before = before if self.adjacent(index) else ""
        after = after if self.adjacent(index + 1) else ""
        if before == "." and (index < 2 or not self.adjacent(index - 1)):
            return True
        return "/" in {before, after}

    def _hanzi(self, index: int) -> Found | None:
        """Chinese numerals, where they count something: 五个, 三成, 三百年."""
        if found := self._hanzi_part(index):
            return found
        hit = numeral(self.words, index)
        if hit is None:
            return None
        value, last = hit
        if self.word(last + 1) == "折":
            return None
        found = self.with_unit(index, last, value)
        return found if found.value.unit or last > index else None

    def _hanzi_part(self, index: int) -> Found | None:
        """Shares and halves: 三成, 百分之二十, 半年, 一个半小时."""
        if part := share(self.words, index):
            return Found(index, part[1], Quantity(part[0], "%", self.bound(index)))
        if half := halved(self.words, index):
            value, last, unit = half
            if unit:
                return Found(index, last, Quantity(value, unit, self.bound(index)))
            # 个 is part of the name of some units: 个小时.
            hit = self.unit(last) or self.unit(last + 1) or self._after_counter(last + 1)
            if hit and hit[0] not in {"piece", "person", "day"}:
                return Found(index, hit[1], Quantity(value, hit[0], self.bound(index)))
        return None

    def _after_counter(self, at: int) -> tuple[str, int] | None:
        """The unit at ``at`` whose name begins with a counter that stands elsewhere: 个月 of 3个半月."""
        hit = self.lists.units.at(["个", *self.words[at : at + 3]], 0) if at < self.size else None
        return (hit[1], at + hit[0] - 2) if hit and hit[0] > 1 else None

    def _is_group(self, last: int, first: int) -> bool:
        """Whether the next token is a group of thousands behind a space: "12 500"."""
        if last + 1 >= self.size or len(self.words[first]) > 3 or len(self.words[last + 1]) != 3:
            return False
        gap = self.read.text[self.read.ends[last] : self.read.starts[last + 1]]
        return (gap in _GROUP_SPACES or (gap == " " and self.lists.spaced)) and self.words[last + 1].isdecimal()

    def _magnitude(self, value: float, last: int, *, has_currency: bool) -> tuple[float, int, float]:
        """The number times the magnitudes behind it, its last token, and the magnitude: 3 mil millones."""
        lists, scale = self.lists, 1.0
        following = self.words[last + 1]
        if following in lists.letters and not self._counts(last + 1, has_currency=has_currency):
            return value, last, scale
        while following in lists.magnitudes and lists.magnitudes[following] > scale:
            if scale > 1.0 and following in lists.letters:
                break
            scale = lists.magnitudes[following]
            value, last = round(value * scale, 6), last + 1
            following = self.word(last + 1)
        return value, last, scale

    def _counts(self, at: int, *, has_currency: bool) -> bool:
        """Whether a letter behind digits is a magnitude: 3m users, $3 m, 3 M€; not 800m."""
        letter = self.words[at]
        if has_currency or self.has_sign(at + 1):
            return True
        if self.word(at + 1) in self.lists.of and (hit := self.unit(at + 2)):
            return hit[0].isupper()  # 3 M d'euros
        if letter in _CURRENT or letter not in self.lists.glued or not self.adjacent(at):
            return False
        return letter != "m" or not self._is_distance(at)

    def _is_distance(self, at: int) -> bool:
        """Whether the letter at ``at`` behind digits is metres: in the 800m, a 30m tower."""
        after = self.word(at + 1)
        if after in _CROWDS or self.unit(at + 1):
            return False
        if after in _METRES:
            return True
        before = self.word(at - 2)
        if (self.lists.values[self.words[at - 1]] or 0.0) >= 1000:
            return True  # nobody writes of thousands of millions so
        return self.words[at - 1] in _RACES and (before in _RACING or before.endswith("'s"))

    def _worded(self, index: int) -> Found | None:
        lists, words = self.lists, self.words
        first = index
        begins_with_magnitude = words[index] in lists.magnitudes
        if begins_with_magnitude:
            if index and words[index - 1] in lists.articles:
                first = index - 1
            elif words[index] in lists.plurals:
                return self._order(index)
        value, last = spelled(words, index, lists)
        following = words[last + 1] if last + 1 < self.size else ""
        if following in lists.fractions and value < 20 and not begins_with_magnitude:
            if part := self.fraction(last + 1, value, first=index):
                return part
        elif following in lists.nth and value < 20 and self.word(last + 2) in lists.part:
            return self.ordinal(last + 1)
        scale = lists.magnitudes.get(words[last], 1.0)
        if following == lists.half_and and scale < 1000:
            if half := self.and_half(last + 1):
                found = self._and_half(first, value, half)
                return None if not found.value.unit and self.is_hour(first, value, found.last) else found
            if part := self._and_quarters(first, value, last + 1):
                return part
        found = self.with_unit(first, last, value, scale=scale)
        if found.value.unit:
            return found
        if value == 1.0 == found.value.magnitude or (lists.before_hours and self.is_hour(first, value, found.last)):
            return None
        return found

    def _and_quarters(self, first: int, value: float, at: int) -> Found | None:
        """Two and a quarter hours, two and three quarter miles: only with a unit or magnitude."""
        lists = self.lists
        numerator = 1.0 if self.word(at + 1) in lists.articles else lists.words.get(self.word(at + 1), 0.0)
        part = numerator * lists.fractions.get(self.word(at + 2), 0.0)
        if not 0.0 < part < 1.0 or not (self.is_scale(at + 3) or self.unit(at + 3)):
            return None
        scale = lists.magnitudes[self.words[at + 3]] if self.is_scale(at + 3) else 1.0
        return self.with_unit(first, at + 2 + (scale > 1), round((value + part) * scale, 6), scale=scale)

    def _order(self, index: int) -> Found:
        """An order of magnitude: thousands of, tens of thousands, miles de millones."""
        lists, last = self.lists, index
        value = lists.magnitudes[self.words[index]]
        at = index + 1 + (self.word(index + 1) in lists.of)
        if self.word(at) in lists.plurals:
            value, last = value * lists.magnitudes[self.words[at]], at
        return self.with_unit(index, last, value, bound="order", scale=value)

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
            return self._half_compound(index, parts)
        value, _ = spelled(parts, 0, lists)
        if lists.half_and and parts[known : known + 3] in ([lists.half_and, "a", "half"], [lists.half_and, "half"]):
            value, known = value + 0.5, known + 3
        rest = "-".join(parts[known:])
        if not rest:
            return self._worded_compound(index, value)
        if rest in lists.fractions:
            return Found(
                index, index, Quantity(round(100.0 * value * lists.fractions[rest], 6), "%", self.bound(index))
            )
        if rest in lists.ordinals:
            return Found(index, index, Quantity(value + lists.ordinals[rest], "ordinal", ""))
        hit = lists.units.at([rest], 0) or lists.units.at([parts[known]], 0)
        if hit:
            return Found(index, index, Quantity(value, hit[1], self.bound(index)))
        return Found(index, index, Quantity(value, "", self.bound(index))) if value > 2 else None

    def _worded_compound(self, index: int, value: float) -> Found:
        last = index
        while self.is_scale(last + 1):
            value *= self.lists.magnitudes[self.words[last + 1]]
            last += 1
        return self.with_unit(index, last, value)

    def _half_compound(self, index: int, parts: list[str]) -> Found | None:
        """half-million, half-hour, demi-siècle, half-a-dozen."""
        lists = self.lists
        if parts[0] not in lists.halves and lists.fractions.get(parts[0]) != 0.5:
            return None
        rest = parts[2:] if parts[1] in lists.articles else parts[1:]
        first = index - 1 if index and self.words[index - 1] in lists.articles else index
        if not rest or self.word(index - 1) in lists.blocked:
            return None
        if len(rest) == 1 and rest[0] in lists.magnitudes and rest[0] not in lists.letters:
            scale = lists.magnitudes[rest[0]]
            return self.with_unit(first, index, 0.5 * scale, scale=scale)
        hit = lists.units.at(rest, 0)
        if hit and hit[0] == len(rest) and rest[0] not in lists.no_share:
            return Found(first, index, Quantity(0.5, hit[1], self.bound(first)))
        return Found(first, index, Quantity(0.5, "", self.bound(first))) if rest[0] in lists.halved else None
