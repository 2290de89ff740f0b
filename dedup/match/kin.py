"""How much of the sentences of one article another says, words of like meaning counted in part.

In: two profiles, and how near their words are. Out: per sentence pair and per sentence, the share that the other side
says. Must not know which of the two was written first.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dedup.match.alignment import best_other, ratio
from dedup.match.profiles import Profile
from dedup.sketch.kinship import kinship
from dedup.sketch.salience import CONTENT_WEIGHT

Matrix = npt.NDArray[np.float64]

KIN: Final = ("kin_max", "kin_min", "kin_both", "kin_margin_max", "kin_margin_min")
"""What a sentence pair's kinship says."""
_PREFIX_KIN: Final = 0.9


class Kin:
    """How much of each sentence the other side says, words of like meaning counted in part.

    Args:
        variant: One article.
        source: The other.
        words: (n_variant_words, n_source_words) how near two words are, [0,1]; by their stems and what each means by
            itself without it. Function words do not count in any case.

    Attributes:
        weights: Root weights of the content words of both, 0 for function words.
        words: (n_variant_words, n_source_words) how near two content words are, [0,1].
        there: (n_variant_words, n_source) the largest of these in each source sentence.
        here: (n_source_words, n_variant) the same the other way.
        anywhere: (n_variant_words,) the largest in the whole source.
        pairs: (n_variant, n_source, len(KIN)) per sentence pair.
        sentences: (n_variant, 4) per sentence: its share said anywhere in the source, the weight said nowhere, the
            largest share that one source sentence says, and the largest product of that share and its converse.
    """

    def __init__(self, variant: Profile, source: Profile, words: Matrix | None = None) -> None:
        self.weights = content_weight(variant), content_weight(source)
        if words is None:
            self.words = _word_kinship(variant, source)
        else:
            counts = (self.weights[0] > 0.0)[:, None] & (self.weights[1] > 0.0)[None, :]
            self.words = np.where(counts, words, 0.0)
        weights = self.weights
        self.there = there = by_sentence(np.maximum, self.words, source.bounds)
        self.here = here = by_sentence(np.maximum, self.words.T, variant.bounds)
        masses = [
            by_sentence(np.add, weight[None, :], side.bounds)[0]
            for weight, side in zip(weights, (variant, source), strict=True)
        ]
        ours = ratio(by_sentence(np.add, (there * weights[0][:, None]).T, variant.bounds).T, masses[0][:, None])
        theirs = ratio(by_sentence(np.add, (here * weights[1][:, None]).T, source.bounds), masses[1][None, :])
        both = np.sqrt(ours * theirs)
        margins = both - best_other(both, 1), both - best_other(both, 0)
        self.pairs = np.stack(
            [np.maximum(ours, theirs), np.minimum(ours, theirs), both, np.maximum(*margins), np.minimum(*margins)], -1
        )
        self.anywhere = there.max(axis=1, initial=0.0)
        said = by_sentence(np.add, (self.anywhere * weights[0])[None, :], variant.bounds)[0]
        self.sentences = np.stack(
            [
                ratio(said, masses[0]),
                np.log1p(masses[0] - said),
                ours.max(axis=1, initial=0.0),
                (ours * theirs).max(axis=1, initial=0.0),
            ],
            axis=-1,
        )


def content_weight(profile: Profile) -> Matrix:
    """(n_words,) root weight of content words, 0 for function words."""
    weight = profile.weight.astype(np.float64)
    return np.where(weight > CONTENT_WEIGHT, np.sqrt(weight), 0.0)


def _word_kinship(variant: Profile, source: Profile) -> Matrix:
    """1 for the same term, a little less for the same beginning, in part for a like meaning; 0 for function words."""
    ours, theirs = np.flatnonzero(variant.weight > CONTENT_WEIGHT), np.flatnonzero(source.weight > CONTENT_WEIGHT)
    near = kinship(variant.lang, variant.word[ours], source.lang, source.word[theirs])
    prefix = variant.prefix[ours]
    alike = (prefix[:, None] == source.prefix[theirs][None, :]) & (prefix != 0)[:, None]
    near[alike] = np.maximum(near[alike], _PREFIX_KIN)
    near[variant.term[ours][:, None] == source.term[theirs][None, :]] = 1.0
    result = np.zeros((len(variant.word), len(source.word)))
    result[np.ix_(ours, theirs)] = near
    return result


def by_sentence(reduce: np.ufunc, values: npt.NDArray[Any], bounds: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
    """(rows, n_sentences) columns reduced sentence by sentence, 0 for a sentence without words."""
    result = np.zeros((values.shape[0], len(bounds) - 1), dtype=values.dtype)
    filled = np.flatnonzero(np.diff(bounds))
    if len(filled):
        result[:, filled] = reduce.reduceat(values, bounds[filled], axis=1)
    return result
