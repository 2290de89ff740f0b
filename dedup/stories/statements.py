"""What one article states, to be asked whether it states a claim of another.

In: an article's reading and the day it was published. Out: yes or no. Must not know which sentence carries which.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property, lru_cache

from dedup.text.claims import Claim
from dedup.text.moments import Moment, resolved, same_moment
from dedup.text.names import same_name
from dedup.text.reading import Reading
from dedup.text.transcriptions import transcription_key
from dedup.text.units import Quantity


class Statements:
    """The claims of one article, indexed.

    Args:
        reading: The article.
        day: When it was published; None if unknown.

    Examples:
        >>> from dedup.text.reading import read
        >>> ours = Statements(read("Mr Dosymbek signed for 74 million dollars on 11 March.", "en"), None)
        >>> theirs = Statements(read("Yerlan Dosymbek got $47m in March.", "en"), None)
        >>> [(claim.kind, ours.state(claim, theirs)) for claim in theirs.reading.claims]
        [('entity', True), ('number', False), ('date', True)]
    """

    def __init__(self, reading: Reading, day: date | None) -> None:
        self.reading, self.day = reading, day
        self._moments: set[Moment] = set()
        self._names: dict[str, set[str]] = {}
        self._speakers: set[str] = set()
        self._spellings: set[str] = set()
        for claim in reading.claims:
            if isinstance(claim.value, Moment):
                self._moments.update((claim.value, resolved(claim.value, day)))
            elif claim.kind == "entity":
                for word in str(claim.value).split():
                    self._names.setdefault(word, set()).add(str(claim.value))
                    self._spellings.add(transcription_key(word))
            elif claim.kind == "attribution" and claim.value[2]:
                self._speakers.add(str(claim.value[2]))

    @cached_property
    def _running(self) -> str:
        """All its words, in lower case."""
        return _running(self.reading, 0, len(self.reading.stems))

    def state(self, claim: Claim, other: Statements) -> bool:
        """Whether the article states a claim of ``other`` anywhere, in whatever words.

        A name whose words all stand in the text counts as stated, and so do quoted words without quotation marks.
        """
        value = claim.value
        if isinstance(value, Quantity):
            return self.reading.figures.state(value)
        if isinstance(value, Moment):
            there = resolved(value, other.day)
            return any(same_moment(value, one) or same_moment(there, one) for one in self._moments)
        if claim.kind == "entity":
            words = str(value).split()
            return all(word in self.reading.vocabulary for word in words) or self.has_name(str(value))
        if claim.kind == "quote":
            return _running(other.reading, *other.reading.tokens.within(claim.start, claim.end)) in self._running
        return self.gives_word_to(str(value[2]))

    def has_name(self, name: str) -> bool:
        """Whether a folded name is that of somebody or something in the article."""
        rivals = {rival for word in name.split() for rival in self._names.get(word, ())}
        return any(same_name(name, rival) for rival in rivals)

    def transcribes(self, claim: Claim) -> bool:
        """Whether the article has all words of a name, in this spelling or another."""
        words = str(claim.value).split() if claim.kind == "entity" else []
        return bool(words) and all(word in self._names or transcription_key(word) in self._spellings for word in words)

    def gives_word_to(self, speaker: str) -> bool:
        """Whether anybody of that folded name is made to say anything."""
        return speaker in self._speakers or any(same_name(speaker, one) for one in self._speakers)


@lru_cache(maxsize=64)
def statements(reading: Reading, day: date | None) -> Statements:
    """What an article states; the last few are kept."""
    return Statements(reading, day)


def _running(reading: Reading, first: int, stop: int) -> str:
    """The words of some tokens in lower case, between blanks."""
    return f" {' '.join(word for word in reading.tokens.lower[first:stop] if word[0].isalnum())} "
