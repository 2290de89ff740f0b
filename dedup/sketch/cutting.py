"""Texts cut into words by compiled code, and tables of what is known of a word.

In: texts. Out: where their words lie, with a hash of each; by that hash whatever was learned of a word. Must not know
languages, nor what is learned.

A regular expression makes a string of every word, and a dictionary looks at it, and at the word it holds, somewhere in
memory: that alone took half of the time to read an article. Here a word is a hash from where it is found on.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.sketch import character_kinds as of
from dedup.sketch.kept import Lightly
from dedup.text.words import UNSPACED

Hashes = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]
Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]

_EVERY: Final = 0x110000
"""Code points that there are."""
_PEOPLED: Final = 0x40000
"""From here on there are no letters, digits or blanks: variants, private characters, and what is not there yet."""
_SEED: Final = np.uint64(secrets.randbits(64))
"""What hashes begin with: words of one hash count as one word, so nobody shall be able to make some up. By chance, two
of a quarter of a million words have one hash once in a billion runs."""
MOST: Final = 250_000
"""Forms that a table knows at a time, some 16 MB and what is learned of them."""
_LEAST: Final = 1 << 10
"""Slots of a table that knows nothing."""
_LETTER: Final = r"[^\W\d_]"
_DIGIT: Final = r"\d"

_words, _tokens, _join, _hashes, _find, _put = (
    Lightly("dedup.sketch.cutting_kernels", name) for name in ("words", "tokens", "join", "hashes", "find", "put")
)


class Placed(NamedTuple):
    """The words of a text.

    Args:
        spans: (n, 2) half-open, in code points.
        hashes: (n,) a hash of each.
    """

    spans: Int32s
    hashes: Hashes


def words(folded: str) -> Placed:
    """The words of a folded text: where ``text.words.word_spans`` finds them.

    Examples:
        >>> words("two harbours").spans.tolist()
        [[0, 3], [4, 12]]
    """
    points = code_points(folded)
    spans, hashes = np.empty((len(points), 2), np.int32), np.empty(len(points), np.uint64)
    n = _words(points, kinds(), _SEED, spans, hashes)
    return Placed(spans[:n], hashes[:n])


def tokens(plain: str) -> tuple[Placed, Flags]:
    """The tokens of a text (see ``text.tokens``), and whether a line break or the start of it stands before each.

    Args:
        plain: A text as ``text.tokens.as_read`` gives it.
    """
    points = code_points(plain)
    spans, hashes = np.empty((len(points), 2), np.int32), np.empty(len(points), np.uint64)
    breaks = np.empty(len(points), np.bool_)
    n = _tokens(points, kinds(), _SEED, spans, breaks, hashes)
    return Placed(spans[:n], hashes[:n]), breaks[:n]


def joined(folded: str, spans: Int32s) -> tuple[str, Int32s]:
    """The words of a text with a blank behind each, and where each begins in that; one more entry for the end.

    Examples:
        >>> joined("two, harbours", words("two, harbours").spans)
        ('two harbours ', array([ 0,  4, 13], dtype=int32))
    """
    begins = np.zeros(len(spans) + 1, np.int32)
    np.cumsum(spans[:, 1] - spans[:, 0] + 1, out=begins[1:])
    points = np.empty(begins[-1], np.uint32)
    _join(code_points(folded), spans, points)
    return points.tobytes().decode("utf-32-le", "surrogatepass"), begins


def placed(words: Sequence[str]) -> tuple[Placed, str]:
    """Words as they would be found in a text, and that text, in which nothing stands between them."""
    text = "".join(words)
    spans, hashes = np.zeros((len(words), 2), np.int32), np.empty(len(words), np.uint64)
    np.cumsum(np.fromiter(map(len, words), dtype=np.int32, count=len(words)), out=spans[:, 1])
    spans[1:, 0] = spans[:-1, 1]
    _hashes(code_points(text), _SEED, spans, hashes)
    return Placed(spans, hashes), text


def code_points(text: str) -> npt.NDArray[np.uint32]:
    """The code points of a text, halves of characters included."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def first_of_each(hashes: Hashes, chosen: Flags) -> Int64s:
    """Where each of the chosen hashes stands first, in order."""
    at = np.flatnonzero(chosen)
    return at[np.sort(np.unique(hashes[at], return_index=True)[1])] if len(at) else at


