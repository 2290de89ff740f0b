"""The evidence about many pairs, compiled.

In: packed articles, pairs of them and the link model. Out: one row of evidence a pair, in the order of
``schemas.EVIDENCE``, NaN where a value is unknown. Must not know how it is weighed. ``evidence.evidence`` is the
readable reference; the tests hold both together.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dedup.match.alignment import MIN_LINK, RARE_WEIGHT, SHADOW
from dedup.match.evidence import FEW_LINKS, SAME_WORDS, SURE_LINK, TELLING_AMOUNT
from dedup.match.kernels import link_grid, room
from dedup.match.packing import DATE_KIND
from dedup.match.set_kernels import common_mass, holds, n_common, share
from dedup.match.sides import LEAD_SENTENCES
from dedup.sketch.machine import njit

_UNITS, _TERMS, _SENTENCES, _SHINGLES, _HAS, _BEGINS, _NAMES, _MENTIONS = range(8)
_NUMBERS, _STATED, _QUOTED, _HEADLINE, _DATES, _DAYS, _WORDS = range(8, 15)


@njit(cache=True, nogil=True)
def evidence_rows(packed: Any, left: Any, right: Any, model: Any, out: Any) -> None:
    """Fill ``out``, (n_pairs, 34), with the evidence about the pairs of articles ``left`` and ``right``."""
    most = 0
    for pair in range(len(left)):
        most = max(most, room(_n_sentences(packed, left[pair]), _n_sentences(packed, right[pair])))
    work = np.empty(most)
    for pair in range(len(left)):
        _pair(packed, left[pair], right[pair], model, work, out[pair])


@njit(cache=True, nogil=True)
def _n_sentences(p: Any, a: int) -> int:
    return p.at[a + 1, _SENTENCES] - p.at[a, _SENTENCES]  # type: ignore[no-any-return]


@njit(cache=True, nogil=True)
def _pair(p: Any, a: int, b: int, model: Any, work: Any, out: Any) -> None:
    chance = _alignment(p, a, b, model, work)
    n, m = chance.shape
    carried_a, carried_b = np.zeros(n), np.zeros(m)
    linked_a, linked_b = np.zeros(n, np.bool_), np.zeros(m, np.bool_)
    n_links = 0
    for i in range(n):
        for j in range(m):
            value = chance[i, j]
            carried_a[i], carried_b[j] = max(carried_a[i], value), max(carried_b[j], value)
            if value >= MIN_LINK:
                linked_a[i] = linked_b[j] = True
                n_links += 1
    both = n_common(p.shingle, p.at[a, _SHINGLES], p.at[a + 1, _SHINGLES], p.at[b, _SHINGLES], p.at[b + 1, _SHINGLES])
    n_a = p.at[a + 1, _SHINGLES] - p.at[a, _SHINGLES]
    n_b = p.at[b + 1, _SHINGLES] - p.at[b, _SHINGLES]
    out[0] = share(both, n_a + n_b - both)
    out[1], out[2] = share(both, n_a), share(both, n_b)
    shared, mass_a, mass_b = common_mass(p.has, p.has_weight, p.at, _HAS, a, b)
    out[3] = share(shared, mass_a + mass_b - shared)
    out[4], out[5] = share(shared, mass_a), share(shared, mass_b)
    out[6], out[7] = shared, max(0.0, min(mass_a, mass_b) - shared)
    out[8], lead_a = _carried(p, a, carried_a)
    out[9], lead_b = _carried(p, b, carried_b)
    out[10] = n_links
    best, n_sure = _best(chance)
    out[11] = _order(best, n_sure)
    out[12] = min(lead_a, lead_b)
    out[13] = _headlines(p, a, b)
    _names(p, a, b, linked_a, linked_b, out)
    out[19], out[24] = _conflicts(p, a, b, best, n_sure)
    shared, mass_a, mass_b = common_mass(p.number, p.number_weight, p.at, _NUMBERS, a, b)
    out[20] = share(shared, min(mass_a, mass_b)) if min(mass_a, mass_b) > 0.0 else np.nan
    both = n_common(p.number, p.at[a, _NUMBERS], p.at[a + 1, _NUMBERS], p.at[b, _NUMBERS], p.at[b + 1, _NUMBERS])
    fewer = min(p.at[a + 1, _NUMBERS] - p.at[a, _NUMBERS], p.at[b + 1, _NUMBERS] - p.at[b, _NUMBERS])
    out[21], out[22] = both, fewer - both
    out[23] = _numbers_exchanged(p, a, b, linked_a, linked_b)
    out[25], out[26] = _dates(p, a, b), _days(p, a, b)
    shared, mass_a, mass_b = common_mass(p.quoted, p.quoted_weight, p.at, _QUOTED, a, b)
    out[27] = share(shared, min(mass_a, mass_b)) if min(mass_a, mass_b) > 0.0 else np.nan
    there_a, there_b = _quoted_there(p, a, b), _quoted_there(p, b, a)
    out[28] = max(there_a, there_b)
    alone_a = p.at[a + 1, _QUOTED] - p.at[a, _QUOTED] - there_a
    alone_b = p.at[b + 1, _QUOTED] - p.at[b, _QUOTED] - there_b
    out[29] = min(alone_a, alone_b)
    short, long = min(p.n_content[a], p.n_content[b]), max(p.n_content[a], p.n_content[b])
    out[30] = share(short, long)
    out[31] = min(p.unspaced[a], p.unspaced[b])
    out[32] = short
    out[33] = abs(p.hours[a] - p.hours[b])


@njit(cache=True, nogil=True)
def _alignment(p: Any, a: int, b: int, model: Any, work: Any) -> Any:
    """(n_left, n_right) link probabilities; see ``alignment.align``."""
    ua, va, sa = p.at[a, _UNITS], p.at[a, _TERMS], p.at[a, _SENTENCES]
    ub, vb, sb = p.at[b, _UNITS], p.at[b, _TERMS], p.at[b, _SENTENCES]
    ea, fa, ga = p.at[a + 1, _UNITS], p.at[a + 1, _TERMS], p.at[a + 1, _SENTENCES]
    eb, fb, gb = p.at[b + 1, _UNITS], p.at[b + 1, _TERMS], p.at[b + 1, _SENTENCES]
    n, m = ga - sa, gb - sb
    if n == 0 or m == 0:
        return np.zeros((n, m))
    chance, _ = link_grid(
        p.unit_sentence[ua:ea], p.unit_index[ua:ea], p.unit_root[ua:ea], p.unit_kinds[ua:ea],
        p.term[va:fa], p.term_count[va:fa], p.term_strength[va:fa], p.n_words[sa:ga],
        p.unit_sentence[ub:eb], p.unit_index[ub:eb], p.unit_root[ub:eb], p.unit_kinds[ub:eb],
        p.term[vb:fb], p.term_count[vb:fb], p.term_strength[vb:fb], p.n_words[sb:gb],
        RARE_WEIGHT, model, False, work,
    )  # fmt: skip
    exact_a, exact_b = np.zeros(n, np.bool_), np.zeros(m, np.bool_)
    found = False
    for i in range(n):
        mark = p.fingerprint[sa + i]
        if mark == 0:
            continue
        for j in range(m):
            if p.fingerprint[sb + j] == mark:
                exact_a[i] = exact_b[j] = found = True
    if found:
        for i in range(n):
            for j in range(m):
                if exact_a[i] and exact_b[j] and p.fingerprint[sa + i] == p.fingerprint[sb + j]:
                    chance[i, j] = 1.0
                elif exact_a[i] or exact_b[j]:
                    chance[i, j] *= SHADOW
    return chance


@njit(cache=True, nogil=True)
def _carried(p: Any, a: int, carried: Any) -> Any:
    """Share of an article's content that is carried, and of its first content sentences."""
    start = p.at[a, _SENTENCES]
    part, whole, lead, lead_whole, n_lead = 0.0, 0.0, 0.0, 0.0, 0
    for i in range(len(carried)):
        mass = p.mass[start + i]
        part += carried[i] * mass
        whole += mass
        if mass > 0.0 and n_lead < LEAD_SENTENCES:
            n_lead += 1
            lead += carried[i] * mass
            lead_whole += mass
    return share(part, whole), share(lead, lead_whole)


