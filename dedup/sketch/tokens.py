"""The tokens of a text and what they look like, by compiled code.

In: a text as it was given and the lists of its language. Out: its tokens, as ``text.tokens`` cuts them and with what
``text.looks`` sees of them, in a quarter of the time. Must not know what any token means.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np

from dedup.sketch import cutting
from dedup.text.claims import Cut
from dedup.text.lexicon import Lexicon, lexicon
from dedup.text.looks import UPPER, look, looks_of
from dedup.text.tokens import Tokens, as_read


def tokens(text: str, lists: Lexicon) -> Tokens:
    """What ``text.tokens.tokens`` makes of a text, and has been looked at already.

    Args:
        text: Any string.
        lists: Lists of the language that it will be looked at in.

    Examples:
        >>> read = tokens("Mr Vale’s 12,500 boats", lexicon("en"))
        >>> read.words, read.kept["en"].capitals
        (['Mr', 'Vale', '12,500', 'boats'], [0, 1])
    """
    plain, origin = as_read(text)
    (spans, hashes), breaks = cutting.tokens(plain)
    starts, ends = spans[:, 0].tolist(), spans[:, 1].tolist()
    words = [plain[start:end] for start, end in zip(starts, ends, strict=True)]
    seen = _looks(lists.lang).of(spans, hashes, plain)
    lower = words.copy()
    for at in np.flatnonzero(seen & UPPER).tolist():
        lower[at] = words[at].lower()
    read = Tokens(plain, words, lower, starts, ends, breaks.tolist(), origin)
    read.kept[lists.lang] = looks_of(words, seen)
    return read


CUT: Final = Cut(tokens)
"""To be handed to ``text.claims.stated``."""


@lru_cache(maxsize=64)
def _looks(lang: str) -> cutting.Answers:
    """What words look like in a language."""
    seen = look(lexicon(lang))
    return cutting.Answers(lambda words: list(map(seen, words)))
