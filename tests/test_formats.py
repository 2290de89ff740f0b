"""docs/formats.md tells the truth: its commands are run over files of the names it uses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dedup.config import InputConfig
from tests import readme_outputs
from tests.store.builders import make_files
from tests.store.samples import NEWS, OUTLET, make_databases, make_page, make_samples

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "formats.md"
TEXT = DOCUMENT.read_text(encoding="utf-8")


def make_place(folder: Path) -> Path:
    """A folder with every file that the document names."""
    readme_outputs.furnish(folder)
    nested = [{"id": one["id"], "story": {"main": one["text"]}, "source": {"title": OUTLET}} for one in NEWS]
    pages = {f"pages/{one['title']}.html": make_page(dict(one)) for one in NEWS}
    texts = {f"texts/{one['title']}.txt": one["text"] for one in NEWS}
    lines = "".join(json.dumps(one) + "\n" for one in nested)
    make_databases(folder)
    return make_files(folder, {**make_samples(), **pages, **texts, "nested.jsonl": lines})


@pytest.mark.slow
def test_every_command_reads_the_two_articles(tmp_path: Path) -> None:
    place = make_place(tmp_path)
    lines = [line for block in readme_outputs.BLOCK.findall(TEXT) for line in block.splitlines()]
    assert len(lines) >= 12
    for line in lines:
        done = readme_outputs.call(line, place)
        # Where one article stands in several files the others are repeats, and told.
        assert done.returncode in {0, 3}, f"{line}\n{done.stderr}"
        assert done.stdout.startswith("2 articles"), f"{line}\n{done.stdout}{done.stderr}"
        assert "Rejected" not in done.stderr.replace("Rejected: ", "", 1) or "duplicate_id" in done.stderr


def test_the_defaults_of_all_limits_are_told() -> None:
    limits = [name for name in InputConfig.model_fields if name.startswith("max_")]
    assert [name for name in limits if f"| `input.{name}` |" not in TEXT] == []
    sizes = {"10 MB": 10_000_000, "32 MB": 32_000_000, "20 GB": 20_000_000_000, "200 times": 200.0}
    for name in limits:
        told = TEXT.partition(f"| `input.{name}` | ")[2].partition(" |")[0]
        assert sizes.get(told, float(told.replace(",", "")) if told not in sizes else 0) == getattr(InputConfig(), name)
