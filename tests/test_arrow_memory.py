"""Columns over memory that somebody else holds."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import numpy as np
import polars as pl
import pytest

from dedup.arrow_memory import FORMATS, Laid, column, string_views


class Held(np.ndarray[Any, Any]):
    """An array that can be watched."""


def held(values: Any) -> Held:
    return np.asarray(values).view(Held)


@pytest.mark.parametrize("dtype", FORMATS, ids=str)
def test_numbers_come_out_as_they_lie_there(dtype: pl.DataType) -> None:
    values = pl.Series([0, 1, 7], dtype=pl.Int64).cast(dtype)
    physical = values.to_physical().to_numpy()
    made = column("n", Laid(dtype, 3, [physical], valid=np.array([True, False, True])))
    assert made.dtype == dtype
    assert made.to_list() == [values[0], None, values[2]]


def test_lists_of_structs_of_strings_come_out_whole() -> None:
    text = "quay€the pier head".encode()
    views = string_views(text, np.array([7, 0, 13]))
    words = Laid(pl.String, 3, [views, np.frombuffer(text, np.uint8)], valid=np.array([True, False, True]))
    counts = Laid(pl.UInt32, 3, [np.array([4, 5, 6], np.uint32)])
    inner = pl.Struct({"word": pl.String, "n": pl.UInt32})
    structs = Laid(inner, 3, [], [words, counts])
    ends = np.array([0, 2, 2, 3])
    made = column("said", Laid(pl.List(inner), 3, [ends], [structs], valid=np.array([True, False, True])))
    assert made.to_list() == [
        [{"word": "quay€", "n": 4}, {"word": None, "n": 5}],
        None,
        [{"word": "the pier head", "n": 6}],
    ]


def test_memory_is_kept_until_the_last_column_made_of_it_is_gone() -> None:
    values = held(np.arange(1_000, dtype=np.int64))
    gone = weakref.ref(values)
    made = column("n", Laid(pl.Int64, 1_000, [values]))
    del values
    part = made.slice(7, 2)
    del made
    gc.collect()
    assert gone() is not None, "a slice still reads it"
    assert part.to_list() == [7, 8]
    del part
    gc.collect()
    assert gone() is None


def test_a_type_that_cannot_be_taken_over_is_refused() -> None:
    with pytest.raises(KeyError):
        column("day", Laid(pl.Date, 1, [np.array([1], np.int32)]))
