"""What every character is to matching, as tables that kernels can read.

In: the folding of ``dedup.text.normalise`` and the words of ``dedup.text.words``, character by character. Out: for each
code point whether it belongs to a word, what it is folded to, whether it can be folded by itself, and what it does to a
word that may hide look-alike letters. Must not know texts.

Building the tables asks ``normalise`` about 140,000 characters, which takes a second; so they are kept beside this file
in ``codepoints.npz``, written by ``python -m tests.codepoint_tables``, and a test holds both together. A character that
Unicode did not know when they were written is left to ``normalise``, as is one that depends on its neighbours.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.text.homoglyphs import EXACT_TWIN, FOREIGN_LETTER
from dedup.text.mojibake import mojibake_lead, mojibake_trail
from dedup.text.normalise import depends_on_neighbours, normalise
from dedup.text.words import UNSPACED

UInt32s = npt.NDArray[np.uint32]
UInt16s = npt.NDArray[np.uint16]

PAGE: Final = 256
LONGEST: Final = 4
"""Characters of a sequence; what stands for more (a blessing in one Arabic sign) is left to ``normalise``."""
LIMIT: Final = 0x110000

OTHER: Final = 0
"""Belongs to no word."""
WORD: Final = 1
"""A letter or digit of a script with spaces."""
CHARACTER: Final = 2
"""A word by itself: scripts without spaces."""
HARD: Final = 3
"""To be folded by ``normalise``, with its neighbours."""
SEQUENCE: Final = 4
"""Folded to several characters."""

NEUTRAL: Final = 0
"""Belongs to a run of letters in which look-alikes are sought, and is none itself."""
LATIN: Final = 1
"""A Latin letter of such a run."""
TWIN: Final = 2
"""A letter of the blocks that look-alikes of Latin ones are taken from: Greek, Cyrillic, Armenian and a few more."""
BREAK: Final = 3
"""Ends such a run. Of the last three only LATIN and TWIN add up to 3, which kernels rely on."""

TARGET_SHIFT: Final = 4
"""An entry's class lies in its lowest bits; from this bit on what the character is folded to, or where in ``pool``."""
SCRIPT_SHIFT: Final = 25
"""From this bit on whether it may be, or be exposed by, a look-alike. A run with both scripts is for ``normalise``."""
TRAIL_BIT: Final = 27
"""Set where the character may continue a mojibake sequence."""
LEAD_SHIFT: Final = 28
"""From this bit on how many of those must follow for it to be one."""
GENUINE_BIT: Final = 30
"""Set where a TWIN has no exact twin: its word is none that is disguised as a whole."""


_KINDS: Final = {
    WORD: re.compile(rf"[^\W_{UNSPACED}]"),
    CHARACTER: re.compile(f"[{UNSPACED}]"),
}
_LETTER: Final = re.compile(rf"[^\W\d_{UNSPACED}]")


@dataclass(frozen=True)
class CodePoints:
    """The tables.

    Args:
        pages: (4352,) page of each block of 256 code points.
        entries: (n_pages, 256) entries: class, target, mojibake bits.
        pool: Sequences one after the other, each behind its length; of every character its class and itself, where an
            entry has them.
    """

    pages: UInt16s
    entries: UInt32s
    pool: UInt32s


def build() -> CodePoints:
    """Make the tables from ``normalise`` and ``words``."""
    pool: list[int] = []
    flat = np.full(LIMIT, HARD, dtype=np.uint32)
    for point in range(LIMIT):
        character = chr(point)
        if unicodedata.category(character) not in {"Cn", "Co", "Cs"}:
            flat[point] = _entry(character, pool)
    entries, pages = np.unique(flat.reshape(-1, PAGE), axis=0, return_inverse=True)
    return CodePoints(pages.ravel().astype(np.uint16), entries, np.asarray(pool, dtype=np.uint32))


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


@lru_cache(maxsize=1)
def codepoints() -> CodePoints:
    """The tables as they lie in the package."""
    with resources.files("dedup.sketch").joinpath("codepoints.npz").open("rb") as file, np.load(file) as stored:
        return CodePoints(stored["pages"], stored["entries"], stored["pool"])
