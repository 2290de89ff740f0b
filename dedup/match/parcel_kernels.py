"""One article as the bytes that it is kept and sent as, and their way back into long arrays, compiled.

In: the words and claims of an article, as arrays. Out: its parcel, in which every field of ``packing.Packed`` follows
the one before. Must not know pairs, nor what the numbers stand for. ``sides.Side`` and ``profiles.Profile`` are the
readable reference; the tests hold both together.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from dedup.match.packing import HEADLINE, NAME, NUMBER, PREFIX_SHARE, QUOTED
from dedup.match.packing_kernels import distinct, heaviest, masses, ranks, runs, units, words
from dedup.match.sides import RARE_HEADLINE
from dedup.sketch.machine import njit

_ONE: Final = np.uint64(0x9E3779B185EBCA87)
_TWO: Final = np.uint64(0xC2B2AE3D27D4EB4F)
_THREE: Final = np.uint64(0x165667B19E3779F9)
_FOUR: Final = np.uint64(0x85EBCA77C2B2AE63)
_FIVE: Final = np.uint64(0x27D4EB2F165667C5)
"""The primes of XXH64."""


@njit(cache=True, nogil=True)
def parcel(of_words: Any, of_furniture: Any, of_amounts: Any, of_headline: Any, told: Any, size: int) -> Any:
    """The parcel of an article.

    Args:
        of_words: Of each word (n_words,) its sentence, term, weight, prefix and form; whether it is written in digits,
            a character of a script without spaces, part of a name, quoted, part of a dateline, and counted.
        of_furniture: (n_sentences,) whether a sentence is furniture.
        of_amounts: Of each number or dated day its sentence, value and weight.
        of_headline: Of each word of the headline its term, weight, prefix and whether it is told as a name; of each of
            its amounts the value and weight.
        told: Parts of all dates; the days of the opening, and whether each is as stated; one time of publication, in
            hours; whether there is a headline, once.
        size: Words a shingle.

    Returns:
        (n_bytes,) the parcel: how many entries the article has in each group, then every field.
    """
    sentence, term, weight, prefix, word, is_digits, is_unspaced, is_name, is_quoted, is_dateline, is_counted = of_words
    amount_sentence, amount, amount_weight = of_amounts
    head_term, head_weight, head_prefix, head_told, head_amount, head_amount_weight = of_headline
    dates, days, day_is_text, hours, has_headline = told
    n, n_words = len(of_furniture), len(term)
    content, kinds, quoted = np.empty(n_words, np.bool_), np.empty(n_words, np.uint8), np.empty(n_words, np.bool_)
    n_content, n_unspaced = 0, 0
    for at in range(n_words):
        content[at] = not of_furniture[sentence[at]]
        kinds[at] = NAME * (is_name[at] and is_counted[at]) + QUOTED * (is_quoted[at] and is_counted[at])
        quoted[at] = content[at] and is_quoted[at]
        n_content += content[at]
        n_unspaced += is_unspaced[at]
    no_terms, no_weights = np.empty(0, np.int64), np.empty(0, np.float32)
    unit_sentence, unit_index, unit_root, vocabulary, count, strength, unit_kinds = units(
        sentence, term, weight, prefix, kinds, amount_sentence, amount, amount_weight, NUMBER, PREFIX_SHARE, n
    )
    sizes, prints = _sentences(sentence, word, is_dateline, n)
    mass = masses(sentence, weight, content, n)
    all_words, all_digits, word_end = words(sentence, word, is_digits, n)
    shingle = runs(word, content, size)
    has, has_weight = heaviest(term, weight, content, head_term, head_weight)
    begins = distinct(prefix, content, head_prefix)
    mention_term, mention_sentence, mention_weight, mention_prefix = _mentions(
        (sentence, term, weight, prefix), content, is_name, (head_term, head_weight, head_prefix), head_told
    )
    name, mention_name = ranks(mention_term)
    stated, stated_sentence, stated_weight = _stated(of_amounts, of_furniture, head_amount, head_amount_weight)
    number, stated_number = ranks(stated)
    number_weight = np.zeros(len(number), np.float32)
    for at in range(len(stated)):
        number_weight[stated_number[at]] = max(number_weight[stated_number[at]], stated_weight[at])
    quoted_term, quoted_weight = heaviest(term, weight, quoted, no_terms, no_weights)
    rare, rare_weight = heaviest(head_term, head_weight, np.ones(len(head_term), np.bool_), no_terms, no_weights)
    is_rare = rare_weight.astype(np.float64) >= RARE_HEADLINE
    rare, rare_weight = rare[is_rare], rare_weight[is_rare]
    lengths = np.asarray(
        [
            len(unit_index), len(vocabulary), n, len(shingle), len(has), len(begins), len(name), len(mention_name),
            len(number), len(stated), len(quoted_term), len(rare), len(dates), len(days), len(all_words),
        ],
        np.int64,
    )  # fmt: skip
    once = np.empty(1, np.int64)
    once[0] = n_content
    share = np.zeros(1)
    if n_words:
        share[0] = n_unspaced / n_words
    out, end = np.empty(1 << 15, np.uint8), 0
    out, end = _put(out, end, lengths)
    out, end = _put(out, end, unit_sentence)
    out, end = _put(out, end, unit_index)
    out, end = _put(out, end, unit_root)
    out, end = _put(out, end, unit_kinds)
    out, end = _put(out, end, vocabulary)
    out, end = _put(out, end, count)
    out, end = _put(out, end, strength)
    out, end = _put(out, end, sizes)
    out, end = _put(out, end, prints)
    out, end = _put(out, end, mass)
    out, end = _put(out, end, word_end)
    out, end = _put(out, end, shingle)
    out, end = _put(out, end, has)
    out, end = _put(out, end, has_weight)
    out, end = _put(out, end, begins)
    out, end = _put(out, end, name)
    out, end = _put(out, end, mention_name)
    out, end = _put(out, end, mention_sentence)
    out, end = _put(out, end, mention_weight)
    out, end = _put(out, end, mention_prefix)
    out, end = _put(out, end, number)
    out, end = _put(out, end, number_weight)
    out, end = _put(out, end, stated_number)
    out, end = _put(out, end, stated_sentence)
    out, end = _put(out, end, stated_weight)
    out, end = _put(out, end, quoted_term)
    out, end = _put(out, end, quoted_weight)
    out, end = _put(out, end, rare)
    out, end = _put(out, end, rare_weight)
    out, end = _put(out, end, dates)
    out, end = _put(out, end, days)
    out, end = _put(out, end, day_is_text)
    out, end = _put(out, end, all_words)
    out, end = _put(out, end, all_digits)
    out, end = _put(out, end, once)
    out, end = _put(out, end, share)
    out, end = _put(out, end, hours)
    out, end = _put(out, end, has_headline)
    return out[:end]


@njit(cache=True, nogil=True)
def _put(out: Any, end: int, values: Any) -> Any:
    """Append the bytes of an array; where and how far they reach then."""
    raw = values.view(np.uint8)
    stop = end + len(raw)
    if stop > len(out):
        longer = np.empty(2 * stop, np.uint8)
        longer[:end] = out[:end]
        out = longer
    out[end:stop] = raw
    return out, stop


@njit(cache=True, nogil=True)
def _sentences(sentence: Any, word: Any, is_dateline: Any, n_sentences: int) -> Any:
    """``Profile.n_words`` and ``Profile.fingerprints``."""
    sizes, prints = np.zeros(n_sentences, np.int32), np.zeros(n_sentences, np.uint64)
    unsigned = word.view(np.uint64)
    start = 0
    for at in range(n_sentences):
        stop, begin = start, start
        while stop < len(sentence) and sentence[stop] == at:
            begin += is_dateline[stop]
            stop += 1
        sizes[at] = stop - start
        if stop > begin:
            prints[at] = xxh64(unsigned, begin, stop)
        start = stop
    return sizes, prints


@njit(cache=True, nogil=True)
def _turned(value: Any, bits: Any) -> Any:
    return (value << np.uint64(bits)) | (value >> np.uint64(64 - bits))


@njit(cache=True, nogil=True)
def xxh64(numbers: Any, begin: int, stop: int) -> Any:
    """XXH64 with seed 0 over some of the 64-bit numbers of an array, as the bytes that they are in memory.

    Source: Yann Collet, xxHash fast digest algorithm, version 0.1.1.
    """
    at, n = begin, stop - begin
    mixed = _FIVE
    if n >= 4:
        one, two, three, four = _ONE + _TWO, _TWO, np.uint64(0), np.uint64(0) - _ONE
        while at + 4 <= stop:
            one = _turned(one + numbers[at] * _TWO, 31) * _ONE
            two = _turned(two + numbers[at + 1] * _TWO, 31) * _ONE
            three = _turned(three + numbers[at + 2] * _TWO, 31) * _ONE
            four = _turned(four + numbers[at + 3] * _TWO, 31) * _ONE
            at += 4
        mixed = _turned(one, 1) + _turned(two, 7) + _turned(three, 12) + _turned(four, 18)
        for lane in (one, two, three, four):
            mixed = (mixed ^ (_turned(lane * _TWO, 31) * _ONE)) * _ONE + _FOUR
    mixed += np.uint64(8 * n)
    while at < stop:
        mixed ^= _turned(numbers[at] * _TWO, 31) * _ONE
        mixed = _turned(mixed, 27) * _ONE + _FOUR
        at += 1
    mixed = (mixed ^ (mixed >> np.uint64(33))) * _TWO
    mixed = (mixed ^ (mixed >> np.uint64(29))) * _THREE
    return mixed ^ (mixed >> np.uint64(32))


@njit(cache=True, nogil=True)
def _mentions(of_words: Any, content: Any, is_name: Any, of_headline: Any, head_told: Any) -> Any:
    """Term, sentence, weight and prefix of the words of names outside furniture, those of the headline last."""
    sentence, term, weight, prefix = of_words
    head_term, head_weight, head_prefix = of_headline
    n = 0
    for at in range(len(term)):
        n += is_name[at] and content[at]
    for at in range(len(head_term)):
        n += head_told[at]
    terms, prefixes = np.empty(n, np.int64), np.empty(n, np.int64)
    sentences, weights, place = np.empty(n, np.int32), np.empty(n, np.float32), 0
    for at in range(len(term)):
        if is_name[at] and content[at]:
            terms[place], sentences[place], weights[place] = term[at], sentence[at], weight[at]
            prefixes[place] = prefix[at]
            place += 1
    for at in range(len(head_term)):
        if head_told[at]:
            terms[place], sentences[place], weights[place] = head_term[at], HEADLINE, head_weight[at]
            prefixes[place] = head_prefix[at]
            place += 1
    return terms, sentences, weights, prefixes


@njit(cache=True, nogil=True)
def _stated(of_amounts: Any, of_furniture: Any, head_amount: Any, head_amount_weight: Any) -> Any:
    """Value, sentence and weight of the numbers and dated days outside furniture, those of the headline last."""
    amount_sentence, amount, amount_weight = of_amounts
    n = len(head_amount)
    for at in range(len(amount)):
        n += not of_furniture[amount_sentence[at]]
    values, sentences, weights, place = np.empty(n, np.int64), np.empty(n, np.int32), np.empty(n, np.float32), 0
    for at in range(len(amount)):
        if not of_furniture[amount_sentence[at]]:
            values[place], sentences[place], weights[place] = amount[at], amount_sentence[at], amount_weight[at]
            place += 1
    for at in range(len(head_amount)):
        values[place], sentences[place], weights[place] = head_amount[at], HEADLINE, head_amount_weight[at]
        place += 1
    return values, sentences, weights


@njit(cache=True, nogil=True)
def unpack(
    parcels: Any,
    ends: Any,
    at: Any,
    first: int,
    begins: Any,
    group_of: Any,
    item_bytes: Any,
    head_bytes: int,
    memory: Any,
) -> None:
    """Copy every field of some parcels to where it belongs among those of all articles.

    Args:
        parcels: (n_bytes,) parcels, end to end; see ``parcel``.
        ends: (n + 1,) where each begins, and the last ends.
        at: (n_articles + 1, n_groups) as in ``packing.Packed``.
        first: The article that the first of them is.
        begins: (n_fields,) where each field begins in ``memory``.
        group_of: (n_fields,) its group, -1 for one that has an entry an article.
        item_bytes: (n_fields,) bytes of an entry.
        head_bytes: Bytes before the first field of a parcel.
        memory: Where all fields lie.
    """
    for one in range(len(ends) - 1):
        source, article = ends[one] + head_bytes, first + one
        for field in range(len(begins)):
            group, size = group_of[field], item_bytes[field]
            place, count = article, 1
            if group >= 0:
                place, count = at[article, group], at[article + 1, group] - at[article, group]
            target, n_bytes = begins[field] + place * size, count * size
            memory[target : target + n_bytes] = parcels[source : source + n_bytes]
            source += n_bytes
