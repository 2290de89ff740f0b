"""A browser in which reports are opened, and which must find nothing to complain about.

In: the path of Chromium. Out: opened pages; a test fails if its page asked for anything over the network, raised an
error or wrote one to the console.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Error, Page, Request, sync_playwright

from tests.report.large import make_dated
from tests.report.stories import ferry_run

CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

OpenReport = Callable[..., Page]


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Chromium without a window. Module by module: while it is open, no other test may run an event loop."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, headless=True, args=list(CHROMIUM_ARGUMENTS))
        yield found
        found.close()


@pytest.fixture
def open_report(browser: Browser, tmp_path: Path) -> Iterator[OpenReport]:
    """Open a report from the disk: ``open_report(html, "#story/a", color_scheme="dark")``.

    A console message that a test provokes on purpose is named by its words in ``provoked``.
    """
    problems: list[str] = []
    expected: list[str] = []
    contexts: list[BrowserContext] = []

    def note_console(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            problems.append(f"console {message.type}: {message.text}")

    def note_request(request: Request) -> None:
        if not request.url.startswith(("file:", "data:")):
            problems.append(f"request: {request.url}")

    def note_error(error: Error) -> None:
        problems.append(f"error: {error}")

    def note_dialog(dialog: Dialog) -> None:
        problems.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def open_page(html: str, address: str = "", *, provoked: str = "", **options: Any) -> Page:
        expected.extend([provoked] if provoked else [])
        file = tmp_path / f"report-{len(contexts)}.html"
        file.write_text(html, encoding="utf-8", newline="\n")
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", note_console)
        page.on("pageerror", note_error)
        page.on("request", note_request)
        page.on("dialog", note_dialog)
        page.goto(f"{file.as_uri()}{address}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [problem for problem in problems if not any(words in problem for words in expected)] == []


@pytest.fixture(scope="session")
def ferry() -> str:
    """The report of ``ferry_run``."""
    return ferry_run().page()


@pytest.fixture(scope="session")
def many() -> str:
    """A report of 240 stories, every other one told twice."""
    return make_dated(240).page()
