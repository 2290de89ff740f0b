"""Choose the article that speaks for a story, and say why.

In: the members of one story with what each carries of the others. Out: the canonical article, its scores, the runner-up
and the margin. Must not know texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from dedup.config import CanonicalConfig

_COMBINED: Final = {"completeness": 0.4, "earliness": 0.3, "centrality": 0.2, "preference": 0.1}
"""Weights of the combined policy. Completeness first: a reader of the canonical should miss as little as possible;
earliness next, because sources come before their copies."""
_COMBINED_PREFERRED: Final = {"completeness": 0.25, "earliness": 0.15, "centrality": 0.1, "preference": 0.5}
"""The same where the user names trusted outlets: their word counts as much as all the rest."""
_CRITERION: Final = {
    "earliest": "earliness",
    "most_complete": "completeness",
    "most_central": "centrality",
    "preferred_sources": "preference",
}
_UNKNOWN_TIME: Final = 0.5


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a story as the policies see it.

    Args:
        article_id: Its id.
        source: Its outlet, if known.
        published_at: Its publication time, if known.
        n_words: Words of its matching text.
    """

    article_id: str
    source: str | None
    published_at: datetime | None
    n_words: int


@dataclass(frozen=True)
class Choice:
    """The canonical article of a story.

    Args:
        article_id: The article chosen.
        reason: A value of ``schemas.CANONICAL_REASON``.
    """

    article_id: str
    reason: dict[str, Any]


def choose(members: Sequence[Member], carries: Mapping[tuple[str, str], float], config: CanonicalConfig) -> Choice:
    """Choose the canonical article.

    Args:
        members: The story, at least one article.
        carries: For (a, b) the share of b's content that a carries, [0,1]; a missing pair counts as 0.
        config: The policy.

    Returns:
        The choice. Ties go to the higher combined score, then the earlier, the longer, the smaller id. An unknown
        publication time counts as the middle of the story, so that it neither wins nor loses silently.

    Examples:
        >>> story = [Member("a", "Wire", None, 300), Member("b", "Farm", None, 280)]
        >>> choose(story, {("a", "b"): 0.9, ("b", "a"): 0.6}, CanonicalConfig()).article_id
        'a'
    """
    scores = {member.article_id: _scores(member, members, carries, config) for member in members}
    criterion = _CRITERION.get(config.policy)
    weights = _COMBINED_PREFERRED if config.preferred_sources else _COMBINED
    combined = {one: sum(weights[name] * of[name] for name in weights) for one, of in scores.items()}
    total = {one: of[criterion] if criterion else combined[one] for one, of in scores.items()}

    def rank(member: Member) -> tuple[float, float, float, int, str]:
        known = member.published_at.timestamp() if member.published_at else float("inf")
        one = member.article_id
        return (-round(total[one], 6), -round(combined[one], 6), known, -member.n_words, one)

    ordered = sorted(members, key=rank)
    best = ordered[0].article_id
    runner_up = ordered[1].article_id if len(ordered) > 1 else None
    reason = {
        "policy": config.policy,
        "scores": {**scores[best], "total": total[best]},
        "runner_up_id": runner_up,
        "margin": total[best] - total[runner_up] if runner_up else None,
    }
    return Choice(best, reason)


def _scores(
    member: Member, members: Sequence[Member], carries: Mapping[tuple[str, str], float], config: CanonicalConfig
) -> dict[str, float]:
    """Each criterion in [0,1]."""
    one = member.article_id
    others = [other.article_id for other in members if other.article_id != one]
    given = [carries.get((one, other), 0.0) for other in others]
    taken = [carries.get((other, one), 0.0) for other in others]
    completeness = sum(given) / len(given) if given else 1.0
    mutual = [min(pair) for pair in zip(given, taken, strict=True)]
    return {
        "completeness": completeness,
        "earliness": _earliness(member, members),
        "centrality": sum(mutual) / len(mutual) if mutual else 1.0,
        "preference": _preference(member.source, config.preferred_sources),
    }


def _earliness(member: Member, members: Sequence[Member]) -> float:
    """1 for the first published, falling linearly to 0 for the last; 0.5 where it is unknown or all the same."""
    times = [other.published_at for other in members if other.published_at]
    if not times or member.published_at is None:
        return _UNKNOWN_TIME
    first, last = min(times), max(times)
    if first == last:
        return _UNKNOWN_TIME if len(times) < len(members) else 1.0
    return 1.0 - (member.published_at - first) / (last - first)


def _preference(source: str | None, preferred: Sequence[str]) -> float:
    """1 for the most trusted outlet, falling to 0 for one that is not named."""
    folded = [name.casefold() for name in preferred]
    if source is None or source.casefold() not in folded:
        return 0.0
    return 1.0 - folded.index(source.casefold()) / len(folded)
