"""The pinned floors hold on the corpora of the repository."""

from __future__ import annotations

import pytest

from tests.gold.corpora import WRITTEN, load
from tests.gold.gate import broken, figures, floors


@pytest.mark.parametrize("name", WRITTEN)
def test_no_figure_of_a_committed_corpus_falls_below_its_floor(name: str) -> None:
    pinned = floors()
    assert pinned[name]
    assert broken(name, figures(load(name)), pinned) == []


def test_a_broken_floor_is_named_with_its_figure() -> None:
    pinned = {"newsroom": {"bcubed_f1": 0.9, "max_merged_related": 0}}
    assert broken("newsroom", {"bcubed_f1": 0.89, "max_merged_related": 1}, pinned) == [
        "newsroom: bcubed_f1 is 0.8900, the pinned floor is 0.9000",
        "newsroom: max_merged_related is 1.0000, the pinned floor is 0.0000",
    ]
