"""Who did what to whom: "Norvex sued Calder" against "Calder sued Norvex"; who said it; and where it was.

In: linked sentences of two articles. Out: pairs of names of which one took the other's place. Must not know how
sentences were linked, nor figures or opposites.

All three compare names only, where they stand by a word that gives them a part: before and behind a verb that one party
does to another, beside a verb of saying, behind "in" or "at". A name that both articles share in that part is no
conflict, nor one that may be another way to name the same: two names that one sentence has side by side, or of which
each is found in a third, are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Final, NamedTuple

from dedup.stories.sides import Side
from dedup.stories.statements import Statements
from dedup.text.claims import Claim
from dedup.text.names import same_name
from dedup.text.transcriptions import transcribed_alike

Swap = tuple[Claim, Claim]
"""Names that stand for each other, canonical first."""
_BEFORE: Final = 14
"""Tokens before a verb in which its subject stands."""
_BEHIND: Final = 10
"""Tokens behind it in which its object stands."""
_ALIKE: Final = 3
"""Content words, names aside, that both sentences must have for a place to be of one statement."""
_ALIKE_SAID: Final = 1
"""The same for a speaker."""
_APART: Final = 300
"""Characters within which two names may stand in one sentence."""
_LOOKS_LIKE: Final = 0.75
"""Likeness of the letters of two names from which one may be the other misspelt."""
_END: Final = re.compile(r"[.!?\u3002][\"\u201d\u2019)]*\s|\n")


class _Deed(NamedTuple):
    """What one party did to another."""

    verb: str
    doer: Claim
    other: Claim


def reversed_deeds(canonical: Side, variant: Side) -> Iterator[Swap]:
    """The doer of one sentence who is the one it was done to in the other, and the other way round."""
    if not canonical.find("contrast", "deeds") or not variant.find("contrast", "deeds"):
        return
    ours, theirs = list(_deeds(canonical)), list(_deeds(variant))
    for new in theirs:
        same = [old for old in ours if old.verb == new.verb]
        if any(_is_same(old.doer, new.doer) and _is_same(old.other, new.other) for old in same):
            continue
        for old in same:
            if _is_same(old.doer, new.other) and _is_same(old.other, new.doer) and not _is_same(old.doer, new.doer):
                yield old.doer, new.doer
                return


def _deeds(side: Side) -> Iterator[_Deed]:
    reading = side.reading
    lower = reading.tokens.lower
    lists = reading.lists
    passive, not_before = lists.words("contrast", "passive"), lists.words("attribution", "not_before")
    nouns = tuple(lists.words("attribution", "noun_endings"))
    for first, stop, label in side.find("contrast", "deeds"):
        if (nouns and lower[first].endswith(nouns)) or (first and lower[first - 1] in not_before):
            continue
        verb, which = label.split()
        low, high = side.sentence(first, stop)
        subject = _subject(side, max(low, first - _BEFORE), first)
        is_passive = not passive.isdisjoint(lower[max(low, first - 3) : first])
        behind = min(high, stop + _BEHIND)
        other = _behind_by(side, stop, behind) if is_passive else next(iter(reading.names_within(stop, behind)), None)
        if subject is not None and other is not None:
            yield _Deed(verb, *((other, subject) if is_passive != (which == "1") else (subject, other)))


def _subject(side: Side, first: int, stop: int) -> Claim | None:
    """The last name of a range that no word of place stands before."""
    tokens, lists = side.reading.tokens, side.reading.lists
    placed = lists.words("contrast", "places") | lists.words("contrast", "by")
    for claim in reversed(side.reading.names_within(first, stop)):
        at = tokens.within(claim.start, claim.end)[0]
        if not (at and tokens.lower[at - 1] in placed):
            return claim
    return None


def _behind_by(side: Side, first: int, stop: int) -> Claim | None:
    """The name right behind the first "by" of a range."""
    lower, by = side.reading.tokens.lower, side.reading.lists.words("contrast", "by")
    at = next((at for at in range(first, stop) if lower[at] in by), stop)
    return next(iter(side.reading.names_within(at, min(stop, at + 4))), None)


def _is_same(one: Claim, other: Claim) -> bool:
    return same_name(str(one.value), str(other.value))


# ----------------------------------------------------------------------------------------------- who said it, and where


class Linked(NamedTuple):
    """Linked sentences with what they and their articles state.

    Args:
        canonical: The cited sentences.
        variant: The sentence that carries them.
        ours: Claims of the cited sentences.
        theirs: Claims of the sentence that carries them.
        here: What the canonical article states.
        there: What the variant states.
        alike: Content words, names aside, that both have.
    """

    canonical: Side
    variant: Side
    ours: list[Claim]
    theirs: list[Claim]
    here: Statements
    there: Statements
    alike: int


def other_speakers(linked: Linked) -> Iterator[Swap]:
    """The one speaker of a statement, of whom the other article makes somebody else."""
    old, new = _speaker(linked.ours), _speaker(linked.theirs)
    if old is None or new is None or linked.alike < _ALIKE_SAID:
        return
    if any(claim.kind == "entity" and _is_same(claim, new) for claim in linked.ours):
        return
    if any(claim.kind == "entity" and _is_same(claim, old) for claim in linked.theirs):
        return
    # Somebody new may be somebody known by another name: by a first name, an office, an abbreviation.
    known = linked.here.has_name(str(new.value)) or min(_n_words(old), _n_words(new)) > 1
    if known and not _may_be_one(old, new, linked.here) and not _may_be_one(old, new, linked.there):
        yield old, new


def _n_words(claim: Claim) -> int:
    return len(str(claim.value).split())


def _speaker(claims: list[Claim]) -> Claim | None:
    """The name that all verbs of saying of a sentence are given to, if it stands there itself."""
    said = {str(claim.value[2]) for claim in claims if claim.kind == "attribution"}
    if len(said) != 1:
        return None
    name = said.pop()
    return next((claim for claim in claims if claim.kind == "entity" and claim.value == name), None) if name else None


def _may_be_one(one: Claim, other: Claim, article: Statements) -> bool:
    """Whether an article has two names in one sentence, or both in a third: a firm and who speaks for it."""
    left, right = str(one.value), str(other.value)
    if set(left.split()) & set(right.split()) or _are_spellings(left, right):
        return True
    named = [claim for claim in article.reading.claims if claim.kind == "entity"]
    mine = [claim for claim in named if same_name(left, str(claim.value))]
    its = [claim for claim in named if same_name(right, str(claim.value))]
    text = article.reading.text
    for a in mine:
        for b in its:
            first, last = (a, b) if a.start <= b.start else (b, a)
            if a is b or (last.start - first.end < _APART and not _END.search(text, first.end, last.start)):
                return True
    return False


def _are_spellings(left: str, right: str) -> bool:
    """Whether two names can be one, spelt or shortened otherwise: Massachussets, Belqasim, Lib Dems, MoD."""
    words = left.split(), right.split()
    if transcribed_alike(*words) or SequenceMatcher(None, left, right, autojunk=False).ratio() >= _LOOKS_LIKE:
        return True
    short, long = sorted(words, key=len)
    if len(short) == 1 and len(long) > 1 and short[0] == "".join(word[0] for word in long):
        return True
    return any(a.startswith(b) or b.startswith(a) for a in short for b in long)


def other_places(linked: Linked) -> Iterator[Swap]:
    """The one place that each sentence has alone, behind the same word, and that the other article names nowhere."""
    here, there = linked.here, linked.there
    if linked.alike < _ALIKE:
        return
    new = [(at, claim) for at, claim in _placed(linked.variant, linked.theirs) if not _is_known(claim, there, here)]
    if len(new) != 1:
        return
    old = [(at, claim) for at, claim in _placed(linked.canonical, linked.ours) if not _is_known(claim, here, there)]
    if len(old) == 1 and old[0][0] == new[0][0] and not _are_spellings(str(old[0][1].value), str(new[0][1].value)):
        yield old[0][1], new[0][1]


def _is_known(claim: Claim, own: Statements, other: Statements) -> bool:
    return other.state(claim, own) or other.transcribes(claim)


def _placed(side: Side, claims: list[Claim]) -> Iterator[tuple[str, Claim]]:
    """Names behind a word of place, with that word."""
    tokens = side.reading.tokens
    words = side.reading.lists.words("contrast", "places")
    for claim in claims:
        first = tokens.within(claim.start, claim.end)[0] if claim.kind == "entity" and not claim.note else 0
        if first and tokens.lower[first - 1] in words:
            yield tokens.lower[first - 1], claim
