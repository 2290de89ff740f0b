"""Who shares a bucket, told some articles at a time."""

from __future__ import annotations

from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.match import buckets as module
from dedup.match.buckets import Buckets, buckets, in_parts
from dedup.match.pair_numbers import as_pairs
from dedup.places import MEMORY
from dedup.store.laid import Disk
from tests.match.test_candidates import batches, make_bands
from tests.text.strange import few

COPY, STORY = "copy", "story"


def told(found: Buckets, rows: slice) -> list[tuple[int, int]]:
    return as_pairs(found.of(rows)).rows()


@few
@given(batches, st.integers(0, 9), st.integers(0, 9))
def test_any_articles_have_the_pairs_that_begin_with_them(keys: list[list[int]], start: int, stop: int) -> None:
    found = buckets(make_bands(keys), COPY, 64, MEMORY, chain=True)
    share = [
        (left, right)
        for left, right in combinations(range(len(keys)), 2)
        if any(one == other for one, other in zip(keys[left], keys[right], strict=True))
    ]
    assert told(found, slice(start, stop)) == [pair for pair in share if start <= pair[0] < stop]
    assert found.n_pairs(slice(0, 9)) == sum(
        one == other for left, right in combinations(keys, 2) for one, other in zip(left, right, strict=True)
    )


@few
@given(batches)
def test_a_batch_in_parts_has_the_same_pairs(keys: list[list[int]]) -> None:
    found = buckets(make_bands(keys), COPY, 64, MEMORY, chain=True)
    whole = found.of(slice(0, len(keys))).tolist()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_PAIRS", 2)
        parts = [*in_parts(len(keys), [found])]
    assert [pair for part in parts for pair in found.of(part).tolist()] == whole
    assert all(one.stop == other.start for one, other in pairwise(parts))
    assert all(found.n_pairs(part) <= 2 or part.stop - part.start == 1 for part in parts)


def test_of_a_large_bucket_neighbours_are_paired_or_nobody() -> None:
    bands = make_bands([[7, 1], [7, 2], [7, 2]], [[7, 1], [7, 2], [7, 2]])
    chained = buckets(bands, COPY, 2, MEMORY, chain=True)
    assert (told(chained, slice(0, 3)), chained.n_large) == ([(0, 1), (0, 2), (1, 2)], 1)
    assert told(chained, slice(1, 3)) == [(1, 2)]
    left = buckets(bands, STORY, 2, MEMORY, chain=False)
    assert (told(left, slice(0, 3)), left.n_large) == ([(1, 2)], 1)


def test_on_the_disk_they_are_the_same(tmp_path: Path) -> None:
    keys = np.random.default_rng(7).integers(0, 9, (40, 3)).tolist()
    here, there = (buckets(make_bands(keys), COPY, 5, place, chain=True) for place in (MEMORY, Disk(tmp_path / "out")))
    assert len(here.of(slice(0, 40))) > 40
    assert here.of(slice(0, 40)).tolist() == there.of(slice(0, 40)).tolist()
    assert there.n_large == here.n_large > 0
