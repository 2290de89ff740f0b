"""Words and marks of a text as it was given, with look-alikes undone and a way back.

In: a text as it was given and its language. Out: its tokens (words, digits, marks) as parallel lists, with half-open
code-point spans into the text as given. Must not know what any token means.

Unlike ``normalise`` this keeps case, quotes and line breaks: names are told by capitals, quotes by their marks.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, Final

from dedup.text.normalise import normalise
from dedup.text.remembered import Remembered
from dedup.text.words import UNSPACED

_INVISIBLE: Final = (
    "\xad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
)
# What is undone here, in passing: invisible characters, combining marks with their letter, full-width forms.
_LIGHT: Final = re.compile(f"[{_INVISIBLE}]+|.[\u0300-\u036f]+|[\uff01-\uff5e]+", re.DOTALL)
_MARKS: Final = re.compile(f"[{_INVISIBLE}\u0300-\u036f\uff01-\uff5e]")  # a class alone is searched ten times as fast
_SUSPECT: Final = re.compile("[\xc2-\xf4\u0370-\u058f&<]")
_HIDDEN: Final = re.compile(f"[{_INVISIBLE}]+")
# What ``normalise`` must look at: mojibake, markup, words that mix scripts.
_DEEP: Final = re.compile(
    "[\xc2-\xf4][\x80-\xbf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
    "|[a-zA-Z][\u0370-\u058f]|[\u0370-\u058f][a-zA-Z]|&[#a-zA-Z]|<[/a-zA-Z]"
)
_READING: Final = (
    r"(?:[ldjnscmLDJNSCM]|[Qq]u|[Dd]ell|[Nn]ell|[Aa]ll|[Ss]ull|[Dd]all)'(?=[^\W\d_])"  # l'accord, dell'Italia
    r"|(?:[A-Za-z]\.){2,}"  # U.S., p.m.
    rf"|[^\W\d_{UNSPACED}]+(?:['-][^\W\d_{UNSPACED}]+)*"
    r"|\d+(?:[.,:]\d+)*"
    rf"|[{UNSPACED}]"
    r"|[^\w\s]"
)
"""What a token is."""
# One group around all of it: ``split`` gives the tokens and what stands between them, four times as fast as matches.
# Blanks and plain words, which are most of a text, are told first, so that six readings are not tried there in vain.
_TOKEN: Final = re.compile(rf"((?! )(?:[A-Za-z]++(?=[\s,;:!?)])|{_READING}))")
_LINE: Final = re.compile("[\n\u2028\u2029]")
_LOWER: Final = Remembered(str.lower)
"""Words in lower case. One object a word also means one hash a word, for all the tables that it is looked up in."""
_POSSESSIVE: Final = re.compile("'[sS]")
_STRAIGHT: Final = tuple(zip("’‘‛ʼ‐‑", "''''--", strict=True))


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one text, as parallel lists.

    Args:
        text: The text as read: apostrophes straightened, look-alikes undone, case and line breaks kept.
        words: Tokens as read.
        lower: Tokens in lower case, without possessive endings.
        starts: First code point of each token in ``text``.
        ends: One past the last code point of each token in ``text``.
        breaks: For each token whether a line break or the start of the text stands before it.
        origin: Code point of the text as given for each code point of ``text`` and its end; None where both agree.
        kept: What ``looks`` has seen of them, by language.
    """

    text: str
    words: list[str]
    lower: list[str]
    starts: list[int]
    ends: list[int]
    breaks: list[bool]
    origin: list[int] | None
    kept: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def given(self, start: int, end: int) -> tuple[int, int]:
        """The span of the text as given behind a non-empty span of ``text``."""
        if self.origin is None:
            return start, end
        return self.origin[start], max(self.origin[end - 1] + 1, self.origin[end])

    def span(self, first: int, last: int) -> tuple[int, int]:
        """The span of the text as given from token ``first`` to token ``last``, both included."""
        return self.given(self.starts[first], self.ends[last])

    def spans(self, ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """What ``span`` says of many ranges of tokens."""
        if self.origin is not None:
            return [self.span(first, last) for first, last in ranges]
        starts, ends = self.starts, self.ends
        return [(starts[first], ends[last]) for first, last in ranges]

    def within(self, start: int, end: int) -> tuple[int, int]:
        """Half-open range of the tokens that begin in a span of the text as given."""
        origin = self.origin
        if origin is not None:
            start, end = bisect_left(origin, start), bisect_left(origin, end)
        return bisect_left(self.starts, start), bisect_left(self.starts, end)


def tokens(text: str) -> Tokens:
    """Read ``text`` into tokens.

    Args:
        text: Any string.

    Returns:
        Words (with inner apostrophes and hyphens), digit groups (with inner points, commas and colons) and single
        marks, in order. In scripts without spaces every character is a word. A possessive ending is cut off the lower
        case form and the span.

    Examples:
        >>> read = tokens("Mr Vale’s 12,500 boats, in the U.S.")
        >>> read.words
        ['Mr', 'Vale', '12,500', 'boats', ',', 'in', 'the', 'U.S.']
        >>> read.span(1, 2), tokens("Kеlva").words  # a Cyrillic e
        ((3, 16), ['Kelva'])
    """
    plain, origin = as_read(text)
    pieces = _TOKEN.split(plain)
    words = pieces[1::2]
    bounds = list(accumulate(map(len, pieces)))
    starts, ends = bounds[:-1:2], bounds[1::2]
    breaks = [False] * len(words)
    if breaks:
        breaks[0] = True
    for ending in _POSSESSIVE.finditer(plain):
        at = bisect_left(starts, ending.start()) - 1
        if at >= 0 and ends[at] == ending.end():
            words[at] = words[at][:-2]
            ends[at] -= 2
    for line in _LINE.finditer(plain):
        after = bisect_left(starts, line.start())
        if after < len(words):
            breaks[after] = True
    return Tokens(plain, words, list(map(_LOWER.__getitem__, words)), starts, ends, breaks, origin)


def split_words(phrase: str) -> list[str]:
    """The words of a short phrase, as ``tokens`` would cut them.

    Examples:
        >>> split_words("in the U.S."), split_words("可能")
        (['in', 'the', 'U.S.'], ['可', '能'])
    """
    return _TOKEN.findall(phrase)


def folded_name(word: str) -> str:
    """A word without case, accents and full stops, for comparison.

    Examples:
        >>> folded_name("Sjöwall"), folded_name("U.S.")
        ('sjowall', 'us')
    """
    if word.isascii():
        return word.casefold().replace(".", "")
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).replace(".", "")


