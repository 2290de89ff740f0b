"""A logistic model that people can read.

In: named features. Out: a probability, and what each feature contributed to its log-odds. Must not know what the
features mean. Coefficients are JSON files in ``dedup/match/models``, written by ``make fit``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Logistic:
    """Logistic regression over standardised features and their squares.

    Args:
        names: The features, in the order of every array.
        mean: (n_features,) centre of each feature in the training data.
        scale: (n_features,) spread of each feature, positive.
        linear: (n_features,) coefficient of each standardised feature.
        square: (n_features,) coefficient of its square.
        intercept: Log-odds at the centre.
    """

    names: tuple[str, ...]
    mean: Matrix
    scale: Matrix
    linear: Matrix
    square: Matrix
    intercept: float

    def probability(self, values: Matrix) -> Matrix:
        """Probabilities for features of shape (..., n_features); shape (...)."""
        standard = self._standard(values)
        odds = standard @ self.linear + (standard**2) @ self.square + self.intercept
        result: Matrix = 1.0 / (1.0 + np.exp(-np.clip(odds, -30, 30)))
        return result

    def contributions(self, values: Matrix) -> dict[str, float]:
        """What each feature of one case, shape (n_features,), adds to the log-odds beyond the intercept."""
        standard = self._standard(values)
        parts = standard * self.linear + standard**2 * self.square
        return dict(zip(self.names, parts.tolist(), strict=True))

    @cached_property
    def packed(self) -> Matrix:
        """(5, n_features) mean, scale, linear and square coefficients, and a row that begins with the intercept."""
        last = np.full(len(self.mean), self.intercept)
        return np.stack([self.mean, self.scale, self.linear, self.square, last])

    def _standard(self, values: Matrix) -> Matrix:
        standard = values - self.mean
        standard /= self.scale
        # Beyond four spreads the training data says nothing; a square must not run away there.
        return np.clip(standard, -4.0, 4.0, out=standard)

    def as_json(self, about: str) -> dict[str, Any]:
        """The form in which a model is stored."""
        columns = zip(self.names, self.mean, self.scale, self.linear, self.square, strict=True)
        return {
            "about": about,
            "intercept": round(self.intercept, 5),
            "features": {
                name: {
                    "mean": round(mean, 5),
                    "scale": round(scale, 5),
                    "linear": round(one, 5),
                    "square": round(two, 5),
                }
                for name, mean, scale, one, two in columns
            },
        }


@lru_cache(maxsize=16)
def load_model(name: str, features: tuple[str, ...]) -> Logistic:
    """The stored model ``name`` with its features in the order asked for.

    Args:
        name: File name without ending in ``dedup/match/models``.
        features: The features the caller computes, in its order.

    Raises:
        KeyError: The stored model has no coefficients for a feature: refit it.
    """
    stored = json.loads(resources.files("dedup.match").joinpath(f"models/{name}.json").read_text(encoding="utf-8"))
    rows = [stored["features"][feature] for feature in features]
    mean, scale, linear, square = (
        np.asarray([row[key] for row in rows], dtype=np.float64) for key in ("mean", "scale", "linear", "square")
    )
    return Logistic(features, mean, scale, linear, square, float(stored["intercept"]))
