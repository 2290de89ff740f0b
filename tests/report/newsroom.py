"""The labelled newsroom corpus as a run that made no mistake.

In: the folder of the corpus. Out: the frames such a run would write. Knows nothing of how stories are found.
"""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import datetime
from pathlib import Path

from tests.report.frames import MadeRun, Plan, Row, make_article, make_counted, make_pair, make_run

RELATION_OF_ROLE = {
    "copy": "copy",
    "light": "light_edit",
    "heavy": "rewrite",
    "reframed": "rewrite",
    "cutdown": "partial",
    "expanded": "partial",
}


def newsroom_run(folder: Path) -> MadeRun:
    """The labelled newsroom corpus as a run that made no mistake."""
    articles = {row["id"]: row for row in _read(folder / "articles.jsonl")}
    roles = {row["id"]: row for row in _read(folder / "stories.jsonl")}
    labels = {row["variant"]: row for row in _read(folder / "alignment.jsonl")}
    told: defaultdict[str, list[str]] = defaultdict(list)
    for article_id, row in roles.items():
        told[article_id if row["role"] == "independent" else row["story"]].append(article_id)
    plans, sources = [], {}
    for story_id, unordered in told.items():
        ids = sorted(unordered, key=lambda article_id: (roles[article_id]["role"] != "source", article_id))
        sources[story_id] = ids[0]
        crew = [_newsroom_article(articles[i], roles[i], labels.get(i)) for i in ids]
        diffs = {i: _newsroom_diff(articles[ids[0]], articles[i], labels[i]) for i in ids[1:] if i in labels}
        related = [s for s in roles[ids[0]]["related"] if ids[0] != story_id and roles[ids[0]]["role"] != "independent"]
        plans.append(Plan(story_id, crew, diffs, related))
    pairs = [
        make_pair(sources[plan.story_id], sources[other], confidence=0.21, reason="same actors, other events")
        for plan in plans
        for other in plan.related
        if plan.story_id < other
    ]
    return make_run(plans, pairs=pairs)


def _newsroom_article(row: Row, role: Row, label: Row | None) -> Row:
    carried = [s for s in label["sentences"] if s["kind"] != "added"] if label else []
    return make_article(
        row["id"],
        row["text"],
        title=row["title"],
        source=row["source"],
        published_at=datetime.fromisoformat(row["published_at"]),
        lang=row["lang"],
        url=f"https://news.example/{row['id']}",
        relation=RELATION_OF_ROLE.get(role["role"], "rewrite"),
        similarity=len(carried) / len(label["sentences"]) if label else 1.0,
    )


def _newsroom_diff(source: Row, variant: Row, label: Row) -> Row:
    spans = [{"start": start, "end": end} for start, end in label["source_sentences"]]
    rows = [
        {
            "start": sentence["start"],
            "end": sentence["end"],
            "kind": "contradicted" if sentence["kind"] == "contradicts" else sentence["kind"],
            "score": 0.0 if sentence["kind"] == "added" else 0.8,
            "canonical": [spans[place] for place in sentence["from"]],
            "added": [{"start": start, "end": end} for start, end in sentence["adds"]],
        }
        for sentence in label["sentences"]
    ]
    cited = {place for sentence in label["sentences"] for place in sentence["from"]}
    dropped = [span for place, span in enumerate(spans) if place not in cited]
    return make_counted(rows, dropped, {"canonical": source["title"], "variant": variant["title"], "added": []})


def _read(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
