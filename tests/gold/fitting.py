"""Fit an additive model (see ``dedup.match.additive``) to labelled cases.

Every curve is a sum of ramps between fixed knots. A curve that may only rise has no falling ramp, so that more
agreement never speaks against a pair; ridge regression keeps ramps that the data do not ask for at nothing. Corpora
weigh the same whatever their size.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
import xxhash

from dedup.match.additive import Additive, Curve
from dedup.match.verdict import DATED, FEATURES, by_times

Matrix = npt.NDArray[np.float64]
Labels = npt.NDArray[np.bool_]

FOLDS: Final = 5
WEIGHT_OF_A_CORPUS: Final = 10_000.0
UNDATED: Final = 0.1
"""Every case counts a second time, by so much, as if no times were known."""
MOST: Final = 3_000
"""True cases, and false ones, of a corpus that a model is fitted on; of more a sample counts for all: one set has
25,000 pairs that anybody would take for one story, another as many that nobody would."""
PENALTY: Final = 1.0
_DAYS: Final = tuple(round(math.log1p(days), 3) for days in (0, 1, 3, 7, 14, 30, 90))
_TENTHS: Final = tuple(at / 10 for at in range(11))
KNOTS: Final[Mapping[str, Sequence[float]]] = {
    "order": (0.3, 0.5, 0.7, 0.85, 1.0),
    "dates_conflict": (0.0, 0.5, 1.0),
    "days_conflict": (0.0, 1.0),
    "unspaced": (0.0, 1.0),
    **dict.fromkeys(
        (f"{kind}_{whose}" for kind in ("salience", "names", "numbers", "quoted") for whose in ("shared", "alone")),
        (0.0, 0.7, 1.1, 1.6, 2.0, 2.5, 3.0, 4.0),
    ),
    "words": (2.5, 3.5, 4.5, 5.5, 6.5),
    "days_apart": _DAYS,
    "copied_days": _DAYS,
}
"""Knots of features that are not shares; a share has them at every tenth."""
LIMITS: Final[Mapping[str, Sequence[float]]] = {
    "days_apart": (0.3, 0.5, 0.8, 1.2, 2.0, 2.0),
    "copied_numbers": (0.2, 0.4, 0.4, 0.4, *(2.0,) * 6),
}
"""Log-odds a curve may move between its knots. Within a week time must not decide: rewrites take their time, and where
the public sets have times, their labels were made with the help of them. Nor may one number in a copied text: three are
a template that was filled in again, one is that of a page or an edition."""


def fold_of(story: str) -> int:
    """The fold of a story: a hash of its name, so that it never changes."""
    return int(xxhash.xxh32_intdigest(story.encode()) % FOLDS)


@dataclass(frozen=True)
class Cases:
    """Labelled cases of one corpus.

    Args:
        name: The corpus.
        values: One (n,) array a feature, NaN where unknown.
        labels: (n,) true or not.
        fold: (n,) fold of each case; cases of one story share it.
        weight: (n,) how much each counts within its corpus.
    """

    name: str
    values: Mapping[str, Matrix]
    labels: Labels
    fold: npt.NDArray[np.int64]
    weight: Matrix

    def only(self, chosen: Labels) -> Cases:
        """The chosen cases."""
        values = {name: column[chosen] for name, column in self.values.items()}
        return Cases(self.name, values, self.labels[chosen], self.fold[chosen], self.weight[chosen])

    def undated(self) -> Cases:
        """The same as if no times were known."""
        unknown = dict.fromkeys(DATED, np.full(len(self.labels), np.nan))
        return replace(self, values={**self.values, **unknown})


def _sampled(cases: Cases) -> Cases:
    """At most ``MOST`` true and as many false cases, which together weigh what all of their kind do."""
    kept, weight = np.ones(len(cases.labels), dtype=np.bool_), cases.weight.copy()
    for mine in (np.flatnonzero(cases.labels), np.flatnonzero(~cases.labels)):
        if len(mine) > MOST:
            chosen = np.random.default_rng(0).choice(mine, MOST, replace=False)
            kept[mine] = False
            kept[chosen] = True
            weight[chosen] *= weight[mine].sum() / weight[chosen].sum()
    return replace(cases, weight=weight).only(kept)


def fit(cases: Sequence[Cases], directions: Mapping[str, int] | None = None) -> Additive:
    """Fit one model on all cases.

    Args:
        cases: At least one corpus with true and false cases.
        directions: Direction of each feature that may be used; all those of the verdict without it.
    """
    from scipy.optimize import minimize

    chosen = directions or {name: feature.direction for name, feature in FEATURES.items()}
    cases = [_sampled(one) for one in cases]
    undated = [one.undated() for one in cases]
    labels = np.concatenate([one.labels for one in [*cases, *undated]]).astype(np.float64)
    shares = [WEIGHT_OF_A_CORPUS * one.weight / one.weight.sum() for one in cases]
    weights = np.concatenate([*shares, *(UNDATED * share for share in shares)])
    cases = [*cases, *undated]
    ramps: list[Matrix] = []
    bounds: list[tuple[float | None, float | None]] = []
    centres: list[float] = []
    for name, direction in chosen.items():
        knots = KNOTS.get(name, _TENTHS)
        column = np.concatenate([one.values[name] for one in cases])
        known = ~np.isnan(column)
        for at, (start, stop) in enumerate(pairwise(knots)):
            ramp = np.clip((column - start) / (stop - start), 0.0, 1.0)
            # Centred, so that an unknown value (0 behind this) says what an average one says.
            centre = float(np.average(ramp[known], weights=weights[known])) if known.any() else 0.0
            ramps.append(np.where(known, ramp - centre, 0.0))
            centres.append(centre)
            most = LIMITS[name][at] if name in LIMITS else None
            low = None if most is None else -most
            bounds.append((0.0 if direction > 0 else low, 0.0 if direction < 0 else most))
    design = np.stack(ramps, axis=1)

    def loss(steps: Matrix) -> tuple[float, Matrix]:
        odds = design @ steps[:-1] + steps[-1]
        wrong = weights * (1.0 / (1.0 + np.exp(-np.clip(odds, -35, 35))) - labels)
        value = (
            float(weights @ (np.logaddexp(0.0, odds) - labels * odds)) + 0.5 * float(steps[:-1] @ steps[:-1]) / PENALTY
        )
        return value, np.append(design.T @ wrong + steps[:-1] / PENALTY, wrong.sum())

    found = minimize(
        loss,
        np.zeros(design.shape[1] + 1),
        jac=True,
        method="L-BFGS-B",
        bounds=[*bounds, (None, None)],
        options={"maxiter": 2_000, "maxfun": 4_000},
    ).x
    curves: dict[str, Curve] = {}
    first = 0
    for name in chosen:
        values = np.asarray(KNOTS.get(name, _TENTHS), dtype=np.float64)
        last = first + len(values) - 1
        steps, middle = found[first:last], float(found[first:last] @ np.asarray(centres[first:last]))
        curves[name] = Curve(values, np.concatenate([[0.0], np.cumsum(steps)]) - middle)
        first = last
    return Additive(curves, float(found[-1]))


@dataclass(frozen=True)
class Judges:
    """A model of pairs whose times are known and one of the others."""

    dated: Additive
    undated: Additive

    def probability(self, values: Mapping[str, Matrix]) -> Matrix:
        """(n,) probabilities."""
        return by_times(self.dated, self.undated, values)


def fit_judges(cases: Sequence[Cases], directions: Mapping[str, int]) -> Judges:
    """Fit both models on all cases: the second on all of them as if no times were known.

    Args:
        cases: At least one corpus with true and false cases.
        directions: Direction of each feature that may be used.
    """
    rest = {name: direction for name, direction in directions.items() if name not in DATED}
    return Judges(fit(cases, directions), fit([one.undated() for one in cases], rest))


def cross_validated(
    cases: Sequence[Cases],
    directions: Mapping[str, int],
    judged: Sequence[Cases] | None = None,
    fitted: Callable[[Sequence[Cases], Mapping[str, int]], Additive | Judges] = fit_judges,
) -> list[Matrix]:
    """Probabilities from models that have not seen the story they judge.

    Args:
        cases: What the models are fitted on.
        directions: Direction of each feature that may be used.
        judged: What they judge, one per corpus of ``cases``; the same cases without it.
        fitted: What makes a model of cases.
    """
    judged = cases if judged is None else judged
    chances = [np.zeros(len(one.labels)) for one in judged]
    for held in range(FOLDS):
        model = fitted([one.only(one.fold != held) for one in cases], directions)
        for one, chance in zip(judged, chances, strict=True):
            chance[one.fold == held] = model.probability(one.only(one.fold == held).values)
    return chances


def unseen(
    cases: Sequence[Cases], directions: Mapping[str, int], judged: Sequence[Cases] | None = None
) -> list[Matrix]:
    """The same from models that have not seen the corpus they judge."""
    pairs = zip(cases, cases if judged is None else judged, strict=True)
    return [
        fit_judges([other for other in cases if other is not one], directions).probability(mine.values)
        for one, mine in pairs
    ]