class Learned:
    """Whole numbers by the hash of a word.

    Examples:
        >>> known = Learned()
        >>> harbour = words("harbour").hashes
        >>> known.learn(harbour, np.array([7]))
        >>> known.of(words("a harbour").hashes), len(known)
        ((array([-1,  7]), 1), 1)
    """

    def __init__(self) -> None:
        self._n = 0
        self._table = np.zeros((_LEAST, 2), dtype=np.uint64)

    def __len__(self) -> int:
        """Words of which something was learned."""
        return self._n

    def of(self, hashes: Hashes) -> tuple[Int64s, int]:
        """(n,) what was learned of each word, -1 where nothing was; and of how many that is said."""
        found = np.empty(len(hashes), np.int64)
        return found, _find(hashes, self._table, found)

    def learn(self, hashes: Hashes, values: npt.NDArray[np.integer]) -> None:
        """Learn of words of which nothing was known.

        Args:
            hashes: (n,) their hashes, each once.
            values: (n,) whole numbers of at least 0.
        """
        self._n += len(hashes)
        if 2 * self._n > len(self._table):  # half of it stays empty, so that little is looked at in vain
            held = self._table[self._table[:, 1] > 0]
            self._table = np.zeros((1 << (4 * self._n - 1).bit_length(), 2), dtype=np.uint64)
            _put(held[:, 0].copy(), held[:, 1].astype(np.int64) - 1, self._table)
        _put(np.ascontiguousarray(hashes), values.astype(np.int64), self._table)


class Answers:
    """What is said of words, asked once a form; a table that is full starts anew.

    Args:
        ask: A function of words that were never asked for, each once; its answers are whole numbers from 0 to 2**62.

    Examples:
        >>> lengths, text = Answers(lambda words: list(map(len, words))), "a harbour"
        >>> lengths.of(*words(text), text).tolist(), len(lengths)
        ([1, 7], 2)
    """

    def __init__(self, ask: Callable[[list[str]], Sequence[int]]) -> None:
        self._ask = ask
        self._known = Learned()

    def __len__(self) -> int:
        """Forms whose answer is known; none, while a table that was full is made anew."""
        return len(self._known)

    def of(self, spans: Int32s, hashes: Hashes, text: str) -> Int64s:
        """(n,) the answers for the words of a text."""
        found, n_fresh = self._known.of(hashes)
        if not n_fresh:
            return found
        fresh = first_of_each(hashes, found < 0)  # few once a few hundred articles were read
        if len(self._known) + len(fresh) > MOST:
            self._known = Learned()
            fresh = first_of_each(hashes, np.ones(len(hashes), dtype=np.bool_))
        answers = self._ask([text[start:end] for start, end in spans[fresh].tolist()])
        self._known.learn(hashes[fresh], np.asarray(answers))
        return self._known.of(hashes)[0]


def with_room(column: npt.NDArray[Any], n_kept: int, n_needed: int) -> npt.NDArray[Any]:
    """What is known of the forms of ``Answers``, with room for more of them: itself, if it has that.

    Args:
        column: An entry a form.
        n_kept: Entries that it keeps.
        n_needed: Entries that there must be room for.

    Examples:
        >>> len(with_room(np.zeros(4), 4, 4)), len(with_room(np.zeros(4), 4, 5))
        (4, 10)
    """
    if n_needed <= len(column):
        return column
    # Room for as many again, so that growing costs little.
    return np.concatenate([column[:n_kept], np.empty(2 * n_needed - n_kept, dtype=column.dtype)])


@lru_cache(maxsize=1)
def kinds() -> npt.NDArray[np.uint8]:
    """(0x110000,) what each character is to ``cutting_kernels``, from the expressions that tell words and tokens."""
    every = np.arange(_PEOPLED, dtype=np.uint32).tobytes().decode("utf-32-le", "surrogatepass")
    found = np.full(_EVERY, of.MARK, dtype=np.uint8)
    found[:_PEOPLED] = of.NOTHING
    for kind, pattern in (
        (of.LINE, "[\n\u2028\u2029]"),
        (of.MARK, r"[^\w\s]"),
        (of.LETTER, _LETTER),
        (of.DIGIT, _DIGIT),
        (of.LONE_MARK, f"[{UNSPACED}]"),
    ):
        for run in re.finditer(f"{pattern}+", every):
            found[run.start() : run.end()] = kind
    lone = found == of.LONE_MARK
    for kind, pattern in ((of.CHARACTER, _LETTER), (of.LONE_DIGIT, _DIGIT)):
        for run in re.finditer(f"{pattern}+", every):
            part = slice(run.start(), run.end())
            found[part][lone[part]] = kind
    return found
