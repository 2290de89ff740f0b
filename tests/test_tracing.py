"""What a run did when, as a trace."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from dedup.config import Config
from dedup.pipeline import STAGES, call_directly, run
from dedup.runners import heights_of
from dedup.store.traces import write_trace
from dedup.tracing import Traced
from tests.gold.corpora import ROOT


def test_every_stage_of_a_run_is_a_slice_within_the_run(tmp_path: Path) -> None:
    traced = Traced(call_directly)
    run([ROOT / "seeds"], tmp_path / "out", Config(), runner=traced)
    slices = [event for event in traced.events if event["ph"] == "X"]
    assert [event["name"] for event in slices] == list(STAGES)
    assert all(event["dur"] > 0 for event in slices)
    assert all(one["ts"] + one["dur"] <= other["ts"] for one, other in pairwise(slices))
    rows = {event["name"]: event["args"].get("rows") for event in slices}
    assert (rows["documents"], rows["articles"], rows["report"]) == (5, 5, None)
    assert all(event["args"]["processor seconds"] >= 0 for event in slices)


def test_memory_is_told_around_every_stage_and_never_falls(tmp_path: Path) -> None:
    traced = Traced(call_directly)
    run([ROOT / "seeds"], tmp_path / "out", Config(), runner=traced)
    told = [event["args"]["peak MB"] for event in traced.events if event["ph"] == "C"]
    assert len(told) == 2 * len(STAGES)
    assert told == sorted(told)
    assert 20 < told[0] < 100_000


def test_a_stage_that_fails_fails_as_it_would_and_leaves_what_was_before() -> None:
    traced = Traced(call_directly)
    traced("articles", len, "ab")
    with pytest.raises(ZeroDivisionError):
        traced("documents", divmod, 1, 0)
    assert [event["name"] for event in traced.events if event["ph"] == "X"] == ["articles"]


def test_the_file_is_what_viewers_read(tmp_path: Path) -> None:
    traced = Traced(call_directly)
    traced("articles", len, "ab")
    write_trace(tmp_path / "trace.json", traced.document())
    stored = json.loads((tmp_path / "trace.json").read_text("utf-8"))
    assert {"name", "ph", "ts", "pid", "tid"} <= set(stored["traceEvents"][0])


def test_rows_are_those_of_the_first_frame() -> None:
    traced = Traced(call_directly)
    frame = pl.DataFrame({"row": [1, 2, 3]})
    traced("articles", lambda: (frame, frame.head(1)))
    traced("report", lambda: 7)
    told = [event["args"].get("rows") for event in traced.events if event["ph"] == "X"]
    assert told == [3, None]
    assert heights_of((frame, 7)) == [3]
    assert heights_of(7) == []
