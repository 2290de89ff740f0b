"""The sentence alignment, compiled.

In: the arrays of two profiles and the coefficients of the link model. Out: the probability of every sentence link. Must
not know what a profile is made from. ``alignment.features`` is the readable reference; the tests hold both together.

Numba compiles each kernel once and keeps the object code on disk. Products run over postings of shared terms, so a pair
costs what its sentences share, not sentences times vocabulary.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dedup.match.alignment import TIE
from dedup.sketch.machine import njit

Matrix = npt.NDArray[np.float64]
_LAYERS: Final = 8
"""Numbers for every pair of sentences while they are judged."""


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
def _ends(group: Any, n_groups: int) -> Any:
    """(n_groups + 1,) where what is of each group ends, in the order of groups, that of the one before it first."""
    ends = np.zeros(n_groups + 1, np.int64)
    for at in range(len(group)):
        ends[group[at] + 1] += 1
    for at in range(n_groups):
        ends[at + 1] += ends[at]
    return ends


@njit(cache=True, nogil=True)
def _postings(index: Any, n_terms: int) -> Any:
    """Units of each term: offsets (n_terms + 1) and unit numbers, ascending."""
    offsets = _ends(index, n_terms)
    fill = offsets[:-1].copy()
    units = np.empty(len(index), np.int64)
    for unit in range(len(index)):
        units[fill[index[unit]]] = unit
        fill[index[unit]] += 1
    return offsets, units


@njit(cache=True, nogil=True)
def _shares(sentence: Any, index: Any, root: Any, strength: Any, local: Any, n_sentences: int) -> Any:
    """(4, n_sentences): what a sum over shared terms is multiplied by to be a share of all terms of a sentence.

    One divided by the roots of the sums of squares and of local squares, the sum of strength, and that of rarity; 0
    where there is nothing to divide by.
    """
    result = np.zeros((4, n_sentences))
    for unit in range(len(sentence)):
        at, term = sentence[unit], index[unit]
        result[0, at] += root[unit] ** 2
        result[1, at] += (root[unit] * local[term]) ** 2
        result[2, at] += strength[term]
        result[3, at] += strength[term] ** 2 * local[term]
    for kind in range(4):
        for at in range(n_sentences):
            if result[kind, at] > 0.0:
                result[kind, at] = 1.0 / (np.sqrt(result[kind, at]) if kind < 2 else result[kind, at])
    return result


@njit(cache=True, nogil=True)
def _best(mass: Any) -> int:
    """The first partner of a sentence with which it shares as much as with any."""
    least, best = mass.max() - TIE, 0
    while mass[best] < least:
        best += 1
    return best


@njit(cache=True, nogil=True)
def _gain(
    mass: Any, ends: Any, index: Any, rare: Any, match: Any, offsets: Any, units: Any, sentence: Any,
    ends_there: Any, index_there: Any, here: int, held: Any, gain: Any,
) -> None:  # fmt: skip
    """What each partner adds to a sentence that its best partner leaves uncovered.

    Args:
        mass: (m,) shared rarity of the sentence with each partner; not empty.
        ends: Where the units of each sentence of its side end.
        index: Term of each unit.
        rare: Rarity of each term.
        match: Term number on the other side, -1 where it has none.
        offsets: Postings of the other side, by its terms.
        units: Units of the postings.
        sentence: Sentence of each unit of the other side.
        ends_there: Where the units of each sentence of the other side end.
        index_there: Term of each unit of the other side.
        here: The sentence.
        held: (n_terms of the other side,) false, and false again afterwards.
        gain: (m,) the result.
    """
    best = _best(mass)
    for unit in range(ends_there[best], ends_there[best + 1]):
        held[index_there[unit]] = True
    gain[: len(mass)] = 0.0
    for unit in range(ends[here], ends[here + 1]):
        term = index[unit]
        there = match[term]
        if there >= 0 and not held[there]:
            for place in range(offsets[there], offsets[there + 1]):
                gain[sentence[units[place]]] += rare[term]
    gain[best] = mass[best]
    for unit in range(ends_there[best], ends_there[best + 1]):
        held[index_there[unit]] = False


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
def _weighed(values: Any, feature: int, model: Any, inverse: Any) -> Any:
    """What a feature adds to the log-odds."""
    standard = min(max((values[feature] - model[0, feature]) * inverse[feature], -4.0), 4.0)
    return standard * (model[2, feature] + standard * model[3, feature])


@njit(cache=True, nogil=True)
def _logarithms(most: int) -> Any:
    """log1p of 0 to ``most``: nearly all logarithms of a pair are of small counts."""
    return np.log1p(np.arange(most + 1).astype(np.float64))


@njit(cache=True, nogil=True)
def _local(total: Any, n_sentences: int) -> Any:
    """Weight of each term by how few of the sentences have it; few different numbers do."""
    known = np.zeros(n_sentences + 1)
    result = np.empty(len(total))
    for term in range(len(total)):
        count = total[term]
        if known[count] == 0.0:
            known[count] = np.log1p(n_sentences / count)
        result[term] = known[count]
    return result


@njit(cache=True, nogil=True)
def room(n: int, m: int) -> int:
    """Numbers that ``link_grid`` works on for two articles of so many sentences."""
    return _LAYERS * n * m + (n + 2) * (m + 2)


@njit(cache=True, nogil=True)
def link_grid(
    sentence_x: Any, index_x: Any, root_x: Any, kinds_x: Any,
    vocabulary_x: Any, count_x: Any, strength_x: Any, words_x: Any,
    sentence_y: Any, index_y: Any, root_y: Any, kinds_y: Any,
    vocabulary_y: Any, count_y: Any, strength_y: Any, words_y: Any,
    rare_weight: float, model: Any, keep: bool, work: Any,
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
        work: Numbers to work on, ``room`` at least, whatever they are. Asking the system for the place of each pair
            anew would take a third of the time of long articles.

    Returns:
        (n_left, n_right) probabilities, 0 where two sentences share no term, which lie in ``work``; and (n_left,
        n_right, 21) features in the order of ``alignment.FEATURES``, empty if not wanted.
    """
    n, m = len(words_x), len(words_y)
    y_to_x = _merge(vocabulary_x, vocabulary_y)
    x_to_y = np.full(len(vocabulary_x), -1, np.int64)
    total_x, total_y = count_x.astype(np.int64), count_y.astype(np.int64)
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
    local_x, local_y = _local(total_x, n + m), _local(total_y, n + m)
    of_x = _shares(sentence_x, index_x, root_x, strong_x, local_x, n)
    of_y = _shares(sentence_y, index_y, root_y, strong_y, local_y, m)
    offsets_y, units_y = _postings(index_y, len(vocabulary_y))
    offsets_x, units_x = _postings(index_x, len(vocabulary_x))
    size = n * m
    work[: room(n, m)] = 0.0
    dot, strong, rarity = (
        work[:size].reshape(n, m), work[size : 2 * size].reshape(n, m), work[2 * size : 3 * size].reshape(n, m)
    )  # fmt: skip
    covered, counted = work[3 * size : 4 * size].reshape(n, m), work[4 * size : 8 * size].reshape(n, m, 4)
    similar = work[8 * size : room(n, m)].reshape(n + 2, m + 2)
    for unit in range(len(sentence_x)):
        i, term = sentence_x[unit], index_x[unit]
        there = x_to_y[term]
        if there < 0:
            continue
        rare = strong_x[term] ** 2 * local_x[term]
        is_rare = 1.0 if strong_x[term] ** 2 > rare_weight else 0.0
        square = local_x[term] ** 2
        for place in range(offsets_y[there], offsets_y[there + 1]):
            partner = units_y[place]
            j = sentence_y[partner]
            product = root_x[unit] * root_y[partner]
            dot[i, j] += product
            similar[i + 1, j + 1] += product * square
            strong[i, j] += strong_x[term]
            rarity[i, j] += rare
            counted[i, j, 0] += is_rare
            both = kinds_x[unit] & kinds_y[partner]
            for kind in range(3):
                if both & (1 << kind):
                    counted[i, j, 1 + kind] += 1.0
    rare_x, rare_y = strong_x**2 * local_x, strong_y**2 * local_y
    ends_x, ends_y = _ends(sentence_x, n), _ends(sentence_y, m)
    held_x, held_y = np.zeros(len(vocabulary_x), np.bool_), np.zeros(len(vocabulary_y), np.bool_)
    gain, column = np.empty(max(n, m)), np.empty(n)
    for i in range(n if m > 0 else 0):
        _gain(
            rarity[i], ends_x, index_x, rare_x, x_to_y, offsets_y, units_y, sentence_y, ends_y, index_y, i, held_y, gain
        )
        for j in range(m):
            covered[i, j] = gain[j] * of_x[3, i]
    for j in range(m if n > 0 else 0):
        for i in range(n):
            column[i] = rarity[i, j]
        _gain(column, ends_y, index_y, rare_y, y_to_x, offsets_x, units_x, sentence_x, ends_x, index_x, j, held_x, gain)
        for i in range(n):
            covered[i, j] = max(covered[i, j], gain[i] * of_y[3, j])
    for i in range(n):
        for j in range(m):
            similar[i + 1, j + 1] *= of_x[1, i] * of_y[1, j]
    best_x, best_y = _best_two(similar, n, m)
    logs = _logarithms(255)
    words_log_x, words_log_y = np.log1p(words_x.astype(np.float64)), np.log1p(words_y.astype(np.float64))
    values = np.zeros((n, m, 21) if keep else (0, 0, 21))
    here, inverse = np.zeros(21), 1.0 / model[1]
    for i in range(n):
        for j in range(m):
            # Sentences without a common term are linked to nothing, whatever stands beside them.
            if dot[i, j] == 0.0 and not keep:
                continue
            value = similar[i + 1, j + 1]
            here[0] = dot[i, j] * (of_x[0, i] * of_y[0, j])
            here[1] = value
            one, other = strong[i, j] * of_x[2, i], strong[i, j] * of_y[2, j]
            here[2], here[3] = max(one, other), min(one, other)
            one, other = rarity[i, j] * of_x[3, i], rarity[i, j] * of_y[3, j]
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
                here[6 if kind == 0 else 16 + kind] = logs[int(count)] if count < len(logs) else np.log1p(count)
            here[20] = covered[i, j]
            # Three sums at a time: each addition waits for the one before it.
            odds, second, third = model[4, 0], 0.0, 0.0
            for feature in range(7):
                odds += _weighed(here, feature, model, inverse)
                second += _weighed(here, feature + 7, model, inverse)
                third += _weighed(here, feature + 14, model, inverse)
            odds += second + third
            if here[0] != 0.0:
                dot[i, j] = 1.0 / (1.0 + np.exp(-min(max(odds, -30.0), 30.0)))
            if keep:
                values[i, j] = here
    # What two sentences shared has made way for the probability of their link.
    return dot, values


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
    probability, values = link_grid(
        one.sentence, one.index, one.root, one.kinds, one.vocabulary, one.count, one.strength, left.n_words,
        other.sentence, other.index, other.root, other.kinds, other.vocabulary, other.count, other.strength,
        right.n_words, rare_weight, model, keep, np.empty(room(left.n_sentences, right.n_sentences)),
    )  # fmt: skip
    return probability.copy(), values  # the rest of what was worked on goes
