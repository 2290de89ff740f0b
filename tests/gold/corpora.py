"""The labelled corpora that the gate scores: which articles, and what is known about them.

Those of ``WRITTEN`` lie beside this file (the articles of ``samples`` in ``seeds``). The public sets are only measured
where somebody has them (``--corpora DIR``); their texts are never part of this repository.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from dedup.frames import TIME
from dedup.schemas import ARTICLES
from dedup.store.times import parse_time

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
Pair = tuple[str, str]


@dataclass(frozen=True)
class Corpus:
    """A labelled corpus.

    Args:
        name: Folder name.
        articles: Columns id and text, and title, source, published_at, lang where known.
        truth: True story of each article that takes part in cluster scores.
        apart: Articles or stories that must not be together, by what they are called in the table.
        same: Pairs that belong together, for corpora that are labelled pair by pair.
        alignment: Labelled sentence alignments.
        events: Event of each article, where accounts of one event by several reporters are labelled too.
        written: Whether it was written for this project, so that its labels are complete.
    """

    name: str
    articles: pl.DataFrame
    truth: Mapping[str, str] = field(default_factory=dict)
    apart: Mapping[str, list[Pair]] = field(default_factory=dict)
    same: list[Pair] = field(default_factory=list)
    alignment: list[dict[str, Any]] = field(default_factory=list)
    events: Mapping[str, str] = field(default_factory=dict)
    written: bool = False


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def samples(_: Path) -> Corpus:
    """The five seed articles: two stories of two, one of one."""
    paths = sorted((ROOT / "seeds").glob("*.txt"))
    articles = pl.DataFrame({"id": [path.stem for path in paths], "text": [path.read_text("utf-8") for path in paths]})
    stories = json.loads((HERE / "samples" / "GOLD.json").read_text(encoding="utf-8"))["stories"]
    return Corpus("samples", articles, {Path(one).stem: group[0] for group in stories for one in group}, written=True)


def written(folder: Path) -> Corpus:
    """A corpus written for this project; an independent account may be grouped or not, so it is not scored."""
    articles = pl.DataFrame(_lines(folder / "articles.jsonl"))
    rows = _lines(folder / "stories.jsonl")
    truth = {row["id"]: row["story"] for row in rows if row["role"] != "independent"}
    members: dict[str, list[str]] = {}
    for one, story in truth.items():
        members.setdefault(story, []).append(one)
    related = {
        (min(one, other), max(one, other))
        for row in rows
        if row["id"] in truth
        for story in row["related"]
        for one in [row["id"]]
        for other in members.get(story, [])
    }
    trapped = [row["id"] for row in rows if row["trap"] and row["id"] in truth]
    alone = [(one, other) for one in trapped for other in truth if truth[other] != truth[one]]
    return Corpus(
        folder.name,
        articles,
        truth,
        {"related": sorted(related), "traps": alone},
        alignment=_lines(aligned) if (aligned := folder / "alignment.jsonl").exists() else [],
        events={row["id"]: row["story"] for row in rows},
        written=True,
    )


def _articles(folder: Path) -> pl.DataFrame:
    return pl.read_parquet(folder / "articles.parquet")


def clustered(folder: Path) -> Corpus:
    """A public set whose articles name their cluster; kind ``generation`` is an invention on a shared opening."""
    articles = _articles(folder)
    scored = articles.filter(pl.col("cluster").is_not_null() & (pl.col("kind").fill_null("") != "generation"))
    return Corpus(folder.name, articles, dict(scored.select("id", "cluster").iter_rows()))


def paired(folder: Path, file: str) -> Corpus:
    """A public set labelled pair by pair: 1 the same story, 0 look-alikes."""
    pairs = pl.read_parquet(folder / file).select("a", "b", "derived")
    same = [(a, b) for a, b, label in pairs.iter_rows() if label == 1]
    apart = [(a, b) for a, b, label in pairs.iter_rows() if label == 0]
    return Corpus(folder.name, _articles(folder), apart={"look-alikes": apart} if apart else {}, same=same)


def polished(folder: Path) -> Corpus:
    """Text and rewrite in three languages: each pair is a story of two."""
    corpus = paired(folder, "pairs.parquet")
    return Corpus(folder.name, corpus.articles, {one: min(pair) for pair in corpus.same for one in pair})


def confusable(folder: Path) -> Corpus:
    """Two events to a topic, which must not merge; reprints within an event, which must be found."""
    corpus = paired(folder, "pairs_natural.parquet")
    events = dict(pl.read_parquet(folder / "clusters.parquet").select("id", "cluster").iter_rows())
    ids = sorted(events)
    apart = [
        (one, other)
        for at, one in enumerate(ids)
        for other in ids[at + 1 :]
        if events[one] != events[other] and events[one].rstrip("abceplus") == events[other].rstrip("abceplus")
    ]
    return Corpus(folder.name, corpus.articles, apart={"two events": apart}, same=corpus.same, events=events)


WRITTEN: Mapping[str, Callable[[Path], Corpus]] = {
    "samples": samples,
    "newsroom": written,
    "traps": written,
    "desk": written,
    "wire": written,
    "sequels": written,
    "developments": written,
    "aftermaths": written,
    "lookalikes": written,
    "tongues": written,
}
HELD_OUT = ("developments", "aftermaths")
"""Written corpora on which no model is ever fitted: what they measure is what a user sees."""
PUBLIC: Mapping[str, Callable[[Path], Corpus]] = {
    "imbd_xsum_llm_rewrites": clustered,
    "sheepdog_politifact_restyled": clustered,
    "imbd_multilang_polish": polished,
    "ecbplus": confusable,
    "reuters21578": lambda folder: paired(folder, "pairs.parquet"),
    "whitehouse_releases": lambda folder: paired(folder, "pairs_natural.parquet"),
}


def load(name: str, corpora: Path | None = None) -> Corpus:
    """The corpus ``name``; a public one from its folder in ``corpora``."""
    if name in WRITTEN:
        return WRITTEN[name](HERE / name)
    if corpora is None:
        raise SystemExit(f"{name} is not part of the repository: name the folder that holds it with --corpora")
    return PUBLIC[name](corpora / name)


def as_articles(corpus: Corpus) -> pl.DataFrame:
    """A corpus as the ARTICLES frame."""
    given = corpus.articles.rename({"id": "article_id"}).with_columns(origin=pl.lit(corpus.name))
    missing = [name for name in ARTICLES.columns if name not in given.columns]
    filled = given.with_columns(pl.lit(None, dtype=ARTICLES.schema[name]).alias(name) for name in missing)
    times = filled["published_at"]
    if times.dtype == pl.String:
        read = [parse_time(time) if time else None for time in times]
        times = pl.Series([time if isinstance(time, datetime) else None for time in read], dtype=TIME)
    elif times.dtype.is_temporal() and getattr(times.dtype, "time_zone", None) is None:
        times = times.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    typed = filled.with_columns(published_at=times).cast(ARTICLES.schema)
    return ARTICLES.check(typed.select(*ARTICLES.columns).sort("article_id"))
