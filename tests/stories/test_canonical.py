"""Which article speaks for its story, and why."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.config import CanonicalConfig
from dedup.stories.canonical import Choice, Member, choose
from tests.builders import FIRST_HOUR

Carries = dict[tuple[str, str], float]

POLICIES = ("combined", "earliest", "most_complete", "most_central", "preferred_sources")


def make_member(name: str, *, hour: float | None = None, source: str | None = None, n_words: int = 300) -> Member:
    return Member(name, source, None if hour is None else FIRST_HOUR + timedelta(hours=hour), n_words)


def make_config(policy: str, *preferred: str) -> CanonicalConfig:
    preferred = preferred or (("Wire",) if policy == "preferred_sources" else ())
    return CanonicalConfig.model_validate({"policy": policy, "preferred_sources": preferred})


def chosen(policy: str, *members: Member, carries: Carries | None = None, preferred: tuple[str, ...] = ()) -> str:
    return choose(members, carries or {}, make_config(policy, *preferred)).article_id


@st.composite
def stories(draw: st.DrawFn) -> tuple[list[Member], Carries]:
    """Up to five articles with some times and outlets, and what some carry of others."""
    names = [f"a{number}" for number in range(draw(st.integers(1, 5)))]
    hours = st.one_of(st.none(), st.integers(0, 3))
    sources = st.sampled_from([None, "Wire", "wire", "Tavra Vision"])
    members = [
        make_member(name, hour=draw(hours), source=draw(sources), n_words=draw(st.sampled_from([100, 300])))
        for name in names
    ]
    pairs = st.tuples(st.sampled_from(names), st.sampled_from(names)).filter(lambda pair: pair[0] != pair[1])
    carries = draw(st.dictionaries(pairs, st.sampled_from([0.0, 0.3, 0.6, 1.0]), max_size=12)) if len(names) > 1 else {}
    return members, carries


class TestLaws:
    @given(stories(), st.sampled_from(POLICIES))
    def test_the_choice_is_a_member_with_scores_runner_up_and_margin(
        self, story: tuple[list[Member], Carries], policy: str
    ) -> None:
        members, carries = story
        choice = choose(members, carries, make_config(policy))
        names = {member.article_id for member in members}
        assert choice.article_id in names
        assert choice.reason["policy"] == policy
        assert set(choice.reason["scores"]) == {"completeness", "earliness", "centrality", "preference", "total"}
        assert all(0.0 <= score <= 1.0 for score in choice.reason["scores"].values())
        if len(members) == 1:
            assert (choice.reason["runner_up_id"], choice.reason["margin"]) == (None, None)
        else:
            assert choice.reason["runner_up_id"] in names - {choice.article_id}
            assert -1e-6 <= choice.reason["margin"] <= 1.0

    @given(stories(), st.sampled_from(POLICIES), st.integers(0, 2**32))
    def test_the_order_of_members_does_not_matter(
        self, story: tuple[list[Member], Carries], policy: str, seed: int
    ) -> None:
        members, carries = story
        shuffled = members.copy()
        Random(seed).shuffle(shuffled)
        one, other = choose(members, carries, make_config(policy)), choose(shuffled, carries, make_config(policy))
        assert one.article_id == other.article_id
        assert one.reason["runner_up_id"] == other.reason["runner_up_id"]
        assert one.reason["scores"] == pytest.approx(other.reason["scores"])

    @given(stories(), st.sampled_from(POLICIES))
    def test_no_other_member_scores_higher(self, story: tuple[list[Member], Carries], policy: str) -> None:
        members, carries = story
        best = choose(members, carries, make_config(policy))
        rest = [member for member in members if member.article_id != best.article_id]
        if rest:
            assert best.reason["margin"] >= -1e-6


class TestPolicies:
    def test_earliest_takes_the_first_published(self) -> None:
        assert chosen("earliest", make_member("a", hour=2), make_member("b", hour=0), make_member("c", hour=1)) == "b"

    def test_most_complete_takes_the_one_that_carries_most_of_the_others(self) -> None:
        carries = {("a", "b"): 0.9, ("a", "c"): 0.9, ("b", "a"): 0.4, ("c", "a"): 0.4}
        members = [make_member(name, hour=hour) for name, hour in (("a", 9), ("b", 0), ("c", 1))]
        assert chosen("most_complete", *members, carries=carries) == "a"

    def test_most_central_takes_the_one_that_resembles_the_others_both_ways(self) -> None:
        carries = {("a", "b"): 1.0, ("a", "c"): 1.0, ("b", "a"): 0.1, ("c", "a"): 0.0, ("b", "c"): 0.5, ("c", "b"): 0.6}
        assert chosen("most_central", make_member("a"), make_member("b"), make_member("c"), carries=carries) == "b"
        assert chosen("most_complete", make_member("a"), make_member("b"), make_member("c"), carries=carries) == "a"

    def test_preferred_sources_takes_the_most_trusted_outlet_in_any_case(self) -> None:
        members = [make_member("a", source="Tavra Vision", hour=0), make_member("b", source="the WIRE", hour=9)]
        assert chosen("preferred_sources", *members, preferred=("The Wire", "Tavra Vision")) == "b"
        assert chosen("preferred_sources", *members, preferred=("Tavra Vision", "The Wire")) == "a"

    def test_preferred_sources_falls_back_where_no_outlet_is_named(self) -> None:
        members = [make_member("a", hour=5), make_member("b", hour=0)]
        assert chosen("preferred_sources", *members, preferred=("The Wire",)) == "b"

    def test_combined_weighs_completeness_before_earliness(self) -> None:
        members = [make_member("early", hour=0), make_member("complete", hour=1)]
        carries = {("complete", "early"): 1.0, ("early", "complete"): 0.1}
        assert chosen("combined", *members, carries=carries) == "complete"
        assert chosen("combined", *members, carries={("complete", "early"): 0.6, ("early", "complete"): 0.5}) == "early"

    def test_combined_listens_to_a_trusted_outlet(self) -> None:
        members = [make_member("early", hour=0), make_member("trusted", hour=1, source="Wire")]
        assert chosen("combined", *members, preferred=("Wire",)) == "trusted"
        assert chosen("combined", *members) == "early"


class TestTies:
    def test_go_to_the_higher_combined_score_first(self) -> None:
        members = [make_member("a", hour=0), make_member("b", hour=0)]
        assert chosen("earliest", *members, carries={("b", "a"): 0.9, ("a", "b"): 0.1}) == "b"

    def test_then_to_the_earlier_then_the_longer_then_the_smaller_id(self) -> None:
        assert chosen("most_complete", make_member("a"), make_member("b", hour=1)) == "b"
        assert chosen("most_complete", make_member("a", n_words=100), make_member("b", n_words=200)) == "b"
        assert chosen("most_complete", make_member("b"), make_member("a")) == "a"

    def test_an_unknown_time_is_neither_first_nor_last(self) -> None:
        known = [make_member("a", hour=0), make_member("c", hour=9)]
        reason = choose([*known, make_member("b")], {}, make_config("earliest")).reason
        assert (reason["scores"]["earliness"], reason["runner_up_id"]) == (1.0, "b")


def test_one_article_speaks_for_itself() -> None:
    choice = choose([make_member("a")], {}, make_config("combined"))
    assert isinstance(choice, Choice)
    assert choice.article_id == "a"
    assert choice.reason["scores"]["completeness"] == choice.reason["scores"]["centrality"] == 1.0
