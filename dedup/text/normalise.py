"""Fold a text for matching and keep the way back.

In: an article's text as it was given. Out: a folded text (case, width, quotes, dashes, invisible characters,
look-alike letters, left-over markup, mojibake) with an offset map to the original, and the folds that may hide
something. Must not know words, sentences or other articles; the text shown to people is never this one.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.text.homoglyphs import FOREIGN_LETTER, homoglyphs
from dedup.text.hyphenation import broken_words
from dedup.text.markup import markup
from dedup.text.mojibake import MOJIBAKE, mojibake
from dedup.text.ornaments import INVISIBLE, MARK, STYLED, invisible, overlays, styled

VERSION: Final = 5
"""Changes whenever the folded text of any input may change; stored signatures depend on it."""


@dataclass(frozen=True, slots=True)
class Fold:
    """One place where matching reads something other than what is written.

    Args:
        start: First code point of the original text.
        end: One past the last code point.
        raw: What is written there.
        folded: What matching reads; empty where characters are ignored.
        kind: ``homoglyph``, ``styled``, ``overlay``, ``invisible``, ``direction``, ``mojibake`` or ``markup``; and what
            is mere typography: ``joiner`` and ``hyphenation``.
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

    def bounds(self, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """The half-open spans of the folded text that ``piece`` takes, of many original ones at once."""
        if self.offsets is None or not spans:
            return spans
        edges = np.searchsorted(self.offsets[:-1], np.asarray(spans, dtype=np.int32))
        return [(first, stop) for first, stop in edges.tolist()]


_SMALL_CAPITALS: Final = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢɑɡ", "abcdefghijklmnopqrstuvwyzag", strict=True))
"""Phonetic letters that pass for Latin ones. Unlike circled and mathematical letters, NFKC leaves them."""
_NEGATIVE: Final = {chr(first + at): chr(97 + at) for first in (0x1F150, 0x1F170) for at in range(26)}
"""White letters on black circles and squares."""

_PLAIN: Final = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ`´＇", "'"),
        **dict.fromkeys("“”„‟″«»「」『』〝〞＂", '"'),
        **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
        **dict.fromkeys("\t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029\xa0\u1680\u202f\u205f\u3000", " "),
        **dict.fromkeys(map(chr, range(0x2000, 0x200B)), " "),
        **_SMALL_CAPITALS,
        **_NEGATIVE,
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
_EASY_TWINS: Final = tuple((character, character.translate(_PLAIN)) for character in "‘’‚“”„–—«»\xa0\u202f")
_ASCII_TWINS: Final = tuple((chr(at), chr(at).translate(_PLAIN)) for at in range(128) if at in _PLAIN)
_BROKEN: Final = re.compile(r"-[ \t]*\r?\n")  # with markup, what an easy text may hold and a table cannot fold
_HYPHEN: Final = "\u2010"
"""May stand at the end of a line, where the word goes on."""
_RESTLESS: Final = re.compile(
    "[\u0f73\u0f75\u0f81\u3133\u3135\u3136\u313a-\u313f\u314f-\u3163\uff9e\uff9f\uffa3\uffa5\uffa6\uffaa-\uffaf"
    "\uffc2-\uffc7\uffca-\uffcf\uffd2-\uffd7\uffda-\uffdc]"
)
"""The 65 characters that fold to one that joins the character before it: two of them side by side take two passes."""


def normalise(text: str) -> Normalised:
    r"""Fold ``text`` for matching.

    The result is idempotent: folding it again changes nothing (sixteen layers of escaping are undone, no more, so that
    hostile nesting costs no more than its length). Plain text (ASCII, typographic quotes and dashes) takes a fast path,
    one kind of character after the other; the rest is rewritten piece by piece.

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
    if (text.isascii() or _EASY.fullmatch(text)) and not ("<" in text or "&" in text or _BROKEN.search(text)):
        plain = text
        # One kind of character after the other takes a tenth of the time of a table, and an easy text has but a few.
        for character, twin in _ASCII_TWINS if text.isascii() else (*_EASY_TWINS, *_ASCII_TWINS):
            plain = plain.replace(character, twin)
        return Normalised(plain.lower(), None, ())
    if (single := _letter_by_letter(text)) is not None:
        return Normalised(single, None, ())
    folds: list[Fold] = []
    pieces, offsets = _rewrite(text, folds)
    for _ in range(16):  # decoding an entity can uncover another fold; the bound is for hostile nesting only
        folded = "".join(pieces)
        if not folds and not _RESTLESS.search(text) and not _replacements(folded, []):
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


def _letter_by_letter(text: str) -> str | None:
    """The folded text, if every character of it folds to one by itself and nothing is replaced; else None.

    Most texts with accents, and most in another script, are like that, and have few kinds of characters that change.
    """
    kinds = set(text)
    twins = [(kind, _twin(kind)) for kind in kinds if not kind.isascii()]
    if any(twin is None for _, twin in twins) or _replacements(text, []):
        return None
    folded = text
    for kind, twin in twins:
        if twin is not None and twin != kind:
            folded = folded.replace(kind, twin)
    for kind, twin in _ASCII_TWINS:
        folded = folded.replace(kind, twin)
    folded = folded.lower()  # what is not ASCII is small already
    return None if _replacements(folded, []) else folded


@lru_cache(maxsize=65_536)
def _twin(character: str) -> str | None:
    """What a character folds to wherever it stands; None if that depends on others, or is not one character."""
    folded = _fold_cluster(character)
    alone = len(folded) == 1 and folded == folded.lower() == _fold_cluster(folded)
    return folded if alone and not (depends_on_neighbours(character) or _RESTLESS.match(character)) else None


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
    """Non-overlapping spans that are read as something else, by start; the longest of several counts."""
    # Each fold looks for a few characters; asking the letters of the text once costs less than a scan for each.
    letters = "".join(set(text))
    found = invisible(text) if INVISIBLE.search(letters) else []
    if "\n" in letters:
        found += [(*item, "hyphenation") for item in broken_words(text)]
    if "<" in letters or "&" in letters:
        found += [(*item, "markup") for item in markup(text)]
    if MOJIBAKE.search(letters):
        found += [(*item, "mojibake") for item in mojibake(text)]
    if MARK.search(letters):
        found += [(*item, "overlay") for item in overlays(text)]
    if STYLED.search(letters):
        found += [(*span, unicodedata.normalize("NFKC", text[slice(*span)]), "styled") for span in styled(text)]
    if FOREIGN_LETTER.search(letters):
        found += [(*item, "homoglyph") for item in homoglyphs(text)]
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
    marks = character in _JOINING or unicodedata.combining(character) > 0 or MARK.match(character) is not None
    return marks or character == _HYPHEN or INVISIBLE.match(character) is not None


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
