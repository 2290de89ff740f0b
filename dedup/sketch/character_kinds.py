"""What a character is to the kernels that cut texts.

In: nothing. Out: a number for each kind. Must not know which characters are of it (see ``cutting.kinds``), nor load
what compiles kernels.
"""

from __future__ import annotations

from typing import Final

NOTHING: Final = 0
"""Belongs to no word and no token."""
LINE: Final = 1
"""The same, and ends a line."""
MARK: Final = 2
LETTER: Final = 3
"""A letter, or a number that is no digit, of a script with spaces."""
DIGIT: Final = 4
CHARACTER: Final = 5
"""A letter of a script without spaces."""
LONE_MARK: Final = 6
"""A mark of such a script, which counts as one of its words."""
LONE_DIGIT: Final = 7
"""A digit of such a script: a word by itself, but one token with its neighbours."""
