"""What speaks for and against two articles being one story.

In: two profiles. Out: a dictionary with one number per column of ``schemas.EVIDENCE``. Must not know how the numbers
are weighed. Symmetric under a swap of the sides except for the columns that name a side.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.match.alignment import Alignment, align
from dedup.match.profiles import Profile

Floats = npt.NDArray[np.float64]
Int64s = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_LEAD_SENTENCES: Final = 3
_TELLING_AMOUNT: Final = 0.05
"""Weight above which a number can testify to a conflict: two significant digits or a day."""
_SAME_WORDS: Final = 0.75
"""Share of the words besides figures from which two sentences are the same sentence."""
_FEW_LINKS: Final = 3
_SURE_LINK: Final = 0.5
"""Only links this sure may testify to a conflict: a doubtful link of two statements conflicts by accident."""


@dataclass(frozen=True)
class Side:
    """An article with what every comparison of it needs.

    Args:
        profile: The article.
        shingle_size: Words a shingle.
        published_at: Publication time, if known.
        headline: Its headline as a profile of one sentence, if it has one.
    """

    profile: Profile
    shingle_size: int
    published_at: datetime | None = None
    headline: Profile | None = None

    @cached_property
    def shingles(self) -> Int64s:
        """Sorted distinct shingle hashes."""
        return self.profile.shingles(self.shingle_size)

    @cached_property
    def content(self) -> Flags:
        """(n_tokens,) words outside furniture."""
        profile = self.profile
        return ~profile.furniture[profile.sentence] if len(profile.sentence) else np.zeros(0, dtype=np.bool_)

    @cached_property
    def salience(self) -> tuple[Int64s, Floats]:
        """Sorted distinct terms with their weight."""
        return _heaviest(self.profile.term[self.content], self.profile.weight[self.content])

    @cached_property
    def mass(self) -> Floats:
        """(n_sentences,) content weight of each sentence, 0 for furniture."""
        weight = np.where(self.content, np.sqrt(self.profile.weight), 0.0)
        mass: Floats = np.bincount(self.profile.sentence, weight, minlength=self.profile.n_sentences).astype(np.float64)
        return mass

    def kind(self, flags: Flags) -> tuple[Int64s, Floats]:
        """Sorted distinct terms of the flagged tokens with their weight."""
        chosen = flags & self.content
        return _heaviest(self.profile.term[chosen], self.profile.weight[chosen])

    @cached_property
    def names(self) -> tuple[Int64s, Floats]:
        """Name terms."""
        return self.kind(self.profile.is_name)

    @cached_property
    def numbers(self) -> tuple[Int64s, Floats]:
        """Numbers and dated days outside furniture."""
        kept = self.stated
        return _heaviest(self.profile.amount[kept], self.profile.amount_weight[kept])

    @cached_property
    def stated(self) -> Flags:
        """(n_amounts,) numbers and dates outside furniture."""
        return ~self.profile.furniture[self.profile.amount_sentence]

    @cached_property
    def quoted(self) -> tuple[Int64s, Floats]:
        """Quoted terms."""
        return self.kind(self.profile.is_quoted)


def _heaviest(term: Int64s, weight: npt.NDArray[np.float32]) -> tuple[Int64s, Floats]:
    """Distinct sorted terms, each with the largest weight it has."""
    order = np.lexsort((-weight, term))
    sorted_terms = term[order]
    first = np.ones(len(term), dtype=np.bool_)
    first[1:] = sorted_terms[1:] != sorted_terms[:-1]
    return sorted_terms[first], weight[order][first].astype(np.float64)


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
        One value per column of ``schemas.EVIDENCE``; a share of nothing is 0, an unknown time distance None.
    """
    links = alignment or align(left.profile, right.profile, compiled=compiled)
    both = _n_common(left.shingles, right.shingles)
    shared, mass_left, mass_right = _common_mass(left.salience, right.salience)
    carried_left, carried_right = links.carried_left(), links.carried_right()
    conflicts = _conflicts(left, right, links)
    return {
        "shingle_jaccard": _share(both, len(left.shingles) + len(right.shingles) - both),
        "containment_left": _share(both, len(left.shingles)),
        "containment_right": _share(both, len(right.shingles)),
        "salience_jaccard": _share(shared, mass_left + mass_right - shared),
        "salience_left": _share(shared, mass_left),
        "salience_right": _share(shared, mass_right),
        "aligned_left": _share(float(carried_left @ left.mass), float(left.mass.sum())),
        "aligned_right": _share(float(carried_right @ right.mass), float(right.mass.sum())),
        "aligned_sentences": float(links.links.sum()),
        "order_kept": _order(links),
        "lead_similarity": _lead(left, right, carried_left, carried_right),
        "headline_agree": _headlines(left, right),
        "names_agree": _names(left, right),
        "names_conflict": conflicts[0],
        "numbers_agree": _agreement(left.numbers, right.numbers),
        "numbers_conflict": conflicts[1],
        "quotes_agree": _agreement(left.quoted, right.quoted),
        "length_ratio": _share(
            min(left.content.sum(), right.content.sum()), max(left.content.sum(), right.content.sum())
        ),
        "hours_apart": _hours(left.published_at, right.published_at),
    }


