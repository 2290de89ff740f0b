"""What each outlet keeps adding, who is first and who follows, who takes text from whom."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.config import OutletsConfig
from dedup.outlet_frames import FLOWS_BETWEEN_OUTLETS, OUTLETS
from dedup.schemas import ARTICLES, FRAMING, MEMBERS, PAIRS
from dedup.stories.origins import origins
from dedup.stories.outlets import Outlets, outlets
from tests.report.frames import MORNING, MadeRun, Plan, make_article, make_diff, make_pair, make_run
from tests.report.outlets import AGENCY, ARABIC, GAZETTE, TABLOID, outlets_run

Row = dict[str, Any]


def summed(run: MadeRun, **config: Any) -> Outlets:
    return outlets(run.members, run.pairs, run.framing, run.articles, OutletsConfig(**config))


def row_of(found: Outlets, outlet: str | None) -> Row:
    return found.outlets.row(by_predicate=pl.col("outlet").eq_missing(outlet), named=True)


def flow_of(found: Outlets, follower: str | None, source: str | None) -> Row:
    same = pl.col("follower").eq_missing(follower) & pl.col("source").eq_missing(source)
    return found.flows.row(by_predicate=same, named=True)


def told_at(**hours: float | None) -> MadeRun:
    """One story, each article by the outlet of its name, so many hours after the morning; the first is canonical."""
    crew = [
        make_article(name, source=name, published_at=None if at is None else MORNING + timedelta(hours=at))
        for name, at in hours.items()
    ]
    return make_run([Plan("s", crew)])


class TestHabits:
    def test_an_outlet_that_always_adds_a_word_ranks_it_first(self) -> None:
        thunder = row_of(summed(outlets_run()), TABLOID)
        assert thunder["terms"][0]["term"] in {"beloved", "disgraceful", "fumed", "locals", "plan"}
        assert {term["term"] for term in thunder["terms"]} >= {"beloved", "disgraceful"}
        assert [term["n_articles"] for term in thunder["terms"]] == [8] * len(thunder["terms"])

    @settings(max_examples=20)
    @given(usual=st.integers(1, 4), loud=st.integers(4, 6))
    def test_the_word_only_one_adds_goes_before_words_that_all_add(self, usual: int, loud: int) -> None:
        plans = []
        for number in range(loud):
            canonical = f"Item {number}."
            texts = {
                "wire": canonical,
                "calm": "Residents complained loudly." if number < usual else "Nothing.",
                "shrill": "Residents complained loudly. Outrageous!",
            }
            crew = [make_article(f"{name}-{number}", text, source=name) for name, text in texts.items()]
            diffs = {
                one["article_id"]: make_diff(canonical, one["text"], [(one["text"], "added", [], [])])
                for one in crew[1:]
            }
            plans.append(Plan(f"s{number}", crew, diffs))
        terms = row_of(summed(make_run(plans), min_z=0.0), "shrill")["terms"]
        assert terms[0]["term"] == "outrageous"

    def test_a_word_of_one_story_is_no_habit(self) -> None:
        canonical = "The mill burned."
        variant = "The mill burned. Arson is suspected."
        crew = [make_article(f"m-{n}", variant if n else canonical, source="Echo" if n else "Wire") for n in range(5)]
        diff = make_diff(
            canonical, variant, [(canonical, "verbatim", [canonical], []), ("Arson is suspected.", "added", [], [])]
        )
        other = make_diff(canonical, "Other words.", [("Other words.", "added", [], [])])
        run = make_run(
            [
                Plan("s", crew, {one["article_id"]: diff for one in crew[1:]}),
                Plan(
                    "t",
                    [make_article("t-0", canonical), make_article("t-1", "Other words.", source="Post")],
                    {"t-1": other},
                ),
            ]
        )
        assert row_of(summed(run, min_z=0.0), "Echo")["terms"] == []
        assert [term["term"] for term in row_of(summed(run, min_z=0.0, min_stories=1), "Echo")["terms"]] == [
            "arson",
            "suspected",
        ]

    def test_examples_point_at_the_words(self) -> None:
        run = outlets_run()
        texts = dict(run.articles.select("article_id", "text").iter_rows())
        thunder = row_of(summed(run), TABLOID)
        examples = [one for habit in (*thunder["terms"], *thunder["signals"]) for one in habit["examples"]]
        assert examples
        assert [texts[one["article_id"]][one["start"] : one["end"]] for one in examples] == [
            one["words"] for one in examples
        ]

    def test_the_signal_that_only_one_shows_is_told_and_nobody_else_has_one(self) -> None:
        found = summed(outlets_run())
        assert [(one["signal"], one["change"], one["count"]) for one in row_of(found, TABLOID)["signals"]] == [
            ("loaded", "added", 16)
        ]
        assert [row_of(found, name)["signals"] for name in (AGENCY, GAZETTE, ARABIC)] == [[], [], []]

    def test_alone_nobody_differs_from_anybody(self) -> None:
        run = outlets_run(tabloid=GAZETTE)
        only = run.members["source"].is_in([AGENCY, GAZETTE])
        members = run.members.filter(only)
        ids = members["article_id"].implode()
        found = outlets(
            members, run.pairs, run.framing.filter(pl.col("variant_id").is_in(ids)), run.articles, OutletsConfig()
        )
        assert row_of(found, GAZETTE)["terms"] == []

    def test_what_is_beyond_the_limit_is_counted(self) -> None:
        whole, cut = row_of(summed(outlets_run()), TABLOID), row_of(summed(outlets_run(), max_terms=1), TABLOID)
        assert cut["terms"] == whole["terms"][:1]
        assert cut["n_terms"] == whole["n_terms"] == len(whole["terms"]) > 1

    def test_other_languages_are_no_measure(self) -> None:
        run = outlets_run()
        german = run.articles.with_columns(
            lang=pl.when(pl.col("source") == TABLOID).then(pl.lit("de")).otherwise(pl.lit("en"))
        )
        found = outlets(run.members, run.pairs, run.framing, german, OutletsConfig(min_z=0.01))
        assert row_of(found, TABLOID)["terms"] == []


class TestCounts:
    def test_every_article_is_counted_once(self) -> None:
        run = outlets_run()
        found = summed(run).outlets
        assert found["n_articles"].sum() == run.members.height
        assert (found["n_alone"] + found["n_canonical"] + found["n_variants"]).equals(found["n_articles"])
        assert (found["n_first"] + found["n_followed"]).equals(found["n_timed"])
        kinds = run.framing["counts"].struct.unnest()
        for kind in kinds.columns:
            assert found[f"n_{kind}"].sum() == kinds[kind].sum()

    def test_words_added_and_dropped_are_those_of_the_spans(self) -> None:
        thunder = row_of(summed(outlets_run(1)), TABLOID)
        assert thunder["n_words_added"] == len("disgraceful beloved A disgraceful bridge plan locals fumed".split())
        assert thunder["n_words_dropped"] == len("Repairs of the bridge cost too much the mayor said".split())

    @pytest.mark.parametrize("nobody", [None, "", "  "])
    def test_articles_that_name_no_outlet_are_counted_as_unnamed(self, nobody: str | None) -> None:
        run = make_run([Plan("s", [make_article("a", source="Wire"), make_article("b", source=nobody)])])
        found = summed(run)
        assert found.outlets["outlet"].to_list() == ["Wire", None]
        assert (row_of(found, None)["n_articles"], row_of(found, None)["n_variants"]) == (1, 1)
        assert flow_of(found, None, "Wire")["n_articles"] == 1

    def test_nothing_gives_empty_frames(self) -> None:
        found = outlets(MEMBERS.empty(), PAIRS.empty(), FRAMING.empty(), ARTICLES.empty(), OutletsConfig())
        assert OUTLETS.check(found.outlets).is_empty()
        assert FLOWS_BETWEEN_OUTLETS.check(found.flows).is_empty()

    @pytest.mark.parametrize("seed", range(3))
    def test_the_order_of_the_rows_does_not_matter(self, seed: int) -> None:
        run = outlets_run()
        one, other = summed(run), summed(run.shuffled(seed))
        assert one.outlets.equals(other.outlets)
        assert one.flows.equals(other.flows)

    def test_two_runs_one_below_the_other_are_summed_up_together(self) -> None:
        run = outlets_run()
        early = pl.col("story_id") < "story-m"
        parts = [
            outlets(
                members := run.members.filter(chosen),
                run.pairs,
                run.framing.filter(pl.col("variant_id").is_in(members["article_id"].implode())),
                run.articles,
                OutletsConfig(),
            )
            for chosen in (early, ~early)
        ]
        both = pl.concat([part.outlets for part in parts]).group_by("outlet").agg(pl.col("n_articles", "n_taken").sum())
        assert both.sort("outlet", nulls_last=True).equals(
            summed(run).outlets.select("outlet", "n_articles", "n_taken")
        )

    def test_furniture_is_not_added(self) -> None:
        canonical, variant = "The mill burned.", "The mill burned. Subscribe to our newsletter."
        start = variant.index("Subscribe")
        diff = make_diff(
            canonical, variant, [(canonical, "verbatim", [canonical], []), (variant[start:], "added", [], [])]
        )
        run = make_run(
            [
                Plan(
                    "s",
                    [make_article("a", canonical, source="Wire"), make_article("b", variant, source="Echo")],
                    {"b": diff},
                )
            ]
        )
        documents = pl.DataFrame(
            {
                "row": [0, 1],
                "lang": ["en", "en"],
                "sentences": [
                    [{"start": 0, "end": 16}],
                    [{"start": 0, "end": 16}, {"start": start, "end": len(variant)}],
                ],
                "boilerplate": [[], [1]],
            },
            schema_overrides={"boilerplate": pl.List(pl.UInt32)},
        )
        frames = run.members, run.pairs, run.framing, run.articles, OutletsConfig()
        assert row_of(outlets(*frames), "Echo")["n_words_added"] == 4
        assert row_of(outlets(*frames, documents=documents), "Echo")["n_words_added"] == 0


class TestTimes:
    def test_the_first_leads_and_the_others_follow(self) -> None:
        found = summed(told_at(wire=0, post=2, echo=6))
        assert [row_of(found, name)["n_first"] for name in ("wire", "post", "echo")] == [1, 0, 0]
        assert row_of(found, "wire")["hours_after_first"] is None
        assert row_of(found, "echo")["hours_after_first"] == {"lower": 6.0, "median": 6.0, "upper": 6.0}

    def test_two_at_the_same_moment_are_both_first(self) -> None:
        found = summed(told_at(wire=0, post=0, echo=1))
        assert [row_of(found, name)["n_first"] for name in ("wire", "post", "echo")] == [1, 1, 0]

    def test_a_story_that_one_outlet_told_at_a_known_time_says_nothing(self) -> None:
        found = summed(told_at(wire=0, post=None))
        assert found.outlets["n_timed"].to_list() == [0, 0]
        assert row_of(found, "post")["hours_after_canonical"] is None

    def test_a_variant_before_its_canonical_has_a_delay_below_nothing(self) -> None:
        delay = row_of(summed(told_at(wire=3, post=1)), "post")["hours_after_canonical"]
        assert delay == {"lower": -2.0, "median": -2.0, "upper": -2.0}

    def test_quartiles_lie_between_the_delays(self) -> None:
        crew = [
            Plan(
                f"s{number}",
                [
                    make_article(f"{number}-a", source="wire", published_at=MORNING),
                    make_article(f"{number}-b", source="post", published_at=MORNING + timedelta(hours=number)),
                ],
            )
            for number in range(1, 6)
        ]
        assert row_of(summed(make_run(crew)), "post")["hours_after_first"] == {
            "lower": 2.0,
            "median": 3.0,
            "upper": 4.0,
        }


class TestOrigins:
    def test_text_comes_from_the_earlier_article_that_carries_most(self) -> None:
        found = summed(outlets_run(1))
        assert flow_of(found, ARABIC, GAZETTE)["n_by_pair"] == 1
        assert flow_of(found, GAZETTE, AGENCY)["hours_median"] == 2.0
        assert flow_of(found, TABLOID, AGENCY)["n_by_pair"] == 0  # no verified pair: the canonical

    def test_of_two_that_carry_the_same_the_earlier_is_the_origin(self) -> None:
        run = told_at(wire=0, post=1, echo=2)
        pairs = make_run([], pairs=[
            make_pair("echo", "post", decision="accepted"),
            make_pair("echo", "wire", decision="accepted"),
        ]).pairs  # fmt: skip
        taken = origins(run.members, pairs).row(by_predicate=pl.col("article_id") == "echo", named=True)
        assert (taken["from_id"], taken["by_pair"]) == ("wire", True)

    @pytest.mark.parametrize(
        ("canonical_at", "variant_at", "has_origin"),
        [(0, 1, True), (0, 0, True), (1, 0, False), (None, 0, True), (0, None, True), (None, None, True)],
    )
    def test_a_variant_falls_to_its_canonical_unless_that_came_later(
        self, canonical_at: float | None, variant_at: float | None, has_origin: bool
    ) -> None:
        run = told_at(wire=canonical_at, post=variant_at)
        assert origins(run.members, run.pairs).select("article_id", "from_id").rows() == (
            [("post", "wire")] if has_origin else []
        )

    def test_a_canonical_article_may_have_taken_its_text_too(self) -> None:
        run = told_at(wire=5, post=1)
        pairs = make_run([], pairs=[make_pair("post", "wire", decision="accepted")]).pairs
        assert origins(run.members, pairs).select("article_id", "from_id").rows() == [("wire", "post")]

    @pytest.mark.parametrize("decision", ["rejected", "bridge_cut"])
    def test_pairs_that_were_not_accepted_say_nothing(self, decision: str) -> None:
        run = told_at(wire=5, post=1)
        pairs = make_run([], pairs=[make_pair("post", "wire", decision=decision)]).pairs
        assert origins(run.members, pairs).is_empty()

    def test_an_update_flows_from_an_outlet_to_itself_and_is_not_taken_from_another(self) -> None:
        crew = [make_article(f"a{n}", source="wire", published_at=MORNING + timedelta(hours=n)) for n in range(2)]
        found = summed(make_run([Plan("s", crew)]))
        assert flow_of(found, "wire", "wire")["n_articles"] == 1
        assert (row_of(found, "wire")["n_taken"], row_of(found, "wire")["n_given"]) == (0, 0)

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["wire", "post", None]), st.one_of(st.none(), st.integers(0, 3)), st.integers(0, 1)
            ),
            min_size=1,
            max_size=8,
        ),
        st.randoms(use_true_random=False),
    )
    def test_flows_add_up_and_nothing_is_its_own_origin(self, told: list[Any], chance: Any) -> None:
        crews: dict[int, list[Row]] = {}
        for place, (source, hour, story) in enumerate(told):
            at: datetime | None = None if hour is None else MORNING + timedelta(hours=hour)
            crews.setdefault(story, []).append(make_article(f"a{place}", source=source, published_at=at))
        ids = [f"a{place}" for place in range(len(told))]
        pairs = [
            make_pair(left, right, decision="accepted", aligned_left=chance.random(), aligned_right=chance.random())
            for at, left in enumerate(ids)
            for right in ids[at + 1 :]
            if chance.random() < 0.5
        ]
        run = make_run([Plan(f"s{story}", crew) for story, crew in crews.items()], pairs=pairs)
        found, taken = summed(run), origins(run.members, run.pairs)
        assert found.flows["n_articles"].sum() == taken.height == taken["article_id"].n_unique()
        assert found.outlets["n_taken"].sum() == found.outlets["n_given"].sum()
        origin = dict(taken.select("article_id", "from_id").iter_rows())
        story = dict(run.members.select("article_id", "story_id").iter_rows())
        for one in ids:
            seen = [one]
            while seen[-1] in origin:
                seen.append(origin[seen[-1]])
                assert len(seen) == len(set(seen))
            assert {story[each] for each in seen} == {story[one]}
