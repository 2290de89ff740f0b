"""Sixty-four bytes of a text at a time, compiled: what their characters are, and edges of words from bit masks.

In: 64 bytes as ``fold_ascii`` wrote them, and the table of characters that are folded where they stand. Out: masks, bit
``n`` for byte ``n``; counts of words that may hide look-alikes; edges of words. Must not know where a text goes on.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from dedup.sketch.lanes import class_masks, foreign_kinds
from dedup.sketch.machine import highest_bit, load8, load16, lowest_bit, n_bits, njit, store8, store16

_ONE: Final = np.uint64(1)
_TWO: Final = np.uint64(2)
_THREE: Final = np.uint64(3)
_NONE: Final = np.uint64(0)
_ALL: Final = np.uint64(0xFFFFFFFFFFFFFFFF)
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
def fold_block(written: int, classes: int, quick: Any) -> Any:
    """Fold the characters of 64 bytes that are not ASCII, where they stand.

    Args:
        written: Address of the bytes, lower-cased where they are ASCII; written to.
        classes: Address of 64 bytes of scratch.
        quick: Of the character tables.

    Returns:
        Masks: words of what is not ASCII; Latin letters, twins and neutral letters; genuine twins; first bytes of words
        by themselves; what may begin and what may continue mojibake; what cannot be folded here; first bytes of
        characters that are not ASCII; the first byte of one that goes on behind the 64.
    """
    letters, two, three, four, han, hangul = foreign_kinds(written, classes)
    cut = (two & _LAST_ONE) | (three & _LAST_TWO) | (four & _LAST_THREE)
    first = (two | three | four) & ~cut
    han &= ~cut
    hangul &= ~cut
    todo = two & ~cut
    while todo != _NONE:
        place = lowest_bit(todo)
        todo &= todo - _ONE
        pair = np.uint64(load16(written + place))
        entry = np.uint64(quick[(pair & np.uint64(0x1F)) << np.uint64(6) | pair >> np.uint64(8) & np.uint64(0x3F)])
        store16(written + place, np.uint16(entry & np.uint64(0xFFFF)))
        store16(classes + place, np.uint16(entry >> np.uint64(16)))
    todo = three & ~(cut | han | hangul)
    while todo != _NONE:
        place = lowest_bit(todo)
        todo &= todo - _ONE
        pair, last = np.uint64(load16(written + place)), np.uint64(load8(written + place + 2)) & np.uint64(0x3F)
        high = (pair & np.uint64(0x0F)) << np.uint64(12) | (pair & np.uint64(0x3F00)) >> _TWO
        entry = np.uint64(quick[high | last])
        store16(classes + place, np.uint16(entry >> np.uint64(16)))
        store8(classes + place + 2, np.uint8(entry >> np.uint64(24)))
    word, latin, twin, genuine, character, lead, trail, slow = class_masks(classes)
    syllables = _whole(hangul)
    neutral = latin & twin
    return (
        word | syllables, letters | latin & ~neutral, twin & ~neutral, neutral | syllables, genuine,
        character & first | han, lead, trail, slow | four & ~cut, first, cut,
    )  # fmt: skip


@njit(inline="always")
def _n_holding(runs: Any, starts: Any, sought: Any) -> int:
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
def write_edges(edges: Any, n_edges: int, written: int, word: Any, inside: bool, keep: Any) -> int:
    """Write where words begin and end, one as often as the other.

    Args:
        edges: Written to, and up to eight beyond.
        n_edges: How many there are.
        written: Bytes before these.
        word: Mask of the bytes of words, of those in ``keep``.
        inside: Whether the byte before belongs to a word.
        keep: Mask of the bytes to look at.

    Returns:
        How many edges there are then.
    """
    changes = (word ^ (word << _ONE | np.uint64(inside))) & keep
    # Eight at a time, of which the last may be none: how many there are is not to be foreseen, and guessing costs more
    # than writing what the next ones overwrite.
    following = n_edges + n_bits(changes)
    while n_edges < following:
        for place in range(8):
            edges[n_edges + place] = written + lowest_bit(changes)
            changes &= changes - _ONE
        n_edges += 8
    return following


@njit(inline="always")
def _write_every_other(edges: Any, at: int, written: int, places: Any) -> None:
    stop = at + 2 * n_bits(places)
    while at < stop:
        for place in range(8):
            edges[at + 2 * place] = written + lowest_bit(places)
            places &= places - _ONE
        at += 16


@njit(inline="always")
def write_edges_of_both(
    edges: Any, n_edges: int, written: int, word: Any, characters: Any, inside: bool, keep: Any
) -> int:
    """``write_edges`` where some characters of three bytes are words by themselves, so that one may end where one begins.

    Args:
        edges: Written to, and up to sixteen beyond.
        n_edges, written, word, inside, keep: See ``write_edges``; ``word`` is of the other words.
        characters: Mask of the first bytes of those characters.

    Returns:
        How many edges there are then.
    """
    before = word << _ONE | np.uint64(inside)
    begins = word & ~before | characters
    ends = ~word & before & keep | characters << _THREE
    odd = n_edges & 1  # what is open began before
    n_ends = n_bits(ends)
    _write_every_other(edges, n_edges + odd, written, begins)
    _write_every_other(edges, n_edges + 1 - odd, written, ends)
    if characters >> np.uint64(61) != _NONE:  # its end is the first byte behind the 64
        edges[n_edges + 1 - odd + 2 * n_ends] = written + 64
        n_ends += 1
    return n_edges + n_bits(begins) + n_ends
