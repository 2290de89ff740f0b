"""What an explanation holds.

In: values. Out: the frozen records of an explanation, and the plain form in which it is written as JSON and shown. Must
not know how anything was found, nor how it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from dedup.match.discovery import ViewOdds
from dedup.match.passages import Passages
from dedup.match.waterfall import Waterfall

DECIMALS: Final = 6
"""Decimals of the numbers in the plain form."""


@dataclass(frozen=True)
class Judgement:
    """What was decided about a pair, and on which evidence.

    Args:
        decision: As in PAIRS (accepted, rejected, bridge_cut), or ``not_compared`` for a pair that was no candidate.
        accepted: Whether the pair is confident enough when looked at alone.
        confidence: Probability that both tell one story from one text, [0,1].
        relation: What the two are to each other, as in PAIRS.
        reason: The decision in one sentence.
        views: Views that found the pair: copy, story, anchor; empty for one that was no candidate.
        evidence: One value per column of ``schemas.EVIDENCE``.
    """

    decision: str
    accepted: bool
    confidence: float
    relation: str
    reason: str
    views: tuple[str, ...]
    evidence: Mapping[str, float | None]


@dataclass(frozen=True)
class Piece:
    """A piece of evidence.

    Args:
        name: Column of ``schemas.EVIDENCE``.
        value: Its value; None where it is not known.
        meaning: What it says.
    """

    name: str
    value: float | None
    meaning: str


@dataclass(frozen=True)
class Anchor:
    """An anchor of one of the two articles that the other has.

    Args:
        left: How the left article writes it.
        right: How the right article writes it.
        value: What it adds to the shared anchor value: rarity in the language times rarity in the batch.
        n_articles: Articles that have it.
        leads_left: Whether it is an anchor of the left article, which can be found by it.
        leads_right: The same of the right one.
    """

    left: str
    right: str
    value: float
    n_articles: int
    leads_left: bool
    leads_right: bool


@dataclass(frozen=True)
class Anchors:
    """The anchors the two articles share, against what a candidate needs.

    Args:
        shared: Anchors of one that the other has, most valuable first.
        n_left: Anchors of the left article.
        n_right: Anchors of the right article.
        n_counted: Shared anchors of the one of whose anchors more are shared.
        min_shared: How many of those are needed (``match.anchors.min_shared``).
        score: The larger share of one article's anchor value that the other has, [0,1].
        min_score: The share that is needed (``match.anchors.min_score``).
        n_sampled: Articles from which the rarity of anchors was told.
    """

    shared: tuple[Anchor, ...]
    n_left: int
    n_right: int
    n_counted: int
    min_shared: int
    score: float
    min_score: float
    n_sampled: int


@dataclass(frozen=True)
class Home:
    """One of the two articles and where it ended.

    Args:
        article_id: The article.
        title: Its headline, if it has one.
        source: Its outlet, if known.
        story_id: The story it is in.
        size: Articles of that story.
        canonical_id: The article that speaks for it.
        relation: What the article is to that one, as in MEMBERS.
    """

    article_id: str
    title: str | None
    source: str | None
    story_id: str
    size: int
    canonical_id: str
    relation: str


@dataclass(frozen=True)
class Bridge:
    """All that was verified between two stories.

    Args:
        n_pairs: Verified pairs between them.
        n_confident: Those that were accepted when looked at alone.
        mean_confidence: Mean confidence of them all, [0,1].
        min_bridge: Mean that the two would need to become one (``stories.min_bridge``; between two groups of several
            articles ``stories.min_support``).
        support: How sure the average article of one story is of some article of the other, in the direction where it is
            lower, [0,1]; None where one of them is a single article, which needs no support.
        min_support: Support that they would need as well (``stories.min_support``).
        outgrown: Whether they reach both now and did not when they were weighed, before one of them had all its
            articles.
        held: Whether they reach both only by an article that holds others among much else, which says nothing of them.
    """

    n_pairs: int
    n_confident: int
    mean_confidence: float
    min_bridge: float
    support: float | None
    min_support: float
    outgrown: bool
    held: bool


@dataclass(frozen=True)
class Explanation:
    """Everything there is to say about two articles; left is the smaller id.

    Args:
        left: The left article and its story.
        right: The right article and its story.
        one_story: Whether they are in the same story.
        judgement: What was decided: by the run, or, for a pair that was no candidate, now.
        min_confidence: Confidence from which a pair is accepted (``match.min_confidence``).
        misses: For a pair that was no candidate, why each view missed it; else empty.
        evidence: Every piece of it with its meaning, in the order of ``schemas.EVIDENCE``.
        waterfall: What each feature made of the evidence added to the confidence.
        views: Similarity and odds in the two MinHash views.
        anchors: The anchors both have.
        n_articles: Articles of the run; if ``anchors.n_sampled`` is less, the values of anchors are estimates.
        passages: Every sentence and link.
        texts: Both texts as they were given, into which all spans point.
        chain: For two articles of one story that were not accepted as a pair, the strongest chain of accepted pairs
            from left to right; else empty.
        bridge: What was verified between their two stories, if anything.
        notes: What to know before trusting this, in sentences.
    """

    left: Home
    right: Home
    one_story: bool
    judgement: Judgement
    min_confidence: float
    misses: Mapping[str, str]
    evidence: tuple[Piece, ...]
    waterfall: Waterfall
    views: tuple[ViewOdds, ...]
    anchors: Anchors
    n_articles: int
    passages: Passages
    texts: tuple[str, str]
    chain: tuple[str, ...]
    bridge: Bridge | None
    notes: tuple[str, ...]

    def as_record(self) -> dict[str, Any]:
        """The same as dictionaries, lists, strings and numbers, ready for JSON.

        ``judgement`` leaves the evidence to ``evidence``; each sentence has its ``text``, spans still point into the
        articles' texts, which are left out.
        """
        record: dict[str, Any] = _plain(asdict(self))
        del record["judgement"]["evidence"], record["texts"]
        for side, text in zip(("left", "right"), self.texts, strict=True):
            for sentence in record["passages"][side]:
                sentence["text"] = text[sentence["start"] : sentence["end"]]
        return record


def _plain(value: object) -> Any:  # a JSON value of any shape
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return round(value, DECIMALS) + 0.0 if isinstance(value, float) else value
