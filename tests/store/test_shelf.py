"""What does not fit into memory, kept beside the output while a run lasts."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.errors import OutputError
from dedup.places import MemoryShelf
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
        assert shelf.get([*expected], 3) == [parcel[:3] for parcel in expected.values()]
        for keys in ([*expected], [*expected][::-1], sorted(expected), [*expected][:1] * 2):
            wanted = b"".join(expected[key] for key in keys)
            into = bytearray(len(wanted))
            shelf.read(keys, memoryview(into))
            assert into == wanted


def test_nothing_is_left_in_the_folder_while_it_is_used_or_afterwards(tmp_path: Path) -> None:
    with FileShelf[int](tmp_path / "out", held=1) as shelf:
        shelf.put({1: b"quay"})
        assert list(tmp_path.iterdir()) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("size", [3, 5])
def test_memory_of_another_size_is_not_filled_in_part(tmp_path: Path, size: int) -> None:
    memory = MemoryShelf[int]()
    with FileShelf[int](tmp_path / "out", held=1) as file:
        for shelf in (memory, file):
            shelf.put({1: b"quay"})
            into = bytearray(size)
            with pytest.raises(ValueError, match="another size"):
                shelf.read([1], memoryview(into))
            assert into == bytes(size)


def test_what_could_not_be_written_whole_is_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(file: BinaryIO, data: bytes) -> None:
        file.write(data[:2])
        raise OSError(errno.ENOSPC, "no room")

    with FileShelf[int](tmp_path / "out", held=1) as shelf:
        shelf.put({1: b"quay"})
        with monkeypatch.context() as patch:
            patch.setattr("dedup.store.shelf.write_all", failing)
            with pytest.raises(OutputError):
                shelf.put({2: b"mole"})
        shelf.put({3: b"pier"})
        assert shelf.get([1, 3]) == [b"quay", b"pier"]
        with pytest.raises(KeyError):
            shelf.get([2])


def test_what_was_cut_off_is_told(tmp_path: Path) -> None:
    with FileShelf[int](tmp_path / "out", held=1) as shelf:
        shelf.put({1: b"quay", 2: b"pier"})
        assert shelf._file is not None
        shelf._file.truncate(6)
        for ask in (lambda: shelf.get([1, 2]), lambda: shelf.read([1, 2], memoryview(bytearray(8)))):
            with pytest.raises(OutputError, match="no longer whole"):
                ask()


def test_a_folder_that_cannot_be_written_is_told_with_what_to_do(tmp_path: Path) -> None:
    with FileShelf[int](tmp_path / "missing" / "out", held=1) as shelf, pytest.raises(OutputError) as told:
        shelf.put({1: b"quay"})
    assert "cannot be written" in str(told.value)
    assert "keeps some 30 kB for each" in str(told.value)