def _share(part: float, whole: float) -> float:
    return float(min(1.0, part / whole)) if whole > 0 else 0.0


def _n_common(left: Int64s, right: Int64s) -> int:
    return len(np.intersect1d(left, right, assume_unique=True))


def _common_mass(left: tuple[Int64s, Floats], right: tuple[Int64s, Floats]) -> tuple[float, float, float]:
    """Shared, left and right weight of two weighted sets."""
    _, at_left, at_right = np.intersect1d(left[0], right[0], assume_unique=True, return_indices=True)
    shared = float(np.minimum(left[1][at_left], right[1][at_right]).sum())
    return shared, float(left[1].sum()), float(right[1].sum())


def _agreement(left: tuple[Int64s, Floats], right: tuple[Int64s, Floats]) -> float:
    """Share of the poorer side's weight that the other side has; 0 where a side has none."""
    shared, mass_left, mass_right = _common_mass(left, right)
    return _share(shared, min(mass_left, mass_right))


def _lead(left: Side, right: Side, carried_left: Floats, carried_right: Floats) -> float:
    """How well the other side carries the first content sentences, of the side that is carried less well."""
    leads = []
    for side, carried in ((left, carried_left), (right, carried_right)):
        first = np.flatnonzero(side.mass > 0)[:_LEAD_SENTENCES]
        leads.append(_share(float(carried[first] @ side.mass[first]), float(side.mass[first].sum())))
    return min(leads)


def _names(left: Side, right: Side) -> float:
    """Share of a side's name weight whose words the other has anywhere, of the side with fewer names that has any.

    Whether a word is a name is seen by its capital, which headlines in capitals and texts without any hide; so a name
    of one side is looked for among all words of the other.
    """
    shares = []
    for mine, other in ((left, right), (right, left)):
        term, weight = mine.names
        if len(term):
            there = np.isin(term, other.profile.term[other.content])
            shares.append((float(weight.sum()), _share(float(weight[there].sum()), float(weight.sum()))))
    return min(shares)[1] if shares else 0.0


def _order(alignment: Alignment) -> float:
    """Share of the pairs of sure links in the same order on both sides (Kendall's concordance); 0.5 for under three.

    A rewrite follows its source; two reporters of one event choose their own order.
    """
    sure = np.argwhere(_best_links(alignment))
    if len(sure) < _FEW_LINKS:
        return 0.5
    left, right = sure[:, 0], sure[:, 1]
    same = np.sign(left[:, None] - left[None, :]) * np.sign(right[:, None] - right[None, :])
    n_pairs = len(sure) * (len(sure) - 1)
    return float((same > 0).sum() / n_pairs)


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
        (chance >= _SURE_LINK)
        & (chance == chance.max(axis=1, keepdims=True))
        & (chance == chance.max(axis=0, keepdims=True))
    )
    return best


def _foreign_names(side: Side, other: Side) -> Flags:
    """(n_sentences,) whether a sentence has a name that the other article has nowhere."""
    profile = side.profile
    foreign = profile.is_name & side.content & ~np.isin(profile.term, other.profile.term)
    foreign &= ~((profile.prefix != 0) & np.isin(profile.prefix, other.profile.prefix))
    result: Flags = np.bincount(profile.sentence[foreign], minlength=profile.n_sentences) > 0
    return result


def _foreign_amounts(side: Side, other: Side) -> Flags:
    """(n_sentences,) whether a sentence has a telling number or date that the other article has nowhere."""
    profile = side.profile
    telling = side.stated & (profile.amount_weight > _TELLING_AMOUNT)
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
    return len(words_left & words_right) >= _SAME_WORDS * max(len(words_left), len(words_right))


def _headlines(left: Side, right: Side) -> float | None:
    """Share of a headline's salience that the other article has, of the headline that is carried less; None if unknown.

    A rewriter changes the words of a headline, seldom its names; the headlines of two fillings of a template name
    different firms, towns or people.
    """
    if left.headline is None or right.headline is None:
        return None
    shares = []
    for mine, other in ((left, right), (right, left)):
        if mine.headline is None or other.headline is None:
            continue
        term, weight = _heaviest(mine.headline.term, mine.headline.weight)
        there = np.isin(term, other.profile.term) | np.isin(term, other.headline.term)
        shares.append(_share(float(weight[there].sum()), float(weight.sum())))
    return min(shares)


def _hours(left: datetime | None, right: datetime | None) -> float | None:
    if left is None or right is None:
        return None
    return abs((left - right).total_seconds()) / 3600
