"""Say which sentences of two articles carry the same content.

In: two profiles. Out: a probability for every sentence pair, the links that hold, and how much of each sentence the
other article carries. Must not know verdicts, stories or which side is canonical: swapping the sides transposes the
result.

m:n and order-free: each sentence pair is judged by a small logistic model on lexical overlap, on competition (is each
the other's best partner, and by what margin), and on context (relative position, how well the neighbours match). The
coefficients lie in ``models/links.json`` and are fitted by ``make fit`` on labelled alignments, story-wise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from dedup.match.logistic import load_model
from dedup.match.packing import NAME, NUMBER, QUOTED
from dedup.match.profiles import Profile

Matrix = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

MIN_LINK: Final = 0.3
"""Probability from which a sentence pair is a link; best F1 of links and of added sentences in cross-validation."""
TIE: Final = 1e-9
"""Sums that differ by less are equal; the first of equals counts, whatever the order of summation."""
SHADOW: Final = 0.25
"""What is left of the probability of a link beside a sentence that is there word for word."""
_MAX_DENSE: Final = 100_000
"""Sentence pairs up to which matrices of sentences by terms are quick; two books took two minutes by them."""
RARE_WEIGHT: Final = 0.15
"""A term this rare (Zipf 2.8) is a name, a technical word or a precise number: few sentences share one by chance."""

FEATURES: Final = (
    "cosine",
    "local_cosine",
    "coverage_max",
    "coverage_min",
    "rare_coverage_max",
    "rare_coverage_min",
    "n_rare",
    "rare_mass",
    "mutual_best",
    "best_of_either",
    "margin_max",
    "margin_min",
    "distance",
    "neighbours_parallel",
    "neighbours_any",
    "length_min",
    "length_max",
    "shared_names",
    "shared_numbers",
    "shared_quoted",
    "covered_together",
)


@dataclass(frozen=True)
class Alignment:
    """Sentence links between two articles.

    Args:
        probability: (n_left, n_right) probability that two sentences share content, [0,1].
        verbatim: (n_left, n_right) whether two sentences are the same words.
    """

    probability: Matrix
    verbatim: Flags

    @property
    def links(self) -> Flags:
        """(n_left, n_right) pairs that hold."""
        return self.probability >= MIN_LINK

    def carried_left(self) -> Matrix:
        """(n_left,) how well the right article carries each left sentence, [0,1]."""
        carried: Matrix = self.probability.max(axis=1, initial=0.0)
        return carried

    def carried_right(self) -> Matrix:
        """(n_right,) how well the left article carries each right sentence, [0,1]."""
        carried: Matrix = self.probability.max(axis=0, initial=0.0)
        return carried


def align(left: Profile, right: Profile, *, compiled: bool = False) -> Alignment:
    """Align two articles sentence by sentence.

    Args:
        left: One article.
        right: The other; swapping both transposes the result.
        compiled: Whether to use the compiled kernel: worth its start-up from some hundred pairs on. Two articles of a
            book's length get it in any case.

    Returns:
        The alignment. A sentence without words is linked to nothing.
    """
    return _looked_at(left, right, compiled=compiled, keep=False)[0]


def align_and_tell(left: Profile, right: Profile, *, compiled: bool = False) -> tuple[Alignment, Matrix]:
    """``align``, and the ``features`` that it came from, for whoever judges the pairs again."""
    return _looked_at(left, right, compiled=compiled, keep=True)


def _looked_at(left: Profile, right: Profile, *, compiled: bool, keep: bool) -> tuple[Alignment, Matrix]:
    same = _verbatim(left, right)
    if not left.n_sentences or not right.n_sentences:
        return Alignment(np.zeros(same.shape), same), np.zeros((*same.shape, len(FEATURES)))
    model = load_model("links", FEATURES)
    if compiled or len(same) * len(same[0]) > _MAX_DENSE:
        from dedup.match.kernels import link_probabilities

        probability, values = link_probabilities(left, right, RARE_WEIGHT, model.packed, keep=keep)
    else:
        values = features(left, right)
        probability = model.probability(values)
        probability[values[:, :, 0] == 0.0] = 0.0
    probability[same] = 1.0
    # A sentence that is there word for word needs no second source for the same words.
    exact_left: Flags = np.logical_or.reduce(same, axis=1)
    exact_right: Flags = np.logical_or.reduce(same, axis=0)
    shadow = (exact_left[:, None] | exact_right[None, :]) & ~same
    probability[shadow] *= SHADOW
    return Alignment(probability, same), values


def _verbatim(left: Profile, right: Profile) -> Flags:
    marks_left = np.asarray(left.fingerprints, dtype=np.uint64)
    marks_right = np.asarray(right.fingerprints, dtype=np.uint64)
    same: Flags = (marks_left[:, None] == marks_right[None, :]) & (marks_left[:, None] != 0)
    return same


def features(left: Profile, right: Profile) -> Matrix:
    """The evidence about every sentence pair.

    Returns:
        (n_left, n_right, len(FEATURES)); symmetric under a swap of the sides.
    """
    common = _Common(left, right)
    x, y = common.matrix(0, common.of[0].root), common.matrix(1, common.of[1].root)
    # A word may weigh nothing in one language, or form, and something in another: what counts is that it is there.
    in_x, in_y = (common.matrix(side, np.ones(len(common.of[side].root))) for side in (0, 1))
    # Terms in many sentences of this very pair (the main actors) say little about which sentence answers which.
    local = common.local
    cosine = ratio(x @ y.T, np.sqrt(common.mass(0, "square"))[:, None] * np.sqrt(common.mass(1, "square"))[None, :])
    norms = np.sqrt(common.mass(0, "local"))[:, None] * np.sqrt(common.mass(1, "local"))[None, :]
    local_cosine = ratio((x * local**2) @ y.T, norms)
    shared = (in_x * common.strength) @ in_y.T
    coverage = ratio(shared, common.mass(0, "strength")[:, None]), ratio(shared, common.mass(1, "strength")[None, :])
    rare = common.strength**2 * local
    rare_mass = (in_x * rare) @ in_y.T
    total_x, total_y = common.mass(0, "rare"), common.mass(1, "rare")
    rare_coverage = ratio(rare_mass, total_x[:, None]), ratio(rare_mass, total_y[None, :])
    n_rare = (in_x * (common.strength**2 > RARE_WEIGHT)) @ in_y.T
    margin_x, margin_y = _margins(local_cosine), _margins(local_cosine.T).T
    best_x, best_y = margin_x > TIE, margin_y > TIE
    length_x, length_y = np.log1p(np.diff(left.bounds)), np.log1p(np.diff(right.bounds))
    covered = np.maximum(
        _covered_together(in_x, in_y, rare, rare_mass, total_x),
        _covered_together(in_y, in_x, rare, rare_mass.T, total_y).T,
    )
    diagonal, any_neighbour = _neighbours(local_cosine)
    return np.stack(
        [
            cosine,
            local_cosine,
            np.maximum(*coverage),
            np.minimum(*coverage),
            np.maximum(*rare_coverage),
            np.minimum(*rare_coverage),
            np.log1p(n_rare),
            np.log1p(rare_mass),
            (best_x & best_y).astype(np.float64),
            (best_x | best_y).astype(np.float64),
            np.maximum(margin_x, margin_y),
            np.minimum(margin_x, margin_y),
            _distance(len(x), len(y)),
            diagonal,
            any_neighbour,
            np.minimum(length_x[:, None], length_y[None, :]),
            np.maximum(length_x[:, None], length_y[None, :]),
            np.log1p(common.shared(NAME)),
            np.log1p(common.shared(NUMBER)),
            np.log1p(common.shared(QUOTED)),
            covered,
        ],
        axis=-1,
    )


class _Common:
    """The terms two articles share, and what each sentence weighs in all its terms.

    Only shared terms enter the matrix products: two articles share a tenth of their terms, so this is where the time
    goes or does not go.
    """

    def __init__(self, left: Profile, right: Profile) -> None:
        self.sides = (left, right)
        self.of = (left.units, right.units)
        one, other = self.of
        self.terms, *at = np.intersect1d(one.vocabulary, other.vocabulary, assume_unique=True, return_indices=True)
        self._at = at
        n_sentences = left.n_sentences + right.n_sentences
        counts = [one.count.copy(), other.count.copy()]
        counts[0][at[0]] += other.count[at[1]]
        counts[1][at[1]] += one.count[at[0]]
        strengths = [one.strength.copy(), other.strength.copy()]
        self.strength = np.maximum(one.strength[at[0]], other.strength[at[1]])
        strengths[0][at[0]] = strengths[1][at[1]] = self.strength
        self._local = [np.log1p(n_sentences / count) for count in counts]
        self._strength = strengths
        self.local = self._local[0][at[0]]

    def matrix(self, side: int, values: npt.NDArray[np.float64]) -> Matrix:
        """(n_sentences, n_shared) values of one side's units that are shared, 0 elsewhere."""
        units = self.of[side]
        column = np.full(len(units.vocabulary), -1)
        column[self._at[side]] = np.arange(len(self.terms))
        where = column[units.index]
        kept = where >= 0
        result = np.zeros((self.sides[side].n_sentences, len(self.terms)))
        result[units.sentence[kept], where[kept]] = values[kept]
        return result

    def mass(self, side: int, kind: Literal["square", "local", "strength", "rare"]) -> Matrix:
        """(n_sentences,) sum over all terms of a sentence, shared or not."""
        units, strength, local = self.of[side], self._strength[side], self._local[side]
        if kind == "square":
            values = units.root**2
        elif kind == "local":
            values = (units.root * local[units.index]) ** 2
        elif kind == "strength":
            values = strength[units.index]
        else:
            values = (strength**2 * local)[units.index]
        summed: Matrix = np.bincount(units.sentence, values, minlength=self.sides[side].n_sentences).astype(np.float64)
        return summed

    def shared(self, kind: int) -> Matrix:
        """Number of distinct terms of a kind (see ``Units.kinds``) that two sentences share."""
        one, other = (self.matrix(side, ((self.of[side].kinds & kind) > 0).astype(np.float64)) for side in (0, 1))
        result: Matrix = one @ other.T
        return result


