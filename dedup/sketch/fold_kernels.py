"""Texts to words, compiled: UTF-8 bytes in, where the words of the folded text lie out.

In: the address of a text (see ``texts``) and the character tables (see ``codepoints``). Out: the folded text and the
edges of its words. Must not know hashes. The readable references are ``dedup.text.normalise`` and ``dedup.text.words``:
the words are theirs byte for byte; what lies between them is not. A text that has to be folded with its context (an
entity, look-alike letters, combining accents) is not folded here but reported.

A text is read 64 bytes at a time while it is ASCII, and character by character where it is not. No Python object is
touched, and memory is handed in, so that threads need no lock.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from dedup.sketch.codepoints import (
    BREAK,
    CHARACTER,
    GENUINE_BIT,
    HARD,
    LATIN,
    LEAD_SHIFT,
    NEUTRAL,
    OTHER,
    SCRIPT_SHIFT,
    SEQUENCE,
    TARGET_SHIFT,
    TRAIL_BIT,
    TWIN,
    WORD,
)
from dedup.sketch.lanes import fold_ascii
from dedup.sketch.machine import load8, lowest_bit, n_bits, njit, store8
from dedup.sketch.markup_kernels import UNSURE, suspect

_ONE: Final = np.uint64(1)
_PLAIN: Final = 7 | 3 << SCRIPT_SHIFT | 3 << LEAD_SHIFT
"""What decides whether a character needs no more than to be written."""
_NEUTRAL_LETTER: Final = WORD | NEUTRAL << SCRIPT_SHIFT
_TWIN_LETTER: Final = WORD | TWIN << SCRIPT_SHIFT
_LONE: Final = OTHER | BREAK << SCRIPT_SHIFT
"""With CHARACTER a word by itself, without it no word."""
_CALM: Final = 3
"""ASCII characters in a row after which it is worth reading 64 bytes at a time again."""


@njit(inline="always")
def _write(address: int, point: int) -> int:
    """Write a code point as UTF-8; returns its bytes."""
    if point < 0x80:
        store8(address, np.uint8(point))
        return 1
    if point < 0x800:
        store8(address, np.uint8(0xC0 | point >> 6))
        store8(address + 1, np.uint8(0x80 | point & 0x3F))
        return 2
    if point < 0x10000:
        store8(address, np.uint8(0xE0 | point >> 12))
        store8(address + 1, np.uint8(0x80 | point >> 6 & 0x3F))
        store8(address + 2, np.uint8(0x80 | point & 0x3F))
        return 3
    store8(address, np.uint8(0xF0 | point >> 18))
    store8(address + 1, np.uint8(0x80 | point >> 12 & 0x3F))
    store8(address + 2, np.uint8(0x80 | point >> 6 & 0x3F))
    store8(address + 3, np.uint8(0x80 | point & 0x3F))
    return 4


@njit(inline="always")
def _read_three(source: int, at: int) -> Any:
    """The code point at ``at`` of valid UTF-8, if it is one of three bytes."""
    first, second = np.int64(load8(source + at)) & 0x0F, np.int64(load8(source + at + 1)) & 0x3F
    return first << 12 | second << 6 | np.int64(load8(source + at + 2)) & 0x3F


@njit(inline="always")
def _read(source: int, at: int) -> Any:
    """The code point at ``at`` of valid UTF-8, and its bytes."""
    byte = np.int64(load8(source + at))
    if byte < 0x80:
        return byte, 1
    second = np.int64(load8(source + at + 1)) & 0x3F
    if byte < 0xE0:
        return (byte & 0x1F) << 6 | second, 2
    third = np.int64(load8(source + at + 2)) & 0x3F
    if byte < 0xF0:
        return (byte & 0x0F) << 12 | second << 6 | third, 3
    return (byte & 0x07) << 18 | second << 12 | third << 6 | np.int64(load8(source + at + 3)) & 0x3F, 4


@njit(inline="always")
def _entry(point: int, pages: Any, entries: Any) -> Any:
    return np.int64(entries[pages[point >> 8], point & 0xFF])


@njit(inline="always")
def _is_mojibake(source: int, at: int, n_bytes: int, n_trail: int, pages: Any, entries: Any) -> bool:
    """Whether the characters behind ``at`` complete what may be UTF-8 read as Windows-1252."""
    for _ in range(n_trail):
        if at >= n_bytes:
            return False
        point, width = _read(source, at)
        if _entry(point, pages, entries) >> TRAIL_BIT & 1 == 0:
            return False
        at += width
    return True


@njit(cache=True, nogil=True)
def fold_words(
    source: int, n_bytes: int, target: int, spare: int, pages: Any, entries: Any, pool: Any, edges: Any
) -> int:
    """Fold a text and find its words.

    Args:
        source: Address of valid UTF-8; nothing behind ``n_bytes`` is read.
        n_bytes: Its length.
        target: Where the folded text goes; room for ``6 * n_bytes + SLACK`` is enough for any.
        spare: 128 bytes of scratch.
        pages: Of the character tables.
        entries: Of the character tables.
        pool: Of the character tables.
        edges: Written to: first and one past the last byte of every word in the folded text; room for
            ``4 * n_bytes + 8``.

    Returns:
        Number of words; -1 if the text must be folded by ``normalise``.
    """
    at = written = n_edges = 0
    # Words of look-alikes only are read as Latin where they outnumber the real words of their scripts two to one. Here
    # all words of two letters are counted, and more: a letter that is none when folded may cut a word in two.
    n_foreign = n_genuine = n_neutral = n_letters = 0
    genuine = inside = False
    while at < n_bytes:
        left = n_bytes - at
        if left >= 64:
            word, outside, doubtful = fold_ascii(source + at, target + written)
        else:
            for place in range(64):
                store8(spare + place, load8(source + at + place) if place < left else np.uint8(0))
            word, outside, doubtful = fold_ascii(spare, target + written)
        step = min(left, 64)
        if outside != np.uint64(0):
            step = min(step, lowest_bit(outside))
        if step < 64:
            keep = (_ONE << np.uint64(step)) - _ONE
            word &= keep
            doubtful &= keep
        tag = 0
        while doubtful != np.uint64(0):
            place = lowest_bit(doubtful)
            doubtful &= doubtful - _ONE
            end = suspect(source, at + place, n_bytes)
            if end == UNSURE:
                return -1
            if end:
                tag, step = end, place
                word &= (_ONE << np.uint64(step)) - _ONE
                break
        if step:
            changes = word ^ ((word << _ONE) | np.uint64(inside))
            if step < 64:
                changes &= (_ONE << np.uint64(step)) - _ONE
            # Eight at a time, of which the last may be none: how many there are is not to be foreseen, and guessing
            # costs more than writing what the next ones overwrite.
            following = n_edges + n_bits(changes)
            while n_edges < following:
                for place in range(8):
                    edges[n_edges + place] = written + lowest_bit(changes)
                    changes &= changes - _ONE
                n_edges += 8
            n_edges = following
            inside = (word >> np.uint64(step - 1)) & _ONE == _ONE
            at += step
            written += step
        if tag:
            if inside:
                edges[n_edges] = written
                n_edges += 1
                inside = False
            store8(target + written, np.uint8(32))
            written += 1
            at = tag
            continue
        if step == 64:
            continue
        # Character by character while it is not ASCII, and on while little ASCII lies between.
        calm = 0
        script = BREAK  # of the run of letters that is open
        if at > 0 and 97 <= load8(source + at - 1) | np.uint8(32) <= 122:
            script = LATIN
        while at < n_bytes and calm < _CALM:
            point, width = _read(source, at)
            if width == 1:
                calm += 1
                if point == 60 or point == 38 or point == 45:
                    end = suspect(source, at, n_bytes)
                    if end == UNSURE:
                        return -1
                    if end:
                        if inside:
                            edges[n_edges] = written
                            n_edges += 1
                            inside = False
                        store8(target + written, np.uint8(32))
                        written += 1
                        at = end
                        script = BREAK
                        continue
                letter = 97 <= point | 32 <= 122
                if letter and script == TWIN:
                    return -1
                script = LATIN if letter else BREAK
                within = letter or 48 <= point <= 57
                if within != inside:
                    edges[n_edges] = written
                    n_edges += 1
                    inside = within
                store8(target + written, np.uint8(point | 32 if 65 <= point <= 90 else point))
                written += 1
                at += 1
                continue
            calm = 0
            entry = _entry(point, pages, entries)
            # Most characters of a text that is not Latin: letters of a word of theirs, and words by themselves.
            plain = entry & _PLAIN
            if plain == _NEUTRAL_LETTER or (plain == _TWIN_LETTER and script != LATIN):
                if plain == _TWIN_LETTER and script != TWIN:
                    n_letters = 0
                    genuine = False
                if not inside:
                    edges[n_edges] = written
                    n_edges += 1
                    inside = True
                first, n_here, seen = plain, 0, np.int64(0)
                while plain == first:
                    written += _write(target + written, entry >> TARGET_SHIFT & 0x1FFFFF)
                    at += width
                    n_here += 1
                    seen |= entry
                    if at >= n_bytes:
                        break
                    point, width = _read(source, at)
                    entry = _entry(point, pages, entries)
                    plain = entry & _PLAIN
                if first == _NEUTRAL_LETTER:
                    n_neutral += n_here
                    continue
                n_foreign += n_letters < 2 <= n_letters + n_here
                n_letters += n_here
                if not genuine and seen >> GENUINE_BIT & 1:
                    n_genuine += 1
                    genuine = True
                script = TWIN
                continue
            if width == 3 and plain & ~CHARACTER == _LONE:
                if inside:
                    edges[n_edges] = written
                    n_edges += 1
                while plain & ~CHARACTER == _LONE:
                    point = entry >> TARGET_SHIFT & 0x1FFFFF
                    edges[n_edges] = written
                    written += _write(target + written, point)
                    edges[n_edges + 1] = written
                    n_edges += plain & CHARACTER  # two, or none for what is no word
                    at += 3
                    if at >= n_bytes or load8(source + at) & 0xF0 != 0xE0:
                        break
                    entry = _entry(_read_three(source, at), pages, entries)
                    plain = entry & _PLAIN
                script, inside = BREAK, False
                continue
            kind = entry & 7
            trail = entry >> LEAD_SHIFT & 3
            if kind == HARD or (trail and _is_mojibake(source, at + width, n_bytes, trail, pages, entries)):
                return -1
            here = entry >> SCRIPT_SHIFT & 3
            if here == NEUTRAL:
                n_neutral += 1
            else:
                if here + script == LATIN + TWIN:
                    return -1
                if here == TWIN:
                    if script != TWIN:
                        n_letters = 0
                        genuine = False
                    n_foreign += n_letters == 1 or (n_letters == 0 and kind == SEQUENCE)
                    n_letters += 1 + (kind == SEQUENCE)
                    if not genuine and entry >> GENUINE_BIT & 1:
                        n_genuine += 1
                        genuine = True
                script = here
            n_points = np.int64(1)
            first = entry >> TARGET_SHIFT & 0x1FFFFF
            if kind == SEQUENCE:
                n_points = np.int64(pool[first])
            for place in range(n_points):
                if kind == SEQUENCE:
                    entry = np.int64(pool[first + 1 + place])
                of = entry & 7
                within = of == WORD
                if within != inside:
                    edges[n_edges] = written
                    n_edges += 1
                    inside = within
                begin = written
                written += _write(target + written, entry >> TARGET_SHIFT & 0x1FFFFF)
                if of == CHARACTER:
                    edges[n_edges] = begin
                    edges[n_edges + 1] = written
                    n_edges += 2
            at += width
    if n_foreign and n_foreign + n_neutral > 2 * n_genuine:
        return -1
    if inside:
        edges[n_edges] = written
        n_edges += 1
    return n_edges >> 1
