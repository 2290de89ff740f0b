"""What is decided on evidence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.match.evidence import evidence
from dedup.match.verdict import FEATURES, confidences, contributions, features, relation_of, verdict
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


all_evidence = st.fixed_dictionaries(
    {
        name: st.integers(0, 60).map(float) if name == "aligned_sentences" else st.floats(0, 1)
        for name, column in EVIDENCE.items()
        if not column.nullable
    }
).map(lambda values: {**dict.fromkeys(EVIDENCE), **values})


class TestConfidence:
    @given(all_evidence)
    def test_does_not_depend_on_which_side_is_left(self, values: Values) -> None:
        assert features(values).tolist() == features(swap(values)).tolist()
        assert relation_of(values) == relation_of(swap(values))

    @given(st.lists(all_evidence, max_size=5))
    def test_is_a_probability_of_each_pair_alone(self, rows: list[Values]) -> None:
        together = confidences(list(rows))
        assert together.shape == (len(rows),)
        assert ((together >= 0) & (together <= 1)).all()
        alone = [float(confidences([row])[0]) for row in rows]
        assert together.tolist() == pytest.approx(alone, abs=1e-12)

    @given(all_evidence)
    def test_every_feature_contributes(self, values: Values) -> None:
        assert set(contributions(values)) == set(FEATURES)

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


class TestVerdict:
    @given(all_evidence, st.floats(0, 1), st.floats(0, 1))
    def test_accepts_from_the_threshold_on(self, values: Values, confidence: float, min_confidence: float) -> None:
        judged = verdict(values, confidence, min_confidence)
        assert judged.accepted == (confidence >= min_confidence)
        assert judged.confidence == confidence
        assert judged.relation in RELATIONS.categories
        assert (judged.relation in {"related", "unrelated"}) != judged.accepted

    @given(all_evidence, st.floats(0, 1))
    def test_gives_a_reason_in_one_line(self, values: Values, confidence: float) -> None:
        reason = verdict(values, confidence, 0.5).reason
        assert reason
        assert reason.isprintable()
        assert "nan" not in reason

    def test_names_what_stands_against_what(self) -> None:
        names = verdict(make_evidence(names_conflict=0.8, numbers_conflict=0.4), 0.1, 0.5)
        numbers = verdict(make_evidence(numbers_conflict=0.8), 0.1, 0.5)
        assert "names stand against others in 80%" in names.reason
        assert "numbers stand against others in 80%" in numbers.reason

    @pytest.mark.parametrize(
        ("values", "relation"),
        [
            ({"shingle_jaccard": 1.0, "aligned_left": 1.0, "aligned_right": 1.0}, "copy"),
            ({"shingle_jaccard": 0.5, "aligned_left": 0.9, "aligned_right": 0.9}, "light_edit"),
            ({"shingle_jaccard": 0.05, "aligned_left": 0.6, "aligned_right": 0.6}, "rewrite"),
            ({"shingle_jaccard": 0.2, "aligned_left": 1.0, "aligned_right": 0.2, "length_ratio": 0.3}, "partial"),
        ],
    )
    def test_names_the_relation_of_versions(self, values: dict[str, float | None], relation: str) -> None:
        assert relation_of(make_evidence(**values)) == relation

    def test_the_same_actors_in_another_story_are_related(self) -> None:
        near = make_evidence(names_agree=0.9, aligned_sentences=2.0)
        assert verdict(near, 0.01, 0.5).relation == "related"
        assert verdict(make_evidence(), 0.01, 0.5).relation == "unrelated"
