"""Is an article a rewrite of something that the history has?

In: articles, a history. Out: for each the story it would join, with the evidence that decides it. Reads only. Must not
know how this is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import polars as pl

from dedup.config import Config
from dedup.increment.batches import (
    arrivals,
    batch_documents,
    batch_loaded,
    findable,
    held_against,
    learned,
    prepared_batch,
)
from dedup.increment.groups import gathered, verified
from dedup.match.verdict import FEATURES, contributions
from dedup.schemas import EVIDENCE, MEMBERS
from dedup.sketch.bands import bands
from dedup.sketch.furniture import LOOKED_AT
from dedup.sketch.signatures import signatures
from dedup.sketch.terms import terms
from dedup.store.history.history import History
from dedup.store.history.lookups import Loaded
from dedup.stories.framing import framing

DECIDING: Final = 3
"""Pieces of evidence that are named."""
_EVER: Final = 365_250.0
"""Days of a window that holds everything: whether it is a rewrite does not depend on how long ago the first was."""


@dataclass(frozen=True)
class Finding:
    """What the history has of an article.

    Args:
        article_id: The article.
        known: Whether the history has this very article, by its id.
        story_id: The story it would join, or is near to; None where nothing is near.
        canonical_id: The article that speaks for that story.
        closest_id: The article of the story that it is closest to.
        relation: What it is to that article.
        confidence: That both tell one story from one text, [0,1].
        accepted: Whether it would be accepted into one story with it.
        reason: The decision in a sentence.
        deciding: The evidence that weighs most, with what it adds to the log-odds.
        framing: What it changed against the canonical article: a row of FRAMING; None where it would join no story.
    """

    article_id: str
    known: bool
    story_id: str | None = None
    canonical_id: str | None = None
    closest_id: str | None = None
    relation: str | None = None
    confidence: float = 0.0
    accepted: bool = False
    reason: str = "nothing in the history shares a passage or enough rare words with it"
    deciding: tuple[tuple[str, float], ...] = ()
    framing: dict[str, Any] | None = None


def check_articles(articles: pl.DataFrame, history: History) -> list[Finding]:
    """Hold articles against the whole history.

    Args:
        articles: ARTICLES frame; held against the history only, not against one another.
        history: The history; its settings must be those it was made with.

    Returns:
        One finding for each article, in order.
    """
    with history.looked_at() as opened:
        opened.check_settings()
        return [_checked(articles[row], opened) for row in range(articles.height)]


def _checked(article: pl.DataFrame, history: History) -> Finding:
    one = str(article["article_id"].item())
    config = history.config.model_copy(
        update={"history": history.config.history.model_copy(update={"window_days": _EVER})}
    )
    batch = prepared_batch(article, arrivals(1, datetime.now(UTC)), config)
    furniture = learned(batch, history.outlet_lines(batch.lines, [one], LOOKED_AT), config)
    prepared = batch_documents(batch, furniture, config)
    salient = terms(prepared)
    banded = bands(signatures(prepared, salient, config.sketch), config.sketch)
    mine = findable(batch, salient, banded, config)
    around = history.everything(mine.keys, mine.buckets)
    known = one in around.articles["article_id"].to_list()
    # The article itself, if it is there, is no evidence.
    found = held_against(mine, around, config).frame.filter(pl.col("left_id") != pl.col("right_id"))
    ends = (set(found["left_id"]) | set(found["right_id"])) - {one}
    loaded = batch_loaded(batch, prepared)
    pairs = verified(found, gathered(loaded, history.loaded(ends)), config).pairs
    if pairs.is_empty():
        return Finding(one, known)
    best = pairs.sort("confidence", "left_id", "right_id", descending=[True, False, False]).row(0, named=True)
    closest = best["right_id"] if best["left_id"] == one else best["left_id"]
    story = history.touched([], [closest]).elsewhere[closest]
    canonical = history.canonical(story)
    accepted = best["decision"] == "accepted"
    return Finding(
        article_id=one,
        known=known,
        story_id=story,
        canonical_id=canonical,
        closest_id=closest,
        relation=best["relation"],
        confidence=best["confidence"],
        accepted=accepted,
        reason=best["reason"],
        deciding=_deciding(best),
        framing=_framing(loaded, canonical, story, best, history, config) if accepted else None,
    )


def _deciding(pair: dict[str, Any]) -> tuple[tuple[str, float], ...]:
    _, added = contributions({name: pair[name] for name in EVIDENCE})
    ranked = sorted(((value, name) for name, value in added.items() if name in FEATURES), key=lambda of: -abs(of[0]))
    return tuple((FEATURES[name].meaning, value) for value, name in ranked[:DECIDING])


def _framing(
    mine: Loaded, canonical: str, story: str, pair: dict[str, Any], history: History, config: Config
) -> dict[str, Any] | None:
    one = mine.articles["article_id"].item()
    if canonical == one:
        return None
    both = gathered(mine, history.loaded([canonical]))
    rows = [
        {"article_id": canonical, "relation": "canonical", "similarity": 1.0, "confidence": 1.0},
        {"article_id": one, "relation": pair["relation"], "similarity": 0.0, "confidence": pair["confidence"]},
    ]
    known = both.articles.select("article_id", "title", "source", "published_at", "url")
    members = pl.DataFrame(rows).with_columns(story_id=pl.lit(story)).join(known, on="article_id")
    told = framing(
        members.select(*MEMBERS.columns).cast(pl.Schema(MEMBERS.schema)), both.articles, both.documents, config
    )
    return told.row(0, named=True)