@njit(cache=True, nogil=True)
def _best(chance: Any) -> Any:
    """Links that are sure and the best of both their sentences, and how many."""
    n, m = chance.shape
    rows, columns = np.zeros(n), np.zeros(m)
    for i in range(n):
        for j in range(m):
            rows[i], columns[j] = max(rows[i], chance[i, j]), max(columns[j], chance[i, j])
    best = np.zeros((n, m), np.bool_)
    count = 0
    for i in range(n):
        for j in range(m):
            value = chance[i, j]
            if value >= SURE_LINK and value == rows[i] and value == columns[j]:
                best[i, j] = True
                count += 1
    return best, count


@njit(cache=True, nogil=True)
def _order(best: Any, n_sure: int) -> Any:
    if n_sure < FEW_LINKS:
        return np.nan
    n, m = best.shape
    above = np.zeros(m + 1, np.int64)  # sure links in earlier rows, left of each column
    in_order = 0
    for i in range(n):
        for j in range(m):
            if best[i, j]:
                in_order += above[j]
        row = 0
        for j in range(m):
            row += best[i, j]
            above[j + 1] += row
    return 2 * in_order / (n_sure * (n_sure - 1))


@njit(cache=True, nogil=True)
def _headlines(p: Any, a: int, b: int) -> Any:
    if not (p.has_headline[a] and p.has_headline[b]):
        return np.nan
    result = np.nan
    for mine, other in ((a, b), (b, a)):
        part, whole = 0.0, 0.0
        for at in range(p.at[mine, _HEADLINE], p.at[mine + 1, _HEADLINE]):
            whole += p.headline_weight[at]
            if holds(p.has, p.at[other, _HAS], p.at[other + 1, _HAS], p.headline[at]):
                part += p.headline_weight[at]
        if p.at[mine, _HEADLINE] < p.at[mine + 1, _HEADLINE]:
            carried = share(part, whole)
            result = carried if np.isnan(result) else min(result, carried)
    return result


