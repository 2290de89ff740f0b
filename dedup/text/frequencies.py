"""How often words are used in a language.

In: an ISO 639-1 code. Out: a frequency by word. Must not know what the words are weighed for.
"""

from __future__ import annotations

import logging
from functools import lru_cache


@lru_cache(maxsize=64)
def frequencies(lang: str) -> dict[str, float]:
    """The word list of a language, or of the nearest one that has a list.

    Args:
        lang: ISO 639-1 code.

    Returns:
        Share of all words, in (0,1], by word, the most frequent first; empty where no list is near.

    Examples:
        >>> frequencies("en")["the"] > frequencies("en")["harbour"]
        True
        >>> frequencies("nb") == frequencies("no"), frequencies("und"), frequencies("no language")
        (True, {}, {})
    """
    import wordfreq  # loads a word list: only where one is needed

    # It warns where it takes the nearest list, and a warning that no handler wants is printed. Whoever runs us asked
    # for no list and can do nothing about it. Its errors, and what anybody else logs, go where they went.
    logging.getLogger("wordfreq").setLevel(logging.ERROR)
    try:
        return wordfreq.get_frequency_dict(lang)
    except (LookupError, ValueError):  # no list, or no language code
        return {}
