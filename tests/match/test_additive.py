"""A model that is a sum of curves."""

from __future__ import annotations

import json
import math
from importlib import resources
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.match.additive import Additive, Curve, load_additive
from dedup.match.verdict import DATED, FEATURES

MODELS = ("verdict", "verdict_undated", "event")
NAMES = ("a", "b", "c")
places = st.lists(st.integers(-40, 40).map(lambda at: at / 8), min_size=2, max_size=8, unique=True).map(sorted)
odds = st.integers(-3_000, 3_000).map(lambda value: value / 1_000)
values = st.one_of(st.just(math.nan), st.floats(-10, 10))


def make_curve(*points: tuple[float, float]) -> Curve:
    at, added = np.asarray(points, dtype=np.float64).T
    return Curve(at, added)


curves = places.flatmap(
    lambda at: st.lists(odds, min_size=len(at), max_size=len(at)).map(
        lambda added: make_curve(*zip(at, added, strict=True))
    )
)
models = st.builds(Additive, st.fixed_dictionaries(dict.fromkeys(NAMES, curves)), odds)
cases = st.fixed_dictionaries(dict.fromkeys(NAMES, values))


def stored(name: str) -> dict[str, list[list[float]]]:
    """The curves of a model of the package as they are written."""
    text = resources.files("dedup.match").joinpath(f"models/{name}.json").read_text(encoding="utf-8")
    found: dict[str, list[list[float]]] = json.loads(text)["curves"]
    return found


class TestCurves:
    @given(curves)
    def test_go_through_their_points(self, curve: Curve) -> None:
        assert curve(curve.at).tolist() == curve.odds.tolist()

    def test_are_straight_between_their_points(self) -> None:
        curve = make_curve((0.0, -1.0), (0.5, 1.0), (1.0, 1.0))
        assert curve(np.asarray([0.125, 0.25, 0.75])).tolist() == [-0.5, 0.0, 1.0]

    @given(curves, st.floats(0, 1e9))
    def test_are_level_beyond_their_ends(self, curve: Curve, further: float) -> None:
        beyond = np.asarray([curve.at[0] - further, curve.at[-1] + further])
        assert curve(beyond).tolist() == [curve.odds[0], curve.odds[-1]]

    @given(curves)
    def test_add_nothing_for_what_is_unknown(self, curve: Curve) -> None:
        assert curve(np.asarray([math.nan, curve.at[0]])).tolist() == [0.0, curve.odds[0]]

    @given(curves, values.filter(lambda value: not math.isnan(value)), st.floats(0, 5))
    def test_rise_where_their_points_do(self, curve: Curve, value: float, more: float) -> None:
        rising = Curve(curve.at, np.sort(curve.odds))
        low, high = rising(np.asarray([value, value + more]))
        assert low <= high + 1e-12


class TestModels:
    @given(models, st.lists(cases, min_size=1, max_size=5))
    def test_judge_each_case_alone(self, model: Additive, rows: list[dict[str, float]]) -> None:
        together = model.probability({name: np.asarray([row[name] for row in rows]) for name in NAMES})
        assert together.shape == (len(rows),)
        assert ((together > 0) & (together < 1)).all()
        for row, chance in zip(rows, together.tolist(), strict=True):
            assert model.probability({name: np.asarray(value) for name, value in row.items()}) == chance

    @given(models, cases)
    def test_what_the_features_add_and_the_intercept_make_the_log_odds(
        self, model: Additive, case: dict[str, float]
    ) -> None:
        told = model.contributions(case)
        assert list(told) == list(model.curves)
        summed = math.fsum([model.intercept, *told.values()])
        assert float(model.log_odds({name: np.asarray(value) for name, value in case.items()})) == pytest.approx(summed)

    @given(models)
    def test_know_nothing_but_their_intercept_of_a_case_of_which_nothing_is_known(self, model: Additive) -> None:
        nothing = dict.fromkeys(NAMES, math.nan)
        assert model.contributions(nothing) == dict.fromkeys(NAMES, 0.0)
        chance = model.probability({name: np.asarray([math.nan]) for name in NAMES})
        assert chance.tolist() == pytest.approx([1 / (1 + math.exp(-model.intercept))])

    @given(models, cases, st.sampled_from(NAMES))
    def test_are_moved_by_a_feature_as_far_as_its_curve_says(
        self, model: Additive, case: dict[str, float], name: str
    ) -> None:
        arrays = {one: np.asarray([value]) for one, value in case.items()}
        unknown = {**arrays, name: np.asarray([math.nan])}
        moved = float(model.log_odds(arrays)[0] - model.log_odds(unknown)[0])
        assert moved == pytest.approx(float(model.curves[name](arrays[name])[0]), abs=1e-9)

    def test_are_never_quite_sure(self) -> None:
        certain = Additive({"a": make_curve((0.0, -1e6), (1.0, 1e6))}, 0.0)
        low, high = certain.probability({"a": np.asarray([0.0, 1.0])}).tolist()
        assert 0 < low < 1e-12
        assert 1 - 1e-12 < high < 1


