"""An article made ready to be held against another.

In: an article's text, its sentence spans and language. Out: a ``Profile`` of arrays over its tokens, with offsets into
the text as it was given. Must not know which article it will be compared with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import xxhash

from dedup.sketch.salience import Term, term_id, vocabulary
from dedup.text.normalise import normalise
from dedup.text.words import is_unspaced, word_spans

Int64s = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

NAME: Final = 1
NUMBER: Final = 2
QUOTED: Final = 4
_NAME_WEIGHT: Final = 0.01
"""A capitalised word as common as 'House' (Zipf 5.1) can be part of a name, one as common as 'The' cannot."""
_COUNTED_WEIGHT: Final = 0.002
"""Words as common as this (Zipf 5.9) are not counted as shared names, numbers or quoted words."""
_PREFIX_CHARACTERS: Final = 5
_PREFIX_SHARE: Final = 0.5
_NUMBER_WORDS: Final = {
    word: str(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
} | {word: str(10 * value) for value, word in enumerate("thirty forty fifty sixty seventy eighty ninety".split(), 3)}


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
    """

    sentence: Int32s
    index: Int64s
    root: npt.NDArray[np.float64]
    vocabulary: Int64s
    count: Int64s
    strength: npt.NDArray[np.float64]
    kinds: npt.NDArray[np.uint8]


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
        is_name: (n_tokens,) capitalised inside a sentence and not common.
        is_number: (n_tokens,) a number in digits or a small one in words.
        is_quoted: (n_tokens,) inside quotation marks.
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
    is_name: Flags
    is_number: Flags
    is_quoted: Flags

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
        """One hash per sentence over its word forms; equal fingerprints are verbatim but for case and typography."""
        joined = self.word.tobytes()
        return tuple(
            xxhash.xxh64_intdigest(joined[8 * start : 8 * stop]) if stop > start else 0
            for start, stop in zip(self.bounds[:-1].tolist(), self.bounds[1:].tolist(), strict=True)
        )

    @cached_property
    def units(self) -> Units:
        """Distinct terms and word beginnings of each sentence."""
        long = self.prefix != 0
        sentence = np.concatenate([self.sentence, self.sentence[long]])
        term = np.concatenate([self.term, self.prefix[long]])
        root = np.sqrt(np.concatenate([self.weight, np.float32(_PREFIX_SHARE) * self.weight[long]]).astype(np.float64))
        counted = self.weight > _COUNTED_WEIGHT
        flagged = (
            NAME * (self.is_name & counted) + NUMBER * (self.is_number & counted) + QUOTED * (self.is_quoted & counted)
        )
        kinds = np.concatenate([flagged.astype(np.uint8), np.zeros(int(long.sum()), dtype=np.uint8)])
        order = np.lexsort((-root, term, sentence))
        sentence, term, root, kinds = sentence[order], term[order], root[order], kinds[order]
        first = np.ones(len(term), dtype=np.bool_)
        first[1:] = (term[1:] != term[:-1]) | (sentence[1:] != sentence[:-1])
        starts = np.flatnonzero(first)
        kinds = np.bitwise_or.reduceat(kinds, starts) if len(starts) else kinds
        sentence, term, root = sentence[first], term[first], root[first]
        vocabulary, index = np.unique(term, return_inverse=True)
        strength = np.zeros(len(vocabulary))
        np.maximum.at(strength, index, root)
        return Units(sentence, index, root, vocabulary, np.bincount(index, minlength=len(vocabulary)), strength, kinds)

    def shingles(self, size: int) -> Int64s:
        """Distinct hashed runs of ``size`` words outside furniture, sorted; a shorter text is one shingle."""
        kept = self.word[~self.furniture[self.sentence]] if len(self.sentence) else self.word
        return run_hashes(kept, size)


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
    folded = normalise(text)
    places = word_spans(folded.text)
    forms = [folded.text[start:end] for start, end in places]
    found = _terms_of(forms, lang)
    if folded.offsets is None:
        raw = np.asarray(places, dtype=np.int32).reshape(-1, 2)
    else:
        raw = np.asarray([folded.span(start, end) for start, end in places], dtype=np.int32).reshape(-1, 2)
    span_array = np.asarray(spans, dtype=np.int32).reshape(-1, 2)
    sentence = np.clip(np.searchsorted(span_array[:, 0], raw[:, 0], side="right") - 1, 0, None).astype(np.int32)
    in_furniture = np.zeros(len(span_array), dtype=np.bool_)
    in_furniture[list(furniture)] = True
    weight = np.asarray([term.weight for term in found], dtype=np.float32)
    first = np.ones(len(forms), dtype=np.bool_)
    first[1:] = sentence[1:] != sentence[:-1]
    upper = np.asarray([text[start].isupper() for start in raw[:, 0].tolist()], dtype=np.bool_)
    is_number = np.asarray([form[0].isdigit() or form in _NUMBER_WORDS for form in forms], dtype=np.bool_)
    is_name = upper & (weight >= _NAME_WEIGHT) & ~is_number & (~first | (weight > 0.3))
    return Profile(
        lang=lang,
        spans=span_array,
        furniture=in_furniture,
        sentence=sentence,
        term=np.asarray([term.id for term in found], dtype=np.int64),
        weight=weight,
        prefix=np.asarray([_prefix_id(form) for form in forms], dtype=np.int64),
        word=np.asarray([term_id(form) for form in forms], dtype=np.int64),
        start=raw[:, 0],
        end=raw[:, 1],
        is_name=is_name,
        is_number=is_number,
        is_quoted=_quoted(folded.text, places, sentence),
    )


def _terms_of(forms: list[str], lang: str) -> list[Term]:
    """One term per word; number words count as their number, unspaced characters as the pair they begin."""
    known = vocabulary(lang)
    found: list[Term] = []
    for at, form in enumerate(forms):
        if is_unspaced(form):
            after = forms[at + 1] if at + 1 < len(forms) else ""
            found.append(known.pair(form + after) if after and is_unspaced(after) else known.pair(form))
        elif lang == "en" and form in _NUMBER_WORDS:
            found.append(known.term(_NUMBER_WORDS[form]))
        else:
            found.append(known.term(form))
    return found


_prefixes: dict[str, int] = {}


def _prefix_id(form: str) -> int:
    if len(form) <= _PREFIX_CHARACTERS or form[0].isdigit():
        return 0
    known = _prefixes.get(form)
    if known is None:
        known = _prefixes[form] = term_id("~" + form[:_PREFIX_CHARACTERS])
    return known


def _quoted(folded: str, places: list[tuple[int, int]], sentence: Int32s) -> Flags:
    """Whether each word stands between a pair of double quotation marks of one or two neighbouring sentences."""
    marks = [at for at, character in enumerate(folded) if character == '"']
    inside: Flags = np.zeros(len(places), dtype=np.bool_)
    if len(marks) < 2 or not places:
        return inside
    starts = np.asarray([start for start, _ in places], dtype=np.int64)
    order = np.searchsorted(marks, starts)
    inside = order % 2 == 1
    # An unbalanced mark must not swallow the article: a quotation runs over at most three sentences.
    for opening in range(0, len(marks) - 1, 2):
        members = np.flatnonzero(order == opening + 1)
        if len(members) and sentence[members[-1]] - sentence[members[0]] > 3:
            inside[members] = False
    if len(marks) % 2:
        inside[order == len(marks)] = False
    return inside
