"""How long the runs of words are."""

from __future__ import annotations

import pytest

from dedup.sketch.shingles import shingle_size


@pytest.mark.parametrize(
    ("words", "expected"),
    [(["the", "lease", "河"], 5), (["河", "市"], 8), (["河", "lease"], 5), (["강", "이름"], 5), ([], 5)],
)
def test_runs_are_longer_where_a_word_is_a_character(words: list[str], expected: int) -> None:
    assert shingle_size(words, 5, 8) == expected
