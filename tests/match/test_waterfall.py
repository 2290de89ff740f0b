"""A confidence, taken apart."""

from __future__ import annotations

import math

import pytest
from hypothesis import given

from dedup.match.additive import load_additive
from dedup.match.verdict import FEATURES, confidences, features
from dedup.match.waterfall import waterfall
from tests.match.test_verdict import Values, all_evidence, make_evidence


@given(all_evidence)
def test_ends_at_the_confidence_of_the_verdict(evidence: Values) -> None:
    steps = waterfall(evidence)
    assert steps.confidence == pytest.approx(float(confidences([evidence])[0]), abs=1e-9)


@given(all_evidence)
def test_every_step_goes_on_where_the_last_one_ended(evidence: Values) -> None:
    steps = waterfall(evidence)
    at = steps.start
    for factor in steps.factors:
        at += factor.effect
        assert factor.log_odds == pytest.approx(at)
    assert steps.log_odds == pytest.approx(math.fsum([steps.start, *(factor.effect for factor in steps.factors)]))


@given(all_evidence)
def test_the_largest_effect_comes_first(evidence: Values) -> None:
    sizes = [abs(factor.effect) for factor in waterfall(evidence).factors]
    assert sizes == sorted(sizes, reverse=True)


@given(all_evidence)
def test_what_is_unknown_has_no_value_and_no_effect(evidence: Values) -> None:
    known = features([evidence])
    for factor in waterfall(evidence).factors:
        if math.isnan(known[factor.name][0]):
            assert (factor.value, factor.effect) == (None, 0.0)
        else:
            assert factor.value == known[factor.name][0]


def test_every_feature_is_there_in_words() -> None:
    told = {factor.name: factor.meaning for factor in waterfall(make_evidence()).factors}
    assert told == {name: feature.meaning for name, feature in FEATURES.items()}
    assert len(set(told.values())) == len(told), "two features that people cannot tell apart"


@pytest.mark.parametrize(("hours", "model"), [(3.0, "verdict"), (None, "verdict_undated")])
def test_starts_where_nothing_is_known(hours: float | None, model: str) -> None:
    start = waterfall(make_evidence(containment_left=1.0, hours_apart=hours)).start
    assert start == load_additive(model).intercept
