"""Which words of a sentence that carries others are new to them.

In: two profiles, a second look at them, the text of the variant. Out: a probability for every word that it says
something its sentence's sources do not. Must not know what is shown of it.

A rewrite changes nearly every word, and most changed words say what the others said. What tells an addition is that it
comes in one piece: a clause of which little stands in the sources, with nothing in them left to be said by it. So a
word is judged with its clause, its neighbours and its sentence, and with how the whole variant goes about its source: a
faithful rewrite of everything has as many strange words as a tirade, but leaves out nothing and asks no questions. The
model is a small logistic one, fitted on the words that people marked (``make fit``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.match.alignment import side_by_side
from dedup.match.clauses import Clauses
from dedup.match.kin import Kin, rows_by_sentence
from dedup.match.likeness import Likeness
from dedup.match.profiles import Profile
from dedup.match.second_look import SecondLook, judge
from dedup.sketch.cutting import code_points
from dedup.text.remembered import Remembered

Matrix = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Int64s = npt.NDArray[np.int64]

MIN_NEW: Final = 0.2
"""Probability from which a word is new: best F1 of characters in cross-validation. One word in twenty-five is."""
_BREAK: Final = re.compile(r"[,;:()\[\]–—\"“”«»、\uff0c\uff1b\uff1a\uff08\uff09「」،؛]|\s-\s|\.{2,}|…")
"""What ends a clause."""
_FAR: Final = 12.0
"""Words away from which it does not matter how far."""
_FEW: Final = 3.0
"""Names and numbers of a clause that are many."""
_NEAR, _WIDE = 2, 5
_ENDS_CLAUSE: Final = Remembered(lambda gap: _BREAK.search(gap) is not None)
"""Whether what stands between two words ends a clause; a language has few such gaps."""
_BLANK: Final = ord(" ")
_ASKING: Final = re.compile(r"[?!\u061f\uff01\uff1f]")

FEATURES: Final = (
    "new_here",
    "new_anywhere",
    "same_here",
    "same_anywhere",
    "weight",
    "is_content",
    "new_near",
    "new_wide",
    "known_before",
    "known_behind",
    "known_nearest",
    "clause_new",
    "clause_new_anywhere",
    "clause_mass",
    "clause_words",
    "clause_is_first",
    "clause_is_last",
    "clause_is_all",
    "clause_known_names",
    "clause_new_names",
    "clause_new_digits",
    "is_name",
    "is_digits",
    "is_quoted",
    "sentence_known",
    "sentence_new",
    "source_unsaid",
    "new_over_unsaid",
    "best_citation",
    "n_cited",
    "words",
    "clause_new_mass",
    "position",
    "source_left_out",
    "asked",
    "new_of_a_sentence",
)


MEANT: Final = (
    "meant_here",
    "meant_anywhere",
    "meant_near",
    "meant_wide",
    "clause_meant",
    "clause_meant_anywhere",
    "clause_meant_least",
    "meant_over_sentence",
    "clause_over_sentence",
    "sentence_meant",
)
"""The same by what each word means where it stands; only of articles that an encoder has read."""


def names(likeness: Likeness | None) -> tuple[str, ...]:
    """The columns of ``NewWords.features``, of articles that an encoder has read or not."""
    return FEATURES if likeness is None else (*FEATURES, *MEANT)


class NewWords:
    """The words of a variant against those of its source.

    Args:
        text: The variant as given.
        variant: Its profile.
        source: The source's profile.
        look: The second look at both.
        near: Kinship of their words.
    """

    def __init__(self, text: str, variant: Profile, source: Profile, look: SecondLook, near: Kin) -> None:
        self._text, self._variant, self._source, self._look = text, variant, source, look
        self._near, self._likeness = near, look.likeness
        self._weight = near.weights[0]
        self._cites = look.citations[variant.sentence]

    def probabilities(self, at: int) -> Matrix:
        """(n_words,) that each word of the sentence ``at``, which cites something, is new."""
        return self._probabilities[self._words_of(at)]

    def features(self, at: int) -> Matrix:
        """(n_words, n_names) evidence about each word of a sentence, which cites something."""
        return self._features[self._words_of(at)]

    def _words_of(self, at: int) -> slice:
        return slice(*self._variant.bounds[at : at + 2].tolist())

    @cached_property
    def _probabilities(self) -> Matrix:
        """(n_words,) of all words; where a sentence cites nothing they mean nothing."""
        return judge("new_words", names(self._likeness), self._likeness).probability(self._features)

    @cached_property
    def _features(self) -> Matrix:
        """(n_words, n_names) of all words: sentence by sentence, calling NumPy would cost more than the work."""
        variant, near, weight = self._variant, self._near, self._weight
        same, same_anywhere = self._same
        columns = [
            self._new,
            1.0 - near.anywhere,
            same,
            same_anywhere,
            weight,
            weight > 0.0,
            *(_around(weight * self._new, weight, reach, *self._ends) for reach in (_NEAR, _WIDE)),
            *_distances(same & (weight > 0.0), *self._ends),
            *self._of_clauses(),
            variant.is_name,
            variant.is_digits,
            variant.is_quoted,
            *self._of_sentences(),
            *([] if self._likeness is None else self._meant(self._likeness)),
        ]
        return side_by_side(columns, weight.shape)

    @cached_property
    def _ends(self) -> tuple[Int64s, Int64s]:
        """(n_words,) where each word's sentence begins and ends, in words."""
        bounds, sentence = self._variant.bounds, self._variant.sentence
        return bounds[sentence], bounds[sentence + 1]

    @cached_property
    def _new(self) -> Matrix:
        """(n_words,) how unlike each word is to the one of the cited sentences that is most like it."""
        result: Matrix = 1.0 - np.where(self._cites, self._near.there, 0.0).max(axis=1, initial=0.0)
        return result

    @cached_property
    def _new_mass(self) -> Matrix:
        """(n_sentences,) weight of what is new."""
        return self._by_sentence(self._weight * self._new)

    @cached_property
    def _same(self) -> tuple[Flags, Flags]:
        """(n_words,) whether a word, or its beginning, stands in the cited sentences; and in any sentence."""
        return np.logical_or.reduce(self._near.stands & self._cites, axis=1), self._near.known

    def _by_sentence(self, amount: Matrix) -> Matrix:
        return np.bincount(self._variant.sentence, amount, self._variant.n_sentences).astype(np.float64, copy=False)

    def _of_sentences(self) -> Iterator[Matrix]:
        """Columns that all words of a sentence share, and the place of each in it."""
        variant, look, weights = self._variant, self._look, self._near.weights
        mass, new_mass, n_words = self._by_sentence(weights[0]), self._new_mass, variant.n_words
        # What the cited sentences have that nothing in this one says.
        left = (1.0 - self._near.here.T) * weights[1]
        unsaid = np.where(look.citations[:, self._source.sentence], left, 0.0).sum(axis=1)
        columns = (
            1.0 - new_mass / (mass + 1e-9),
            np.log1p(new_mass),
            np.log1p(unsaid),
            new_mass - unsaid,
            look.cited.max(axis=1, initial=0.0),
            np.log1p(look.citations.sum(axis=1)),
            np.log1p(n_words),
        )
        yield from (column[variant.sentence] for column in columns)
        yield self._clauses.spread(self._clauses.total(self._weight * self._new))
        yield (np.arange(len(variant.sentence)) - self._ends[0]) / n_words[variant.sentence]
        yield from (np.full(len(variant.sentence), share) for share in self._manner)

    @cached_property
    def _manner(self) -> tuple[float, float, float]:
        """How the variant goes about its source.

        The share of the source's sentences that it leaves out; questions and exclamations in a hundred words; what is
        new in the sentence of an average word.
        """
        left_out = 1.0 - float(np.logical_or.reduce(self._look.citations, axis=0).mean())
        asked = 100.0 * len(_ASKING.findall(self._text)) / max(1, len(self._variant.term))
        sentences = np.flatnonzero(self._look.reworded & (self._variant.n_words > 0))
        words = self._variant.n_words[sentences]
        return left_out, asked, float(np.log1p(self._new_mass[sentences]) @ words) / max(1, int(words.sum()))

    @cached_property
    def _clauses(self) -> Clauses:
        variant = self._variant
        last, first = variant.end[:-1], variant.start[1:]
        ends = (first - last != 1) | (code_points(self._text)[last] != _BLANK)
        for at in np.flatnonzero(ends).tolist():  # between most words stands a blank
            ends[at] = _ENDS_CLAUSE[self._text[last[at] : first[at]]]
        return Clauses(ends, variant.sentence)

    def _of_clauses(self) -> Iterator[Matrix]:
        """Columns that all words of a clause share."""
        clauses, weight, name, digits = self._clauses, self._weight, self._variant.is_name, self._variant.is_digits
        same, same_anywhere = self._same
        mass = clauses.total(weight)
        columns = (
            clauses.total(weight * self._new) / (mass + 1e-9),
            clauses.total(weight * (1.0 - self._near.anywhere)) / (mass + 1e-9),
            mass,
            np.log1p(clauses.n_words),
            clauses.is_first,
            clauses.is_last,
            clauses.is_first & clauses.is_last,
            np.minimum(clauses.total((name | digits) & same), _FEW),
            np.minimum(clauses.total(name & ~same_anywhere), _FEW),
            np.minimum(clauses.total(digits & ~same_anywhere), _FEW),
        )
        yield from map(clauses.spread, columns)

    def _meant(self, likeness: Likeness) -> Iterator[Matrix]:
        """Columns of how like each word, and its clause, means to what the source says."""
        there = rows_by_sentence(np.maximum, likeness.words.T, self._source.bounds).T
        here = np.where(self._cites, there, 0.0).max(axis=1, initial=0.0)
        anywhere = there.max(axis=1, initial=0.0)
        clauses, sentence, each = self._clauses, self._variant.sentence, np.ones(len(here))
        least = np.ones(len(clauses.n_words))
        np.minimum.at(least, clauses.of_word, here)
        whole = (self._by_sentence(here) / np.maximum(self._variant.n_words, 1))[sentence]
        of_clause = clauses.spread(clauses.total(here) / clauses.n_words)
        yield from (here, anywhere)
        yield from (_around(here, each, reach, *self._ends) for reach in (_NEAR, _WIDE))
        yield from (of_clause, clauses.spread(clauses.total(anywhere) / clauses.n_words), clauses.spread(least))
        yield from (here - whole, of_clause - whole, whole)


