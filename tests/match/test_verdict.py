"""What is decided on evidence."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.frames import Column
from dedup.match.additive import load_additive
from dedup.match.evidence import evidence
from dedup.match.verdict import (
    DATED,
    FEATURES,
    confidences,
    container,
    contributions,
    features,
    relation_of,
    relations,
    same_event,
    verdict,
)
from dedup.schemas import EVIDENCE, RELATIONS
from tests.match.builders import LEAK, TOW, TOW_AGAIN, make_side

Values = dict[str, float | None]

SIDES = {"left", "right"}


def make_evidence(**given_values: float | None) -> Values:
    """Evidence in which only ``given_values`` matters; the rest is what two unrelated articles show."""
    filled: Values = {name: None if column.nullable else 0.0 for name, column in EVIDENCE.items()}
    filled["length_ratio"] = 1.0
    filled.update(given_values)
    return filled


def swap(values: Values) -> Values:
    def other(name: str) -> str:
        stem, _, side = name.rpartition("_")
        return f"{stem}_{'right' if side == 'left' else 'left'}" if side in SIDES else name

    return {other(name): value for name, value in values.items()}


def any_value(column: Column) -> st.SearchStrategy[float | None]:
    """Values that a column of evidence may have."""
    is_share = column.meaning.endswith("[0,1]")
    value = st.floats(0, 1) if is_share else st.integers(0, 60).map(float)
    return st.one_of(st.none(), value) if column.nullable else value


all_evidence = st.fixed_dictionaries({name: any_value(column) for name, column in EVIDENCE.items()})


class TestFeatures:
    @given(all_evidence)
    def test_do_not_depend_on_which_side_is_left(self, values: Values) -> None:
        there, back = features([values]), features([swap(values)])
        assert list(there) == list(back) == list(FEATURES)
        for name, value in there.items():
            assert np.array_equal(value, back[name], equal_nan=True), name

    @given(st.lists(all_evidence, max_size=5))
    def test_are_those_of_each_pair_alone(self, rows: list[Values]) -> None:
        for name, column in features(rows).items():
            alone = np.asarray([features([row])[name][0] for row in rows])
            assert np.array_equal(column, alone, equal_nan=True), name

    @given(all_evidence)
    def test_are_unknown_only_where_the_evidence_is(self, values: Values) -> None:
        unknown = {name for name, value in features([values]).items() if np.isnan(value[0])}
        if None not in values.values():
            assert unknown == set()
        assert unknown <= {
            *("order", "headline", "copied_headline", "names_most", "names_least", "names_exchanged"),
            *("numbers_agree", "numbers_exchanged", "dates_conflict", "days_conflict", "quotes"),
            *("days_apart", "copied_days"),
        }

    def test_of_one_known_side_are_that_side_and_no_smaller_share(self) -> None:
        found = features([make_evidence(names_left=0.8)])
        assert found["names_most"].tolist() == [0.8]
        assert np.isnan(found["names_least"]).all()

    def test_beyond_three_months_know_no_further(self) -> None:
        months, years = features([make_evidence(hours_apart=24.0 * days) for days in (90, 9_000)])["days_apart"]
        assert months == years == pytest.approx(math.log(91))

    def test_speak_of_a_template_only_as_far_as_it_is_copied(self) -> None:
        changed: Values = {"names_alone": 6.0, "numbers_alone": 6.0, "headline_agree": 0.0, "hours_apart": 240.0}
        invented = features([make_evidence(**changed)])
        copied = features([make_evidence(containment_left=0.81, shingle_jaccard=0.5, **changed)])
        interactions = [name for name in FEATURES if name.startswith("copied_") and name[7:] not in {"most", "both"}]
        assert len(interactions) == 4
        assert [invented[name].tolist() for name in interactions] == [[0.0]] * 4
        assert [copied[name][0] for name in interactions[:3]] == [pytest.approx(0.9)] * 3
        assert copied["copied_days"][0] == pytest.approx(0.9 * math.log(11))
        same = features([make_evidence(containment_left=1.0, shingle_jaccard=1.0, names_alone=6.0, numbers_alone=6.0)])
        assert (same["copied_names"][0], same["copied_numbers"][0]) == (0.0, 0.0), "in small letters"


class TestConfidence:
    @given(st.lists(all_evidence, max_size=5))
    def test_is_a_probability_of_each_pair_alone(self, rows: list[Values]) -> None:
        together = confidences(list(rows))
        assert together.shape == (len(rows),)
        assert ((together >= 0) & (together <= 1)).all()
        alone = [float(confidences([row])[0]) for row in rows]
        assert together.tolist() == pytest.approx(alone, abs=1e-12)

    @given(all_evidence)
    def test_every_feature_contributes_what_is_known_of_it(self, values: Values) -> None:
        _, told = contributions(values)
        assert set(told) == set(FEATURES)
        assert all(told[name] == 0.0 for name, value in features([values]).items() if np.isnan(value[0]))

    @given(st.lists(all_evidence, min_size=1, max_size=5))
    def test_comes_from_another_model_where_a_time_is_unknown(self, rows: list[Values]) -> None:
        dated, undated = (load_additive(name).probability(features(rows)) for name in ("verdict", "verdict_undated"))
        known = [row["hours_apart"] is not None for row in rows]
        assert confidences(rows).tolist() == np.where(known, dated, undated).tolist()

    @given(all_evidence)
    def test_says_nothing_by_days_where_a_time_is_unknown(self, values: Values) -> None:
        _, told = contributions({**values, "hours_apart": None})
        assert {told[name] for name in DATED} == {0.0}

    @given(all_evidence, st.sampled_from(sorted(FEATURES)), st.floats(0, 1))
    def test_never_falls_when_a_feature_speaks_louder_for_one_story(
        self, values: Values, name: str, more: float
    ) -> None:
        model, known = (
            load_additive("verdict" if values["hours_apart"] is not None else "verdict_undated"),
            features([values]),
        )
        moved = {**known, name: known[name] + FEATURES[name].direction * more}
        assert model.log_odds(moved)[0] >= model.log_odds(known)[0] - 1e-9

    def test_tells_a_copy_and_a_rewrite_from_another_story(self) -> None:
        tow = make_side(TOW)
        rows = [evidence(tow, make_side(text)) for text in (TOW, TOW_AGAIN, LEAK)]
        copy, rewrite, other = confidences(list(rows)).tolist()
        assert copy > 0.9
        assert rewrite > 0.5
        assert other < 0.1

    @pytest.mark.parametrize("corpus", ["newsroom", "traps"])
    @pytest.mark.parametrize("change", ["none", "upper", "lower"])
    def test_an_article_and_its_copy_are_one_story_in_any_language_and_case(
        self, root: Path, corpus: str, change: str
    ) -> None:
        lines = (root / "tests" / "gold" / corpus / "articles.jsonl").read_text(encoding="utf-8").splitlines()
        rejected = []
        for article in map(json.loads, lines):
            text, lang = article["text"], (article["lang"] or "en")[:2]
            copy = {"none": text, "upper": text.upper(), "lower": text.lower()}[change]
            known = evidence(make_side(text, lang), make_side(copy, lang))
            if len(text) > 300 and float(confidences([known])[0]) < 0.5:
                rejected.append(article["id"])
        assert rejected == []


class TestSameEvent:
    @given(st.lists(all_evidence, max_size=5))
    def test_is_a_probability_of_each_pair_alone(self, rows: list[Values]) -> None:
        together = same_event(rows)
        assert together.shape == (len(rows),)
        assert ((together >= 0) & (together <= 1)).all()
        assert together.tolist() == [float(same_event([row])[0]) for row in rows]

    @given(all_evidence)
    def test_does_not_depend_on_which_side_is_left(self, values: Values) -> None:
        assert same_event([values]).tolist() == same_event([swap(values)]).tolist()

    def test_falls_with_the_days_between(self) -> None:
        near: Values = {"names_left": 0.8, "names_right": 0.8, "salience_left": 0.95, "numbers_agree": 0.9}
        chances = same_event([make_evidence(hours_apart=24.0 * days, **near) for days in (0, 7, 60)]).tolist()
        assert chances[0] > chances[1] > chances[2]


class TestVerdict:
    @given(all_evidence, st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
    def test_accepts_from_the_threshold_on(
        self, values: Values, confidence: float, event: float, min_confidence: float
    ) -> None:
        judged = verdict(values, confidence, event, min_confidence)
        assert judged.accepted == (confidence >= min_confidence)
        assert judged.confidence == confidence
        assert judged.relation in RELATIONS.categories
        assert (judged.relation in {"same_event", "related", "unrelated"}) != judged.accepted

    @given(all_evidence, st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
    def test_says_the_same_from_either_side(
        self, values: Values, confidence: float, event: float, min_confidence: float
    ) -> None:
        there, back = (verdict(side, confidence, event, min_confidence) for side in (values, swap(values)))
        assert (there.relation, there.accepted) == (back.relation, back.accepted)

    @given(all_evidence, st.floats(0, 1), st.floats(0, 1))
    def test_gives_a_reason_in_one_line(self, values: Values, confidence: float, event: float) -> None:
        reason = verdict(values, confidence, event, 0.5).reason
        assert reason
        assert reason.isprintable()
        assert "nan" not in reason

    def test_names_what_stands_against_what(self) -> None:
        names = verdict(make_evidence(names_conflict=0.8, numbers_conflict=0.4), 0.1, 0.0, 0.5)
        numbers = verdict(make_evidence(numbers_conflict=0.8), 0.1, 0.0, 0.5)
        assert "names stand against others in 80%" in names.reason
        assert "numbers stand against others in 80%" in numbers.reason

    def test_says_that_there_are_no_names_rather_than_that_none_agree(self) -> None:
        unknown, none = (
            verdict(make_evidence(names_left=names, names_right=0.0), 0.9, 0.0, 0.5) for names in (None, 0.0)
        )
        assert unknown.reason.endswith("no names to compare")
        assert none.reason.endswith("0% and 0% of the names are there too")

    @pytest.mark.parametrize(
        ("values", "relation"),
        [
            ({"shingle_jaccard": 1.0, "aligned_left": 1.0, "aligned_right": 1.0}, "copy"),
            ({"shingle_jaccard": 0.5, "aligned_left": 0.9, "aligned_right": 0.9}, "light_edit"),
            ({"shingle_jaccard": 0.05, "aligned_left": 0.6, "aligned_right": 0.6}, "rewrite"),
            ({"shingle_jaccard": 0.2, "aligned_left": 1.0, "aligned_right": 0.2, "length_ratio": 0.3}, "partial"),
            ({"shingle_jaccard": 0.4, "aligned_left": 0.9, "aligned_right": 0.9, "length_ratio": 0.25}, "partial"),
            ({"shingle_jaccard": 0.4, "aligned_left": 0.9, "aligned_right": 0.9, "length_ratio": 0.5}, "light_edit"),
        ],
    )
    def test_names_the_relation_of_versions(self, values: dict[str, float | None], relation: str) -> None:
        assert relation_of(make_evidence(**values)) == relation

    def test_tells_the_same_event_from_the_same_actors_and_from_neither(self) -> None:
        near = make_evidence(names_left=0.9, names_right=0.6, aligned_sentences=2.0)
        edge = relations()["same_event_from_probability"]
        assert verdict(near, 0.01, edge, 0.5).relation == "same_event"
        assert verdict(near, 0.01, edge - 0.01, 0.5).relation == "related"
        assert verdict(make_evidence(), 0.01, 0.0, 0.5).relation == "unrelated"

    @pytest.mark.parametrize(
        ("confidence", "values", "relation"),
        [
            (0.01, {"names_left": 0.9, "names_right": 0.9, "aligned_sentences": 0.0}, "unrelated"),
            (0.01, {"names_left": 0.9, "names_right": 0.1, "aligned_sentences": 2.0}, "unrelated"),
            (0.01, {"names_left": 0.9, "names_right": None, "aligned_sentences": 2.0}, "unrelated"),
            (0.2, {"names_left": None, "names_right": None, "aligned_sentences": 0.0}, "related"),
        ],
    )
    def test_asks_for_names_of_both_and_a_link_or_for_some_confidence(
        self, confidence: float, values: dict[str, float | None], relation: str
    ) -> None:
        assert verdict(make_evidence(**values), confidence, 0.0, 0.5).relation == relation


class TestContainers:
    @given(st.sampled_from(RELATIONS.categories.to_list()), st.floats(0, 1), st.floats(0, 1))
    def test_hold_the_other_article_among_much_else(self, relation: str, left: float, right: float) -> None:
        found = container(relation, left, right)
        assert (found is not None) == (
            relation == "partial" and min(left, right) < relations()["container_below_carried"]
        )
        if left != right:
            assert found == {0: 1, 1: 0, None: None}[container(relation, right, left)]
        if found is not None:
            assert (left, right)[found] == min(left, right)


class TestRelations:
    def test_are_told_apart_by_shares(self) -> None:
        edges = relations()
        assert edges["light_edit_from_jaccard"] < edges["copy_from_jaccard"]
        assert edges["partial_up_to_length_ratio_whatever_is_carried"] < edges["partial_up_to_length_ratio"]
        assert all(0.0 <= edge <= 1.0 for edge in edges.values())
