"""How the allocators of a process are told to give memory back."""

from __future__ import annotations

import importlib
import mmap
import os
import sys
from pathlib import Path

import pytest

from dedup.memory import (
    code_pages_go,
    large_blocks_go_back,
    mapped_pages_go,
    may_be_dropped,
    polars_gives_back,
    small_blocks_go_back,
)


def test_polars_is_told_to_give_back_unless_somebody_has_told_it_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_RJEM_MALLOC_CONF", "")  # so that it is put back afterwards, whatever it was
    monkeypatch.delenv("_RJEM_MALLOC_CONF")
    polars_gives_back()
    assert "dirty_decay_ms" in os.environ["_RJEM_MALLOC_CONF"]
    monkeypatch.setenv("_RJEM_MALLOC_CONF", "narenas:2")
    polars_gives_back()
    assert os.environ["_RJEM_MALLOC_CONF"] == "narenas:2"


def test_a_system_with_another_allocator_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[object] = []
    monkeypatch.setattr("ctypes.CDLL", loaded.append)
    monkeypatch.setattr("sys.platform", "darwin")
    large_blocks_go_back()
    small_blocks_go_back()
    assert not loaded


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc, which tells what is in memory")
def test_what_was_read_of_a_mapped_file_goes_and_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "ports"
    path.write_bytes(b"quay" * (1 << 22))
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    may_be_dropped(mapped)
    assert mapped[:].count(b"quay") == 1 << 22
    before = held_mb("RssFile")
    mapped_pages_go()
    assert before - held_mb("RssFile") >= 15
    assert mapped[-4:] == b"quay"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc, which tells what is in memory")
def test_blocks_between_others_go() -> None:
    blocks = [bytes(2_000) for _ in range(100_000)]
    some = blocks[::100]
    blocks.clear()
    before = held_mb("RssAnon")
    small_blocks_go_back()
    assert before - held_mb("RssAnon") >= 100
    assert len(some) == 1_000


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc, which tells what is in memory")
def test_the_code_of_a_library_goes_and_is_read_again_when_it_is_called() -> None:
    llvm = importlib.import_module("llvmlite.binding")
    llvm.initialize_native_target()
    module = str(llvm.parse_assembly("define i32 @quay() { ret i32 7 }"))
    before = held_mb("RssFile")
    code_pages_go("libllvmlite")
    assert before - held_mb("RssFile") >= 2
    assert str(llvm.parse_assembly("define i32 @quay() { ret i32 7 }")) == module


def test_a_system_that_does_not_list_what_is_mapped_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[object] = []
    monkeypatch.setattr("ctypes.CDLL", loaded.append)
    monkeypatch.setattr("sys.platform", "darwin")
    code_pages_go("libllvmlite")
    assert not loaded


def held_mb(kind: str) -> int:
    """What this process holds of a kind of memory."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(kind)) // 1024
