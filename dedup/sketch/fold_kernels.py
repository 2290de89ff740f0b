"""Texts to words, compiled: UTF-8 bytes in, where the words of the folded text lie out.

In: the address of a text (see ``texts``) and the character tables (see ``codepoints``). Out: the folded text and the
edges of its words. Must not know hashes. The readable references are ``dedup.text.normalise`` and ``dedup.text.words``:
the words are theirs byte for byte; what lies between them is not. A text that has to be folded with its context (an
entity, look-alike letters, combining accents) is not folded here but reported.

A text is read 64 bytes at a time, its characters folded where they stand. One that takes another room when folded, or
whose neighbours count, is left to a slower way, character by character. No Python object is touched, and memory is
handed in, so that threads need no lock.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from dedup.sketch.block_kernels import below, count_twins, fold_block, write_edge, write_edges
from dedup.sketch.codepoints import (
    BREAK,
    CHARACTER,
    GENUINE_BIT,
    HARD,
    LATIN,
    LEAD_SHIFT,
    NEUTRAL,
    QUICK_SLOW,
    SCRIPT_SHIFT,
    SEQUENCE,
    TARGET_SHIFT,
    TRAIL_BIT,
    TWIN,
    WORD,
)
from dedup.sketch.lanes import fold_ascii
from dedup.sketch.machine import highest_bit, load8, load64, lowest_bit, n_bits, njit, store8, store64
from dedup.sketch.markup_kernels import UNSURE, suspect

_ONE: Final = np.uint64(1)
_NONE: Final = np.uint64(0)


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


@njit(inline="always")
def _is_slow(source: int, at: int, n_bytes: int, quick: Any) -> bool:
    """Whether a character is none to be folded where it stands."""
    if at >= n_bytes or load8(source + at) < 0x80:
        return False
    point, width = _read(source, at)
    return bool(width == 4 or quick[point] >> np.uint32(16) & np.uint32(QUICK_SLOW) != 0)


@njit(inline="always")
def _last_block(source: int, n_bytes: int, left: int, spare: int) -> int:
    """Where the last bytes of a text lie with zeros behind them, as many as make 64."""
    if n_bytes < 64:
        for place in range(64):
            store8(spare + place, load8(source + n_bytes - left + place) if place < left else np.uint8(0))
        return spare
    for place in range(0, 64, 8):
        store64(spare + place, load64(source + n_bytes - 64 + place))
        store64(spare + 64 + place, _NONE)
    return spare + 64 - left


@njit(cache=True, nogil=True)
def fold_words(
    source: int, n_bytes: int, target: int, spare: int, pages: Any, entries: Any, pool: Any, quick: Any, edges: Any
) -> int:
    """Fold a text and find its words.

    Args:
        source: Address of valid UTF-8; nothing behind ``n_bytes`` is read.
        n_bytes: Its length.
        target: Where the folded text goes; room for ``6 * n_bytes + SLACK`` is enough for any.
        spare: 128 bytes of scratch.
        pages, entries, pool, quick: The character tables.
        edges: Written to: first and one past the last byte of every word in the folded text, or, of most characters
            that are words by themselves, their three bytes (and one more), and 0; room for ``4 * n_bytes + 32``.

    Returns:
        Number of words; -1 if the text must be folded by ``normalise``.
    """
    at = written = n_edges = 0
    places = np.int64(edges.ctypes.data)
    # Words of look-alikes only are read as Latin where they outnumber the real words of their scripts two to one. Here
    # all words of two letters are counted, and more: a letter that is none when folded may cut a word in two.
    n_foreign = n_genuine = n_neutral = n_letters = 0
    genuine = inside = False
    script = BREAK  # of the run of letters that is open; behind ASCII it is told by the last byte
    while at < n_bytes:
        left = n_bytes - at
        block = source + at
        if left < 64:
            block = _last_block(source, n_bytes, left, spare)
        word, outside, doubtful = fold_ascii(block, target + written)
        step = min(left, 64)
        latin = twin = neutral = real = characters = first = _NONE
        slow = False
        raw = source + at if left >= 68 else target + written  # what was just written has to be waited for
        if outside != _NONE:
            if at > 0 and 97 <= load8(source + at - 1) | np.uint8(32) <= 122:
                script = LATIN
            others, latin, twin, neutral, real, characters, lead, trail, stops, first, cut = fold_block(
                raw, target + written, spare + 64, quick
            )
            word |= others
            if twin != _NONE or script == TWIN:  # a neutral letter hides from the masks which others it stands between
                stops |= neutral
            if stops | lead == _NONE:
                step = min(step, lowest_bit(cut))
            else:
                clashes = lead << _ONE & trail & first
                if clashes != _NONE:
                    stops |= _ONE << np.uint64(highest_bit(first & below(lowest_bit(clashes))))
                step = min(step, lowest_bit(stops | cut))
                slow = step < left and step < 64 and stops >> np.uint64(step) & _ONE != _NONE
                if not slow and 0 < step < left and lead >> np.uint64(step - 1) & _ONE != _NONE:
                    step = highest_bit(first & below(step))  # the next character may make mojibake of it
        if step < 64:
            keep = (_ONE << np.uint64(step)) - _ONE
            word &= keep
            doubtful &= keep
        tag = 0
        while doubtful != _NONE:
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
            keep = below(step)
            if outside != _NONE:
                latin, twin, neutral, characters = latin & keep, twin & keep, neutral & keep, characters & keep
                if latin | twin | neutral == _NONE:
                    script = BREAK
                else:
                    n_neutral += n_bits(neutral & first)
                    if twin != _NONE or script == TWIN:
                        after_latin, after_twin = np.uint64(script == LATIN), np.uint64(script == TWIN)
                        if (latin << _ONE | after_latin) & twin | (twin << _ONE | after_twin) & latin != _NONE:
                            return -1
                        more, more_genuine, n_letters, genuine = count_twins(
                            twin, first, real, script == TWIN, n_letters, genuine
                        )
                        n_foreign += more
                        n_genuine += more_genuine
                    last = np.uint64(step - 1)
                    if neutral >> last & _ONE != _NONE:
                        last = np.uint64(highest_bit(keep & ~neutral | _ONE))
                    if neutral >> last & _ONE == _NONE:  # else what is open was so before
                        script = LATIN if latin >> last & _ONE != _NONE else BREAK
                        script = TWIN if twin >> last & _ONE != _NONE else script
            else:
                if script == TWIN and 97 <= load8(source + at) | np.uint8(32) <= 122:
                    return -1
                script = BREAK
            n_edges = write_edges(places, n_edges, raw, written, word, characters, inside, keep)
            inside = word >> np.uint64(step - 1) & _ONE != _NONE
            at += step
            written += step
        if tag:
            if inside:
                n_edges = write_edge(places, n_edges, written)
                inside = False
            store8(target + written, np.uint8(32))
            written += 1
            at = tag
            script = BREAK
            continue
        while slow:
            point, width = _read(source, at)
            entry = _entry(point, pages, entries)
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
            place_of = entry >> TARGET_SHIFT & 0x1FFFFF
            if kind == SEQUENCE:
                n_points = np.int64(pool[place_of])
            for place in range(n_points):
                if kind == SEQUENCE:
                    entry = np.int64(pool[place_of + 1 + place])
                of = entry & 7
                within = of == WORD
                if within != inside:
                    n_edges = write_edge(places, n_edges, written)
                    inside = within
                begin = written
                written += _write(target + written, entry >> TARGET_SHIFT & 0x1FFFFF)
                if of == CHARACTER:
                    n_edges = write_edge(places, write_edge(places, n_edges, begin), written)
            at += width
            slow = _is_slow(source, at, n_bytes, quick)
    if n_foreign and n_foreign + n_neutral > 2 * n_genuine:
        return -1
    if inside:
        n_edges = write_edge(places, n_edges, written)
    return n_edges >> 1
