"""What speaks for and against two articles being one story.

In: two sides. Out: a dictionary with one number per column of ``schemas.EVIDENCE``. Must not know how the numbers are
weighed. Symmetric under a swap of the sides except for the columns that name a side.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

import numpy as np

from dedup.match.alignment import Alignment, align
from dedup.match.profiles import Profile
from dedup.match.sides import LEAD_SENTENCES, RARE_HEADLINE, Flags, Floats, Int64s, Names, Side, Weighted, heaviest

TELLING_AMOUNT: Final = 0.05
"""Weight above which a number can testify to a conflict: two significant digits or a day."""
SAME_WORDS: Final = 0.75
"""Share of the words besides figures from which two sentences are the same sentence."""
FEW_LINKS: Final = 3
SURE_LINK: Final = 0.5
"""Only links this sure may testify to a conflict: a doubtful link of two statements conflicts by accident."""


def evidence(
    left: Side, right: Side, alignment: Alignment | None = None, *, compiled: bool = False
) -> dict[str, float | None]:
    """Weigh up nothing, state everything.

    Args:
        left: The article of the smaller id.
        right: The other.
        alignment: Their alignment, if it is there already.
        compiled: Whether to align by the compiled kernel.

    Returns:
        One value per column of ``schemas.EVIDENCE``. A share of nothing is 0, but None where that would pass for
        disagreement: where a side has no names, numbers, dates, quotations, headline or time, or links have no order.
    """
    links = alignment or align(left.profile, right.profile, compiled=compiled)
    both = _n_common(left.shingles, right.shingles)
    shared, mass_left, mass_right = _common_mass(left.salience, right.salience)
    carried_left, carried_right = links.carried_left(), links.carried_right()
    holds = links.links
    linked: tuple[Flags, Flags] = (np.logical_or.reduce(holds, axis=1), np.logical_or.reduce(holds, axis=0))
    conflicts = _conflicts(left, right, links)
    names = _names(left, right, linked)
    numbers_shared = _n_common(left.numbers[0], right.numbers[0])
    quoted = [_counted(mine.quoted[0], other) for mine, other in ((left, right), (right, left))]
    n_left, n_right = int(left.content.sum()), int(right.content.sum())
    return {
        "shingle_jaccard": _share(both, len(left.shingles) + len(right.shingles) - both),
        "containment_left": _share(both, len(left.shingles)),
        "containment_right": _share(both, len(right.shingles)),
        "salience_jaccard": _share(shared, mass_left + mass_right - shared),
        "salience_left": _share(shared, mass_left),
        "salience_right": _share(shared, mass_right),
        "salience_shared": shared,
        "salience_alone": max(0.0, min(mass_left, mass_right) - shared),
        "aligned_left": _share(float(carried_left @ left.mass), float(left.mass.sum())),
        "aligned_right": _share(float(carried_right @ right.mass), float(right.mass.sum())),
        "aligned_sentences": float(holds.sum()),
        "order_kept": _order(links),
        "lead_similarity": _lead(left, right, carried_left, carried_right),
        "headline_agree": _headlines(left, right),
        "names_left": names.left,
        "names_right": names.right,
        "names_shared": float(names.n_shared),
        "names_alone": float(names.n_alone),
        "names_exchanged": names.exchanged,
        "names_conflict": conflicts[0],
        "numbers_agree": _agreement(left.numbers, right.numbers),
        "numbers_shared": float(numbers_shared),
        "numbers_alone": float(min(len(left.numbers[0]), len(right.numbers[0])) - numbers_shared),
        "numbers_exchanged": _exchanged(left.numbers_in(linked[0]), right.numbers_in(linked[1])),
        "numbers_conflict": conflicts[1],
        "dates_conflict": _dates(left, right),
        "days_conflict": _days(left, right),
        "quotes_agree": _agreement(left.quoted, right.quoted),
        "quoted_shared": float(max(shared for shared, _ in quoted)),
        "quoted_alone": float(min(alone for _, alone in quoted)),
        "length_ratio": _share(min(n_left, n_right), max(n_left, n_right)),
        "unspaced": float(min(left.unspaced, right.unspaced)),
        "words": float(min(n_left, n_right)),
        "hours_apart": _hours(left.published_at, right.published_at),
    }


def _share(part: float, whole: float) -> float:
    return float(min(1.0, part / whole)) if whole > 0 else 0.0


def _n_common(left: Int64s, right: Int64s) -> int:
    return len(np.intersect1d(left, right, assume_unique=True))


def _common_mass(left: Weighted, right: Weighted) -> tuple[float, float, float]:
    """Shared, left and right weight of two weighted sets."""
    _, at_left, at_right = np.intersect1d(left[0], right[0], assume_unique=True, return_indices=True)
    shared = float(np.minimum(left[1][at_left], right[1][at_right]).sum())
    return shared, float(left[1].sum()), float(right[1].sum())


def _agreement(left: Weighted, right: Weighted) -> float | None:
    """Share of the poorer side's weight that the other side has; None where a side has none."""
    shared, mass_left, mass_right = _common_mass(left, right)
    return _share(shared, min(mass_left, mass_right)) if min(mass_left, mass_right) > 0 else None


