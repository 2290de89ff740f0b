"""How the allocators of a process are told to give memory back."""

from __future__ import annotations

import os

import pytest

from dedup.memory import large_blocks_go_back, polars_gives_back


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
    assert not loaded
