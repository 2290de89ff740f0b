"""The report for everybody: no script, no mouse, dark, on a phone, on paper, read aloud, under hostile texts.

Every test also fails on any request, error or console message, see the fixture ``open_report``.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.report.conftest import OpenReport
from tests.report.hostile import HOSTILE, hostile_run
from tests.report.reading import LEFT, RIGHT, shown_text
from tests.report.stories import FERRY, sentences_of

pytestmark = pytest.mark.browser

FERRY_STORY = "#story/story-ferry/ferry-2"


def test_without_a_script_one_still_reads_stories_and_members(open_report: OpenReport, ferry: str) -> None:
    page = open_report(ferry, java_script_enabled=False)
    expect(page.get_by_role("heading", name="Evening ferry to Marrow Island to end in May")).to_be_visible()
    article = page.locator(".plain article").filter(has_text="Evening ferry")
    expect(article.locator("li")).to_contain_text(["Sound Wire", "Zürich Daily", "The Alarm"])
    expect(page.locator("#list")).to_be_hidden()
    expect(page.get_by_text("2 skipped inputs")).to_be_visible()


def test_colours_follow_the_system_until_the_reader_chooses(open_report: OpenReport, ferry: str) -> None:
    page = open_report(ferry, color_scheme="dark")
    paper = "() => getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(paper)
    page.get_by_role("button", name="Colours: auto").click()
    light = page.evaluate(paper)
    assert dark != light
    page.get_by_role("button", name="Colours: light").click()
    assert page.evaluate(paper) == dark
    page.reload()
    expect(page.get_by_role("button", name="Colours: dark")).to_be_visible()


# Every visible text against the colour behind it, with the formula of WCAG 2.2 (4.5 : 1, large text 3 : 1).
LOW_CONTRAST = """() => {
    const channels = text => text.match(/[\\d.]+/g).map(Number);
    const luminance = ([r, g, b]) => [r, g, b].map(v => v / 255)
        .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
    const behind = node => {
        for (let at = node; at; at = at.parentElement) {
            const colour = getComputedStyle(at).backgroundColor;
            if (!/, 0\\)$/.test(colour)) return channels(colour);
        }
    };
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
        const node = text.parentElement;
        const hidden = node.closest('script, noscript, .visually-hidden, svg, .skip') || !node.checkVisibility();
        if (hidden || !text.data.trim()) continue;
        const style = getComputedStyle(node);
        const [light, dark] = [luminance(channels(style.color)), luminance(behind(node))].sort((a, b) => b - a);
        const ratio = (light + 0.05) / (dark + 0.05);
        const large = parseFloat(style.fontSize) >= 24;
        if (ratio < (large ? 3 : 4.5)) found.push([ratio.toFixed(2), node.className, text.data.trim().slice(0, 40)]);
    }
    return found;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_what_is_behind_it(open_report: OpenReport, ferry: str, scheme: str) -> None:
    page = open_report(ferry, color_scheme=scheme)
    for summary in page.locator("summary").all():
        summary.click()
    assert page.evaluate(LOW_CONTRAST) == []
    page.locator("#rows .headline a").first.click()
    expect(page.locator("#diff-heading")).to_be_visible()
    assert page.evaluate(LOW_CONTRAST) == []
    page.locator(RIGHT).nth(1).focus()
    page.wait_for_timeout(300)
    assert page.locator(".is-lit").count() == 1
    assert page.evaluate(LOW_CONTRAST) == []


