"""Word lists of one language, read from the package's own data files.

In: a language code. Out: a ``Lexicon`` of tables and phrase finders. Must not know texts, articles or what a list is
used for beyond its name.

The lists live in ``lexicons/<lang>.toml``; each file's header states source and licence and its first lines the
notation. A list a language does not have is empty: what reads it finds nothing, it never guesses.
"""

from __future__ import annotations

import threading
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from importlib import resources
from typing import Any, Final, TypeVar

from dedup.text.language import UNKNOWN
from dedup.text.language_tags import language_of
from dedup.text.remembered import Remembered
from dedup.text.tokens import split_words

LANGUAGES: Final = ("de", "en", "es", "fr", "it", "pt", "ru", "zh")
"""Languages with lists of their own."""

_SNOWBALL: Final = {
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "it": "italian",
    "pt": "portuguese",
    "ru": "russian",
}


Made = TypeVar("Made")


class Phrases:
    """Finds listed words and phrases in a sequence of words.

    Args:
        entries: Pairs of a phrase (its words in order) and the label it stands for. Where one phrase is listed twice
            the first label holds.

    Examples:
        >>> phrases = Phrases([(("more", "than"), "over"), (("more",), "much")])
        >>> phrases.at(["no", "more", "than", "that"], 1)
        (2, 'over')
        >>> phrases.at(["no", "more", "than", "that"], 0) is None
        True
        >>> phrases.find(["more", "or", "more", "than"])
        [(0, 1, 'much'), (2, 4, 'over')]
    """

    __slots__ = ("_by_first",)

    def __init__(self, entries: Iterable[tuple[Sequence[str], str]] = ()) -> None:
        by_first: dict[str, dict[tuple[str, ...], str]] = {}
        for phrase, label in entries:
            by_first.setdefault(phrase[0], {}).setdefault(tuple(phrase), label)
        self._by_first = {
            first: sorted(((p, len(p), label) for p, label in found.items()), key=lambda item: (-item[1], item[0]))
            for first, found in by_first.items()
        }

    def __bool__(self) -> bool:
        return bool(self._by_first)

    def __contains__(self, word: str) -> bool:
        return word in self._by_first

    @property
    def by_first(self) -> Mapping[str, Sequence[tuple[tuple[str, ...], int, str]]]:
        """First word -> the phrases it begins, their lengths and labels, longest first."""
        return self._by_first

    @property
    def firsts(self) -> frozenset[str]:
        """First words of all phrases: what a loop looks at before it asks ``at``."""
        return frozenset(self._by_first)

    def at(self, words: Sequence[str], index: int) -> tuple[int, str] | None:
        """Length in words and label of the longest phrase that begins at ``index``, or None."""
        found = self._by_first.get(words[index])
        if found is None:
            return None
        for phrase, length, label in found:
            if length == 1 or tuple(words[index : index + length]) == phrase:
                return length, label
        return None

    def find(self, words: Sequence[str], start: int = 0, end: int | None = None) -> list[tuple[int, int, str]]:
        """Every phrase in ``words[start:end]`` from the left, longest first, without overlaps: (from, to, label)."""
        found = []
        stop = len(words) if end is None else end
        by_first = self._by_first
        index = start
        while index < stop:
            hit = self.at(words, index) if words[index] in by_first else None
            if hit is None or index + hit[0] > stop:
                index += 1
            else:
                found.append((index, index + hit[0], hit[1]))
                index += hit[0]
        return found