@njit(cache=True, nogil=True)
def _names_there(p: Any, mine: int, other: int, linked: Any, all_of_them: bool) -> Any:
    """Weight and number of the names that another article has, and has not.

    A name weighs what its first mention does, times a logarithm of its mentions.
    """
    first, n_names = p.at[mine, _NAMES], p.at[mine + 1, _NAMES] - p.at[mine, _NAMES]
    mentions = np.zeros(n_names, np.int64)
    weight, prefix = np.zeros(n_names), np.zeros(n_names, np.int64)
    for at in range(p.at[mine, _MENTIONS], p.at[mine + 1, _MENTIONS]):
        sentence = p.mention_sentence[at]
        if not all_of_them and sentence >= 0 and not linked[sentence]:
            continue
        name = p.mention_name[at]
        if mentions[name] == 0:
            weight[name], prefix[name] = p.mention_weight[at], p.mention_prefix[at]
        mentions[name] += 1
    there, alone, n_there, n_alone = 0.0, 0.0, 0, 0
    for name in range(n_names):
        if mentions[name] == 0:
            continue
        mass = weight[name] * np.log1p(float(mentions[name]))
        found = holds(p.has, p.at[other, _HAS], p.at[other + 1, _HAS], p.name[first + name]) or (
            prefix[name] != 0 and holds(p.begins, p.at[other, _BEGINS], p.at[other + 1, _BEGINS], prefix[name])
        )
        if found:
            there += mass
            n_there += 1
        else:
            alone += mass
            n_alone += 1
    return there, alone, n_there, n_alone