@pytest.mark.parametrize("address", ["", FERRY_STORY])
def test_nothing_is_cut_off_at_the_width_of_a_phone(open_report: OpenReport, ferry: str, address: str) -> None:
    page = open_report(ferry, address, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    expect(page.locator("#list:visible, #story:visible")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate("document.documentElement.clientWidth") == 360


def test_on_a_phone_a_touched_sentence_shows_its_counterpart(open_report: OpenReport, ferry: str) -> None:
    page = open_report(ferry, FERRY_STORY, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    sentence = page.locator(RIGHT).nth(2)
    sentence.scroll_into_view_if_needed()
    sentence.tap()
    expect(page.locator(".sheet p")).to_have_text(sentences_of(FERRY)[1])
    assert page.locator(".members").get_by_role("rowheader").count() == 3


def test_a_whole_visit_needs_no_mouse(open_report: OpenReport, ferry: str) -> None:
    page = open_report(ferry)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.get_by_label("Told more than once").focus()
    page.keyboard.press("Space")
    page.locator("#rows .headline a").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#rows .headline a").nth(1)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.locator("#story-heading")).to_be_focused()


@pytest.mark.parametrize("address", ["", FERRY_STORY])
def test_landmarks_and_names_are_there_for_a_screen_reader(open_report: OpenReport, ferry: str, address: str) -> None:
    page = open_report(ferry, address)
    expect(page.get_by_role("main")).to_have_count(1)
    expect(page.get_by_role("banner")).to_have_count(1)
    expect(page.get_by_role("contentinfo")).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    for role in ("button", "link", "searchbox", "combobox", "checkbox", "table", "navigation"):
        for node in page.get_by_role(role).all():
            assert node.aria_snapshot().split("\n")[0].count('"') >= 2, node.inner_text()


def test_print_shows_both_columns_and_no_controls(open_report: OpenReport, ferry: str) -> None:
    page = open_report(ferry, FERRY_STORY, color_scheme="dark")
    page.emulate_media(media="print")
    expect(page.locator(".topbar")).to_be_hidden()
    expect(page.locator(".legend")).to_be_hidden()
    expect(page.locator(".side-left")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(252, 250, 245)"


def test_nothing_in_a_text_runs_or_leaves_its_place(open_report: OpenReport) -> None:
    page = open_report(hostile_run().page())
    page.get_by_text("How the stories were found").click()
    page.locator("details.fold").first.locator("summary").click()
    assert page.evaluate("[document.querySelectorAll('#main').length, document.images.length]") == [1, 0]
    for place in range(len(HOSTILE)):
        page.locator("#rows .headline a").nth(place).click()
        expect(page.locator("#diff-heading")).to_be_visible()
        for summary in page.locator("#story summary").all():
            summary.click()
        for sentence in page.locator(".sentence").all():
            sentence.focus()
        assert page.locator("#story :is(script, img, iframe, object, [onload], [onerror], [onfocus])").count() == 0
        for link in page.locator("#story a").all():
            assert (link.get_attribute("href") or "").startswith(("#story/", "https://a.example/"))
        page.go_back()
        expect(page.locator("#rows .headline a").nth(place)).to_be_visible()
    assert page.evaluate("window.broken") is None


def test_hostile_texts_are_shown_as_they_are(open_report: OpenReport) -> None:
    page = open_report(hostile_run().page())
    seen = set()
    for place in range(len(HOSTILE)):
        page.locator("#rows .headline a").nth(place).click()
        expect(page.locator("#diff-heading")).to_be_visible()
        seen.add(shown_text(page, LEFT)[0])
        page.go_back()
        expect(page.locator("#front")).to_be_visible()
    assert seen == {f"Before {words} after." for words in HOSTILE}


def test_without_a_script_hostile_texts_are_shown_as_they_are(open_report: OpenReport) -> None:
    page = open_report(hostile_run().page(), java_script_enabled=False)
    assert page.locator(".plain article h3").count() == len(HOSTILE)
    expect(page.locator(".plain article h3").first).to_contain_text("title")
    for address in page.locator(".plain a").evaluate_all("links => links.map(link => link.getAttribute('href'))"):
        assert address.startswith("https://a.example/")


def test_the_policy_refuses_markup_from_strings_even_to_our_own_script(open_report: OpenReport, ferry: str) -> None:
    page = open_report(ferry, provoked="TrustedHTML")
    refused = page.evaluate(
        """() => {
            try { document.body.innerHTML = '<b>x</b>'; return 'accepted'; } catch (error) { return error.name; }
        }"""
    )
    assert refused == "TypeError"
