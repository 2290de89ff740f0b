"""Batches of a night over a growing history: does a night get slower as the history grows?

In: how many nights, how many articles each. Out: seconds, memory and bytes of every night. Must not know the other
tools, nor how a batch is matched.

Four fifths of a night's articles are new; the others are copies and rewrites (the kinds of ``benchmarks.corpus``) of
articles of that night and the three before. Each night is ``dedup run --store``, in a process of its own, report and
all outputs included. The history outgrows its window in the second week; what is compared grows until then, what is
kept grows for ever.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
from rich.table import Table

from benchmarks import corpus, machine, meter

FIRST_NIGHT: Final = datetime(2025, 3, 1, tzinfo=UTC)
THIRD: Final = 3
"""The night that later ones are held against: the first two have nothing, or next to nothing, to look up."""
_RECENT: Final = 4
_OUTLETS: Final = 200


@dataclass(frozen=True)
class Night:
    """What one night took.

    Args:
        night: Its number, from 1.
        articles: Articles in the history when it was over.
        seconds: CPU seconds of the whole process and its threads, which a busy machine does not stretch.
        wall_s: Wall seconds of it.
        rss_bytes: Most memory.
        store_bytes: Size of the history when it was over.
        compared: Pairs that were verified, which is what a fuller window could make more.
        status: Exit status.
    """

    night: int
    articles: int
    seconds: float
    wall_s: float
    rss_bytes: int
    store_bytes: int
    compared: int
    status: int


def made_nights(n_nights: int, n_articles: int, seed: int = 7) -> Iterator[pl.DataFrame]:
    """Make the articles of each night; the same for the same arguments.

    Args:
        n_nights: Nights.
        n_articles: Articles of each.
        seed: Another draws others.

    Yields:
        Columns article_id, text, source, published_at, and kind and of: what each is a copy of, null for new ones.
    """
    rng = np.random.default_rng(seed)
    words = corpus.vocabulary(rng)
    cumulative = np.cumsum(words.chance)
    recent: list[tuple[str, corpus.Int64s]] = []
    n_new = n_articles - n_articles // 5
    for night in range(n_nights):
        lengths = np.clip(rng.lognormal(math.log(420) - 0.08, 0.4, n_new), 60, 2_000).astype(np.int64)
        names = [f"n{night:03}-{at:05}" for at in range(n_articles)]
        drawn = [corpus.made_article(rng, cumulative, length) for length in lengths.tolist()]
        recent = recent[-(_RECENT - 1) * n_new :] + list(zip(names, drawn, strict=False))
        kinds: list[str | None] = [None] * n_new
        of: list[str | None] = [None] * n_new
        while len(drawn) < n_articles:
            source, ids = recent[int(rng.integers(len(recent)))]
            kind = corpus.KINDS[int(rng.integers(len(corpus.KINDS)))]
            drawn.append(ids if kind == "exact" else corpus.edited_words(ids, kind, rng, cumulative, words))
            kinds.append(kind)
            of.append(source)
        minutes = rng.integers(0, 24 * 60, n_articles).tolist()
        yield pl.DataFrame(
            {
                "article_id": names,
                "text": [corpus.sentences(ids, words) for ids in drawn],
                "source": [f"Outlet {at}" for at in rng.integers(0, _OUTLETS, n_articles)],
                "published_at": [FIRST_NIGHT + timedelta(days=night, minutes=minute) for minute in minutes],
                "kind": kinds,
                "of": of,
            },
            schema_overrides={"kind": pl.String, "of": pl.String},
        )


def measured_nights(n_nights: int, n_articles: int, out: Path, tell: Callable[[str], None]) -> list[Night]:
    """Run every night over what the nights before have left.

    Args:
        n_nights: Nights.
        n_articles: Articles of each.
        out: Folder for all files; a history that is there is removed.
        tell: Told of each night when it is over.
    """
    folder = out / f"nights-{n_nights}x{n_articles}"
    store = folder / "store"
    folder.mkdir(parents=True, exist_ok=True)
    for left in store.glob("*"):
        left.unlink()
    nights: list[Night] = []
    for number, articles in enumerate(made_nights(n_nights, n_articles), 1):
        path = folder / f"night-{number:03}.parquet"
        articles.drop("kind", "of").write_parquet(path)
        command = [sys.executable, "-m", "dedup.cli", "run", str(path), "--store", str(store), "--quiet"]
        took = meter.measured([*command, "--out", str(folder / "out")], str(folder / "log.txt"), 3_600.0)
        size = sum(file.stat().st_size for file in store.glob("*"))
        night = Night(
            number,
            number * n_articles,
            took["cpu_s"],
            took["wall_s"],
            int(took["rss_bytes"]),
            size,
            _compared(folder / "out"),
            int(took["status"]),
        )
        nights.append(night)
        memory = f"{night.rss_bytes / 2**20:,.0f} MiB, {size / 2**20:,.0f} MiB kept"
        pairs = f"{night.compared / n_articles:.1f} pairs an article"
        tell(f"night {number}: {night.seconds:.1f} s of CPU, {night.wall_s:.1f} s, {memory}, {pairs}")
        path.unlink()
        if night.status:
            tell((folder / "log.txt").read_text(encoding="utf-8", errors="replace")[-2_000:])
            break
    return nights


def _compared(out: Path) -> int:
    told = json.loads((out / "run.json").read_text(encoding="utf-8")) if (out / "run.json").exists() else None
    return int(told["counts"]["candidates"]["total"]) if told else 0


def growth_of(nights: list[Night]) -> float:
    """CPU seconds of the last nights by those around the third: the medians of three, since a machine has moods.

    Examples:
        >>> growth_of([Night(n, n, 10.0 + (n > 4), 0.0, 0, 0, 0, 0) for n in range(1, 8)])
        1.1
    """
    early = sorted(night.seconds for night in nights[THIRD - 2 : THIRD + 1])
    late = sorted(night.seconds for night in nights[-3:])
    return late[len(late) // 2] / early[len(early) // 2] if early else math.nan


def record_of(nights: list[Night]) -> dict[str, Any]:
    """What was measured, as JSON-ready values."""
    last = nights[-1]
    return {
        "machine": machine.described(),
        "nights": [asdict(night) for night in nights],
        "last_by_third": growth_of(nights),
        "store_bytes_per_article": last.store_bytes / last.articles,
        "rss_bytes": max(night.rss_bytes for night in nights),
    }


def table_of(nights: list[Night], record: Mapping[str, Any]) -> Table:
    """The nights as a table."""
    title = (
        f"last by third {record['last_by_third']:.2f}, {record['store_bytes_per_article']:,.0f} bytes an article, "
        f"{record['rss_bytes'] / 2**20:,.0f} MiB at most"
    )
    table = Table(title=title)
    for name in ("night", "articles", "CPU s", "wall s", "MiB", "MiB kept", "pairs an article"):
        table.add_column(name, justify="right")
    for night in nights:
        table.add_row(
            str(night.night),
            f"{night.articles:,}",
            f"{night.seconds:.1f}",
            f"{night.wall_s:.1f}",
            f"{night.rss_bytes / 2**20:,.0f}",
            f"{night.store_bytes / 2**20:,.1f}",
            f"{night.compared * night.night / night.articles:,.1f}",
        )
    return table
