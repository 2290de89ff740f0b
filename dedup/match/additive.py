"""An additive model: each feature has a curve, and the log-odds are the sum of what the curves say.

In: feature values, some of them unknown. Out: probabilities, or what each feature adds to the log-odds. Must not know
what the features mean. Fitting lives in ``tests/gold/fitting.py``: the package only reads coefficients.

A generalised additive model (Hastie and Tibshirani 1986) with piecewise linear curves. A curve may be bound to rise or
to fall, so that more agreement never speaks against a pair, whatever accident of the training data says. Beyond its
ends a curve is level: what was never seen is judged like the outermost that was. An unknown value adds nothing, as an
average one would.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """What a feature adds to the log-odds.

    Args:
        at: (n,) ascending values of the feature.
        odds: (n,) what it adds there; straight lines between them.
    """

    at: Matrix
    odds: Matrix

    def __call__(self, values: Matrix) -> Matrix:
        """What ``values`` add, 0 where a value is unknown (NaN)."""
        added = np.interp(values, self.at, self.odds)
        return np.where(np.isnan(values), 0.0, added)


@dataclass(frozen=True)
class Additive:
    """A fitted model.

    Args:
        curves: The curve of each feature.
        intercept: Log-odds of a case of which nothing is known.
    """

    curves: Mapping[str, Curve]
    intercept: float

    def log_odds(self, values: Mapping[str, Matrix]) -> Matrix:
        """(n,) log-odds of cases given as one (n,) array a feature, NaN where unknown."""
        return self.intercept + sum((curve(values[name]) for name, curve in self.curves.items()), np.zeros(()))

    def probability(self, values: Mapping[str, Matrix]) -> Matrix:
        """(n,) probabilities."""
        result: Matrix = 1.0 / (1.0 + np.exp(-np.clip(self.log_odds(values), -30, 30)))
        return result

    def contributions(self, values: Mapping[str, float]) -> dict[str, float]:
        """What each feature of one case adds to the log-odds beyond the intercept."""
        return {name: float(curve(np.asarray(values[name]))) for name, curve in self.curves.items()}

    def as_json(self, about: str) -> dict[str, Any]:
        """The form in which a model is stored."""
        return {
            "about": about,
            "intercept": round(self.intercept, 4),
            "curves": {name: _bends(curve) for name, curve in self.curves.items()},
        }


def _bends(curve: Curve) -> list[list[float]]:
    """The points of a curve that its neighbours do not say already."""
    points = [[round(float(at), 4), round(float(odds), 3)] for at, odds in zip(curve.at, curve.odds, strict=True)]
    inner = [
        point
        for before, point, after in zip(points, points[1:], points[2:], strict=False)
        if not (before[1] == point[1] == after[1])
    ]
    return [points[0], *inner, points[-1]]


@lru_cache(maxsize=8)
def load_additive(name: str) -> Additive:
    """The stored model ``name`` of ``dedup/match/models``."""
    stored = json.loads(resources.files("dedup.match").joinpath(f"models/{name}.json").read_text(encoding="utf-8"))
    curves = {feature: np.asarray(points, dtype=np.float64).T for feature, points in stored["curves"].items()}
    return Additive({feature: Curve(*points) for feature, points in curves.items()}, float(stored["intercept"]))
