"""The exact join finds what comparing all with all finds."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.exact import Sets, exact_join, partition, shingle_sets, similar_pairs
from benchmarks.peers import script

THRESHOLDS = ["0.3", "0.5", "0.7", "0.9", "1.0"]
WORDS = ["the", "ship", "port", "crane", "storm", "Tide"]


def make_sets(*sets: set[int]) -> Sets:
    begins = np.cumsum([0, *map(len, sets)]).astype(np.int64)
    return Sets(begins, np.asarray([number for one in sets for number in sorted(one)], np.int32))


def compared_all_to_all(sets: list[set[object]], threshold: str) -> list[tuple[int, int, float]]:
    """Brute force, in fractions: nothing is rounded."""
    pairs = []
    for right, one in enumerate(sets):
        for left, other in enumerate(sets[:right]):
            if one and other and Fraction(len(one & other), len(one | other)) >= Fraction(threshold):
                pairs.append((left, right, len(one & other) / len(one | other)))
    return sorted(pairs)


@given(
    st.lists(st.sets(st.integers(0, 14), max_size=10), max_size=14).map(lambda sets: [set(one) for one in sets]),
    st.sampled_from(THRESHOLDS),
)
def test_sets_that_reach_the_threshold_are_paired_and_no_others(sets: list[set[int]], threshold: str) -> None:
    found = similar_pairs(make_sets(*sets), float(threshold))
    assert found.rows() == compared_all_to_all([set(one) for one in sets], threshold)


@given(
    st.lists(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join), max_size=10),
    st.integers(1, 5),
    st.sampled_from(THRESHOLDS),
)
def test_texts_are_paired_by_their_shingles(texts: list[str], size: int, threshold: str) -> None:
    found = similar_pairs(shingle_sets(texts, size), float(threshold))
    assert found.rows() == compared_all_to_all([set(script.shingles(text, size)) for text in texts], threshold)


def test_many_sets_grow_the_room_for_pairs() -> None:
    found = similar_pairs(make_sets(*[{1, 2, 3}] * 80), 0.7)
    assert found.height == 80 * 79 // 2
    assert found["jaccard"].unique().to_list() == [1.0]


def test_seven_of_ten_reach_seven_tenths() -> None:
    # 0.7 as a float lies beside 7/10; ten sevenths must not be lost to it.
    found = similar_pairs(make_sets(set(range(10)), set(range(7))), 0.7)
    assert found.rows() == [(0, 1, 0.7)]


def test_a_text_shorter_than_a_shingle_is_one_shingle() -> None:
    found = similar_pairs(shingle_sets(["Port closed", "port, closed!", "Port closed again"]), 0.7)
    assert found.select("left", "right").rows() == [(0, 1)]


def test_texts_without_words_have_no_copies() -> None:
    assert similar_pairs(shingle_sets(["", "...", "", "word"]), 0.7).is_empty()
    assert similar_pairs(shingle_sets([]), 0.7).is_empty()


def test_a_group_is_named_after_its_first_row() -> None:
    pairs = pl.DataFrame({"left": [1, 3, 2], "right": [3, 4, 5]})
    assert partition(6, pairs) == [0, 1, 2, 1, 1, 2]


def test_a_join_is_kept_beside_the_corpus_until_the_corpus_changes(tmp_path: Path) -> None:
    corpus = tmp_path / "c.parquet"
    pl.DataFrame({"text": ["one two three four five six"] * 2 + ["seven"]}).write_parquet(corpus)
    first = exact_join(corpus)
    kept = list(tmp_path.glob("c.exact-*.parquet"))
    assert len(kept) == 1
    # What is kept is read: a file put in its place is believed.
    first.with_columns(jaccard=pl.lit(0.5)).write_parquet(kept[0])
    assert exact_join(corpus)["jaccard"].to_list() == [0.5]
    pl.DataFrame({"text": ["one two three four five six"] * 3}).write_parquet(corpus)
    assert exact_join(corpus).height == 3


@pytest.mark.parametrize("threshold", [0.5, 0.7])
def test_our_copies_are_those_of_the_exact_join(tmp_path: Path, threshold: float) -> None:
    from benchmarks.corpus import write_corpus
    from dedup.match.copies import copies

    write_corpus(400, tmp_path / "c.parquet")
    texts = pl.read_parquet(tmp_path / "c.parquet")["text"]
    exact = partition(len(texts), similar_pairs(shingle_sets(texts), threshold))
    # Bands so many that the chance of a miss is none to speak of: this is about the decision.
    found = copies(texts, min_jaccard=threshold, n_bands=128, n_rows=2)
    assert found.first.tolist() == exact
