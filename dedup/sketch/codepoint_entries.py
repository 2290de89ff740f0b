"""How the tables of ``codepoints`` come about.

In: the folding of ``dedup.text.normalise`` and the words of ``dedup.text.words``, character by character. Out: the
tables. Must not know texts, nor kernels.

Building the tables asks ``normalise`` about 140,000 characters, which takes a second; so they are kept beside this file
in ``codepoints.npz``, written by ``python -m tests.codepoint_tables``, and a test holds both together. A character that
Unicode did not know when they were written is left to ``normalise``, as is one that depends on its neighbours.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import numpy as np

from dedup.sketch.codepoints import (
    BREAK,
    CHARACTER,
    GENUINE_BIT,
    HARD,
    LATIN,
    LEAD_SHIFT,
    LIMIT,
    LONGEST,
    NEUTRAL,
    OTHER,
    PAGE,
    SCRIPT_SHIFT,
    SEQUENCE,
    TARGET_SHIFT,
    TRAIL_BIT,
    TWIN,
    WORD,
    CodePoints,
    quick,
)
from dedup.text.homoglyphs import EXACT_TWIN, FOREIGN_LETTER
from dedup.text.mojibake import mojibake_lead, mojibake_trail
from dedup.text.normalise import depends_on_neighbours, normalise
from dedup.text.words import UNSPACED

_KINDS: Final = {
    WORD: re.compile(rf"[^\W_{UNSPACED}]"),
    CHARACTER: re.compile(f"[{UNSPACED}]"),
}
_LETTER: Final = re.compile(rf"[^\W\d_{UNSPACED}]")


def build() -> CodePoints:
    """Make the tables from ``normalise`` and ``words``."""
    pool: list[int] = []
    flat = np.full(LIMIT, HARD, dtype=np.uint32)
    for point in range(LIMIT):
        character = chr(point)
        if unicodedata.category(character) not in {"Cn", "Co", "Cs"}:
            flat[point] = _entry(character, pool)
    entries, pages = np.unique(flat.reshape(-1, PAGE), axis=0, return_inverse=True)
    made = pages.ravel().astype(np.uint16), entries, np.asarray(pool, dtype=np.uint32)
    return CodePoints(*made, quick(*made))


def _entry(character: str, pool: list[int]) -> int:
    """The entry of a character; a sequence is put into ``pool``."""
    text = _folded_alone(character)
    # What a second pass of the folds may find in the folded text counts as much as what the first finds in the given.
    both = character + text
    leads = [n_trail for n_trail in map(mojibake_lead, both) if n_trail]
    bits = any(map(mojibake_trail, both)) << TRAIL_BIT | min(leads, default=0) << LEAD_SHIFT
    scripts = {_script(one) for one in both} - {BREAK}
    if not text or scripts >= {LATIN, TWIN}:
        return HARD | bits
    bits |= (max(scripts) if scripts else BREAK) << SCRIPT_SHIFT
    genuine = TWIN in scripts and not any(one in EXACT_TWIN for one in both)
    bits |= genuine << GENUINE_BIT
    if len(text) == 1:
        return _kind(text) | ord(text) << TARGET_SHIFT | bits
    at = len(pool)
    pool += [len(text), *(_kind(one) | ord(one) << TARGET_SHIFT for one in text)]
    return SEQUENCE | at << TARGET_SHIFT | bits


def _folded_alone(character: str) -> str:
    """What a character is folded to wherever it stands; empty where that depends on its neighbours."""
    if depends_on_neighbours(character):
        return ""
    folded = normalise(character)
    # A second pass would read markup that the first brought forth, and join a mark to the character before it.
    again = not character.isascii() and any(one in "<&" for one in folded.text)
    if folded.folds or len(folded.text) > LONGEST or again or depends_on_neighbours(folded.text[:1]):
        return ""
    return folded.text


def _kind(character: str) -> int:
    return next((kind for kind, pattern in _KINDS.items() if pattern.match(character)), OTHER)


def _script(character: str) -> int:
    if not _LETTER.match(character):
        return BREAK
    if character.isascii() or "\xc0" <= character <= "\u024f":
        return LATIN
    return TWIN if FOREIGN_LETTER.match(character) else NEUTRAL
