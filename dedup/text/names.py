"""Names of people, places and organisations in a text, told by their capitals.

In: tokens and a lexicon. Out: names with the tokens they span and a comparable form, titles kept apart. Must not know
what kind of thing a name names.

Scripts without capitals (Chinese, Japanese, Arabic) give no names here: guessing would invent them. In German, where
every noun has a capital, only runs of two and more capitalised words, acronyms, and later mentions of their last word
are names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Final, NamedTuple

from dedup.text.frequencies import zipf_frequencies
from dedup.text.lexicon import Lexicon
from dedup.text.looks import hashed_stem, looks
from dedup.text.remembered import Remembered
from dedup.text.tokens import Tokens, folded_name

_ENDERS: Final = frozenset(".!?:;…")
_OPENERS: Final = frozenset("“„\"«»‘'([—–-•*「『‹>")
_COMMON: Final = 2.4
"""Zipf frequency from which a capitalised sentence opener that nothing else vouches for is a word, not a name."""
_MAX_WORDS: Final = 8
_QUOTE_OPENERS: Final = frozenset("“„\"«»‘'「『‹")
_SHORTENED: Final = frozenset("dr mr mrs ms st prof gen col sen gov rep".split())
"""Words that end in a full stop inside a name."""


class Name(NamedTuple):
    """A name from token ``first`` to token ``last``, both included.

    Args:
        first: First token, after any title.
        last: Last token.
        value: Folded words (case, accents, look-alikes), without titles, joined by blanks.
        title: The lower-case title in front, empty if none.
    """

    first: int
    last: int
    value: str
    title: str


def names(read: Tokens, lexicon: Lexicon, taken: set[int]) -> list[Name]:
    """Every name of a text, in order, without overlaps.

    Args:
        read: The tokens of the text.
        lexicon: Lists of its language.
        taken: Tokens that belong to dates and numbers.

    Examples:
        >>> from dedup.text.lexicon import lexicon
        >>> from dedup.text.tokens import tokens
        >>> text = "Engineers praised Mr Dosymbek’s Bank of Tolqin. The bank and Yerlan Dosymbek declined."
        >>> [(name.value, name.title) for name in names(tokens(text), lexicon("en"), set())]
        [('dosymbek', 'mr'), ('bank of tolqin', ''), ('yerlan dosymbek', '')]
    """
    finder = _Finder(read, lexicon, taken)
    return finder.nouns() if finder.nouns_have_capitals else finder.all()


def same_name(left: str, right: str) -> bool:
    """Whether two folded names can name one thing: the words of one, or its last word, are in the other.

    Examples:
        >>> same_name("yerlan dosymbek", "dosymbek"), same_name("tarnfield", "tarnfield town")
        (True, True)
        >>> same_name("yerlan dosymbek", "yerlan akhmedov"), same_name("usman", "us")
        (False, False)
    """
    if left == right:
        return True
    a, b = left.split(), right.split()
    if not a or not b:
        return False
    if len(a) > len(b):
        a, b = b, a
    return (
        set(a) <= set(b)
        if len(a) < len(b)
        else a[-1] == b[-1] and a[0][0] == b[0][0] and (len(a[0]) == 1 or len(b[0]) == 1)
    )


class _Lists(NamedTuple):
    """What a language knows of names."""

    titles: frozenset[str]
    particles: frozenset[str]
    inner: frozenset[str]
    never: frozenset[str]
    openers: frozenset[str]
    nouns_have_capitals: bool
    joining: frozenset[str]
    """Particles that also stand between two names: Ana García y Pedro Ruiz."""
    joined: frozenset[str]
    """Pairs of words that they make one name of: castilla león."""
    bodies: frozenset[str]
    """Words that begin the name of a body, which may have them inside: Ministerio de Cultura y Deporte."""
    offices: frozenset[str]
    """Titles that end what stands before a person's name: Finance Minister."""
    departments: frozenset[str]
    """Words before an office that are no name by themselves."""
    acronyms_apart: bool
    """Whether a name in capitals is that of a body before a person's."""
    titled: Remembered[bool]
    known: Mapping[str, str]
    folded: Remembered[str]
    common: Remembered[bool]


