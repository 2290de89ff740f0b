"""What every character is to matching, as tables that kernels can read.

In: ``codepoints.npz``. Out: for each code point whether it belongs to a word, what it is folded to, whether it can be
folded by itself, and what it does to a word that may hide look-alike letters. Must not know texts, nor how the tables
came about (``codepoint_entries``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final

import numpy as np
import numpy.typing as npt

UInt32s = npt.NDArray[np.uint32]
UInt16s = npt.NDArray[np.uint16]

PAGE: Final = 256
LONGEST: Final = 4
"""Characters of a sequence; what stands for more (a blessing in one Arabic sign) is left to ``normalise``."""
LIMIT: Final = 0x110000
_QUICK: Final = 0x10000
"""Code points of at most three bytes."""

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

QUICK_WORD: Final = 1
QUICK_LATIN: Final = 2
QUICK_TWIN: Final = 4
"""With QUICK_LATIN a neutral letter."""
QUICK_GENUINE: Final = 8
QUICK_CHARACTER: Final = 16
QUICK_LEAD: Final = 32
QUICK_TRAIL: Final = 64
QUICK_SLOW: Final = 128
"""Not to be folded where it stands: its word changes its length, or more than the character decides."""


@dataclass(frozen=True)
class CodePoints:
    """The tables.

    Args:
        pages: (4352,) page of each block of 256 code points.
        entries: (n_pages, 256) entries: class, target, mojibake bits.
        pool: Sequences one after the other, each behind its length; of every character its class and itself, where an
            entry has them.
        quick: (65536,) what kernels need of a character of two or three bytes that they fold where it stands: its
            QUICK bits from the 16th bit on and again from the 24th; below them, of one of two bytes, what it becomes.
    """

    pages: UInt16s
    entries: UInt32s
    pool: UInt32s
    quick: UInt32s


@lru_cache(maxsize=1)
def codepoints() -> CodePoints:
    """The tables as they lie in the package."""
    with resources.files("dedup.sketch").joinpath("codepoints.npz").open("rb") as file, np.load(file) as stored:
        pages, entries, pool = stored["pages"], stored["entries"], stored["pool"]
    return CodePoints(pages, entries, pool, quick(pages, entries, pool))


def quick(pages: UInt16s, entries: UInt32s, pool: UInt32s) -> UInt32s:
    """What lies between two words may stay as it is, and so may a letter that is folded to as many bytes."""
    flat = entries[pages[: _QUICK // PAGE]].ravel()
    points = np.arange(_QUICK, dtype=np.uint32)
    kind, target = flat & 7, flat >> TARGET_SHIFT & 0x1FFFFF
    script = flat >> SCRIPT_SHIFT & 3
    two = points < 0x800
    between_words = (kind == OTHER) & (script == BREAK)
    for at in np.flatnonzero((kind == SEQUENCE) & (script == BREAK)).tolist():
        begin = int(target[at]) + 1
        between_words[at] = not (pool[begin : begin + int(pool[begin - 1])] & 7).any()
    same_room = np.where(two, (target >= 0x80) & (target < 0x800), target == points)
    letter = (kind == WORD) & same_room
    character = (kind == CHARACTER) & (target == points) & (script == BREAK) & ~two
    of_script = np.asarray([QUICK_LATIN | QUICK_TWIN, QUICK_LATIN, QUICK_TWIN, 0], np.uint32)  # NEUTRAL comes first
    bits = letter * (QUICK_WORD | of_script[script] | QUICK_GENUINE * (flat >> GENUINE_BIT & 1))
    bits |= QUICK_CHARACTER * character.astype(np.uint32)
    bits |= QUICK_SLOW * (~(letter | character | between_words)).astype(np.uint32)
    bits |= QUICK_TRAIL * (flat >> TRAIL_BIT & 1) | QUICK_LEAD * (flat >> LEAD_SHIFT & 3 != 0).astype(np.uint32)
    written = np.where(letter & two, target, points)
    encoded = np.where(two, 0xC0 | written >> 6 | (0x80 | written & 0x3F) << 8, 0)
    made: UInt32s = (encoded | bits << 16 | bits << 24).astype(np.uint32)
    return made
