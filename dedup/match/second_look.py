"""A second look at two articles of one story: which sentences carry which, and which say something new.

In: the profiles of an article and of another that was written from it. Out: a probability for every sentence pair, one
that a sentence of the second article is added, and from both the citations and the added sentences. Must not know what
is shown of them, nor who wrote first.

The alignment of ``alignment`` judges sentence pairs one by one, for hundreds of candidates of an article. Here one pair
of articles is known to tell one story, and a sentence can be judged by what was found around it: a weak link between
two sure ones is a link, a weak link to a sentence that another carries better is none (stacked sequential learning:
Cohen and Carvalho 2005). That a sentence is added is a judgement of its own: what counts is how much of it stands
anywhere in the source, not only in its best partner. Words that mean the same count in part (see ``sketch.kinship``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dedup.match import alignment
from dedup.match.alignment import Alignment, align, align_and_tell, best_other, ratio, side_by_side
from dedup.match.kin import KIN, Kin
from dedup.match.likeness import LIKENESS, Likeness
from dedup.match.logistic import Logistic, load_model
from dedup.match.profiles import Profile

Matrix = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

MIN_CITED: Final = 0.35
"""Probability from which a source sentence is cited; a sentence that is not added cites its best one in any case."""
MIN_ADDED: Final = 0.45
"""Probability from which a sentence is added; with ``MIN_CITED`` best F1 of both in cross-validation."""
_MAX_DENSE: Final = 4_000_000
"""Word pairs up to which two articles are looked at twice; for two books the first look must do."""
_NEIGHBOURHOOD: Final = 1.5
"""Sentences over which the course of the text is followed; the weight falls by e each."""
_FAR: Final = 6.0
"""Sentences off course that are far, however many they are."""

CONTEXT: Final = (
    "first_look",
    "rival_source",
    "rival_sentence",
    "lead_over_sources",
    "lead_over_sentences",
    "parallel_best",
    "parallel_both",
    "source_beside",
    "sentence_beside",
    "parallel_second",
    "crossed",
    "skipped",
    "off_course",
    "sources_in_all",
    "sentences_in_all",
)
CITED: Final = (*alignment.FEATURES, *CONTEXT, *KIN)
"""What a citation is judged by."""
ADDED: Final = (
    "best",
    "second_best",
    "in_all",
    "any",
    "known_anywhere",
    "new_mass",
    "mass",
    "new_names",
    "new_digits",
    "quoted",
    "words",
    "position",
    "is_last",
    "is_first",
    "before",
    "after",
    "rival",
    "cosine",
    "local_cosine",
    "coverage",
    "rare_coverage",
    "rare_coverage_max",
    "margin",
    "carried_in_article",
    "length_ratio",
    "kin_anywhere",
    "kin_new_mass",
    "kin_best",
    "kin_both",
)
"""What an added sentence is judged by."""


_BEST: Final = [
    alignment.FEATURES.index(name)
    for name in ("cosine", "local_cosine", "coverage_min", "rare_coverage_min", "rare_coverage_max", "margin_max")
]
"""Evidence of the first look of which a sentence's best pair counts; in ``ADDED`` from ``cosine`` to ``margin``."""


@dataclass(frozen=True)
class SecondLook:
    """The sentences of a variant against those of its source.

    Args:
        first: The first look, source on the left.
        cited: (n_variant, n_source) probability that a sentence carries a source sentence, [0,1].
        added: (n_variant,) probability that a sentence says something the source has nowhere, [0,1].
        near: Kinship of their words; None of two books, and of a copy.
        likeness: Of their words where they stand; None where no encoder has read them.
    """

    first: Alignment
    cited: Matrix
    added: Matrix
    near: Kin | None
    likeness: Likeness | None = None

    @cached_property
    def is_added(self) -> Flags:
        """(n_variant,) sentences that are added."""
        nothing = self.cited.max(axis=1, initial=0.0) <= 0.0
        result: Flags = nothing | (self.added >= MIN_ADDED)
        return result

    @cached_property
    def citations(self) -> Flags:
        """(n_variant, n_source) citations that hold; none of an added sentence, at least one of any other."""
        best = self.cited.max(axis=1, keepdims=True, initial=0.0)
        result: Flags = (self.cited >= MIN_CITED) | ((self.cited >= best - alignment.TIE) & (self.cited > 0.0))
        return result & ~self.is_added[:, None]

    @cached_property
    def reworded(self) -> Flags:
        """(n_variant,) sentences that cite something and stand nowhere word for word."""
        cites, verbatim = (np.logical_or.reduce(flags, axis=1) for flags in (self.citations, self.first.verbatim.T))
        return np.asarray(cites & ~verbatim)


