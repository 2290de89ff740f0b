"""That a batch packed in parts is the batch packed at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dedup.config import Config
from dedup.match.packing import Packed, joined, packed
from dedup.match.parts import in_parts
from dedup.match.sides import Sides
from dedup.sketch.documents import documents
from dedup.store.articles import read_articles


@pytest.fixture(scope="module")
def sides(newsroom: Path) -> Sides:
    """The articles of the newsroom."""
    config = Config()
    articles = read_articles([newsroom / "articles.jsonl"], config.input).articles.head(30)
    return Sides(articles, documents(articles, config.text), config)


def assert_equal(one: Packed, other: Packed) -> None:
    for name in Packed._fields:
        left, right = getattr(one, name), getattr(other, name)
        assert left.dtype == right.dtype, name
        np.testing.assert_array_equal(left, right, name)


@pytest.mark.parametrize("size", [1, 7, 30])
def test_parts_end_to_end_are_the_whole(sides: Sides, size: int) -> None:
    parts = in_parts(sides, range(30), size)
    batches = [packed(part.sides().once(row) for row in range(part.articles.height)) for part in parts]
    assert len(batches) == len(parts)
    assert_equal(joined(batches), packed(sides.once(row) for row in range(30)))
