"""An article made ready to be held against another.

In: an article's text, its sentence spans and language. Out: a ``Profile`` of arrays over its tokens, with offsets into
the text as it was given. Must not know which article it will be compared with.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from operator import itemgetter
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import xxhash

from dedup.match.packing import NAME, NUMBER, PREFIX_SHARE, QUOTED
from dedup.sketch.forms import forms
from dedup.sketch.salience import term_id
from dedup.sketch.tokens import CUT
from dedup.text.claims import stated
from dedup.text.datelines import dateline
from dedup.text.moments import Moment
from dedup.text.normalise import normalise
from dedup.text.units import Quantity

Int64s = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

_NAME_WEIGHT: Final = 0.01
"""A capitalised word as common as 'House' (Zipf 5.1) can be part of a name, one as common as 'The' cannot."""
_COUNTED_WEIGHT: Final = 0.002
"""Words as common as this (Zipf 5.9) are not counted as shared names or quoted words."""
_AMOUNT_WEIGHTS: Final = (0.03, 0.12, 0.35)
"""Weight of a number of one, two, three and more significant digits."""
_SMALL: Final = 12
"""Plain counts up to a dozen weigh as little as one digit."""
_OPENING: Final = 3
"""Sentences among which a report begins."""
_Stated = tuple[int, int, bool, Quantity | Moment]
"""Start and end of a number or date, whether it is a number, and its value."""


@dataclass(frozen=True)
class Units:
    """What each sentence of an article is compared by, each term and word beginning once a sentence.

    Args:
        sentence: (n_units,) sentence of each unit, ascending.
        index: (n_units,) position of its term in ``vocabulary``.
        root: (n_units,) square root of its weight.
        vocabulary: (n_terms,) sorted distinct terms of the article.
        count: (n_terms,) sentences that have the term.
        strength: (n_terms,) largest root weight of the term.
        kinds: (n_units,) bits NAME, NUMBER, QUOTED: what a word behind the unit is.
        place: (2, n_tokens) position of each word's term in ``vocabulary``, and of its beginning, -1 where it has none.
    """

    sentence: Int32s
    index: Int64s
    root: npt.NDArray[np.float64]
    vocabulary: Int64s
    count: Int64s
    strength: npt.NDArray[np.float64]
    kinds: npt.NDArray[np.uint8]
    place: Int64s


@dataclass(frozen=True)
class Profile:
    """An article ready for comparison; token arrays have one entry per word, in order.

    Args:
        lang: Language of the words.
        spans: (n_sentences, 2) half-open spans of the text as given.
        furniture: (n_sentences,) whether a sentence is boilerplate.
        sentence: (n_tokens,) index of the sentence a token is in.
        term: (n_tokens,) hashed term.
        weight: (n_tokens,) rarity in [0,1].
        prefix: (n_tokens,) hashed word beginning, 0 where the word is short; catches 'Kazakh' and 'Kazakhstan'.
        word: (n_tokens,) hashed word form.
        start: (n_tokens,) first code point of the text as given.
        end: (n_tokens,) one past the last.
        is_dateline: (n_tokens,) part of the place, day and agency in front of the report.
        is_digits: (n_tokens,) written in digits.
        is_unspaced: (n_tokens,) a character of a script written without spaces.
        is_name: (n_tokens,) part of a name.
        is_quoted: (n_tokens,) inside quotation marks.
        amount_sentence: (n_amounts,) sentence of each number or dated day.
        amount: (n_amounts,) its hashed value; equal values are equal however they are written.
        amount_weight: (n_amounts,) weight in [0,1], larger for precise numbers.
        moments: What the text says of dates and days, each with the sentence it stands in.
    """

    lang: str
    spans: Int32s
    furniture: Flags
    sentence: Int32s
    term: Int64s
    weight: Floats
    prefix: Int64s
    word: Int64s
    start: Int32s
    end: Int32s
    is_dateline: Flags
    is_digits: Flags
    is_unspaced: Flags
    is_name: Flags
    is_quoted: Flags
    amount_sentence: Int32s
    amount: Int64s
    amount_weight: Floats
    moments: tuple[tuple[int, Moment], ...]

    @property
    def n_sentences(self) -> int:
        """Number of sentences."""
        return len(self.spans)

    @cached_property
    def bounds(self) -> Int64s:
        """(n_sentences + 1,) positions at which each sentence's tokens begin."""
        return np.searchsorted(self.sentence, np.arange(self.n_sentences + 1)).astype(np.int64)

    @cached_property
    def n_words(self) -> Int64s:
        """(n_sentences,) words of each sentence."""
        return np.diff(self.bounds)

    @cached_property
    def fingerprints(self) -> tuple[int, ...]:
        """One hash per sentence over its word forms, without a dateline.

        Equal fingerprints are verbatim but for case, typography, what a scanner misread, and the outlet's dateline.
        """
        joined = self.word.tobytes()
        begins = self.bounds[:-1] + np.bincount(self.sentence[self.is_dateline], minlength=self.n_sentences)
        return tuple(
            xxhash.xxh64_intdigest(joined[8 * start : 8 * stop]) if stop > start else 0
            for start, stop in zip(begins.tolist(), self.bounds[1:].tolist(), strict=True)
        )

    @cached_property
    def is_counted(self) -> Flags:
        """(n_tokens,) words that are not too common to count as shared names or quoted words."""
        return self.weight > _COUNTED_WEIGHT

    @cached_property
    def kinds(self) -> npt.NDArray[np.uint8]:
        """(n_tokens,) bits NAME and QUOTED of words that are not too common to count."""
        counted = self.is_counted
        flagged = NAME * (self.is_name & counted) + QUOTED * (self.is_quoted & counted)
        return flagged.astype(np.uint8)

    @cached_property
    def units(self) -> Units:
        """Distinct terms and word beginnings of each sentence."""
        long = np.flatnonzero(self.prefix)
        sentence = np.concatenate([self.sentence, self.sentence[long], self.amount_sentence])
        weight = np.concatenate([self.weight, PREFIX_SHARE * self.weight[long], self.amount_weight])
        root = np.sqrt(weight.astype(np.float64))
        others = np.zeros(len(long), dtype=np.uint8), np.full(len(self.amount), NUMBER, dtype=np.uint8)
        kinds = np.concatenate([self.kinds, *others])
        vocabulary, index = np.unique(np.concatenate([self.term, self.prefix[long], self.amount]), return_inverse=True)
        place = np.full((2, len(self.term)), -1)
        place[0], place[1, long] = index[: len(self.term)], index[len(self.term) : len(self.term) + len(long)]
        # By sentence, then by term.
        key = sentence * np.int64(len(vocabulary)) + index
        order = np.argsort(key)
        key = key[order]
        starts = np.flatnonzero(np.diff(key, prepend=-1))
        if len(starts):
            root, kinds = np.maximum.reduceat(root[order], starts), np.bitwise_or.reduceat(kinds[order], starts)
        sentence, index = sentence[order[starts]], index[order[starts]]
        strength = np.zeros(len(vocabulary))
        np.maximum.at(strength, index, root)
        count = np.bincount(index, minlength=len(vocabulary))
        return Units(sentence, index, root, vocabulary, count, strength, kinds, place)

    def knows(self, other: Profile | Words) -> Flags:
        """(n_tokens of ``other``,) words of another text that stand here, too, by their term or their beginning."""
        vocabulary = self.units.vocabulary
        known: Flags = np.logical_or(*(places_among(terms, vocabulary) >= 0 for terms in (other.term, other.prefix)))
        return known

    def shingles(self, size: int) -> Int64s:
        """Distinct hashed runs of ``size`` words outside furniture, sorted; a shorter text is one shingle."""
        kept = self.word[~self.furniture[self.sentence]] if len(self.sentence) else self.word
        return run_hashes(kept, size)