def _around(amount: Matrix, whole: Matrix, reach: int, start: Int64s, stop: Int64s) -> Matrix:
    """(n_words,) the share of ``amount`` in ``whole`` up to ``reach`` words away, drawn to 0 where there is little.

    ``start`` and ``stop`` say where each word's sentence begins and ends.
    """
    at = np.arange(len(amount))
    first, last = np.maximum(at - reach, start), np.minimum(at + reach + 1, stop)
    sums = np.zeros((2, len(amount) + 1))
    np.cumsum(amount, out=sums[0, 1:])
    np.cumsum(whole, out=sums[1, 1:])
    part, mass = sums[:, last] - sums[:, first]
    result: Matrix = part / (mass + 0.02)
    return result


def _distances(known: Flags, start: Int64s, stop: Int64s) -> tuple[Matrix, Matrix, Matrix]:
    """(n_words,) words since the last known one of the sentence, until the next, and to the nearer of both.

    ``_FAR`` where there is none near.
    """
    at = np.arange(len(known))
    last = np.maximum.accumulate(np.where(known, at, -1))
    following = np.minimum.accumulate(np.where(known, at, len(at))[::-1])[::-1]
    before = np.where(last >= start, np.minimum(at - last, _FAR), _FAR)
    behind = np.where(following < stop, np.minimum(following - at, _FAR), _FAR)
    return before, behind, np.minimum(before, behind)
