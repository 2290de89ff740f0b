"""What is known of a word, worked out once a form.

In: a function of one word. Out: a table that asks it for a word it has not seen, and remembers. Must not know what is
remembered. A batch has millions of words and some hundred thousand forms; looking one up costs a fraction of working it
out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

Value = TypeVar("Value")

MOST: Final = 60_000
"""Forms that a table takes on before those that nobody has asked for since it last did are let go, so that a large
batch and a long-lived process stay bounded: it holds twice as many at most. A language has some ten thousand words that
come again and again; most other forms of a large batch are names, numbers and slips that few of its articles have."""
MOST_CHARACTERS: Final = 8_000_000
"""Characters of them: a text may hold words as long as itself."""


class Remembered(dict[str, Value]):
    """Answers of a function, by word; ``table[word]`` and ``map(table.__getitem__, words)`` both ask it.

    Args:
        answer: A pure function of a word.

    Examples:
        >>> lengths = Remembered(len)
        >>> lengths["quay"], list(map(lengths.__getitem__, ["pier", "quay"])), len(lengths)
        (4, [4, 4], 2)
    """

    __slots__ = ("_answer", "_before", "_characters")

    def __init__(self, answer: Callable[[str], Value]) -> None:
        super().__init__()
        self._answer = answer
        self._before: dict[str, Value] = {}
        self._characters = 0

    def __missing__(self, word: str) -> Value:
        value = self._before[word] if word in self._before else self._answer(word)
        if len(self) >= MOST or self._characters > MOST_CHARACTERS:
            self._before = {**self}
            self.clear()
            self._characters = 0
        self._characters += len(word)
        self[word] = value
        return value