def ratio(part: Matrix, whole: Matrix) -> Matrix:
    """Element-wise quotient, 0 where there is nothing to divide by."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def side_by_side(columns: Sequence[npt.ArrayLike], shape: tuple[int, ...]) -> Matrix:
    """(*shape, n_columns) columns of any kind, each of that shape or spread over it, as one matrix of numbers."""
    result = np.empty((*shape, len(columns)))
    for place, column in enumerate(columns):
        result[..., place] = column
    return result


def _margins(similarity: Matrix) -> Matrix:
    """How far each entry stands above the best other entry of its row; negative where another is better."""
    return similarity - best_other(similarity, 1)


def best_other(values: Matrix, axis: int) -> Matrix:
    """The largest other entry of the row (axis 1) or column (axis 0) of each; 0 where it is the only one."""
    if values.shape[axis] == 1:
        return np.zeros_like(values)
    ordered = np.sort(values, axis=axis)
    best, second = np.take(ordered, [-1], axis), np.take(ordered, [-2], axis)
    return np.where(values == best, second, best)


def _distance(n_left: int, n_right: int) -> Matrix:
    """Distance of the relative positions, [0,1]."""
    at_left = np.arange(n_left) / max(1, n_left - 1)
    at_right = np.arange(n_right) / max(1, n_right - 1)
    return np.abs(at_left[:, None] - at_right[None, :])


def _neighbours(similarity: Matrix) -> tuple[Matrix, Matrix]:
    """Best similarity of the neighbours in parallel order, and of either neighbour against the sentence itself."""
    padded = np.pad(similarity, 1)
    parallel = np.maximum(padded[:-2, :-2], padded[2:, 2:])
    beside = np.maximum.reduce([padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:]])
    return parallel, beside


def _covered_together(in_x: Matrix, in_y: Matrix, strength: Matrix, mass: Matrix, total: Matrix) -> Matrix:
    """What a pair adds to a sentence that its best partner leaves uncovered, as a share of the sentence.

    A merged sentence draws on two sources; the second one matters by what the first lacks.
    """
    best = (mass >= mass.max(axis=1, keepdims=True) - TIE).argmax(axis=1)
    gain = (in_x * (1.0 - in_y[best]) * strength) @ in_y.T
    rows = np.arange(len(in_x))
    gain[rows, best] = mass[rows, best]
    return ratio(gain, total[:, None])
