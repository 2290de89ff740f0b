"""The files of a run, written and read."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.config import TextConfig
from dedup.errors import OutputError, SchemaError
from dedup.schemas import FRAMING, ODD, SCHEMA_VERSION
from dedup.sketch.documents import documents
from dedup.store.outputs import FILES, read_run, write_run
from tests.store.builders import make_files, make_frames

MANIFEST: dict[str, Any] = {"run_id": "r1", "started_at": datetime(2025, 3, 4, tzinfo=UTC), "counts": {"read": 2}}


def write(out: Path, *bodies: str, report: bytes = b"<p>", **manifest: Any) -> dict[str, pl.DataFrame]:
    frames = make_frames(*bodies)
    write_run(out, {**MANIFEST, **manifest}, report=report, **frames)
    return frames


def contents(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.iterdir()}


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def test_every_file_of_the_contract_is_written(tmp_path: Path) -> None:
    write(tmp_path / "out", "One.", "Two.")
    assert {*contents(tmp_path / "out")} == {*FILES}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_each_file_holds_what_the_contract_says(tmp_path: Path) -> None:
    out = tmp_path / "out"
    frames = write(out, "One.\u2028", "Two.", report=b"<p>")
    manifest = json.loads((out / "run.json").read_bytes())
    assert manifest == {"schema_version": SCHEMA_VERSION, **MANIFEST, "started_at": "2025-03-04T00:00:00Z"}
    [story] = lines(out / "stories.jsonl")
    assert [*story] == [*frames["stories"].columns, "canonical_text"]
    assert (story["canonical_text"], story["first_seen"]) == ("One.\u2028", "2025-03-04T10:00:00.120Z")
    assert story["canonical_reason"]["scores"]["total"] == 0.3333
    [variant] = lines(out / "framing.jsonl")
    assert [*variant] == [*FRAMING.columns]
    assert variant["sentences"][0] == {
        "start": 0,
        "end": 1,
        "kind": "added",
        "score": 0.9877,
        "canonical": [],
        "added": [{"start": 0, "end": 1}],
    }
    assert variant["facts"][0]["canonical_span"] is None
    assert lines(out / "skipped.jsonl") == [{"where": "x.txt", "reason": "empty_text: the text is blank"}]
    with (out / "members.csv").open(newline="", encoding="utf-8") as table:
        rows = [*csv.DictReader(table)]
    assert [*rows[0]] == frames["members"].columns
    assert (rows[0]["source"], rows[0]["similarity"]) == ("'=cmd()", "0.1235")
    assert (out / "report.html").read_bytes() == b"<p>"


TEXTS = st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=30)


@settings(max_examples=25)
@given(st.lists(TEXTS, max_size=4))
def test_a_run_comes_back_as_it_was_written(bodies: list[str]) -> None:
    with TemporaryDirectory() as folder:
        frames = write(Path(folder, "out"), *bodies)
        run = read_run(Path(folder, "out"))
    for name in ("stories", "members", "pairs", "outlets", "flows", "skipped"):
        assert getattr(run, name).equals(frames[name]), name
    assert run.articles.equals(frames["articles"].with_columns(origin=pl.lit("")))
    score = pl.element().struct.with_fields(pl.element().struct.field("score").round(4))
    assert run.framing.equals(frames["framing"].with_columns(pl.col("sentences").list.eval(score)))
    assert run.manifest["run_id"] == "r1"


def test_what_is_odd_about_an_article_stands_beside_it_and_comes_back(tmp_path: Path) -> None:
    frames = make_frames("A pass\u200bword.", "Two.")
    found = documents(frames["articles"], TextConfig())
    write_run(tmp_path / "out", MANIFEST, report=b"<p>", documents=found, **frames)
    [fold] = [fold for folds in read_run(tmp_path / "out").oddities["folds"] for fold in folds]
    assert fold == {"start": 6, "end": 7, "raw": "\u200b", "folded": "", "kind": "invisible"}
    assert read_run(tmp_path / "out").oddities["flags"].to_list() == found["flags"].to_list()
    assert [*ODD] == pl.read_parquet(tmp_path / "out" / "articles.parquet").columns[-2:]


def test_a_run_written_before_there_were_oddities_is_read(tmp_path: Path) -> None:
    write(tmp_path / "out", "One.", "Two.")
    table = tmp_path / "out" / "articles.parquet"
    pl.read_parquet(table).drop(*ODD).write_parquet(table)
    assert read_run(tmp_path / "out").oddities["flags"].to_list() == [[], []]


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    bodies = [f"Text number {number}." for number in range(300)]
    for out in ("one", "two", "one"):
        write(tmp_path / out, *bodies)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_a_run_without_articles_is_a_run(tmp_path: Path) -> None:
    write(tmp_path / "out")
    assert read_run(tmp_path / "out").stories.height == 0


def test_a_previous_run_is_replaced_as_a_whole(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, "One.", "Two.")
    out.chmod(0o750)
    write(out, "Three.", run_id="r2")
    assert read_run(out).articles["text"].to_list() == ["Three."]
    assert out.stat().st_mode & 0o777 == 0o750
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_linked_output_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("real")
    for run_id in ("r1", "r2"):
        write(tmp_path / "link", "One.", run_id=run_id)
    assert (tmp_path / "link").is_symlink()
    assert read_run(tmp_path / "real").manifest["run_id"] == "r2"


def test_a_folder_of_somebody_else_survives(tmp_path: Path) -> None:
    make_files(tmp_path / "out", {"thesis.tex": "x"})
    with pytest.raises(OutputError, match="is not a previous run"):
        write(tmp_path / "out", "One.")
    assert contents(tmp_path / "out") == {"thesis.tex": b"x"}


def test_an_article_in_no_story_is_never_written(tmp_path: Path) -> None:
    frames = make_frames("One.", "Two.")
    for name, broken in (
        ("members", frames["members"].head(1)),
        ("stories", frames["stories"].with_columns(canonical_id=pl.lit("x"))),
        ("pairs", frames["pairs"].drop("reason")),
    ):
        with pytest.raises(SchemaError, match=name):
            write_run(tmp_path / "out", MANIFEST, report=b"", **{**frames, name: broken})
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (None, "out: no such folder. Write it first: dedup run INPUT --out"),
        ({}, "out: is not the output of a run: there is no run.json in it."),
        ({"run.json": "{"}, "out/run.json: is missing or damaged"),
        ({"run.json": "[]"}, "out/run.json: is missing or damaged"),
        (
            {"run.json": '{"schema_version": 99}'},
            "out: was written by a newer version, got 99, expected schema_version",
        ),
        ({"run.json": '{"schema_version": 1}'}, "out/stories.parquet: is missing or damaged"),
    ],
)
def test_what_is_no_run_is_told(tmp_path: Path, files: dict[str, str] | None, message: str) -> None:
    if files is not None:
        (tmp_path / "out").mkdir()
        make_files(tmp_path / "out", files)
    with pytest.raises(OutputError) as caught:
        read_run(tmp_path / "out")
    assert str(caught.value).removeprefix(f"{tmp_path}/").startswith(message)


@pytest.mark.parametrize(
    "name", [name for name in FILES if name.endswith((".parquet", "framing.jsonl", "skipped.jsonl"))]
)
def test_a_damaged_file_is_named(tmp_path: Path, name: str) -> None:
    write(tmp_path / "out", "One.", "Two.")
    (tmp_path / "out" / name).write_bytes(b"{broken")
    with pytest.raises(OutputError, match=rf"{name}: is missing or damaged"):
        read_run(tmp_path / "out")


def test_a_run_inside_the_output_of_another_is_kept(tmp_path: Path) -> None:
    inner = write(tmp_path / "out" / "reference", "It rained.")
    write(tmp_path / "out", "It snowed.")
    write(tmp_path / "out", "It hailed.")
    assert read_run(tmp_path / "out" / "reference").members.equals(inner["members"])
    assert read_run(tmp_path / "out").articles["text"].to_list() == ["It hailed."]
