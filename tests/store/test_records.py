"""JSON and CSV that are safe to open anywhere."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.store.records import json_document, json_lines, spreadsheet

TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=20)


@given(st.lists(TEXT, max_size=5))
def test_any_text_survives_json_lines_one_line_a_row(texts: list[str]) -> None:
    data = json_lines(pl.DataFrame({"text": texts}, {"text": pl.String}))
    assert [json.loads(line)["text"] for line in data.split(b"\n")[:-1]] == texts
    assert "\u2028" not in data.decode()
    assert "\u2029" not in data.decode()


def test_floats_are_rounded_and_never_nan_at_any_depth() -> None:
    inner = pl.Struct({"score": pl.Float32, "at": pl.Datetime("us", "UTC")})
    frame = pl.DataFrame(
        {
            "flat": [0.123456, float("nan"), float("-inf"), None],
            "list": [[1 / 3, float("nan")], [], None, [-0.00001]],
            "structs": [[{"score": 2 / 3, "at": datetime(2025, 3, 4, tzinfo=UTC)}], [None], None, []],
        },
        {"flat": pl.Float32, "list": pl.List(pl.Float64), "structs": pl.List(inner)},
    )
    assert [json.loads(line) for line in json_lines(frame).splitlines()] == [
        {"flat": 0.1235, "list": [0.3333, None], "structs": [{"score": 0.6667, "at": "2025-03-04T00:00:00Z"}]},
        {"flat": None, "list": [], "structs": [None]},
        {"flat": None, "list": None, "structs": None},
        {"flat": None, "list": [0.0], "structs": []},
    ]


@pytest.mark.parametrize(
    ("micros", "expected"), [(0, "10:00:00Z"), (120_000, "10:00:00.120Z"), (123_456, "10:00:00.123456Z")]
)
def test_times_are_iso_with_z(micros: int, expected: str) -> None:
    moment = datetime(2025, 3, 4, 10, 0, 0, micros, tzinfo=UTC)
    assert json.loads(json_lines(pl.DataFrame({"at": [moment]}))) == {"at": f"2025-03-04T{expected}"}


def test_a_manifest_takes_what_runs_are_made_of() -> None:
    content = {
        "path": Path("a\udce9"),
        "share": np.float32(0.1),
        "count": np.int64(3),
        "nan": float("nan"),
        "at": datetime(2025, 3, 4, 10, tzinfo=UTC),
        "list": ("x", None, True),
        "counts": {"empty_text": 1},
        "line": "\u2028",
    }
    assert json.loads(json_document(content)) == {
        "path": "a\\udce9",
        "share": 0.1,
        "count": 3,
        "nan": None,
        "at": "2025-03-04T10:00:00Z",
        "list": ["x", None, True],
        "counts": {"empty_text": 1},
        "line": "\u2028",
    }
    with pytest.raises(TypeError, match="a manifest cannot hold object"):
        json_document({"x": object()})


DANGEROUS = st.builds(
    lambda before, sign, after: before + sign + after,
    st.sampled_from(["", " ", "\t", "\r\n", "\u00a0", "x;", "x\t", "x\n "]),
    st.sampled_from(["=", "+", "-", "@", "＝", "＠"]),
    TEXT,
)


@given(st.lists(st.one_of(DANGEROUS, TEXT), min_size=1, max_size=5))
def test_no_cell_is_a_formula_whatever_separates_cells(texts: list[str]) -> None:
    data = spreadsheet(pl.DataFrame({"title": texts, "score": [0.5] * len(texts)})).decode()
    cells = [row["title"] for row in csv.DictReader(io.StringIO(data, newline=""))]
    assert len(cells) == len(texts)
    for cell in cells:
        for part in cell.replace("\t", ";").replace("\n", ";").split(";"):
            assert not part.strip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
            assert not any(ord(character) < 32 for character in part)


@given(st.lists(st.text(alphabet="abc ,\"é'’;.", max_size=12), min_size=1, max_size=5))
def test_harmless_cells_are_untouched(texts: list[str]) -> None:
    data = spreadsheet(pl.DataFrame({"title": texts})).decode()
    assert [row["title"] for row in csv.DictReader(io.StringIO(data, newline=""))] == texts
