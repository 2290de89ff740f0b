"""Decide what two articles are to each other.

In: the evidence about a pair. Out: a calibrated confidence that both tell one story from one text, the relation, the
decision and its reason in a sentence. Must not know texts or other pairs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.match.logistic import load_model

Evidence = Mapping[str, float | None]

FEATURES: Final = (
    "copied_most",
    "copied_both",
    "same_text",
    "salience_most",
    "salience_both",
    "carried_most",
    "carried_least",
    "order",
    "lead",
    "headline",
    "names_agree",
    "names_conflict",
    "numbers_agree",
    "numbers_conflict",
    "quotes_agree",
    "links",
    "length_ratio",
    "template",
    "days_apart",
)
"""What the model looks at, made from the evidence so that swapping the sides changes nothing."""

_UNKNOWN_DAYS: Final = math.log1p(1.0)
"""Two articles of unknown time count as a day apart, which speaks neither for nor against one story."""
_UNKNOWN_HEADLINE: Final = 0.7
"""Where a headline is missing, it counts as the median of true pairs."""
_MAX_DAYS: Final = math.log1p(90.0)
"""Beyond three months, further apart says nothing more."""
_SAME_TEXT: Final = 0.995
_COPY: Final = 0.8
_LIGHT_EDIT: Final = 0.3
_PARTIAL_RATIO: Final = 0.6
_PARTIAL_GAP: Final = 0.2
_RELATED_CONFIDENCE: Final = 0.05
_RELATED_NAMES: Final = 0.4


@dataclass(frozen=True)
class Verdict:
    """What is decided about a pair.

    Args:
        confidence: Probability that both tell one story from one text, [0,1].
        relation: A value of ``schemas.RELATIONS``.
        accepted: Whether the pair may join a story.
        reason: The decision in one sentence.
    """

    confidence: float
    relation: str
    accepted: bool
    reason: str


def features(evidence: Evidence) -> npt.NDArray[np.float64]:
    """The (n_features,) input of the verdict model."""
    known = {name: float(value or 0.0) for name, value in evidence.items()}
    left, right = known["containment_left"], known["containment_right"]
    salience = known["salience_left"], known["salience_right"]
    carried = known["aligned_left"], known["aligned_right"]
    conflict = max(known["names_conflict"], known["numbers_conflict"])
    hours, headline = evidence["hours_apart"], evidence["headline_agree"]
    return np.asarray(
        [
            math.sqrt(max(left, right)),
            math.sqrt(known["shingle_jaccard"]),
            float(known["shingle_jaccard"] >= _SAME_TEXT),
            max(salience),
            known["salience_jaccard"],
            max(carried),
            min(carried),
            known["order_kept"],
            known["lead_similarity"],
            _UNKNOWN_HEADLINE if headline is None else headline,
            known["names_agree"],
            known["names_conflict"],
            known["numbers_agree"],
            known["numbers_conflict"],
            known["quotes_agree"],
            math.log1p(known["aligned_sentences"]),
            known["length_ratio"],
            conflict * max(left, right),
            _UNKNOWN_DAYS if hours is None else min(math.log1p(hours / 24), _MAX_DAYS),
        ]
    )


def confidences(rows: list[Evidence]) -> npt.NDArray[np.float64]:
    """(n,) confidences of many pairs."""
    if not rows:
        return np.zeros(0)
    return load_model("verdict", FEATURES).probability(np.stack([features(row) for row in rows]))


def contributions(evidence: Evidence) -> dict[str, float]:
    """What each feature adds to the log-odds of the confidence."""
    return load_model("verdict", FEATURES).contributions(features(evidence))


def verdict(evidence: Evidence, confidence: float, min_confidence: float) -> Verdict:
    """Name the relation and give the reason.

    Args:
        evidence: One value per column of ``schemas.EVIDENCE``.
        confidence: The model's probability.
        min_confidence: ``match.min_confidence``; inclusive.
    """
    accepted = confidence >= min_confidence
    relation = relation_of(evidence) if accepted else _distance(evidence, confidence)
    return Verdict(confidence, relation, accepted, _reason(evidence, relation, accepted=accepted))


def relation_of(evidence: Evidence) -> str:
    """What two articles of one story are to each other: copy, light_edit, rewrite or partial."""
    known = {name: float(value or 0.0) for name, value in evidence.items()}
    gap = abs(known["aligned_left"] - known["aligned_right"])
    if known["length_ratio"] <= _PARTIAL_RATIO and (gap >= _PARTIAL_GAP or known["length_ratio"] <= _PARTIAL_RATIO / 2):
        return "partial"
    if known["shingle_jaccard"] >= _COPY:
        return "copy"
    return "light_edit" if known["shingle_jaccard"] >= _LIGHT_EDIT else "rewrite"


def _distance(evidence: Evidence, confidence: float) -> str:
    names = evidence["names_agree"] or 0.0
    linked = evidence["aligned_sentences"] or 0.0
    near = confidence >= _RELATED_CONFIDENCE or (names >= _RELATED_NAMES and linked >= 1)
    return "related" if near else "unrelated"


def _reason(evidence: Evidence, relation: str, *, accepted: bool) -> str:
    known = {name: float(value or 0.0) for name, value in evidence.items()}
    carried = (
        f"{known['aligned_left']:.0%} and {known['aligned_right']:.0%} of the content is carried by the other side"
    )
    if accepted and relation in {"copy", "light_edit"}:
        return f"{known['shingle_jaccard']:.0%} of the word runs are the same; {carried}"
    if accepted:
        return f"{carried}; {known['names_agree']:.0%} of the names agree"
    conflict = max(known["names_conflict"], known["numbers_conflict"])
    if conflict >= 0.3:
        kind = "names" if known["names_conflict"] >= known["numbers_conflict"] else "numbers"
        return f"alike in wording, but {kind} stand against others in {conflict:.0%} of the linked sentences"
    if relation == "related":
        return f"the same actors, another story: only {carried}"
    return f"little in common: {carried}"
