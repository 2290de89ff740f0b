"""Runs of the pipeline that several tests explain.

In: the seeds. Out: the run read back, made once a session. Must not know what is said about it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from dedup import pipeline
from dedup.config import Config
from dedup.store.outputs import StoredRun, read_run


@pytest.fixture(scope="session")
def seed_run(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> StoredRun:
    """A run over the five seeds."""
    out = tmp_path_factory.mktemp("seeds") / "out"
    pipeline.run([seeds], out, Config())
    return read_run(out)
