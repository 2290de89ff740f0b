"""How much of a whole two sentences speak of, and where they cannot both be right.

In: linked sentences of two articles. Out: the pair of amounts (all, most, half, few, none, percent, counts) that
excludes each other. Must not know how sentences were linked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from dedup.stories.sides import Side, is_negated

# How much of a whole each list of words can mean, in percent.
_SHARES: Final = {
    "all": (97.0, 100.0),
    "nearly_all": (80.0, 97.5),
    "most": (50.1, 95.0),
    "half": (35.0, 65.0),
    "some": (1.0, 80.0),
    "few": (0.1, 30.0),
    "nearly_none": (0.1, 10.0),
    "none": (0.0, 0.0),
}
_NAMES: Final = ("nearly_all", "nearly_none", "none", "few", "half", "most", "some", "all")
"""The same lists in the order in which they are looked for: what one has taken is none of the next."""
_LISTED: Final = frozenset(("contrast", name) for name in (*_NAMES, "single"))
_COUNTED: Final = (1.0, 100.0)
"""Some number of people or things: it only stands against nobody and none."""
_IDIOMS: Final = frozenset(
    {
        *((before, "all") for before in ("in", "of", "at", "above", "after", "once", "but")),
        ("all", "the", "same"),
        ("none", "the", "less"),
        ("none", "of", "us"),
    }
)
"""English phrases in which "all" and "none" are about no amount, or about the speaker's own party."""
_REACH: Final = 12
"""Content is looked for this many tokens around a word that says how much."""
_FEW: Final = 3
"""Content words around an amount of which one in common does for two."""
_OPPOSITES: Final = ("pairs", "weak_pairs", "directions")
"""Lists of opposites; none has pairs of the same number that could be said of all and of none at once."""
_FAR: Final = 60.0
"""Shares this many points apart ("nearly all", "a tenth") need only one word in common around them."""


class Amount(NamedTuple):
    """How much of a whole some tokens mean, as the range of percent they can mean."""

    first: int
    stop: int
    low: float
    high: float

    @property
    def share(self) -> tuple[float, float]:
        """The range."""
        return self.low, self.high

    def meets(self, other: Amount) -> bool:
        """Whether both can mean one share."""
        return self.low <= other.high and other.low <= self.high


def amounts(side: Side, counted: list[Amount], *, openers: bool = False) -> list[Amount]:
    """Words and shares that say how much, in order.

    Args:
        side: The sentences.
        counted: Their ``shares``.
        openers: Whether a mere "no" that begins a sentence counts, too.
    """
    found: list[Amount] = []
    covered: set[int] = set()
    for name in _NAMES if side.has_any(_LISTED) else ():
        for first, stop, _ in side.find("contrast", name):
            idle = _counts_off(side, stop) or _is_idiom(side, first, stop)
            if not covered & set(range(first, stop)) and not idle:
                covered.update(range(first, stop))
                found.append(Amount(first, stop, *_SHARES[name]))
    found.extend(Amount(*hit[:2], 0.0, 0.0) for hit in side.find("contrast", "single") if is_negated(side, hit[0]))
    if openers:
        found.extend(Amount(at, at + 1, 0.0, 0.0) for at in _openers(side) if at not in covered)
    taken = {at for share in counted for at in range(share.first, share.stop)}
    return sorted([*counted, *(amount for amount in found if amount.first not in taken)])


def _openers(side: Side) -> Iterator[int]:
    """Where a sentence begins with "no": no customers were hurt."""
    words = side.reading.lists.words("contrast", "no_determiner")
    harmless = side.reading.lists.words("contrast", "not_negating")
    lower = side.reading.tokens.lower
    for first, stop in side.ranges:
        if (
            stop - first > 1
            and lower[first] in words
            and (lower[first + 1] == "other" or lower[first + 1] not in harmless)
        ):
            yield first


def shares(side: Side) -> list[Amount]:
    """What the numbers of the sentences say of a whole: percent, "two of the five", and any count at all."""
    numbers = [number[1:] for sentence in side.ranges for number in side.reading.numbers_within(*sentence)]
    if not numbers:
        return []
    links = {(first, stop) for first, stop, _ in side.find("contrast", "of_them")}
    parts = {stop for _, stop, _ in side.find("contrast", "among_them")}
    rests = {stop: first for first, stop, _ in side.find("contrast", "all_but")}
    found: list[Amount] = []
    skip = -1
    for at, (first, stop, value) in enumerate(numbers):
        after = numbers[at + 1] if at + 1 < len(numbers) else None
        if value.unit == "%":
            low = 0.0 if value.bound == "under" else value.magnitude - 3.0
            found.append(Amount(first, stop, low, 100.0 if value.bound == "over" else value.magnitude + 3.0))
        elif after and (stop, after[0]) in links and 0 < value.magnitude < after[2].magnitude:
            share = 100.0 * value.magnitude / after[2].magnitude
            if first in rests:  # "all but 2,100 of the 14,000"
                share = 100.0 - share
            found.append(Amount(rests.get(first, first), after[1], share - 3.0, share + 3.0))
            skip = at + 1
        elif not value.unit and value.magnitude > 1 and at != skip:
            found.append(Amount(first, stop, *(_SHARES["some"] if first in parts else _COUNTED)))
    return found


