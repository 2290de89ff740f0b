"""How much a word says about which story a text tells.

In: words of a folded text and their language. Out: their terms (stems, rare ones in one spelling for all, joined
numbers, character pairs of unspaced scripts) with a weight in [0,1] that grows with rarity in the language. Must not
know documents or pairs.

A rewrite keeps the rare words, names and numbers of the claims and little else, so a term weighs
``((7.5 - zipf) / 7.5) ** 4``: a word seen once per thousand words (Zipf 6) weighs 0.0016, one per million (Zipf 3)
0.13, a name that no dictionary has 0.56. The exponent is the one that separated true pairs (weighted Jaccard 0.35 and
0.53) best from same-topic pairs (at most 0.14).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

import xxhash

from dedup.text.frequencies import zipf_frequencies
from dedup.text.language import UNKNOWN
from dedup.text.misreadings import MIN_CHARACTERS, misreading_key
from dedup.text.remembered import Remembered
from dedup.text.transcriptions import transcription_key
from dedup.text.words import is_unspaced

CONTENT_WEIGHT: Final = 0.004
"""Weight from which a word is content: rarer than once per 1,500 words (Zipf 5.6); below are function words."""
_CEILING: Final = 7.5
_EXPONENT: Final = 4
_UNSEEN_ZIPF: Final = 1.0
"""Rarity of a word that the language's list does not have: once per hundred million words."""
_PAIR_UNSEEN_ZIPF: Final = 2.5
"""The same for a pair of unspaced characters, which often is no word at all."""
_NO_LIST_ZIPF: Final = 3.0
"""The same in a language without a list, where nothing tells a rare word from a common one but its length."""
_MISREAD_ZIPF: Final = 3.3
"""Rarity up to which a word may be what a form that no list has was before it was scanned: twice per million words."""
_SPELLED_ZIPF: Final = 3.3
"""Rarity up to which a word may be a name that is spelled in several ways: twice per million words."""
_STEMMERS: Final = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian",
    "nl": "dutch", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip


class Term(NamedTuple):
    """A term and its weight.

    Args:
        name: The stem, number or character pair; equal names are the same term.
        weight: Rarity in [0,1].
        id: The name hashed by xxh64, as a signed 64-bit integer.
    """

    name: str
    weight: float
    id: int


def term_id(name: str) -> int:
    """The signed 64-bit xxh64 of a term's name.

    Examples:
        >>> term_id("karasuvan") == term_id("karasuvan") != term_id("karasuva")
        True
    """
    unsigned = xxhash.xxh64_intdigest(name.encode())
    return unsigned - (1 << 64) if unsigned >= 1 << 63 else unsigned


def weight_of_zipf(zipf: float) -> float:
    """The weight of a term of this Zipf frequency (log10 of occurrences per billion words).

    Examples:
        >>> [round(weight_of_zipf(zipf), 4) for zipf in (7.5, 6.0, 3.0, 1.0)]
        [0.0, 0.0016, 0.1296, 0.5642]
    """
    return max(0.0, (_CEILING - zipf) / _CEILING) ** _EXPONENT


