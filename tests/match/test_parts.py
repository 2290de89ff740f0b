"""That a part of a batch is what it was, wherever it is sent."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dedup.config import Config
from dedup.match.parts import in_parts, part
from dedup.match.sides import Sides
from dedup.sketch.documents import documents
from dedup.store.articles import read_articles


@pytest.fixture(scope="module")
def sides(newsroom: Path) -> Sides:
    """The first articles of the newsroom."""
    config = Config()
    articles = read_articles([newsroom / "articles.jsonl"], config.input).articles.head(30)
    return Sides(articles, documents(articles, config.text), config)


def test_a_part_is_sent_whole_and_without_the_rest_of_its_batch(sides: Sides) -> None:
    chosen = part(sides, [3, 1, 4])
    make, sent = chosen.__reduce__()
    received = make(*sent)
    assert received.articles.equals(chosen.articles)
    assert received.documents.equals(chosen.documents)
    assert len(sent[0]) < chosen.articles["text"].str.len_bytes().sum() + 4096


def test_its_rows_are_those_of_the_batch_in_the_order_asked_for(sides: Sides) -> None:
    mine = part(sides, [3, 1]).sides()
    for here, there in ((0, 3), (1, 1)):
        np.testing.assert_array_equal(mine[here].profile.term, sides[there].profile.term)


@pytest.mark.parametrize(("size", "lengths"), [(10, [10, 10, 10]), (13, [13, 13, 4]), (30, [30]), (31, [30])])
def test_parts_are_all_the_rows_once(sides: Sides, size: int, lengths: list[int]) -> None:
    parts = in_parts(sides, range(30), size)
    assert [one.articles.height for one in parts] == lengths
    assert len(parts) == len(lengths)
    ids = [one for chosen in parts for one in chosen.articles["article_id"]]
    assert ids == sides.frames[0]["article_id"].to_list()
