"""How a language writes numbers: its words for them, and the value of digits and of number words.

In: a lexicon; words. Out: the lists that reading numbers needs, and values. Must not know texts, units or what is
counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dedup.text.hanzi import NUMERALS
from dedup.text.lexicon import Lexicon, Phrases
from dedup.text.remembered import Remembered

_DIGITS: Final = re.compile(r"\d+(?:[.,]\d+)*")
_MAX_DIGITS: Final = 18
"""Longer ones are identifiers, not quantities."""


@dataclass(frozen=True)
class Numerals:
    """The lists of one language that numbers are read with.

    Args:
        words: Number words below a hundred, and others that add up.
        ordinals: Third, fourth.
        magnitudes: Hundred, million, dozen.
        fractions: Half, thirds.
        letters: Magnitudes that only count glued to digits: 3m.
        articles: What may stand for "one": a, an.
        before: Words before a fraction that make it one: by a third.
        after: Words behind a fraction that make it one: a third of.
        plurals: Magnitudes that, alone, are an order of magnitude: thousands of.
        blocked: Words before a fraction word that make it something else: first half.
        bounds: More than, less than, about.
        units: Names of units.
        and_: The word inside "two hundred and ten".
        ranges: Words inside "eight to ten".
        decimal: The decimal mark.
        spaced: Whether blanks group thousands.
        starters: Words a number can begin with.
        bounding: First words of the bounds.
        measuring: First words of the units.
        values: Value of each digit group, as ``parsed`` says.
        halves: Words that mean a half only before a magnitude or unit, or behind "and": medio, demi.
        halved: Nouns that are counted in halves without being units: half a point.
        spans: Words that are a number and its unit at once: fortnight, полгода.
        half_and: The word inside "two and a half".
        of: Words between a magnitude and its unit: millones de euros.
        short: Magnitudes that may have a full stop: Mrd.
        glued: Those of the letters that count behind digits without a currency.
        until: Bounds that also name the end of a range or what is reached: hasta, до.
        reached: Stems of the verbs behind which they do.
        every: Words before an ordinal that make it a share: jeder Fünfte.
        nth: What such ordinals divide by.
        each: Phrases inside "one in five".
        loosely: Those of them that also stand between other numbers.
        strict: Plural fractions that are something else without "of": three quarters.
        strict_before: Words before a number that make it so: for three quarters.
        bare: Whether a fraction needs no article, and what it is taken of no "of": четверть века.
        of_article: Whether what a part is taken of needs an article: a quarter of a mile.
        rounds: Whether they do so of tens and hundreds only: neun von zehn.
        many: Endings of what is counted in the plural, empty if they do not tell.
        part: Words behind an ordinal that make it a share: la quinta parte.
        no_share: Words behind a half that make it something else: half past.
        hour_before: Words before a number that make it an hour: a las dos.
        before_hours: Those, and words before a number that make it a day: el 30.
        place_before: Words before a number with a full stop that make it an ordinal: am 3. Tag.
        suffixes: Endings behind digits that make them an ordinal: 3e.
        content: Whether a word carries content.
    """

    words: dict[str, float]
    ordinals: dict[str, float]
    magnitudes: dict[str, float]
    fractions: dict[str, float]
    letters: frozenset[str]
    plurals: frozenset[str]
    articles: frozenset[str]
    before: frozenset[str]
    after: frozenset[str]
    blocked: frozenset[str]
    bounds: tuple[tuple[str, Phrases], ...]
    units: Phrases
    and_: str
    ranges: frozenset[str]
    decimal: str
    spaced: bool
    starters: frozenset[str]
    bounding: frozenset[str]
    measuring: frozenset[str]
    values: Remembered[float | None]
    halves: frozenset[str]
    halved: frozenset[str]
    spans: Mapping[str, tuple[float, str]]
    half_and: str
    of: frozenset[str]
    short: frozenset[str]
    glued: frozenset[str]
    until: Phrases
    reached: Callable[[str], bool]
    every: frozenset[str]
    nth: Mapping[str, float]
    each: Mapping[str, Sequence[tuple[str, ...]]]
    loosely: frozenset[str]
    rounds: bool
    many: tuple[str, ...]
    strict: frozenset[str]
    strict_before: frozenset[str]
    bare: bool
    of_article: bool
    part: frozenset[str]
    no_share: frozenset[str]
    hour_before: frozenset[str]
    before_hours: frozenset[str]
    place_before: frozenset[str]
    suffixes: frozenset[str]
    content: Callable[[str], bool]


_kept: dict[str, Numerals] = {}


def numerals(lexicon: Lexicon) -> Numerals:
    """The lists of a language, made once."""
    if lexicon.lang not in _kept:
        _kept[lexicon.lang] = _made(lexicon)
    return _kept[lexicon.lang]


def _made(lexicon: Lexicon) -> Numerals:
    section = "numbers"
    words, ordinals = dict(lexicon.values(section, "words")), dict(lexicon.values(section, "ordinals"))
    magnitudes, fractions = dict(lexicon.values(section, "magnitudes")), dict(lexicon.values(section, "fractions"))
    letters, halves = lexicon.words(section, "letters"), lexicon.words(section, "halves")
    bounds = tuple((bound, lexicon.phrases(section, bound)) for bound in ("over", "under", "about"))
    units, decimal = lexicon.table("units"), lexicon.text(section, "decimal") or "."
    spans, nth, stop = _spans(lexicon, words), lexicon.values(section, "nth"), lexicon.words("words", "stop")
    reached = frozenset(lexicon.stem(sorted(lexicon.words(section, "reached"))))
    each: dict[str, list[tuple[str, ...]]] = {}
    for phrase in lexicon.words(section, "each"):
        each.setdefault(phrase.split()[-1], []).append(tuple(phrase.split()))
    return Numerals(
        words=words, ordinals=ordinals, magnitudes=magnitudes, fractions=fractions, letters=letters,
        plurals=lexicon.words(section, "plurals"), articles=lexicon.words(section, "articles"),
        before=lexicon.words(section, "fraction_before"), after=lexicon.words(section, "fraction_after"),
        blocked=lexicon.words(section, "not_fraction_before"), bounds=bounds, units=units,
        and_=lexicon.text(section, "and"), ranges=lexicon.words(section, "range"), decimal=decimal,
        spaced=lexicon.text(section, "spaced") == "yes",
        starters=frozenset({*words, *magnitudes, *fractions, *ordinals, *halves, *spans, *nth}) - letters | NUMERALS,
        bounding=frozenset().union(*(phrases.firsts for _, phrases in bounds)), measuring=units.firsts,
        values=Remembered(lambda word: parsed(word, decimal)), halves=halves,
        halved=lexicon.words(section, "halved"), spans=spans,
        half_and=lexicon.text(section, "half_and") or lexicon.text(section, "and"), of=lexicon.words(section, "of"),
        short=lexicon.words(section, "short"), glued=lexicon.words(section, "glued"),
        until=lexicon.phrases(section, "until"), reached=lambda word: lexicon.stem([word])[0] in reached,
        every=lexicon.words(section, "every"), nth=nth,
        each={last: sorted(found, key=len, reverse=True) for last, found in each.items()},
        loosely=lexicon.words(section, "each_loosely"),
        rounds=lexicon.text(section, "each_round") == "yes", many=tuple(sorted(lexicon.words(section, "many"))),
        strict=lexicon.words(section, "strict"),
        strict_before=lexicon.words(section, "strict_before"),
        bare=bool(words) and not lexicon.words(section, "articles"),
        of_article=lexicon.text(section, "of_article") == "yes", part=lexicon.words(section, "part"),
        no_share=lexicon.words(section, "not_fraction_after"), hour_before=lexicon.words(section, "hour_before"),
        before_hours=lexicon.words(section, "hour_before") | lexicon.words(section, "day_before"),
        place_before=lexicon.words(section, "place_before"),
        suffixes=lexicon.words(section, "suffixes"),
        content=lambda word: word[:1].isalnum() and word not in stop,
    )  # fmt: skip


def _spans(lexicon: Lexicon, words: Mapping[str, float]) -> dict[str, tuple[float, str]]:
    """Words that are a number and its unit: as listed, and those made of a number word, a unit and an ending."""
    made = {}
    for form, measure in lexicon.names("numbers", "spans").items():
        number, _, unit = measure.partition(" ")
        made[form] = (float(number), unit)
    endings = ["", *sorted(lexicon.words("numbers", "joined_endings"))]
    for stem, unit in lexicon.names("numbers", "joined_units").items():
        made |= {f"{word}{stem}{ending}": (value, unit) for word, value in words.items() for ending in endings}
    return made


def parsed(word: str, decimal: str) -> float | None:
    """The value of a digit group, None where it is a time, a date, a version or an identifier.

    Examples:
        >>> parsed("3,200,000", "."), parsed("1.8", ","), parsed("1.250", ","), parsed("14.02.2025", ".")
        (3200000.0, 1.8, 1250.0, None)
    """
    if not _DIGITS.fullmatch(word) or len(word) > _MAX_DIGITS:
        return None
    groups = re.split("[.,]", word)
    if len(groups) == 1:
        return float(word)
    marks = [c for c in word if c in ".,"]
    thousands = all(len(group) == 3 for group in groups[1:]) and len(groups[0]) <= 3 and groups[0].strip("0") != ""
    if len(set(marks)) == 1 and thousands and (len(marks) > 1 or marks[0] != decimal):
        return float("".join(groups))
    if len(marks) == 1:
        return float(f"{groups[0]}.{groups[1]}")
    if len(set(marks)) == 2 and marks[:-1].count(marks[-1]) == 0 and all(len(group) == 3 for group in groups[1:-1]):
        return float("".join(groups[:-1]) + "." + groups[-1])
    return None


def spelled(words: list[str], index: int, lists: Numerals) -> tuple[float, int]:
    """Value and last index of the number words at ``index``, which must be one.

    Examples:
        >>> from dedup.text.lexicon import lexicon
        >>> spelled("two hundred and ten thousand men".split(), 0, numerals(lexicon("en")))
        (210000.0, 4)
    """
    total, current, last, at = 0.0, 0.0, index, index
    previous, largest = 0.0, float("inf")
    while at < len(words):
        word = words[at]
        if word in lists.words:
            value = lists.words[word]
            if previous % 100 and (previous < 20 or value >= 10 or previous % 10):
                break
            if previous > 100 and previous % 100 == 0 and value >= 100:
                break
            current, previous = current + value, value
        elif word in lists.magnitudes and word not in lists.letters:
            scale = lists.magnitudes[word]
            if scale > 100 and scale >= largest:
                if total >= scale:
                    break  # "three million twenty million" is two numbers
                current, total = total + current, 0.0  # tres mil quinientos millones
            current = max(current, 1.0) * scale
            if scale > 100:
                total, current, largest = total + current, 0.0, scale
            previous = 100.0
        elif word == lists.and_ and previous >= 20 and at + 1 < len(words) and words[at + 1] in lists.words:
            at += 1
            continue
        else:
            break
        last = at
        at += 1
    return total + current, last
