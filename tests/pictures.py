"""The pictures of README.md, taken anew: ``python -m tests.pictures``.

In: the corpus of the newsroom, Chromium, a Prefect server on loopback that is gone afterwards. Out: the PNG files of
``docs/pictures``. Run it when the report, the framing diff or the flow's page has changed, and look at what it made
before you commit it.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

import httpx
import polars as pl
from playwright.sync_api import Browser, FloatRect, Page, Route, sync_playwright

from dedup import pipeline
from dedup.config import Config
from tests.flows.conftest import START_SECONDS, Server, background, free_port, wait_for
from tests.report.conftest import CHROMIUM_ARGUMENTS
from tests.report.outlets import outlets_run

ROOT: Final = Path(__file__).resolve().parent.parent
PICTURES: Final = ROOT / "docs" / "pictures"
CORPUS: Final = Path("tests/gold/newsroom/articles.jsonl")
VARIANT: Final = "a-12-4"
"""A tip sheet's version of a science story: loaded words, caveats dropped, a half turned into a whole."""
WIDTH: Final = 1000
MAX_BYTES: Final = 300_000


def photograph(page: Page, name: str, clip: FloatRect) -> None:
    """Save a part of a page as a picture.

    Raises:
        SystemExit: It is too large for a README.
    """
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path, full_page=True, clip=clip)
    size = path.stat().st_size
    print(f"{path.relative_to(ROOT)}: {size:,} bytes")
    if size > MAX_BYTES:
        raise SystemExit(f"{name}: larger than {MAX_BYTES:,} bytes; show less of the page")


def band(page: Page, top: str, bottom: str) -> FloatRect:
    """The part of a page from the top of one element to the bottom of another, over the whole width."""
    place = "node => { const box = node.getBoundingClientRect(); return [box.top + scrollY, box.bottom + scrollY]; }"
    (start, _), (_, end) = (page.locator(selector).first.evaluate(place) for selector in (top, bottom))
    return {"x": 0, "y": max(0, start - 12), "width": WIDTH, "height": end - max(0, start - 12) + 12}


def photograph_report(browser: Browser, folder: Path) -> None:
    """The members of a story and its framing diff, as report.html shows them."""
    out = folder / "report"
    run = pipeline.run([CORPUS], out, Config())
    story = run.members.row(by_predicate=pl.col("article_id") == VARIANT, named=True)["story_id"]
    page = browser.new_page(viewport={"width": WIDTH, "height": 900}, reduced_motion="reduce")
    page.goto(f"{(out / 'report.html').as_uri()}#story/{story}/{VARIANT}")
    photograph(page, "story", band(page, ".story-head", ".story-head + section"))
    photograph(page, "framing-diff", band(page, "#diff .columns", "#diff .side-right .text > :nth-last-child(3)"))


def photograph_outlets(browser: Browser, folder: Path) -> None:
    """The network and the table of outlets, of a made batch: in the corpora hardly an outlet writes twice."""
    place = folder / "outlets.html"
    place.write_text(outlets_run().page(), encoding="utf-8", newline="\n")
    page = browser.new_page(viewport={"width": WIDTH, "height": 900}, reduced_motion="reduce")
    page.goto(place.as_uri())
    photograph(page, "outlets", band(page, "#outlets-section", "#outlet-table"))


def photograph_flow(browser: Browser, folder: Path) -> None:
    """The page of a flow run in a real Prefect server."""
    port = free_port()
    server = Server(url=f"http://127.0.0.1:{port}/api", home=folder / "prefect")
    server.home.mkdir()
    quiet = {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
    environment = {**server.environment, **quiet, "PREFECT_SERVER_API_PORT": str(port)}
    log = folder / "server.log"

    def healthy() -> bool | None:
        try:
            return httpx.get(f"{server.url}/health", timeout=5).is_success or None
        except httpx.TransportError:
            return None

    with background([sys.executable, "-m", "prefect", "server", "start"], environment, log, ROOT):
        wait_for(healthy, START_SECONDS, "healthy server", log)
        newsroom = ["run", str(CORPUS), "--out", str(folder / "newsroom"), "--prefect"]
        command = [sys.executable, "-m", "dedup.cli", *newsroom]
        with background(command, environment, folder / "run.log", ROOT) as process:
            wait_for(process.poll, START_SECONDS, "end of the run", folder / "run.log")
        run = wait_for(lambda: next(iter(server.runs(tag="command-line")), None), 60, "flow run")
        server.tasks(run["id"])
        page = browser.new_page(viewport={"width": WIDTH, "height": 780})
        # Prefect's pages ask an address outside for their analytics.
        page.route("**/*", lambda route: _stay_here(route, port))
        page.goto(f"http://127.0.0.1:{port}/v2/runs/flow-run/{run['id']}")
        page.get_by_text("articles: 67").wait_for()
        page.wait_for_timeout(3_000)  # the graph draws itself, and says nowhere when it is done
        photograph(page, "prefect-flow-run", {"x": 0, "y": 0, "width": WIDTH, "height": 780})


def _stay_here(route: Route, port: int) -> None:
    if route.request.url.startswith(f"http://127.0.0.1:{port}/"):
        route.continue_()
    else:
        route.abort()


def main() -> int:
    """Take every picture."""
    os.chdir(ROOT)
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        raise SystemExit("needs Chromium on the PATH")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM_ARGUMENTS))
        photograph_report(browser, Path(place))
        photograph_outlets(browser, Path(place))
        photograph_flow(browser, Path(place))
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
