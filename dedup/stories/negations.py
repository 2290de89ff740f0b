"""A word that one sentence denies and the other states, in the same surroundings.

In: linked sentences of two articles. Out: token ranges of the word on both sides, its negation taken in. Must not know
how sentences were linked, nor which words are opposites.

A negation belongs to its clause: "he did not deny that it had failed" denies the denying, and the failing stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dedup.stories.sides import Side, negator_of

Range = tuple[int, int]
_ARTICLES: Final = frozenset("the a an el la los las le les der die das den il lo o os as".split())
_CLOSE: Final = 6
"""Words around a word that a negation turns round in which both sides must have some in common."""
_NEAR: Final = 8
"""Words on either side of a stated word in which nothing may be denied."""
_FEW: Final = 3
"""Words around it of which one in common does for two."""


def denied(canonical: Side, variant: Side) -> Iterator[tuple[Range, Range]]:
    """The first word that only one side denies, canonical first; nothing if there is none.

    Args:
        canonical: The cited sentences.
        variant: The sentence that carries them.
    """
    if not (negates(canonical) or negates(variant)):
        return
    here, there = behind(canonical), {variant.reading.stems[at] for at in behind(variant)}
    stems = canonical.reading.stems
    chosen = [at for at in canonical.tokens() if at in here or stems[at] in there]
    theirs = _places(variant, {stems[at] for at in chosen})
    for at in chosen:
        stem = stems[at]
        if not canonical.reading.content[at] or not stem[0].isalpha() or stem not in theirs or canonical.is_name(at):
            continue
        first_there = theirs[stem][0]
        ours_not, theirs_not = _denier_of(canonical, at), _denier_of(variant, first_there)
        if not _is_flipped(canonical, variant, theirs[stem], at, ours_not):
            continue
        ends = at, first_there
        if _is_predicate(canonical, variant, *ends, ours_not, theirs_not) and _meet(canonical, variant, *ends):
            first, last = ours_not if ours_not >= 0 else at, theirs_not if theirs_not >= 0 else first_there
            yield (first, at + 1), (last, first_there + 1)
            return


def behind(side: Side) -> set[int]:
    """The only words that a negation can deny: those right behind one, and behind another word (see ``_denier_of``)."""
    ends = [stop for name in ("negators", "none") for _, stop, _ in side.find("contrast", name)]
    words = {at for stop in ends for at in (stop, stop + 1)}
    return {at for at in words if at < len(side.reading.stems)}


def _places(side: Side, stems: set[str]) -> dict[str, list[int]]:
    """Where content words of some stems stand in the sentences."""
    found: dict[str, list[int]] = {}
    for at in side.tokens():
        if side.reading.stems[at] in stems and side.reading.content[at]:
            found.setdefault(side.reading.stems[at], []).append(at)
    return found


def denies(side: Side) -> bool:
    """Whether the sentences negate anything at all, with or without a "not"."""
    return bool(side.find("contrast", "negators") or side.find("contrast", "soft_negators"))


def negates(side: Side) -> bool:
    """Whether the sentences negate anything by a "not" or a "none"."""
    return bool(side.find("contrast", "negators") or side.find("contrast", "none"))


def _meet(canonical: Side, variant: Side, at: int, here: int) -> bool:
    # To deny or to rule out is said of much: what is denied stands further off.
    is_soft = canonical.reading.tokens.lower[at] in canonical.reading.lists.phrases("contrast", "soft_negators")
    reach = 2 * _CLOSE if is_soft else _CLOSE
    ours, theirs = canonical.around(at, at + 1, reach), variant.around(here, here + 1, reach)
    shared = len(ours & theirs)
    return shared >= 2 or (shared == 1 and min(len(ours), len(theirs)) <= _FEW)


def _is_flipped(canonical: Side, variant: Side, there: list[int], at: int, ours_not: int) -> bool:
    """Whether one side negates the word and the other denies nothing near it, and on the whole no more."""
    negated = [_denier_of(variant, here) for here in there]
    if ours_not >= 0:
        return max(negated) < 0 and _states(variant, there, _n_denials(canonical, at, ours_not))
    return min(negated) >= 0 and _states(canonical, [at], _n_denials(variant, there[0], negated[0]))


def _denier_of(side: Side, at: int) -> int:
    """Where a negation of a word begins, right before it or across a word without content; -1 if there is none."""
    begin, lower = negator_of(side, at), side.reading.tokens.lower
    if begin < 0:
        first = side.clause(at)[0]
        near = [hit for hit in side.find("contrast", "none") if at - 1 <= hit[1] <= at and first <= hit[0]]
        return near[-1][0] if near and near[-1][1] - near[-1][0] == 1 else -1
    stop = next(end for start, end, _ in side.find("contrast", "negators") if start == begin)
    if stop == at:
        return begin
    lists, between = side.reading.lists, lower[at - 1]
    blocked = (
        between in _ARTICLES
        or not between[0].isalpha()
        or side.reading.content[at - 1]
        or between in lists.words("attribution", "clause_after")
        or between in lists.words("contrast", "clause_breaks")
    )
    return -1 if blocked else begin  # "though not the harbour" denies something of the harbour


def _states(side: Side, places: list[int], most: int) -> bool:
    """Whether a word is stated: nothing is denied near it, and no more than ``most`` is in all."""
    if _n_denials(side, places[0]) > most:
        return False
    lower = side.reading.tokens.lower
    lists = side.reading.lists
    for at in places:
        first, stop = side.clause(at)
        if lower[at] in lists.phrases("contrast", "soft_negators"):
            stop = at  # what was denied may have been a failure
        else:
            first, stop = min(first, at - _NEAR), max(stop, at + _NEAR)
        if any(first <= begin < stop and not begin <= at < end for begin, end in _denials(side)):
            return False
    return True


def _denials(side: Side, *, soft: bool = True) -> Iterator[Range]:
    """Where the sentences deny."""
    for name in ("negators", "none", *(("soft_negators",) if soft else ())):
        for begin, end, _ in side.find("contrast", name):
            yield begin, end


def _n_denials(side: Side, word: int, negator: int = -1) -> int:
    """How much the sentences deny, a word left out; with a negation of it, that too, and all but plain negations."""
    is_soft = side.reading.tokens.lower[word] in side.reading.lists.phrases("contrast", "soft_negators")
    found = {begin for begin, end in _denials(side, soft=negator < 0 or is_soft) if not begin <= word < end}
    return len(found - {negator})


def _is_predicate(canonical: Side, variant: Side, at: int, here: int, ours_not: int, theirs_not: int) -> bool:
    """Whether what is said of a denied noun ("no doctors will go") is on both sides the same."""
    denying, stating = (canonical, variant) if ours_not >= 0 else (variant, canonical)
    word, begin = (at, ours_not) if ours_not >= 0 else (here, theirs_not)
    reading = denying.reading
    _, stop = denying.clause(word)
    if not reading.lists.words("contrast", "until").isdisjoint(reading.tokens.lower[word : stop + 1]):
        return False  # what does not begin until Thursday begins on Thursday
    if reading.tokens.lower[begin] not in reading.lists.words("contrast", "no_determiner"):
        return True
    said = {stating.reading.stems[i] for i in stating.tokens()}
    return all(reading.stems[i] in said for i in range(word + 1, stop) if reading.content[i])
