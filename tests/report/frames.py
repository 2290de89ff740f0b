"""Finished runs made by hand, for the tests of what people look at.

In: a few words per story. Out: frames that keep their declarations. Knows nothing of
how stories are found: a report must show any run that keeps the contract.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import polars as pl

from dedup import schemas
from dedup.config import OutletsConfig, ReportConfig
from dedup.frames import Frame
from dedup.report.html_page import render_report
from dedup.report.shown import Shown, shown_of
from dedup.stories.outlets import outlets

Row = dict[str, Any]

MORNING = datetime(2026, 11, 3, 6, 0, tzinfo=UTC)


@dataclass(frozen=True)
class MadeRun:
    """The frames of a run, as ``render_report`` takes them."""

    manifest: Row
    articles: pl.DataFrame
    stories: pl.DataFrame
    members: pl.DataFrame
    pairs: pl.DataFrame
    framing: pl.DataFrame
    skipped: pl.DataFrame
    outlets: pl.DataFrame
    flows: pl.DataFrame
    documents: pl.DataFrame | None = None

    def page(self, **settings: Any) -> str:
        """The report of this run."""
        page = render_report(
            self.manifest,
            self.articles,
            self.stories,
            self.members,
            self.pairs,
            self.framing,
            self.skipped,
            ReportConfig(**settings),
            outlets=self.outlets,
            flows=self.flows,
            documents=self.documents,
        )
        return page.decode()

    def shuffled(self, seed: int) -> MadeRun:
        """The same run with the rows of every frame in another order."""
        names = ("articles", "stories", "members", "pairs", "framing", "skipped", "outlets", "flows")
        frames = {name: getattr(self, name).sample(fraction=1, shuffle=True, seed=seed) for name in names}
        return MadeRun(self.manifest, **frames, documents=self.documents)


@dataclass(frozen=True)
class Plan:
    """A story to be: its articles (the first is canonical) and the diff of each variant."""

    story_id: str
    articles: Sequence[Row]
    diffs: Mapping[str, Row] = field(default_factory=dict)
    related: Sequence[str] = ()


def make_article(article_id: str, text: str = "Some text.", **fields: Any) -> Row:
    """An article; ``relation``, ``similarity`` and ``confidence`` say what it is in its story."""
    defaults: Row = {"title": None, "url": None, "source": None, "published_at": None, "lang": "en"}
    return {"article_id": article_id, "text": text, **defaults, "origin": f"{article_id}.txt", **fields}


def make_diff(
    canonical: str,
    variant: str,
    sentences: Sequence[tuple[str, str, Sequence[str], Sequence[str]]],
    *,
    headline: tuple[str | None, str | None, Sequence[str]] = (None, None, ()),
    facts: Sequence[tuple[str, str, str | None, str | None]] = (),
    framing: Sequence[tuple[str, str, str | None, str | None]] = (),
    speakers: Sequence[tuple[str, int, int]] = (),
    dropped: Sequence[str] = (),
) -> Row:
    """A diff in which every span is given by its words.

    Args:
        canonical: Text of the canonical article.
        variant: Text of the variant.
        sentences: Words of a variant's sentence, its kind, the canonical sentences it cites, the words added in it.
        headline: Canonical headline, variant's headline, words added in it.
        facts: Kind, status, canonical words, variant words.
        framing: Signal, change, words before, words after.
        speakers: Speaker, quoted words in the canonical article, in the variant.
        dropped: Canonical sentences that are left out.
    """
    rows = []
    for words, kind, cited, added in sentences:
        whole = span_of(variant, words)
        rows.append(
            {
                **whole,
                "kind": kind,
                "score": 0.8 if cited else 0.0,
                "canonical": [span_of(canonical, sentence) for sentence in cited],
                "added": [span_of(variant, part, whole["start"]) for part in added],
            }
        )
    return make_counted(
        rows,
        [span_of(canonical, sentence) for sentence in dropped],
        {
            "canonical": headline[0],
            "variant": headline[1],
            "added": [span_of(headline[1] or "", part) for part in headline[2]],
        },
        facts=[_two_sided(("kind", "status", "canonical", "variant"), fact, canonical, variant) for fact in facts],
        framing=[_two_sided(("signal", "change", "before", "after"), row, canonical, variant) for row in framing],
        speakers=[
            {"speaker": name, "canonical_words": before, "variant_words": after} for name, before, after in speakers
        ],
    )


def make_counted(
    sentences: Sequence[Row],
    dropped: Sequence[Row],
    headline: Row,
    *,
    facts: Sequence[Row] = (),
    framing: Sequence[Row] = (),
    speakers: Sequence[Row] = (),
) -> Row:
    """A diff with its counts."""
    kinds = [row["kind"] for row in sentences]
    counts = {kind: kinds.count(kind) for kind in ("verbatim", "reworded", "added", "contradicted")}
    return {
        "counts": {**counts, "dropped": len(dropped)},
        "headline": headline,
        "sentences": list(sentences),
        "dropped": list(dropped),
        "facts": list(facts),
        "framing": list(framing),
        "speakers": list(speakers),
    }


def span_of(text: str, words: str, start: int = 0) -> dict[str, int]:
    """Where ``words`` stand in ``text``, in code points."""
    at = text.index(words, start)
    return {"start": at, "end": at + len(words)}


def _two_sided(names: Sequence[str], row: Sequence[str | None], canonical: str, variant: str) -> Row:
    before, after = row[2], row[3]
    return {
        **dict(zip(names, row, strict=True)),
        "canonical_span": span_of(canonical, before) if before else None,
        "variant_span": span_of(variant, after) if after else None,
    }


def make_pair(left: str, right: str, **fields: Any) -> Row:
    """A verified pair, rejected unless told otherwise."""
    first, second = sorted((left, right))
    evidence = dict.fromkeys(schemas.EVIDENCE, 0.5) | {"aligned_sentences": 3}
    return {
        "left_id": first,
        "right_id": second,
        "views": ["story"],
        **evidence,
        "relation": "related",
        "confidence": 0.4,
        "decision": "rejected",
        "reason": "names differ",
        **fields,
    }


def make_run(
    plans: Sequence[Plan],
    *,
    pairs: Sequence[Row] = (),
    skipped: Sequence[tuple[str, str]] = (),
    manifest: Row | None = None,
    documents: pl.DataFrame | None = None,
    habits: Mapping[str, Any] | None = None,
) -> MadeRun:
    """A run that found the planned stories; ``habits`` are settings of ``stories.outlets``."""
    articles, members, stories, framing = [], [], [], []
    for plan in plans:
        canonical = plan.articles[0]
        for article in plan.articles:
            articles.append({name: article[name] for name in schemas.ARTICLES.columns})
            relation = "canonical" if article is canonical else article.get("relation", "rewrite")
            defaults = {"similarity": 1.0 if article is canonical else 0.7, "confidence": 0.97}
            member = {**defaults, **article, "story_id": plan.story_id, "relation": relation}
            members.append({name: member[name] for name in schemas.MEMBERS.columns})
        stories.append(_story(plan))
        for variant_id, diff in plan.diffs.items():
            ids = {"story_id": plan.story_id, "canonical_id": canonical["article_id"], "variant_id": variant_id}
            framing.append({**ids, **diff})
    given = {
        "members": _frame(schemas.MEMBERS, members),
        "pairs": _frame(schemas.PAIRS, pairs),
        "framing": _frame(schemas.FRAMING, framing),
        "articles": _frame(schemas.ARTICLES, articles),
    }
    summed = outlets(**given, config=OutletsConfig(**(habits or {})))
    return MadeRun(
        manifest=manifest if manifest is not None else make_manifest(len(articles), len(skipped)),
        stories=_frame(schemas.STORIES, stories),
        **given,
        outlets=summed.outlets,
        flows=summed.flows,
        skipped=_frame(schemas.SKIPPED, [{"where": where, "reason": reason} for where, reason in skipped]),
        documents=documents,
    )


def shown_in(run: MadeRun, max_stories: int = 10_000) -> Shown:
    """The part of a run that its report shows."""
    frames = (run.articles, run.stories, run.members, run.pairs, run.framing, run.documents)
    return shown_of(*frames, max_stories)


def make_manifest(n_articles: int, n_skipped: int) -> Row:
    """What ``run.json`` says, as far as the report reads it."""
    return {
        "schema_version": schemas.SCHEMA_VERSION,
        "run_id": "20261103T060000",
        "version": "0.1.0",
        "finished_at": "2026-11-03T21:15:30+00:00",
        "counts": {"read": n_articles + n_skipped, "articles": n_articles, "candidates": {"copy": 40, "story": 60}},
        "lsh": {
            "views": {"copy": {"bands": 32, "rows": 4}, "story": {"bands": 128, "rows": 3}},
            "estimated_recall": 0.9812,
            "sampled_articles": 60,
            "sampled_pairs": 84,
        },
        "caps": {},
        "warnings": [],
    }


def _story(plan: Plan) -> Row:
    canonical = plan.articles[0]
    times = sorted(article["published_at"] for article in plan.articles if article["published_at"])
    several = len(plan.articles) > 1
    scores = {"completeness": 0.92, "earliness": 1.0, "centrality": 0.88, "preference": 0.0, "total": 0.81}
    return {
        "story_id": plan.story_id,
        "size": len(plan.articles),
        "n_sources": len({article["source"] for article in plan.articles if article["source"]}),
        "first_seen": times[0] if times else None,
        "last_seen": times[-1] if times else None,
        "canonical_id": canonical["article_id"],
        "canonical_title": canonical["title"],
        "canonical_source": canonical["source"],
        "canonical_published_at": canonical["published_at"],
        "canonical_reason": {
            "policy": "combined",
            "scores": scores,
            "runner_up_id": plan.articles[1]["article_id"] if several else None,
            "margin": 0.17 if several else None,
        },
        "cohesion_min": 0.93 if several else 1.0,
        "cohesion_mean": 0.96 if several else 1.0,
        "related": list(plan.related),
        "lineage": [],
    }


def _frame(frame: Frame, rows: Sequence[Row]) -> pl.DataFrame:
    made = pl.DataFrame(list(rows), schema=frame.schema).sort(frame.key)
    return frame.check(made)
