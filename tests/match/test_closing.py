"""Once all pairs of a group are known, it does not matter how they were found."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dedup.match.closing import connected, missing_pairs

IDS = st.sampled_from("abcdefgh")
PAIRS = st.sets(st.tuples(IDS, IDS).filter(lambda pair: pair[0] < pair[1]))


@given(PAIRS, st.randoms())
def test_groups_do_not_depend_on_the_order_of_the_pairs(pairs: set[tuple[str, str]], chance: object) -> None:
    shuffled = list(pairs)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis says only that it is random
    groups = connected("abcdefgh", shuffled)
    assert groups == connected("abcdefgh", sorted(pairs))
    assert sorted(one for group in groups for one in group) == list("abcdefgh")
    home = {one: at for at, group in enumerate(groups) for one in group}
    assert all(home[left] == home[right] for left, right in pairs)


@given(PAIRS)
def test_a_closed_group_misses_nothing(pairs: set[tuple[str, str]]) -> None:
    groups = connected("abcdefgh", pairs)
    missing, left_open = missing_pairs(groups, pairs, dict.fromkeys("abcdefgh", 0), 0, 8)
    assert left_open == []
    assert not set(missing) & pairs
    inside = {(one, other) for group in groups for one in group for other in group if one < other}
    assert set(missing) | pairs == inside


def test_what_is_further_apart_than_the_window_is_not_asked_for() -> None:
    assert missing_pairs([["a", "b", "c"]], {("a", "b"), ("b", "c")}, {"a": 0, "b": 5, "c": 11}, 10, 9) == ([], [])


def test_a_group_beyond_the_cap_is_left_open_and_named() -> None:
    assert missing_pairs([["a", "b", "c"]], set(), dict.fromkeys("abc", 0), 0, 2) == ([], [["a", "b", "c"]])