@njit(cache=True, nogil=True)
def _names(p: Any, a: int, b: int, linked_a: Any, linked_b: Any, out: Any) -> None:
    there_a, alone_a, n_there_a, n_alone_a = _names_there(p, a, b, linked_a, True)
    there_b, alone_b, n_there_b, n_alone_b = _names_there(p, b, a, linked_b, True)
    has_a, has_b = n_there_a + n_alone_a > 0, n_there_b + n_alone_b > 0
    out[14] = share(there_a, there_a + alone_a) if has_a else np.nan
    out[15] = share(there_b, there_b + alone_b) if has_b else np.nan
    out[16], out[17] = max(n_there_a, n_there_b), min(n_alone_a, n_alone_b)
    there_a, alone_a, _, _ = _names_there(p, a, b, linked_a, False)
    there_b, alone_b, _, _ = _names_there(p, b, a, linked_b, False)
    alone = min(alone_a, alone_b)
    exchanged = share(alone, alone + max(there_a, there_b)) if alone > 0.0 else 0.0
    out[18] = exchanged if has_a and has_b else np.nan


@njit(cache=True, nogil=True)
def _foreign(p: Any, mine: int, other: int) -> Any:
    """(2, n_sentences) whether a sentence has a name, or a telling number, that the other article has nowhere."""
    found = np.zeros((2, p.at[mine + 1, _SENTENCES] - p.at[mine, _SENTENCES]), np.bool_)
    start, end = p.at[other, _TERMS], p.at[other + 1, _TERMS]
    for at in range(p.at[mine, _MENTIONS], p.at[mine + 1, _MENTIONS]):
        sentence, prefix = p.mention_sentence[at], p.mention_prefix[at]
        if sentence < 0 or found[0, sentence]:
            continue
        name = p.name[p.at[mine, _NAMES] + p.mention_name[at]]
        found[0, sentence] = not (
            holds(p.term, start, end, name) or (prefix != 0 and holds(p.term, start, end, prefix))
        )
    for at in range(p.at[mine, _STATED], p.at[mine + 1, _STATED]):
        sentence = p.stated_sentence[at]
        if sentence < 0 or found[1, sentence] or p.stated_weight[at] <= TELLING_AMOUNT:
            continue
        number = p.number[p.at[mine, _NUMBERS] + p.stated_number[at]]
        found[1, sentence] = not holds(p.term, start, end, number)
    return found


@njit(cache=True, nogil=True)
def _refilled(p: Any, a: int, i: int, b: int, j: int) -> Any:
    """Whether two sentences are the same words around other figures."""
    sa, sb = p.at[a, _SENTENCES], p.at[b, _SENTENCES]
    here = p.at[a, _WORDS] + (p.word_end[sa + i - 1] if i > 0 else 0)
    there = p.at[b, _WORDS] + (p.word_end[sb + j - 1] if j > 0 else 0)
    end_a, end_b = p.at[a, _WORDS] + p.word_end[sa + i], p.at[b, _WORDS] + p.word_end[sb + j]
    figures_a, figures_b, words_a, words_b, both = 0, 0, 0, 0, 0
    while here < end_a or there < end_b:
        if there >= end_b or (here < end_a and p.word[here] < p.word[there]):
            figures_a += p.word_is_digits[here]
            words_a += not p.word_is_digits[here]
            here += 1
        elif here >= end_a or p.word[there] < p.word[here]:
            figures_b += p.word_is_digits[there]
            words_b += not p.word_is_digits[there]
            there += 1
        else:
            if not p.word_is_digits[here]:
                words_a += 1
                words_b += 1
                both += 1
            here += 1
            there += 1
    return figures_a > 0 and figures_b > 0 and both >= SAME_WORDS * max(words_a, words_b)


@njit(cache=True, nogil=True)
def _conflicts(p: Any, a: int, b: int, best: Any, n_sure: int) -> Any:
    """Share of sure links in which names, and numbers, stand against others that the other article never has."""
    if n_sure == 0:
        return 0.0, 0.0
    foreign_a, foreign_b = _foreign(p, a, b), _foreign(p, b, a)
    names, numbers = 0, 0
    for i in range(best.shape[0]):
        for j in range(best.shape[1]):
            if best[i, j]:
                names += foreign_a[0, i] and foreign_b[0, j]
                numbers += (foreign_a[1, i] and foreign_b[1, j]) or _refilled(p, a, i, b, j)
    return names / n_sure, numbers / n_sure


