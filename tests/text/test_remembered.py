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


def test_a_full_table_starts_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST", 3)
    table = Remembered(len)
    assert [table["a" * n] for n in range(1, 8)] == list(range(1, 8))
    assert len(table) <= 3
