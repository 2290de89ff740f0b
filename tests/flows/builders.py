"""Small runs to look at: ``make_run`` and its parts."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from dedup.config import OutletsConfig
from dedup.pipeline import Run
from dedup.schemas import ARTICLES, FRAMING, MEMBERS, PAIRS, SKIPPED, STORIES
from dedup.stories.outlets import outlets

CANONICAL = "The port is shut. Talks resume on 4 May. Nobody was hurt."
VARIANT = "The angry port is shut. Talks resume on 5 May. It is a disgrace."
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)> [click](javascript:alert(1)) "
    "![i](http://evil.example/i.png) **bold** ~~gone~~ `code` | cell | "
    " www.evil.example https://evil.example/a me@evil.example "
    "<b>b</b> "
    "&lt;i&gt; # h\n# heading\n- item\n```mermaid\ngraph\n``` \u202egnol"
)


def make_span(text: str, part: str) -> dict[str, int]:
    """The first place of ``part`` in ``text``."""
    start = text.index(part)
    return {"start": start, "end": start + len(part)}


def make_article(article_id: str, text: str, **given: Any) -> dict[str, Any]:
    """An article by a source of its own."""
    row: dict[str, Any] = dict.fromkeys(ARTICLES.columns)
    return row | {"article_id": article_id, "text": text, "origin": f"{article_id}.txt"} | given


def make_variant(variant_id: str = "b", **given: Any) -> dict[str, Any]:
    """VARIANT against CANONICAL: one sentence reworded, one contradicted, one added, one dropped."""
    sentences = [
        ("The angry port is shut.", "reworded", ["The port is shut."], ["angry"]),
        ("Talks resume on 5 May.", "contradicted", ["Talks resume on 4 May."], ["5"]),
        ("It is a disgrace.", "added", [], []),
    ]
    row: dict[str, Any] = dict.fromkeys(FRAMING.columns)
    return (
        row
        | {
            "story_id": "s1",
            "canonical_id": "a",
            "variant_id": variant_id,
            "counts": {"verbatim": 0, "reworded": 1, "added": 1, "contradicted": 1, "dropped": 1},
            "headline": {"canonical": "Port shut", "variant": "Port in chaos", "added": []},
            "sentences": [
                {
                    **make_span(VARIANT, text),
                    "kind": kind,
                    "score": 0.9,
                    "canonical": [make_span(CANONICAL, cited) for cited in citations],
                    "added": [make_span(VARIANT, part) for part in added],
                }
                for text, kind, citations, added in sentences
            ],
            "dropped": [make_span(CANONICAL, "Nobody was hurt.")],
            "facts": [
                {
                    "kind": "date",
                    "status": "conflict",
                    "canonical": "4 May",
                    "variant": "5 May",
                    "canonical_span": make_span(CANONICAL, "4 May"),
                    "variant_span": make_span(VARIANT, "5 May"),
                }
            ],
            "framing": [
                {
                    "signal": "loaded",
                    "change": "added",
                    "before": "",
                    "after": "disgrace",
                    "canonical_span": None,
                    "variant_span": make_span(VARIANT, "disgrace"),
                }
            ],
            "speakers": [],
        }
        | given
    )


def make_story(story_id: str = "s1", canonical_id: str = "a", size: int = 2, **given: Any) -> dict[str, Any]:
    """A story chosen by completeness over article b."""
    row: dict[str, Any] = dict.fromkeys(STORIES.columns)
    scores = dict.fromkeys(("completeness", "earliness", "centrality", "preference", "total"), 0.5)
    reason = {"policy": "combined", "scores": scores, "runner_up_id": "b" if size > 1 else None, "margin": 0.25}
    return (
        row
        | {
            "story_id": story_id,
            "size": size,
            "n_sources": size,
            "canonical_id": canonical_id,
            "canonical_title": "Port shut",
            "canonical_reason": reason,
            "cohesion_min": 0.9,
            "cohesion_mean": 0.9,
            "related": [],
            "lineage": [],
        }
        | given
    )


def make_member(article_id: str, relation: str = "rewrite", **given: Any) -> dict[str, Any]:
    """A member of story s1."""
    row: dict[str, Any] = dict.fromkeys(MEMBERS.columns)
    fixed = {"article_id": article_id, "story_id": "s1", "relation": relation, "similarity": 0.8, "confidence": 0.9}
    return row | fixed | {"published_at": datetime(2026, 5, 3, 8, 30, tzinfo=UTC)} | given


def make_run(
    *,
    stories: list[dict[str, Any]] | None = None,
    members: list[dict[str, Any]] | None = None,
    framing: list[dict[str, Any]] | None = None,
    articles: list[dict[str, Any]] | None = None,
    skipped: list[dict[str, Any]] | None = None,
    manifest: dict[str, Any] | None = None,
) -> Run:
    """A finished run of two articles in one story, or of the rows given; nothing is on disk."""
    rows = {
        "members": pl.DataFrame(
            [make_member("a", "canonical", title="Port shut"), make_member("b", title="Port in chaos")]
            if members is None
            else members,
            schema=MEMBERS.schema,
        ),
        "framing": pl.DataFrame([make_variant()] if framing is None else framing, schema=FRAMING.schema),
        "articles": pl.DataFrame(
            [make_article("a", CANONICAL), make_article("b", VARIANT)] if articles is None else articles,
            schema=ARTICLES.schema,
        ),
        "pairs": PAIRS.empty(),
    }
    summed = outlets(**rows, config=OutletsConfig())
    return Run(
        out=Path("out"),
        manifest=manifest or {},
        stories=pl.DataFrame([make_story()] if stories is None else stories, schema=STORIES.schema),
        **rows,
        outlets=summed.outlets,
        flows=summed.flows,
        skipped=pl.DataFrame(skipped or [], schema=SKIPPED.schema),
    )
