"""Untrusted text in Markdown and table cells."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.safe_markdown import WORD_JOINER, cell, emphasised, escape, link, strong, struck
from tests.flows.builders import HOSTILE
from tests.flows.pages import MARKDOWN, Page

TEXTS = st.text(max_size=60) | st.text("<>&*_~`[]()!#|\\ \nahtpsw:/.@-=+1\u00a0", max_size=60)


def rendered(markdown: str) -> Page:
    return Page(MARKDOWN.renderInline(markdown))


def shown(text: str) -> str:
    """What a reader should see: no invisible characters, single spaces."""
    seen = re.sub("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", "\ufffd", " ".join(text.split()))
    return seen.replace(WORD_JOINER, "")


def seen(page: Page) -> str:
    return page.text.replace(WORD_JOINER, "")


@given(TEXTS)
def test_escaped_text_shows_its_own_characters_and_makes_no_tag(text: str) -> None:
    page = rendered(escape(text))
    assert page.tags == []
    assert seen(page) == shown(text)


@given(TEXTS, TEXTS, TEXTS)
def test_bold_text_between_any_neighbours_is_bold_and_nothing_else(before: str, bold: str, after: str) -> None:
    page = rendered(escape(before) + strong(bold) + escape(after))
    assert page.tags == (["strong"] if bold.strip() else [])


@given(TEXTS)
def test_struck_text_is_struck_and_nothing_else(text: str) -> None:
    page = rendered(struck(text))
    assert page.tags == (["s"] if text.strip() else [])
    assert seen(page).strip() == shown(text)


@given(TEXTS, st.lists(st.tuples(st.integers(0, 70), st.integers(0, 70)), max_size=4))
def test_emphasis_of_any_ranges_keeps_the_text(text: str, spans: list[tuple[int, int]]) -> None:
    page = rendered(emphasised(text, spans))
    assert set(page.tags) <= {"strong"}
    # Where bold begins inside a run of white space both sides keep a space.
    assert " ".join(seen(page).split()) == shown(text)


@given(TEXTS)
def test_a_table_row_has_as_many_cells_as_it_was_given(text: str) -> None:
    table = f"| a | b |\n|---|---|\n| {escape(text)} | {emphasised(text, [(0, 3)])} |"
    page = Page(MARKDOWN.render(table))
    assert page.tags.count("td") == 2
    assert page.tags.count("tr") == 2


def test_a_hostile_title_is_only_text_as_a_heading() -> None:
    page = Page(MARKDOWN.render(f"## {escape(HOSTILE)}"))
    assert page.tags == ["h2"]
    assert "<script>alert(1)</script>" in page.text


@pytest.mark.parametrize(
    "text", ["https://evil.example/a", "HTTP://evil.example", "www.evil.example", "me@evil.example"]
)
def test_nothing_that_pages_turn_into_links_by_themselves_is_left(text: str) -> None:
    # The patterns of mdast-util-gfm-autolink-literal, which looks at text after unescaping.
    page = rendered(escape(text))
    assert not re.search(r"(https?://|www(?=\.))([-.\w]+)([^ \t\r\n]*)", page.text, re.IGNORECASE)
    assert not re.search(r"[-.\w+]+@[-\w]+(?:\.[-\w]+)+", page.text, re.ASCII)


def test_a_line_cannot_be_turned_around() -> None:
    assert "\u202e" not in escape("safe\u202egnol")
    assert "\u202e" not in cell("safe\u202egnol")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "//evil.example",
        "http://",
        "http://[broken",
        "http://a]b/",
        "http://" + "a" * 300 + ".example/",
        "http://ex ample\\.com<b>/",
        "",
        None,
    ],
)
def test_only_web_addresses_with_a_plain_host_become_links(url: str | None) -> None:
    assert link(url) == ""


def test_a_link_is_labelled_with_the_host_it_leads_to() -> None:
    assert link("https://good.example@evil.example/") == "[evil.example](<https://good.example@evil.example/>)"


def test_a_host_in_another_script_is_shown_as_it_is_looked_up() -> None:
    assert link("https://münchen.example/").startswith("[xn--mnchen-3ya.example](")


@given(TEXTS)
def test_no_address_can_leave_its_link(path: str) -> None:
    page = rendered(f"{link(f'https://news.example/{path}')}")
    assert page.tags in ([], ["a"])


@given(TEXTS)
def test_a_cell_is_the_same_text_for_a_page_that_reads_it_as_html(text: str) -> None:
    page = Page(cell(text))
    assert page.tags == []
    assert html.unescape(page.text).replace(WORD_JOINER, "") == shown(text)
