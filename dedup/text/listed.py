"""What stands in a text of all word lists that are asked for in a diff, found in two passes over it.

In: the words of a text in lower case, their stems, a lexicon. Out: for each list its phrases in the text, as half-open
ranges of tokens; the same for any sentence. Must not know what a list is for.

A text is held against some twenty lists. Asking each list at each word costs twenty passes; here a word is looked up
once, in a table of all first words, and only where it begins a phrase is anything compared.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import compress
from typing import Final

from dedup.text.lexicon import Lexicon, Phrases, lexicon

Hit = tuple[int, int, str]
"""First token, one past the last, and the entry of the list."""
Key = tuple[str, str]
"""Section and name of a list."""

_WRITTEN: Final[tuple[Key, ...]] = (
    *(("signals", name) for name in ("hedges", "intensifiers")),
    *(("contrast", name) for name in ("nearly_all", "nearly_none", "none", "few", "half", "most", "some", "all")),
    *(("contrast", name) for name in ("single", "of_them", "among_them", "all_but")),
    *(("contrast", name) for name in ("negators", "soft_negators", "rebuttals")),
)
"""Lists that match as written."""
_STEMMED: Final[tuple[Key, ...]] = (
    *(("attribution", name) for name in ("neutral", "loaded", "admitting", "denying")),
    ("signals", "loaded"),
    ("contrast", "asserting"),
)
"""Lists that match in any inflection."""
_GROUPED: Final[tuple[tuple[Key, bool], ...]] = (
    (("contrast", "pairs"), True),
    (("contrast", "weak_pairs"), True),
    (("contrast", "directions"), True),
    (("contrast", "steps"), True),
    (("contrast", "outcomes"), True),
    (("contrast", "deeds"), True),
    (("signals", "labels"), False),
)
"""Arrays of lists, whose entry is the list's number, and its side where it has two; in any inflection, too."""


class Finder:
    """Finds the phrases of many lists in one pass.

    Args:
        lists: The lists by key.

    Examples:
        >>> lists = {
        ...     ("a", "more"): Phrases([(("more", "than"), "over")]),
        ...     ("a", "than"): Phrases([(("than",), "than")]),
        ... }
        >>> Finder(lists).find(["no", "more", "than", "that"])
        {('a', 'more'): [(1, 3, 'over')], ('a', 'than'): [(2, 3, 'than')]}
    """

    __slots__ = ("_by_first", "_keys")

    def __init__(self, lists: Mapping[Key, Phrases]) -> None:
        self._keys = list(lists)
        self._by_first: dict[str, list[tuple[Key, Sequence[tuple[tuple[str, ...], int, str]]]]] = {}
        for key, phrases in lists.items():
            for first, begun in phrases.by_first.items():
                self._by_first.setdefault(first, []).append((key, begun))

    def find(self, words: Sequence[str]) -> dict[Key, list[Hit]]:
        """What ``Phrases.find`` says of each list."""
        found: dict[Key, list[Hit]] = {key: [] for key in self._keys}
        listed = list(map(self._by_first.get, words))
        for at in compress(range(len(words)), listed):
            for key, begun in listed[at] or ():
                hits = found[key]
                if hits and hits[-1][1] > at:
                    continue
                for phrase, length, label in begun:
                    if length == 1 or tuple(words[at : at + length]) == phrase:
                        hits.append((at, at + length, label))
                        break
        return found


class Listed:
    """The listed phrases of one text.

    Args:
        words: Its tokens in lower case.
        stems: The stem of each.
        lists: The lists of its language.

    Examples:
        >>> lists = lexicon("en")
        >>> words = "most of them may admit that they saw nobody".split()
        >>> found = Listed(words, lists.stem(words), lists)
        >>> found.hits("contrast", "most"), found.hits("attribution", "admitting"), found.hits("contrast", "all")
        ([(0, 2, 'most of')], [(4, 5, 'admit')], [])
        >>> sorted(name for _, name in found.between(1, 5))
        ['admitting', 'hedges', 'loaded']
    """

    def __init__(self, words: Sequence[str], stems: Sequence[str], lists: Lexicon) -> None:
        written, stemmed = _finders(lists.lang)
        self._hits = written.find(words)
        for key, hits in stemmed.find(stems).items():
            mistaken = lists.words(key[0], "mistaken") if hits else None
            self._hits[key] = [hit for hit in hits if words[hit[0]] not in mistaken] if mistaken else hits
        self._ordered = sorted((hit[0], hit[1], key, hit) for key, hits in self._hits.items() for hit in hits)
        self._between: dict[tuple[int, int], dict[Key, list[Hit]]] = {}

    def hits(self, section: str, name: str) -> list[Hit]:
        """Every phrase of a list in the text, in order, without overlaps."""
        return self._hits[section, name]

    def between(self, start: int, stop: int) -> Mapping[Key, list[Hit]]:
        """Those that lie in a half-open range of tokens, by list; lists without any are left out."""
        found = self._between.get((start, stop))
        if found is None:
            found = self._between[start, stop] = {}
            ordered = self._ordered
            for _, end, key, hit in ordered[bisect_left(ordered, (start,)) : bisect_left(ordered, (stop,))]:
                if end <= stop:
                    found.setdefault(key, []).append(hit)
        return found


@lru_cache(maxsize=64)
def _finders(lang: str) -> tuple[Finder, Finder]:
    """What finds the lists of a language over words, and over stems."""
    lists = lexicon(lang)
    return Finder({key: lists.phrases(*key) for key in _WRITTEN}), Finder(
        {
            **{key: lists.stems(*key) for key in _STEMMED},
            **{key: lists.groups(*key, sides=sides) for key, sides in _GROUPED},
        }
    )
