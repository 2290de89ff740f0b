"""Types of columns, as Polars and as Spark have them."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from dedup.engines.shapes import as_table, storable
from dedup.outlet_frames import FLOWS_BETWEEN_OUTLETS, OUTLETS
from dedup.schemas import ARTICLES, BANDS, CANDIDATES, DOCUMENTS, FRAMING, MEMBERS, PAIRS, SKIPPED, STORIES, TERMS

pytest.importorskip("pyarrow", reason="needs pyarrow: install the extra 'spark'")

EVERY_FRAME = (
    ARTICLES, BANDS, CANDIDATES, DOCUMENTS, FLOWS_BETWEEN_OUTLETS, FRAMING, MEMBERS, OUTLETS, PAIRS, SKIPPED, STORIES,
    TERMS,
)  # fmt: skip


@pytest.mark.parametrize("frame", EVERY_FRAME, ids=lambda frame: frame.name)
def test_every_frame_comes_back_as_it_was(frame: object) -> None:
    schema = pl.Schema(frame.schema)  # type: ignore[attr-defined]  # a Frame; pytest hands over objects
    nulls = pl.DataFrame({name: [None] for name in schema}, schema=schema)
    back = storable(pl.DataFrame(pl.from_arrow(as_table(nulls, schema))), schema)
    assert back.equals(nulls)
    assert back.schema == schema


def test_unsigned_numbers_enumerations_and_times_survive() -> None:
    given = pl.DataFrame(
        {
            "row": pl.Series([2**32 - 1], dtype=pl.UInt32),
            "view": pl.Series(["story"], dtype=BANDS.schema["view"]),
            "at": pl.Series([datetime(2025, 3, 4, 5, 6, 7, 8, tzinfo=UTC)], dtype=pl.Datetime("us", "UTC")),
            "spans": [[{"start": 1, "end": 4}]],
        },
        schema_overrides={"spans": DOCUMENTS.schema["sentences"]},
    )
    table = as_table(given)
    assert [str(field.type) for field in table.schema][:3] == ["int64", "string", "timestamp[us, tz=UTC]"]
    assert storable(pl.DataFrame(pl.from_arrow(table)), given.schema).equals(given)
