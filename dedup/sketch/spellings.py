"""The words that terms stand for, as an article writes them.

In: a text as it was given and its language. Out: for each of its terms the spelling people can read. Must not know
which terms are wanted, nor pairs.
"""

from __future__ import annotations

from collections import Counter, defaultdict

from dedup.sketch.salience import terms
from dedup.text.normalise import normalise
from dedup.text.words import is_unspaced, word_spans


def spellings(text: str, lang: str) -> dict[int, str]:
    """The most frequent spelling of every term of a text.

    Args:
        text: The text as it was given.
        lang: ISO 639-1 code of its language.

    Returns:
        By term id; ties go to the spelling that comes first.

    Examples:
        >>> from dedup.sketch.salience import vocabulary
        >>> spelt = spellings("Jetties! Ten Jetties, one jetty.", "en")
        >>> spelt[vocabulary("en").term("jetties").id]
        'Jetties'
    """
    folded = normalise(text)
    places = word_spans(folded.text)
    written = [text[slice(*folded.span(start, end))] for start, end in places]
    forms = [folded.text[start:end] for start, end in places]
    found: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for at, form in enumerate(forms):
        # Unspaced characters stand for a term in pairs, as in ``salience.terms``.
        is_pair = is_unspaced(form) and at + 1 < len(forms) and is_unspaced(forms[at + 1])
        size = 2 if is_pair else 1
        (term,) = terms(forms[at : at + size], lang)
        found[term.id]["".join(written[at : at + size])] += 1
    return {term: counted.most_common(1)[0][0] for term, counted in found.items()}
