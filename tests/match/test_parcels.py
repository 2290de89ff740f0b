"""An article that was kept, or sent, by itself is the article that it was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from dedup.config import Config
from dedup.match import parcels as packing
from dedup.match.comparing import parcels_in
from dedup.match.packing import GROUP_OF, TYPE_OF, Packed
from dedup.match.parcel_kernels import xxh64
from dedup.match.parcels import Bench, packed, parcel, unpacked
from dedup.match.parts import in_parts
from dedup.match.sides import Sides
from dedup.places import MemoryShelf
from dedup.sketch.documents import documents
from dedup.store.articles import read_articles
from dedup.store.shelf import FileShelf


@pytest.fixture(scope="module")
def sides(traps: Path) -> tuple[Sides, int]:
    """The traps: scripts, damage, odd sizes, with and without headline and time."""
    config = Config()
    articles = read_articles([traps / "articles.jsonl"], config.input).articles
    return Sides(articles, documents(articles, config.text), config), articles.height


def assert_equal(one: Packed, other: Packed) -> None:
    for name in Packed._fields:
        left, right = getattr(one, name), getattr(other, name)
        assert left.dtype == right.dtype, name
        np.testing.assert_array_equal(left, right, name)


def one_by_one(kept: list[bytes], rows: list[int]) -> Packed:
    """What is packed of each article alone, end to end by NumPy."""
    alone = [unpacked([kept[row]]) for row in rows]
    at = np.cumsum([np.zeros_like(alone[0].at[0]), *(one.at[1] for one in alone)], axis=0)
    fields = {name: np.concatenate([getattr(one, name) for one in alone]) for name in Packed._fields[1:]}
    return Packed(at=at, **fields)


@pytest.mark.parametrize("carried", [1, 100_000, 1 << 21])
@pytest.mark.parametrize("threads", [1, 3])
def test_articles_lie_end_to_end_however_they_are_carried(
    sides: tuple[Sides, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, carried: int, threads: int
) -> None:
    monkeypatch.setattr(packing, "_CARRIED_BYTES", carried)
    batch, height = sides
    kept = [parcel(batch[row]) for row in range(height)]
    shelf = MemoryShelf[int]()
    shelf.put(dict(enumerate(kept)))
    with FileShelf[str](tmp_path / "out", held=2) as file:
        for some in (range(height // 2, height), range(height // 2)):
            file.put({str(row): kept[row] for row in some})
        memory, disk = Bench(shelf, threads), Bench(file, threads)
        for rows in (
            [*range(height)],
            [5, 2],
            [],
            [*range(0, height, 3)],
            [height - 1, 0, 7],
        ):  # in one place of memory
            expected = one_by_one(kept, rows) if rows else packed(())
            assert_equal(memory.articles(rows), expected)
            assert_equal(disk.articles([str(row) for row in rows]), expected)


def test_a_field_may_be_written_and_begins_where_a_processor_reads_it_in_one_step(sides: tuple[Sides, int]) -> None:
    articles = packed(sides[0][row] for row in range(4))
    for name in Packed._fields[1:]:
        values = getattr(articles, name)
        assert values.dtype == TYPE_OF[name]
        assert values.flags.writeable
        assert values.flags.c_contiguous
        assert values.flags.aligned
        assert len(values) == (articles.at[-1, GROUP_OF[name]] if name in GROUP_OF else 4), name


def test_a_parcel_is_the_same_whichever_part_it_is_made_in(sides: tuple[Sides, int]) -> None:
    batch, height = sides
    made = [one for part in in_parts(batch, range(height), 7) for one in parcels_in(part)]
    assert made == [parcel(batch[row]) for row in range(height)]


def test_what_is_on_no_shelf_is_no_article(tmp_path: Path) -> None:
    with FileShelf[int](tmp_path / "out", held=2) as shelf, pytest.raises(KeyError):
        Bench(shelf).articles([3])


@given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=20), st.integers(0, 3))
def test_a_sentence_has_the_hash_that_xxhash_says(words: list[int], begin: int) -> None:
    numbers = np.asarray([*range(begin), *words], dtype=np.int64)
    found = xxh64(numbers.view(np.uint64), begin, len(numbers))
    assert found == xxhash.xxh64_intdigest(numbers[begin:].tobytes())
