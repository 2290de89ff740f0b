"""Frames that lie on the disk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from dedup.errors import OutputError
from dedup.frames import SPAN
from dedup.memory import mapped_pages_go
from dedup.places import MEMORY
from dedup.schemas import TERMS
from dedup.store.laid import Disk
from tests.text.strange import few

COLUMNS: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "text": pl.String,
    "row": pl.UInt32,
    "weight": pl.Float64,
    "at": pl.Datetime("us", "UTC"),
    "marks": pl.List(pl.UInt64),
    "flags": pl.List(pl.String),
    "spans": pl.List(SPAN),
    "view": pl.Enum(["copy", "story"]),
    "sure": pl.Boolean,
    "kinds": pl.List(
        pl.Struct({"kind": pl.Enum(["added", "dropped"]), "is_quoted": pl.Boolean, "cited": pl.List(SPAN)})
    ),
    "views": pl.List(pl.Enum(["copy", "story", "anchor"])),
    "vector": pl.Array(pl.Float32, 2),
}
SCHEMA = pl.Schema(COLUMNS)
STATUS = Path("/proc/self/status")
TIMES = st.datetimes(datetime(1800, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
SPANS = st.fixed_dictionaries({"start": st.integers(0, 9), "end": st.integers(0, 2**32 - 1)})
CELLS = {
    "text": st.text(max_size=20),
    "row": st.integers(0, 2**32 - 1),
    "weight": st.floats(allow_nan=False),
    "at": TIMES,
    "marks": st.lists(st.integers(0, 2**64 - 1), max_size=3),
    "flags": st.lists(st.none() | st.text(max_size=20), max_size=3),
    "spans": st.lists(st.none() | SPANS, max_size=3),
    "view": st.sampled_from(["copy", "story"]),
    "sure": st.booleans(),
    "kinds": st.lists(
        st.none()
        | st.fixed_dictionaries(
            {
                "kind": st.none() | st.sampled_from(["added", "dropped"]),
                "is_quoted": st.none() | st.booleans(),
                "cited": st.none() | st.lists(SPANS, max_size=2),
            }
        ),
        max_size=3,
    ),
    "views": st.lists(st.none() | st.sampled_from(["copy", "story", "anchor"]), max_size=3),
    "vector": st.lists(st.floats(width=32, allow_nan=False), min_size=2, max_size=2),
}
ROWS = st.lists(st.fixed_dictionaries({name: st.none() | cell for name, cell in CELLS.items()}), max_size=4)


def resident_kb() -> int:
    """How much of mapped files is in memory."""
    lines = STATUS.read_text(encoding="utf-8").splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("RssFile:")))


@few
@given(st.lists(ROWS, max_size=4), st.integers(1, 30))
def test_any_frame_comes_back_as_it_was(parts: list[list[dict[str, object]]], volume_bytes: int) -> None:
    frames = [pl.DataFrame(rows, SCHEMA, orient="row") for rows in parts]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dedup.store.laid._VOLUME_BYTES", volume_bytes)
        growing = Disk(Path("out").resolve()).growing(SCHEMA)
        for frame in frames:
            growing.append(frame)
        laid = growing.frame()
    mapped_pages_go()
    assert_frame_equal(laid, pl.concat([SCHEMA.to_frame(), *frames]))
    backwards = [*reversed(range(laid.height))]  # reverse() of Polars forgets of what an empty list is one
    assert_frame_equal(laid[backwards], pl.concat([SCHEMA.to_frame(), *frames])[backwards])


def test_numbers_are_one_array_whatever_was_appended(tmp_path: Path) -> None:
    growing = Disk(tmp_path / "out").growing(TERMS.schema)
    part = pl.DataFrame({"row": [1, 1], "term": [5, 9], "weight": [0.5, 0.25]}, schema=TERMS.schema)
    for _ in range(3):
        growing.append(part)
    laid = growing.frame()
    assert laid.n_chunks("all") == [1, 1, 1]
    assert not laid["term"].to_numpy(allow_copy=False).flags.writeable


@pytest.mark.skipif(not STATUS.exists(), reason="only Linux says how much of mapped files is in memory")
def test_texts_from_here_and_there_do_not_bring_the_whole_file(tmp_path: Path) -> None:
    texts = [f"{number:05} {'quay and pier ' * 700}" for number in range(4_000)]  # 39 MB
    laid = Disk(tmp_path / "out").laid(pl.DataFrame({"text": texts}))
    mapped_pages_go()
    before = resident_kb()
    assert laid["text"].gather([*range(0, 4_000, 200)]).to_list() == texts[::200]
    assert resident_kb() - before < 8_000
    mapped_pages_go()
    assert resident_kb() - before < 1_000


def test_nothing_can_be_seen_of_it_and_nothing_is_left(tmp_path: Path) -> None:
    laid = Disk(tmp_path / "out").laid(pl.DataFrame({"text": ["quay" * 9, "pier" * 9]}))
    assert list(tmp_path.iterdir()) == []
    later = laid.filter(pl.col("text").str.starts_with("pier"))
    del laid
    assert later["text"].to_list() == ["pier" * 9], "it is there as long as somebody reads it"


def test_a_folder_that_cannot_be_written_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as told:
        Disk(tmp_path / "missing" / "out").laid(pl.DataFrame({"text": ["quay"]}))
    assert "cannot be written" in str(told.value)
    assert "keeps some 25 kB for each" in str(told.value)


@pytest.mark.parametrize("pieces", [[], [b""], [b"quay, ", b"", b"p" * 3_000_000, b"ier"]])
def test_a_document_is_the_same_as_in_memory(tmp_path: Path, pieces: list[bytes]) -> None:
    laid = Disk(tmp_path / "out").document(iter(pieces))
    mapped_pages_go()
    assert laid[:] == MEMORY.document(pieces) == b"".join(pieces)
    assert list(tmp_path.iterdir()) == []
