"""Decide what two articles are to each other.

In: the evidence about a pair. Out: a calibrated confidence that both tell one story from one text, the relation, the
decision and its reason in a sentence. Must not know texts or other pairs.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.match.additive import Additive, load_additive

Evidence = Mapping[str, float | None]
Floats = npt.NDArray[np.float64]
Columns = Mapping[str, Floats]


class Feature(NamedTuple):
    """What the models look at.

    Args:
        direction: 1 if more of it can only speak for one story, -1 if only against, 0 if the data decide.
        meaning: The same in few words, for people.
    """

    direction: int
    meaning: str


FEATURES: Final[Mapping[str, Feature]] = {
    "copied_most": Feature(1, "root of copied, larger share"),
    "copied_both": Feature(1, "root of copied, of both"),
    "salience_most": Feature(1, "rare terms shared, larger share"),
    "salience_both": Feature(1, "rare terms shared, of both"),
    "salience_shared": Feature(1, "logarithm of weight of shared rare terms"),
    "salience_alone": Feature(-1, "logarithm of weight of rare terms alone"),
    "carried_most": Feature(1, "content carried, larger share"),
    "carried_least": Feature(1, "content carried, smaller share"),
    "order": Feature(1, "linked sentences in the same order"),
    "lead": Feature(1, "opening sentences carried"),
    "headline": Feature(1, "rare headline words carried"),
    "names_most": Feature(1, "names the other has, larger share"),
    "names_least": Feature(1, "names the other has, smaller share"),
    "names_shared": Feature(1, "logarithm of shared name words"),
    "names_alone": Feature(-1, "logarithm of name words alone"),
    "names_exchanged": Feature(-1, "names stand against names"),
    "names_conflict": Feature(-1, "other names in linked sentences"),
    "numbers_agree": Feature(1, "numbers and dates agree"),
    "numbers_shared": Feature(1, "logarithm of shared numbers"),
    "numbers_alone": Feature(-1, "logarithm of numbers alone"),
    "numbers_exchanged": Feature(-1, "numbers stand against numbers"),
    "numbers_conflict": Feature(-1, "other numbers in linked sentences"),
    "dates_conflict": Feature(-1, "dates stand against dates"),
    "days_conflict": Feature(-1, "other days in the opening"),
    "quotes": Feature(1, "quoted words agree"),
    "quoted_shared": Feature(1, "logarithm of shared quoted words"),
    "quoted_alone": Feature(-1, "logarithm of quoted words alone"),
    "words": Feature(1, "logarithm of the shorter one's words"),
    "unspaced": Feature(0, "written without spaces"),
    "days_apart": Feature(-1, "logarithm of days apart"),
    "copied_headline": Feature(-1, "copied under another headline"),
    "copied_names": Feature(-1, "copied with other names"),
    "copied_numbers": Feature(-1, "copied with other numbers"),
    "copied_days": Feature(-1, "copied with changes, days apart"),
}
"""What the models look at, made from the evidence so that swapping the sides changes nothing."""

DATED: Final = frozenset({"days_apart", "copied_days", "days_conflict"})
"""What is not looked at where the time of either article is unknown. Such pairs have a model of their own: how much the
rest says depends on whether time could have spoken."""

_MAX_DAYS: Final = math.log1p(90.0)
"""Beyond three months, further apart says nothing more."""
_SAME_NAMES: Final = 0.1
"""Names that stand against others up to this share are spellings and chance, not another filling of a template."""
_EDITED: Final = 0.2
"""Share of changed word runs from which a text is not the same text again, but another edition of it."""
_CONFLICT: Final = 0.3
"""Share of linked sentences with names, or numbers, against others from which that is the reason given."""
_MANY: Final = 3.0
"""Names or numbers that each side has alone from which a template has been filled in again."""


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


def features(evidence: Columns | Sequence[Evidence]) -> dict[str, Floats]:
    """The input of the models.

    Args:
        evidence: Evidence of n pairs, as one (n,) array a column with NaN for what is unknown, or pair by pair.

    Returns:
        One (n,) array a feature, NaN where it is unknown.
    """
    known = evidence if isinstance(evidence, Mapping) else columns(evidence)
    if not known:
        return {name: np.zeros(0) for name in FEATURES}

    def most(name: str) -> Floats:
        return np.fmax(known[f"{name}_left"], known[f"{name}_right"])

    def least(name: str) -> Floats:
        return np.minimum(known[f"{name}_left"], known[f"{name}_right"])

    copied = np.sqrt(most("containment"))
    exchanged = np.nan_to_num(known["names_exchanged"])
    names, numbers = known["names_alone"], known["numbers_alone"]
    days = np.minimum(np.log1p(known["hours_apart"] / 24), _MAX_DAYS)
    edited = (1.0 - known["shingle_jaccard"]) / _EDITED
    changed = np.minimum(1.0, np.maximum(edited, numbers / 2 + (exchanged > _SAME_NAMES)))
    # Where every word run is the same no template was filled in again: a name or a month in small letters is none.
    touched = (known["shingle_jaccard"] < 1.0).astype(np.float64)
    return {
        "copied_most": copied,
        "copied_both": np.sqrt(known["shingle_jaccard"]),
        "salience_most": most("salience"),
        "salience_both": known["salience_jaccard"],
        "salience_shared": np.log1p(known["salience_shared"]),
        "salience_alone": np.log1p(known["salience_alone"]),
        "carried_most": most("aligned"),
        "carried_least": least("aligned"),
        "order": known["order_kept"],
        "lead": known["lead_similarity"],
        "headline": known["headline_agree"],
        "names_most": most("names"),
        "names_least": least("names"),
        "names_shared": np.log1p(known["names_shared"]),
        "names_alone": np.log1p(names),
        "names_exchanged": known["names_exchanged"],
        "names_conflict": known["names_conflict"],
        "numbers_agree": known["numbers_agree"],
        "numbers_shared": np.log1p(known["numbers_shared"]),
        "numbers_alone": np.log1p(numbers),
        "numbers_exchanged": known["numbers_exchanged"],
        "numbers_conflict": known["numbers_conflict"],
        "dates_conflict": known["dates_conflict"],
        "days_conflict": known["days_conflict"],
        "quotes": known["quotes_agree"],
        "quoted_shared": np.log1p(known["quoted_shared"]),
        "quoted_alone": np.log1p(known["quoted_alone"]),
        "words": np.log1p(known["words"]),
        "unspaced": known["unspaced"],
        "days_apart": days,
        "copied_headline": copied * (1.0 - known["headline_agree"]),
        "copied_names": copied * touched * np.minimum(1.0, names / _MANY),
        "copied_numbers": copied * touched * np.minimum(1.0, numbers / _MANY),
        "copied_days": copied * changed * days,
    }


def columns(rows: Sequence[Evidence]) -> dict[str, Floats]:
    """Evidence pair by pair as one array a column, NaN where it is unknown; empty without pairs."""
    return {
        name: np.asarray([math.nan if (value := row[name]) is None else value for row in rows], dtype=np.float64)
        for name in (rows[0] if rows else {})
    }


def confidences(evidence: Columns | Sequence[Evidence]) -> Floats:
    """(n,) confidences of many pairs."""
    if not evidence:
        return np.zeros(0)
    return by_times(load_additive("verdict"), load_additive("verdict_undated"), features(evidence))


def contributions(evidence: Evidence) -> tuple[float, dict[str, float]]:
    """What the log-odds of the confidence are made of.

    Args:
        evidence: One value per column of ``schemas.EVIDENCE``.

    Returns:
        The log-odds of a pair of which nothing is known, and what each feature adds: nothing those of ``DATED`` where
        a time is unknown.
    """
    values = {name: float(value[0]) for name, value in features([evidence]).items()}
    model = load_additive("verdict_undated" if math.isnan(values["days_apart"]) else "verdict")
    return model.intercept, dict.fromkeys(FEATURES, 0.0) | model.contributions(values)


def same_event(evidence: Columns | Sequence[Evidence]) -> Floats:
    """(n,) probabilities that pairs, given that they are not one story, are accounts of the same event."""
    return load_additive("event").probability(features(evidence)) if evidence else np.zeros(0)


def by_times(dated: Additive, undated: Additive, values: Columns) -> Floats:
    """(n,) probabilities of pairs.

    Args:
        dated: The model of those of whose articles both times are known.
        undated: The model of the others.
        values: As ``features`` returns them.
    """
    unknown = np.isnan(values["days_apart"])
    return np.where(unknown, undated.probability(values), dated.probability(values))


def verdict(evidence: Evidence, confidence: float, event: float, min_confidence: float) -> Verdict:
    """Name the relation and give the reason.

    Args:
        evidence: One value per column of ``schemas.EVIDENCE``.
        confidence: Probability that both tell one story from one text.
        event: Probability that they are accounts of the same event, given that they are not.
        min_confidence: ``match.min_confidence``; inclusive.
    """
    accepted = confidence >= min_confidence
    relation = relation_of(evidence) if accepted else _distance(evidence, confidence, event)
    return Verdict(confidence, relation, accepted, _reason(evidence, relation, accepted=accepted))


def relation_of(evidence: Evidence) -> str:
    """What two articles of one story are to each other: copy, light_edit, rewrite or partial."""
    edges = relations()
    gap = abs(_known(evidence, "aligned_left") - _known(evidence, "aligned_right"))
    ratio, jaccard = _known(evidence, "length_ratio"), _known(evidence, "shingle_jaccard")
    if ratio <= edges["partial_up_to_length_ratio_whatever_is_carried"] or (
        ratio <= edges["partial_up_to_length_ratio"] and gap >= edges["partial_from_gap_of_carried"]
    ):
        return "partial"
    if jaccard >= edges["copy_from_jaccard"]:
        return "copy"
    return "light_edit" if jaccard >= edges["light_edit_from_jaccard"] else "rewrite"


def _known(evidence: Evidence, name: str) -> float:
    return float(evidence[name] or 0.0)


def container(relation: str, carried_left: float, carried_right: float) -> int | None:
    """Which of two articles holds the other among much else: 0 for the left, 1 for the right, None for neither.

    Args:
        relation: What the two are to each other.
        carried_left: Share of the left article's content that the right one carries, [0,1].
        carried_right: The same of the right article.

    Examples:
        >>> container("partial", 0.2, 0.9), container("partial", 0.9, 0.6), container("rewrite", 0.2, 0.4)
        (0, None, None)
    """
    if relation != "partial" or min(carried_left, carried_right) >= relations()["container_below_carried"]:
        return None
    return 0 if carried_left < carried_right else 1


@lru_cache(maxsize=1)
def relations() -> Mapping[str, float]:
    """The edges between relations, from ``models/relations.json``."""
    stored = json.loads(resources.files("dedup.match").joinpath("models/relations.json").read_text(encoding="utf-8"))
    return {name: float(value) for name, value in stored.items() if name != "about"}


def _distance(evidence: Evidence, confidence: float, event: float) -> str:
    edges = relations()
    if event >= edges["same_event_from_probability"]:
        return "same_event"
    names = min(_known(evidence, "names_left"), _known(evidence, "names_right"))
    linked = _known(evidence, "aligned_sentences")
    near = confidence >= edges["related_from_confidence"] or (
        names >= edges["related_from_names"] and linked >= edges["related_from_links"]
    )
    return "related" if near else "unrelated"


def _reason(evidence: Evidence, relation: str, *, accepted: bool) -> str:
    left, right = _known(evidence, "aligned_left"), _known(evidence, "aligned_right")
    carried = f"{left:.0%} and {right:.0%} of the content is carried by the other side"
    if accepted and relation in {"copy", "light_edit"}:
        return f"{_known(evidence, 'shingle_jaccard'):.0%} of the word runs are the same; {carried}"
    if accepted:
        return f"{carried}; {_names_there(evidence)}"
    names, numbers = _known(evidence, "names_conflict"), _known(evidence, "numbers_conflict")
    if (conflict := max(names, numbers)) >= _CONFLICT:
        kind = "names" if names >= numbers else "numbers"
        return f"alike in wording, but {kind} stand against others in {conflict:.0%} of the linked sentences"
    if relation == "same_event":
        return f"the same event, told by another: {carried}; {_names_there(evidence)}"
    if relation == "related":
        return f"the same actors, another story: only {carried}"
    return f"little in common: {carried}"


def _names_there(evidence: Evidence) -> str:
    left, right = evidence["names_left"], evidence["names_right"]
    if left is None or right is None:
        return "no names to compare"
    return f"{left:.0%} and {right:.0%} of the names are there too"
