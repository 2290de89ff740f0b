"""The clauses of a text, as runs of its words.

In: between which words a clause ends, and the sentence of each word. Out: the clause of each word, and sums over
clauses. Must not know what ends a clause, nor what is summed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]
Int64s = npt.NDArray[np.int64]
Matrix = npt.NDArray[np.float64]


class Clauses:
    """The clauses of a text, none across two sentences.

    Args:
        ends: (n_words - 1,) whether a clause ends between a word and the next.
        sentence: (n_words,) sentence of each word, ascending.

    Attributes:
        of_word: (n_words,) number of each word's clause.
        n_words: (n_clauses,) words of each.
        is_first: (n_clauses,) whether it begins its sentence.
        is_last: (n_clauses,) whether it ends its sentence.

    Examples:
        >>> clauses = Clauses(np.array([True, False, False]), np.array([0, 0, 0, 1]))
        >>> clauses.of_word.tolist(), clauses.is_first.tolist(), clauses.is_last.tolist()
        ([0, 1, 1, 2], [True, False, True], [False, True, True])
    """

    def __init__(self, ends: Flags, sentence: npt.NDArray[np.int32]) -> None:
        new_sentence = sentence[1:] != sentence[:-1]
        begins = np.ones(len(sentence), dtype=np.bool_)
        begins[1:] = ends | new_sentence
        self.of_word: Int64s = np.cumsum(begins) - 1
        self.n_words = np.bincount(self.of_word)
        first = sentence[begins]
        self.is_first, self.is_last = np.ones((2, len(first)), dtype=np.bool_)
        self.is_first[1:] = self.is_last[:-1] = first[1:] != first[:-1]

    def total(self, amount: npt.NDArray[Any]) -> Matrix:
        """(n_clauses,) sum over the words of each clause."""
        return np.bincount(self.of_word, amount, len(self.n_words)).astype(np.float64, copy=False)

    def spread(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """(n_words,) what is known of each word's clause."""
        return values[self.of_word]
