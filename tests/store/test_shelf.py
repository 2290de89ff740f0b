"""What does not fit into memory, kept beside the output while a run lasts."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.errors import OutputError
from dedup.store.shelf import FileShelf
from tests.text.strange import few


@few
@given(st.lists(st.dictionaries(st.integers(0, 20), st.binary(max_size=40)), max_size=5))
def test_the_last_that_was_put_comes_back(puts: list[dict[int, bytes]]) -> None:
    expected: dict[int, bytes] = {}
    with FileShelf[int](Path("out").resolve(), held=1) as shelf:
        for some in puts:
            shelf.put(some)
            expected |= some
        assert shelf.get([*expected]) == [*expected.values()]


def test_nothing_is_left_in_the_folder_while_it_is_used_or_afterwards(tmp_path: Path) -> None:
    with FileShelf[int](tmp_path / "out", held=1) as shelf:
        shelf.put({1: b"quay"})
        assert list(tmp_path.iterdir()) == []
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told_with_what_to_do(tmp_path: Path) -> None:
    with FileShelf[int](tmp_path / "missing" / "out", held=1) as shelf, pytest.raises(OutputError) as told:
        shelf.put({1: b"quay"})
    assert "cannot be written" in str(told.value)
    assert "keeps some 30 kB for each" in str(told.value)
