"""How much of the sentences of one article another says, words of like meaning counted in part.

In: two profiles, and how near their words are. Out: per sentence pair and per sentence, the share that the other side
says. Must not know which of the two was written first.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dedup.match.alignment import best_other, ratio, side_by_side
from dedup.match.profiles import Profile, places_among
from dedup.sketch.kinship import kinship
from dedup.sketch.salience import CONTENT_WEIGHT

Matrix = npt.NDArray[np.float64]
Int64s = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

KIN: Final = ("kin_max", "kin_min", "kin_both", "kin_margin_max", "kin_margin_min")
"""What a sentence pair's kinship says."""
_PREFIX_KIN: Final = 0.9


class Kin:
    """How much of each sentence the other side says, words of like meaning counted in part.

    Args:
        variant: One article.
        source: The other.
        nearest: ``there`` and ``here`` as somebody else has found them; by their stems and what each word means by
            itself without it.

    Attributes:
        weights: Root weights of the content words of both, 0 for function words.
        there: (n_variant_words, n_source) how near, [0,1], a word is to the nearest of each source sentence; 0 for
            function words.
        here: (n_source_words, n_variant) the same the other way.
        anywhere: (n_variant_words,) the largest in the whole source.
        pairs: (n_variant, n_source, len(KIN)) per sentence pair.
        sentences: (n_variant, 4) per sentence: its share said anywhere in the source, the weight said nowhere, the
            largest share that one source sentence says, and the largest product of that share and its converse.
    """

    def __init__(self, variant: Profile, source: Profile, nearest: tuple[Matrix, Matrix] | None = None) -> None:
        self._sides = variant, source
        self.weights = weights = content_weight(variant), content_weight(source)
        self.there, self.here = there, here = nearest or _nearest_kin(variant, source)
        masses = [
            _by_sentence(np.add, weight[None, :], side.bounds)[0]
            for weight, side in zip(weights, (variant, source), strict=True)
        ]
        our_share = ratio(_by_sentence(np.add, (there * weights[0][:, None]).T, variant.bounds).T, masses[0][:, None])
        their_share = ratio(_by_sentence(np.add, (here * weights[1][:, None]).T, source.bounds), masses[1][None, :])
        both = np.sqrt(our_share * their_share)
        margins = both - best_other(both, 1), both - best_other(both, 0)
        self.pairs = side_by_side(
            [
                np.maximum(our_share, their_share),
                np.minimum(our_share, their_share),
                both,
                np.maximum(*margins),
                np.minimum(*margins),
            ],
            both.shape,
        )
        self.anywhere = there.max(axis=1, initial=0.0)
        said = _by_sentence(np.add, (self.anywhere * weights[0])[None, :], variant.bounds)[0]
        self.sentences = side_by_side(
            [
                ratio(said, masses[0]),
                np.log1p(masses[0] - said),
                our_share.max(axis=1, initial=0.0),
                (our_share * their_share).max(axis=1, initial=0.0),
            ],
            said.shape,
        )

    @cached_property
    def stands(self) -> Flags:
        """(n_variant_words, n_source) whether a word, or its beginning, stands in each source sentence."""
        variant, source = self._sides
        result: Flags = np.logical_or(*_stands(variant, variant.units.place, source, 0.0))
        return result

    @cached_property
    def known(self) -> Flags:
        """(n_variant_words,) whether it stands anywhere in the source: ``Profile.knows``."""
        result: Flags = np.logical_or.reduce(self.stands, axis=1)
        return result


def content_weight(profile: Profile) -> Matrix:
    """(n_words,) root weight of content words, 0 for function words."""
    weight = profile.weight.astype(np.float64)
    return np.where(weight > CONTENT_WEIGHT, np.sqrt(weight), 0.0)


def nearest_of(near: Matrix, variant: Profile, source: Profile) -> tuple[Matrix, Matrix]:
    """``Kin.there`` and ``Kin.here`` from (n_variant_words, n_source_words) how near words are, [0,1]."""
    known = np.where(content_weight(variant)[:, None] * content_weight(source)[None, :] > 0.0, near, 0.0)
    return rows_by_sentence(np.maximum, known.T, source.bounds).T, rows_by_sentence(np.maximum, known, variant.bounds).T


def _nearest_kin(variant: Profile, source: Profile) -> tuple[Matrix, Matrix]:
    """``Kin.there`` and ``Kin.here``: 1 for the same term, a little less for the same beginning, in part for kin."""
    ours, theirs = (np.flatnonzero(side.weight > CONTENT_WEIGHT) for side in (variant, source))
    found = kinship(variant.lang, variant.word[ours], source.lang, source.word[theirs])
    there = _nearest(found.kin, found.near, found.left, found.right, source.sentence[theirs], source.n_sentences)
    here = _nearest(found.kin[::-1], found.near, found.right, found.left, variant.sentence[ours], variant.n_sentences)
    return _with_same(there, ours, variant, source), _with_same(here, theirs, source, variant)


def _nearest(
    kin: Int64s, near: Matrix, words: Int64s, others: Int64s, sentence: npt.NDArray[np.int32], n_sentences: int
) -> Matrix:
    """(n_words, n_sentences) how near each word is to the nearest of its kin in each sentence of the other article.

    Args:
        kin: (2, n_pairs) distinct words that are kin, those of the other article second.
        near: (n_pairs,) how near they are.
        words: (n_words,) which of the distinct words each is.
        others: The same of the other article.
        sentence: The sentence that each of these stands in.
        n_sentences: Sentences of the other article.
    """
    order = np.argsort(others, kind="stable")
    n_places = np.bincount(others, minlength=len(others))
    last = np.cumsum(n_places)
    # Each pair once for every place where its second word stands.
    times = n_places[kin[1]]
    place = np.arange(times.sum()) + np.repeat(last[kin[1]] - np.cumsum(times), times)
    table = np.zeros((len(words), n_sentences))
    at = np.repeat(kin[0] * n_sentences, times) + sentence[order[place]]
    np.maximum.at(table.reshape(-1), at, np.repeat(near, times))
    return table[words]


def _with_same(near: Matrix, content: Int64s, words: Profile, article: Profile) -> Matrix:
    """(n_words, n_sentences) of all words what is known of content words, or more where they stand themselves."""
    same, alike = _stands(words, words.units.place[:, content], article, CONTENT_WEIGHT)
    np.maximum(near, _PREFIX_KIN, out=near, where=alike)
    near[same] = 1.0
    result = np.zeros((len(words.term), article.n_sentences))
    result[content] = near
    return result


def _stands(words: Profile, place: Int64s, article: Profile, least: float) -> tuple[Flags, Flags]:
    """(n_words, n_sentences) sentences of another article that have each word's term, and that have its beginning.

    Args:
        words: The article whose words they are.
        place: (2, n_words) of each of the words ``Units.place``.
        article: The other.
        least: Weight above which a word of the other counts.
    """
    own, other = words.units, article.units
    counted = article.weight > least if least else slice(None)
    has = np.zeros((len(other.vocabulary) + 1, article.n_sentences), dtype=np.bool_)
    for at in other.place:
        has[at[counted], article.sentence[counted]] = True
    has[-1] = False  # where a word has no beginning, and what the other article does not have
    there = np.append(places_among(own.vocabulary, other.vocabulary), -1)
    return has[there[place[0]]], has[there[place[1]]]


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
