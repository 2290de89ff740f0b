"""Small inputs and small runs: ``make_files`` and ``make_frames``.

In: what a test is about. Out: files in a folder, or the frames of a whole run. Must not know how either is read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from dedup.config import InputConfig
from dedup.outlet_frames import FLOWS_BETWEEN_OUTLETS, OUTLETS
from dedup.schemas import ARTICLES, EVIDENCE, FRAMING, MEMBERS, PAIRS, SKIPPED, STORIES
from dedup.store.articles import Read, read_articles

SEEN = datetime(2025, 3, 4, 10, 0, 0, 120_000, tzinfo=UTC)


def make_files(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write ``files``, name to content, into ``folder``."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def make_lines(*records: object) -> str:
    """JSON Lines; strings are lines as they are."""
    return "".join(f"{line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)}\n" for line in records)


def read(*inputs: str | Path, **config: Any) -> Read:
    """Read ``inputs`` with these settings."""
    return read_articles(inputs, InputConfig(**config))


def reasons(found: Read, folder: Path) -> dict[str, str]:
    """Where to why, places below ``folder``."""
    return {where.removeprefix(f"{folder}/"): reason for where, reason in found.skipped.iter_rows()}


def codes(found: Read, folder: Path) -> dict[str, str]:
    """Where to the code of why, places below ``folder``."""
    return {where: reason.partition(":")[0] for where, reason in reasons(found, folder).items()}


def texts(found: Read) -> dict[str, str]:
    """Id to text."""
    return dict(found.articles.select("article_id", "text").iter_rows())


def make_frames(*bodies: str) -> dict[str, pl.DataFrame]:
    """The frames of a run in which all ``bodies`` are one story, told by the first."""
    ids = [f"a{number:04}" for number in range(len(bodies))]
    span = {"start": 0, "end": 1}
    common = {"title": "A \u2028 title", "source": "=cmd()", "published_at": SEEN, "url": None}
    articles = [
        {"article_id": name, "text": body, "lang": None, "origin": f"{name}.txt", **common}
        for name, body in zip(ids, bodies, strict=True)
    ]
    members = [
        {"article_id": name, "story_id": "s1", "relation": "copy", "similarity": 0.123456, "confidence": 0.9, **common}
        for name in ids
    ]
    stories = [
        {
            "story_id": "s1",
            "size": len(ids),
            "n_sources": 1,
            "first_seen": SEEN,
            "canonical_id": "a0000",
            "canonical_reason": {"policy": "combined", "scores": {"total": 1 / 3}, "runner_up_id": None, "margin": 0.5},
            "cohesion_min": 0.5,
            "cohesion_mean": 0.7,
            "related": [],
            "lineage": [{"op": "new", "story_id": "s1"}],
        }
    ] * bool(ids)
    pairs = [
        {
            **dict.fromkeys(EVIDENCE, 0),
            "left_id": ids[0],
            "right_id": name,
            "views": ["copy"],
            "relation": "copy",
            "confidence": 0.9,
            "decision": "accepted",
            "reason": "one text",
        }
        for name in ids[1:]
    ]
    framing = [
        {
            "story_id": "s1",
            "canonical_id": ids[0],
            "variant_id": name,
            "counts": dict.fromkeys(("verbatim", "reworded", "added", "contradicted", "dropped"), 1),
            "headline": {"canonical": "A", "variant": None, "added": [span]},
            "sentences": [{**span, "kind": "added", "score": 0.987654, "canonical": [], "added": [span]}],
            "dropped": [span],
            "facts": [
                {"kind": "number", "status": "added", "variant": "5", "canonical_span": None, "variant_span": span}
            ],
            "framing": [],
            "speakers": [{"speaker": "N\u0000", "canonical_words": 1, "variant_words": 2}],
        }
        for name in ids[1:]
    ]
    outlet = {name: 1 for name, column in OUTLETS.columns.items() if column.dtype == pl.UInt32}
    example = {"article_id": "a", **span, "words": "x"}
    term = {"term": "x", "n_articles": 3, "n_stories": 2, "log_odds": 1.5, "z": 2.5, "examples": [example]}
    return {
        "outlets": pl.DataFrame(
            [
                {**outlet, "outlet": "N", "terms": [term], "signals": []},
                {**outlet, "outlet": None, "terms": [], "signals": []},
            ],
            OUTLETS.schema,
        ),
        "flows": pl.DataFrame(
            [
                {
                    "follower": None,
                    "source": "N",
                    "n_articles": 1,
                    "n_stories": 1,
                    "n_by_pair": 1,
                    "carried_mean": 0.5,
                    "examples": [],
                }
            ],
            FLOWS_BETWEEN_OUTLETS.schema,
        ),
        "articles": pl.DataFrame(articles, ARTICLES.schema),
        "stories": pl.DataFrame(stories, STORIES.schema),
        "members": pl.DataFrame(members, MEMBERS.schema),
        "pairs": pl.DataFrame(pairs, PAIRS.schema),
        "framing": pl.DataFrame(framing, FRAMING.schema),
        "skipped": pl.DataFrame({"where": ["x.txt"], "reason": ["empty_text: the text is blank"]}, SKIPPED.schema),
    }
