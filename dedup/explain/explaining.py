"""Explain two articles of a finished run.

In: a stored run and two article ids. Out: an ``Explanation``. Must not know how it is shown.

What the run decided is read from the run; what it did not keep (sentences, odds, anchors, everything about a pair that
was no candidate) is computed anew, by the functions that the stages call and with the settings of the run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl
from pydantic import ValidationError

from dedup.config import Config
from dedup.errors import OutputError, UsageError
from dedup.explain.explanation import Anchor, Anchors, Explanation, Judgement, Piece
from dedup.explain.whereabouts import bridge, chain, home
from dedup.match.alignment import Alignment, align
from dedup.match.discovery import Discovery, SharedAnchors, discovery, misses
from dedup.match.evidence import evidence
from dedup.match.passages import passages
from dedup.match.profiles import Profile
from dedup.match.sides import Sides
from dedup.match.verdict import confidences, same_event, verdict
from dedup.match.waterfall import waterfall
from dedup.schemas import EVIDENCE
from dedup.settings.suggesting import did_you_mean
from dedup.sketch.documents import documents
from dedup.sketch.spellings import spellings
from dedup.sketch.terms import terms
from dedup.store.outputs import StoredRun

MAX_SAMPLED: Final = 2_000
"""Articles from which the rarity of anchors is told; preparing one takes about 5 ms, and a person is waiting."""

_ROUNDING: Final = 1e-4
"""Runs keep evidence as 32-bit floats; a difference beyond this has another cause."""
_MAX_COMPARED_IDS: Final = 5_000
"""Articles up to which a mistyped id is held against every other one; comparing more takes seconds."""


@dataclass(frozen=True)
class _Anew:
    """What is computed again from the texts."""

    profiles: tuple[Profile, Profile]
    titles: tuple[str, str]
    alignment: Alignment
    evidence: dict[str, float | None]
    discovery: Discovery
    n_sampled: int


def explain(run: StoredRun, left_id: str, right_id: str) -> Explanation:
    """Say why two articles are, or are not, one story.

    In a run of more than ``MAX_SAMPLED`` articles the values of anchors are estimated from a sample, which the
    explanation tells; all else is exact.

    Args:
        run: The run, read back from its folder.
        left_id: One article of it.
        right_id: Another; their order does not matter.

    Returns:
        The explanation; its left article is the one with the smaller id.

    Raises:
        UsageError: An id is unknown, or both are the same.
        OutputError: The run does not hold settings that this version understands.
    """
    for wanted in (left_id, right_id):
        _check_known(run, wanted)
    if left_id == right_id:
        raise UsageError(f"{left_id!r} is given twice", where=str(run.out), hint="Give two different articles.")
    left_id, right_id = min(left_id, right_id), max(left_id, right_id)
    config = _settings(run)
    anew = _compute(run, left_id, right_id, config)
    stored = run.pairs.filter((pl.col("left_id") == left_id) & (pl.col("right_id") == right_id))
    judgement = _stored_judgement(stored) if stored.height else _judgement(anew.evidence, config)
    left, right = home(run, left_id), home(run, right_id)
    one_story = left.story_id == right.story_id
    texts = _text(run, left_id), _text(run, right_id)
    return Explanation(
        left=left,
        right=right,
        one_story=one_story,
        judgement=judgement,
        min_confidence=config.match.min_confidence,
        misses={} if stored.height else misses(anew.discovery, judgement.evidence["hours_apart"], config.match),
        evidence=tuple(Piece(name, judgement.evidence[name], column.meaning) for name, column in EVIDENCE.items()),
        waterfall=waterfall(judgement.evidence),
        views=anew.discovery.views,
        anchors=_anchors(anew, texts, config),
        n_articles=run.articles.height,
        passages=passages(*anew.profiles, anew.alignment),
        texts=texts,
        chain=chain(run.pairs, left_id, right_id) if one_story and judgement.decision != "accepted" else (),
        bridge=None if one_story else bridge(run, left, right, config.stories),
        notes=_notes(run, judgement, anew),
    )


def _check_known(run: StoredRun, wanted: str) -> None:
    ids = run.articles["article_id"]
    if (ids == wanted).any():
        return
    where = str(run.out)
    if (run.stories["story_id"] == wanted).any():
        hint = "That is a story; dedup show lists its articles."
    else:
        near = did_you_mean(wanted, ids) if len(ids) <= _MAX_COMPARED_IDS else None
        hint = near or "members.csv lists the articles of the run, skipped.jsonl the inputs that were rejected."
    raise UsageError(f"no article {wanted!r}", where=where, hint=hint)


def _settings(run: StoredRun) -> Config:
    try:
        return Config.model_validate(run.manifest["config"])
    except (KeyError, ValidationError):
        where = str(run.out / "run.json")
        hint = "Run again with this version."
        raise OutputError("holds no settings that this version understands", where=where, hint=hint) from None


def _compute(run: StoredRun, left_id: str, right_id: str, config: Config) -> _Anew:
    batch = _surroundings(run.articles, left_id, right_id)
    row_of = {one: row for row, one in enumerate(batch["article_id"])}
    left, right = row_of[left_id], row_of[right_id]
    prepared = documents(batch, config.text)
    sides = Sides(batch, prepared, config)
    profiles = sides[left].profile, sides[right].profile
    alignment = align(*profiles)
    return _Anew(
        profiles,
        (batch["title"][left] or "", batch["title"][right] or ""),
        alignment,
        evidence(sides[left], sides[right], alignment),
        discovery(left, right, prepared, terms(prepared), config),
        batch.height,
    )


def _surroundings(articles: pl.DataFrame, left_id: str, right_id: str) -> pl.DataFrame:
    """The articles that have a say: all, or of a large run those of the same outlets and a sample of the rest.

    What an outlet prints under everything is told from all its articles, so these are never sampled.
    """
    if articles.height <= MAX_SAMPLED:
        return articles
    is_own = pl.col("article_id").is_in([left_id, right_id])
    outlets = articles.filter(is_own)["source"].drop_nulls()
    every = -(-articles.height // MAX_SAMPLED)
    numbered = articles.with_row_index("place")
    chosen = is_own | pl.col("source").is_in(outlets.implode()) | (pl.col("place") % every == 0)
    return numbered.filter(chosen).drop("place")


def _text(run: StoredRun, article_id: str) -> str:
    return str(run.articles.filter(pl.col("article_id") == article_id)["text"].item())


def _stored_judgement(stored: pl.DataFrame) -> Judgement:
    row = stored.row(0, named=True)
    return Judgement(
        decision=row["decision"],
        accepted=row["decision"] != "rejected",
        confidence=row["confidence"],
        relation=row["relation"],
        reason=row["reason"],
        views=tuple(row["views"]),
        evidence={name: row[name] for name in EVIDENCE},
    )


def _judgement(known: dict[str, float | None], config: Config) -> Judgement:
    """What the run would have decided."""
    judged = verdict(known, float(confidences([known])[0]), float(same_event([known])[0]), config.match.min_confidence)
    return Judgement(
        "not_compared", judged.accepted, judged.confidence, judged.relation, judged.reason, views=(), evidence=known
    )


def _anchors(anew: _Anew, texts: tuple[str, str], config: Config) -> Anchors:
    found: SharedAnchors = anew.discovery.anchors
    left, right = (
        spellings(f"{title}\n{text}", side.lang)
        for title, text, side in zip(anew.titles, texts, anew.profiles, strict=True)
    )
    return Anchors(
        # A term of a text that normalises otherwise as a whole than sentence by sentence has no spelling.
        shared=tuple(
            Anchor(
                " + ".join(left.get(term, "?") for term in one.terms),
                " + ".join(right.get(term, "?") for term in one.terms),
                one.value,
                one.n_articles,
                one.leads_left,
                one.leads_right,
            )
            for one in found.shared
        ),
        n_left=found.n_left,
        n_right=found.n_right,
        n_counted=found.n_counted,
        min_shared=config.match.anchors.min_shared,
        score=found.score,
        min_score=config.match.anchors.min_score,
        n_sampled=anew.n_sampled,
    )


def _notes(run: StoredRun, judgement: Judgement, anew: _Anew) -> tuple[str, ...]:
    """Where this version comes to other numbers than the run did."""
    changed = [name for name, value in anew.evidence.items() if _differ(judgement.evidence[name], value)]
    if _differ(judgement.confidence, float(confidences([judgement.evidence])[0])):
        changed.append("confidence")
    if not changed:
        return ()
    version = run.manifest.get("version", "another version")
    differing = f"The run was made by {version}, and this version computes other values: {', '.join(changed)}."
    return (f"{differing} Evidence and decision are the run's, all else is computed now.",)


def _differ(stored: float | None, computed: float | None) -> bool:
    if stored is None or computed is None:
        return stored is not computed
    return abs(stored - computed) > _ROUNDING * max(1.0, abs(stored))
