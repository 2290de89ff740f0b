"""``explain``: what it says is what the run decided, and what the stages would compute."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import polars as pl
import pytest

from dedup.config import Config
from dedup.errors import OutputError, UsageError
from dedup.explain import Explanation, explain, explaining
from dedup.match.evidence import evidence
from dedup.match.sides import Sides
from dedup.schemas import EVIDENCE
from dedup.sketch.documents import documents
from dedup.store.outputs import StoredRun
from tests.explain.runs import FOOTBALL, HARBOUR, HARBOUR_REWRITTEN, make_pipeline_run, make_stored_run, make_story
from tests.report.frames import make_pair


@pytest.fixture(scope="module")
def small_run(tmp_path_factory: pytest.TempPathFactory) -> StoredRun:
    """A story, its rewrite, another story, and a note too short to be matched."""
    texts = {"harbour": HARBOUR, "rewrite": HARBOUR_REWRITTEN, "football": FOOTBALL, "note": "It rained in Palisade."}
    return make_pipeline_run(tmp_path_factory.mktemp("small"), texts)


def make_titled_run(folder: Path, config: Config) -> Explanation:
    """Why two of three articles belong together, of which the headlines name the same two."""
    titles = {"a": "Zhukov leaves Brask", "b": "Jukov and BRASK part", "c": "Zhukov, Brask: a chronicle"}
    texts = {"a": HARBOUR, "b": HARBOUR_REWRITTEN, "c": FOOTBALL}
    return explain(make_pipeline_run(folder, texts, config.model_dump(mode="json"), titles), "a", "b")


def values(explanation: Explanation) -> dict[str, float | None]:
    return {piece.name: piece.value for piece in explanation.evidence}


class TestAVerifiedPair:
    def test_is_told_as_the_run_decided_it(self, seed_run: StoredRun) -> None:
        assert seed_run.pairs.height > 0
        for row in seed_run.pairs.iter_rows(named=True):
            told = explain(seed_run, row["left_id"], row["right_id"])
            judged = told.judgement
            assert (judged.decision, judged.relation, judged.reason, list(judged.views)) == (
                row["decision"],
                row["relation"],
                row["reason"],
                row["views"],
            )
            assert judged.confidence == row["confidence"]
            assert values(told) == {name: row[name] for name in EVIDENCE}
            assert told.misses == {}

    def test_its_evidence_computed_anew_is_the_stored_one(self, seed_run: StoredRun) -> None:
        # A note is what a difference would leave.
        pairs = seed_run.pairs.select("left_id", "right_id").iter_rows()
        assert [note for left, right in pairs for note in explain(seed_run, left, right).notes] == []

    def test_the_steps_of_its_confidence_end_at_its_confidence(self, seed_run: StoredRun) -> None:
        for left, right in seed_run.pairs.select("left_id", "right_id").iter_rows():
            told = explain(seed_run, left, right)
            assert told.waterfall.confidence == pytest.approx(told.judgement.confidence, abs=1e-4)

    def test_the_buckets_it_shares_are_the_views_that_found_it(self, seed_run: StoredRun) -> None:
        for left, right in seed_run.pairs.select("left_id", "right_id").iter_rows():
            told = explain(seed_run, left, right)
            shares = {odds.view for odds in told.views if odds.n_shared}
            if told.anchors.n_counted >= told.anchors.min_shared:
                shares.add("anchor")
            assert shares == set(told.judgement.views)

    def test_every_pair_of_a_story_that_was_not_verified_is_chained(self, seed_run: StoredRun) -> None:
        home = dict(seed_run.members.select("article_id", "story_id").iter_rows())
        for left, right in combinations(sorted(home), 2):
            told = explain(seed_run, left, right)
            assert told.one_story == (home[left] == home[right])
            assert bool(told.chain) == (told.one_story and told.judgement.decision != "accepted")

    def test_another_version_of_the_program_is_noted(self, seed_run: StoredRun) -> None:
        left, right = seed_run.pairs.select("left_id", "right_id").row(0)
        older = replace(seed_run, pairs=seed_run.pairs.with_columns(length_ratio=pl.col("length_ratio") / 2))
        told = explain(older, left, right)
        assert len(told.notes) == 1
        assert "length_ratio" in told.notes[0]
        assert values(told)["length_ratio"] == older.pairs["length_ratio"][0]


class TestAPairThatWasNoCandidate:
    def test_is_said_to_be_none_and_by_which_views_it_was_missed(self, small_run: StoredRun) -> None:
        told = explain(small_run, "harbour", "football")
        assert told.judgement.decision == "not_compared"
        assert told.judgement.views == ()
        assert list(told.misses) == ["copy", "story", "anchor"]
        assert told.misses["copy"].startswith("no bucket in common")
        assert told.misses["anchor"].endswith("2 are needed")

    def test_gets_the_evidence_of_the_stage_that_verifies(self, small_run: StoredRun) -> None:
        told = explain(small_run, "football", "harbour")
        sides = Sides(small_run.articles, documents(small_run.articles, Config().text), Config())
        row_of = {one: row for row, one in enumerate(small_run.articles["article_id"])}
        assert values(told) == evidence(sides[row_of["football"]], sides[row_of["harbour"]])
        assert told.waterfall.confidence == pytest.approx(told.judgement.confidence)
        assert told.judgement.accepted == (told.judgement.confidence >= told.min_confidence)

    def test_may_hold_an_article_too_short_to_be_matched(self, small_run: StoredRun) -> None:
        told = explain(small_run, "harbour", "note")
        assert [odds.jaccard for odds in told.views] == [None, None]
        assert told.misses["copy"] == told.misses["story"] == "an article is too short to be signed"
        assert told.anchors.score == 0.0


class TestAnchors:
    def test_are_told_in_the_words_of_each_article(self, small_run: StoredRun) -> None:
        told = explain(small_run, "harbour", "rewrite")
        words = {(anchor.left, anchor.right) for anchor in told.anchors.shared}
        assert {("Amberlight", "Amberlight"), ("Achterley", "Achterley"), ("hawser", "hawser")} <= words
        for anchor in told.anchors.shared:
            assert anchor.left in HARBOUR
            assert anchor.right in HARBOUR_REWRITTEN
            assert anchor.leads_left or anchor.leads_right

    def test_may_stand_in_headlines(self, tmp_path: Path) -> None:
        told = make_titled_run(tmp_path, Config())
        assert {("Zhukov", "Jukov"), ("Brask", "BRASK")} <= {(one.left, one.right) for one in told.anchors.shared}

    def test_that_only_two_together_are_rare_enough_are_told_together(self, tmp_path: Path) -> None:
        config = Config.model_validate({"match": {"anchors": {"max_articles": 2, "joined": 2}}})
        told = make_titled_run(tmp_path, config)
        (both,) = (one for one in told.anchors.shared if "Zhukov" in one.left)
        assert set(both.left.split(" + ")) == {"Zhukov", "Brask"}
        assert set(both.right.split(" + ")) == {"Jukov", "BRASK"}
        assert both.n_articles == 3

    def test_are_told_from_a_sample_of_a_large_run(self, small_run: StoredRun, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(explaining, "MAX_SAMPLED", 1)
        told = explain(small_run, "harbour", "rewrite")
        assert (told.anchors.n_sampled, told.n_articles) == (3, 4)
        assert told.judgement.decision == "accepted"
        assert told.notes == ()

    def test_and_the_sample_of_a_large_run_has_all_articles_of_the_outlets(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run = make_stored_run([make_story(f"s-{one}", one) for one in "abcdef"])
        articles = run.articles.with_columns(source=pl.Series(["Herald", "Mail", "Herald", None, "Herald", "Mail"]))
        monkeypatch.setattr(explaining, "MAX_SAMPLED", 1)
        told = explain(replace(run, articles=articles), "c", "d")
        assert told.anchors.n_sampled == 4  # a, c, e of the Herald, and d


class TestSentences:
    def test_slice_to_the_text_as_it_was_given(self, seed_run: StoredRun) -> None:
        texts = dict(seed_run.articles.select("article_id", "text").iter_rows())
        told = explain(seed_run, *sorted(texts)[:2]).as_record()
        for side in ("left", "right"):
            text = texts[told[side]["article_id"]]
            for sentence in told["passages"][side]:
                assert sentence["text"] == text[sentence["start"] : sentence["end"]]

    def test_of_a_rewrite_are_linked_out_of_order(self, small_run: StoredRun) -> None:
        told = explain(small_run, "harbour", "rewrite").as_record()["passages"]
        linked = [(told["left"][one["left"]]["text"], told["right"][one["right"]]["text"]) for one in told["links"]]
        assert any("filed a claim" in left and "claim on its desk" in right for left, right in linked)
        alone = set(range(len(told["right"]))) - {one["right"] for one in told["links"]}
        assert [told["right"][at]["text"] for at in alone] == [
            "Analysts expect bread to become dearer before the winter."
        ]


class TestStories:
    def test_a_cut_bridge_tells_what_was_verified_between_the_two(self) -> None:
        run = make_stored_run(
            [make_story("s-1", "a", "b"), make_story("s-2", "c", "d")],
            pairs=[
                make_pair("a", "b", decision="accepted", confidence=0.9),
                make_pair("a", "c", decision="bridge_cut", confidence=0.7),
                make_pair("b", "c", confidence=0.1),
            ],
        )
        told = explain(run, "a", "c")
        asked = Config().stories
        assert told.judgement.decision == "bridge_cut"
        assert told.judgement.accepted
        assert not told.one_story
        assert told.bridge is not None
        assert (told.bridge.n_pairs, told.bridge.n_confident) == (2, 1)
        assert (told.bridge.min_bridge, told.bridge.min_support) == (asked.min_support, asked.min_support)
        assert told.bridge.mean_confidence == pytest.approx(0.4)
        # c is sure of a by 0.7, d of nobody.
        assert told.bridge.support == pytest.approx(0.35)
        assert not told.bridge.outgrown

    def test_what_the_run_asked_of_a_bridge_is_told_not_what_is_asked_today(self) -> None:
        run = make_stored_run(
            [make_story("s-1", "a"), make_story("s-2", "b")],
            pairs=[make_pair("a", "b", confidence=0.6, decision="bridge_cut")],
            config=Config.model_validate({"stories": {"min_bridge": 0.8, "min_support": 0.9}}),
        )
        told = explain(run, "a", "b").bridge
        assert told is not None
        assert (told.min_bridge, told.min_support) == (0.8, 0.9)

    def test_a_rejected_pair_of_one_story_tells_the_chain(self) -> None:
        run = make_stored_run(
            [make_story("s-1", "a", "b", "c")],
            pairs=[
                make_pair("a", "b", decision="accepted", confidence=0.9),
                make_pair("b", "c", decision="accepted", confidence=0.9),
                make_pair("a", "c", confidence=0.3),
            ],
        )
        told = explain(run, "c", "a")
        assert (told.one_story, told.chain, told.bridge) == (True, ("a", "b", "c"), None)

    def test_each_article_is_told_with_its_story(self) -> None:
        run = make_stored_run([make_story("s-1", "a", "b"), make_story("s-2", "c")])
        told = explain(run, "b", "c")
        assert (told.left.story_id, told.left.size, told.left.canonical_id, told.left.relation) == (
            "s-1",
            2,
            "a",
            "rewrite",
        )
        assert (told.right.story_id, told.right.relation) == ("s-2", "canonical")


class TestTheOrderOfTheTwo:
    def test_does_not_matter(self, small_run: StoredRun) -> None:
        there, back = explain(small_run, "rewrite", "harbour"), explain(small_run, "harbour", "rewrite")
        assert there.as_record() == back.as_record()


class TestThePlainForm:
    def test_is_json_and_holds_no_text_but_the_sentences(self, small_run: StoredRun) -> None:
        record = explain(small_run, "harbour", "rewrite").as_record()
        assert json.loads(json.dumps(record, allow_nan=False)) == record
        assert HARBOUR not in json.dumps(record)

    def test_rounds_to_six_decimals(self, small_run: StoredRun) -> None:
        told = explain(small_run, "harbour", "rewrite")
        record = told.as_record()
        assert record["waterfall"]["log_odds"] == round(told.waterfall.log_odds, 6)
        assert [piece["name"] for piece in record["evidence"]] == list(EVIDENCE)


class TestWhatCannotBeExplained:
    def test_an_unknown_article_is_answered_with_the_one_that_was_meant(self, small_run: StoredRun) -> None:
        with pytest.raises(UsageError, match=r"no article 'harbuor'. Did you mean 'harbour'\?"):
            explain(small_run, "rewrite", "harbuor")

    def test_an_article_unlike_any_is_answered_with_where_they_are_listed(self, small_run: StoredRun) -> None:
        with pytest.raises(UsageError, match=r"no article 'zzz'. members.csv lists"):
            explain(small_run, "zzz", "harbour")

    def test_a_story_is_answered_with_the_command_for_stories(self, small_run: StoredRun) -> None:
        story_id = small_run.stories["story_id"][0]
        with pytest.raises(UsageError, match="That is a story; dedup show lists its articles"):
            explain(small_run, story_id, "harbour")

    def test_an_article_is_no_pair(self, small_run: StoredRun) -> None:
        with pytest.raises(UsageError, match=r"'harbour' is given twice\. Give two different articles"):
            explain(small_run, "harbour", "harbour")

    @pytest.mark.parametrize("config", [None, {"sketch": {"seeed": 1}}])
    def test_a_run_without_settings_must_be_run_again(self, small_run: StoredRun, config: object) -> None:
        older = replace(small_run, manifest={**small_run.manifest, "config": config})
        with pytest.raises(OutputError, match=r"run\.json: holds no settings that this version understands"):
            explain(older, "harbour", "rewrite")

    def test_nothing_is_written(self, small_run: StoredRun) -> None:
        before = {path: path.stat().st_mtime_ns for path in Path(small_run.out).iterdir()}
        explain(small_run, "harbour", "rewrite")
        assert {path: path.stat().st_mtime_ns for path in Path(small_run.out).iterdir()} == before