class Vocabulary:
    """Terms of one language, remembered word by word.

    Args:
        lang: ISO 639-1 code; an unknown one gets words as they are and weights by length.

    Examples:
        >>> english = Vocabulary("en")
        >>> english.term("signed").name, english.term("signing").name
        ('sign', 'sign')
        >>> english.term("the").weight < 0.001 < english.term("reservoir").weight < english.term("karasuvan").weight
        True
    """

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._zipf = zipf_frequencies(lang)
        self._stem = _stemmer(lang)
        self._terms = Remembered(self._make)
        self._pairs = Remembered(self._make_pair)

    @cached_property
    def _printed(self) -> dict[str, str]:
        """The most frequent word of each ``misreading_key``."""
        usual = (word for word, zipf in self._zipf.items() if zipf >= _MISREAD_ZIPF)
        return {key: word for word in reversed(list(usual)) if (key := misreading_key(word))}

    def printed(self, word: str) -> str:
        """The word that was printed, where a scanner misread it into one that no list has; else the word itself.

        Examples:
            >>> [vocabulary("en").printed(word) for word in ("bottorn", "sti1l", "bottom", "karasuvan", "barn")]
            ['bottom', 'still', 'bottom', 'karasuvan', 'barn']
        """
        if len(word) < MIN_CHARACTERS or word in self._zipf or not self._zipf:
            return word
        return self._printed.get(misreading_key(word), word)

    def term(self, word: str) -> Term:
        """The term of ``word``."""
        return self._terms[word]

    def pair(self, characters: str) -> Term:
        """The term of two neighbouring characters of an unspaced script."""
        return self._pairs[characters]

    def _make_pair(self, characters: str) -> Term:
        return _make_term(characters, self._zipf.get(characters, _PAIR_UNSEEN_ZIPF))

    def _make(self, word: str) -> Term:
        if word[0].isdigit() and word.isdecimal():
            return _make_term(word.lstrip("0") or "0", _zipf_of_number(word))
        word = self.printed(word)
        zipf = self._zipf.get(word)
        if zipf is None:
            unseen = _UNSEEN_ZIPF if self._zipf else max(_NO_LIST_ZIPF, 7.0 - 0.6 * len(word))
            zipf = unseen if len(word) > 2 else 4.0
        stem = self._stem(word)
        # A rare form of a usual word ("harbours") is no name.
        is_spelled = max(zipf, self._zipf.get(stem, 0.0)) < _SPELLED_ZIPF
        return _make_term(transcription_key(stem) if is_spelled else stem, zipf)


def _make_term(name: str, zipf: float) -> Term:
    return Term(name, weight_of_zipf(zipf), term_id(name))


def _zipf_of_number(digits: str) -> float:
    """Long numbers are rare, years are not: Benford's law by length, with years as a common exception."""
    if len(digits) == 4 and digits[:2] in {"19", "20"}:
        return 4.8
    return {1: 5.5, 2: 4.6, 3: 3.6, 4: 2.8}.get(len(digits), 2.0)


@lru_cache(maxsize=64)
def vocabulary(lang: str) -> Vocabulary:
    """The shared vocabulary of ``lang``; an unknown language counts as English, whose words are everywhere."""
    return Vocabulary("en" if lang == UNKNOWN else lang)


class _Stemmer:
    def __init__(self, name: str) -> None:
        import Stemmer

        self._stemmer = Stemmer.Stemmer(name)

    def __call__(self, word: str) -> str:
        return str(self._stemmer.stemWord(word))


@lru_cache(maxsize=64)
def _stemmer(lang: str) -> _Stemmer | type[str]:
    name = _STEMMERS.get(lang)
    return _Stemmer(name) if name else str


def terms(words: Sequence[str], lang: str) -> list[Term]:
    """The terms of ``words``, in order.

    Spaced words give one term each; a run of ``n`` unspaced characters gives its ``n - 1`` neighbouring pairs (one
    term where it stands alone).

    Args:
        words: Words of a folded text, in order.
        lang: ISO 639-1 code of their language.

    Returns:
        Terms in order, at least one for every word.

    Examples:
        >>> [term.name for term in terms(["ten", "harbours", "澜", "河", "市"], "en")]
        ['ten', 'harbour', '澜河', '河市']
    """
    known = vocabulary(lang)
    found: list[Term] = []
    for at, word in enumerate(words):
        if not is_unspaced(word):
            found.append(known.term(word))
        elif at + 1 < len(words) and is_unspaced(words[at + 1]):
            found.append(known.pair(word + words[at + 1]))
        elif at == 0 or not is_unspaced(words[at - 1]):
            found.append(known.pair(word))
    return found
