"""What happened in a history since a time, as a run shows it.

In: a history, a time. Out: a page, or a folder as of a run. Must not know how stories are found.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from dedup import __version__
from dedup.config import Config
from dedup.manifest import input_hash, story_counts, utc_now
from dedup.match.encoders import described
from dedup.report.html_page import render_report
from dedup.report.shown import unshown
from dedup.schemas import SKIPPED
from dedup.settings.describing import config_hash
from dedup.store.folders import replace_bytes
from dedup.store.history.database import database
from dedup.store.history.reading import Kept, changed_since, kept_stories
from dedup.store.outputs import check_output, write_run
from dedup.store.targets import check_file
from dedup.stories.framing import framing
from dedup.stories.outlets import outlets


def review(store: Path, since: datetime, out: Path, config: Config) -> Kept:
    """Write the stories that began or changed since a time.

    Args:
        store: Folder of the store; only read.
        since: Of the runs that count, the earliest start.
        out: An .html file, or a folder that is written as that of a run.
        config: All settings.

    Returns:
        The stories.

    Raises:
        OutputError: There is no history, or ``out`` cannot be written.
    """
    is_page = _is_page(out)
    if is_page:
        check_file(out)
    else:
        check_output(out)
    started_at = utc_now()
    with database(store) as history:
        kept = kept_stories(history, changed_since(history, since))
    framed = framing(kept.members, kept.loaded.articles, kept.loaded.documents, config)
    summed = outlets(
        kept.members, kept.pairs, framed, kept.loaded.articles, config.stories.outlets, documents=kept.loaded.documents
    )
    told = _manifest(kept, config, since, started_at)
    told["warnings"] += left_out(kept, out, config)
    skipped = SKIPPED.empty()
    page = render_report(
        told,
        kept.loaded.articles,
        kept.stories,
        kept.members,
        kept.pairs,
        framed,
        skipped,
        config.report,
        outlets=summed.outlets,
        flows=summed.flows,
        documents=kept.loaded.documents,
    )
    if is_page:
        replace_bytes(out, page)
    else:
        frames = {"stories": kept.stories, "members": kept.members, "pairs": kept.pairs, "framing": framed}
        frames |= {"outlets": summed.outlets, "flows": summed.flows}
        write_run(out, told, articles=kept.loaded.articles, **frames, skipped=skipped, report=page)
    return kept


def left_out(kept: Kept, out: Path, config: Config) -> list[str]:
    """What a review says if its page does not show all stories: that, and where the others are.

    Args:
        kept: The stories.
        out: The page or folder that was asked for.
        config: All settings.
    """
    n_stories, max_stories = kept.stories.height, config.report.max_stories
    if _is_page(out):
        return unshown(n_stories, max_stories, out.name, "a folder as --out has all in stories.jsonl")
    return unshown(n_stories, max_stories)


def _is_page(out: Path) -> bool:
    return out.suffix.lower() in {".html", ".htm"}


def _manifest(kept: Kept, config: Config, since: datetime, started_at: datetime) -> dict[str, Any]:
    decisions = Counter(kept.pairs["decision"].to_list())
    n_articles = kept.members.height
    semantic, warnings = described(config.stories.semantic)
    return {
        "run_id": str(uuid4()),
        "version": __version__,
        "config_hash": config_hash(config),
        "input_hash": input_hash(kept.loaded.articles),
        "started_at": _iso(started_at),
        "finished_at": _iso(utc_now()),
        "since": _iso(since),
        "counts": {
            "read": n_articles,
            "skipped": {},
            "articles": n_articles,
            "candidates": {"copy": 0, "story": 0, "anchor": 0, "total": kept.pairs.height},
            "accepted": decisions["accepted"],
            "rejected": decisions["rejected"],
            "bridge_cut": 0,
            **story_counts(kept.stories, kept.members),
        },
        "caps": {},
        "lsh": {"views": {}, "estimated_recall": None, "sampled_articles": 0, "sampled_pairs": 0},
        "certificate": None,
        "semantic": semantic,
        "warnings": warnings,
        "config": config.model_dump(mode="json"),
    }


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