def places_among(values: Int64s, ordered: Int64s) -> Int64s:
    """(n_values,) where each value is among sorted ones, -1 for one that is not."""
    if not len(ordered):
        return np.full(len(values), -1)
    at = np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)
    return np.where(ordered[at] == values, at, -1)


def run_hashes(words: Int64s, size: int) -> Int64s:
    """Distinct polynomial hashes of every run of ``size`` hashed words, sorted."""
    if len(words) == 0:
        return np.empty(0, dtype=np.int64)
    size = min(size, len(words))
    hashed = np.zeros(len(words) - size + 1, dtype=np.uint64)
    unsigned = words.view(np.uint64)
    for at in range(size):
        hashed = (hashed ^ unsigned[at : len(words) - size + 1 + at]) * np.uint64(0x9E3779B97F4A7C15)
        hashed ^= hashed >> np.uint64(29)
    return np.unique(hashed.view(np.int64))


class Words(NamedTuple):
    """The words of a text; arrays as in ``Profile``."""

    term: Int64s
    weight: Floats
    prefix: Int64s
    word: Int64s
    is_digits: Flags
    is_unspaced: Flags
    start: Int32s
    end: Int32s


def words_of(text: str, lang: str) -> Words:
    """The words of a text, whatever it states.

    Args:
        text: The text as given.
        lang: ISO 639-1 code.
    """
    folded = normalise(text)
    read = forms(lang).read(folded.text)
    start, end = np.ascontiguousarray(folded.spans(read.spans).T)
    return Words(read.term, read.weight, read.prefix, read.word, read.is_digits, read.is_unspaced, start, end)


