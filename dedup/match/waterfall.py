"""How a confidence came about, step by step.

In: the evidence about a pair. Out: what each feature of the verdict model added to the log-odds, from the starting
point to the confidence. Must not know texts, nor show anything.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from dedup.match.verdict import FEATURES, Evidence, contributions, features


@dataclass(frozen=True)
class Factor:
    """One step.

    Args:
        name: The feature.
        meaning: The same in words.
        value: Its value as the model sees it (some are roots or logarithms of the evidence); None where unknown.
        effect: What it adds to the log-odds, beyond what an average pair of the training data has; negative speaks
            against one story.
        log_odds: The sum so far.
    """

    name: str
    meaning: str
    value: float | None
    effect: float
    log_odds: float


@dataclass(frozen=True)
class Waterfall:
    """All steps.

    Args:
        start: Log-odds of a pair of which nothing is known.
        factors: One a feature, the largest effect first; ties in the order of the model.
        log_odds: The sum of all.
        confidence: The same as a probability, [0,1].
    """

    start: float
    factors: tuple[Factor, ...]
    log_odds: float
    confidence: float


def waterfall(evidence: Evidence) -> Waterfall:
    """Take a confidence apart.

    Args:
        evidence: One value per column of ``schemas.EVIDENCE``.

    Returns:
        The steps; their end is ``verdict.confidences`` of the same evidence.
    """
    start, effects = contributions(evidence)
    values = {name: None if math.isnan(value[0]) else float(value[0]) for name, value in features([evidence]).items()}
    factors: list[Factor] = []
    log_odds = start
    for name, effect in sorted(effects.items(), key=lambda item: -abs(item[1])):
        log_odds += effect
        factors.append(Factor(name, FEATURES[name].meaning, values[name], effect, log_odds))
    # As in ``Additive.probability``: beyond 30 nothing can be told from certainty.
    confidence = 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, log_odds))))
    return Waterfall(start, tuple(factors), log_odds, confidence)
