"""How long report.html takes to open, to be searched and sorted, and to show a story.

In: how many stories. Out: seconds of each step in a headless Chromium, and the size of the file. Must not know how the
page works: it is opened from the disk and used as a reader would, and a step is over when what was asked for is shown.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from tests.report.conftest import CHROMIUM_ARGUMENTS
from tests.report.large import make_dated

_PATIENCE = 120.0
"""Seconds after which a step is given up."""


@dataclass(frozen=True)
class Opened:
    """What a report took, seconds as medians of all rounds.

    Args:
        n_stories: Stories in it.
        n_articles: Articles in it.
        megabytes: Size of the file, in 10**6 bytes.
        made_s: Seconds to write its text.
        open_s: From the address to the list of stories.
        search_s: From a word typed at once to the list of what has it.
        clear_s: From the word taken away to the list of all.
        sort_s: From a heading pressed to the list in its order.
        outlets_s: From the button for all outlets to their table.
        story_s: From a headline pressed to the diff.
    """

    n_stories: int
    n_articles: int
    megabytes: float
    made_s: float
    open_s: float
    search_s: float
    clear_s: float
    sort_s: float
    outlets_s: float
    story_s: float


def opened(n_stories: int, size: int, rounds: int, folder: Path) -> Opened:
    """Make a report and use it.

    Args:
        n_stories: Stories; every other one has several articles.
        size: Articles of those.
        rounds: Times the page is opened.
        folder: Where the file goes.

    Raises:
        SystemExit: There is no Chromium.
    """
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        raise SystemExit("needs Chromium on the PATH")
    run = make_dated(n_stories, size=size)
    began = time.perf_counter()
    html = run.page(max_stories=n_stories)
    made = time.perf_counter() - began
    folder.mkdir(parents=True, exist_ok=True)
    file = (folder / f"report-{n_stories}.html").resolve()
    file.write_text(html, encoding="utf-8", newline="\n")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, headless=True, args=list(CHROMIUM_ARGUMENTS))
        times = [_visit(browser, file, n_stories) for _ in range(rounds)]
        browser.close()
    steps = [median(step) for step in zip(*times, strict=True)]
    return Opened(n_stories, run.articles.height, file.stat().st_size / 1e6, made, *steps)


def _visit(browser: Browser, file: Path, n_stories: int) -> list[float]:
    """Seconds of each step of one visit, in the order of ``Opened``."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    last = (n_stories - 1) // 2 * 2
    found = f"Story {last} "
    steps: list[tuple[Callable[[], object], str]] = [
        (lambda: page.goto(file.as_uri(), wait_until="commit"), "document.querySelectorAll('#rows tr').length > 0"),
        (
            lambda: page.locator("#search").fill(f"story {last} outlet"),
            (
                f"document.querySelector('#rows a')?.textContent.startsWith({found!r})"
                " && document.querySelectorAll('#rows tr').length === 1"
            ),
        ),
        (lambda: page.locator("#search").fill(""), "document.querySelectorAll('#rows tr').length > 1"),
        (
            page.locator("th[data-sort=first] button").click,
            "document.querySelector('#rows a')?.textContent.startsWith('Story 0 ')",
        ),
        (lambda: page.locator("#more-outlets").click(), "document.querySelectorAll('#outlet-rows tr').length > 10"),
        (page.locator("#rows a").first.click, "document.querySelectorAll('#diff .sentence').length > 0"),
    ]
    times = []
    for act, shown in steps:
        began = time.perf_counter()
        act()
        # NOTE: wait_for_function makes a function of a string in the page, which the page's policy refuses.
        while not page.evaluate(shown):
            if time.perf_counter() - began > _PATIENCE:
                raise SystemExit(f"after {_PATIENCE} s still not so: {shown}")
            time.sleep(0.005)
        times.append(time.perf_counter() - began)
    page.close()
    return times
