"""Fitted curves keep to their directions and limits, and no model judges what it has seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np
import pytest
import scipy.optimize  # noqa: F401 - what it computes with must be loaded before its threads can be limited
from threadpoolctl import threadpool_limits

from dedup.match.additive import Additive
from dedup.match.verdict import FEATURES
from tests.gold.builders import make_cases
from tests.gold.fitting import (
    FOLDS,
    KNOTS,
    LIMITS,
    MOST,
    UNDATED,
    Cases,
    Labels,
    Matrix,
    cross_validated,
    fit,
    fit_judges,
    fold_of,
    unseen,
)

FEW = {"order": 1, "dates_conflict": -1, "unspaced": 0}
"""A feature of each direction, with few knots, so that models are fitted in no time."""
TWO = {"dates_conflict": -1, "unspaced": 0}
DAYS = {"lead": 1, "days_apart": -1}
Judge = Callable[..., list[Matrix]]
JUDGES = pytest.mark.parametrize("judge", [cross_validated, unseen])


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """On a busy machine, threads that wait for each other take 100 times as long over cases this few."""
    with threadpool_limits(limits=1):
        yield


def make_noise(seed: int, n: int = 200) -> Cases:
    """Every feature of the verdict drawn by chance between its knots, a fifth of it unknown; labels by chance, too."""
    chance = np.random.default_rng(seed)
    values = {}
    for name in FEATURES:
        knots = KNOTS.get(name, (0.0, 1.0))
        values[name] = np.where(chance.random(n) < 0.2, np.nan, chance.uniform(knots[0], knots[-1], n))
    return make_cases(values, chance.random(n) < 0.4)


def make_told_by(feature: str, *, rising: bool, seed: int = 0, n: int = 120, name: str = "corpus") -> Cases:
    """Cases whose labels follow one feature of ``FEW``, with some noise; the other features are drawn by chance."""
    chance = np.random.default_rng(seed)
    place = {one: chance.random(n) for one in FEW}
    values = {one: KNOTS[one][0] + share * (KNOTS[one][-1] - KNOTS[one][0]) for one, share in place.items()}
    return make_cases(values, (place[feature] + chance.normal(0.0, 0.1, n) > 0.5) == rising, name=name)


def make_two_corpora() -> list[Cases]:
    """Two corpora whose labels the conflict of dates tells."""
    return [make_told_by("dates_conflict", rising=False, seed=seed, name=f"corpus {seed}") for seed in (5, 6)]


def make_dated(n: int = 300) -> Cases:
    """Cases that the days between decide without doubt, few of them true; the lead tells half as much."""
    chance = np.random.default_rng(0)
    days = chance.choice([0.0, 1.0, 5.0, 20.0, 60.0], n, p=[0.1, 0.1, 0.1, 0.3, 0.4])
    labels = days < 10
    lead = np.clip(labels * 0.3 + chance.random(n) * 0.7, 0.0, 1.0)
    return make_cases({"lead": lead, "days_apart": np.log1p(days)}, labels)


def relabelled(cases: Cases, chosen: Labels) -> Cases:
    """The same cases, the chosen ones with the opposite labels."""
    return make_cases(cases.values, cases.labels ^ chosen, name=cases.name)


def repeated(cases: Cases, times: int | list[int]) -> Cases:
    """Each case so many times."""
    values = {name: np.repeat(column, times) for name, column in cases.values.items()}
    return make_cases(values, np.repeat(cases.labels, times), name=cases.name)


def steps(model: Additive, name: str) -> Matrix:
    """How far the curve of a feature moves from knot to knot."""
    return np.diff(model.curves[name].odds)


def points(model: Additive) -> Mapping[str, list[float]]:
    return {"intercept": [model.intercept], **{name: curve.odds.tolist() for name, curve in model.curves.items()}}


def assert_alike(one: Additive, other: Additive, within: float = 0.02) -> None:
    """Two models are the same but for where the search for the best one stopped."""
    for name, odds in points(one).items():
        assert odds == pytest.approx(points(other)[name], abs=within), name


class TestCurves:
    @pytest.mark.parametrize("seed", range(3))
    def test_never_move_against_the_direction_of_their_feature_whatever_chance_says(self, seed: int) -> None:
        model = fit([make_noise(seed)])
        assert list(model.curves) == list(FEATURES)
        wrong = [name for name, feature in FEATURES.items() if (feature.direction * steps(model, name) < 0).any()]
        assert wrong == []

    @pytest.mark.parametrize(("feature", "rising"), [("order", False), ("dates_conflict", True)])
    def test_are_level_where_the_data_say_the_opposite(self, feature: str, rising: bool) -> None:
        model = fit([make_told_by(feature, rising=rising)], FEW)
        assert steps(model, feature).tolist() == [0.0] * (len(KNOTS[feature]) - 1)

    @pytest.mark.parametrize(
        ("feature", "rising"),
        [("order", True), ("dates_conflict", False), ("unspaced", True), ("unspaced", False)],
    )
    def test_follow_the_data_where_they_may(self, feature: str, rising: bool) -> None:
        moved = steps(fit([make_told_by(feature, rising=rising)], FEW), feature).sum()
        assert moved > 3.0 if rising else moved < -3.0

    def test_keep_to_their_limits_even_where_the_data_want_more(self) -> None:
        fallen, limits = -steps(fit([make_dated()], DAYS), "days_apart"), LIMITS["days_apart"]
        assert (fallen <= np.asarray(limits) + 1e-9).all()
        # What parts the true from the false lies between a week and a fortnight, which would like to say more.
        assert fallen[3] == pytest.approx(limits[3])

    def test_say_of_an_unknown_value_what_they_say_on_average(self) -> None:
        noise = [make_noise(1), make_noise(2, n=50)]
        model = fit(noise)
        for name, curve in model.curves.items():
            known = [~np.isnan(one.values[name]) for one in noise]
            said = np.concatenate([curve(one.values[name][mine]) for one, mine in zip(noise, known, strict=True)])
            weight = np.concatenate([np.full(mine.sum(), 1.0 / len(mine)) for mine in known])
            assert np.average(said, weights=weight) == pytest.approx(0.0, abs=1e-9), name
            assert curve(np.asarray([np.nan])).tolist() == [0.0]

    def test_of_a_feature_that_nobody_knows_are_level(self) -> None:
        told = make_told_by("order", rising=True)
        unknown = np.full(len(told.labels), np.nan)
        model = fit([make_cases({**told.values, "dates_conflict": unknown}, told.labels)], FEW)
        assert model.curves["dates_conflict"].odds.tolist() == [0.0, 0.0, 0.0]
        assert steps(model, "order").sum() > 3.0


class TestWeights:
    def test_of_corpora_are_the_same_whatever_their_size(self) -> None:
        small, large = make_told_by("order", rising=True, n=60), make_told_by("dates_conflict", rising=False, seed=1)
        assert_alike(fit([small, large], FEW), fit([small, repeated(large, 3)], FEW))

    def test_count_a_case_as_often_as_they_say(self) -> None:
        cases = make_told_by("order", rising=True)
        times = [2 if at % 3 == 0 else 1 for at in range(len(cases.labels))]
        weighted = make_cases(cases.values, cases.labels, weight=times)
        assert_alike(fit([weighted], FEW), fit([repeated(cases, times)], FEW))

    def test_let_every_case_count_a_little_as_if_no_times_were_known(self) -> None:
        cases = make_dated()
        model = fit([cases], DAYS)
        # The best intercept gives chances and labels one sum over all that counts.
        dated, undated = model.probability(cases.values), model.probability(cases.undated().values)
        total = (1 + UNDATED) * cases.labels.mean()
        assert dated.mean() + UNDATED * undated.mean() == pytest.approx(total, abs=1e-4)
        # Without times true and false have another sum, so that the first line says something.
        assert abs(undated.mean() - cases.labels.mean()) > 0.02

    def test_of_a_sample_are_those_of_all(self) -> None:
        few = make_told_by("order", rising=True, n=200)
        false = int((~few.labels).sum())
        many = repeated(few, [1 if true else MOST // false + 5 for true in few.labels])
        weight = np.where(many.labels, 1.0, 1.0 / (MOST // false + 5))
        assert (~many.labels).sum() > MOST
        assert_alike(fit([few], FEW), fit([replace(many, weight=weight)], FEW), within=0.1)


class TestJudges:
    def test_know_nothing_of_times_where_none_are_known(self) -> None:
        cases = make_dated()
        judges = fit_judges([cases], DAYS)
        assert set(judges.dated.curves) == {"lead", "days_apart"}
        assert set(judges.undated.curves) == {"lead"}
        assert_alike(judges.undated, fit([cases.undated()], {"lead": 1}))

    def test_judge_each_case_by_what_is_known_of_its_time(self) -> None:
        cases = make_dated()
        judges, unknown = fit_judges([cases], DAYS), np.arange(len(cases.labels)) % 2 == 0
        days = np.where(unknown, np.nan, cases.values["days_apart"])
        chances = judges.probability({**cases.values, "days_apart": days})
        dated, undated = (model.probability(cases.values) for model in (judges.dated, judges.undated))
        assert chances.tolist() == np.where(unknown, undated, dated).tolist()
        assert np.abs(dated - undated)[unknown].max() > 0.3


class TestFolds:
    def test_of_a_story_never_change(self) -> None:
        # Figures of years are compared: another hash would let other models judge the same stories.
        stories = ("a-01", "a-02", "t-07", "d-03", "", "Überschwemmung")
        assert [fold_of(story) for story in stories] == [1, 3, 2, 0, 4, 4]

    def test_are_about_as_large_as_each_other(self) -> None:
        sizes = np.bincount([fold_of(f"story {number}") for number in range(1_000)])
        assert sizes.tolist() == pytest.approx([200] * FOLDS, rel=0.2)


class TestCasesThatAreJudged:
    @pytest.mark.parametrize("held", range(FOLDS))
    def test_fold_by_fold_are_never_in_what_their_model_was_fitted_on(self, held: int) -> None:
        cases = make_two_corpora()
        changed = [relabelled(one, one.fold == held) for one in cases]
        before, after = cross_validated(cases, TWO), cross_validated(changed, TWO)
        for one, first, second in zip(cases, before, after, strict=True):
            mine = one.fold == held
            assert first[mine].tolist() == second[mine].tolist()
            assert np.abs(first[~mine] - second[~mine]).max() > 0.05

    @pytest.mark.parametrize("held", [0, 1, 2])
    def test_corpus_by_corpus_are_never_in_what_their_model_was_fitted_on(self, held: int) -> None:
        cases = [*make_two_corpora(), make_told_by("unspaced", rising=True, name="third")]
        changed = [relabelled(one, np.asarray(at == held)) for at, one in enumerate(cases)]
        before, after = unseen(cases, TWO), unseen(changed, TWO)
        assert before[held].tolist() == after[held].tolist()
        for at in {0, 1, 2} - {held}:
            assert np.abs(before[at] - after[at]).max() > 0.05

    @JUDGES
    def test_are_judged_each_in_its_own_place(self, judge: Judge) -> None:
        cases = make_two_corpora()
        for one, chances in zip(cases, judge(cases, TWO), strict=True):
            sure = np.abs(one.values["dates_conflict"] - 0.5) > 0.3
            assert ((chances > 0.5) == one.labels)[sure].all()

    @JUDGES
    def test_may_be_more_than_those_that_models_are_fitted_on(self, judge: Judge) -> None:
        cases = make_two_corpora()
        decided = [np.arange(len(one.labels)) % 3 > 0 for one in cases]
        fitted_on = [one.only(mine) for one, mine in zip(cases, decided, strict=True)]
        for all_chances, chances, mine in zip(
            judge(fitted_on, TWO, cases), judge(fitted_on, TWO), decided, strict=True
        ):
            assert all_chances.shape == mine.shape
            assert all_chances[mine].tolist() == chances.tolist()
            assert ((all_chances > 0) & (all_chances < 1)).all()

    def test_of_a_corpus_of_one_fold_are_judged_by_the_other_corpora_alone(self) -> None:
        first, second = make_two_corpora()
        single = make_cases(second.values, second.labels, fold=[2] * len(second.labels))
        others = fit([first.only(first.fold != 2)], TWO)
        assert cross_validated([first, single], TWO)[1] == pytest.approx(others.probability(second.values))

    @JUDGES
    def test_twice_are_judged_alike(self, judge: Judge) -> None:
        cases = make_two_corpora()
        assert [one.tolist() for one in judge(cases, TWO)] == [one.tolist() for one in judge(cases, TWO)]


def test_the_same_cases_make_the_same_model() -> None:
    assert points(fit([make_noise(3)])) == points(fit([make_noise(3)]))
