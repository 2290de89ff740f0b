"""Whole runs for tests: their input in many shapes, and what they wrote, read back by nobody's code but the test's.

In: articles and a folder. Out: input files, or the plain content of the output files. Must not know any stage.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from dedup.config import Config
from dedup.pipeline import Run, run
from dedup.report.overview import written_time

Row = dict[str, Any]

OF_THE_CLOCK = ("run_id", "started_at", "finished_at")
"""What may differ between two runs of the same articles and settings."""


def write_lines(path: Path, rows: Sequence[Row]) -> Path:
    """Write JSON Lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), encoding="utf-8")
    return path


def write_table(path: Path, rows: Sequence[Row]) -> Path:
    """Write CSV or Parquet, by the ending of ``path``."""
    if path.suffix == ".parquet":
        pl.DataFrame(rows, dict.fromkeys(rows[0], pl.String)).write_parquet(path)
        return path
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def read_lines(path: Path) -> list[Row]:
    """Read JSON Lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def read_manifest(out: Path) -> Row:
    """Read ``run.json``."""
    manifest: Row = json.loads((out / "run.json").read_text(encoding="utf-8"))
    return manifest


def timeless_bytes(out: Path) -> Mapping[str, bytes]:
    """Every file of a run without what the clock and chance put there."""
    manifest = read_manifest(out)
    contents = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}
    contents["run.json"] = json.dumps({**manifest, "stages": []}).encode()
    for name in ("run.json", "report.html"):
        for key in OF_THE_CLOCK:
            for form in (str(manifest[key]), written_time(manifest[key])):
                contents[name] = contents[name].replace(form.encode(), b"of the clock")
    return contents


def detect(inputs: Path | Sequence[Path], out: Path, **settings: object) -> Run:
    """Run the pipeline with some settings that are not the defaults."""
    return run([inputs] if isinstance(inputs, Path) else inputs, out, Config.model_validate(settings))


def groups(out: Path) -> list[list[str]]:
    """The stories of a run, as article ids."""
    told: dict[str, list[str]] = {}
    for member in pl.read_parquet(out / "members.parquet").iter_rows(named=True):
        told.setdefault(member["story_id"], []).append(member["article_id"])
    return sorted(sorted(members) for members in told.values())


def given_texts(out: Path) -> dict[str, str]:
    """Texts by id, from the run's own copy of its articles."""
    return dict(pl.read_parquet(out / "articles.parquet").select("article_id", "text").iter_rows())


def differing(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> list[str]:
    """The names of files that two runs do not share byte for byte."""
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))
