"""The side-by-side diff as people read it: linked sentences, marks, tables, scripts of the world.

Every test also fails on any request, error or console message, see the fixture ``open_report``.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.report.conftest import OpenReport
from tests.report.frames import Plan, make_article, make_diff, make_run
from tests.report.newsroom import newsroom_run
from tests.report.reading import LEFT, RIGHT, point_at, shown_text
from tests.report.scripts import ARABIC_VARIANT, ASTRAL, ASTRAL_VARIANT, CHINESE, CHINESE_VARIANT, scripts_run
from tests.report.stories import FERRY, FERRY_REWRITE, sentences_of

pytestmark = pytest.mark.browser

FERRY_STORY = "#story/story-ferry/ferry-2"


def test_both_texts_stand_whole_side_by_side(open_report: OpenReport, ferry: str) -> None:
    page = open_report(ferry, FERRY_STORY)
    assert shown_text(page, LEFT) == sentences_of(FERRY)
    assert " ".join(shown_text(page, RIGHT)) == " ".join(FERRY_REWRITE.split())
    assert page.locator(".side-left .text p").count() == 2


def test_every_kind_has_a_sign_of_its_own_beside_its_colour(open_report: OpenReport, ferry: str) -> None:
    page = open_report(ferry, FERRY_STORY)
    signs = {}
    for kind, side in (("added", "right"), ("contradicted", "right"), ("dropped", "left")):
        signs[kind] = page.locator(f".side-{side} .is-{kind}").first.evaluate(
            "node => getComputedStyle(node, '::before').content"
        )
    # Behind each stands a word joiner, which keeps it on the line of the first word.
    assert [sign.replace("\u2060", "")[:3] for sign in signs.values()] == ['"+"', '"≠"', '"−"']
    expect(page.locator(f"{RIGHT}.is-added .visually-hidden").first).to_have_text("Added: ")
    expect(page.locator(f"{LEFT}.is-dropped .visually-hidden").first).to_have_text("Dropped: ")


def test_new_words_conflicts_and_signals_are_marked_inside_sentences(open_report: OpenReport, ferry: str) -> None:
    page = open_report(ferry, FERRY_STORY)
    assert page.locator(".side-right .text ins").all_inner_texts() == [
        "reportedly",
        " scrap",
        "only",
        "in an angry mood",
    ]
    assert page.locator(".side-right h4 ins").all_inner_texts() == ["ABANDONED", "left to swim"]
    assert page.locator(".mark-conflict").all_inner_texts() == ["3,200", "2,300"]
    assert page.locator(".side-left .mark-signal").all_inner_texts() == ["said"]


def test_sentences_name_the_canonical_sentences_they_carry(open_report: OpenReport, ferry: str) -> None:
    page = open_report(ferry, FERRY_STORY)
    assert page.locator(".side-left .verse").all_inner_texts() == ["1", "2", "3", "4", "5", "6"]
    references = page.locator(".side-right .refs").evaluate_all("nodes => nodes.map(node => node.lastChild.data)")
    assert references == ["1", "2", "3", "4"]


def test_hovering_a_sentence_lights_up_its_counterpart(open_report: OpenReport, ferry: str) -> None:
    page = open_report(ferry, FERRY_STORY)
    point_at(page, RIGHT, 2)
    assert shown_text(page, ".is-lit") == [sentences_of(FERRY)[1]]
    point_at(page, LEFT, 3)
    assert shown_text(page, ".is-lit") == ["The island council is due to meet on Thursday in an angry mood."]
    point_at(page, LEFT, 5)
    assert page.locator(".is-lit").count() == 0
    expect(page.locator(LEFT).nth(5)).to_have_class("sentence is-dropped is-source")


def test_the_keyboard_walks_the_sentences_and_jumps_across(open_report: OpenReport, ferry: str) -> None:
    page = open_report(ferry, FERRY_STORY)
    page.locator(RIGHT).first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator(RIGHT).nth(2)).to_be_focused()
    assert shown_text(page, ".is-lit") == [sentences_of(FERRY)[1]]
    page.keyboard.press("Enter")
    expect(page.locator(LEFT).nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(RIGHT).nth(2)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator(RIGHT).nth(1)).to_be_focused()


def test_a_column_is_one_stop_of_the_tab_key(open_report: OpenReport, ferry: str) -> None:
    page = open_report(ferry, FERRY_STORY)
    page.locator(LEFT).first.focus()
    page.keyboard.press("Tab")
    expect(page.locator(RIGHT).first).to_be_focused()
    page.keyboard.press("Tab")
    assert page.locator(".sentence:focus").count() == 0


def test_the_counts_lead_to_the_next_sentence_of_their_kind(open_report: OpenReport, ferry: str) -> None:
    page = open_report(ferry, FERRY_STORY)
    added = page.get_by_role("button", name="2 added")
    added.click()
    expect(page.locator(RIGHT).nth(0)).to_be_focused()
    added.click()
    expect(page.locator(RIGHT).nth(5)).to_be_focused()
    added.click()
    expect(page.locator(RIGHT).nth(0)).to_be_focused()
    page.get_by_role("button", name="2 dropped").click()
    expect(page.locator(LEFT).nth(4)).to_be_focused()


def test_dropped_sentences_are_listed(open_report: OpenReport, ferry: str) -> None:
    page = open_report(ferry, FERRY_STORY)
    page.get_by_text("2 canonical sentences left out").click()
    assert page.locator(".dropped li").all_inner_texts() == sentences_of(FERRY)[4:]


def test_the_ledger_lists_conflicts_first_and_leads_into_the_text(open_report: OpenReport, ferry: str) -> None:
    page = open_report(ferry, FERRY_STORY)
    facts = page.get_by_role("region", name="Facts").locator("tbody tr")
    assert [row.split("\t") for row in facts.all_inner_texts()] == [
        ["conflict", "number", "3,200", "2,300"],
        ["changed", "entity", "The Sound Ferry company", "Sound Ferry"],
        ["dropped", "entity", "410 people", "–"],
    ]
    page.get_by_role("button", name="2,300").click()
    expect(page.locator(RIGHT).nth(2)).to_be_focused()
    signals = page.get_by_role("region", name="Framing signals").locator("tbody tr")
    assert signals.first.inner_text().split("\t") == ["replaced", "attribution verb", "said", "claimed"]
    speakers = page.get_by_role("region", name="Quoted words per speaker")
    expect(speakers.locator("tbody th")).to_have_text("Ines Halloran")


@pytest.mark.parametrize(
    ("story", "left", "right"),
    [("astral", ASTRAL, ASTRAL_VARIANT), ("chinese", CHINESE, CHINESE_VARIANT)],
)
def test_spans_count_code_points_not_utf_16_units(open_report: OpenReport, story: str, left: str, right: str) -> None:
    page = open_report(scripts_run().page(), f"#story/story-{story}")
    assert "".join(shown_text(page, LEFT)).replace(" ", "") == left.replace(" ", "")
    assert "".join(shown_text(page, RIGHT)).replace(" ", "") == right.replace(" ", "")
    if story == "astral":
        assert page.locator(".side-right ins").all_inner_texts() == ["A crowd 🦊", "𐍈 home"]


def test_wrapped_lines_are_joined_and_other_lines_are_paragraphs(open_report: OpenReport) -> None:
    wrapped = "One sentence goes\nover two lines. Another\nsentence too.\nA third one\ndoes the same."
    lines = "09:10 The count begins.\n\n09:40 First result.\n10:05 Recount asked for."
    diff = make_diff(
        wrapped,
        lines,
        [(line, "added", [], []) for line in lines.split("\n") if line],
        dropped=["One sentence goes\nover two lines.", "Another\nsentence too.", "A third one\ndoes the same."],
    )
    story = Plan("s", [make_article("a", wrapped), make_article("b", lines)], {"b": diff})
    page = open_report(make_run([story]).page(), "#story/s")
    expect(page.locator(".side-left .text p")).to_have_count(1)
    expect(page.locator(".side-right .text p")).to_have_count(3)


def test_columns_without_a_single_value_are_left_out(open_report: OpenReport) -> None:
    page = open_report(make_run([Plan("s", [make_article("a"), make_article("b")])]).page())
    assert page.locator(".stories thead").inner_text().strip().split("\t") == [
        "Articles",
        "Story",
        "Changes",
        "Lowest confidence",
    ]
    page.locator("#rows a").click()
    headings = page.locator(".members thead th").all_inner_texts()
    assert headings == ["Outlet and headline", "Relation", "Similarity", "Confidence", "What changed"]


def test_right_to_left_text_runs_right_to_left_and_names_its_language(open_report: OpenReport) -> None:
    page = open_report(scripts_run().page(), "#story/story-arabic")
    paragraph = page.locator(".side-right .text p")
    assert paragraph.evaluate("node => [getComputedStyle(node).direction, node.lang]") == ["rtl", "ar"]
    assert " ".join(shown_text(page, RIGHT)) == ARABIC_VARIANT
    assert page.locator(".side-left .byline").evaluate("node => getComputedStyle(node).direction") == "ltr"


def test_what_is_odd_about_an_article_stands_under_its_headline(open_report: OpenReport) -> None:
    page = open_report(scripts_run().page(), "#story/story-disguised")
    flags = page.locator(".members .flags")
    assert flags.count() == 1
    assert flags.inner_text() == "Odd: homoglyph, zero width"
    page = open_report(scripts_run().page(), "#story/story-arabic")
    assert page.locator(".members .flags").count() == 0


def test_disguised_characters_are_pointed_at(open_report: OpenReport) -> None:
    page = open_report(scripts_run().page(), "#story/story-disguised")
    assert page.locator(".mark-fold").count() == 2
    rows = page.get_by_role("region", name="Disguised characters").locator("tbody tr")
    expect(rows.nth(0)).to_contain_text("U+0440 U+0430")
    expect(rows.nth(1)).to_contain_text("U+200B")
    expect(rows.nth(1)).to_contain_text("nothing")


def test_every_labelled_newsroom_diff_shows_every_sentence_whole(open_report: OpenReport, newsroom: Path) -> None:
    run = newsroom_run(newsroom)
    texts = dict(run.articles.select("article_id", "text").iter_rows())
    page = open_report(run.page())
    for story_id, variant_id in run.framing.select("story_id", "variant_id").iter_rows():
        page.evaluate("address => { location.hash = address }", f"#story/{story_id}/{variant_id}")
        current = page.locator(
            f".variants [href='#story/{story_id}/{variant_id}'], .compare[href='#story/{story_id}/{variant_id}']"
        )
        expect(current.first).to_have_attribute("aria-current", "true")
        assert " ".join(" ".join(shown_text(page, RIGHT)).split()) == " ".join(texts[variant_id].split())
