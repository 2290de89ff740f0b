"""Texts of a column are found where they lie, whatever the column has gone through."""

from __future__ import annotations

import ctypes
import gc

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.sketch.texts import Texts, texts
from tests.sketch.rough_texts import columns, inlined_texts, make_column, rough_texts


def read(found: Texts) -> list[str]:
    """The texts, read from memory."""
    places = zip(found.address.tolist(), found.n_bytes.tolist(), strict=True)
    return [ctypes.string_at(address, n_bytes).decode() if n_bytes else "" for address, n_bytes in places]


def expected(column: pl.Series) -> list[str]:
    return [text or "" for text in column.to_list()]


@given(columns())
def test_of_columns_in_chunks_and_slices_with_missing_texts(column: pl.Series) -> None:
    found = texts(column)
    assert len(found) == len(column)
    assert read(found) == expected(column)
    assert (found.address[found.n_bytes == 0] == 0).all()


@given(st.lists(st.one_of(st.none(), inlined_texts, rough_texts), max_size=12), st.randoms(use_true_random=False))
def test_of_columns_that_were_computed(values: list[str | None], random: object) -> None:
    column = make_column(values, [3, 5])
    order = list(range(len(values)))
    getattr(random, "shuffle")(order)  # noqa: B009 - hypothesis types its random as object
    twice = pl.concat([column, column.gather(order)], rechunk=False)
    for computed in (column.gather(order), column.drop_nulls(), column.reverse(), twice, twice.slice(2),
                     twice.rechunk(), column.str.to_uppercase(), column.shift(1)):  # fmt: skip
        assert read(texts(computed)) == expected(computed)


@pytest.mark.parametrize("n_bytes", [*range(1, 20), 4_096, 100_000])
def test_at_the_border_between_view_and_buffer(n_bytes: int) -> None:
    column = pl.Series(["x" * (n_bytes - 1), None, "y" * n_bytes, "", "z" * (n_bytes + 1)])
    assert read(texts(column)) == expected(column)


@pytest.mark.parametrize("offset", [0, 1, 7, 8, 9, 63, 64, 65])
def test_missing_texts_are_found_at_any_offset(offset: int) -> None:
    column = pl.Series([None if at % 3 == 0 else f"text number {at} of many" for at in range(200)])[offset:]
    assert read(texts(column)) == expected(column)


@pytest.mark.parametrize("chunks", [[], [2, 3]])
def test_missing_texts_whose_view_still_shows_one_are_empty(chunks: list[int]) -> None:
    column = make_column(["quay", "a text that lies in a buffer", "another text in a buffer", "b", None], chunks)
    gone = pl.Series([False, True, False, True, False])
    masked = column.to_frame("text").select(pl.when(~gone).then("text"))["text"]
    for missing in (column.set(gone, None), masked, masked[1:4]):
        assert read(texts(missing)) == expected(missing)


def test_of_many_buffers() -> None:
    parts = [pl.Series([f"article {part} {at} " + "word " * 40 for at in range(20)]) for part in range(30)]
    column = pl.concat(parts, rechunk=False)
    for whole in (column, column.rechunk(), column.gather(list(range(0, 600, 7)))):
        assert read(texts(whole)) == expected(whole)


@pytest.mark.parametrize(
    "column",
    [
        pl.Series([], dtype=pl.String),
        pl.Series([]),
        pl.Series([None, None]),
        pl.Series([None, None], dtype=pl.String),
        pl.Series(["one", None, "a category of more than twelve bytes"], dtype=pl.Categorical),
        pl.Series(["quay"] * 3)[3:],
    ],
)
def test_of_empty_missing_and_categorical_columns(column: pl.Series) -> None:
    assert read(texts(column)) == expected(column)


def test_they_live_as_long_as_what_holds_them() -> None:
    column = pl.Series(["a text that lies in a buffer " + str(at) for at in range(1_000)])
    known, found = column.to_list(), texts(column)
    del column
    gc.collect()
    pl.Series(["another text takes the memory " + str(at) for at in range(1_000)])
    assert read(found) == known
