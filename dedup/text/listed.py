"""What stands in a text of all word lists that are asked for in a diff, found in two passes over it.

In: the words of a text in lower case, their stems, a lexicon. Out: for each list its phrases in the text, as half-open
ranges of tokens; the same for any sentence. Must not know what a list is for.

A text is held against some twenty lists. Asking each list at each word costs twenty passes; here a word is looked up
once, in a table of all first words, and only where it begins a phrase is anything compared.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
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

Begins = Sequence[tuple[tuple[str, ...], int, str]]
"""Phrases of one list that begin with one word, their lengths and labels; see ``Phrases.by_first``."""
Begun = tuple[list[tuple[Key, Begins]], dict[str, list[tuple[Key, Begins]]]]
"""What a word begins, by list: single words, and by the second word of longer phrases those and the single words."""
_NOTHING: Final[Begun] = ([], {})


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

    __slots__ = ("_keys", "begun_by")

    def __init__(self, lists: Mapping[Key, Phrases]) -> None:
        self._keys = list(lists)
        by_first: dict[str, list[tuple[Key, Begins]]] = {}
        for key, phrases in lists.items():
            for first, begins in phrases.by_first.items():
                by_first.setdefault(first, []).append((key, begins))
        self.begun_by = {first: _by_second(listed) for first, listed in by_first.items()}.get
        """What a word begins; None for most words."""

    def find(self, words: Sequence[str], begun: Sequence[Begun | None] | None = None) -> dict[Key, list[Hit]]:
        """What ``Phrases.find`` says of each list; ``begun`` is what each word begins, if that was looked up."""
        found: dict[Key, list[Hit]] = {key: [] for key in self._keys}
        begun = list(map(self.begun_by, words)) if begun is None else begun
        last = len(words) - 1
        for at in compress(range(len(words)), begun):
            alone, by_second = begun[at] or _NOTHING
            for key, begins in by_second.get(words[at + 1], alone) if at < last else alone:
                hits = found[key]
                if hits and hits[-1][1] > at:
                    continue
                for phrase, length, label in begins:
                    if length == 1 or tuple(words[at : at + length]) == phrase:
                        hits.append((at, at + length, label))
                        break
        return found


def _by_second(listed: Sequence[tuple[Key, Begins]]) -> Begun:
    """The phrases that begin with one word, by the word that follows it."""

    def left(second: str | None) -> list[tuple[Key, Begins]]:
        kept = [(key, [one for one in begins if one[1] == 1 or one[0][1] == second]) for key, begins in listed]
        return [(key, begins) for key, begins in kept if begins]

    seconds = {phrase[1] for _, begins in listed for phrase, length, _ in begins if length > 1}
    return left(None), {second: left(second) for second in seconds}


class Listed:
    """The listed phrases of one text.

    Args:
        words: Its tokens in lower case.
        stems: The stem of each.
        lists: The lists of its language.
        begun: What each word and each stem begins (see ``begun``), if that was looked up.

    Examples:
        >>> lists = lexicon("en")
        >>> words = "most of them may admit that they saw nobody".split()
        >>> found = Listed(words, lists.stem(words), lists)
        >>> found.hits("contrast", "most"), found.hits("attribution", "admitting"), found.hits("contrast", "all")
        ([(0, 2, 'most of')], [(4, 5, 'admit')], [])
        >>> sorted(name for _, name in found.between(1, 5))
        ['admitting', 'hedges', 'loaded']
    """

    def __init__(
        self,
        words: Sequence[str],
        stems: Sequence[str],
        lists: Lexicon,
        begun: tuple[Sequence[Begun | None] | None, Sequence[Begun | None] | None] = (None, None),
    ) -> None:
        written, stemmed = _finders(lists.lang)
        self._hits = written.find(words, begun[0])
        for key, hits in stemmed.find(stems, begun[1]).items():
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


def begun(lists: Lexicon) -> Callable[[str, str], tuple[Begun | None, Begun | None]]:
    """What a word begins as written, and what by its stem."""
    written, stemmed = _finders(lists.lang)
    return lambda word, stem: (written.begun_by(word), stemmed.begun_by(stem))


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
