"""The sentence alignment, compiled.

In: the arrays of two profiles and the coefficients of the link model. Out: the probability of every sentence link. Must
not know what a profile is made from. ``alignment.features`` is the readable reference; the tests hold both together.

Numba compiles each kernel once and keeps the object code on disk. Products run over postings of shared terms, so a pair
costs what its sentences share, not sentences times vocabulary.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from dedup.match.alignment import TIE
from dedup.sketch.machine import njit

Matrix = npt.NDArray[np.float64]


@njit(cache=True, nogil=True)
def _merge(left: Any, right: Any) -> Any:
    """Position in ``left`` of each value of ``right``, -1 where it is absent; both sorted and distinct."""
    place = np.full(len(right), -1, np.int64)
    at = 0
    for here in range(len(right)):
        while at < len(left) and left[at] < right[here]:
            at += 1
        if at < len(left) and left[at] == right[here]:
            place[here] = at
    return place


@njit(cache=True, nogil=True)
def _postings(index: Any, n_terms: int) -> Any:
    """Units of each term: offsets (n_terms + 1) and unit numbers, ascending."""
    offsets = np.zeros(n_terms + 1, np.int64)
    for unit in range(len(index)):
        offsets[index[unit] + 1] += 1
    for term in range(n_terms):
        offsets[term + 1] += offsets[term]
    fill = offsets[:-1].copy()
    units = np.empty(len(index), np.int64)
    for unit in range(len(index)):
        units[fill[index[unit]]] = unit
        fill[index[unit]] += 1
    return offsets, units


@njit(cache=True, nogil=True)
def _masses(sentence: Any, index: Any, root: Any, strength: Any, local: Any, n_sentences: int) -> Any:
    """(4, n_sentences): sums of squares, of local squares, of strength, of rarity over all terms of a sentence."""
    result = np.zeros((4, n_sentences))
    for unit in range(len(sentence)):
        at, term = sentence[unit], index[unit]
        result[0, at] += root[unit] ** 2
        result[1, at] += (root[unit] * local[term]) ** 2
        result[2, at] += strength[term]
        result[3, at] += strength[term] ** 2 * local[term]
    return result


@njit(cache=True, nogil=True)
def _gains(mass: Any, sentence: Any, index: Any, rare: Any, match: Any, offsets: Any, units: Any, other: Any) -> Any:
    """What each partner adds to a sentence that its best partner leaves uncovered.

    Args:
        mass: (n, m) shared rarity of each sentence with each partner.
        sentence: Sentence of each unit.
        index: Term of each unit.
        rare: Rarity of each term.
        match: Term number on the other side, -1 where it has none.
        offsets: Postings of the other side, by its terms.
        units: Units of the postings.
        other: Sentence of each unit of the other side.
    """
    n, m = mass.shape
    gain = np.zeros((n, m))
    if m == 0:
        return gain
    best = np.zeros(n, np.int64)
    for i in range(n):
        top = mass[i].max()
        while mass[i, best[i]] < top - TIE:
            best[i] += 1
    for unit in range(len(sentence)):
        i, term = sentence[unit], index[unit]
        there = match[term]
        if there < 0:
            continue
        held = False
        for place in range(offsets[there], offsets[there + 1]):
            if other[units[place]] == best[i]:
                held = True
        if not held:
            for place in range(offsets[there], offsets[there + 1]):
                gain[i, other[units[place]]] += rare[term]
    for i in range(n):
        gain[i, best[i]] = mass[i, best[i]]
    return gain


@njit(cache=True, nogil=True)
def _best_two(values: Any, n: int, m: int) -> Any:
    """Largest and second largest of each row, and of each column, of the inner part of a padded matrix.

    The second is 0 in a row or column of one.
    """
    rows, columns = np.full((n, 2), -1.0), np.full((m, 2), -1.0)
    for i in range(n):
        for j in range(m):
            value = values[i + 1, j + 1]
            if value > rows[i, 0]:
                rows[i, 1] = rows[i, 0]
                rows[i, 0] = value
            elif value > rows[i, 1]:
                rows[i, 1] = value
            if value > columns[j, 0]:
                columns[j, 1] = columns[j, 0]
                columns[j, 0] = value
            elif value > columns[j, 1]:
                columns[j, 1] = value
    if m == 1:
        rows[:, 1] = 0.0
    if n == 1:
        columns[:, 1] = 0.0
    return rows, columns


@njit(cache=True, nogil=True)
def _divided(part: float, whole: float) -> Any:
    return part / whole if whole > 0.0 else 0.0


@njit(cache=True, nogil=True)
def _logarithms(most: int) -> Any:
    """log1p of 0 to ``most``: nearly all logarithms of a pair are of small counts."""
    return np.log1p(np.arange(most + 1).astype(np.float64))


@njit(cache=True, nogil=True)
def link_grid(
    sentence_x: Any, index_x: Any, root_x: Any, kinds_x: Any,
    vocabulary_x: Any, count_x: Any, strength_x: Any, words_x: Any,
    sentence_y: Any, index_y: Any, root_y: Any, kinds_y: Any,
    vocabulary_y: Any, count_y: Any, strength_y: Any, words_y: Any,
    rare_weight: float, model: Any, keep: bool,
) -> Any:  # fmt: skip
    """Judge every sentence pair of two articles.

    Args:
        sentence_x: Sentence of each unit of the left article; this and the next six as in ``profiles.Units``.
        index_x: Its term.
        root_x: Root of its weight.
        kinds_x: Its kinds.
        vocabulary_x: Terms of the left article.
        count_x: Sentences that have each.
        strength_x: Its largest root weight.
        words_x: Words of each sentence.
        sentence_y: The same of the right article, and so on.
        index_y: See above.
        root_y: See above.
        kinds_y: See above.
        vocabulary_y: See above.
        count_y: See above.
        strength_y: See above.
        words_y: See above.
        rare_weight: Weight from which a term is rare.
        model: (5, 21) mean, scale, linear and square coefficient of each feature; the intercept first in the last row.
        keep: Whether the features are wanted.

    Returns:
        (n_left, n_right) probabilities, 0 where two sentences share no term, and (n_left, n_right, 21) features in the
        order of ``alignment.FEATURES``; empty if not wanted.
    """
    n, m = len(words_x), len(words_y)
    y_to_x = _merge(vocabulary_x, vocabulary_y)
    x_to_y = np.full(len(vocabulary_x), -1, np.int64)
    total_x, total_y = count_x.astype(np.float64), count_y.astype(np.float64)
    strong_x, strong_y = strength_x.copy(), strength_y.copy()
    for term in range(len(vocabulary_y)):
        there = y_to_x[term]
        if there >= 0:
            x_to_y[there] = term
            total_x[there] += count_y[term]
            total_y[term] += count_x[there]
            strongest = max(strength_x[there], strength_y[term])
            strong_x[there] = strongest
            strong_y[term] = strongest
    local_x, local_y = np.log1p((n + m) / total_x), np.log1p((n + m) / total_y)
    mass_x = _masses(sentence_x, index_x, root_x, strong_x, local_x, n)
    mass_y = _masses(sentence_y, index_y, root_y, strong_y, local_y, m)
    offsets_y, units_y = _postings(index_y, len(vocabulary_y))
    offsets_x, units_x = _postings(index_x, len(vocabulary_x))
    dot, dot_local, strong, rarity = np.zeros((n, m)), np.zeros((n, m)), np.zeros((n, m)), np.zeros((n, m))
    counted = np.zeros((n, m, 4), np.int32)
    for unit in range(len(sentence_x)):
        i, term = sentence_x[unit], index_x[unit]
        there = x_to_y[term]
        if there < 0:
            continue
        rare = strong_x[term] ** 2 * local_x[term]
        is_rare = 1 if strong_x[term] ** 2 > rare_weight else 0
        square = local_x[term] ** 2
        for place in range(offsets_y[there], offsets_y[there + 1]):
            partner = units_y[place]
            j = sentence_y[partner]
            product = root_x[unit] * root_y[partner]
            dot[i, j] += product
            dot_local[i, j] += product * square
            strong[i, j] += strong_x[term]
            rarity[i, j] += rare
            counted[i, j, 0] += is_rare
            both = kinds_x[unit] & kinds_y[partner]
            for kind in range(3):
                if both & (1 << kind):
                    counted[i, j, 1 + kind] += 1
    rare_x, rare_y = strong_x**2 * local_x, strong_y**2 * local_y
    gain_x = _gains(rarity, sentence_x, index_x, rare_x, x_to_y, offsets_y, units_y, sentence_y)
    transposed = np.ascontiguousarray(rarity.T)
    gain_y = _gains(transposed, sentence_y, index_y, rare_y, y_to_x, offsets_x, units_x, sentence_x)
    roots_x, roots_y = np.sqrt(mass_x[:2]), np.sqrt(mass_y[:2])
    similar = np.zeros((n + 2, m + 2))
    for i in range(n):
        for j in range(m):
            similar[i + 1, j + 1] = _divided(dot_local[i, j], roots_x[1, i] * roots_y[1, j])
    best_x, best_y = _best_two(similar, n, m)
    logs = _logarithms(255)
    words_log_x, words_log_y = np.log1p(words_x.astype(np.float64)), np.log1p(words_y.astype(np.float64))
    values = np.zeros((n, m, 21) if keep else (0, 0, 21))
    probability = np.zeros((n, m))
    here = np.zeros(21)
    for i in range(n):
        for j in range(m):
            # Sentences without a common term are linked to nothing, whatever stands beside them.
            if dot[i, j] == 0.0 and not keep:
                continue
            value = similar[i + 1, j + 1]
            here[0] = _divided(dot[i, j], roots_x[0, i] * roots_y[0, j])
            here[1] = value
            one, other = _divided(strong[i, j], mass_x[2, i]), _divided(strong[i, j], mass_y[2, j])
            here[2], here[3] = max(one, other), min(one, other)
            one, other = _divided(rarity[i, j], mass_x[3, i]), _divided(rarity[i, j], mass_y[3, j])
            here[4], here[5] = max(one, other), min(one, other)
            here[7] = np.log1p(rarity[i, j])
            one = value - (best_x[i, 1] if value == best_x[i, 0] else best_x[i, 0])
            other = value - (best_y[j, 1] if value == best_y[j, 0] else best_y[j, 0])
            here[8] = 1.0 if one > TIE and other > TIE else 0.0
            here[9] = 1.0 if one > TIE or other > TIE else 0.0
            here[10], here[11] = max(one, other), min(one, other)
            here[12] = abs(i / max(1, n - 1) - j / max(1, m - 1))
            here[13] = max(similar[i, j], similar[i + 2, j + 2])
            here[14] = max(max(similar[i, j + 1], similar[i + 2, j + 1]), max(similar[i + 1, j], similar[i + 1, j + 2]))
            here[15], here[16] = min(words_log_x[i], words_log_y[j]), max(words_log_x[i], words_log_y[j])
            for kind in range(4):
                count = counted[i, j, kind]
                here[6 if kind == 0 else 16 + kind] = logs[count] if count < len(logs) else np.log1p(float(count))
            here[20] = max(_divided(gain_x[i, j], mass_x[3, i]), _divided(gain_y[j, i], mass_y[3, j]))
            odds = model[4, 0]
            for feature in range(21):
                standard = (here[feature] - model[0, feature]) / model[1, feature]
                standard = min(max(standard, -4.0), 4.0)
                odds += standard * (model[2, feature] + standard * model[3, feature])
            if here[0] != 0.0:
                probability[i, j] = 1.0 / (1.0 + np.exp(-min(max(odds, -30.0), 30.0)))
            if keep:
                values[i, j] = here
    return probability, values


def link_probabilities(
    left: Any, right: Any, rare_weight: float, model: Matrix, *, keep: bool
) -> tuple[Matrix, Matrix]:
    """The probability of every sentence pair of two profiles, 0 where they share no term, and what it is made from.

    Args:
        left: One profile.
        right: The other.
        rare_weight: Weight from which a term is rare.
        model: The link model as ``Logistic.packed`` gives it.
        keep: Whether the features are wanted (see ``alignment.features``); else there are none.
    """
    one, other = left.units, right.units
    found: tuple[Matrix, Matrix] = link_grid(
        one.sentence, one.index, one.root, one.kinds, one.vocabulary, one.count, one.strength, left.n_words,
        other.sentence, other.index, other.root, other.kinds, other.vocabulary, other.count, other.strength,
        right.n_words, rare_weight, model, keep,
    )  # fmt: skip
    return found
