"""Say which sentences of two articles carry the same content.

In: two profiles. Out: a probability for every sentence pair, the links that hold, and how much of each sentence the
other article carries. Must not know verdicts, stories or which side is canonical: swapping the sides transposes the
result.

m:n and order-free: each sentence pair is judged by a small logistic model on lexical overlap, on competition (is each
the other's best partner, and by what margin), and on context (relative position, how well the neighbours match). The
coefficients lie in ``models/links.json`` and are fitted by ``make fit`` on labelled alignments, story-wise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.match.logistic import load_model
from dedup.match.profiles import Profile

Matrix = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

MIN_LINK: Final = 0.3
"""Probability from which a sentence pair is a link; best F1 of links and of added sentences in cross-validation."""
_RARE_WEIGHT: Final = 0.15
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


def align(left: Profile, right: Profile) -> Alignment:
    """Align two articles sentence by sentence.

    Args:
        left: One article.
        right: The other; swapping both transposes the result.

    Returns:
        The alignment. A sentence without words is linked to nothing.
    """
    same = _verbatim(left, right)
    if not left.n_sentences or not right.n_sentences:
        return Alignment(np.zeros(same.shape), same)
    values = features(left, right)
    probability = load_model("links", FEATURES).probability(values)
    probability[values[:, :, 0] == 0.0] = 0.0
    probability[same] = 1.0
    # A sentence that is there word for word needs no second source for the same words.
    exact_left: Flags = same.any(axis=1)
    exact_right: Flags = same.any(axis=0)
    shadow = (exact_left[:, None] | exact_right[None, :]) & ~same
    probability[shadow] *= 0.25
    return Alignment(probability, same)


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
    terms, (x, y) = _incidence(left, right)
    here = (x > 0).sum(axis=0) + (y > 0).sum(axis=0)
    # Terms in many sentences of this very pair (the main actors) say little about which sentence answers which.
    local = np.log1p((len(x) + len(y)) / np.maximum(here, 1))
    cosine = _cosine(x, y)
    local_cosine = _cosine(x * local, y * local)
    in_x, in_y = (x > 0).astype(np.float64), (y > 0).astype(np.float64)
    strength = np.maximum(x.max(axis=0), y.max(axis=0))
    coverage = _coverage(in_x, in_y, strength)
    rare = strength**2 * local
    rare_coverage = _coverage(in_x, in_y, rare)
    rare_mass = (in_x * rare) @ in_y.T
    n_rare = (in_x * (strength**2 > _RARE_WEIGHT)) @ in_y.T
    margin_x, margin_y = _margins(local_cosine), _margins(local_cosine.T).T
    best_x, best_y = margin_x > 0, margin_y > 0
    length_x, length_y = np.log1p(np.diff(left.bounds)), np.log1p(np.diff(right.bounds))
    covered = np.maximum(
        _covered_together(in_x, in_y, rare, rare_mass), _covered_together(in_y, in_x, rare, rare_mass.T).T
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
            np.log1p(_shared(left, right, terms, left.is_name, right.is_name)),
            np.log1p(_shared(left, right, terms, left.is_number, right.is_number)),
            np.log1p(_shared(left, right, terms, left.is_quoted, right.is_quoted)),
            covered,
        ],
        axis=-1,
    )


def _incidence(left: Profile, right: Profile) -> tuple[npt.NDArray[np.int64], tuple[Matrix, Matrix]]:
    """Sentence by term matrices of root weights over the terms and word beginnings of both sides."""
    terms = np.unique(np.concatenate([left.term, left.prefix, right.term, right.prefix]))
    matrices = []
    for side in (left, right):
        matrix = np.zeros((side.n_sentences, len(terms)))
        long = side.prefix != 0
        np.maximum.at(
            matrix,
            (side.sentence[long], np.searchsorted(terms, side.prefix[long])),
            np.sqrt(0.5 * side.weight[long]),
        )
        np.maximum.at(matrix, (side.sentence, np.searchsorted(terms, side.term)), np.sqrt(side.weight))
        matrices.append(matrix)
    return terms, (matrices[0], matrices[1])


def _cosine(x: Matrix, y: Matrix) -> Matrix:
    norms = np.sqrt((x**2).sum(axis=1))[:, None] * np.sqrt((y**2).sum(axis=1))[None, :]
    cosine: Matrix = np.divide(x @ y.T, norms, out=np.zeros_like(norms), where=norms > 0)
    return cosine


def _coverage(in_x: Matrix, in_y: Matrix, strength: Matrix) -> tuple[Matrix, Matrix]:
    """Share of each sentence's strength that the other sentence has."""
    shared = (in_x * strength) @ in_y.T
    mass_x, mass_y = (in_x @ strength)[:, None], (in_y @ strength)[None, :]
    of_x = np.divide(shared, mass_x, out=np.zeros_like(shared), where=mass_x > 0)
    of_y = np.divide(shared, mass_y, out=np.zeros_like(shared), where=mass_y > 0)
    return of_x, of_y


def _margins(similarity: Matrix) -> Matrix:
    """How far each entry stands above the best other entry of its row; negative where another is better."""
    if similarity.shape[1] == 1:
        return similarity.copy()
    order = np.sort(similarity, axis=1)
    best, second = order[:, -1:], order[:, -2:-1]
    return similarity - np.where(similarity == best, second, best)


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


def _shared(
    left: Profile,
    right: Profile,
    terms: npt.NDArray[np.int64],
    of_left: Flags,
    of_right: Flags,
) -> Matrix:
    """Number of distinct terms of a kind (names, numbers, quoted words) that two sentences share."""
    matrices = []
    for side, kind in ((left, of_left), (right, of_right)):
        chosen = kind & (side.weight > 0.002)
        matrix = np.zeros((side.n_sentences, len(terms)))
        matrix[side.sentence[chosen], np.searchsorted(terms, side.term[chosen])] = 1.0
        matrices.append(matrix)
    shared: Matrix = matrices[0] @ matrices[1].T
    return shared


def _covered_together(in_x: Matrix, in_y: Matrix, strength: Matrix, mass: Matrix) -> Matrix:
    """What a pair adds to a sentence that its best partner leaves uncovered, as a share of the sentence.

    A merged sentence draws on two sources; the second one matters by what the first lacks.
    """
    best = mass.argmax(axis=1)
    uncovered = in_x * (1.0 - in_y[best]) * strength
    total = (in_x @ strength)[:, None]
    gain = uncovered @ in_y.T
    rows = np.arange(len(in_x))
    gain[rows, best] = mass[rows, best]
    added: Matrix = np.divide(gain, total, out=np.zeros_like(gain), where=total > 0)
    return added