def _exchanged(left: Weighted, right: Weighted) -> float | None:
    """How much stands against something else: what both sides have alone, as a share of that and what they share.

    A rewrite leaves figures out, or adds some; a template filled in again exchanges them. So what counts is the side
    that has less of its own. None where a side has nothing.
    """
    shared, mass_left, mass_right = _common_mass(left, right)
    if not min(mass_left, mass_right) > 0:
        return None
    alone = max(0.0, min(mass_left, mass_right) - shared)
    return _share(alone, alone + shared)


def _dates(left: Side, right: Side) -> float | None:
    """Share of the kinds of date that both state (weekdays, days, months, years) in which they share none."""
    kinds = left.dates.keys() & right.dates.keys()
    return sum(not left.dates[kind] & right.dates[kind] for kind in kinds) / len(kinds) if kinds else None


def _days(left: Side, right: Side) -> float | None:
    """1 where the days that the opening sentences speak of are others, 0 where they share one; None if unknown.

    A follow-up opens with what is new and its day; a rewrite keeps the day, or says "yesterday" of it. Where clocks
    differ round the world, such a day may be one off.
    """
    mine, other = left.lead_days, right.lead_days
    if not mine or not other or {type(day) for day in mine} != {type(day) for day in other}:
        return None
    if any(isinstance(day, str) for day in mine):
        return float(not mine & other)
    return float(min(abs(int(one) - int(day)) for one in mine for day in other) > 1)


def _lead(left: Side, right: Side, carried_left: Floats, carried_right: Floats) -> float:
    """How well the other side carries the first content sentences, of the side that is carried less well."""
    leads = []
    for side, carried in ((left, carried_left), (right, carried_right)):
        first = np.flatnonzero(side.mass > 0)[:LEAD_SENTENCES]
        leads.append(_share(float(carried[first] @ side.mass[first]), float(side.mass[first].sum())))
    return min(leads)


class _NameEvidence(NamedTuple):
    left: float | None
    right: float | None
    exchanged: float | None
    n_shared: int
    n_alone: int


def _names(left: Side, right: Side, linked: tuple[Flags, Flags]) -> _NameEvidence:
    """Share of each side's names whose words the other has anywhere, and how far names stand against others.

    Whether a word is a name is seen by its capital, which headlines in capitals and texts without any hide; so a name
    of one side is looked for among all words of the other. Against others stand only names of linked sentences: what an
    article tells besides has names of its own. None where a side has no names.
    """
    shares: list[float | None] = []
    alone: list[float] = []
    shared: list[float] = []
    counts: list[tuple[int, int]] = []
    for mine, other, of in ((left, right, linked[0]), (right, left, linked[1])):
        there = _there(mine.names, other)
        weight = mine.names.weight
        shares.append(_share(float(weight[there].sum()), float(weight.sum())) if len(weight) else None)
        counts.append((int(there.sum()), int((~there).sum())))
        names = mine.names_in(of)
        there = _there(names, other)
        alone.append(float(names.weight[~there].sum()))
        shared.append(float(names.weight[there].sum()))
    exchanged = _share(min(alone), min(alone) + max(shared)) if min(alone) > 0 else 0.0
    return _NameEvidence(
        shares[0],
        shares[1],
        None if None in shares else exchanged,
        max(n_shared for n_shared, _ in counts),
        min(n_alone for _, n_alone in counts),
    )


def _there(names: Names, other: Side) -> Flags:
    """(n,) whether another article has each name, or its beginning."""
    there: Flags = np.isin(names.term, other.has) | ((names.prefix != 0) & np.isin(names.prefix, other.begins))
    return there


def _counted(terms: Int64s, other: Side) -> tuple[int, int]:
    """How many terms another article has, and how many it has not."""
    n_there = int(np.isin(terms, other.has).sum())
    return n_there, len(terms) - n_there


