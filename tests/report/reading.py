"""What a reader sees on a page, for the browser tests.

In: an opened page. Out: its texts, or the mouse over one of them. Knows nothing of how the page is made.
"""

from __future__ import annotations

from playwright.sync_api import Page

LEFT = ".side-left .sentence"
RIGHT = ".side-right .sentence"


def headlines(page: Page) -> list[str]:
    return page.locator("#rows .headline a").all_inner_texts()


def shown_text(page: Page, sentences: str) -> list[str]:
    """What a sentence shows, without its number, references and the words for screen readers."""
    texts: list[str] = page.locator(sentences).evaluate_all(
        """nodes => nodes.map(node => {
            const copy = node.cloneNode(true);
            copy.querySelectorAll('sup, .visually-hidden').forEach(part => part.remove());
            return copy.textContent;
        })"""
    )
    return texts


def point_at(page: Page, selector: str, nth: int = 0) -> None:
    """Move the mouse onto the first line of a sentence: the middle of its box may lie in another sentence."""
    sentence = page.locator(selector).nth(nth)
    sentence.scroll_into_view_if_needed()
    x, y = sentence.evaluate(
        "node => { const box = node.getClientRects()[0]; return [box.x + box.width / 2, box.y + box.height / 2]; }"
    )
    page.mouse.move(x, y)
