"""What the headers of a Parquet file promise."""

from __future__ import annotations

import io
from contextlib import suppress

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.store.readers.parquet_pages import DamagedError, row_groups


def make_table(n_rows: int, *, size: int = 100, **options: object) -> bytes:
    table = io.BytesIO()
    frame = pl.DataFrame({"id": range(n_rows), "text": [f"{n} " + "x" * size for n in range(n_rows)]})
    frame.write_parquet(table, **options)  # type: ignore[arg-type]  # the options of one call
    return table.getvalue()


@pytest.mark.parametrize("compression", ["uncompressed", "snappy", "gzip", "zstd"])
def test_rows_and_bytes_are_those_of_the_table(compression: str) -> None:
    groups = row_groups(io.BytesIO(make_table(1_000, compression=compression, row_group_size=300)))
    assert sum(group.n_rows for group in groups) == 1_000
    assert all(group.n_values >= group.n_rows for group in groups)
    assert sum(group.n_bytes for group in groups) >= 100_000


def test_what_compresses_well_is_seen_in_full() -> None:
    data = make_table(1, size=5_000_000, compression="zstd", statistics=False)
    assert len(data) < 10_000
    assert sum(group.n_bytes for group in row_groups(io.BytesIO(data))) >= 5_000_000


TABLE = make_table(20, compression="zstd")


@given(st.integers(0, len(TABLE) - 1), st.binary(min_size=1, max_size=8), st.booleans())
def test_damage_is_told_as_damage(place: int, change: bytes, cut: bool) -> None:
    data = TABLE[:place] + change + (b"" if cut else TABLE[place + len(change) :])
    groups = []
    with suppress(DamagedError):  # any other error is a failure
        groups = row_groups(io.BytesIO(data))
    assert all(group.n_rows >= 0 and group.n_bytes >= 0 for group in groups)
