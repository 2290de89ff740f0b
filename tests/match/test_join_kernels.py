"""The compiled join finds every pair that shares a bucket, and groups what pairs connect."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.match.join_kernels import bucket_pairs, components, distinct_pairs, shared_counts

UInt64s = npt.NDArray[np.uint64]
Pairs = set[tuple[int, int]]

MIXER = 0x9E3779B97F4A7C15
# Keys as they come, mixed well, and the worst: all in one partition.
key_lists = st.one_of(
    st.lists(st.integers(0, 6).map(lambda value: value * MIXER % 2**64), max_size=40),
    st.lists(st.integers(0, 6), max_size=40),
    st.lists(st.integers(0, 2**64 - 1), max_size=40),
)


def unpack(pairs: UInt64s) -> list[tuple[int, int]]:
    return [(int(pair) >> 32, int(pair) & 0xFFFFFFFF) for pair in pairs.tolist()]


def pairs_of(
    keys: list[int], rows: list[int], max_bucket: int, *, chain: bool = True
) -> tuple[list[tuple[int, int]], int]:
    """Pairs found in one band, and how many large buckets there were."""
    pairs, n_pairs, n_large = bucket_pairs(
        np.asarray(keys, np.uint64), np.asarray(rows, np.int64), max_bucket, chain, np.zeros(1, np.uint64), 0
    )
    return unpack(pairs[:n_pairs]), n_large


class TestBuckets:
    @given(key_lists)
    def test_every_pair_of_a_bucket_is_found_once(self, keys: list[int]) -> None:
        rows = [3 * at + 1 for at in range(len(keys))]
        found, n_large = pairs_of(keys, rows, 100)
        expected = [(rows[a], rows[b]) for a, b in combinations(range(len(keys)), 2) if keys[a] == keys[b]]
        assert sorted(found) == expected
        assert n_large == 0

    @given(key_lists, st.integers(1, 5))
    def test_a_large_bucket_is_chained_and_counted(self, keys: list[int], most: int) -> None:
        found, n_large = pairs_of(keys, list(range(len(keys))), most)
        expected: Pairs = set()
        n_expected = 0
        for key in set(keys):
            rows = [row for row, other in enumerate(keys) if other == key]
            if len(rows) <= most:
                expected.update(combinations(rows, 2))
            else:
                n_expected += len(rows) > 1
                expected.update(pairwise(rows), ((rows[0], row) for row in rows[1:]))
        assert sorted(found) == sorted(expected)
        assert n_large == n_expected

    @given(key_lists, st.integers(1, 5))
    def test_or_only_counted(self, keys: list[int], most: int) -> None:
        found, n_large = pairs_of(keys, list(range(len(keys))), most, chain=False)
        assert all(keys.count(keys[left]) <= most for left, _ in found)
        assert n_large == sum(keys.count(key) > max(1, most) for key in set(keys))

    @pytest.mark.parametrize("n_before", [0, 1, 7])
    def test_pairs_of_earlier_bands_are_kept_when_the_array_grows(self, n_before: int) -> None:
        before = np.arange(7, dtype=np.uint64)
        keys, rows = np.full(30, 5, np.uint64), np.arange(30)
        pairs, n_pairs, _ = bucket_pairs(keys, rows, 100, True, before, n_before)
        assert pairs[:n_before].tolist() == list(range(n_before))
        assert n_pairs == n_before + 30 * 29 // 2

    def test_rows_beyond_31_bits_keep_their_number(self) -> None:
        found, _ = pairs_of([1, 1], [2**31 + 1, 2**32 - 1], 100)
        assert found == [(2**31 + 1, 2**32 - 1)]


@given(st.lists(st.integers(0, 2**64 - 1)), st.lists(st.sampled_from([0, 1, 2**64 - 1])))
def test_pairs_are_made_distinct_and_sorted(values: list[int], repeated: list[int]) -> None:
    values = values + repeated
    with_rest = np.asarray([*values, 7, 7], np.uint64)
    assert distinct_pairs(with_rest, len(values)).tolist() == sorted(set(values))


@given(st.lists(st.sets(st.integers(0, 2**64 - 1), max_size=20), min_size=1, max_size=6), st.data())
def test_shared_counts_are_sizes_of_intersections(sets: list[set[int]], data: st.DataObject) -> None:
    common = data.draw(st.sets(st.integers(0, 3).map(lambda value: value << 20), max_size=4))  # of one slot
    sets = [one | common for one in sets]
    n_pairs = len(sets) * (len(sets) - 1) // 2
    chosen = data.draw(st.lists(st.sampled_from(list(combinations(range(len(sets)), 2))), unique=True) if n_pairs else
                       st.just([]))  # fmt: skip
    pairs = np.asarray([left << 32 | right for left, right in sorted(chosen)], np.uint64)
    counts = np.asarray([len(one) for one in sets], np.int64)
    begins = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts + 2)])  # with room that is not used
    runs = np.zeros(int(begins[-1]), np.uint64)
    for row, one in enumerate(sets):
        runs[begins[row] : begins[row] + len(one)] = np.asarray(list(one), np.uint64)
    shared = np.full(len(pairs), -1, np.int64)
    shared_counts(pairs, begins, counts, runs, shared)
    assert shared.tolist() == [len(sets[left] & sets[right]) for left, right in sorted(chosen)]


@given(st.integers(1, 30), st.data())
def test_components_are_named_after_their_smallest_row(n_rows: int, data: st.DataObject) -> None:
    rows = st.integers(0, n_rows - 1)
    edges = data.draw(st.lists(st.tuples(rows, rows), max_size=40))
    group = list(range(n_rows))
    for _ in range(n_rows):
        for one, other in edges:
            group[one] = group[other] = min(group[one], group[other])
    left = np.asarray([one for one, _ in edges], np.int64)
    right = np.asarray([other for _, other in edges], np.int64)
    assert components(n_rows, left, right).tolist() == group