def look_again(
    source: Profile,
    variant: Profile,
    *,
    compiled: bool = False,
    likeness: Callable[[], Likeness | None] = lambda: None,
) -> SecondLook:
    """Judge the sentences of ``variant`` against those of ``source``.

    Args:
        source: The article that was there first, or stands for the story.
        variant: The other.
        compiled: Whether the first look uses the compiled kernel.
        likeness: Has both read by an encoder, which takes its time; only called where there is something to judge.

    Returns:
        The second look. A sentence that stands in the source word for word is cited with probability 1 and never added;
        one without words cites nothing and counts as added.
    """
    if len(source.term) * len(variant.term) > _MAX_DENSE:
        return _first_alone(align(source, variant, compiled=compiled))
    first, told = align_and_tell(source, variant, compiled=compiled)
    once = first.probability.T
    if not once.size:
        return _first_alone(first)
    if first.verbatim.any(axis=0).all():  # a copy: there is nothing to judge
        return SecondLook(first, once, np.zeros(len(once)), None)
    values = told.transpose(1, 0, 2)
    near, like = Kin(variant, source), likeness()
    cited = second_look(values, once, first.verbatim.T, near, like)
    added = judge("added", ADDED, like).probability(sentence_features(variant, values, cited, near))
    added[first.verbatim.any(axis=0)] = 0.0
    return SecondLook(first, cited, added, near, like)


def _first_alone(first: Alignment) -> SecondLook:
    """What the first look says, where a second is not to be had."""
    once = first.probability.T
    return SecondLook(first, once, (once.max(axis=1, initial=0.0) < alignment.MIN_LINK).astype(np.float64), None)


def judge(name: str, features: tuple[str, ...], likeness: Likeness | None) -> Logistic:
    """The model ``name``, as it was fitted without an encoder or with one."""
    return load_model(name if likeness is None else f"{name}_semantic", features)


def second_look(values: Matrix, once: Matrix, same: Flags, near: Kin, likeness: Likeness | None = None) -> Matrix:
    """(n_variant, n_source) probabilities of citations, from the first look and what is around each pair."""
    model = judge("cited", citation_names(likeness), likeness)
    cited = model.probability(citation_features(values, once, near, likeness))
    cited[values[:, :, 0] == 0.0] = 0.0
    return beside_verbatim(cited, same)


def beside_verbatim(probability: Matrix, same: Flags) -> Matrix:
    """The probabilities where some sentences stand word for word: those are sure, and leave little for others."""
    result = np.where(same, 1.0, probability)
    beside: Flags = np.logical_or(np.logical_or.reduce(same, axis=1)[:, None], np.logical_or.reduce(same, axis=0))
    shadow = beside & ~same
    result[shadow] *= alignment.SHADOW
    return result


def citation_names(likeness: Likeness | None) -> tuple[str, ...]:
    """The columns of ``citation_features``."""
    return CITED if likeness is None else (*CITED, *LIKENESS)


def citation_features(values: Matrix, once: Matrix, near: Kin, likeness: Likeness | None = None) -> Matrix:
    """(n_variant, n_source, n_names) evidence about every pair, from the first look's features and result."""
    read = [] if likeness is None else [likeness.pairs]
    return np.concatenate([values, _context(once), near.pairs, *read], axis=-1)


