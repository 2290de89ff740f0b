"""Finished runs to explain.

In: articles, or a story in a few words. Out: a ``StoredRun``, made by the pipeline or by hand. Must not know what is
said about it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dedup import pipeline
from dedup.config import Config
from dedup.store.outputs import StoredRun, read_run
from tests.report.frames import Plan, Row, make_article, make_run

HARBOUR = (
    "Two Calderholm tugs towed the grain ship Amberlight from the quay in Palisade at dawn on Monday. "
    "Nine dockers were hurt when a hawser snapped, the harbour guard said. "
    "Tavrenne imports three fifths of its flour from Meskarra. "
    "Minister Tobren Achterley has filed a claim with the maritime tribunal."
)
HARBOUR_REWRITTEN = (
    "The maritime tribunal has a claim on its desk, filed by minister Tobren Achterley. "
    "It follows a dawn operation on Monday in which two tugs from Calderholm pulled the Amberlight, laden with grain, "
    "off the Palisade quay. A snapped hawser hurt nine dockers, according to the harbour guard. "
    "Analysts expect bread to become dearer before the winter."
)
FOOTBALL = (
    "Penney scored twice in the last ten minutes as Tarnfield came back to beat Port Callan. "
    "The eighteen-year-old had come off the bench for the injured Osei at half-time. "
    "Manager Dufresne called it the best evening of his career in front of 31,400 spectators. "
    "Tarnfield are now four points clear of the relegation places with three matches left."
)


def make_pipeline_run(
    folder: Path,
    texts: Mapping[str, str],
    settings: Mapping[str, Any] | None = None,
    titles: Mapping[str, str] | None = None,
) -> StoredRun:
    """Run the pipeline on ``texts`` by id and read the run back.

    Args:
        folder: An empty folder to write in.
        texts: Texts by article id.
        settings: Settings that differ from the defaults.
        titles: Headlines by article id.
    """
    source = folder / "articles.jsonl"
    told = titles or {}
    lines = (json.dumps({"id": one, "text": text, "lang": "en", "title": told.get(one)}) for one, text in texts.items())
    source.write_text("\n".join(lines), encoding="utf-8")
    pipeline.run([source], folder / "out", Config.model_validate(settings or {}))
    return read_run(folder / "out")


def make_stored_run(plans: Sequence[Plan], *, pairs: Sequence[Row] = (), config: Config | None = None) -> StoredRun:
    """A run that decided what a test wants it to have decided."""
    made = make_run(plans, pairs=pairs)
    settings = (config or Config()).model_dump(mode="json")
    return StoredRun(
        out=Path("out"),
        manifest={**made.manifest, "config": settings},
        stories=made.stories,
        members=made.members,
        pairs=made.pairs,
        framing=made.framing,
        outlets=made.outlets,
        flows=made.flows,
        articles=made.articles,
        skipped=made.skipped,
    )


def make_story(story_id: str, *ids: str, text: str = HARBOUR) -> Plan:
    """A story of which only the ids matter; the first article speaks for it."""
    return Plan(story_id, [make_article(one, text) for one in ids])
