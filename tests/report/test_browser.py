"""The report as people use it: the list of stories, a story, a large run.

Every test also fails on any request, error or console message, see the fixture ``open_report``.
"""

from __future__ import annotations

from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.report.conftest import OpenReport
from tests.report.large import make_dated
from tests.report.outlets import TABLOID, outlets_run
from tests.report.reading import RIGHT, headlines
from tests.report.stories import ferry_run

pytestmark = pytest.mark.browser

FERRY_STORY = "#story/story-ferry/ferry-2"


def test_the_front_page_opens_with_the_shared_stories_and_the_figures_of_the_run(
    open_report: OpenReport, ferry: str
) -> None:
    page = open_report(ferry)
    expect(page.locator("h1:visible")).to_have_text("Rewritten and syndicated news")
    assert page.locator(".figures dd").all_inner_texts() == ["7", "3", "1", "60 %", "2"]
    assert headlines(page) == ["Evening ferry to Marrow Island to end in May"]
    expect(page.locator("#found p").or_(page.locator("p#found"))).to_have_text("1 story told more than once.")


def test_stories_told_once_appear_when_asked_for(open_report: OpenReport, ferry: str) -> None:
    page = open_report(ferry)
    page.get_by_label("Told more than once").uncheck()
    assert set(headlines(page)) == {
        "Evening ferry to Marrow Island to end in May",
        "Bridge survey begins",
        "A note without a headline came in. It is short.",
    }


@pytest.mark.parametrize("query", ["swim", "ALARM", "zurich", "island ferry", "  zürich  daily "])
def test_search_finds_headlines_and_outlets_of_all_members(open_report: OpenReport, ferry: str, query: str) -> None:
    page = open_report(ferry)
    page.get_by_role("searchbox").fill(query)
    assert headlines(page) == ["Evening ferry to Marrow Island to end in May"]


def test_a_search_that_only_stories_told_once_answer_offers_them(open_report: OpenReport, ferry: str) -> None:
    page = open_report(ferry)
    page.get_by_role("searchbox").fill("survey")
    expect(page.get_by_role("status")).to_have_text("No stories told more than once found.")
    page.get_by_role("button", name="Show 1 story told once").click()
    assert headlines(page) == ["Bridge survey begins"]


def test_a_search_without_an_answer_says_so(open_report: OpenReport, ferry: str) -> None:
    page = open_report(ferry)
    page.get_by_role("searchbox").fill("nowhere to be found")
    assert headlines(page) == []
    expect(page.get_by_role("status")).to_contain_text("No stories")


def test_headings_sort_and_sort_the_other_way_when_pressed_again(open_report: OpenReport, many: str) -> None:
    page = open_report(many)
    page.get_by_role("button", name="First seen").click()
    assert headlines(page)[0].startswith("Story 0 ")
    expect(page.locator("th[data-sort=first]")).to_have_attribute("aria-sort", "ascending")
    page.get_by_role("button", name="First seen").click()
    assert headlines(page)[0].startswith("Story 238 ")
    expect(page.locator("th[data-sort=first]")).to_have_attribute("aria-sort", "descending")


def test_the_sort_menu_and_the_headings_agree(open_report: OpenReport, many: str) -> None:
    page = open_report(many)
    page.get_by_label("Sort by").select_option("title")
    expect(page.locator("th[data-sort=title]")).to_have_attribute("aria-sort", "ascending")
    names = headlines(page)
    assert names[:3] == sorted(names[:3], key=lambda name: int(name.split()[1]))


def test_long_lists_come_in_pages(open_report: OpenReport, many: str) -> None:
    page = open_report(many)
    expect(page.get_by_role("status")).to_have_text("1–50 of 120 stories told more than once.")
    first = headlines(page)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("status")).to_have_text("51–100 of 120 stories told more than once.")
    assert not set(first) & set(headlines(page))
    page.get_by_role("button", name="Next").click()
    assert len(headlines(page)) == 20
    expect(page.get_by_role("button", name="Next")).to_be_disabled()


def test_back_from_a_story_returns_to_the_search_and_to_the_headline(open_report: OpenReport, many: str) -> None:
    page = open_report(many)
    page.get_by_role("searchbox").fill("Story 11")
    page.get_by_label("Sort by").select_option("last")
    before = headlines(page)
    page.locator("#rows .headline a").nth(2).click()
    expect(page.locator("#story-heading")).to_be_focused()
    page.go_back()
    expect(page.get_by_role("searchbox")).to_have_value("Story 11")
    assert headlines(page) == before
    expect(page.locator("#rows .headline a").nth(2)).to_be_focused()


def test_an_address_with_a_search_opens_with_it(open_report: OpenReport, many: str) -> None:
    page = open_report(many, "#stories?q=outlet+7&sort=title&order=desc&all=1&page=1")
    expect(page.get_by_role("searchbox")).to_have_value("outlet 7")
    expect(page.get_by_label("Told more than once")).not_to_be_checked()
    expect(page.locator("th[data-sort=title]")).to_have_attribute("aria-sort", "descending")


def test_a_story_says_who_told_it_when_and_what_they_made_of_it(open_report: OpenReport, ferry: str) -> None:
    page = open_report(ferry)
    page.get_by_role("link", name="Evening ferry to Marrow Island to end in May").click()
    expect(page).to_have_title("Evening ferry to Marrow Island to end in May – Rewritten and syndicated news")
    expect(page.locator(".standfirst")).to_have_text(
        "First published by Sound Wire, whose text speaks for the story. "
        "The 2 others added 2 sentences, left out 2 and contradicted 1."
    )
    rows = page.locator(".members tbody tr")
    assert rows.count() == 3
    expect(rows.nth(2)).to_contain_text("The Alarm")
    expect(rows.nth(2)).to_contain_text("4 Nov 2026, 08:00")
    expect(rows.nth(2)).to_contain_text("+ 1 day 2 h")
    expect(rows.nth(2)).to_contain_text("0.96")


