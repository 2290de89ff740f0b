"""What every test may ask for: where the articles are, a browser, and an environment that touches nothing outside.

In: the machine. Out: paths that exist, or a skip that says what is missing. Must not know any stage.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings as hypothesis_settings

if TYPE_CHECKING:
    from dedup.engines.spark import Spark

ROOT = Path(__file__).resolve().parent.parent
IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}

# A law must not fail because the machine is busy; in CI the same examples are drawn every time.
hypothesis_settings.register_profile("house", deadline=None, derandomize=IN_CI)
hypothesis_settings.register_profile("fuzz", deadline=None, max_examples=2000)
hypothesis_settings.load_profile("house")

# Before anything imports Prefect, which reads these once: its own home and no word to the outside. Set for the
# processes that tests start, too.
_HOME = tempfile.TemporaryDirectory(prefix="dedup-tests-")
os.environ["PREFECT_HOME"] = _HOME.name
os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
os.environ["DO_NOT_TRACK"] = "1"
os.environ.pop("PREFECT_API_URL", None)


def pytest_unconfigure() -> None:
    """Leave nothing behind; what a server still writes while it ends is not worth a failure."""
    shutil.rmtree(_HOME.name, ignore_errors=True)
    _HOME.cleanup()


@pytest.fixture(autouse=True)
def _plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test sees the same output on a narrow, a wide, a colourful and no terminal."""
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "120")


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spark]:
    """One Spark session on two cores for all tests: starting one takes longer than most of them."""
    from dedup.engines.spark import opened
    from tests.engines.sessions import FOR_FEW_ROWS, needs_spark

    needs_spark()
    work: Path = tmp_path_factory.mktemp("spark")
    settings = {**FOR_FEW_ROWS, "spark.sql.warehouse.dir": str(work / "warehouse")}
    with opened("local[2]", (work / "stages").as_uri(), partitions=2, settings=settings) as session:
        yield session


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A history of two nights of nine articles, whose stories of the first grow in the second; only to be read."""
    from dedup.store.articles import read_articles
    from tests.crashes import batch
    from tests.histories import WIDE, grown

    folder = tmp_path_factory.mktemp("kept")
    nights = [read_articles([batch(folder, night)], WIDE.input).articles for night in (0, 1)]
    return grown(folder / "store", nights).folder


@pytest.fixture
def store(kept: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    return Path(shutil.copytree(kept, tmp_path / "store"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of five articles that `make run` reads."""
    return ROOT / "seeds"


@pytest.fixture(scope="session")
def samples() -> Path:
    """The labels of the seeds: GOLD.json."""
    return ROOT / "tests" / "gold" / "samples"


@pytest.fixture(scope="session")
def newsroom() -> Path:
    """67 articles of 12 stories: articles.jsonl, stories.jsonl, alignment.jsonl."""
    return ROOT / "tests" / "gold" / "newsroom"


@pytest.fixture(scope="session")
def traps() -> Path:
    """46 articles of 26 stories, each a trap: scripts, damage, templates, odd sizes. Same files as newsroom."""
    return ROOT / "tests" / "gold" / "traps"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Corpora that may not be copied into the repository; $DEDUP_SHARED or ../shared."""
    folder = Path(os.environ.get("DEDUP_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip("needs the public corpora, which are not in the repository: set DEDUP_SHARED to their folder")
    return folder


@pytest.fixture(scope="session")
def fitted_encoder() -> str:
    """Folder of the encoder that the semantic models were fitted with; $DEDUP_ENCODER."""
    folder = os.environ.get("DEDUP_ENCODER")
    if folder is None:
        pytest.skip("needs all-MiniLM-L6-v2 in ONNX, which is not in the repository: set DEDUP_ENCODER to its folder")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium; absent, the test is skipped, but never in CI."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    if IN_CI:
        pytest.fail("CI must have Chromium: the browser tests may not be skipped there")
    pytest.skip("needs Chromium on the PATH")
