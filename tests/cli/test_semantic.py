"""``dedup run --semantic``: the diff with an encoder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.processes import call
from tests.match.builders import TOW, TOW_AGAIN
from tests.runs import read_lines, read_manifest, write_lines
from tests.sketch.encoders import DIMENSION, make_encoder


@pytest.fixture(autouse=True)
def _in_a_folder_with_articles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [{"id": name, "text": text, "lang": "en"} for name, text in (("tow", TOW), ("again", TOW_AGAIN))]
    write_lines(Path("two.jsonl"), rows)


def test_the_manifest_says_which_encoder_was_used() -> None:
    make_encoder(Path("6"))
    done = call("run", "two.jsonl", "--semantic", "6")
    assert done.returncode == 0
    manifest = read_manifest(Path("out"))
    assert manifest["semantic"] == {"model": "6", "langs": ["en"], "dimension": DIMENSION, "as_fitted": False}
    assert [warning[:19] for warning in manifest["warnings"]] == ["The encoder in 6 is"]
    assert "The encoder in 6 is not all-MiniLM-L6-v2" in done.stderr
    assert len(read_lines(Path("out") / "framing.jsonl")) == 1


def test_a_folder_without_one_is_refused_and_nothing_written() -> None:
    done = call("run", "two.jsonl", "--semantic", "missing")
    assert done.returncode == 2
    assert "missing: 'stories.semantic.model' names no such folder, expected a folder with model.onnx" in done.stderr
    assert not Path("out").exists()
