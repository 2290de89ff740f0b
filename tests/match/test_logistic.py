"""A logistic model that people can read."""

from __future__ import annotations

import json
import math
from importlib import resources

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.match import alignment
from dedup.match.logistic import Logistic, load_model

coefficients = st.floats(-3, 3)


def make_model(linear: list[float], square: list[float], intercept: float = 0.0) -> Logistic:
    n = len(linear)
    names = tuple(f"feature_{at}" for at in range(n))
    return Logistic(names, np.zeros(n), np.ones(n), np.asarray(linear), np.asarray(square), intercept)


models = st.integers(1, 5).flatmap(
    lambda n: st.builds(
        make_model,
        st.lists(coefficients, min_size=n, max_size=n),
        st.lists(coefficients, min_size=n, max_size=n),
        coefficients,
    )
)


@given(models, st.lists(st.floats(-1e6, 1e6), min_size=5, max_size=5))
def test_any_value_has_a_probability(model: Logistic, values: list[float]) -> None:
    case = np.asarray(values[: len(model.names)])
    assert 0.0 <= float(model.probability(case)) <= 1.0


@given(models, st.lists(st.floats(-3, 3), min_size=5, max_size=5))
def test_contributions_and_intercept_add_up_to_the_log_odds(model: Logistic, values: list[float]) -> None:
    case = np.asarray(values[: len(model.names)])
    odds = math.fsum([model.intercept, *model.contributions(case).values()])
    assert float(model.probability(case)) == pytest.approx(1 / (1 + math.exp(-max(-30.0, min(30.0, odds)))), abs=1e-12)


def test_many_cases_keep_their_shape() -> None:
    model = make_model([1.0, 2.0], [0.0, 0.0])
    values = np.arange(24.0).reshape(3, 4, 2)
    assert model.probability(values).shape == (3, 4)
    assert model.probability(values)[1, 2] == model.probability(values[1, 2])


def test_far_outside_the_training_data_nothing_runs_away() -> None:
    model = make_model([0.1], [-1.0])
    assert model.probability(np.asarray([4.0])) == model.probability(np.asarray([1e9]))


def test_a_stored_model_says_what_it_knows() -> None:
    model = make_model([1.25], [-0.5], 0.75)
    assert model.as_json("A test") == {
        "about": "A test",
        "intercept": 0.75,
        "features": {"feature_0": {"mean": 0.0, "scale": 1.0, "linear": 1.25, "square": -0.5}},
    }


def test_the_model_in_the_package_has_exactly_the_features_that_are_computed() -> None:
    stored = json.loads(resources.files("dedup.match").joinpath("models/links.json").read_text(encoding="utf-8"))
    assert set(stored["features"]) == set(alignment.FEATURES)
    assert (load_model("links", alignment.FEATURES).scale > 0).all()


def test_the_order_of_features_is_the_callers() -> None:
    one, other = alignment.FEATURES, alignment.FEATURES[::-1]
    assert load_model("links", one).linear.tolist() == load_model("links", other).linear.tolist()[::-1]


def test_a_feature_without_coefficients_is_an_error() -> None:
    with pytest.raises(KeyError, match="phase_of_the_moon"):
        load_model("links", (*alignment.FEATURES, "phase_of_the_moon"))
