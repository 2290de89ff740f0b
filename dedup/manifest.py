"""What ``run.json`` holds.

In: what a run read, found, cut and wrote. Out: the manifest. Must not know how anything was found.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import polars as pl
import xxhash

from dedup import __version__
from dedup.config import Config, SketchConfig
from dedup.match.candidates import Candidates
from dedup.match.certificate import Certificate
from dedup.match.partners import Partners
from dedup.match.recall import Recall
from dedup.settings.describing import config_hash
from dedup.store.articles import Read
from dedup.stories.stories import Stories


def utc_now() -> datetime:
    """The current time in UTC."""
    return datetime.now(UTC)


def manifest(
    read: Read,
    found: Candidates | Partners,
    recall: Recall,
    certificate: Certificate | None,
    told: Stories,
    config: Config,
    started_at: datetime,
) -> dict[str, Any]:
    """The manifest of a finished run.

    Args:
        read: What was read.
        found: The candidates.
        recall: The estimate of what the candidate search missed.
        certificate: What an exact join says it missed; None where nobody asked.
        told: The stories.
        config: All settings, written too so that the run can be explained.
        started_at: When the run began, UTC.

    Returns:
        A JSON-ready dictionary; all but run_id and the times depends on articles and settings only.
    """
    return {
        "run_id": str(uuid4()),
        "version": __version__,
        "config_hash": config_hash(config),
        "input_hash": input_hash(read.articles),
        "started_at": _iso(started_at),
        "finished_at": _iso(utc_now()),
        "counts": _counts(read, found, told),
        "caps": dict(sorted(found.caps.items())),
        "lsh": _lsh(config.sketch, recall),
        "certificate": None if certificate is None else certificate.as_dict(),
        "warnings": [*read.warnings, *(certificate.warnings if certificate else ())],
        "config": config.model_dump(mode="json"),
    }


def input_hash(articles: pl.DataFrame) -> str:
    """xxh64 over ids and texts in the order of the ids: the same articles have the same hash.

    Examples:
        >>> one = pl.DataFrame({"article_id": ["a"], "text": ["It rained."]})
        >>> input_hash(one) == input_hash(one.with_columns(text=pl.lit("It snowed.")))
        False
    """
    state = xxhash.xxh64()
    for one, text in articles.sort("article_id").select("article_id", "text").iter_rows():
        for part in (one, text):
            encoded = part.encode()
            state.update(len(encoded).to_bytes(8, "little") + encoded)
    return state.hexdigest()


def _counts(read: Read, found: Candidates | Partners, told: Stories) -> dict[str, Any]:
    reasons = Counter(reason.partition(":")[0] for reason in read.skipped["reason"])
    decisions = Counter(told.pairs["decision"].to_list())
    shared = told.stories.filter(pl.col("size") > 1)
    return {
        "read": read.n_read,
        "skipped": dict(sorted(reasons.items())),
        "articles": read.articles.height,
        "candidates": found.counts,
        "accepted": decisions["accepted"],
        "rejected": decisions["rejected"],
        "bridge_cut": decisions["bridge_cut"],
        "stories": told.stories.height,
        "articles_in_shared_stories": int(shared["size"].sum()),
    }


def _lsh(config: SketchConfig, recall: Recall) -> dict[str, Any]:
    views = {
        name: {"bands": view.bands, "rows": view.rows, "num_perm": view.num_perm, "seed": config.seed}
        for name, view in (("copy", config.copy_view), ("story", config.story_view))
    }
    estimate = None if recall.estimate is None else round(recall.estimate, 4)
    return {
        "views": views,
        "estimated_recall": estimate,
        "sampled_articles": recall.n_articles,
        "sampled_pairs": recall.n_pairs,
    }


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
