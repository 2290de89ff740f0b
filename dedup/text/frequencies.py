"""How often words are used in a language.

In: an ISO 639-1 code. Out: a frequency by word. Must not know what the words are weighed for.
"""

from __future__ import annotations

import logging
import math
from functools import lru_cache


@lru_cache(maxsize=64)
def zipf_frequencies(lang: str) -> dict[str, float]:
    """The word list of a language, or of the nearest one that has a list.

    Args:
        lang: ISO 639-1 code.

    Returns:
        Frequency by word on the Zipf scale (van Heuven et al. 2014), the logarithm of uses in a billion words, in
        [0,9], the most frequent first; empty where no list is near.

    Examples:
        >>> round(zipf_frequencies("en")["the"], 2), round(zipf_frequencies("en")["harbour"], 2)
        (7.73, 3.98)
        >>> zipf_frequencies("nb") == zipf_frequencies("no"), zipf_frequencies("und"), zipf_frequencies("no language")
        (True, {}, {})
    """
    import wordfreq  # loads a word list: only where one is needed

    # It warns where it takes the nearest list, and a warning that no handler wants is printed. Whoever runs us asked
    # for no list and can do nothing about it. Its errors, and what anybody else logs, go where they went.
    logging.getLogger("wordfreq").setLevel(logging.ERROR)
    try:
        # Not its zipf_frequency: it cuts a word up first, with tokenizers for Chinese, Japanese and Korean. Nor its
        # dictionary, which would be a second one of a third of a million words beside this.
        listed = wordfreq.get_frequency_list(lang)
    except (LookupError, ValueError):  # no list, or no language code
        return {}
    known: dict[str, float] = {}
    for centibels, words in enumerate(listed):
        known.update(dict.fromkeys(words, math.log10(wordfreq.cB_to_freq(-centibels)) + 9.0))
    return known
