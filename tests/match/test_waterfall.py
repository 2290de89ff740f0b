"""A confidence, taken apart."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.match.verdict import FEATURES, confidences
from dedup.match.waterfall import MEANINGS, waterfall
from dedup.schemas import EVIDENCE

SHARES = st.fixed_dictionaries({name: st.floats(0, 1) for name in EVIDENCE})


@given(SHARES, st.integers(0, 60))
def test_ends_at_the_confidence_of_the_verdict(shares: dict[str, float], n_links: int) -> None:
    evidence = {**shares, "aligned_sentences": float(n_links), "hours_apart": None}
    steps = waterfall(evidence)
    assert steps.confidence == pytest.approx(float(confidences([evidence])[0]), abs=1e-9)


@given(SHARES)
def test_every_step_goes_on_where_the_last_one_ended(shares: dict[str, float]) -> None:
    steps = waterfall(shares)
    at = steps.start
    for factor in steps.factors:
        at += factor.effect
        assert factor.log_odds == pytest.approx(at)
    assert steps.log_odds == pytest.approx(math.fsum([steps.start, *(factor.effect for factor in steps.factors)]))


@given(SHARES)
def test_the_largest_effect_comes_first(shares: dict[str, float]) -> None:
    sizes = [abs(factor.effect) for factor in waterfall(shares).factors]
    assert sizes == sorted(sizes, reverse=True)


def test_every_feature_is_there_in_words() -> None:
    assert set(MEANINGS) == set(FEATURES)
    assert {factor.name for factor in waterfall(dict.fromkeys(EVIDENCE, 0.5)).factors} == set(FEATURES)