class TestTheStoredForm:
    @given(models, cases)
    def test_says_all_that_the_model_knows(self, model: Additive, case: dict[str, float]) -> None:
        written = json.loads(json.dumps(model.as_json("A test.")))
        assert list(written) == ["about", "intercept", "curves"]
        curves_again = {name: make_curve(*map(tuple, points)) for name, points in written["curves"].items()}
        again = Additive(curves_again, written["intercept"])
        assert again.contributions(case) == pytest.approx(model.contributions(case), abs=1e-9)
        assert again.intercept == model.intercept

    def test_leaves_out_points_on_a_level(self) -> None:
        curve = make_curve((0.0, 0.5), (0.1, 0.5), (0.2, 0.5), (0.3, 1.0), (0.4, 1.0), (0.5, 1.0))
        assert Additive({"a": curve}, 0.12345).as_json("A test.") == {
            "about": "A test.",
            "intercept": 0.1235,
            "curves": {"a": [[0.0, 0.5], [0.2, 0.5], [0.3, 1.0], [0.5, 1.0]]},
        }

    def test_of_a_level_curve_keeps_its_ends(self) -> None:
        told = Additive({"a": make_curve((0.0, 0.0), (0.5, 0.0), (1.0, 0.0))}, 0.0).as_json("A test.")
        assert told["curves"] == {"a": [[0.0, 0.0], [1.0, 0.0]]}


class TestTheModelsOfThePackage:
    def test_know_exactly_the_features_that_are_computed(self) -> None:
        assert set(stored("verdict")) == set(FEATURES)
        assert set(stored("verdict_undated")) == set(FEATURES) - DATED
        assert set(stored("event")) < set(FEATURES)

    @pytest.mark.parametrize("name", MODELS)
    def test_never_run_against_what_a_feature_can_speak_for(self, name: str) -> None:
        against = [
            (feature, point, following)
            for feature, points in stored(name).items()
            for point, following in pairwise(points)
            if FEATURES[feature].direction * (following[1] - point[1]) < 0
        ]
        assert against == []

    @pytest.mark.parametrize("name", MODELS)
    def test_have_curves_over_ascending_values(self, name: str) -> None:
        for feature, points in stored(name).items():
            at = [value for value, _ in points]
            assert at == sorted(set(at)), feature
            assert all(math.isfinite(number) for point in points for number in point), feature

    @pytest.mark.parametrize("name", MODELS)
    def test_are_read_as_they_are_written(self, name: str) -> None:
        model = load_additive(name)
        assert {feature: curve.at.tolist() for feature, curve in model.curves.items()} == {
            feature: [value for value, _ in points] for feature, points in stored(name).items()
        }
        assert {feature: curve.odds.tolist() for feature, curve in model.curves.items()} == {
            feature: [added for _, added in points] for feature, points in stored(name).items()
        }