@njit(cache=True, nogil=True)
def _stated(p: Any, a: int, linked: Any) -> Any:
    """Weight of each number in linked sentences or the headline, 0 where it is not stated there."""
    weight = np.zeros(p.at[a + 1, _NUMBERS] - p.at[a, _NUMBERS])
    for at in range(p.at[a, _STATED], p.at[a + 1, _STATED]):
        sentence = p.stated_sentence[at]
        if sentence < 0 or linked[sentence]:
            number = p.stated_number[at]
            weight[number] = max(weight[number], p.stated_weight[at])
    return weight


@njit(cache=True, nogil=True)
def _numbers_exchanged(p: Any, a: int, b: int, linked_a: Any, linked_b: Any) -> Any:
    weight_a, weight_b = _stated(p, a, linked_a), _stated(p, b, linked_b)
    mass_a, mass_b, shared = weight_a.sum(), weight_b.sum(), 0.0
    if min(mass_a, mass_b) <= 0.0:
        return np.nan
    start_a, start_b = p.at[a, _NUMBERS], p.at[b, _NUMBERS]
    here, there = 0, 0
    while here < len(weight_a) and there < len(weight_b):
        one, other = p.number[start_a + here], p.number[start_b + there]
        if one == other:
            shared += min(weight_a[here], weight_b[there])
        here += one <= other
        there += other <= one
    alone = max(0.0, min(mass_a, mass_b) - shared)
    return share(alone, alone + shared)


@njit(cache=True, nogil=True)
def _dates(p: Any, a: int, b: int) -> Any:
    """Share of the kinds of date that both state in which they share none."""
    kinds, apart = 0, 0
    for kind in range(4):
        has_a, has_b, common = False, False, False
        for here in range(p.at[a, _DATES], p.at[a + 1, _DATES]):
            if p.date[here] // DATE_KIND == kind:
                has_a = True
                common |= holds(p.date, p.at[b, _DATES], p.at[b + 1, _DATES], p.date[here])
        for there in range(p.at[b, _DATES], p.at[b + 1, _DATES]):
            has_b |= p.date[there] // DATE_KIND == kind
        if has_a and has_b:
            kinds += 1
            apart += not common
    return apart / kinds if kinds > 0 else np.nan


@njit(cache=True, nogil=True)
def _days(p: Any, a: int, b: int) -> Any:
    """1 where the days that the opening sentences speak of are others, 0 where they share one."""
    start_a, end_a, start_b, end_b = p.at[a, _DAYS], p.at[a + 1, _DAYS], p.at[b, _DAYS], p.at[b + 1, _DAYS]
    if start_a == end_a or start_b == end_b:
        return np.nan
    text_a, text_b, number_a, number_b = False, False, False, False
    common, nearest = False, np.int64(1 << 40)
    for here in range(start_a, end_a):
        text_a |= p.day_is_text[here]
        number_a |= not p.day_is_text[here]
    for there in range(start_b, end_b):
        text_b |= p.day_is_text[there]
        number_b |= not p.day_is_text[there]
        for here in range(start_a, end_a):
            if p.day_is_text[here] == p.day_is_text[there]:
                common |= p.day[here] == p.day[there]
                if not p.day_is_text[here]:
                    nearest = min(nearest, abs(p.day[here] - p.day[there]))
    if text_a != text_b or number_a != number_b:
        return np.nan
    if text_a:
        return 0.0 if common else 1.0
    return 1.0 if nearest > 1 else 0.0


@njit(cache=True, nogil=True)
def _quoted_there(p: Any, mine: int, other: int) -> Any:
    count = 0
    for at in range(p.at[mine, _QUOTED], p.at[mine + 1, _QUOTED]):
        count += holds(p.has, p.at[other, _HAS], p.at[other + 1, _HAS], p.quoted[at])
    return count
