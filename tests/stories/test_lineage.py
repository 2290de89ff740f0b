"""A story keeps its name while it grows, and a lost name leads to the one that has its articles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from dedup.stories.lineage import Lineage, lineage


def named(
    groups: Sequence[Sequence[str]], before: Mapping[str, str], began: Mapping[str, int], taken: Sequence[str] = ()
) -> Lineage:
    ages = {story: (run, story) for story, run in began.items()}
    return lineage(groups, before, ages, "s-{}".format, set(taken).__contains__)


def test_a_new_story_is_named_by_the_rule() -> None:
    assert named([["a", "b"]], {}, {}) == Lineage(["s-a"], [[]], {})


def test_a_story_that_grows_by_a_smaller_id_keeps_its_name() -> None:
    told = named([["a", "b"]], {"b": "s-b"}, {"s-b": 1})
    assert told.names == ["s-b"]
    assert told.steps == [[{"op": "grew", "story_id": "s-b"}]]


def test_a_story_that_was_only_looked_at_has_no_step() -> None:
    assert named([["a", "b"]], {"a": "x", "b": "x"}, {"x": 1}).steps == [[]]


def test_where_stories_meet_the_oldest_name_survives() -> None:
    told = named([["a", "b", "c"]], {"a": "young", "b": "old"}, {"young": 2, "old": 1})
    assert told.names == ["old"]
    assert told.merged_into == {"young": "old"}
    assert told.steps == [[{"op": "grew", "story_id": "old"}, {"op": "merged", "story_id": "young"}]]


def test_of_stories_of_one_run_the_smaller_name_is_older() -> None:
    assert named([["a", "b"]], {"a": "t", "b": "s"}, {"s": 1, "t": 1}).names == ["s"]


def test_a_story_that_splits_keeps_its_name_where_most_of_it_is() -> None:
    told = named([["a"], ["b", "c"]], {"a": "x", "b": "x", "c": "x"}, {"x": 1})
    assert told.names == ["s-a", "x"]
    assert told.steps == [[{"op": "split_from", "story_id": "x"}], []]


def test_of_halves_the_one_with_the_earliest_id_keeps_it() -> None:
    assert named([["a", "c"], ["b", "d"]], dict.fromkeys("abcd", "x"), {"x": 1}).names == ["x", "s-b"]


def test_a_name_that_was_given_once_is_never_given_again() -> None:
    told = named([["a"]], {}, {}, taken=["s-a"])
    assert told.names != ["s-a"]


def test_a_story_that_takes_members_of_another_says_from_whom() -> None:
    told = named([["a", "b"], ["c", "d"]], {"a": "x", "b": "y", "c": "y", "d": "y"}, {"x": 1, "y": 1})
    assert told.names == ["x", "y"]
    assert told.steps[0] == [{"op": "grew", "story_id": "x"}, {"op": "gained_from", "story_id": "y"}]
    assert told.merged_into == {}


@given(st.dictionaries(st.sampled_from("abcdefghij"), st.tuples(st.integers(0, 3), st.sampled_from(["", *"uvwxyz"]))))
def test_every_group_has_its_own_name_and_every_old_story_lives_on_or_leads_somewhere(
    placed: dict[str, tuple[int, str]],
) -> None:
    numbers = sorted({group for group, _ in placed.values()})
    groups = [sorted(one for one, (group, _) in placed.items() if group == number) for number in numbers]
    before = {one: story for one, (_, story) in placed.items() if story}
    told = named(groups, before, {story: ord(story) % 3 for story in before.values()})
    assert len(set(told.names)) == len(groups)
    for story in set(before.values()):
        assert (story in told.names) != (story in told.merged_into)
    assert set(told.merged_into.values()) <= set(told.names)
