"""Fold a text for matching and keep the way back.

In: an article's text as it was given. Out: a folded text (case, width, quotes, dashes, invisible characters,
look-alike letters, left-over markup, mojibake) with an offset map to the original, and the folds that may hide
something. Must not know words, sentences or other articles; the text shown to people is never this one.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.text.words import UNSPACED

VERSION: Final = 2
"""Changes whenever the folded text of any input may change; stored signatures depend on it."""


@dataclass(frozen=True, slots=True)
class Fold:
    """One place where matching reads something other than what is written.

    Args:
        start: First code point of the original text.
        end: One past the last code point.
        raw: What is written there.
        folded: What matching reads; empty where characters are ignored.
        kind: ``homoglyph``, ``invisible``, ``mojibake``, ``markup`` or ``hyphenation``.
    """

    start: int
    end: int
    raw: str
    folded: str
    kind: str


@dataclass(frozen=True, slots=True)
class Normalised:
    """A folded text and its way back.

    Args:
        text: The folded text; ``text == normalise(text).text``.
        offsets: For each folded code point the original one it came from, non-decreasing, and one more entry for the
            end: ``len(text) + 1`` values. ``None`` where both texts have the same length code point by code point.
        folds: What may hide something, by start.
    """

    text: str
    offsets: npt.NDArray[np.int32] | None
    folds: tuple[Fold, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original half-open span of a non-empty folded span."""
        if self.offsets is None:
            return start, end
        return int(self.offsets[start]), int(max(self.offsets[end - 1] + 1, self.offsets[end]))

    def spans(self, folded: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        """The original half-open spans of (n, 2) non-empty folded spans; what ``span`` says, all at once."""
        if self.offsets is None:
            return folded
        start, end = folded[:, 0], folded[:, 1]
        ends = np.maximum(self.offsets[end - 1] + 1, self.offsets[end])
        return np.stack([self.offsets[start], ends], axis=1).astype(np.int32)

    def piece(self, start: int, end: int) -> str:
        """The folded text of an original half-open span."""
        if self.offsets is None:
            return self.text[start:end]
        # NOTE: the bounds must have the type of the offsets, or NumPy converts all offsets at every call.
        first, stop = np.searchsorted(self.offsets[:-1], np.asarray((start, end), dtype=np.int32))
        return self.text[first:stop]


# Cyrillic, Greek and Armenian letters that look like a Latin one in common typefaces (after Unicode TR39's
# confusables, restricted to whole-letter look-alikes). Folded only inside words that mix scripts.
_LATIN_TWIN: Final = {
    **dict(zip("аеорсухіјѕԁһӏѵԛԝкмтвнгпиьӓѐёїӧӱ", "aeopcyxijsdhlvqwkmtbhrnubaeeioy", strict=True)),
    **dict(zip("АВЕЅІЈКМНОРСТУХҮԌԚԜ", "ABESIJKMHOPCTYXYGQW", strict=True)),
    **dict(zip("αβγεηικνορτυχωϲϳ", "abyenikvoptuxwcj", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹ", "ABEZHIKMNOPTYXC", strict=True)),
    **dict(zip("օսհոցքյլ", "ouhngqjl", strict=True)),
}
_CYRILLIC_TWIN: Final = dict(zip("aeopcyxijsABEKMHOPCTYXkmt", "аеорсухіјѕАВЕКМНОРСТУХкмт", strict=True))

_PLAIN: Final = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ`´＇", "'"),
        **dict.fromkeys("“”„‟″«»「」『』〝〞＂", '"'),
        **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
        **dict.fromkeys("\t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029\xa0\u1680\u202f\u205f\u3000", " "),
        **dict.fromkeys(map(chr, range(0x2000, 0x200B)), " "),
        "ё": "е",  # Russian print uses the two interchangeably
        "Ё": "Е",
    }
)
_MAX_MARKS: Final = 30
"""Marks read together with their letter (as in Unicode's stream-safe text format): ordering them costs their square."""
_JOINING: Final = frozenset(
    "".join(map(chr, [*range(0x1161, 0x1176), *range(0x11A8, 0x11C3)]))
    + "\u09be\u09d7\u0b3e\u0b56\u0b57\u0bbe\u0bd7\u0cc2\u0cd5\u0cd6\u0d3e\u0d57\u0dcf\u0ddf\u102e\u1b35"
    + "\U00011127\U0001133e\U00011357\U000114b0\U000114ba\U000114bd\U000115af\U00011930"
)
"""Hangul letters and Indic vowel signs that compose with the character before them without being combining marks."""
_EASY: Final = re.compile(r"[\x00-\x7f‘’‚“”„–—«»\xa0\u202f]*")
_INVISIBLE: Final = re.compile(
    "[\xad\u034f\u061c\u0640\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]+"
)
_MARKUP: Final = re.compile(
    r"</?[A-Za-z][A-Za-z0-9]{0,15}(?:\s[^<>]{0,300})?/?>|&(?:amp;){0,8}(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31});"
)
_LEAD: Final = "\xc2-\xf4\u0192\u201a\u0160\u0152\u017d"
_TRAIL: Final = "\x80-\xbf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122"
_MOJIBAKE: Final = re.compile(f"[{_LEAD}][{_TRAIL}]{{1,3}}")
_MOJIBAKE_LEAD: Final = re.compile(f"[{_LEAD}]")
_MOJIBAKE_TRAIL: Final = re.compile(f"[{_TRAIL}]")
_HYPHENATION: Final = re.compile(r"(?<=[^\W\d_])-[ \t]*\r?\n[ \t]*(?=[^\W\d_])")
_HARD: Final = re.compile(r"[<&]|-[ \t]*\r?\n")  # what an easy text may hold and a character table cannot fold
_MIXED_WORD: Final = re.compile(rf"[^\W\d_{UNSPACED}]+")
_FOREIGN_TWIN: Final = re.compile("[\u0370-\u058f]")
_CYRILLIC: Final = re.compile("[\u0400-\u052f]")


def normalise(text: str) -> Normalised:
    r"""Fold ``text`` for matching.

    The result is idempotent: folding it again changes nothing (sixteen layers of escaping are undone, no more, so that
    hostile nesting costs no more than its length). Plain text (ASCII, typographic quotes and dashes) takes a fast path
    of one character table; the rest is rewritten piece by piece.

    Args:
        text: Any string, the empty one included.

    Returns:
        The folded text, its offset map and the folds that may hide something.

    Examples:
        >>> normalise("Odran Kеlvasti’s “lease”").text  # the first e is Cyrillic
        'odran kelvasti\'s "lease"'
        >>> [(fold.kind, fold.raw, fold.folded) for fold in normalise("Odran Kеlvasti").folds]
        [('homoglyph', 'Kеlvasti', 'Kelvasti')]
        >>> folded = normalise("trans\u00adport co\ufb03n")
        >>> folded.text, folded.span(10, 16)
        ('transport coffin', (11, 15))
    """
    if _EASY.fullmatch(text) and not _HARD.search(text):
        return Normalised(text.translate(_PLAIN).lower(), None, ())
    folds: list[Fold] = []
    pieces, offsets = _rewrite(text, folds)
    for _ in range(16):  # decoding an entity can uncover another fold; the bound is for hostile nesting only
        folded = "".join(pieces)
        if not folds and not _replacements(folded, []):
            break  # nothing was replaced and nothing is to be: clusters alone are folded for good
        again_folds: list[Fold] = []
        again, again_offsets = _rewrite(folded, again_folds)
        if "".join(again) == folded:
            break
        for fold in again_folds:
            start, end = offsets[fold.start], offsets[fold.end - 1] + 1
            folds.append(Fold(start, end, text[start:end], fold.folded, fold.kind))
        pieces, offsets = again, [offsets[at] for at in again_offsets]
    final = "".join(pieces)
    lengths = np.asarray([*offsets, len(text)], dtype=np.int32)
    same = len(final) == len(text) and bool((lengths == np.arange(len(text) + 1)).all())
    return Normalised(final, None if same else lengths, tuple(sorted(folds, key=lambda fold: (fold.start, fold.end))))


def _rewrite(text: str, folds: list[Fold]) -> tuple[list[str], list[int]]:
    """One pass of every fold; returns folded characters and the original index of each."""
    replacements = _replacements(text, folds)
    characters: list[str] = []
    offsets: list[int] = []
    at = 0
    for start, end, folded in replacements:
        _fold_plain(text, at, start, characters, offsets)
        for character in folded:
            for small in _fold_cluster(character):
                characters.append(small)
                offsets.append(start)
        at = end
    _fold_plain(text, at, len(text), characters, offsets)
    return characters, offsets


def _replacements(text: str, folds: list[Fold]) -> list[tuple[int, int, str]]:
    """Non-overlapping spans that are read as something else, by start."""
    found: list[tuple[int, int, str, str]] = []

    def look(pattern: re.Pattern[str], kind: str, read: Callable[[str], str | None]) -> None:
        for match in pattern.finditer(text):
            folded = read(match.group())
            if folded is not None:
                found.append((match.start(), match.end(), folded, kind))

    look(_INVISIBLE, "invisible", lambda raw: "")
    look(_HYPHENATION, "hyphenation", lambda raw: "")
    if "<" in text or "&" in text:
        look(_MARKUP, "markup", _read_markup)
    look(_MOJIBAKE, "mojibake", _read_mojibake)
    if _FOREIGN_TWIN.search(text):
        hidden = _INVISIBLE.sub("", text) if found else text
        if _FOREIGN_TWIN.search(hidden):
            look(_MIXED_WORD, "homoglyph", _read_mixed_word)
    found.sort(key=lambda item: (item[0], -item[1]))
    kept: list[tuple[int, int, str]] = []
    last = 0
    for start, end, folded, kind in found:
        if start < last:
            continue
        kept.append((start, end, folded))
        folds.append(Fold(start, end, text[start:end], folded, kind))
        last = end
    return kept


def _read_markup(raw: str) -> str | None:
    if raw.startswith("<"):
        return " "
    decoded = raw
    while (further := html.unescape(decoded)) != decoded:
        decoded = further
    return None if decoded == raw else decoded


def _read_mojibake(raw: str) -> str | None:
    """UTF-8 that somebody read as Windows-1252, put right; None where it is not that."""
    try:
        return _windows_1252(raw).decode("utf-8")
    except (UnicodeDecodeError, UnicodeEncodeError):
        return None


def _windows_1252(raw: str) -> bytes:
    """Encode as Windows-1252 with its five undefined bytes passed through, as browsers do."""
    return b"".join(bytes([ord(c)]) if 0x80 <= ord(c) <= 0x9F else c.encode("cp1252") for c in raw)


def _read_mixed_word(raw: str) -> str | None:
    """A word that mixes Latin with look-alikes, in one script; None where nothing is hidden."""
    latin = sum(1 for c in raw if c.isascii() or "\xc0" <= c <= "\u024f")
    twins = sum(1 for c in raw if c in _LATIN_TWIN)
    if not latin or latin == len(raw):
        return None
    foreign = len(raw) - latin
    if twins == foreign and (latin >= foreign or foreign <= 2):
        return "".join(_LATIN_TWIN.get(c, c) for c in raw)
    if foreign > latin and _CYRILLIC.search(raw) and all(c in _CYRILLIC_TWIN for c in raw if c.isascii()):
        return "".join(_CYRILLIC_TWIN.get(c, c) for c in raw)
    if twins == foreign:
        return "".join(_LATIN_TWIN.get(c, c) for c in raw)
    return None


def _fold_plain(text: str, start: int, end: int, characters: list[str], offsets: list[int]) -> None:
    """Fold ``text[start:end]``, in which nothing is replaced: plain runs by a table, the rest cluster by cluster."""
    at = start
    while at < end:
        plain = _EASY.match(text, at, end)
        stop = plain.end() if plain else at
        if at < stop < end:
            stop -= 1  # the last plain character may carry a mark that follows
        if stop > at:
            characters.extend(text[at:stop].translate(_PLAIN).lower())
            offsets.extend(range(at, stop))
            at = stop
            if at == end:
                break
        stop = at + 1
        while stop < end and stop - at <= _MAX_MARKS and _joins(text[stop - 1], text[stop]):
            stop += 1
        for small in _fold_cluster(text[at:stop]):
            characters.append(small)
            offsets.append(at)
        at = stop


def _joins(before: str, character: str) -> bool:
    """Whether a character is folded together with the one before it."""
    if character in _JOINING:
        return unicodedata.category(before)[0] in "LM"
    return unicodedata.combining(character) > 0 and not before.isspace()


def depends_on_neighbours(character: str) -> bool:
    """Whether a character may be folded otherwise, or be left out, because of what it is or what stands beside it."""
    marks = character in _JOINING or unicodedata.combining(character) > 0
    return marks or _INVISIBLE.match(character) is not None


def mojibake_lead(character: str) -> int:
    """How many trailing characters a sequence of mojibake has that begins with this one; 0 if none does."""
    if not _MOJIBAKE_LEAD.match(character):
        return 0
    try:
        (byte,) = _windows_1252(character)
    except UnicodeEncodeError:
        return 0
    return 0 if byte < 0xC2 or byte > 0xF4 else 1 if byte < 0xE0 else 2 if byte < 0xF0 else 3


def mojibake_trail(character: str) -> bool:
    """Whether a character can stand in a sequence of mojibake behind the first."""
    return _MOJIBAKE_TRAIL.match(character) is not None


@lru_cache(maxsize=65_536)
def _fold_cluster(cluster: str) -> str:
    """NFKC, quotes, dashes, spaces and case of one base character with its combining marks."""
    folded = cluster
    for _ in range(4):
        before = folded
        # Quotes and spaces first: to NFKC an acute accent that stands for an apostrophe is a blank with an accent.
        folded = unicodedata.normalize("NFKC", folded.translate(_PLAIN)).translate(_PLAIN)
        folded = unicodedata.normalize("NFKC", folded.casefold()).translate(_PLAIN)
        if folded == before:
            break
    return folded
