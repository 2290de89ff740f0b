"""A history of two nights, for the tests that look into one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dedup.store.articles import read_articles
from tests.crashes import batch
from tests.histories import WIDE, grown


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two nights of nine articles, whose stories of the first grow in the second; only to be read."""
    folder = tmp_path_factory.mktemp("kept")
    nights = [read_articles([batch(folder, night)], WIDE.input).articles for night in (0, 1)]
    return grown(folder / "store", nights).folder


@pytest.fixture
def store(kept: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    return Path(shutil.copytree(kept, tmp_path / "store"))