@dataclass(frozen=True)
class Lexicon:
    """The lists of one language.

    Args:
        lang: ISO 639-1 code.
        sections: Section -> list name -> raw entry, as in the file.
        stem: Words to their stems, one each; the identity where the language has no stemmer.
    """

    lang: str
    sections: Mapping[str, Mapping[str, Any]]
    stem: Callable[[Sequence[str]], list[str]]
    _tables: dict[tuple[str, str, str], Any] = field(default_factory=dict, repr=False, compare=False)

    def text(self, section: str, name: str) -> str:
        """A plain entry, empty where there is none."""
        value = self.sections.get(section, {}).get(name, "")
        return value if isinstance(value, str) else ""

    def words(self, section: str, name: str) -> frozenset[str]:
        """A list as a set of words."""
        return self._kept("words", section, name, lambda: frozenset(_entries(self.text(section, name))))

    def values(self, section: str, name: str) -> Mapping[str, float]:
        """A list of ``form=value`` as a table of numbers."""

        def build() -> dict[str, float]:
            pairs = (entry.split("=", 1) for entry in _entries(self.text(section, name)))
            return {pair[0].strip(): float(pair[1]) for pair in pairs}

        return self._kept("values", section, name, build)

    def names(self, section: str, name: str) -> Mapping[str, str]:
        """A list of ``form=word`` as a table of words."""

        def build() -> dict[str, str]:
            pairs = (entry.split("=", 1) for entry in _entries(self.text(section, name)))
            return {pair[0].strip(): pair[1].strip() for pair in pairs}

        return self._kept("names", section, name, build)

    def phrases(self, section: str, name: str) -> Phrases:
        """A list as a finder of words and phrases as written; the label is the entry."""

        def build() -> Phrases:
            return Phrases((_split(entry), entry) for entry in _entries(self.text(section, name)))

        return self._kept("phrases", section, name, build)

    def keys(self, section: str, name: str) -> Phrases:
        """The forms of a list of ``form=value`` as a finder of phrases; the label is the form."""

        def build() -> Phrases:
            return Phrases((_split(form), form) for form in self.values(section, name))

        return self._kept("keys", section, name, build)

    def stems(self, section: str, name: str) -> Phrases:
        """A list as a finder over stems; the label is the first form of the entry as listed."""

        def build() -> Phrases:
            forms = (entry.split("/") for entry in _entries(self.text(section, name)))
            return Phrases((self.stem(_split(form)), listed[0]) for listed in forms for form in listed)

        return self._kept("stems", section, name, build)

    def table(self, section: str) -> Phrases:
        """All lists of a section in one finder of words as written; the label is the list's name."""

        def build() -> Phrases:
            return Phrases(
                (_split(entry), name)
                for name in self.sections.get(section, {})
                for entry in _entries(self.text(section, name))
            )

        return self._kept("table", section, "", build)

    def groups(self, section: str, name: str, *, sides: bool = False) -> Phrases:
        """An array of lists as one finder over stems; the label is the list's number (with ``sides``, and its side).

        Examples:
            >>> lexicon("en").groups("contrast", "pairs", sides=True).at(lexicon("en").stem(["unsafe"]), 0)
            (1, '0 1')
        """

        def build() -> Phrases:
            rows = self.sections.get(section, {}).get(name, [])
            return Phrases(
                (self.stem(_split(form)), f"{number} {side}" if sides else str(number))
                for number, row in enumerate(rows)
                for side, half in enumerate(row.split("|"))
                for entry in _entries(half)
                for form in entry.split("/")
            )

        return self._kept(f"groups {sides}", section, name, build)

    def remembered(self, name: str, question: Callable[[Lexicon], Callable[[str], Made]]) -> Remembered[Made]:
        """What the answer of ``question(self)`` says of each word, remembered under ``name`` (see ``Remembered``)."""
        return self._kept("remembered", name, "", lambda: Remembered(question(self)))

    def once(self, build: Callable[[Lexicon], Made]) -> Made:
        """What ``build(self)`` makes, made once: the lists that a reader needs, side by side."""
        return self._kept("once", build.__module__, build.__qualname__, lambda: build(self))

    def _kept(self, kind: str, section: str, name: str, build: Callable[[], Made]) -> Made:
        key = (kind, section, name)
        if key not in self._tables:
            self._tables[key] = build()
        kept: Made = self._tables[key]
        return kept


@lru_cache(maxsize=64)
def lexicon(lang: str) -> Lexicon:
    """The lists of a language.

    Args:
        lang: Any tag that ``language_of`` reads (``pt-BR`` is ``pt``). A language without lists gets empty ones.

    Examples:
        >>> lexicon("en-GB").values("numbers", "words")["twelve"]
        12.0
        >>> lexicon("tlh").words("signals", "hedges")
        frozenset()
    """
    code = language_of(lang) or UNKNOWN
    if code not in LANGUAGES:
        return Lexicon(code, {}, list)
    raw = resources.files("dedup.text").joinpath("lexicons", f"{code}.toml").read_text(encoding="utf-8")
    return Lexicon(code, tomllib.loads(raw), _stemmer(code))


def _stemmer(code: str) -> Callable[[Sequence[str]], list[str]]:
    if code not in _SNOWBALL:
        return list
    import Stemmer  # a C extension: not needed by `dedup --help`

    algorithm = _SNOWBALL[code]
    own = threading.local()  # a Stemmer is not safe to share between threads

    def stem(words: Sequence[str]) -> list[str]:
        known = getattr(own, "known", None)
        if known is None:
            known = own.known = Remembered(partial(_stem_of, Stemmer.Stemmer(algorithm, 0)))
        return list(map(known.__getitem__, words))

    return stem


def _stem_of(stemmer: Any, word: str) -> str:
    try:
        return str(stemmer.stemWord(word))
    except UnicodeEncodeError:  # half a character, which the extension cannot take
        return str(stemmer.stemWord(word.encode("utf-8", "replace").decode()))


def _entries(listed: str) -> list[str]:
    return [entry for entry in (" ".join(part.split()) for part in listed.split(",")) if entry]


def _split(form: str) -> list[str]:
    return split_words(form.lower()) or [form]
