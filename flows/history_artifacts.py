"""What a batch did to the stories of a store, as a table.

In: a finished run with a history. Out: rows and a caption; ``flows.showing`` hands them to Prefect. Must not compute
anything about news, nor import Prefect.
"""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from dedup.pipeline import Run
from dedup.report.headings import heading
from flows.safe_markdown import cell, escape, shorten

MAX_CHANGES: Final = 200
"""Rows of the table. Prefect's page takes 1,000 and freezes at 10,000."""
MAX_CHARACTERS: Final = 60
MAX_OUTLETS: Final = 5


def changes_table(run: Run) -> list[dict[str, Any]]:
    """Stories that grew, merged or split in this batch, most articles first, ties by story_id.

    Args:
        run: A finished run with a history.

    Returns:
        At most ``MAX_CHANGES`` rows, one a story; what happened to it in the order of its lineage.
    """
    changed = run.stories.filter(pl.col("lineage").list.len() > 0)
    largest = changed.sort(["size", "story_id"], descending=[True, False]).head(MAX_CHANGES)
    texts = dict(run.articles.select("article_id", "text").iter_rows())
    return [
        {
            "what happened": cell(shorten(", ".join(_step(step, story) for step in story["lineage"]), MAX_CHARACTERS)),
            "articles": story["size"],
            "canonical article": cell(
                shorten(
                    heading(story["canonical_title"], texts[story["canonical_id"]], story["canonical_id"]),
                    MAX_CHARACTERS,
                )
            ),
            "story": cell(story["story_id"]),
        }
        for story in largest.iter_rows(named=True)
    ]


def _step(step: dict[str, str], story: dict[str, Any]) -> str:
    if step["story_id"] == story["story_id"]:
        return str(step["op"])
    return f"{step['op'].replace('_', ' ')} {step['story_id']}"


def changes_caption(run: Run) -> str:
    """Above the table: what it holds and what it leaves out, and whom the batch came from.

    Args:
        run: A finished run with a history.

    Returns:
        Markdown.
    """
    counts = run.manifest["counts"]
    caption = (
        f"Of {counts['new']:,} new articles: {counts['grown']:,} stories grew, {counts['merged']:,} merged, "
        f"{counts['split']:,} split."
    )
    # A run of before, brought back by its store, counts no outlets.
    top = list(counts.get("outlets", {}).items())[:MAX_OUTLETS]
    if top:
        named = ", ".join(f"{escape(shorten(name, MAX_CHARACTERS))} {n:,}" for name, n in top)
        caption += f" Most articles of the batch: {named}."
    changed = run.stories.filter(pl.col("lineage").list.len() > 0).height
    return caption if changed <= MAX_CHANGES else f"{caption} The {MAX_CHANGES} largest are shown."
