"""The comparison: who is how fast, and who is right.

In: a corpus, tools, a number of rounds. Out: a table, and a JSON file with every run. Must not know how a tool works.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from statistics import median
from typing import Any

import polars as pl
from rich.table import Table

from benchmarks import machine
from benchmarks.corpus import write_corpus
from benchmarks.exact import exact_join
from benchmarks.field import FIELD, Installed, installed
from benchmarks.peers import script
from benchmarks.rounds import Conditions, Ratio, Run, last_words, out_of, ratios, run_once, run_rounds
from benchmarks.scores import Scores, score, truth_of

_WARM_ARTICLES = 200


@dataclass(frozen=True)
class Wanted:
    """What to compare.

    Args:
        names: Tools of the field; ``ours-copies``, without it the first, is what the others are divided by.
        rounds: Rounds.
        cores: Cores a tool may use.
        pythons: Other interpreters that tools may be installed in.
        timeout: Seconds after which a run is given up.
        folder: Where everything is kept.
        command: The arguments that asked for it, for the record.
    """

    names: Sequence[str]
    rounds: int
    cores: int
    pythons: Sequence[str]
    timeout: float
    folder: Path
    command: Sequence[str] = ()


@dataclass(frozen=True)
class Row:
    """What is known of one tool.

    Args:
        name: The tool.
        version: Its version; empty if it is not installed.
        note: What a reader must know.
        state: ``ran``, ``not installed`` or ``failed``.
        said: Its last words, if it failed.
        tree: Whether its memory is that of the largest of its processes.
        wall_s: Median over rounds.
        cpu_s: Median over rounds.
        rss_bytes: Most over rounds.
        articles_per_s: Articles over the median.
        megabytes_per_s: Millions of bytes of text (UTF-8) over the median.
        ratio: Its wall seconds over those of the reference.
        scores: How well it agrees with the exact join.
    """

    name: str
    version: str
    note: str
    state: str
    said: str = ""
    tree: bool = False
    wall_s: float = 0.0
    cpu_s: float = 0.0
    rss_bytes: int = 0
    articles_per_s: float = 0.0
    megabytes_per_s: float = 0.0
    ratio: Ratio | None = None
    scores: Scores | None = None


def corpus_of(n_articles: int, folder: Path) -> Path:
    """The made corpus of a size, made if it is not there. The truth is written last: with it, the corpus is whole."""
    corpus = folder / f"c{n_articles}.parquet"
    if not corpus.with_suffix(".truth.parquet").exists():
        write_corpus(n_articles, corpus)
    return corpus


def size_of(corpus: Path) -> tuple[int, int]:
    """Articles, and bytes of their text in UTF-8."""
    found = pl.scan_parquet(corpus).select(n=pl.len(), size=pl.col("text").str.len_bytes().sum()).collect()
    return int(found["n"][0]), int(found["size"][0])


def warmed(tools: Sequence[Installed], conditions: Conditions) -> dict[str, Run]:
    """Run every tool once on a few articles, uncounted: what a first run compiles is compiled before the rounds.

    Each of them is there twice, with a word more, so that what is done with pairs is done, too.
    """
    few = conditions.folder / "few.parquet"
    conditions.folder.mkdir(parents=True, exist_ok=True)
    once = pl.read_parquet(conditions.corpus, columns=["article_id", "text"], n_rows=_WARM_ARTICLES)
    again = once.select(pl.col("article_id").cast(pl.String) + "-again", pl.col("text") + " again")
    pl.concat([once.cast(pl.String), again]).write_parquet(few)
    small = Conditions(few, conditions.folder, conditions.cores, conditions.timeout)
    return {tool.tool.name: run_once(tool, small) for tool in tools}


def compared(corpus: Path, wanted: Wanted, say: Callable[[str], None]) -> tuple[list[Row], dict[str, Any]]:
    """Compare tools on a corpus.

    Args:
        corpus: Parquet file with article_id and text; what was planted is read from beside it, if it is there.
        wanted: What to compare.
        say: Hears of progress.

    Returns:
        A row for each tool, and all that was measured, as JSON has it.
    """
    began = machine.described()
    n_articles, n_bytes = size_of(corpus)
    say(f"{n_articles:,} articles, {n_bytes / 1e6:.0f} MB; joining exactly ...")
    planted = corpus.with_suffix(".truth.parquet")
    article_ids = pl.read_parquet(corpus, columns=["article_id"])["article_id"]
    truth = truth_of(article_ids, exact_join(corpus), pl.read_parquet(planted) if planted.exists() else None)
    found = installed(wanted.names, wanted.pythons)
    conditions = Conditions(corpus, wanted.folder / "runs", wanted.cores, wanted.timeout)
    tools = [tool for tool in found.values() if tool]
    warm = warmed(tools, conditions)
    said = {name: last_words(conditions, name) for name, run in warm.items() if run.status}
    for name, words in said.items():
        say(f"{name} failed: {words}")
    tools = [tool for tool in tools if tool.tool.name not in said]
    runs = run_rounds(tools, conditions, wanted.rounds, say)
    said |= {run.name: last_words(conditions, run.name) for run in runs if run.status}
    reference = "ours-copies" if found.get("ours-copies") else wanted.names[0]
    by_reference = ratios(runs, reference)
    rows = []
    for name in wanted.names:
        tool = found[name]
        row = Row(name, tool.version if tool else "", FIELD[name].note, "not installed", tree=FIELD[name].tree)
        if tool and name in said:
            row = Row(name, tool.version, FIELD[name].note, "failed", said[name], FIELD[name].tree)
        elif tool:
            row = _row(tool, [run for run in runs if run.name == name], (n_articles, n_bytes), by_reference.get(name))
            row = Row(**{**vars(row), "scores": score(tool.clusters(out_of(conditions, name)), truth)})
        rows.append(row)
    record = {
        "command": ["python", "-m", "benchmarks", *wanted.command],
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": began,
        "load_afterwards": machine.described()["load"],
        "versions": {name: metadata.version(name) for name in ("numba", "numpy", "polars", "xxhash")},
        "corpus": {"name": corpus.name, "articles": n_articles, "bytes": n_bytes, "exact_pairs": truth.pairs.height},
        "setting": asdict(script.EQUAL),
        "cores": wanted.cores,
        "reference": reference,
        "tools": [asdict(row) for row in rows],
        "runs": [asdict(run) for run in runs],
    }
    return rows, record


def _row(tool: Installed, runs: Sequence[Run], size: tuple[int, int], ratio: Ratio | None) -> Row:
    wall = median(run.wall_s for run in runs)
    return Row(
        name=tool.tool.name,
        version=tool.version,
        note=tool.tool.note,
        state="ran",
        tree=tool.tool.tree,
        wall_s=wall,
        cpu_s=median(run.cpu_s for run in runs),
        rss_bytes=max(run.rss_bytes for run in runs),
        articles_per_s=size[0] / wall,
        megabytes_per_s=size[1] / 1e6 / wall,
        ratio=ratio,
    )


def table_of(rows: Sequence[Row], record: Mapping[str, Any]) -> Table:
    """The rows as a table, fastest first; what did not run comes last, with the reason."""
    corpus, setting, cores = record["corpus"], record["setting"], record["cores"]
    size = f"{corpus['articles']:,} articles, {corpus['bytes'] / 1e6:.0f} MB"
    table = Table(
        title=f"{size}, {cores} core{'s' if cores > 1 else ''}, {record['machine']['processor']}",
        caption="Seconds: median of whole processes, file to clusters. Times: seconds over those of "
        f"{record['reference']} in the same round. Recall: planted pairs of Jaccard similarity {setting['threshold']} "
        "and more put together. Precision, B³: against the exact join; = is its very partition. "
        "* memory of the largest process of several.",
        caption_justify="left",
    )
    table.add_column("tool", no_wrap=True)
    for heading in (
        "wall s",
        "CPU s",
        "MB",
        "articles/s",
        "MB/s",
        "times",
        "least to most",
        "recall",
        "precision",
        "B³ P",
        "B³ R",
        "B³ F1",
        "",
    ):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in sorted(rows, key=lambda row: (row.state != "ran", row.wall_s)):
        name = f"{row.name} {row.version}".strip()
        if row.state != "ran" or not row.scores:
            table.add_row(f"{name}: {row.state}")
            continue
        ratio, scores = row.ratio, row.scores
        table.add_row(
            name,
            f"{row.wall_s:.2f}",
            f"{row.cpu_s:.2f}",
            f"{row.rss_bytes / 1e6:.0f}{'*' if row.tree else ''}",
            f"{row.articles_per_s:,.0f}",
            f"{row.megabytes_per_s:.1f}",
            f"{ratio.median:.2f}" if ratio else "",
            f"{ratio.least:.2f} to {ratio.most:.2f}" if ratio else "",
            f"{scores.recall:.4f}",
            f"{scores.precision:.4f}",
            f"{scores.bcubed_precision:.4f}",
            f"{scores.bcubed_recall:.4f}",
            f"{scores.bcubed_f1:.4f}",
            "=" if scores.same else "",
        )
    return table


def write_record(record: Mapping[str, Any], path: Path) -> None:
    """Write what was measured."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
