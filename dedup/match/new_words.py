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
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.match.kin import Kin, content_weight
from dedup.match.likeness import Likeness
from dedup.match.profiles import Profile
from dedup.match.second_look import SecondLook, judge

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
        self._kin, self._likeness = near.words, look.likeness
        self._weights = content_weight(variant), content_weight(source)
        self._same = (variant.term[:, None] == source.term[None, :]) | (
            (variant.prefix[:, None] == source.prefix[None, :]) & (variant.prefix[:, None] != 0)
        )
        self._anywhere = self._kin.max(axis=1, initial=0.0)
        self._same_anywhere: Flags = np.logical_or.reduce(self._same, axis=1)

    def probabilities(self, at: int) -> Matrix:
        """(n_words,) that each word of the sentence ``at``, which cites something, is new."""
        return judge("new_words", names(self._likeness), self._likeness).probability(self.features(at))

    def features(self, at: int) -> Matrix:
        """(n_words, n_names) evidence about each word of a sentence."""
        mine, cited = self._against(at)
        weight = self._weights[0][mine]
        n = len(weight)
        here = self._kin[mine][:, cited]
        new, new_anywhere = _unlike(here), 1.0 - self._anywhere[mine]
        same: Flags = np.logical_or.reduce(self._same[mine][:, cited], axis=1)
        mass, new_mass = float(weight.sum()), float((weight * new).sum())
        unsaid = float((self._weights[1][cited] * (1.0 - here.max(axis=0, initial=0.0))).sum())
        before, behind = _distances(same & (weight > 0.0))
        clause = self._clauses(mine)
        return np.column_stack(
            [
                new,
                new_anywhere,
                same,
                self._same_anywhere[mine],
                weight,
                weight > 0.0,
                _around(weight * new, weight, _NEAR),
                _around(weight * new, weight, _WIDE),
                before,
                behind,
                np.minimum(before, behind),
                self._of_clauses(clause, mine, new, new_anywhere, same),
                self._variant.is_name[mine],
                self._variant.is_digits[mine],
                self._variant.is_quoted[mine],
                np.full(n, 1.0 - new_mass / (mass + 1e-9)),
                np.full(n, np.log1p(new_mass)),
                np.full(n, np.log1p(unsaid)),
                np.full(n, new_mass - unsaid),
                np.full(n, self._look.cited[at].max()),
                np.full(n, np.log1p(self._look.citations[at].sum())),
                np.full(n, np.log1p(n)),
                np.bincount(clause, weight * new)[clause],
                np.arange(n) / n,
                np.tile(self._manner, (n, 1)),
                *([] if self._likeness is None else [self._meant(self._likeness, clause, mine, cited)]),
            ]
        )

    @cached_property
    def _manner(self) -> Matrix:
        """(3,) how the variant goes about its source.

        The share of the source's sentences that it leaves out; questions and exclamations in a hundred words; what is
        new in the sentence of an average word.
        """
        left_out = 1.0 - float(np.logical_or.reduce(self._look.citations, axis=0).mean())
        asked = 100.0 * len(_ASKING.findall(self._text)) / max(1, len(self._variant.term))
        sentences = np.flatnonzero(self._look.reworded & (self._variant.n_words > 0))
        masses = np.array([self._new_mass(at) for at in sentences.tolist()])
        words = self._variant.n_words[sentences]
        return np.array([left_out, asked, float(np.log1p(masses) @ words) / max(1, int(words.sum()))])

    def _against(self, at: int) -> tuple[slice, Flags]:
        """The words of a sentence, and (n_source_words,) which words of the source stand in what it cites."""
        mine = slice(*self._variant.bounds[at : at + 2].tolist())
        return mine, np.isin(self._source.sentence, np.flatnonzero(self._look.citations[at]))

    def _new_mass(self, at: int) -> float:
        """Weight of what is new in a sentence."""
        mine, cited = self._against(at)
        return float(self._weights[0][mine] @ _unlike(self._kin[mine][:, cited]))

    def _clauses(self, mine: slice) -> Int64s:
        """(n_words,) the clause each word is in."""
        start, end = self._variant.start[mine].tolist(), self._variant.end[mine].tolist()
        gaps = zip(end[:-1], start[1:], strict=True)
        breaks = [_BREAK.search(self._text, last, first) is not None for last, first in gaps]
        return np.cumsum([0, *breaks])

    def _of_clauses(self, clause: Int64s, mine: slice, new: Matrix, new_anywhere: Matrix, same: Flags) -> Matrix:
        """(n_words, 10) what each word's clause is like."""
        weight = self._weights[0][mine]
        name, digits = self._variant.is_name[mine], self._variant.is_digits[mine]
        strange = ~self._same_anywhere[mine]

        def total(amount: npt.NDArray[np.generic]) -> Matrix:
            summed: Matrix = np.bincount(clause, amount.astype(np.float64)).astype(np.float64)
            return summed

        mass, last = total(weight), int(clause[-1])
        number = np.arange(last + 1)
        columns = np.column_stack(
            [
                total(weight * new) / (mass + 1e-9),
                total(weight * new_anywhere) / (mass + 1e-9),
                mass,
                np.log1p(total(np.ones(len(clause)))),
                number == 0,
                number == last,
                np.full(last + 1, last == 0),
                np.minimum(total((name | digits) & same), _FEW),
                np.minimum(total(name & strange), _FEW),
                np.minimum(total(digits & strange), _FEW),
            ]
        )
        return columns[clause]

    @staticmethod
    def _meant(likeness: Likeness, clause: Int64s, mine: slice, cited: Flags) -> Matrix:
        """(n_words, len(MEANT)) how like each word, and its clause, means to what the source says."""
        here = likeness.words[mine][:, cited].max(axis=1, initial=0.0)
        anywhere = likeness.words[mine].max(axis=1, initial=0.0)
        n = np.bincount(clause)
        of_clause, of_clause_anywhere = ((np.bincount(clause, like) / n)[clause] for like in (here, anywhere))
        least = np.ones(len(n))
        np.minimum.at(least, clause, here)
        whole, each = here.mean(), np.ones(len(here))
        return np.column_stack(
            [
                here,
                anywhere,
                _around(here, each, _NEAR),
                _around(here, each, _WIDE),
                of_clause,
                of_clause_anywhere,
                least[clause],
                here - whole,
                of_clause - whole,
                whole * each,
            ]
        )


def _unlike(kin: Matrix) -> Matrix:
    """(n,) how unlike each word is to the one of the others that is most like it."""
    result: Matrix = 1.0 - kin.max(axis=1, initial=0.0)
    return result


def _around(amount: Matrix, whole: Matrix, reach: int) -> Matrix:
    """(n,) the share of ``amount`` in ``whole`` up to ``reach`` words away, drawn to 0 where there is little."""
    sums, wholes = (np.concatenate([[0.0], np.cumsum(column)]) for column in (amount, whole))
    at = np.arange(len(amount))
    first, stop = np.maximum(at - reach, 0), np.minimum(at + reach + 1, len(amount))
    result: Matrix = (sums[stop] - sums[first]) / (wholes[stop] - wholes[first] + 0.02)
    return result


def _distances(known: Flags) -> tuple[Matrix, Matrix]:
    """(n,) words since the last known one, and until the next; ``_FAR`` where there is none near."""

    def since(flags: Flags) -> Matrix:
        at = np.arange(len(flags))
        last = np.maximum.accumulate(np.where(flags, at, -len(flags) - int(_FAR)))
        return np.minimum(at - last, _FAR).astype(np.float64)

    return since(known), since(known[::-1])[::-1]
