"""Compiled runs of words: as many as there are different ones, shared where words are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.sketch.hashes import word_hashes
from dedup.sketch.passes import Scratch
from dedup.sketch.run_kernels import copy_runs, distinct_runs
from dedup.sketch.texts import texts
from tests.sketch.driving import reference_words, tables
from tests.sketch.rough_texts import columns

UInt64s = npt.NDArray[np.uint64]

word_lists = st.lists(st.sampled_from("abcd"), max_size=30)


def run_set(words: list[str], size: int) -> dict[tuple[str, ...], None]:
    """The runs of a text, in the order of their first appearance."""
    return dict.fromkeys(tuple(words[at : at + size]) for at in range(max(1, len(words) - size + 1)) if words)


def runs_of(words: list[str], size: int) -> list[int]:
    n_slots = 1 << max(1, (2 * len(words) - 1).bit_length())
    found = np.zeros(len(words), np.uint64)
    table, stamp = np.zeros(n_slots, np.uint64), np.zeros(n_slots, np.int64)
    n_found = distinct_runs(word_hashes(words), len(words), size, table, stamp, 1, found)
    runs: list[int] = found[:n_found].tolist()
    return runs


@given(word_lists, word_lists, st.integers(1, 8))
def test_two_texts_share_as_many_as_they_have_in_common(left: list[str], right: list[str], size: int) -> None:
    one, other = runs_of(left, size), runs_of(right, size)
    assert len(one) == len(set(one)) == len(run_set(left, size))
    assert len({*one} & {*other}) == len(run_set(left, size).keys() & run_set(right, size).keys())


@given(word_lists, st.integers(1, 8))
def test_they_come_in_the_order_of_their_first_appearance(words: list[str], size: int) -> None:
    by_run = {run: runs_of(list(run), size)[0] for run in run_set(words, size)}
    assert runs_of(words, size) == list(by_run.values())


@pytest.mark.parametrize("size", [1, 3, 5])
def test_scratch_is_used_again_without_being_cleared(size: int) -> None:
    table, stamp = np.zeros(64, np.uint64), np.zeros(64, np.int64)
    for mark, words in enumerate(("a b c a b c d e".split(), "a b c".split(), "b c d e a b c a b".split()), start=1):
        found = np.zeros(len(words), np.uint64)
        n_found = distinct_runs(word_hashes(words), len(words), size, table, stamp, mark, found)
        assert found[:n_found].tolist() == runs_of(words, size)


@given(columns(), st.sampled_from([1, 3, 5]))
def test_a_column_has_the_runs_of_its_texts(column: pl.Series, size: int) -> None:
    found = texts(column)
    expected = [runs_of(reference_words(text or ""), size) for text in column.to_list()]
    rows = np.arange(len(found))[::-1].copy()
    n_words = [len(reference_words(column[row] or "")) for row in rows.tolist()]
    begins = np.concatenate([np.zeros(1, np.int64), np.cumsum(n_words, dtype=np.int64)])
    runs, counts = np.zeros(int(begins[-1]) + 1, np.uint64), np.full(len(rows), -1, np.int64)
    scratch = Scratch(int(found.n_bytes.max(initial=0)), 1, max(n_words, default=0))
    copy_runs(
        found.address, found.n_bytes, rows, 0, len(rows), *tables(), size, scratch.folded.ctypes.data,
        scratch.spare.ctypes.data, scratch.edges, scratch.hashes, scratch.table, scratch.stamp, begins, runs, counts,
    )  # fmt: skip
    for at, row in enumerate(rows.tolist()):
        if counts[at] >= 0:
            assert runs[begins[at] : begins[at] + counts[at]].tolist() == expected[row]
