"""Sixty-four bytes of a text at a time, compiled: what their characters are, and edges of words from bit masks.

In: 64 bytes as they were and as ``fold_ascii`` wrote them, and the table of characters that are folded where they
stand. Out: masks, bit ``n`` for byte ``n``; counts of words that may hide look-alikes; edges of words. Must not know
where a text goes on.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from dedup.sketch.lanes import class_masks, foreign_kinds, hangul, kana_and_marks, wide_marks
from dedup.sketch.machine import (
    highest_bit,
    load8,
    load16,
    load32,
    lowest_bit,
    n_bits,
    njit,
    store8,
    store16,
    store32,
    store64,
)

_ONE: Final = np.uint64(1)
_TWO: Final = np.uint64(2)
_NONE: Final = np.uint64(0)
_ALL: Final = np.uint64(0xFFFFFFFFFFFFFFFF)
_FEW: Final = 4
"""Characters that are sooner looked up than asked whether they are kana, where no Han character stands beside them."""
_LAST_ONE: Final = np.uint64(1 << 63)
_LAST_TWO: Final = np.uint64(3 << 62)
_LAST_THREE: Final = np.uint64(7 << 61)


@njit(inline="always")
def below(n_bytes: int) -> Any:
    """The mask of the first 1 to 64 bytes."""
    return _ALL >> np.uint64(64 - n_bytes)


@njit(inline="always")
def _whole(first: Any) -> Any:
    """All bytes of characters of three bytes."""
    return first | first << _ONE | first << _TWO


@njit(inline="always")
def fold_block(raw: int, written: int, classes: int, quick: Any) -> Any:
    """Fold the characters of 64 bytes that are not ASCII, where they stand.

    Args:
        raw: Address of the same bytes, in lower case or not; two more are read, whatever they are.
        written: Address of the bytes, lower-cased where they are ASCII; written to.
        classes: Address of 64 bytes of scratch.
        quick: Of the character tables.

    Returns:
        Masks: words of what is not ASCII; Latin letters, twins and neutral letters; genuine twins; first bytes of words
        by themselves; what may begin and what may continue mojibake; what cannot be folded here; first bytes of
        characters that are not ASCII; the first byte of one that goes on behind the 64.
    """
    letters, two, three, four, han, korean, wide = foreign_kinds(written, raw, classes)
    cut = (two & _LAST_ONE) | (three & _LAST_TWO) | (four & _LAST_THREE)
    first = (two | three | four) & ~cut
    han &= ~cut
    syllables = _NONE
    if korean != _NONE:
        syllables = hangul(raw) & ~cut
    seen = _NONE
    todo = two & ~cut
    while todo != _NONE:
        place = lowest_bit(todo)
        todo &= todo - _ONE
        pair = np.uint64(load16(written + place))
        entry = np.uint64(quick[(pair & np.uint64(0x1F)) << np.uint64(6) | pair >> np.uint64(8) & np.uint64(0x3F)])
        store16(written + place, np.uint16(entry & np.uint64(0xFFFF)))
        store16(classes + place, np.uint16(entry >> np.uint64(16)))
        seen |= entry
    todo = three & ~(cut | han | syllables)
    if han != _NONE or n_bits(todo) > _FEW:
        kana, marks = kana_and_marks(raw)
        han |= kana & todo
        todo &= ~(kana | marks)
        if wide != _NONE:
            todo &= ~wide_marks(raw)
    while todo != _NONE:
        place = lowest_bit(todo)
        todo &= todo - _ONE
        pair, last = np.uint64(load16(written + place)), np.uint64(load8(written + place + 2)) & np.uint64(0x3F)
        high = (pair & np.uint64(0x0F)) << np.uint64(12) | (pair & np.uint64(0x3F00)) >> _TWO
        entry = np.uint64(quick[high | last])
        store16(classes + place, np.uint16(entry >> np.uint64(16)))
        store8(classes + place + 2, np.uint8(entry >> np.uint64(24)))
        seen |= entry
    word = latin = twin = genuine = character = lead = trail = slow = _NONE
    if seen >> np.uint64(16) != _NONE:  # to read what was just written has to wait for it
        word, latin, twin, genuine, character, lead, trail, slow = class_masks(classes)
    syllables = _whole(syllables)
    neutral = latin & twin
    return (
        word | syllables, letters | latin & ~neutral, twin & ~neutral, neutral | syllables, genuine,
        character & first | han, lead, trail, slow | four & ~cut, first, cut,
    )  # fmt: skip


@njit(inline="always")
def _n_holding(runs: Any, starts: Any, sought: Any) -> Any:
    """How many runs of bits hold one of those sought: a one added to each start is carried as far as the first."""
    return n_bits(((runs & ~sought) + starts) & sought)


@njit(inline="always")
def count_twins(twin: Any, first: Any, genuine: Any, open_run: bool, n_letters: int, is_genuine: bool) -> Any:
    """Count runs of letters that may be look-alikes of Latin ones.

    Args:
        twin: Mask of their bytes.
        first: Mask of first bytes of characters.
        genuine: Mask of letters among them that look like none.
        open_run: Whether a run is open at the first byte.
        n_letters: How many letters it has, if it is.
        is_genuine: Whether one of them is genuine.

    Returns:
        Runs that have got their second letter, and runs that have got their first genuine one; ``n_letters`` and
        ``is_genuine`` for the run that is open at the last byte, if one is.
    """
    n_foreign = n_genuine = 0
    if open_run:
        run = twin & ~(twin + _ONE)
        more = n_bits(run & first)
        n_foreign += n_letters < 2 <= n_letters + more
        n_letters += more
        if not is_genuine and run & genuine != _NONE:
            n_genuine += 1
            is_genuine = True
        twin &= ~run
    starts = twin & ~(twin << _ONE)
    if starts != _NONE:
        n_foreign += _n_holding(twin, starts, twin & first & ~starts)
        n_genuine += _n_holding(twin, starts, twin & genuine)
        last = np.uint64(highest_bit(starts))
        n_letters = n_bits((twin & first) >> last)
        is_genuine = (twin & genuine) >> last != _NONE
    return n_foreign, n_genuine, n_letters, is_genuine


@njit(inline="always")
def write_edge(edges: int, n_edges: int, place: int) -> int:
    """Write one edge of a word; returns how many there are then."""
    store32(edges + 4 * n_edges, np.uint32(place))
    return n_edges + 1


@njit(inline="always")
def _write_places(edges: int, written: int, places: Any) -> None:
    """Write the places of the bits of a mask, four bytes each.

    Eight at a time, of which the last may be none: how many there are is not to be foreseen, and guessing costs more
    than writing what the next ones overwrite.
    """
    stop = edges + 4 * n_bits(places)
    while edges < stop:
        for at in range(8):
            store32(edges + 4 * at, np.uint32(written + lowest_bit(places)))
            places &= places - _ONE
        edges += 32


@njit(inline="always")
def _write_characters(edges: int, text: int, first: Any) -> None:
    """Write what begins at the bits of a mask, eight bytes each: four of the text, and zeros; eight at a time."""
    stop = edges + 8 * n_bits(first)
    while edges < stop:
        for at in range(8):
            store64(edges + 8 * at, np.uint64(load32(text + lowest_bit(first))))
            first &= first - _ONE
        edges += 64


@njit(inline="always")
def write_edges(
    edges: int, n_edges: int, text: int, written: int, word: Any, characters: Any, inside: bool, keep: Any
) -> Any:
    """Write where the words of 64 bytes begin and end, the one as often as the other.

    Args:
        edges: Address of all edges, four bytes each; written to, and up to sixteen beyond.
        n_edges: How many there are.
        text: Address of the 64 bytes; four more are read.
        written: Bytes before these.
        word: Mask of the bytes of words, of those in ``keep``.
        characters: Mask of the first bytes of characters of three bytes that are words by themselves, and not in
            ``word``. These are written themselves, with one more byte, where others have their first edge, and 0 for
            the second: so they need not be looked up to be hashed.
        inside: Whether the byte before belongs to a word.
        keep: Mask of the bytes to look at.

    Returns:
        How many edges there are then.
    """
    before = word << _ONE | np.uint64(inside)
    next_one = edges + 4 * n_edges
    if characters == _NONE:
        changes = (word ^ before) & keep
        _write_places(next_one, written, changes)
        return n_edges + n_bits(changes)
    if before == _NONE and word == _NONE:
        _write_characters(next_one, text, characters)
        return n_edges + 2 * n_bits(characters)
    opened, closed = word & ~before, ~word & before & keep
    begins = opened | characters
    next_one += 4 * (n_edges & 1)  # what is open began before
    _write_characters(next_one, text, begins)
    changes = opened | closed
    while changes != _NONE:  # few, beside characters
        place = lowest_bit(changes)
        bit = changes & (_NONE - changes)
        changes ^= bit
        second = np.int64(closed & bit != _NONE)
        rank = n_bits(begins & (bit - _ONE)) - second
        store32(next_one + 8 * rank + 4 * second, np.uint32(written + place))
    return n_edges + 2 * n_bits(characters) + n_bits(opened) + n_bits(closed)
