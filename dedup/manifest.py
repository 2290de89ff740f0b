"""What ``run.json`` holds.

In: what a run read, found, cut and wrote. Out: the manifest. Must not know how anything was found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import polars as pl
import xxhash

from dedup import __version__
from dedup.config import Config, SketchConfig
from dedup.match.candidates import Candidates
from dedup.match.certificate import Certificate
from dedup.match.encoders import described
from dedup.match.partners import Partners
from dedup.match.recall import Recall
from dedup.memory import mapped_pages_go
from dedup.places import text_slices
from dedup.report.shown import unshown
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
    told: Stories,
    config: Config,
    started_at: datetime,
) -> dict[str, Any]:
    """The manifest of a finished run.

    Args:
        read: What was read.
        found: The candidates.
        recall: The estimate of what the candidate search missed.
        told: The stories.
        config: All settings, written too so that the run can be explained.
        started_at: When the run began, UTC.

    Returns:
        A JSON-ready dictionary; all but run_id and the times depends on articles and settings only.
    """
    counts = _counts(read, found, told)
    return said_of(counts, found.caps, input_hash(read.articles), read.warnings, recall, config, started_at)


def certified(said: dict[str, Any], certificate: Certificate | None) -> dict[str, Any]:
    """The manifest with what an exact join says the search missed; unchanged where nobody asked."""
    if certificate is None:
        return said
    warnings = [*said["warnings"], *certificate.warnings]
    return said | {"certificate": certificate.as_dict(), "warnings": warnings}


def said_of(
    counts: dict[str, Any],
    caps: Mapping[str, int],
    inputs: str,
    warnings: Sequence[str],
    recall: Recall,
    config: Config,
    started_at: datetime,
) -> dict[str, Any]:
    """The manifest of a run of which only counts are at hand.

    Args:
        counts: What was read, compared and told, by name.
        caps: What was cut.
        inputs: See ``input_hash``.
        warnings: Sentences for people.
        recall: The estimate of what the candidate search missed.
        config: All settings.
        started_at: When the run began, UTC.
    """
    semantic, of_encoder = described(config.stories.semantic)
    return {
        "run_id": str(uuid4()),
        "version": __version__,
        "config_hash": config_hash(config),
        "input_hash": inputs,
        "started_at": _iso(started_at),
        "finished_at": _iso(utc_now()),
        "counts": counts,
        "caps": dict(sorted(caps.items())),
        "lsh": _lsh(config.sketch, recall),
        "certificate": None,
        "semantic": semantic,
        "warnings": [*warnings, *of_encoder, *unshown(counts["stories"], config.report.max_stories)],
        "config": config.model_dump(mode="json"),
    }


def input_hash(articles: pl.DataFrame) -> str:
    """The sum of the hashes of all articles: the same articles have the same hash, wherever each was read.

    Examples:
        >>> one = pl.DataFrame({"article_id": ["a"], "text": ["It rained."]})
        >>> input_hash(one) == input_hash(one.with_columns(text=pl.lit("It snowed.")))
        False
    """
    return hash_sum(_hashes(articles))


def _hashes(articles: pl.DataFrame) -> Iterator[int]:
    for some in text_slices(articles["text"]):
        yield from (article_hash(one, text) for one, text in articles[some].select("article_id", "text").iter_rows())
        mapped_pages_go()


def article_hash(article_id: str, text: str) -> int:
    """xxh64 over the id and the text of an article, each behind its length."""
    parts = (part.encode() for part in (article_id, text))
    return xxhash.xxh64_intdigest(b"".join(len(part).to_bytes(8, "little") + part for part in parts))


def hash_sum(hashes: Iterable[int]) -> str:
    """The sum of hashes, of 64 bits, as it is written.

    Examples:
        >>> hash_sum([1, 2**64 - 1, 15])
        '000000000000000f'
    """
    return f"{sum(hashes) % 2**64:016x}"


def _counts(read: Read, found: Candidates | Partners, told: Stories) -> dict[str, Any]:
    reasons = Counter(reason.partition(":")[0] for reason in read.skipped["reason"])
    decisions = Counter(told.pairs["decision"].to_list())
    return {
        "read": read.n_read,
        "skipped": dict(sorted(reasons.items())),
        "articles": read.articles.height,
        "candidates": found.counts,
        "accepted": decisions["accepted"],
        "rejected": decisions["rejected"],
        "bridge_cut": decisions["bridge_cut"],
        **story_counts(told.stories, told.members),
    }


def story_counts(stories: pl.DataFrame, members: pl.DataFrame) -> dict[str, int]:
    """What ``run.json`` counts of stories.

    Args:
        stories: STORIES frame.
        members: MEMBERS frame.
    """
    shared = stories.filter(pl.col("size") > 1)
    return {
        "stories": stories.height,
        "shared_stories": shared.height,
        "articles_in_shared_stories": int(shared["size"].sum()),
        "sources": members["source"].drop_nulls().n_unique(),
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