def _context(once: Matrix) -> Matrix:
    """(n_variant, n_source, len(CONTEXT)) what the first look found around each pair."""
    n, m = once.shape
    odds = _odds(once)
    rival_source, rival_sentence = best_other(once, 1), best_other(once, 0)
    padded = np.zeros((n + 4, m + 4))
    padded[2:-2, 2:-2] = once

    def at(down: int, right: int) -> Matrix:
        return padded[2 + down : 2 + down + n, 2 + right : 2 + right + m]

    return side_by_side(
        [
            odds,
            rival_source,
            rival_sentence,
            odds - _odds(rival_source),
            odds - _odds(rival_sentence),
            np.maximum(at(-1, -1), at(1, 1)),
            np.minimum(at(-1, -1), at(1, 1)),
            np.maximum(at(0, -1), at(0, 1)),
            np.maximum(at(-1, 0), at(1, 0)),
            np.maximum(at(-2, -2), at(2, 2)),
            np.maximum(at(-1, 1), at(1, -1)),
            np.maximum.reduce([at(-1, -2), at(-2, -1), at(1, 2), at(2, 1)]),
            _off_course(once),
            once.sum(axis=1)[:, None],
            once.sum(axis=0)[None, :],
        ],
        once.shape,
    )


def _off_course(once: Matrix) -> Matrix:
    """How many sentences a source lies from where the neighbours' sources lead one to expect it, at most ``_FAR``."""
    n, m = once.shape
    here, there = np.arange(n), np.arange(m)
    weight = once.max(axis=1)[None, :] * np.exp(-np.abs(here[:, None] - here[None, :]) / _NEIGHBOURHOOD)
    np.fill_diagonal(weight, 0.0)
    whole = weight.sum(axis=1)
    ahead = once.argmax(axis=1) - here * (m / n)
    expected = np.divide(weight @ ahead, whole, out=np.zeros(n), where=whole > alignment.TIE) + here * (m / n)
    off = np.minimum(np.abs(there[None, :] - expected[:, None]), _FAR)
    result: Matrix = np.where(whole[:, None] > alignment.TIE, off, _FAR / 2)
    return result


def sentence_features(variant: Profile, values: Matrix, cited: Matrix, near: Kin) -> Matrix:
    """(n_variant, len(ADDED)) evidence about every sentence of the variant."""
    n = variant.n_sentences
    weight = variant.weight.astype(np.float64)
    known = near.known

    def total(amount: npt.NDArray[np.floating[Any]]) -> Matrix:
        summed: Matrix = np.bincount(variant.sentence, amount, minlength=n).astype(np.float64)
        return summed

    mass = total(weight)
    new = total(weight * ~known)
    best_first = -np.sort(-cited, axis=1)
    best = best_first[:, 0]
    second = best_first[:, 1] if cited.shape[1] > 1 else np.zeros(n)
    at = cited.argmax(axis=1)
    rival = best_other(cited, 0)[np.arange(n), at]
    beside = np.pad(best, 1, constant_values=0.5)
    words = variant.n_words
    names, digits = total((variant.is_name & ~known) * 1.0), total((variant.is_digits & ~known) * 1.0)
    return side_by_side(
        [
            _odds(best),
            second,
            np.minimum(cited.sum(axis=1), 3.0),
            1.0 - np.prod(1.0 - cited, axis=1),
            ratio(mass - new, mass),
            np.log1p(new),
            np.log1p(mass),
            np.log1p(names),
            np.log1p(digits),
            ratio(total(variant.is_quoted * 1.0), words.astype(np.float64)),
            np.log1p(words),
            np.arange(n) / max(1, n - 1),
            (np.arange(n) == n - 1) * 1.0,
            (np.arange(n) == 0) * 1.0,
            beside[:-2],
            beside[2:],
            rival,
            *values[:, :, _BEST].max(axis=1).T,
            best.mean(),
            np.log(n / cited.shape[1]),
            *near.sentences.T,
        ],
        (n,),
    )


def _odds(probability: Matrix) -> Matrix:
    """Log-odds, of probabilities kept away from 0 and 1."""
    kept = np.clip(probability, 1e-4, 1.0 - 1e-4)
    result: Matrix = np.log(kept / (1.0 - kept))
    return result
