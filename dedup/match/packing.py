"""The articles of a batch as a few long arrays, so that compiled code can go through pairs without a Python object.

In: nothing. Out: which arrays there are, and what they hold. Must not know how they are made (``parcels`` does), nor
what is computed from them (``evidence_kernels`` does).
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

Int64s = npt.NDArray[np.int64]

HEADLINE: Final = -1
"""The sentence that a headline is."""
DATE_KIND: Final = 1 << 20
"""Parts of dates are numbered by kind and value."""
NAME: Final = 1
NUMBER: Final = 2
QUOTED: Final = 4
"""Bits of what a word behind a unit is."""
PREFIX_SHARE: Final = np.float32(0.5)
"""Weight of a word's beginning, as a share of the word's."""


class Packed(NamedTuple):
    """Articles end to end. A field of article ``i`` is ``field[at[i, k]:at[i + 1, k]]`` with the ``k`` of its group.

    Args:
        at: (n_articles + 1, 15) where the parts of each article begin, by group.
        unit_sentence: Group 0, see ``profiles.Units``; so the next three.
        unit_index: Term of each unit, counted within its article.
        unit_root: Root of its weight.
        unit_kinds: Its kinds.
        term: Group 1, see ``Units.vocabulary``; so the next two.
        term_count: Sentences that have the term.
        term_strength: Its largest root weight.
        n_words: Group 2: words of each sentence.
        fingerprint: Hash of each sentence, 0 for one without words.
        mass: Content weight of each sentence.
        word_end: Distinct words of all sentences up to this one, within the article.
        shingle: Group 3: sorted distinct shingles.
        has: Group 4: sorted distinct terms of content and headline.
        has_weight: Their weight.
        begins: Group 5: sorted distinct word beginnings of content and headline.
        name: Group 6: sorted distinct name terms.
        mention_name: Group 7, each mention of a name in order, the headline's last: its place among the names.
        mention_sentence: Its sentence, ``HEADLINE`` for the headline.
        mention_weight: Weight of the word.
        mention_prefix: Its beginning, 0 where there is none.
        number: Group 8: sorted distinct numbers and dated days.
        number_weight: Their weight.
        stated_number: Group 9, each mention of a number, the headline's last: its place among the numbers.
        stated_sentence: Its sentence.
        stated_weight: Its weight.
        quoted: Group 10: sorted distinct quoted terms.
        quoted_weight: Their weight.
        headline: Group 11: sorted distinct rare terms of the headline.
        headline_weight: Their weight.
        date: Group 12: sorted parts of all dates, by kind and value.
        day: Group 13: days of the opening sentences.
        day_is_text: Whether such a day is as stated, not numbered.
        word: Group 14: distinct words of each sentence, sorted within it.
        word_is_digits: Whether such a word is written in digits.
        n_content: (n_articles,) words outside furniture.
        unspaced: (n_articles,) share of characters of scripts without spaces.
        hours: (n_articles,) publication time in hours, NaN where unknown.
        has_headline: (n_articles,) whether there is a headline.
    """

    at: Int64s
    unit_sentence: npt.NDArray[np.int32]
    unit_index: npt.NDArray[np.int32]
    unit_root: npt.NDArray[np.float64]
    unit_kinds: npt.NDArray[np.uint8]
    term: Int64s
    term_count: npt.NDArray[np.int32]
    term_strength: npt.NDArray[np.float64]
    n_words: npt.NDArray[np.int32]
    fingerprint: npt.NDArray[np.uint64]
    mass: npt.NDArray[np.float64]
    word_end: npt.NDArray[np.int32]
    shingle: Int64s
    has: Int64s
    has_weight: npt.NDArray[np.float32]
    begins: Int64s
    name: Int64s
    mention_name: npt.NDArray[np.int32]
    mention_sentence: npt.NDArray[np.int32]
    mention_weight: npt.NDArray[np.float32]
    mention_prefix: Int64s
    number: Int64s
    number_weight: npt.NDArray[np.float32]
    stated_number: npt.NDArray[np.int32]
    stated_sentence: npt.NDArray[np.int32]
    stated_weight: npt.NDArray[np.float32]
    quoted: Int64s
    quoted_weight: npt.NDArray[np.float32]
    headline: Int64s
    headline_weight: npt.NDArray[np.float32]
    date: Int64s
    day: Int64s
    day_is_text: npt.NDArray[np.bool_]
    word: Int64s
    word_is_digits: npt.NDArray[np.bool_]
    n_content: Int64s
    unspaced: npt.NDArray[np.float64]
    hours: npt.NDArray[np.float64]
    has_headline: npt.NDArray[np.bool_]


GROUPS: Final = (
    ("unit_sentence", "unit_index", "unit_root", "unit_kinds"),
    ("term", "term_count", "term_strength"),
    ("n_words", "fingerprint", "mass", "word_end"),
    ("shingle",),
    ("has", "has_weight"),
    ("begins",),
    ("name",),
    ("mention_name", "mention_sentence", "mention_weight", "mention_prefix"),
    ("number", "number_weight"),
    ("stated_number", "stated_sentence", "stated_weight"),
    ("quoted", "quoted_weight"),
    ("headline", "headline_weight"),
    ("date",),
    ("day", "day_is_text"),
    ("word", "word_is_digits"),
)
GROUP_OF: Final = {name: group for group, members in enumerate(GROUPS) for name in members}
_DTYPES: Final[dict[str, Any]] = {
    **dict.fromkeys(
        "unit_sentence unit_index term_count n_words word_end mention_name mention_sentence stated_number "
        "stated_sentence".split(),
        np.int32,
    ),
    **dict.fromkeys(
        "term shingle has begins name mention_prefix number quoted headline date day word".split(), np.int64
    ),
    **dict.fromkeys("unit_root term_strength mass".split(), np.float64),
    **dict.fromkeys(
        "has_weight mention_weight number_weight stated_weight quoted_weight headline_weight".split(), np.float32
    ),
    "unit_kinds": np.uint8,
    "fingerprint": np.uint64,
    "day_is_text": np.bool_,
    "word_is_digits": np.bool_,
}

_OF_ARTICLE: Final[dict[str, Any]] = {
    "n_content": np.int64,
    "unspaced": np.float64,
    "hours": np.float64,
    "has_headline": np.bool_,
}
"""What an article has one of."""
TYPE_OF: Final = {name: np.dtype(kind) for name, kind in (_DTYPES | _OF_ARTICLE).items()}
"""Of each field, those of which an article has one last."""
