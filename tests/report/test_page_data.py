"""The data that the page embeds."""

from __future__ import annotations

import math

import pytest

from dedup.report import story_data
from dedup.report.page_data import PageData, page_data, web_address
from dedup.report.story_data import Row
from tests.report.frames import MadeRun, Plan, make_article, make_run, shown_in
from tests.report.hostile import BAD_ADDRESSES
from tests.report.large import make_dated
from tests.report.stories import ferry_run


def data_of(run: MadeRun, *, max_text_bytes: float = math.inf) -> PageData:
    return page_data(shown_in(run), max_text_bytes=max_text_bytes)


def details_of(run: MadeRun) -> list[Row]:
    return list(data_of(run).details)


def test_the_index_names_every_story_once_with_what_is_searched_and_sorted() -> None:
    data = data_of(ferry_run())
    assert data.outlets == ["Sound Wire", "The Alarm", "Zürich Daily"]
    assert data.index[1] == [
        "story-ferry",
        "Evening ferry to Marrow Island to end in May",
        3,
        [0, 1, 2],
        1793685600,
        1793779200,
        0.93,
        ["ABANDONED: islanders left to swim", "Evening ferry to Marrow to end"],
        [2, 1, 2],
    ]


def test_members_stand_in_the_order_of_publication_unknown_times_last() -> None:
    run = ferry_run()
    articles = [
        make_article("z", published_at=run.stories["first_seen"].min()),
        make_article("b"),
        make_article("a", published_at=run.stories["last_seen"].max()),
    ]
    detail = details_of(make_run([Plan("s", articles)]))[0]
    assert [article["id"] for article in detail["articles"]] == ["z", "a", "b"]


def test_what_is_unknown_is_absent_from_an_article() -> None:
    [article] = details_of(make_run([Plan("s", [make_article("a", "Text.", lang=None)])]))[0]["articles"]
    assert set(article) == {"id", "heading", "relation", "similarity", "confidence", "text"}


def test_a_member_carries_the_reason_of_its_pair_with_the_canonical() -> None:
    articles = details_of(ferry_run())[1]["articles"]
    assert {article["id"]: article.get("why") for article in articles} == {
        "ferry-0": None,
        "ferry-1": None,
        "ferry-2": "carried by 4 sentences",
    }


def test_stories_made_together_are_those_made_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    run = make_dated(7)
    together = details_of(run)
    monkeypatch.setattr(story_data, "TOGETHER", 2)
    assert details_of(run) == together


def test_texts_beyond_the_limit_are_left_out_from_the_smallest_story_on() -> None:
    sizes = {"big": 3, "middle": 2, "small": 1}
    plans = [Plan(name, [make_article(f"{name}{n}", "x" * 100) for n in range(size)]) for name, size in sizes.items()]
    data = data_of(make_run(plans), max_text_bytes=550)
    assert [row[0] for row in data.index] == ["big", "middle", "small"]
    details = list(data.details)
    assert [detail.get("textless", False) for detail in details] == [False, False, True]
    assert data.n_without_text == 1
    assert len(details[2]["articles"]) == 1


def test_the_limit_counts_bytes_not_characters() -> None:
    run = make_run([Plan("s", [make_article("a", "樟" * 100)])])
    assert data_of(run, max_text_bytes=299).n_without_text == 1
    assert data_of(run, max_text_bytes=300).n_without_text == 0


@pytest.mark.parametrize("url", [*BAD_ADDRESSES, "", None, "ftp://a.example", "https://", "http:///path", "a.example"])
def test_addresses_that_are_no_plain_web_address_are_refused(url: str | None) -> None:
    assert web_address(url) is None


@pytest.mark.parametrize(
    "url", ["http://a.example", "HTTPS://A.example/b?c=d#e", "https://例え.jp/記事", "https://a.example:8443/x"]
)
def test_web_addresses_are_kept_as_they_are(url: str) -> None:
    assert web_address(url) == url
