"""Outlets in the report as people use them: the network, the table, the page of one.

Every test also fails on any request, error or console message, see the fixture ``open_report``.
"""

from __future__ import annotations

from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.report.conftest import OpenReport
from tests.report.hostile import HOSTILE
from tests.report.outlets import AGENCY, ARABIC, GAZETTE, TABLOID, outlets_run
from tests.report.reading import headlines
from tests.report.test_browser_access import LOW_CONTRAST

pytestmark = pytest.mark.browser

THUNDER = f"#outlet/{quote(TABLOID)}"
PHONE = {"viewport": {"width": 375, "height": 740}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def told() -> str:
    """The report of ``outlets_run``."""
    return outlets_run().page()


def names(page: Page) -> list[str]:
    """The outlets of the table, in order."""
    return page.locator("#outlet-rows th").all_inner_texts()


def test_the_table_says_who_is_first_and_who_follows(open_report: OpenReport, told: str) -> None:
    page = open_report(told)
    assert names(page) == [AGENCY, TABLOID, GAZETTE, ARABIC, "no outlet named"]
    thunder = page.locator("#outlet-rows tr").nth(1)
    assert thunder.locator("td.number").all_inner_texts() == ["8", "0 of 8", "5 h", "8", "0"]
    assert "disgraceful" in thunder.locator(".chips li").all_inner_texts()


def test_headings_sort_outlets_both_ways_and_unknown_delays_go_last(open_report: OpenReport, told: str) -> None:
    page = open_report(told)
    heading = page.locator("th[data-outlet-sort=delay]")
    heading.get_by_role("button").click()
    assert names(page) == [GAZETTE, TABLOID, ARABIC, "no outlet named", AGENCY]
    expect(heading).to_have_attribute("aria-sort", "ascending")
    heading.get_by_role("button").click()
    assert names(page) == ["no outlet named", ARABIC, TABLOID, GAZETTE, AGENCY]


def test_a_long_table_shows_all_when_asked(open_report: OpenReport, many: str) -> None:
    page = open_report(many)
    assert len(names(page)) == 10
    page.get_by_role("button", name="Show all 97 outlets").click()
    assert len(names(page)) == 97
    page.get_by_role("button", name="Show fewer outlets").click()
    assert len(names(page)) == 10


def test_the_network_lights_up_what_belongs_to_the_outlet_that_is_asked_for(open_report: OpenReport, told: str) -> None:
    page = open_report(told)
    page.locator("#network .followers").get_by_role("link", name=TABLOID).focus()
    expect(page.locator("#network path.is-lit")).to_have_count(1)
    expect(page.locator("#network .sources .is-lit")).to_have_text(f"{AGENCY}17")
    page.locator("#network .sources li").first.hover()
    expect(page.locator("#network path.is-lit")).to_have_count(3)
    page.locator("#outlets-heading").hover()
    expect(page.locator("#network .is-lit")).to_have_count(0)


def test_bands_end_where_their_outlets_stand(open_report: OpenReport, told: str) -> None:
    page = open_report(told)
    middle = "node => { const box = node.getBoundingClientRect(); return (box.top + box.bottom) / 2; }"
    lowest = page.locator("#network path").last  # the single article without an outlet, from top left to bottom right
    top = lowest.evaluate("node => node.getBoundingClientRect().top")
    bottom = lowest.evaluate("node => node.getBoundingClientRect().bottom")
    assert abs(bottom - page.locator("#network .followers li").last.evaluate(middle)) < 6
    assert abs(top - page.locator("#network .sources li").first.evaluate(middle)) < 14


def test_an_outlet_has_a_page_with_the_words_it_keeps_adding_and_where(open_report: OpenReport, told: str) -> None:
    page = open_report(told)
    page.locator("#outlet-rows").get_by_role("link", name=TABLOID).click()
    expect(page.locator("#outlet-heading")).to_be_focused()
    expect(page).to_have_title(f"{TABLOID} – Rewritten and syndicated news")
    expect(page.locator("#outlet .standfirst")).to_contain_text("it followed after 5 h")
    habit = page.locator("#outlet .habit").filter(has=page.locator("b", has_text="disgraceful")).first
    expect(habit).to_contain_text("in 8 articles of 8 stories")
    assert habit.locator("mark").all_inner_texts() == ["disgraceful"] * 3
    expect(page.locator("#outlet .partners")).to_contain_text(AGENCY)
    habit.get_by_role("link").first.click()
    expect(page.locator("#diff-heading")).to_have_text(f"What {TABLOID} made of it")
    page.go_back()
    expect(page.locator("#outlet-heading")).to_have_text(TABLOID)
    page.go_back()
    expect(page.locator("#outlet-rows").get_by_role("link", name=TABLOID)).to_be_focused()


def test_the_stories_of_an_outlet_are_a_link_away(open_report: OpenReport, told: str) -> None:
    page = open_report(told, THUNDER)
    page.get_by_role("link", name="Its stories").click()
    expect(page.get_by_role("searchbox")).to_have_value(TABLOID)
    expect(page.locator("#list-heading")).to_be_focused()
    assert len(headlines(page)) == 8


def test_articles_that_name_no_outlet_have_a_page_too(open_report: OpenReport, told: str) -> None:
    page = open_report(told)
    page.locator("#outlet-rows").get_by_role("link", name="no outlet named").click()
    expect(page.locator("#outlet-heading")).to_have_text("no outlet named")
    expect(page.locator("#outlet .habit")).to_have_count(0)


@pytest.mark.parametrize("address", ["#outlet/Nobody", "#outlet/%E0%A4%A"])
def test_an_unknown_outlet_is_an_answer_not_an_error(open_report: OpenReport, told: str, address: str) -> None:
    page = open_report(told, address)
    expect(page.locator("#outlet-heading")).to_have_text("No such outlet")
    page.get_by_role("navigation", name="Report").get_by_role("link").click()
    assert len(headlines(page)) == 8


def test_a_report_without_outlets_has_no_empty_room_for_them(open_report: OpenReport) -> None:
    page = open_report(outlets_run(0).page())
    expect(page.locator("#outlets-section")).to_have_count(0)
    expect(page.get_by_role("status")).to_have_text("No stories found.")


def test_the_way_to_outlets_and_stories_needs_no_mouse(open_report: OpenReport, told: str) -> None:
    page = open_report(told)
    page.get_by_role("navigation", name="On this page").get_by_role("link", name="Outlets").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#outlets-heading")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#network .sources a").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#outlet-heading")).to_have_text(AGENCY)
    page.go_back()
    page.get_by_role("navigation", name="On this page").get_by_role("link", name="Stories").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#list-heading")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ["", THUNDER])
def test_every_text_about_outlets_stands_out(open_report: OpenReport, told: str, scheme: str, address: str) -> None:
    page = open_report(told, address, color_scheme=scheme)
    expect(page.locator("#outlets-section:visible, #outlet:visible")).to_have_count(1)
    assert page.evaluate(LOW_CONTRAST) == []


@pytest.mark.parametrize("address", ["", THUNDER, f"#outlet/{quote(GAZETTE)}", f"#outlet/{quote(ARABIC)}"])
def test_outlets_fit_on_a_phone(open_report: OpenReport, told: str, address: str) -> None:
    page = open_report(told, address, **PHONE)
    expect(page.locator("#outlets-section:visible, #outlet:visible")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    if not address:
        lists = page.locator("#network ul")
        assert lists.nth(0).evaluate("node => node.getBoundingClientRect().width") > 80
        assert page.locator("#outlets-section").get_by_role("rowheader").count() == 5


def test_a_screen_reader_hears_the_network_as_lists_and_the_rest_as_a_table(open_report: OpenReport, told: str) -> None:
    page = open_report(told)
    outlets = page.get_by_role("region", name="Outlets")
    assert outlets.get_by_role("list", name="Outlets whose text was taken, and how many articles took it").count() == 1
    expect(outlets.get_by_role("img")).to_have_accessible_name(
        "Bands from 2 to 4 outlets, as thick as the number of articles; the lists beside say the same."
    )
    expect(outlets.get_by_role("columnheader")).to_have_count(7)


def test_without_a_script_outlets_are_drawn_and_listed(open_report: OpenReport, told: str) -> None:
    page = open_report(told, java_script_enabled=False)
    expect(page.locator("#network path")).to_have_count(4)
    expect(page.locator("section.plain").first.locator("li").nth(1)).to_contain_text(
        "keeps adding beloved, disgraceful"
    )
    expect(page.locator("#outlet-table")).to_be_hidden()


@pytest.mark.parametrize("place", ["#outlet-rows", "#network .followers"])
@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_name_of_an_outlet_runs_or_leaves_its_place(open_report: OpenReport, hostile: str, place: str) -> None:
    page = open_report(outlets_run(tabloid=hostile).page())
    assert page.evaluate("[document.querySelectorAll('#main').length, document.images.length]") == [1, 0]
    links = page.locator(f"{place} a")
    shown = links.evaluate_all("links => links.map(link => link.textContent)")
    # HTML knows no NUL and drops it from the network, which the template writes; the data keep it.
    links.nth(shown.index(hostile if place == "#outlet-rows" else hostile.replace("\x00", ""))).click()
    assert page.locator("#outlet-heading").evaluate("node => node.textContent") == hostile
    assert page.locator("#outlet :is(script, img, iframe, object, [onload], [onerror])").count() == 0
    assert page.evaluate("window.broken") is None


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_words_around_an_added_term_run_or_leave_their_place(open_report: OpenReport, hostile: str) -> None:
    page = open_report(outlets_run(word=hostile).page(), THUNDER)
    example = page.locator("#outlet .habit").filter(has=page.get_by_text("beloved", exact=True)).locator("q").first
    assert f"{hostile[-12:]} council will close the beloved" in str(example.evaluate("node => node.textContent"))
    assert page.locator("#outlet :is(script, img, iframe, object, [onload], [onerror])").count() == 0
    assert page.evaluate("window.broken") is None
