"""That a table says what its function says, and stays bounded."""

from __future__ import annotations

import pytest

from dedup.text import remembered
from dedup.text.remembered import Remembered


def test_each_form_is_worked_out_once() -> None:
    asked: list[str] = []

    def length(word: str) -> int:
        asked.append(word)
        return len(word)

    table = Remembered(length)
    assert list(map(table.__getitem__, ["quay", "pier", "quay"])) == [4, 4, 4]
    assert asked == ["quay", "pier"]


def test_a_full_table_lets_go_of_what_nobody_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST", 3)
    asked: list[str] = []

    def length(word: str) -> int:
        asked.append(word)
        return len(word)

    table = Remembered(length)
    for n in range(1, 9):
        assert (table["a" * n], table["quay"]) == (n, 4)
        assert len(table) <= 3
    assert asked.count("quay") == 1, "asked for again and again, it stays"
    assert table["a"] == 1
    assert asked.count("a") == 2


def test_words_of_any_length_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST_CHARACTERS", 100)
    table = Remembered(len)
    assert [table[chr(97 + n) * 60] for n in range(20)] == [60] * 20
    assert len(table) <= 2
