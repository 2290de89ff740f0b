"""What an article is compared by, compiled: distinct terms, words and runs, by sentence or in all.

In: the words of an article and of its headline, as arrays. Out: sorted arrays of what is distinct among them. Must not
know pairs, nor what the numbers stand for. ``Profile.units``, ``profiles.run_hashes`` and ``sides.Side`` are the
readable reference; the tests hold both together. An article has too few words for NumPy, whose calls took the time.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from dedup.sketch.machine import njit

_SIGN: Final = np.uint64(1 << 63)
_PATIENCE: Final = 16
"""Steps a value, on average, that hashes are put in order with; they take one or two."""


@njit(cache=True, nogil=True)
def ordered(values: Any) -> Any:
    """What ``np.argsort(values, kind="stable")`` says of hashes, in a third of the time.

    Hashes are spread evenly, so that their first bits nearly put them in order already: few are left to be moved, and
    by few places. Values that are not, are sorted as any others.
    """
    n, n_bits = len(values), 1
    while 1 << n_bits < n:
        n_bits += 1
    shift = np.uint64(64 - n_bits)
    ends, order = np.zeros((1 << n_bits) + 1, np.int32), np.empty(n, np.int64)
    for at in range(n):
        ends[np.int64((np.uint64(values[at]) ^ _SIGN) >> shift) + 1] += 1
    for at in range(1 << n_bits):
        ends[at + 1] += ends[at]
    for at in range(n):
        bucket = np.int64((np.uint64(values[at]) ^ _SIGN) >> shift)
        order[ends[bucket]] = at
        ends[bucket] += 1
    left = _PATIENCE * n
    for place in range(1, n):
        here, before = order[place], place - 1
        while before >= 0 and values[order[before]] > values[here]:
            order[before + 1] = order[before]
            before -= 1
        order[before + 1] = here
        left -= place - before
        if left < 0:
            return np.argsort(values, kind="mergesort")
    return order


@njit(cache=True, nogil=True)
def units(
    sentence: Any,
    term: Any,
    weight: Any,
    prefix: Any,
    kinds: Any,
    amount_sentence: Any,
    amount: Any,
    amount_weight: Any,
    amount_kind: Any,
    prefix_share: Any,
    n_sentences: int,
) -> Any:
    """The fields of ``profiles.Units`` in their order; ``kinds`` are those of the words."""
    n_words, n_amounts = len(term), len(amount)
    n = n_words + n_amounts
    for at in range(n_words):
        n += prefix[at] != 0
    where, what, root, kind = np.empty(n, np.int32), np.empty(n, np.int64), np.empty(n), np.empty(n, np.uint8)
    place = 0
    for at in range(n_words):
        where[place], what[place], kind[place] = sentence[at], term[at], kinds[at]
        root[place] = np.sqrt(np.float64(weight[at]))
        place += 1
        if prefix[at] != 0:
            where[place], what[place], kind[place] = sentence[at], prefix[at], 0
            root[place] = np.sqrt(np.float64(prefix_share * weight[at]))
            place += 1
    for at in range(n_amounts):
        where[place], what[place], kind[place] = amount_sentence[at], amount[at], amount_kind
        root[place] = np.sqrt(np.float64(amount_weight[at]))
        place += 1
    order = ordered(what)
    rank, vocabulary, n_terms = np.empty(n, np.int64), np.empty(n, np.int64), 0
    for place in range(n):
        here = order[place]
        if place == 0 or what[here] != vocabulary[n_terms - 1]:
            vocabulary[n_terms] = what[here]
            n_terms += 1
        rank[here] = n_terms - 1
    order, _ = _by_sentence(where, order, n_sentences)
    count, strength = np.zeros(n_terms, np.int32), np.zeros(n_terms)
    out_sentence, out_index = np.empty(n, np.int32), np.empty(n, np.int32)
    out_root, out_kinds = np.empty(n), np.empty(n, np.uint8)
    last = -1
    for place in range(n):
        here = order[place]
        if last < 0 or out_index[last] != rank[here] or out_sentence[last] != where[here]:
            last += 1
            out_sentence[last], out_index[last] = where[here], rank[here]
            out_root[last], out_kinds[last] = root[here], kind[here]
            count[rank[here]] += 1
        else:
            out_root[last] = max(out_root[last], root[here])
            out_kinds[last] |= kind[here]
        strength[rank[here]] = max(strength[rank[here]], root[here])
    end = last + 1
    return (
        out_sentence[:end].copy(), out_index[:end].copy(), out_root[:end].copy(), vocabulary[:n_terms].copy(), count,
        strength, out_kinds[:end].copy(),
    )  # fmt: skip


@njit(cache=True, nogil=True)
def _by_sentence(sentence: Any, order: Any, n_sentences: int) -> Any:
    """``order`` by sentence, otherwise as it was, and where each sentence ends in it."""
    ends = np.zeros(n_sentences + 1, np.int64)
    for here in order:
        ends[sentence[here] + 1] += 1
    for at in range(n_sentences):
        ends[at + 1] += ends[at]
    result = np.empty_like(order)
    for here in order:
        result[ends[sentence[here]]] = here
        ends[sentence[here]] += 1
    return result, ends[:n_sentences]


@njit(cache=True, nogil=True)
def words(sentence: Any, word: Any, is_digits: Any, n_sentences: int) -> Any:
    """Distinct words of each sentence in order, whether the first of each is digits, and where each sentence ends."""
    order, ends = _by_sentence(sentence, ordered(word), n_sentences)
    out, out_digits, out_ends = np.empty_like(word), np.empty(len(word), np.bool_), np.empty(n_sentences, np.int32)
    count, place = 0, 0
    for at in range(n_sentences):
        first = count
        while place < ends[at]:
            here = order[place]
            if count == first or word[here] != out[count - 1]:
                out[count], out_digits[count] = word[here], is_digits[here]
                count += 1
            place += 1
        out_ends[at] = count
    return out[:count].copy(), out_digits[:count].copy(), out_ends


@njit(cache=True, nogil=True)
def heaviest(term: Any, weight: Any, chosen: Any, more: Any, more_weight: Any) -> Any:
    """Distinct terms of the chosen words and of some more, sorted, each with the largest weight it has."""
    n = len(more)
    for at in range(len(term)):
        n += chosen[at]
    what, heavy, place = np.empty(n, np.int64), np.empty(n, np.float32), 0
    for at in range(len(term)):
        if chosen[at]:
            what[place], heavy[place] = term[at], weight[at]
            place += 1
    what[place:], heavy[place:] = more, more_weight
    out, out_weight, count = np.empty(n, np.int64), np.empty(n, np.float32), 0
    for here in ordered(what):
        if count and out[count - 1] == what[here]:
            out_weight[count - 1] = max(out_weight[count - 1], heavy[here])
        else:
            out[count], out_weight[count] = what[here], heavy[here]
            count += 1
    return out[:count].copy(), out_weight[:count].copy()


@njit(cache=True, nogil=True)
def distinct(values: Any, chosen: Any, more: Any) -> Any:
    """Distinct values of the chosen words and of some more, sorted."""
    return _sorted_once(np.concatenate((values[chosen], more)))


@njit(cache=True, nogil=True)
def _sorted_once(values: Any) -> Any:
    out, count = np.empty_like(values), 0
    for here in ordered(values):
        if count == 0 or values[here] != out[count - 1]:
            out[count] = values[here]
            count += 1
    return out[:count].copy()


@njit(cache=True, nogil=True)
def ranks(values: Any) -> Any:
    """Distinct values, sorted, and the place of each value among them."""
    out, place, count = np.empty_like(values), np.empty(len(values), np.int32), 0
    for here in ordered(values):
        if count == 0 or out[count - 1] != values[here]:
            out[count] = values[here]
            count += 1
        place[here] = count - 1
    return out[:count].copy(), place


@njit(cache=True, nogil=True)
def runs(word: Any, chosen: Any, size: int) -> Any:
    """``profiles.run_hashes`` of the chosen words."""
    kept = word[chosen].view(np.uint64)
    if len(kept) == 0:
        return np.empty(0, np.int64)
    size = min(size, len(kept))
    hashed = np.zeros(len(kept) - size + 1, np.uint64)
    for at in range(len(hashed)):
        value = np.uint64(0)
        for step in range(size):
            value = (value ^ kept[at + step]) * np.uint64(0x9E3779B97F4A7C15)
            value ^= value >> np.uint64(29)
        hashed[at] = value
    return _sorted_once(hashed.view(np.int64))


@njit(cache=True, nogil=True)
def masses(sentence: Any, weight: Any, chosen: Any, n_sentences: int) -> Any:
    """``Side.mass``: root weight of the chosen words of each sentence."""
    mass = np.zeros(n_sentences)
    for at in range(len(sentence)):
        if chosen[at]:
            mass[sentence[at]] += np.sqrt(weight[at])
    return mass
