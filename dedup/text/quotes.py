"""Quotations of a text, and who is made to say what.

In: a text as it was given, its tokens, names and a lexicon. Out: spans of quoted words, and attributions (speaker and
verb). Must not know other articles, nor whether a quotation is true.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Final, NamedTuple

from dedup.text.lexicon import Lexicon
from dedup.text.listed import Listed
from dedup.text.names import Name, titled
from dedup.text.tokens import Tokens

_PARAGRAPH: Final = re.compile(r"[^\n]+(?:\n(?![ \t]*\n)[^\n]+)*")
_MARKS: Final = re.compile('[“”„‟"«»「」『』‘’＂]')
_CLOSERS: Final = {
    "“": "”", "„": "“”", "‟": "”", "”": "”", '"': '"', "＂": "＂", "«": "»", "»": "«", "「": "」", "『": "』", "‘": "’",
}  # fmt: skip
_WORDS: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_REACH: Final = 16
"""Tokens an apposition between a speaker and the verb may have."""
_MODIFIERS: Final = 3
"""Words of a role that are on no list: company spokesman."""
_PAUSES: Final = frozenset(",—–-")
_QUOTE_ENDS: Final = frozenset('”"»“«」’')


class Attribution(NamedTuple):
    """Somebody is made to say something.

    Args:
        first: First token of the verb.
        last: Last token of the verb.
        verb: The verb as the lexicon names it.
        loaded: Whether the verb judges what is said.
        speaker: Folded name of the speaker, empty where none is found.
        speaker_at: Index of the name among the names, -1 where there is none.
    """

    first: int
    last: int
    verb: str
    loaded: bool
    speaker: str
    speaker_at: int


def quotations(text: str) -> list[tuple[int, int]]:
    """Half-open spans of quotations, marks included, in order, outermost only.

    A quotation ends within its paragraph; a mark without partner quotes nothing. ‘Single’ marks are told from
    apostrophes by what stands beside them.

    Examples:
        >>> text = "“Water flows,” she said. ‘It’s the farmers’ year,’ he said. An “open end"
        >>> [text[start:end] for start, end in quotations(text)]
        ['“Water flows,”', '‘It’s the farmers’ year,’']
    """
    spans: list[tuple[int, int]] = []
    if not _MARKS.search(text):
        return spans
    for paragraph in _PARAGRAPH.finditer(text):
        marks = [(match.start(), match.group()) for match in _MARKS.finditer(text, *paragraph.span())]
        at = 0
        while at < len(marks):
            start, mark = marks[at]
            if not _can_open(text, start, mark, paragraph.end()):
                at += 1
                continue
            closing = _closing(text, marks, at, paragraph.end())
            if closing is None:
                at += 1
                continue
            spans.append((start, marks[closing][0] + 1))
            at = closing + 1
    return spans


def _can_open(text: str, at: int, mark: str, end: int) -> bool:
    if mark not in _CLOSERS or at + 1 >= end or (text[at + 1].isspace() and mark != "«"):
        return False
    before = text[at - 1] if at else " "
    if mark in '"‘»”':  # marks that also close
        return not before.isalnum() and before not in ".,!?"
    return True


def _closing(text: str, marks: list[tuple[int, str]], opening: int, end: int) -> int | None:
    """Index of the mark that closes ``marks[opening]``."""
    mark = marks[opening][1]
    closers = _CLOSERS[mark]
    spare = None
    for index in range(opening + 1, len(marks)):
        at, other = marks[index]
        if other not in closers:
            if other == mark and mark != '"':
                return spare  # the same opening mark again: this one was never closed
            continue
        if mark != "‘":
            return index
        after = text[at + 1] if at + 1 < end else " "
        if after.isalnum():
            continue  # an apostrophe
        if text[at - 1] in ".,!?…":
            return index
        if spare is None or text[marks[spare][0] - 1] == "s":
            spare = index  # perhaps a possessive plural; a later mark may be better
    return spare


def quoted_words(text: str) -> str:
    """The words of a quotation in lower case, joined by blanks, apostrophes straightened: its comparable form.

    Examples:
        >>> quoted_words("“It’s slow,”")
        "it's slow"
    """
    return " ".join(_WORDS.findall(text)).lower().replace("’", "'")


def attributions(
    read: Tokens, listed: Listed, found: list[Name], quotes: list[tuple[int, int]], lexicon: Lexicon
) -> list[Attribution]:
    """Every attribution of a text, in order.

    A verb counts where its speaker stands beside it, or it stands beside a quotation or before a clause. Verbs inside
    quotations are the speaker's own and left out.

    Args:
        read: The tokens of the text.
        listed: The listed phrases among them.
        found: Its names.
        quotes: Spans of its quotations, in the text as given.
        lexicon: Lists of its language; without verbs nothing is found.

    Examples:
        >>> from dedup.text.lexicon import lexicon
        >>> from dedup.text.names import names
        >>> from dedup.text.tokens import tokens
        >>> read, lists = tokens("Ada Byrne, who mends nets in Lorn, claimed that it sank."), lexicon("en")
        >>> listed = Listed(read.lower, lists.stem(read.lower), lists)
        >>> said = attributions(read, listed, names(read, lists, set()), [], lists)
        >>> [(one.verb, one.loaded, one.speaker) for one in said]
        [('claim', True, 'ada byrne')]
    """
    finder = _Speakers(read, found, quotes, lexicon)
    result = []
    for loaded, name in ((False, "neutral"), (True, "loaded")):
        for first, stop, verb in listed.hits("attribution", name):
            if finder.is_verb(first):
                speaker = finder.near(first, stop)
                if speaker is not None or finder.beside(first, stop) or finder.says(first, stop):
                    at = -1 if speaker is None else speaker
                    value = found[at].value if at >= 0 else ""
                    result.append(Attribution(first, stop - 1, verb, loaded, value, at))
    result.sort(key=lambda item: (item.first, -item.last))
    return [item for at, item in enumerate(result) if not at or item.first > result[at - 1].last]


class _Speakers:
    """Finds the speaker beside a verb."""

    def __init__(self, read: Tokens, found: list[Name], quotes: list[tuple[int, int]], lexicon: Lexicon) -> None:
        self.read, self.found = read, found
        self.starts = {name.first: index for index, name in enumerate(found)}
        self.ends = {name.last: index for index, name in enumerate(found)}
        people = {name.value.split()[-1] for name in found if name.title or " " in name.value}
        self.persons = [i for i, name in enumerate(found) if name.title or " " in name.value or name.value in people]
        self.person_tokens = [found[index].last for index in self.persons]
        self.titled = lexicon.remembered("titles", titled)
        self.offices = lexicon.words("names", "offices") | lexicon.words("names", "departments")
        self.roles = lexicon.words("names", "roles")
        self.articles = lexicon.words("names", "articles")
        self.role_of = lexicon.words("names", "role_of")
        self.stop = lexicon.words("words", "stop")
        self.others_first = lexicon.lang == "en"
        self.pronouns = lexicon.words("attribution", "pronouns")
        self.clauses = lexicon.words("attribution", "clause_after")
        self.not_before = lexicon.words("attribution", "not_before")
        self.between = lexicon.words("attribution", "between")
        self.nouns = tuple(lexicon.words("attribution", "noun_endings"))
        self.prodrop = lexicon.text("attribution", "prodrop") == "yes"
        self.inside: set[int] = set()
        self.openings: set[int] = set()
        self.closings: set[int] = set()
        for start, end in quotes:
            first, stop = read.within(start, end)
            if stop - first > 4:  # shorter ones are names and single words in quotation marks
                self.inside.update(range(first, stop))
                self.openings.add(first)
                self.closings.add(stop - 1)

    def is_verb(self, first: int) -> bool:
        """Whether the word at ``first`` can attribute: outside quotations, no name, no noun by its looks."""
        lower, words = self.read.lower, self.read.words
        if first in self.inside or (self.nouns and lower[first].endswith(self.nouns)):
            return False
        if first and lower[first - 1] in self.not_before:
            return False
        return (
            not words[first][0].isupper()
            or first == 0
            or self.read.breaks[first]
            or lower[first - 1] in {".", "”", '"', "»"}
        )

    def near(self, first: int, stop: int) -> int | None:
        """Index of the name that speaks; -1 for a pronoun nobody stands behind; None for nobody."""
        after_quote = self._is_after_quote(first)
        if after_quote and (behind := self._behind(first, stop, after_quote=True)) is not None:
            return behind
        for found in (self._before(first), self._behind(first, stop, after_quote=after_quote)):
            if found is not None:
                return found
        return self._last_before(first) if self.prodrop and self.beside(first, stop) else None

    def _before(self, first: int) -> int | None:
        lower = self.read.lower
        at = first - 1
        while at >= 0 and first - at <= 3 and lower[at] in self.between:
            at -= 1
        if at < 0:
            return None
        if lower[at] in self.pronouns:
            return self._last_before(at)
        if lower[at] == ",":  # Ada Byrne, who mends nets, said
            for opening in range(at - 1, max(-1, at - 1 - _REACH), -1):
                if lower[opening] in {".", "!", "?"}:
                    return None
                if lower[opening] == ",":
                    inner, outer = self.starts.get(opening + 1), self.ends.get(opening - 1)
                    if inner is not None and self.found[inner].last == at - 1 and self._is_person(inner):
                        if outer is None or not self._is_person(outer):
                            return inner
                        return inner if self._opens_whole(self.found[outer].first) else outer
                    return outer
            return None
        return self.ends.get(at)

    def _is_after_quote(self, first: int) -> bool:
        """Whether a quotation ends before a verb, marks and helping verbs aside."""
        lower = self.read.lower
        at = first - 1
        while at >= 0 and first - at <= 4 and (lower[at] in _PAUSES or lower[at] in self.between):
            at -= 1
        return at >= 0 and (at in self.closings or lower[at] in _QUOTE_ENDS)

    def _is_person(self, index: int) -> bool:
        """Whether a name is one of a person: it has a title or two words, or ends as such a one does."""
        at = bisect_left(self.persons, index)
        return at < len(self.persons) and self.persons[at] == index

    def _behind(self, first: int, stop: int, *, after_quote: bool) -> int | None:
        lower = self.read.lower
        at = stop
        while (
            at < len(lower)
            and at < stop + 4
            and (self.titled[lower[at]] or lower[at] in self.articles or lower[at] in self.offices)
        ):
            at += 1
        if at >= len(lower):
            return None
        if lower[at] in self.pronouns and at == stop:
            return self._last_before(first)
        index = self.starts.get(at)
        if index is not None:
            return self._past_office(index)
        found = self._introduced(stop)
        if found is None or after_quote:
            return found
        behind = self.found[found].last + 1
        is_apart = behind < len(lower) and (lower[behind] in {",", ".", ":"} or lower[behind] in self.clauses)
        return found if is_apart and not self.others_first else None

    def _past_office(self, index: int) -> int:
        """The person behind the office that a name belongs to: White House Press Secretary Jane Doe."""
        lower = self.read.lower
        at = self.found[index].last + 1
        while at < len(lower) and lower[at] in self.offices:
            at += 1
        is_body = self.read.words[at - 1].isupper()  # МИД Сергей Лавров
        return self.starts.get(at, index) if is_body or at > self.found[index].last + 1 else index

    def _introduced(self, stop: int) -> int | None:
        """Who is named behind a role: company spokesman John Doe, la ministra de Hacienda, Ana Ruiz."""
        lower, words = self.read.lower, self.read.words
        has_role = in_whole = False
        at, plain = stop, 0
        while at < min(len(lower), stop + _REACH):
            word = lower[at]
            index = self.starts.get(at)
            if index is not None and not (in_whole and self._opens_whole(at)):
                return index if self._is_person(index) and (has_role or plain <= 1) else None
            if index is not None:
                at = self.found[index].last + 1
                continue
            if word in self.roles or self.titled[word]:
                has_role = True
            elif word == ",":
                index = self.starts.get(at + 1)
                return index if has_role and index is not None and self._is_person(index) else None
            elif word in self.role_of and has_role:
                in_whole = True
            elif word not in self.articles:
                plain += 1
                if word in self.stop or not words[at][0].isalpha() or plain > _MODIFIERS:
                    return None
            at += 1
        return None

    def _opens_whole(self, at: int) -> bool:
        """Whether a name stands behind "of": ministra de Hacienda."""
        before = self.read.lower[at - 1]
        return before in self.role_of or before in self.articles

    def _last_before(self, token: int) -> int:
        """The person last named before a pronoun: a name with a title, of two words, or the last word of such a one."""
        at = bisect_left(self.person_tokens, token)
        return self.persons[at - 1] if at else -1

    def beside(self, first: int, stop: int) -> bool:
        """Whether a quotation ends right before the verb or begins soon behind it."""
        return any(at in self.closings for at in range(first - 4, first)) or any(
            at in self.openings for at in range(stop, stop + 4)
        )

    def says(self, first: int, stop: int) -> bool:
        """Whether a verb without a named speaker still attributes: a subject before it, a clause behind it."""
        lower = self.read.lower
        return bool(first) and lower[first - 1][0].isalpha() and stop < len(lower) and lower[stop] in self.clauses