def _counts_off(side: Side, stop: int) -> bool:
    """Whether the word is about a rhythm, not about how much: every season, some hours."""
    rhythms = side.reading.lists.stems("contrast", "rhythms")
    return bool(rhythms) and any(stem in rhythms for stem in side.reading.stems[stop : stop + 2])


def _is_idiom(side: Side, first: int, stop: int) -> bool:
    """Whether the word says how much in form only: twelve in all, first of all, all the same, not at all."""
    lower = side.reading.tokens.lower
    before = lower[first - 1] if first > side.low(first) else ""
    return (before, *lower[first:stop]) in _IDIOMS or tuple(lower[first : stop + 2]) in _IDIOMS


def unequal(canonical: Side, variant: Side, counted: tuple[list[Amount], list[Amount]]) -> tuple[Amount, Amount] | None:
    """All against most, half against nothing but, nobody against dozens: the first such pair, canonical first.

    Args:
        canonical: The cited sentences.
        variant: The sentence that carries them.
        counted: The ``shares`` of both.
    """
    theirs = amounts(variant, counted[1], openers=bool(canonical.find("contrast", "all")))
    ours = amounts(canonical, counted[0], openers=bool(variant.find("contrast", "all"))) if theirs else []
    for new in theirs:
        if any(new.meets(old) for old in ours if old.share != _COUNTED):
            continue
        context = variant.around(new.first, new.stop, _REACH)
        for old in ours:
            if any(old.meets(other) for other in theirs if other.share != _COUNTED) or complements(old, new):
                continue
            shared = context & canonical.around(old.first, old.stop, _REACH)
            few = min(len(context), len(canonical.around(old.first, old.stop, _REACH))) <= _FEW
            needed = _needed(old, new)
            if (
                len(shared) >= (1 if few and needed == 2 else needed)
                and _is_beside(old, new, canonical, variant)
                and not _are_opposed(old, new, canonical, variant)
            ):
                return old, new
    return None


def _are_opposed(old: Amount, new: Amount, canonical: Side, variant: Side) -> bool:
    """Whether all and none are said of opposites, which is one: all survived, none died."""
    if {old.share, new.share} != {_SHARES["all"], _SHARES["none"]}:
        return False
    sides = []
    for side, amount in ((canonical, old), (variant, new)):
        first, stop = side.clause(amount.first)
        hits = (hit for name in _OPPOSITES for hit in side.find("contrast", name))
        sides.append({tuple(label.split()) for begin, _, label in hits if first <= begin < stop})
    return any((pair, "1" if which == "0" else "0") in sides[1] for pair, which in sides[0])


def _needed(old: Amount, new: Amount) -> int:
    """How many words must be the same around two amounts: fewer the further they are apart."""
    apart = max(new.low - old.high, old.low - new.high)
    if apart <= 0:
        return 1_000  # no contrast at all
    if _COUNTED in {old.share, new.share} or (
        apart >= _FAR and {old.share, new.share} != {_SHARES["all"], _SHARES["none"]}
    ):
        return 1
    return 2 if new.low >= 90.0 or new.high <= 10.0 or old.high <= 0.0 else 3


def _is_beside(old: Amount, new: Amount, canonical: Side, variant: Side) -> bool:
    """Whether a vague amount ("some of", any count) is of the very thing the other one is of; a share always is."""
    if _COUNTED in {old.share, new.share}:
        if (
            not (old.high == 0.0 or new.high == 0.0)
            or _is_repeated(old, canonical, variant)
            or _is_repeated(new, variant, canonical)
        ):
            return False
        return bool(canonical.around(old.first, old.stop, 3) & variant.around(new.first, new.stop, 3))
    if old.share != _SHARES["some"]:
        return True
    return bool(variant.around(new.first, new.stop, _REACH) & canonical.around(old.first, old.stop, 3))


def _is_repeated(amount: Amount, own: Side, other: Side) -> bool:
    """Whether a count stands on the other side as well, so that "none" there is of something else."""
    said = {own.reading.stems[at] for at in range(amount.first, amount.stop)}
    return amount.share == _COUNTED and bool(said & {other.reading.stems[at] for at in other.tokens()})


def complements(old: Amount, new: Amount) -> bool:
    """A third has not, two thirds have."""
    definite = old.high - old.low < 7.0 and new.high - new.low < 7.0
    return definite and old.low > 0 and new.low > 0 and abs((old.low + old.high + new.low + new.high) / 2 - 100.0) < 2.0