def _lists(lexicon: Lexicon) -> _Lists:
    return _Lists(
        titles=lexicon.words("names", "titles"),
        particles=lexicon.words("names", "particles"),
        inner=lexicon.words("names", "inner_particles"),
        never=lexicon.words("names", "never"),
        openers=lexicon.words("names", "openers"),
        nouns_have_capitals=lexicon.text("names", "capitals") == "nouns",
        joining=lexicon.words("names", "joining"),
        joined=lexicon.words("names", "joined"),
        bodies=lexicon.words("names", "bodies"),
        offices=lexicon.words("names", "offices"),
        departments=lexicon.words("names", "departments"),
        acronyms_apart=lexicon.text("names", "acronyms_apart") == "yes",
        titled=lexicon.remembered("titles", titled),
        known=lexicon.names("names", "demonyms"),
        folded=lexicon.remembered("folded names", _folding),
        common=lexicon.remembered("common words", _commonness),
    )


class _Finder:
    def __init__(self, read: Tokens, lexicon: Lexicon, taken: set[int]) -> None:
        self.read, self.lexicon, self.taken = read, lexicon, taken
        self.words, self.lower = read.words, read.lower
        lists = lexicon.once(_lists)
        self.titles, self.particles, self.inner, self.never = lists.titles, lists.particles, lists.inner, lists.never
        self.openers, self.nouns_have_capitals, self.known = lists.openers, lists.nouns_have_capitals, lists.known
        self.folded, self.common = lists.folded, lists.common
        self.lists, self.titled = lists, lists.titled
        self.size = len(self.words)
        seen = looks(read, lexicon)
        self.seen = seen
        self.capital, self.capitals, self.small = seen.capital, seen.capitals, seen.small
        # Capitals at which a sentence begins, and those in a line of capitals.
        self.opening = {at for at in self.capitals if self._opens(at)}
        self.shouted = {at for at in seen.loud if self._is_shouted(at)}
        # Words seen with a capital where nothing but a name asks for one.
        self.vouched = {self.words[at] for at in self.capitals if at not in self.opening and at not in self.shouted}

    def all(self) -> list[Name]:
        """Names of a language in which only names have capitals."""
        found = []
        index = 0
        capital, lower, last = self.capital, self.lower, self.size - 1
        for at in self.seen.named:
            if at < index or at in self.taken:
                continue
            if at < last and (capital[at + 1] or lower[at + 1] == "." or lower[at + 1] in self.particles):
                end = self._run(at)
                if end > at + 1 and self.lists.offices and (office := self._office(at, end)) > 0:
                    if body := self._body(at, office):
                        found.append(body)
                    name = self._name(office + 1, end)
                    name = name._replace(title=name.title or lower[office]) if name else None
                else:
                    name = self._name(at, end) if end > at else None if self._is_bare(at) else self._lone(at)
            else:  # nothing could join it
                end, name = at, self._lone(at)
            if name:
                found.append(name)
            index = end + 1
        return found

    def nouns(self) -> list[Name]:
        """Names of a language in which every noun has a capital."""
        runs = self.all()
        known = {name.value.split()[-1] for name in runs if " " in name.value}
        return [n for n in runs if " " in n.value or n.title or n.value in known or self.words[n.first][:2].isupper()]

    def _run(self, at: int) -> int:
        """Last token of the run of capitals that begins at ``at``; particles join what has capitals on both sides."""
        end = at
        while end + 1 < self.size and end - at < _MAX_WORDS:
            step = 1
            if not self._follows(end + 1):
                if self.lower[end + 1] == "." and self._is_initial(end) and self._follows(end + 2, dot=True):
                    step = 2
                else:
                    break
            if self.lower[end + step] in self.particles and not self.capital[end + step]:
                if not self._particle_joins(at, end + step) or (
                    self.lower[end + step] in self.lists.joining and self._parts(at, end, end + step)
                ):
                    break
                step += 2 if self.lower[end + step + 1] in self.inner else 1
            target = end + step
            if target >= self.size or not self.capital[target] or target in self.taken or self.words[end][-1:] == "'":
                break
            if self.lower[end] in self.never or self.lower[target] in self.never:
                break
            if self.lists.acronyms_apart and self._is_acronym(end) and not self._is_acronym(target):
                break  # МИД Сергей Лавров
            end = target
        return end

    def _is_acronym(self, at: int) -> bool:
        return len(self.words[at]) > 1 and self.words[at].isupper()

    def _follows(self, at: int, *, dot: bool = False) -> bool:
        """Whether token ``at`` stands one blank (or hyphen) behind the token before it, on one line."""
        if at >= self.size or self.read.breaks[at]:
            return False
        gap = self.read.text[self.read.ends[at - 1] : self.read.starts[at]]
        return gap in {" ", "\u00a0", "  "} or (dot and not gap)

    def _is_initial(self, at: int) -> bool:
        return len(self.words[at]) == 1 or self.lower[at] in _SHORTENED

    def _particle_joins(self, first: int, at: int) -> bool:
        """Whether a small word inside a run of capitals belongs to the name."""
        behind = at + 1
        if behind < self.size and self.lower[behind] in self.inner and not self.capital[behind]:
            behind += 1
        if behind >= self.size or not self.capital[behind] or behind in self.taken:
            return False
        # "Bank of England" is a name, "Kazakhstan of late" is not; "the" and "for" never join alone.
        return self.lower[at] != "the" and not (self.lower[at] == "for" and first == at - 1)

    def _parts(self, first: int, last: int, at: int) -> bool:
        """Whether a particle like "y" stands between two names, the first of which spans ``first`` to ``last``.

        Between a surname and a word that the text has nowhere else it is part of one: José Ortega y Gasset. Two names
        read as two by mistake are so in every article; one of two is another name in each that orders them otherwise.
        """
        lower = self.lower
        if lower[first] in self.lists.bodies or f"{lower[last]} {lower[at + 1]}" in self.lists.joined:
            return False
        behind = at + 1
        while behind + 1 < self.size and self.capital[behind + 1] and self._follows(behind + 1):
            behind += 1
        if behind > at + 1 or (behind + 1 < self.size and lower[behind + 1] in self.lists.joining):
            return True
        left = sum(self.capital[token] and not self.titled[lower[token]] for token in range(first, last + 1))
        words, joined = self._seen
        return left < 2 or words[lower[at + 1]] > joined[lower[last], lower[at], lower[at + 1]]

    @cached_property
    def _seen(self) -> tuple[Counter[str], Counter[tuple[str, str, str]]]:
        """How often each word stands in the text, and each three words behind one another."""
        lower = self.lower
        return Counter(lower), Counter(zip(lower, lower[1:], lower[2:], strict=False))

    def _office(self, first: int, last: int) -> int:
        """The last title in a run of capitals behind which a person's name begins; -1 if there is none."""
        for at in range(last - 1, first, -1):
            if self.lower[at] in self.lists.offices and self.capital[at + 1] and self.lower[at + 1] not in self.titles:
                return at
        return -1

    def _body(self, first: int, office: int) -> Name | None:
        """The name before an office: Federal Reserve of Federal Reserve Chair."""
        last = office
        while last >= first and (
            self.lower[last] in self.titles
            or self.lower[last] in self.lists.offices
            or self.lower[last] in self.lists.departments
            or not self.capital[last]
        ):
            last -= 1
        return self._name(first, last) if last >= first else None

    def _lone(self, at: int) -> Name | None:
        """``_name`` of a run of one word that is not bare, as most are."""
        if (at in self.opening and self._is_mere_opener(at, at)) or (at in self.shouted and self._is_plain(at)):
            return None
        return Name(at, at, self.folded[self.words[at]], "")

    def _name(self, first: int, last: int) -> Name | None:
        """The name in a run of capitals, without titles, sentence openers and shouting; None if nothing is left."""
        title = ""
        if first in self.opening and self._is_mere_opener(first, last):
            first += 1
        while first <= last and (self.titled[self.lower[first]] or self.lower[first] == "." or not self.capital[first]):
            if self.capital[first] and (last > first or not self._has_forerunner(first)):
                title = self.lower[first]
            first += 1
        while last >= first and (
            not self.capital[last]
            or (last > first and self.lower[last] in self.titles and self.lower[last] in self.small)
        ):
            last -= 1
        kept = [at for at in range(first, last + 1) if self.capital[at] or self.lower[at] in self.particles]
        if not kept or self.lower[first] in self.never or all(at in self.shouted and self._is_plain(at) for at in kept):
            return None
        if first == last and (len(self.words[first]) == 1 or self.lower[first] in self.openers):
            return None
        return Name(first, last, " ".join(self.folded[self.words[at]] for at in kept), title)

    def _is_bare(self, at: int) -> bool:
        """Whether a word is no name by itself."""
        lower = self.lower[at]
        return lower in self.openers or lower in self.titles or lower in self.never or len(self.words[at]) == 1

    def _has_forerunner(self, at: int) -> bool:
        return at > 0 and self.capital[at - 1] and self._follows(at)

    def _opens(self, at: int) -> bool:
        """Whether a sentence, quotation or line begins at ``at``, where any word has a capital."""
        if self.read.breaks[at]:
            return True
        before = self.lower[at - 1]
        if before in _ENDERS:
            return not (before == "." and at > 1 and self._is_initial(at - 2))
        return before in _OPENERS and (at < 2 or before in _QUOTE_OPENERS or self.lower[at - 2] in _ENDERS)

    def _is_mere_opener(self, first: int, last: int) -> bool:
        """Whether the capital at the start of a sentence is only due to its place."""
        word = self.words[first]
        lower = self.lower[first]
        if lower in self.openers or lower in self.small:
            return True
        if word in self.vouched or lower in self.titles or lower in self.known or (len(word) > 1 and word.isupper()):
            return False
        if self.nouns_have_capitals:
            return True
        if last > first and self.capital[first + 1]:
            return False  # "Farida Menlibay said"
        return self.common[lower] or bool((self.seen.small_stems == hashed_stem(lower, self.lexicon)).any())

    def _is_shouted(self, at: int) -> bool:
        """Whether a token of capitals stands in a line of capitals: neighbours of it are all capitals too."""
        near = (*self.words[max(0, at - 2) : at], *self.words[at + 1 : at + 3])
        return sum(word.isalpha() and word.isupper() for word in near) >= 2

    def _is_plain(self, at: int) -> bool:
        """Whether nothing outside the shouting says that the word is a name."""
        title = self.words[at].capitalize()
        return title not in self.vouched or self.lower[at] in self.small


def _folding(lexicon: Lexicon) -> Callable[[str], str]:
    """The comparable form of one word of a name; where names are inflected, without the ending."""
    if lexicon.lang == "ru":
        return lambda word: folded_name(lexicon.stem([word.lower()])[0])
    known = lexicon.names("names", "demonyms")

    def fold(word: str) -> str:
        folded = folded_name(word)
        return known.get(folded, folded)

    return fold


def titled(lexicon: Lexicon) -> Callable[[str], bool]:
    """Whether a word is a title; where words are compounds, by its end: Bundeskanzler, CDU-Chefin."""
    titles, endings = lexicon.words("names", "titles"), tuple(lexicon.words("names", "title_endings"))
    return lambda word: word in titles or (bool(endings) and word.endswith(endings))


def _commonness(lexicon: Lexicon) -> Callable[[str], bool]:
    """Whether a word that begins a sentence needs no name to explain its capital."""

    def is_common(lower: str) -> bool:
        known = zipf_frequencies(lexicon.lang)
        frequency = max(known.get(form, 0.0) for form in (lower, lower.removesuffix("s")))
        return frequency >= _COMMON or lower.endswith(("ly", "ing"))

    return is_common
