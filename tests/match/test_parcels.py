"""An article that was sent by itself is the article that was packed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dedup.config import Config
from dedup.match.packing import Packed, packed
from dedup.match.parcels import parcels, unpacked
from dedup.match.sides import Sides
from dedup.sketch.documents import documents
from dedup.store.articles import read_articles


@pytest.fixture(scope="module")
def sides(traps: Path) -> tuple[Sides, int]:
    """The traps: scripts, damage, odd sizes, with and without headline and time."""
    config = Config()
    articles = read_articles([traps / "articles.jsonl"], config.input).articles
    return Sides(articles, documents(articles, config.text), config), articles.height


def test_articles_sent_one_by_one_are_what_is_packed_together(sides: tuple[Sides, int]) -> None:
    batch, height = sides
    together = packed(batch[row] for row in range(height))
    again = unpacked(parcels(together))
    for name in Packed._fields:
        one, other = getattr(together, name), getattr(again, name)
        assert one.dtype == other.dtype, name
        assert np.array_equal(one, other, equal_nan=one.dtype.kind == "f"), name
        assert other.flags.writeable, name


def test_of_some_articles_only_these_come_back(sides: tuple[Sides, int]) -> None:
    batch, _ = sides
    chosen = [5, 2]
    kept = parcels(packed(batch[row] for row in range(6)))
    again = unpacked([kept[row] for row in chosen])
    assert np.array_equal(again.shingle, packed(batch[row] for row in chosen).shingle)
