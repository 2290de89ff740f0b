"""How often words are written in a language.

In: a code of a language. Out: the frequency of each word in its list. Must not know what is asked of it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import lru_cache


@lru_cache(maxsize=64)
def frequencies(lang: str) -> Mapping[str, float]:
    """The word list of a language.

    Args:
        lang: ISO 639-1 code, or any other string.

    Returns:
        Occurrences per word of text by word, of the list of the nearest language where it has none of its own; empty
        where no language is near, or where that is no code.

    Examples:
        >>> frequencies("en")["the"] > frequencies("en")["harbour"] > 0
        True
        >>> frequencies("no code")
        {}
    """
    import wordfreq  # loads a word list: only when a word is asked for

    # It says for each such language that it takes the nearest, on the terminal of whoever runs this.
    logging.getLogger("wordfreq").setLevel(logging.ERROR)
    try:
        # Not zipf_frequency: it cuts a word up first, with tokenizers for Chinese, Japanese and Korean of its own.
        return wordfreq.get_frequency_dict(lang)
    except (LookupError, ValueError):  # no list, or no language code
        return {}