def _order(alignment: Alignment) -> float | None:
    """Share of the pairs of sure links in the same order on both sides (Kendall's concordance); None for under three.

    A rewrite follows its source; two reporters of one event choose their own order.
    """
    best = _best_links(alignment)
    n_sure = int(best.sum())
    if n_sure < FEW_LINKS:
        return None
    # Links before each in both articles, from sums over the grid: a text of one sentence, repeated, has links by the
    # hundred thousand, and comparing each with each would not fit into memory.
    before = np.zeros((best.shape[0] + 1, best.shape[1] + 1), dtype=np.int64)
    before[1:, 1:] = best.cumsum(axis=0).cumsum(axis=1)
    in_order = 2 * int(before[:-1, :-1][best].sum())
    return in_order / (n_sure * (n_sure - 1))


def _conflicts(left: Side, right: Side, alignment: Alignment) -> tuple[float, float]:
    """Share of sure links in which names, and numbers, stand against others that the other article never has.

    A template filled in twice links sentence to sentence while every name and number is exchanged; a rewrite keeps
    them, though it may leave some out. So only what is exclusive on *both* sides of a link counts.
    """
    sure = np.argwhere(_best_links(alignment))
    if not len(sure):
        return 0.0, 0.0
    names = _foreign_names(left, right)[sure[:, 0]] & _foreign_names(right, left)[sure[:, 1]]
    amounts = _foreign_amounts(left, right)[sure[:, 0]] & _foreign_amounts(right, left)[sure[:, 1]]
    amounts |= np.asarray([_refilled(left.profile, right.profile, int(i), int(j)) for i, j in sure], dtype=np.bool_)
    return float(names.mean()), float(amounts.mean())


def _best_links(alignment: Alignment) -> Flags:
    """Links that are sure and the best of both their sentences."""
    chance = alignment.probability
    if not chance.size:
        return np.zeros(chance.shape, dtype=np.bool_)
    best: Flags = (
        (chance >= SURE_LINK)
        & (chance == chance.max(axis=1, keepdims=True))
        & (chance == chance.max(axis=0, keepdims=True))
    )
    return best


def _foreign_names(side: Side, other: Side) -> Flags:
    """(n_sentences,) whether a sentence has a name that the other article has nowhere."""
    profile = side.profile
    foreign = profile.is_name & side.content & ~other.profile.knows(profile)
    result: Flags = np.bincount(profile.sentence[foreign], minlength=profile.n_sentences) > 0
    return result


def _foreign_amounts(side: Side, other: Side) -> Flags:
    """(n_sentences,) whether a sentence has a telling number or date that the other article has nowhere."""
    profile = side.profile
    telling = side.stated & (profile.amount_weight > TELLING_AMOUNT)
    foreign = telling & ~np.isin(profile.amount, other.profile.amount)
    result: Flags = np.bincount(profile.amount_sentence[foreign], minlength=profile.n_sentences) > 0
    return result


def _refilled(left: Profile, right: Profile, i: int, j: int) -> bool:
    """Whether two sentences are the same words around other figures, as when a template is filled in again."""
    of_left, of_right = slice(*left.bounds[i : i + 2]), slice(*right.bounds[j : j + 2])
    figures_left = set(left.word[of_left][left.is_digits[of_left]].tolist())
    figures_right = set(right.word[of_right][right.is_digits[of_right]].tolist())
    if not figures_left - figures_right or not figures_right - figures_left:
        return False
    words_left = set(left.word[of_left].tolist()) - figures_left
    words_right = set(right.word[of_right].tolist()) - figures_right
    return len(words_left & words_right) >= SAME_WORDS * max(len(words_left), len(words_right))


def _headlines(left: Side, right: Side) -> float | None:
    """Share of a headline's rare terms that the other article has, of the headline that is carried less.

    A rewriter changes the words of a headline, seldom its names; the headlines of two fillings of a template name
    different firms, towns or people. None where a headline is missing or says nothing rare.
    """
    if left.headline is None or right.headline is None:
        return None
    shares = []
    for mine, other in ((left.headline, right), (right.headline, left)):
        term, weight = heaviest(mine.term, mine.weight)
        rare = weight >= RARE_HEADLINE
        there = np.isin(term, other.has) & rare
        shares.append(_share(float(weight[there].sum()), float(weight[rare].sum())) if rare.any() else None)
    known = [share for share in shares if share is not None]
    return min(known) if known else None


def _hours(left: datetime | None, right: datetime | None) -> float | None:
    if left is None or right is None:
        return None
    return abs((left - right).total_seconds()) / 3600
