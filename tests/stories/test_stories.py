"""From verified pairs to stories and members."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.config import Config
from dedup.schemas import ARTICLES, EVIDENCE, MEMBERS, PAIRS, STORIES
from dedup.sketch.documents import documents
from dedup.stories.stories import Stories, stories
from dedup.stories.story_ids import story_id
from tests.builders import FIRST_HOUR, Article, make_articles
from tests.match.builders import LEAK, TOW, TOW_AGAIN
from tests.text.strange import few

TEXTS = (TOW, TOW_AGAIN, LEAK, TOW.replace("dawn", "noon"), f"{LEAK} Divers will cap the line.")


def make_pair(left: int, right: int, confidence: float, **given_values: object) -> dict[str, Any]:
    """A verified pair, accepted from 0.5 on; left and right carry 0.8 and 0.6 of each other."""
    accepted = confidence >= 0.5
    return {
        **{name: None if column.nullable else 0.0 for name, column in EVIDENCE.items()},
        "left_id": f"a{left:02}",
        "right_id": f"a{right:02}",
        "views": ["story"],
        "aligned_left": 0.8,
        "aligned_right": 0.6,
        "relation": "rewrite" if accepted else "unrelated",
        "confidence": confidence,
        "decision": "accepted" if accepted else "rejected",
        "reason": "as the test says",
        **given_values,
    }


def make_pairs(*rows: dict[str, Any]) -> pl.DataFrame:
    return PAIRS.check(pl.DataFrame(list(rows), PAIRS.schema).sort("left_id", "right_id"))


def tell(*rows: dict[str, Any], articles: pl.DataFrame | None = None, config: Config | None = None) -> Stories:
    articles = make_articles(*TEXTS) if articles is None else articles
    config = config or Config()
    return stories(make_pairs(*rows), articles, documents(articles, config.text), config)


def grouped(told: Stories) -> list[list[str]]:
    members = told.members.group_by("story_id", maintain_order=True).agg("article_id")
    return sorted(sorted(group) for group in members["article_id"].to_list())


@st.composite
def verified(draw: st.DrawFn) -> list[dict[str, Any]]:
    places = [(left, right) for left in range(5) for right in range(left + 1, 5)]
    chosen = draw(st.lists(st.sampled_from(places), unique=True, max_size=8))
    return [make_pair(left, right, draw(st.sampled_from([0.1, 0.4, 0.6, 0.8, 0.95]))) for left, right in chosen]


class TestLaws:
    @few
    @given(verified())
    def test_every_article_is_in_exactly_one_story_with_one_canonical(self, rows: list[dict[str, Any]]) -> None:
        told = tell(*rows)
        MEMBERS.check(told.members)
        STORIES.check(told.stories)
        PAIRS.check(told.pairs)
        assert told.members["article_id"].to_list() == [f"a{number:02}" for number in range(5)]
        assert set(told.members["story_id"]) == set(told.stories["story_id"])
        assert told.stories["size"].sum() == 5
        canonical = told.members.filter(pl.col("relation") == "canonical")
        assert sorted(canonical["article_id"]) == sorted(told.stories["canonical_id"])
        assert canonical["similarity"].to_list() == canonical["confidence"].to_list() == [1.0] * canonical.height

    @few
    @given(verified())
    def test_pairs_keep_everything_but_the_decision_about_bridges(self, rows: list[dict[str, Any]]) -> None:
        told = tell(*rows)
        assert told.pairs.drop("decision", "reason").equals(make_pairs(*rows).drop("decision", "reason"))
        story_of = dict(told.members.select("article_id", "story_id").iter_rows())
        for pair in told.pairs.iter_rows(named=True):
            together = story_of[pair["left_id"]] == story_of[pair["right_id"]]
            if pair["confidence"] >= 0.5:
                assert pair["decision"] == ("accepted" if together else "bridge_cut")
            else:
                assert pair["decision"] == "rejected"

    @few
    @given(verified())
    def test_cohesion_and_similarity_are_shares(self, rows: list[dict[str, Any]]) -> None:
        told = tell(*rows)
        for column in (told.stories["cohesion_min"], told.stories["cohesion_mean"], told.members["similarity"]):
            assert column.is_between(0, 1).all()
        assert (told.stories["cohesion_min"] <= told.stories["cohesion_mean"] + 1e-6).all()
        alone = told.stories.filter(pl.col("size") == 1)
        assert alone["cohesion_min"].to_list() == [1.0] * alone.height

    @few
    @given(verified())
    def test_related_stories_name_each_other(self, rows: list[dict[str, Any]]) -> None:
        related = dict(tell(*rows).stories.select("story_id", "related").iter_rows())
        assert all(name in related[other] for name, others in related.items() for other in others)
        assert all(name not in others for name, others in related.items())


class TestNames:
    def test_a_story_is_named_after_its_smallest_article(self) -> None:
        told = tell(make_pair(1, 3, 0.9))
        assert told.members.filter(pl.col("article_id") == "a03")["story_id"].item() == story_id("a01")

    def test_the_name_does_not_change_when_other_articles_come(self) -> None:
        few = tell(make_pair(0, 1, 0.9), articles=make_articles(*TEXTS[:3]))
        many = tell(make_pair(0, 1, 0.9))
        assert set(few.stories["story_id"]) <= set(many.stories["story_id"])


class TestMembers:
    def test_say_what_they_are_to_the_canonical(self) -> None:
        told = tell(make_pair(0, 1, 0.9, relation="light_edit"))
        (row,) = told.members.filter(pl.col("article_id") == "a01").rows(named=True)
        assert told.stories.filter(pl.col("size") == 2)["canonical_id"].item() == "a00"
        assert row["relation"] == "light_edit"
        assert row["similarity"] == pytest.approx(0.6)
        assert row["confidence"] == pytest.approx(0.9)

    def test_a_chain_is_as_strong_as_its_weakest_link(self) -> None:
        told = tell(make_pair(0, 1, 0.9), make_pair(1, 3, 0.7), make_pair(0, 3, 0.55))
        confidence = dict(told.members.select("article_id", "confidence").iter_rows())
        canonical = told.stories.filter(pl.col("size") == 3)["canonical_id"].item()
        assert sorted(confidence[one] for one in ("a00", "a01", "a03") if one != canonical) == pytest.approx(
            {"a00": [0.7, 0.9], "a01": [0.7, 0.9], "a03": [0.7, 0.7]}[canonical]
        )

    def test_one_in_the_story_by_way_of_others_is_held_against_the_canonical_now(self) -> None:
        told = tell(make_pair(0, 1, 0.9), make_pair(1, 3, 0.9))
        members = told.members.filter(pl.col("story_id") == story_id("a00"))
        assert members.height == 3
        assert set(members["relation"]) <= {"canonical", "copy", "light_edit", "rewrite", "partial"}
        assert members["similarity"].is_between(0, 1).all()


class TestStories:
    def test_know_their_span_of_time_and_outlets(self) -> None:
        articles = make_articles(
            Article(text=TOW, source="Wire"), Article(text=TOW_AGAIN, source="Wire"), Article(text=LEAK, source=None)
        )
        told = tell(make_pair(0, 1, 0.9), articles=articles)
        (pair,) = told.stories.filter(pl.col("size") == 2).rows(named=True)
        assert (pair["n_sources"], pair["first_seen"]) == (1, FIRST_HOUR)
        assert (pair["last_seen"] - pair["first_seen"]).total_seconds() == 3600
        (alone,) = told.stories.filter(pl.col("size") == 1).rows(named=True)
        assert alone["n_sources"] == 0

    def test_without_times_have_none(self) -> None:
        told = tell(articles=make_articles(Article(text=TOW, published_at=None)))
        assert told.stories.select("first_seen", "last_seen").rows() == [(None, None)]

    def test_cohesion_is_that_of_the_accepted_pairs(self) -> None:
        told = tell(make_pair(0, 1, 0.9), make_pair(1, 3, 0.7), make_pair(0, 3, 0.8))
        (story,) = told.stories.filter(pl.col("size") == 3).rows(named=True)
        assert story["cohesion_min"] == pytest.approx(0.7)
        assert story["cohesion_mean"] == pytest.approx(0.8)

    def test_a_cut_bridge_is_told_and_makes_the_stories_related(self) -> None:
        rows = [make_pair(0, 1, 0.95), make_pair(2, 4, 0.95), make_pair(1, 2, 0.6), make_pair(0, 2, 0.05)]
        told = tell(*rows, make_pair(0, 4, 0.05), make_pair(1, 4, 0.05))
        (bridge,) = told.pairs.filter(pl.col("decision") == "bridge_cut").rows(named=True)
        assert (bridge["left_id"], bridge["right_id"]) == ("a01", "a02")
        assert bridge["reason"].endswith("as the test says")
        assert bridge["reason"] != "as the test says"
        related = dict(told.stories.select("story_id", "related").iter_rows())
        assert related[story_id("a00")] == [story_id("a02")]

    @pytest.mark.parametrize("relation", ["related", "same_event"])
    def test_related_pairs_and_accounts_of_one_event_make_related_stories(self, relation: str) -> None:
        told = tell(make_pair(0, 1, 0.9), make_pair(1, 2, 0.2, relation=relation))
        related = dict(told.stories.select("story_id", "related").iter_rows())
        assert related[story_id("a02")] == [story_id("a00")]

    def test_an_article_that_holds_two_others_among_much_else_leaves_them_apart_but_related(self) -> None:
        holds = {"relation": "partial", "aligned_left": 0.9, "aligned_right": 0.2}
        told = tell(make_pair(0, 3, 0.9, **holds), make_pair(2, 3, 0.8, **holds))
        assert grouped(told) == [["a00", "a03"], ["a01"], ["a02"], ["a04"]]
        assert told.pairs["decision"].to_list() == ["accepted", "bridge_cut"]
        related = dict(told.stories.select("story_id", "related").iter_rows())
        assert related[story_id("a02")] == [story_id("a00")]

    def test_an_article_that_is_carried_by_half_is_no_container(self) -> None:
        partial = {"relation": "partial", "aligned_left": 0.9, "aligned_right": 0.6}
        told = tell(make_pair(0, 3, 0.9, **partial), make_pair(2, 3, 0.8, **partial))
        assert grouped(told) == [["a00", "a02", "a03"], ["a01"], ["a04"]]

    def test_the_policy_is_the_users(self) -> None:
        config = Config.model_validate({"stories": {"canonical": {"policy": "earliest"}}})
        late = make_articles(
            Article(text=TOW, published_at=FIRST_HOUR.replace(hour=20)),
            Article(text=TOW_AGAIN, published_at=FIRST_HOUR),
        )
        told = tell(make_pair(0, 1, 0.9), articles=late, config=config)
        assert told.stories["canonical_id"].to_list() == ["a01"]


def test_no_articles_make_no_stories() -> None:
    told = tell(articles=ARTICLES.empty())
    assert told.stories.is_empty()
    assert told.members.is_empty()
