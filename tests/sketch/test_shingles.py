"""Runs of words and their hashes."""

from __future__ import annotations

import numpy as np
import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from dedup.sketch.shingles import element_hashes, shingle_size, shingles

word_lists = st.lists(st.text("abc河", min_size=1, max_size=4), max_size=30)
sizes = st.integers(1, 8)


@given(word_lists, sizes)
def test_there_is_one_run_for_every_place_it_can_begin(words: list[str], size: int) -> None:
    expected = 0 if not words else max(1, len(words) - size + 1)
    assert len(shingles(words, size)) == expected


@given(word_lists, sizes)
def test_the_runs_hold_every_word_in_order(words: list[str], size: int) -> None:
    found = [run.split(" ") for run in shingles(words, size)]
    assert [run[0] for run in found] + (found[-1][1:] if found else []) == words
    assert all(len(run) == min(size, len(words)) for run in found)


def test_a_text_shorter_than_a_run_is_one_run() -> None:
    assert shingles(["nine", "hurt"], 5) == ["nine hurt"]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), max_size=20))
def test_hashes_are_those_of_xxh32(elements: list[str]) -> None:
    hashes = element_hashes(elements)
    assert hashes.dtype == np.uint32
    assert hashes.tolist() == [xxhash.xxh32_intdigest(element.encode()) for element in elements]


@pytest.mark.parametrize(
    ("words", "expected"),
    [(["the", "lease", "河"], 5), (["河", "市"], 8), (["河", "lease"], 5), (["강", "이름"], 5), ([], 5)],
)
def test_runs_are_longer_where_a_word_is_a_character(words: list[str], expected: int) -> None:
    assert shingle_size(words, 5, 8) == expected
