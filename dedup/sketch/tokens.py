"""The tokens of a text and what they look like, by compiled code.

In: a text as it was given and the lists of its language. Out: its tokens, as ``text.tokens`` cuts them and with what
``text.looks`` sees of them, in four to seven tenths of the time. Must not know what any token means.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np

from dedup.sketch import cutting
from dedup.sketch.cutting import Hashes, Int32s, Int64s
from dedup.text.claims import Cut
from dedup.text.lexicon import Lexicon, lexicon
from dedup.text.looks import UPPER, look, looks_of
from dedup.text.remembered import MOST_CHARACTERS
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
    words, lower, seen = _known(lists.lang).of(spans, hashes, plain)
    starts, ends = spans.T.tolist()
    read = Tokens(plain, words, lower, starts, ends, breaks.tolist(), origin)
    read.kept[lists.lang] = looks_of(words, seen)
    return read


CUT: Final = Cut(tokens)
"""To be handed to ``text.claims.stated``."""


class _Known:
    """What is known of the tokens of a language.

    Each is one string wherever it stands: making one for every word of a text, and hashing it for the tables that it is
    looked up in, took as long as finding it. The table starts anew when it is full, or has too many characters.
    """

    def __init__(self, lang: str) -> None:
        self._look = look(lexicon(lang))
        self._places = cutting.Answers(self._add)
        self._words: list[str] = []
        self._lower: list[str] = []
        self._seen = np.empty(0, dtype=np.int64)
        self._n_characters = 0

    def of(self, spans: Int32s, hashes: Hashes, plain: str) -> tuple[list[str], list[str], Int64s]:
        """The tokens of a text as they are written and in lower case, and what ``look`` says of each."""
        if self._n_characters > MOST_CHARACTERS:
            self._places = cutting.Answers(self._add)
        places = self._places.of(spans, hashes, plain)
        at = places.tolist()
        return list(map(self._words.__getitem__, at)), list(map(self._lower.__getitem__, at)), self._seen[places]

    def _add(self, words: list[str]) -> range:
        first = len(self._places)
        last = first + len(words)
        seen = list(map(self._look, words))
        del self._words[first:], self._lower[first:]
        self._n_characters = sum(map(len, words)) + (self._n_characters if first else 0)
        self._words += words
        self._lower += [word.lower() if bits & UPPER else word for word, bits in zip(words, seen, strict=True)]
        self._seen = cutting.with_room(self._seen, first, last)
        self._seen[first:last] = seen
        return range(first, last)


@lru_cache(maxsize=64)
def _known(lang: str) -> _Known:
    """The shared tokens of a language."""
    return _Known(lang)
