"""The compiled join finds every pair that shares a bucket, and groups what pairs connect."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.match.join_kernels import _TO_MARK, MARKS
from dedup.match.joins import LINE, MARK_WORDS, bucket_pairs, components, marks, similarities
from dedup.match.pair_numbers import distinct

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


def pairs_of(bands: list[list[int]], rows: list[int], max_bucket: int) -> tuple[list[tuple[int, int]], int]:
    """Pairs found in some bands, and how many large buckets there were."""
    keys = np.full((max(rows, default=0) + 1, len(bands)), 77, np.uint64)
    for band, of_rows in enumerate(bands):
        keys[rows, band] = np.asarray(of_rows, np.uint64)
    pairs, n_large = bucket_pairs(keys, np.asarray(rows, np.int64), max_bucket)
    return unpack(pairs), n_large


def expected_pairs(keys: list[int], most: int) -> tuple[Pairs, int]:
    """Pairs of places that share a key, compared one by one, and how many large buckets there are."""
    found: Pairs = set()
    n_large = 0
    for key in set(keys):
        rows = [row for row, other in enumerate(keys) if other == key]
        if len(rows) <= most:
            found.update(combinations(rows, 2))
        else:
            n_large += len(rows) > 1
            found.update(pairwise(rows), ((rows[0], row) for row in rows[1:]))
    return found, n_large


class TestBuckets:
    @given(key_lists)
    def test_every_pair_of_a_bucket_is_found_once(self, keys: list[int]) -> None:
        rows = [3 * at + 1 for at in range(len(keys))]
        found, n_large = pairs_of([keys], rows, 100)
        expected = [(rows[a], rows[b]) for a, b in combinations(range(len(keys)), 2) if keys[a] == keys[b]]
        assert found == expected
        assert n_large == 0

    @given(st.lists(key_lists, min_size=1, max_size=LINE + 2), st.integers(1, 5))
    def test_in_any_band_and_a_large_bucket_is_chained_and_counted(self, bands: list[list[int]], most: int) -> None:
        n = min(map(len, bands))
        bands = [keys[:n] for keys in bands]
        found, n_large = pairs_of(bands, list(range(n)), most)
        expected = [expected_pairs(keys, most) for keys in bands]
        assert found == sorted(set().union(*(pairs for pairs, _ in expected)))
        assert n_large == sum(n for _, n in expected)

    def test_some_bands_of_many(self) -> None:
        keys = np.asarray([[1, 5, 9, 2], [2, 5, 9, 3], [3, 6, 9, 4]], np.uint64)
        pairs, _ = bucket_pairs(keys, np.arange(3), 64, first=1, n_bands=1)
        assert unpack(pairs) == [(0, 1)]

    @pytest.mark.parametrize("size", [2, 64, 65, 1_500])
    def test_there_is_room_for_as_many_as_there_are(self, size: int) -> None:
        # 64 rows are 2,016 pairs, more than there is room for at first.
        found, n_large = pairs_of([[5] * size, [7] * size], list(range(size)), 64)
        assert len(found) == (size * (size - 1) // 2 if size <= 64 else 2 * size - 3)
        assert n_large == 2 * (size > 64)


@given(st.lists(st.integers(0, 2**64 - 1)), st.lists(st.sampled_from([0, 1, 2**64 - 1])))
def test_values_are_made_distinct_and_sorted(values: list[int], repeated: list[int]) -> None:
    assert distinct(np.asarray([*values, *repeated], np.uint64)).tolist() == sorted({*values, *repeated})


def test_the_marks_are_as_many_as_the_kernels_count_on() -> None:
    assert 64 * MARK_WORDS == MARKS == 1 << 64 - int(_TO_MARK)


class TestSimilarities:
    @given(
        st.lists(st.sets(st.integers(0, 2**64 - 1), max_size=20), min_size=1, max_size=6),
        st.data(),
        st.one_of(st.sampled_from([1e-9, 0.3, 0.5, 0.55, 0.6, 0.7, 1.0]), st.floats(1e-3, 1.0)),
    )
    def test_are_exact_from_the_least_one_on(self, sets: list[set[int]], data: st.DataObject, least: float) -> None:
        common = data.draw(st.sets(st.integers(0, 12).map(lambda value: value << 20), max_size=9))  # of one slot
        sets = [one | common for one in sets]
        every = list(combinations(range(len(sets)), 2))
        chosen = sorted(data.draw(st.lists(st.sampled_from(every), unique=True) if every else st.just([])))
        pairs = np.asarray([left << 32 | right for left, right in chosen], np.uint64)
        counts = np.asarray([len(one) for one in sets], np.int64)
        begins = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts + 2)])  # with room that is not used
        runs = np.zeros(int(begins[-1]), np.uint64)
        for row, one in enumerate(sets):
            runs[begins[row] : begins[row] + len(one)] = np.asarray(list(one), np.uint64)
        both = [(len(sets[a] & sets[b]), len(sets[a] | sets[b])) for a, b in chosen]
        true = [shared / union if union else 0.0 for shared, union in both]
        found = similarities(pairs, begins, counts, runs, marks(begins, counts, runs), least)
        assert found.tolist() == [one if one >= least else 0.0 for one in true]


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
