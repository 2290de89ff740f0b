"""Words that cannot both be right: safe against contaminated, raise against cut, arrested against released.

In: linked sentences of two articles. Out: pairs of token ranges that mean the opposite of one thing. Must not know how
sentences were linked, nor figures.

Lists of opposites are the lexicons'. A word that is denied ("not approved", "no school is open") means the other side.
Where each side has but one meaning of a pair, words around both decide; where a sentence has both ("exports rose and
imports fell"), clauses are held against each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from dedup.stories.sides import Side, denier_of, is_negated
from dedup.text.listed import Hit
from dedup.text.names import same_name

Range = tuple[int, int]
_NEITHER: Final = "2"
"""Side of the phrases that only look like one of two opposites: to raise a question."""
_REACH: Final = 7
_LISTS: Final = (("pairs", 1), ("weak_pairs", 2), ("directions", 2), ("outcomes", 2))
"""Lists, and how many words both sides must have around a word of theirs."""
_KEYS: Final = frozenset(("contrast", name) for name in (*dict(_LISTS), "steps"))
_LESS: Final = frozenset({"less", "least", "fewer", "more", "menos", "weniger", "moins", "meno", "менее", "不"})
_ROOT: Final = 4
"""Letters with which two words of one root begin: to close, closure."""
_BESIDE: Final = 4
"""Words on either side in which both must have one in common."""
_FEW: Final = 4
"""Content words of a sentence of which one in common does for two."""


class _Hit(NamedTuple):
    """A listed word: its tokens, and which of the two sides of its pair it means, a negation counted."""

    first: int
    stop: int
    meant: int


def opposed(canonical: Side, variant: Side) -> Iterator[tuple[Range, Range]]:
    """Opposites by the same words, canonical first, at most one for a pair of the lists.

    Args:
        canonical: The cited sentences.
        variant: The sentence that carries them.
    """
    if not canonical.has_any(_KEYS) or not variant.has_any(_KEYS):
        return
    for name, needed in _LISTS:
        pairs = _pairs(canonical, name) & _pairs(variant, name)
        if not pairs:
            continue
        ours, theirs = _hits(canonical, name, pairs), _hits(variant, name, pairs)
        for pair in sorted(ours.keys() & theirs.keys(), key=int):
            found = _opposite(canonical, variant, ours[pair], theirs[pair], needed)
            if found is not None:
                yield found


def meanings(side: Side) -> dict[tuple[str, str], set[int]]:
    """Of every list and pair of opposites which of the two the sentences mean, a negation counted."""
    found: dict[tuple[str, str], set[int]] = {}
    for name, _ in _LISTS if side.has_any(_KEYS) else ():
        for pair, hits in _hits(side, name, _pairs(side, name)).items():
            found[name, pair] = {hit.meant for hit in hits}
    return found


def _steps(side: Side, name: str) -> list[Hit]:
    """Words that are of a list beside a figure."""
    return side.find("contrast", "steps") if name == "directions" else []


def _pairs(side: Side, name: str) -> set[str]:
    """Pairs of opposites of which a word is listed in the sentences."""
    return {label.partition(" ")[0] for _, _, label in (*side.find("contrast", name), *_steps(side, name))}


def _hits(side: Side, name: str, pairs: set[str]) -> dict[str, list[_Hit]]:
    """Of some pairs of opposites -> where a sentence means one of it."""
    found: dict[str, list[_Hit]] = {}
    words = side.find("contrast", name)
    if steps := _steps(side, name):
        taken = {at for first, stop, _ in words for at in range(first, stop)}
        words = sorted([*words, *(hit for hit in steps if hit[0] not in taken and _is_measured(side, *hit[:2]))])
    lower = side.reading.tokens.lower
    passed = [hit[:2] for hit in side.find("contrast", "negators")]  # "declined to" is no decline
    instead = side.reading.lists.words("contrast", "instead")
    for first, stop, label in words:
        pair, which = label.split()
        if pair not in pairs or which == _NEITHER or side.is_name(first):
            continue
        begin = max(side.low(first), first - 2)
        if not instead.isdisjoint(lower[begin:first]) or any(start <= first and stop <= end for start, end in passed):
            continue
        direct = denier_of(side, first) >= 0
        if direct or not (_is_near_denial(side, first) or (first > begin and lower[first - 1] in _LESS)):
            found.setdefault(pair, []).append(_Hit(first, stop, int(which) ^ direct))
    return found


def _is_near_denial(side: Side, at: int) -> bool:
    """Whether a negation stands so close that it may or may not be of the word: not yet begun."""
    return any(at - 3 <= stop <= at for _, stop, _ in side.find("contrast", "negators")) or is_negated(side, at)


def _is_measured(side: Side, first: int, stop: int) -> bool:
    """Whether a figure stands right beside a word: 4 metres higher, up 9 percent."""
    numbers = side.reading.numbers_within(max(side.low(first), first - 5), min(stop + 2, side.clause(first)[1]))
    return any(
        number[-1].unit and (number[2] == first or (number[1] == stop and number[-1].unit == "%")) for number in numbers
    )


def _opposite(
    canonical: Side, variant: Side, ours: list[_Hit], theirs: list[_Hit], needed: int
) -> tuple[Range, Range] | None:
    clear = not {hit.meant for hit in theirs} & {hit.meant for hit in ours}
    for new in theirs:
        rivals = [old for old in ours if old.meant != new.meant and _is_other_word(canonical, variant, old, new)]
        if not rivals:
            continue
        if clear:
            old = next((old for old in rivals if _meet(canonical, variant, old, new, needed)), None)
        else:
            old = _nearest(canonical, variant, ours, theirs, new)
        if (
            old is not None
            and not _waits(canonical, variant, old, new)
            and _is_one_subject(canonical, variant, old, new)
        ):
            return (old.first, old.stop), (new.first, new.stop)
    return None


def _is_other_word(canonical: Side, variant: Side, old: _Hit, new: _Hit) -> bool:
    """Whether it is not the same word, which one side denies: that is for ``negations``."""
    ours, theirs = canonical.reading.stems[old.first], variant.reading.stems[new.first]
    return ours != theirs and (len(ours) < _ROOT or ours[:_ROOT] != theirs[:_ROOT])


def _meet(canonical: Side, variant: Side, old: _Hit, new: _Hit, needed: int) -> bool:
    """Whether enough words around two opposites are the same."""
    here, there = canonical.beside(old.first, old.stop, _REACH), variant.beside(new.first, new.stop, _REACH)
    shared = len(here & there)
    if needed > 1 and not canonical.beside(old.first, old.stop, _BESIDE) & variant.beside(new.first, new.stop, _BESIDE):
        return False
    return shared >= needed or (shared == needed - 1 > 0 and min(len(here), len(there)) <= _FEW)


def _nearest(canonical: Side, variant: Side, ours: list[_Hit], theirs: list[_Hit], new: _Hit) -> _Hit | None:
    """The opposite whose clause has more in common with that of ``new`` than any word of its own meaning."""
    said = variant.beside(new.first, new.stop)
    ranked = [(len(said & canonical.beside(old.first, old.stop)), old) for old in ours]
    against = max((one for one in ranked if one[1].meant != new.meant), default=None, key=lambda one: one[0])
    along = max((shared for shared, old in ranked if old.meant == new.meant), default=0)
    if against is None or against[0] < 2 or against[0] <= along:
        return None
    old = against[1]
    around = canonical.beside(old.first, old.stop)
    if any(hit.meant == old.meant and len(around & variant.beside(*hit[:2])) >= against[0] for hit in theirs):
        return None  # the sentence says that as well
    return old if _is_other_word(canonical, variant, old, new) else None


def _waits(canonical: Side, variant: Side, old: _Hit, new: _Hit) -> bool:
    """Whether one of them holds up to a time from which the other does: closed until May, opens in May."""
    return _is_until(canonical, old) != _is_until(variant, new)


def _is_until(side: Side, hit: _Hit) -> bool:
    words = side.reading.lists.words("contrast", "until")
    lower = side.reading.tokens.lower
    first, stop = side.clause(hit.first)
    return not words.isdisjoint(lower[first : stop + 1])


def _is_one_subject(canonical: Side, variant: Side, old: _Hit, new: _Hit) -> bool:
    """Whether both are said of one name, where a name stands before each."""
    ours, theirs = _subject(canonical, old.first), _subject(variant, new.first)
    return not (ours and theirs) or same_name(ours, theirs)


def _subject(side: Side, at: int) -> str:
    """The last name before a token in its clause, empty for none."""
    named = side.reading.names_within(side.clause(at)[0], at)
    return str(named[-1].value) if named else ""
