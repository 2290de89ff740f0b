"""The aligned sentences of two articles, ready to be read.

In: two profiles and their alignment. Out: every sentence as a span of its text with how well the other article carries
it, and every link with the words that speak for it. Must not know verdicts, nor show anything.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dedup.match.alignment import Alignment
from dedup.match.profiles import Profile
from dedup.sketch.terms import MIN_WEIGHT

Span = tuple[int, int]
"""Half-open, in Unicode code points of the text as it was given."""


@dataclass(frozen=True)
class Sentence:
    """One sentence of an article.

    Args:
        start: First code point of the text as it was given.
        end: One past the last.
        furniture: Whether it is boilerplate, which no verdict looks at.
        carried: Probability that the other article says it too, [0,1]; the best link, however weak.
    """

    start: int
    end: int
    furniture: bool
    carried: float


@dataclass(frozen=True)
class Link:
    """Two sentences that share content.

    Args:
        left: Index of the left sentence.
        right: Index of the right sentence.
        probability: How sure that is, [0,1].
        verbatim: Whether they are the same words.
        left_words: The salient words of the left sentence that the right one has too, in order.
        right_words: The same the other way round.
    """

    left: int
    right: int
    probability: float
    verbatim: bool
    left_words: tuple[Span, ...]
    right_words: tuple[Span, ...]


@dataclass(frozen=True)
class Passages:
    """Two articles, sentence by sentence.

    Args:
        left: The left article's sentences in order.
        right: The right article's sentences in order.
        links: By left sentence, then the surest first, then by right sentence.
    """

    left: tuple[Sentence, ...]
    right: tuple[Sentence, ...]
    links: tuple[Link, ...]


def passages(left: Profile, right: Profile, alignment: Alignment) -> Passages:
    """Read an alignment.

    Args:
        left: One article.
        right: The other.
        alignment: Their alignment.

    Returns:
        All sentences and the links that hold; a sentence in no link has no partner.
    """
    chance = alignment.probability
    linked = sorted(np.argwhere(alignment.links).tolist(), key=lambda at: (at[0], -chance[at[0], at[1]], at[1]))
    return Passages(
        _sentences(left, alignment.carried_left()),
        _sentences(right, alignment.carried_right()),
        tuple(
            Link(
                one,
                other,
                float(chance[one, other]),
                bool(alignment.verbatim[one, other]),
                _shared_words(left, one, right, other),
                _shared_words(right, other, left, one),
            )
            for one, other in linked
        ),
    )


def _sentences(profile: Profile, carried: npt.NDArray[np.float64]) -> tuple[Sentence, ...]:
    columns = zip(profile.spans.tolist(), profile.furniture.tolist(), carried.tolist(), strict=True)
    return tuple(Sentence(start, end, furniture, value) for (start, end), furniture, value in columns)


def _shared_words(own: Profile, sentence: int, other: Profile, opposite: int) -> tuple[Span, ...]:
    """Words of a sentence salient enough to speak for a link, which the opposite sentence has, or their beginning."""
    mine = np.arange(own.bounds[sentence], own.bounds[sentence + 1])
    theirs = slice(other.bounds[opposite], other.bounds[opposite + 1])
    begins_alike = (own.prefix[mine] != 0) & np.isin(own.prefix[mine], other.prefix[theirs])
    shared = np.isin(own.term[mine], other.term[theirs]) | begins_alike
    chosen = mine[shared & (own.weight[mine] >= MIN_WEIGHT)]
    spans: list[Span] = []
    for at in chosen.tolist():
        start, end = int(own.start[at]), _end(own, at)
        # Pairs of unspaced characters overlap.
        spans[-1:] = [(spans[-1][0], end)] if spans and start < spans[-1][1] else [*spans[-1:], (start, end)]
    return tuple(spans)


def _end(profile: Profile, at: int) -> int:
    """Where a token's term ends: in scripts without spaces a term is a character and the one that follows it."""
    end, after = int(profile.end[at]), at + 1
    if after == len(profile.start) or profile.sentence[after] != profile.sentence[at]:
        return end
    is_pair = profile.start[after] == end == profile.start[at] + 1 and profile.end[after] == end + 1
    return end + 1 if is_pair else end
