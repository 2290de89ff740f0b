"""One article as the arrays that compiled code compares it by.

In: a side. Out: for each field of ``packing.Packed`` its values. Must not know other articles. What is distinct in the
article is told by ``packing_kernels``.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dedup.match import packing_kernels as kernels
from dedup.match.packing import DATE_KIND, HEADLINE
from dedup.match.profiles import NUMBER, PREFIX_SHARE
from dedup.match.sides import RARE_HEADLINE, Int64s, Side, told_in_headline
from dedup.sketch.salience import term_id

_DATE_KINDS: Final = ("weekday", "day", "month", "year")
_NO_TERMS: Final = np.empty(0, dtype=np.int64)
_NO_WEIGHTS: Final = np.empty(0, dtype=np.float32)
_NOBODY: Final = np.empty(0, dtype=np.bool_)


def arrays(side: Side) -> dict[str, Any]:
    """The fields of ``packing.Packed`` that an article has many of, by name.

    Args:
        side: The article.
    """
    profile, content = side.profile, side.content
    n, head = profile.n_sentences, side.headline
    more = (_NO_TERMS, _NO_WEIGHTS, _NO_TERMS) if head is None else (head.term, head.weight, head.prefix)
    units = kernels.units(
        profile.sentence, profile.term, profile.weight, profile.prefix, profile.kinds, profile.amount_sentence,
        profile.amount, profile.amount_weight, NUMBER, PREFIX_SHARE, n,
    )  # fmt: skip
    words, is_digits, word_end = kernels.words(profile.sentence, profile.word, profile.is_digits, n)
    has, has_weight = kernels.heaviest(profile.term, profile.weight, content, *more[:2])
    quoted, quoted_weight = kernels.heaviest(
        profile.term, profile.weight, content & profile.is_quoted, _NO_TERMS, _NO_WEIGHTS
    )
    days = sorted(side.lead_days, key=str)
    headline = _headline(side)
    return {
        "unit_sentence": units[0],
        "unit_index": units[1],
        "unit_root": units[2],
        "unit_kinds": units[6],
        "term": units[3],
        "term_count": units[4],
        "term_strength": units[5],
        "n_words": profile.n_words,
        "fingerprint": np.asarray(profile.fingerprints, dtype=np.uint64),
        "mass": kernels.masses(profile.sentence, profile.weight, content, n),
        "word_end": word_end,
        "shingle": kernels.runs(profile.word, content, side.shingle_size),
        "has": has,
        "has_weight": has_weight,
        "begins": kernels.distinct(profile.prefix, content, more[2]),
        **_names(side),
        **_numbers(side),
        "quoted": quoted,
        "quoted_weight": quoted_weight,
        "headline": headline[0],
        "headline_weight": headline[1],
        "date": sorted(
            DATE_KIND * _DATE_KINDS.index(kind) + value for kind, values in side.dates.items() for value in values
        ),
        "day": [term_id(day) if isinstance(day, str) else day for day in days],
        "day_is_text": [isinstance(day, str) for day in days],
        "word": words,
        "word_is_digits": is_digits,
    }


def _names(side: Side) -> dict[str, Any]:
    profile = side.profile
    chosen = profile.is_name & side.content
    term, sentence = profile.term[chosen], profile.sentence[chosen]
    weight, prefix = profile.weight[chosen], profile.prefix[chosen]
    if (head := side.headline) is not None:
        told = told_in_headline(head)
        term = np.concatenate([term, head.term[told]])
        sentence = np.concatenate([sentence, np.full(int(told.sum()), HEADLINE, dtype=np.int32)])
        weight = np.concatenate([weight, head.weight[told]])
        prefix = np.concatenate([prefix, head.prefix[told]])
    distinct, place = kernels.ranks(term)
    return {
        "name": distinct,
        "mention_name": place,
        "mention_sentence": sentence,
        "mention_weight": weight,
        "mention_prefix": prefix,
    }


def _numbers(side: Side) -> dict[str, Any]:
    profile = side.profile
    amount, weight = profile.amount[side.stated], profile.amount_weight[side.stated]
    sentence = profile.amount_sentence[side.stated]
    if (head := side.headline) is not None:
        amount, weight = np.concatenate([amount, head.amount]), np.concatenate([weight, head.amount_weight])
        sentence = np.concatenate([sentence, np.full(len(head.amount), HEADLINE, dtype=np.int32)])
    number, number_weight = kernels.heaviest(amount, weight, np.ones(len(amount), np.bool_), _NO_TERMS, _NO_WEIGHTS)
    return {
        "number": number,
        "number_weight": number_weight,
        "stated_number": np.searchsorted(number, amount),
        "stated_sentence": sentence,
        "stated_weight": weight,
    }


def _headline(side: Side) -> tuple[Int64s, npt.NDArray[np.float64]]:
    """The rare terms of the headline."""
    if side.headline is None:
        return _NO_TERMS, np.empty(0)
    term, weight = kernels.heaviest(_NO_TERMS, _NO_WEIGHTS, _NOBODY, side.headline.term, side.headline.weight)
    rare = weight.astype(np.float64) >= RARE_HEADLINE
    return term[rare], weight[rare]
