"""A name leads to its story, and what it leads to is whole."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from dedup.errors import UsageError
from dedup.store.history.database import database
from dedup.store.history.reading import changed_since, find_story, kept_stories
from tests.histories import FIRST_NIGHT


def test_an_article_a_story_and_its_beginning_lead_to_the_same(kept: Path) -> None:
    with database(kept) as history:
        name, way = find_story(history, "night0-Palisade-0")
        assert way == []
        assert find_story(history, name) == (name, [])
        assert find_story(history, name[:-2]) == (name, [])


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ("nobody", r"no story or article 'nobody'.*the id of an article"),
        ("", "no story or article ''"),
        ("s-", r"'s-' is the beginning of \d+ stories: s-"),
    ],
)
def test_a_name_that_leads_nowhere_or_everywhere_is_told(kept: Path, wanted: str, told: str) -> None:
    with database(kept) as history, pytest.raises(UsageError, match=told):
        find_story(history, wanted)


def test_a_lost_name_leads_on_and_says_by_which_way(store: Path) -> None:
    with database(store, write=True) as history:
        name, _ = find_story(history, "night0-Palisade-0")
        for lost, heir in (("s-first", "s-second"), ("s-second", name)):
            history.run("INSERT INTO stories (story_id, size, merged_into) VALUES (?, 0, ?)", lost, heir)
        history.run("INSERT INTO stories (story_id, size) VALUES ('s-pruned', 0)")
        assert find_story(history, "s-first") == (name, ["s-first", "s-second"])
        with pytest.raises(UsageError, match=r"'s-pruned' were pruned.*never given again"):
            find_story(history, "s-pruned")


def test_a_story_comes_with_all_its_members_and_the_pairs_among_them(kept: Path) -> None:
    with database(kept) as history:
        name, _ = find_story(history, "night0-Palisade-0")
        told = kept_stories(history, [name])
        size = history.value("SELECT size FROM stories WHERE story_id = ?", name)
        nothing = kept_stories(history, [])
    ids = set(told.members["article_id"])
    assert told.stories["story_id"].to_list() == [name]
    assert len(ids) == size == told.loaded.articles.height
    assert set(told.pairs["left_id"]) | set(told.pairs["right_id"]) <= ids
    assert told.spoken[name]["previous"] == [] or told.spoken[name]["previous"][0]["until"]
    assert nothing.stories.is_empty()
    assert nothing.members.is_empty()


def test_what_changed_is_what_runs_since_a_time_have_touched(kept: Path) -> None:
    with database(kept) as history:
        everything = changed_since(history, FIRST_NIGHT)
        second = changed_since(history, FIRST_NIGHT + timedelta(hours=1))
        assert changed_since(history, FIRST_NIGHT + timedelta(days=9)) == []
        members = kept_stories(history, second).members["article_id"]
    assert set(second) <= set(everything)
    assert {one for one in members if one.startswith("night1")} == {
        f"night1-{town}-{n}" for town in ("Palisade", "Skarrel", "Verhoven") for n in range(3)
    }