def test_only_web_addresses_become_links(open_report: OpenReport, ferry: str) -> None:
    page = open_report(ferry, FERRY_STORY)
    links = page.locator(".members a[href^='http']")
    assert links.evaluate_all("links => links.map(link => [link.getAttribute('href'), link.rel])") == [
        ["https://sound.example/ferry?from=front&to=island", "noopener noreferrer"],
        ["https://daily.example/42", "noopener noreferrer"],
    ]
    expect(page.locator(".members .address")).to_have_text("javascript:alert(document.domain)")
    assert page.locator("[href^='javascript']").count() == 0


def test_the_variant_that_put_most_in_is_opened_first(open_report: OpenReport, ferry: str) -> None:
    page = open_report(ferry, "#story/story-ferry")
    expect(page.locator("#diff-heading")).to_have_text("What The Alarm made of it")
    page.get_by_role("navigation", name="Variants of this story").get_by_role("link", name="Zürich Daily").click()
    expect(page.locator("#diff-heading")).to_have_text("What Zürich Daily made of it")
    expect(page.locator("#diff-heading")).to_be_focused()


def test_the_choice_of_the_canonical_and_what_was_kept_out_are_explained(open_report: OpenReport, ferry: str) -> None:
    page = open_report(ferry, FERRY_STORY)
    about = page.locator(".about")
    expect(about).to_contain_text("Policy combined, total score 0.81, ahead of Zürich Daily by 0.17.")
    expect(about).to_contain_text("Sound Wire, held against Sound Wire, confidence 0.31")
    expect(about).to_contain_text("same place, another event")
    expect(page.locator(".diff > .note")).to_have_text("carried by 4 sentences")
    about.get_by_role("link", name="Bridge survey begins").first.click()
    expect(page.locator("#story-heading")).to_have_text("Bridge survey begins")
    expect(page.locator(".text.lone p")).to_have_text(
        ["Engineers will drill in the Sound next week.", "A bridge would cost 90 million."]
    )


def test_an_unknown_story_is_an_answer_not_an_error(open_report: OpenReport, ferry: str) -> None:
    page = open_report(ferry, "#story/%E0%A4%A")
    expect(page.locator("#story-heading")).to_have_text("No such story")
    page.get_by_role("navigation", name="Report").get_by_role("link").click()
    assert headlines(page) == ["Evening ferry to Marrow Island to end in May"]


def test_a_report_of_the_largest_stories_says_where_the_others_are(open_report: OpenReport) -> None:
    page = open_report(ferry_run().page(max_stories=1), "#story/story-ferry")
    for title in ("Related stories", "Look-alikes that were kept out"):
        items = page.locator(".about section", has=page.get_by_role("heading", name=title)).locator("li")
        expect(items.first).to_contain_text("(not in this report; see stories.jsonl)")
        assert items.get_by_role("link").count() == 0
    page.goto(f"{page.url.partition('#')[0]}#story/story-bridge")
    expect(page.locator("#story-heading")).to_have_text("Not in this report")
    expect(page.locator("#story")).to_contain_text("the largest 1 of 3 stories; all are in stories.jsonl")
    expect(page.locator("#story")).to_contain_text("dedup show story-bridge")
    page.get_by_role("navigation", name="Report").get_by_role("link").click()
    expect(page.locator("#list .note")).to_contain_text("The largest 1 of 3 stories are in this report")


def test_what_an_outlet_said_in_a_story_that_is_not_shown_leads_nowhere(open_report: OpenReport) -> None:
    page = open_report(outlets_run().page(max_stories=1), f"#outlet/{quote(TABLOID)}")
    places = page.locator(".examples li")
    shown, others = places.filter(has=page.get_by_role("link")), places.filter(has_text="(not in this report")
    assert shown.count() > 0
    assert others.count() > 0
    assert shown.count() + others.count() == places.count()


@pytest.mark.slow
def test_five_thousand_stories_can_be_opened_searched_and_read(open_report: OpenReport) -> None:
    page = open_report(make_dated(5_000).page())
    expect(page.get_by_role("status")).to_have_text("1–50 of 2,500 stories told more than once.")
    page.get_by_role("searchbox").fill("story 4444 outlet")
    assert headlines(page) == ["Story 4444 as told by outlet 79"]
    page.locator("#rows .headline a").click()
    expect(page.locator(RIGHT)).to_have_count(18)


def test_a_story_opened_by_its_address_waits_for_its_part_of_the_file(open_report: OpenReport, many: str) -> None:
    page = open_report(many, f"#story/{quote('s00238')}")
    expect(page.locator("#story-heading")).to_have_text("Story 238 as told by outlet 44")
    expect(page.locator(RIGHT)).to_have_count(18)


def test_a_story_whose_texts_were_left_out_says_so(open_report: OpenReport) -> None:
    page = open_report(ferry_run().page(max_text_megabytes=0), "#story/story-ferry")
    expect(page.locator(".warning")).to_contain_text("dedup show story-ferry")
    assert page.locator("#diff").count() == 0
    assert page.locator(".members tbody tr").count() == 3
