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
Int64s = npt.NDArray[np.int64]

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
            near, ours, theirs = _word_kinship(variant, source)
        else:
            ours, theirs = (np.flatnonzero(weight > 0.0) for weight in self.weights)
            near = words[np.ix_(ours, theirs)]
        self._near = near, ours, theirs
        weights = self.weights
        self.there = there = _largest(near.T, source, theirs, len(variant.word), ours)
        self.here = here = _largest(near, variant, ours, len(source.word), theirs)
        masses = [
            _by_sentence(np.add, weight[None, :], side.bounds)[0]
            for weight, side in zip(weights, (variant, source), strict=True)
        ]
        our_share = ratio(_by_sentence(np.add, (there * weights[0][:, None]).T, variant.bounds).T, masses[0][:, None])
        their_share = ratio(_by_sentence(np.add, (here * weights[1][:, None]).T, source.bounds), masses[1][None, :])
        both = np.sqrt(our_share * their_share)
        margins = both - best_other(both, 1), both - best_other(both, 0)
        self.pairs = np.stack(
            [
                np.maximum(our_share, their_share),
                np.minimum(our_share, their_share),
                both,
                np.maximum(*margins),
                np.minimum(*margins),
            ],
            axis=-1,
        )
        self.anywhere = there.max(axis=1, initial=0.0)
        said = _by_sentence(np.add, (self.anywhere * weights[0])[None, :], variant.bounds)[0]
        self.sentences = np.stack(
            [
                ratio(said, masses[0]),
                np.log1p(masses[0] - said),
                our_share.max(axis=1, initial=0.0),
                (our_share * their_share).max(axis=1, initial=0.0),
            ],
            axis=-1,
        )

    @property
    def words(self) -> Matrix:
        """(n_variant_words, n_source_words) how near two content words are, [0,1]."""
        near, ours, theirs = self._near
        result = np.zeros((len(self.weights[0]), len(self.weights[1])))
        result[np.ix_(ours, theirs)] = near
        return result


def content_weight(profile: Profile) -> Matrix:
    """(n_words,) root weight of content words, 0 for function words."""
    weight = profile.weight.astype(np.float64)
    return np.where(weight > CONTENT_WEIGHT, np.sqrt(weight), 0.0)


def _word_kinship(variant: Profile, source: Profile) -> tuple[Matrix, Int64s, Int64s]:
    """How near content words are, and which words of both are content.

    1 for the same term, a little less for the same beginning, in part for a like meaning.
    """
    ours, theirs = np.flatnonzero(variant.weight > CONTENT_WEIGHT), np.flatnonzero(source.weight > CONTENT_WEIGHT)
    near = kinship(variant.lang, variant.word[ours], source.lang, source.word[theirs])
    prefix = variant.prefix[ours]
    alike = (prefix[:, None] == source.prefix[theirs][None, :]) & (prefix != 0)[:, None]
    np.maximum(near, _PREFIX_KIN, out=near, where=alike)
    np.copyto(near, 1.0, where=variant.term[ours][:, None] == source.term[theirs][None, :])
    return near, ours, theirs


def _largest(near: Matrix, side: Profile, at: Int64s, n_words: int, others: Int64s) -> Matrix:
    """(n_words, n_sentences) the largest kinship of each word with a word of each sentence of ``side``.

    Args:
        near: (n_at, n_others) kinship of content words.
        side: The article whose sentences they are.
        at: Which of its words the rows are.
        n_words: Words of the other article.
        others: Which of them the columns are.
    """
    bounds = np.searchsorted(side.sentence[at], np.arange(side.n_sentences + 1))
    result = np.zeros((n_words, side.n_sentences))
    result[others] = rows_by_sentence(np.maximum, near, bounds).T
    return result


def rows_by_sentence(reduce: np.ufunc, values: npt.NDArray[Any], bounds: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
    """(n_sentences, columns) rows reduced sentence by sentence, 0 for a sentence without words.

    Whole rows are joined at a time, where ``_by_sentence`` goes through each.
    """
    result = np.zeros((len(bounds) - 1, values.shape[1]), dtype=values.dtype)
    filled = np.flatnonzero(np.diff(bounds))
    if len(filled):
        result[filled] = reduce.reduceat(np.ascontiguousarray(values), bounds[filled], axis=0)
    return result


def _by_sentence(reduce: np.ufunc, values: npt.NDArray[Any], bounds: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
    """(rows, n_sentences) columns reduced sentence by sentence, 0 for a sentence without words."""
    result = np.zeros((values.shape[0], len(bounds) - 1), dtype=values.dtype)
    filled = np.flatnonzero(np.diff(bounds))
    if len(filled):
        result[:, filled] = reduce.reduceat(values, bounds[filled], axis=1)
    return result
