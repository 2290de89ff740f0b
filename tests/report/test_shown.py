"""What a report shows of a run that has more stories than it may show."""

from __future__ import annotations

import re

from dedup.report.page_data import page_data
from tests.report.frames import MadeRun, Plan, make_article, make_pair, make_run, shown_in
from tests.report.outlets import outlets_run
from tests.report.stories import ferry_run


def make_sized(**sizes: int) -> MadeRun:
    """Stories of so many articles; every article has a text of its own."""
    return make_run(
        [
            Plan(
                name,
                [make_article(f"{name}-{n}", f"Told by {name} {n}.", title=f"News of {name}") for n in range(size)],
            )
            for name, size in sizes.items()
        ],
        pairs=[make_pair("big-0", "tiny-0")],
    )


def shown_ids(run: MadeRun, max_stories: int) -> list[str]:
    return [row[0] for row in page_data(shown_in(run, max_stories)).index]


def overview_in(html: str) -> str:
    """The first section, without what is said of the limit."""
    found = re.search(r'<section class="overview".*?</section>', html, re.DOTALL)
    assert found
    return found.group()


def test_the_largest_stories_are_shown_and_equals_by_name() -> None:
    run = make_sized(tiny=1, big=3, alone=1, pair=2)
    assert shown_ids(run, 2) == ["big", "pair"]
    assert shown_ids(run, 3) == ["alone", "big", "pair"]
    assert shown_ids(run.shuffled(3), 3) == ["alone", "big", "pair"]


def test_nothing_of_the_others_is_in_the_page_but_what_leads_to_them() -> None:
    page = make_sized(tiny=1, big=3).page(max_stories=1)
    assert "Told by big 2." in page
    assert "Told by tiny" not in page
    assert "News of tiny" in page  # as a look-alike


def test_figures_and_outlets_are_those_of_the_whole_run() -> None:
    for run in (ferry_run(), outlets_run()):
        limited, whole = run.page(max_stories=1), run.page()
        assert overview_in(limited) == overview_in(whole)
        for name in ("outlets", "network"):
            parts = [re.search(f'id="{name}".*?</(script|figure)>', page, re.DOTALL) for page in (limited, whole)]
            assert [part and part.group() for part in parts] == [parts[1] and parts[1].group()] * 2


def test_the_page_says_how_many_it_shows_and_where_the_others_are() -> None:
    said = "The largest 1 of 3 stories are in this report"
    assert ferry_run().page(max_stories=1).count(said) == 2  # once for readers without scripts
    assert "are in this report" not in ferry_run().page(max_stories=3)
