"""What stands between the words of a text and may be none of it: tags, entities, broken words; compiled.

In: the address of a text and of a character in it. Out: where a tag ends, or that ``normalise`` has to look. Must not
know words. The readable reference is ``dedup.text.normalise``.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from dedup.sketch.machine import load8, njit

NOT_HERE: Final = 0
UNSURE: Final = -1


@njit(inline="always")
def _is_letter(byte: int) -> bool:
    """Whether a byte is a letter of ASCII, or part of any other character."""
    return bool(byte >= 128 or 97 <= byte | 32 <= 122)


@njit(inline="always")
def _is_held(source: int, name: int, stop: int) -> bool:
    """Whether what stands behind a tag goes with it: its name may be script or style."""
    first, second, length = load8(source + name) | 32, load8(source + name + 1) | 32, stop - name
    return bool(first == 115 and ((length == 6 and second == 99) or (length == 5 and second == 116)))


@njit(inline="always")
def _is_inside_word(source: int, at: int, name: int, n_bytes: int, end: int) -> bool:
    """Whether a tag may stand inside a word, which ``normalise`` leaves whole if the tag is one of type.

    The first letters of a name tell most of the others: those of p, br, li, div, h1 and the tables' end every word.
    """
    if at == 0 or end >= n_bytes or not _is_letter(load8(source + at - 1)):
        return False
    first, second, after = load8(source + name) | 32, load8(source + name + 1) | 32, load8(source + end)
    if first in (112, 108, 104, 116) or (first == 98 and second == 114) or (first == 100 and second == 105):
        return False
    return bool(_is_letter(after) or after == 60)  # behind it another tag, and the word behind that


@njit(cache=True, nogil=True)
def suspect(source: int, at: int, n_bytes: int) -> int:
    """What begins at a ``<``, ``&`` or ``-``.

    Returns:
        One past the last byte of a tag, which is folded to a blank; ``UNSURE`` for what ``normalise`` has to read (an
        entity, a word broken over two lines, a tag with other letters in it); ``NOT_HERE`` for a plain character.
    """
    byte = load8(source + at)
    place = at + 1
    if byte == 38:  # &
        while place < min(at + 140, n_bytes):
            inside = load8(source + place)
            if inside == 59:
                return UNSURE if place > at + 1 else NOT_HERE
            if inside == 0xEF or inside == 0xCD:
                return UNSURE  # begins the other semicolons; letters of an entity may be any that fold to ASCII
            small = inside | np.uint8(32)
            if inside < 128 and not (97 <= small <= 122 or 48 <= inside <= 57 or inside == 35):
                return NOT_HERE
            place += 1
        return NOT_HERE
    if byte == 45:  # -
        while place < n_bytes:
            inside = load8(source + place)
            if inside == 10 or inside == 60:
                return UNSURE  # a tag may leave the line's end behind
            if inside not in (9, 13, 32):
                return NOT_HERE
            place += 1
        return NOT_HERE
    if place < n_bytes and load8(source + place) == 33:  # <! begins a comment or a document type
        return UNSURE
    if place < n_bytes and load8(source + place) == 47:  # </
        place += 1
    name = place
    while place < n_bytes and place < name + 16:
        inside = load8(source + place)
        small = inside | np.uint8(32)
        if not (97 <= small <= 122 or (place > name and 48 <= inside <= 57)):
            break
        place += 1
    if place >= n_bytes:
        return NOT_HERE
    inside = load8(source + place)
    if inside >= 128:
        return UNSURE
    if place == name:
        return NOT_HERE
    if _is_held(source, name, place):
        return UNSURE
    if inside == 60:
        return UNSURE  # a tag inside a tag leaves the outer one whole
    if inside == 47 and place + 1 < n_bytes:
        last = load8(source + place + 1)
        if last == 62 and not _is_inside_word(source, at, name, n_bytes, place + 2):
            return place + 2
        if last == 62 or last >= 128:
            return UNSURE
    if inside == 62:
        return UNSURE if _is_inside_word(source, at, name, n_bytes, place + 1) else place + 1
    if inside != 32 and not 9 <= inside <= 13 and not 28 <= inside <= 31:
        return NOT_HERE
    longest = place + 301
    place += 1
    while place < min(longest + 2, n_bytes):
        inside = load8(source + place)
        if inside == 62:
            if place > longest and load8(source + longest) != 47:
                return NOT_HERE
            return UNSURE if _is_inside_word(source, at, name, n_bytes, place + 1) else place + 1
        if inside >= 128 or inside == 60:
            return UNSURE
        place += 1
    return NOT_HERE