def make_profile(text: str, spans: Sequence[tuple[int, int]], furniture: Sequence[int], lang: str) -> Profile:
    """Prepare an article.

    Args:
        text: The text as given.
        spans: Its sentences (see ``dedup.text.sentences``).
        furniture: Indexes of sentences that are boilerplate.
        lang: ISO 639-1 code.

    Returns:
        The profile; an empty text gives one without tokens.
    """
    words = words_of(text, lang)
    start, end = words.start, words.end
    span_array = np.fromiter(chain.from_iterable(spans), dtype=np.int32, count=2 * len(spans)).reshape(-1, 2)
    sentence = np.maximum(np.searchsorted(span_array[:, 0], start, side="right") - 1, 0).astype(np.int32)
    # The blank that ends a mojibake of à is no part of its sentence.
    end = np.minimum(end, span_array[sentence, 1]) if len(end) else end
    in_furniture = np.zeros(len(span_array), dtype=np.bool_)
    in_furniture[list(furniture)] = True
    read, told = stated(text, lang, CUT)
    numbers: list[_Stated] = [(*read.span(item.first, item.last), False, item.value) for item in told.dates]
    numbers.extend((*read.span(item.first, item.last), True, item.value) for item in told.numbers)
    numbers.sort(key=itemgetter(0, 1, 2))
    begins = [begin for begin, _ in spans]
    amounts = _amounts(numbers, begins)
    return Profile(
        lang=lang,
        spans=span_array,
        furniture=in_furniture,
        sentence=sentence,
        term=words.term,
        weight=words.weight,
        prefix=words.prefix,
        word=words.word,
        start=start,
        end=end,
        is_dateline=_inside(start, _datelines(text, spans)),
        is_digits=words.is_digits,
        is_unspaced=words.is_unspaced,
        is_name=_inside(start, read.spans((name.first, name.last) for name in told.names))
        & (words.weight >= _NAME_WEIGHT),
        is_quoted=_inside(start, told.quotes),
        amount_sentence=amounts[0],
        amount=amounts[1],
        amount_weight=amounts[2],
        moments=_moments(numbers, begins),
    )


@lru_cache(maxsize=16)
def headline_profile(headline: str, lang: str) -> Profile:
    """Prepare a headline as an article of one sentence, of none if it is blank; the last few are kept.

    Args:
        headline: The headline.
        lang: ISO 639-1 code.
    """
    return make_profile(headline, [(0, len(headline))] if headline.strip() else [], [], lang)


def _datelines(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans of the datelines of the first sentences, before which a headline or a byline may stand."""
    return [(start, start + size) for start, end in spans[:_OPENING] if (size := dateline(text[start:end]))]


def _inside(starts: Int32s, spans: Sequence[tuple[int, int]]) -> Flags:
    """(n_tokens,) whether a token begins inside one of the spans."""
    inside = np.zeros(len(starts), dtype=np.bool_)
    if spans:
        for first, stop in np.searchsorted(starts, np.asarray(spans, dtype=np.int32)).tolist():
            inside[first:stop] = True
    return inside


def _sentence(start: int, begins: Sequence[int]) -> int:
    """The sentence that something begins in, by where sentences begin; the first if it stands before all."""
    return max(0, bisect_right(begins, start) - 1)


def _moments(stated: Sequence[_Stated], begins: Sequence[int]) -> tuple[tuple[int, Moment], ...]:
    """Every date with its sentence."""
    return tuple((_sentence(start, begins), value) for start, _, _, value in stated if isinstance(value, Moment))


def _amounts(stated: Sequence[_Stated], begins: Sequence[int]) -> tuple[Int32s, Int64s, Floats]:
    """Sentence, hashed value and weight of every number and dated day.

    Equal amounts are equal terms however they are written: 310m and 310 million, half and 50 percent, 14 February and
    Feb. 14. Precise numbers weigh more: nobody shares 1,843 by chance.
    """
    found: list[tuple[int, int, float]] = []
    for start, _, _, value in stated:
        if isinstance(value, Quantity):
            found.append((_sentence(start, begins), *_amount(value.magnitude, value.unit in {"", "ordinal"})))
        elif value.month and value.day:
            found.append((_sentence(start, begins), _day(value.month, value.day), _AMOUNT_WEIGHTS[1]))
    return (
        np.asarray([sentence for sentence, _, _ in found], dtype=np.int32),
        np.asarray([amount for _, amount, _ in found], dtype=np.int64),
        np.asarray([weight for _, _, weight in found], dtype=np.float32),
    )


@lru_cache(maxsize=65_536)
def _amount(magnitude: float, is_plain: bool) -> tuple[int, float]:
    """The hashed value of a number and its weight."""
    digits = len(f"{abs(magnitude):.6e}".partition("e")[0].replace(".", "").rstrip("0"))
    small = is_plain and magnitude <= _SMALL
    weight = _AMOUNT_WEIGHTS[0] if small else _AMOUNT_WEIGHTS[min(digits, len(_AMOUNT_WEIGHTS)) - 1]
    return term_id(f"#{magnitude:.6g}"), weight


@lru_cache(maxsize=512)
def _day(month: int, day: int) -> int:
    """The hashed value of a day of the year."""
    return term_id(f"@{month}-{day}")
