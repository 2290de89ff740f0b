"""Texts to words or tokens, compiled: code points in, where they begin and end and a hash of each out.

In: the code points of a text and the kind of every character (see ``cutting``). Out: spans and 64-bit hashes. Must not
know texts, languages, nor what is known of a word. ``text.words.word_spans`` and ``text.tokens.cut`` are the readable
references, which the tests hold these against.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from dedup.sketch.character_kinds import CHARACTER, DIGIT, LETTER, LINE, LONE_DIGIT, MARK
from dedup.sketch.machine import njit

_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_BLANK: Final = ord(" ")
_APOSTROPHE: Final = ord("'")
_HYPHEN: Final = ord("-")
_STOP: Final = ord(".")
_COMMA: Final = ord(",")
_COLON: Final = ord(":")
_CASE: Final = 32
"""What tells a capital of ASCII from its small letter."""
_U: Final = ord("u")


@njit(inline="always")
def _hash(points: Any, seed: Any, start: int, end: int) -> Any:
    value = seed
    for at in range(start, end):
        value = (value ^ np.uint64(points[at])) * _GOLDEN
        value ^= value >> np.uint64(29)
    return value


@njit(cache=True, nogil=True)
def hashes(points: Any, seed: Any, spans: Any, out: Any) -> None:
    """Hash the code points of each span."""
    for at in range(len(spans)):
        out[at] = _hash(points, seed, spans[at, 0], spans[at, 1])


@njit(cache=True, nogil=True)
def words(points: Any, kinds: Any, seed: Any, spans: Any, out: Any) -> int:
    """Find the words of a folded text.

    Args:
        points: (n,) its code points.
        kinds: The kind of every character.
        seed: What every hash begins with.
        spans: (n, 2) written to: where words begin and end.
        out: (n,) written to: their hashes.

    Returns:
        Number of words.
    """
    n, at, size = 0, 0, len(points)
    while at < size:
        kind = kinds[points[at]]
        if kind < LETTER:
            at += 1
            continue
        start = at
        at += 1
        if kind <= DIGIT:
            while at < size and LETTER <= kinds[points[at]] <= DIGIT:
                at += 1
        spans[n, 0], spans[n, 1], out[n] = start, at, _hash(points, seed, start, at)
        n += 1
    return n


@njit(inline="always")
def _is_elided(points: Any, kinds: Any, start: int, end: int) -> Any:
    """Whether a run of letters that ends in an apostrophe is l', qu' or dell', and a word follows."""
    if end + 1 >= len(points) or points[end] != _APOSTROPHE:
        return False
    following = kinds[points[end + 1]]
    if following not in (LETTER, CHARACTER):
        return False
    first, length = points[start] | _CASE, end - start
    if points[start] > ord("z"):
        return False
    if length == 1:  # l d j n s c m
        return first in (108, 100, 106, 110, 115, 99, 109)
    if length == 2:  # qu
        return first == 113 and points[start + 1] == _U
    if points[end - 1] != 108 or points[end - 2] != 108:  # ll
        return False
    if length == 3:  # all
        return first == 97
    if length != 4:
        return False
    second = points[start + 1]
    if second == 101:  # dell, nell
        return first in (100, 110)
    return (second == 117 and first == 115) or (second == 97 and first == 100)  # sull, dall


@njit(inline="always")
def _is_plain_letter(point: int) -> bool:
    return 97 <= (point | _CASE) <= 122


@njit(cache=True, nogil=True)
def tokens(points: Any, kinds: Any, seed: Any, spans: Any, breaks: Any, out: Any) -> int:
    """Find the tokens of a text.

    Args:
        points: (n,) its code points, apostrophes and hyphens straight.
        kinds: The kind of every character.
        seed: What every hash begins with.
        spans: (n, 2) written to: where tokens begin and end, possessive endings cut off.
        breaks: (n,) written to: whether a line break or the start of the text stands before a token.
        out: (n,) written to: their hashes.

    Returns:
        Number of tokens.
    """
    n, at, size = 0, 0, len(points)
    begins = True
    while at < size:
        kind = kinds[points[at]]
        if kind < MARK:
            begins |= kind == LINE
            at += 1
            continue
        start = at
        at += 1
        if kind == LETTER:
            while at < size and kinds[points[at]] == LETTER:
                at += 1
            if _is_elided(points, kinds, start, at):
                at += 1
            elif at == start + 1 and _initials(points, start) > 1:
                at = start + 2 * _initials(points, start)
            else:
                while (
                    at + 1 < size
                    and (points[at] == _APOSTROPHE or points[at] == _HYPHEN)
                    and kinds[points[at + 1]] == LETTER
                ):
                    at += 2
                    while at < size and kinds[points[at]] == LETTER:
                        at += 1
        elif kind in (DIGIT, LONE_DIGIT):
            while at < size and (kinds[points[at]] == DIGIT or kinds[points[at]] == LONE_DIGIT):
                at += 1
            while (
                at + 1 < size
                and (points[at] == _STOP or points[at] == _COMMA or points[at] == _COLON)
                and (kinds[points[at + 1]] == DIGIT or kinds[points[at + 1]] == LONE_DIGIT)
            ):
                at += 2
                while at < size and (kinds[points[at]] == DIGIT or kinds[points[at]] == LONE_DIGIT):
                    at += 1
        end = at
        if end - start > 2 and points[end - 2] == _APOSTROPHE and (points[end - 1] | _CASE) == 115:  # 's
            end -= 2
        spans[n, 0], spans[n, 1], breaks[n], out[n] = start, end, begins, _hash(points, seed, start, end)
        begins = False
        n += 1
    return n


@njit(inline="always")
def _initials(points: Any, start: int) -> int:
    """How many plain letters with a full stop each stand in a row."""
    n, at = 0, start
    while at + 1 < len(points) and _is_plain_letter(points[at]) and points[at + 1] == _STOP:
        n, at = n + 1, at + 2
    return n


@njit(cache=True, nogil=True)
def join(points: Any, spans: Any, out: Any) -> None:
    """Write the code points of each span, and a blank behind them."""
    n = 0
    for at in range(len(spans)):
        for place in range(spans[at, 0], spans[at, 1]):
            out[n] = points[place]
            n += 1
        out[n] = _BLANK
        n += 1


@njit(cache=True, nogil=True)
def find(sought: Any, table: Any, out: Any) -> int:
    """Look hashes up.

    Args:
        sought: (n,) hashes.
        table: (a power of two, 2) in each row a hash and its value plus one, which is 0 where there is none.
        out: (n,) written to: their values, -1 where there is none.

    Returns:
        How many have none.
    """
    mask, missed = np.uint64(len(table) - 1), 0
    for at in range(len(sought)):
        slot = np.int64((sought[at] >> np.uint64(20)) & mask)
        while table[slot, 1] != 0 and table[slot, 0] != sought[at]:
            slot = np.int64(np.uint64(slot + 1) & mask)
        out[at] = np.int64(table[slot, 1]) - 1
        missed += out[at] < 0
    return missed


@njit(cache=True, nogil=True)
def put(new: Any, values: Any, table: Any) -> None:
    """Put hashes that are not there, and their values, into a table with room for them; see ``find``."""
    mask = np.uint64(len(table) - 1)
    for at in range(len(new)):
        slot = np.int64((new[at] >> np.uint64(20)) & mask)
        while table[slot, 1] != 0:
            slot = np.int64(np.uint64(slot + 1) & mask)
        table[slot, 0] = new[at]
        table[slot, 1] = values[at] + 1