def as_read(text: str) -> tuple[str, list[int] | None]:
    """What tokens are cut from: ``Tokens.text`` and ``Tokens.origin``.

    Examples:
        >>> as_read("Vale’s Kеlva")[0]  # a Cyrillic e
        "Vale's Kelva"
    """
    plain, origin = _undisguised(text)
    if not plain.isascii():
        for curly, straight in _STRAIGHT:
            plain = plain.replace(curly, straight)
    return plain, origin


def _undisguised(text: str) -> tuple[str, list[int] | None]:
    """``text`` with look-alikes undone but case kept, and the original index of each character (None if unchanged)."""
    if text.isascii() and "&" not in text and "<" not in text:
        return text, None
    light = _MARKS.search(text) is not None
    deep = _SUSPECT.search(text) is not None and _DEEP.search(_HIDDEN.sub("", text) if light else text) is not None
    if not light and not deep:
        return text, None
    pieces: list[str] = []
    origin: list[int] = []
    at = 0
    for fold in (*(normalise(text).folds if deep else ()), None):
        start = len(text) if fold is None else fold.start
        if start < at:
            continue
        _copy(text, at, start, pieces, origin)
        if fold is not None:
            pieces.append(fold.folded)
            origin.extend([fold.start] * len(fold.folded))
            at = fold.end
    origin.append(len(text))
    return "".join(pieces), origin


def _copy(text: str, start: int, end: int, pieces: list[str], origin: list[int]) -> None:
    """Append ``text[start:end]`` without invisible characters, composed and without full-width forms."""
    at = start
    for match in _LIGHT.finditer(text, start, end):
        pieces.append(text[at : match.start()])
        origin.extend(range(at, match.start()))
        at = match.end()
        raw = match.group()
        if _HIDDEN.fullmatch(raw):
            continue
        if "\uff01" <= raw[0] <= "\uff5e":
            pieces.append(unicodedata.normalize("NFKC", raw))
            origin.extend(range(match.start(), match.end()))
        else:
            composed = unicodedata.normalize("NFC", raw)
            pieces.append(composed)
            origin.extend([match.start()] * len(composed))
    pieces.append(text[at:end])
    origin.extend(range(at, end))
