"""How a language writes numbers: its words for them, and the value of digits and of number words.

In: a lexicon; words. Out: the lists that reading numbers needs, and values. Must not know texts, units or what is
counted.
"""

from __future__ import annotations

import re
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


_kept: dict[str, Numerals] = {}


def numerals(lexicon: Lexicon) -> Numerals:
    """The lists of a language, made once."""
    if lexicon.lang not in _kept:
        section = "numbers"
        words, ordinals = dict(lexicon.values(section, "words")), dict(lexicon.values(section, "ordinals"))
        magnitudes, fractions = dict(lexicon.values(section, "magnitudes")), dict(lexicon.values(section, "fractions"))
        letters = lexicon.words(section, "letters")
        bounds = tuple((bound, lexicon.phrases(section, bound)) for bound in ("over", "under", "about"))
        units, decimal = lexicon.table("units"), lexicon.text(section, "decimal") or "."
        _kept[lexicon.lang] = Numerals(
            words, ordinals, magnitudes, fractions, letters, lexicon.words(section, "plurals"),
            lexicon.words(section, "articles"), lexicon.words(section, "fraction_before"),
            lexicon.words(section, "fraction_after"), lexicon.words(section, "not_fraction_before"),
            bounds, units, lexicon.text(section, "and"), lexicon.words(section, "range"),
            decimal, lexicon.text(section, "spaced") == "yes",
            frozenset({*words, *magnitudes, *fractions, *ordinals}) - letters | NUMERALS,
            frozenset().union(*(phrases.firsts for _, phrases in bounds)), units.firsts,
            Remembered(lambda word: parsed(word, decimal)),
        )  # fmt: skip
    return _kept[lexicon.lang]


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
            if previous and (previous < 20 or value >= 10 or previous % 10) and previous != 100:
                break
            current, previous = current + value, value
        elif word in lists.magnitudes and word not in lists.letters:
            scale = lists.magnitudes[word]
            if scale > 100 and scale >= largest:
                break  # "three million twenty million" is two numbers
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
