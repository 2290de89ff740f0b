"""The command of the benchmarks.

    python -m benchmarks compare --articles 20000 --rounds 3 --peers ours-copies datasketch daft
    python -m benchmarks grow --sizes 20000 100000 400000
    python -m benchmarks sign --articles 20000
    python -m benchmarks scripts --rounds 5
    python -m benchmarks report --stories 5000
    python -m benchmarks nights --nights 30 --articles 2000
    python -m benchmarks check --store build/bench/nights-30x2000/store --articles 100000
    python -m benchmarks spark --sizes 4000 20000 --master 'local[2]'
    python -m benchmarks field

In: arguments. Out: tables, and files in build/bench. Must not know how anything is measured.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import polars as pl
from rich.console import Console

from benchmarks import checks, comparison, growth, nights, scripts, spark
from benchmarks.field import FIELD, installed
from benchmarks.signing import megabytes_a_second
from dedup.config import Config

_OUT = Path("build/bench")
_WIDTH = 152


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say.

    Args:
        arguments: Those of the command line by default.

    Returns:
        0, or 1 if a tool that is installed failed.
    """
    given = sys.argv[1:] if arguments is None else arguments
    chosen = _parser().parse_args(given)
    out, err = Console(), Console(stderr=True)
    if out.width < _WIDTH and not out.is_terminal:
        out = Console(width=_WIDTH)
    if chosen.command == "field":
        for name, tool in installed(list(FIELD), chosen.python).items():
            out.print(f"{name:12} {tool.version if tool else 'not installed':14} {FIELD[name].note}", highlight=False)
        return 0
    if chosen.command == "nights":
        took = nights.measured_nights(chosen.nights, chosen.articles, chosen.out, err.print)
        told = nights.record_of(took)
        comparison.write_record(told, chosen.out / "nights.json")
        out.print(nights.table_of(took, told))
        return int(any(night.status for night in took))
    if chosen.command == "spark":
        how = spark.Wanted(chosen.sizes, chosen.master, chosen.partitions, chosen.memory, chosen.out)
        sizes = spark.measured_sizes(how, err.print)
        told = spark.record_of(sizes, how)
        comparison.write_record(told, chosen.out / "spark.json")
        for table in spark.tables_of(sizes, told):
            out.print(table)
        return int(any(size.status for size in sizes))
    if chosen.command == "check":
        store = checks.enlarged(chosen.store, chosen.articles, chosen.out / "check-store")
        one = checks.checked(store, checks.sample_of(chosen.store, chosen.sample), Config())
        line = f"{one.looked_up_s:.2f} s of CPU, {one.wall_s:.2f} s; reading all takes {one.scanned_s:.2f} s of CPU"
        out.print(f"an article against {one.articles:,}: {line}", highlight=False)
        return 0
    if chosen.command in ("sign", "scripts"):
        _sign(chosen, out)
        return 0
    if chosen.command == "report":
        from benchmarks.page import opened  # needs Chromium and its driver, which the others do without

        seen = opened(chosen.stories, chosen.size, chosen.rounds, chosen.out)
        out.print(
            f"{seen.n_stories:,} stories of {seen.n_articles:,} articles: {seen.megabytes:.1f} MB, "
            f"written in {seen.made_s:.2f} s; open {seen.open_s:.2f} s, search {seen.search_s:.2f} s, "
            f"clear {seen.clear_s:.2f} s, sort {seen.sort_s:.2f} s, "
            f"all outlets {seen.outlets_s:.2f} s, a story {seen.story_s:.2f} s",
            highlight=False,
            soft_wrap=True,
        )
        return 0
    wanted = comparison.Wanted(
        chosen.peers, chosen.rounds, chosen.cores, chosen.python, chosen.timeout, chosen.out, given
    )
    if chosen.command == "grow":
        points, record = growth.grown(chosen.sizes, wanted, err.print)
        comparison.write_record(record, chosen.out / "grow.json")
        if points:
            (chosen.out / "grow.svg").write_text(growth.picture_of(points, record), encoding="utf-8")
        out.print(growth.table_of(points, record))
        return int(any(run["status"] for run in record["runs"]) or not points)
    corpus = chosen.corpus or comparison.corpus_of(chosen.articles, chosen.out)
    rows, record = comparison.compared(corpus, wanted, err.print)
    comparison.write_record(record, chosen.out / f"compare-{corpus.stem}.json")
    out.print(comparison.table_of(rows, record))
    return int(any(row.state == "failed" for row in rows))


def _sign(chosen: argparse.Namespace, out: Console) -> None:
    if chosen.command == "scripts":
        out.print(scripts.table_of(scripts.by_language(chosen.gold, chosen.rounds, chosen.megabytes)))
        return
    corpus = chosen.corpus or comparison.corpus_of(chosen.articles, chosen.out)
    column = pl.read_parquet(corpus, columns=["text"])["text"]
    speed, left = megabytes_a_second(column, size=chosen.size)
    out.print(f"{len(column):,} articles: {speed:,.0f} MB of text a second, {left:.1%} left to Python")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    compare = commands.add_parser("compare", help="speed and exactness of several tools on one corpus")
    compare.add_argument("--articles", type=int, default=20_000, help="size of the made corpus")
    compare.add_argument("--corpus", type=Path, help="a Parquet file with article_id and text instead")
    grow = commands.add_parser("grow", help="time and memory over the number of articles")
    grow.add_argument("--sizes", type=int, nargs="+", default=[20_000, 100_000, 400_000])
    sign = commands.add_parser("sign", help="speed of our signing pass alone, on one core")
    sign.add_argument("--articles", type=int, default=20_000, help="size of the made corpus")
    sign.add_argument("--corpus", type=Path, help="a Parquet file with a column text instead")
    sign.add_argument("--size", type=int, default=5, help="words a run")
    sign.add_argument("--out", type=Path, default=_OUT, help="folder for corpora")
    tongues = commands.add_parser("scripts", help="speed of our signing pass by language, in turns with English")
    tongues.add_argument("--gold", type=Path, default=Path("tests/gold"), help="folder of the articles")
    tongues.add_argument("--rounds", type=int, default=5)
    tongues.add_argument("--megabytes", type=float, default=8.0, help="text a language")
    report = commands.add_parser("report", help="how long report.html takes to open, to search and to read")
    report.add_argument("--stories", type=int, default=5_000, help="stories in it")
    report.add_argument("--size", type=int, default=4, help="articles of every other story; the rest have one")
    report.add_argument("--rounds", type=int, default=5, help="times it is opened; medians are told")
    report.add_argument("--out", type=Path, default=_OUT, help="folder for the file")
    night = commands.add_parser("nights", help="batches of a night over a growing history")
    night.add_argument("--nights", type=int, default=30)
    night.add_argument("--articles", type=int, default=2_000, help="articles of each night")
    night.add_argument("--out", type=Path, default=_OUT, help="folder for the history and results")
    check = commands.add_parser("check", help="one article against a large history")
    check.add_argument("--store", type=Path, required=True, help="a store to enlarge")
    check.add_argument("--articles", type=int, default=100_000, help="articles to hold it against")
    check.add_argument("--sample", type=int, default=8, help="articles checked")
    check.add_argument("--out", type=Path, default=_OUT, help="folder for the enlarged store")
    spread = commands.add_parser("spark", help="the Spark engine against the local one, and what each stage moves")
    spread.add_argument("--sizes", type=int, nargs="+", default=[20_000, 100_000])
    spread.add_argument("--master", default="local[2]", help="Spark's master")
    spread.add_argument("--partitions", type=int, default=8, help="parts in which data is shuffled")
    spread.add_argument("--memory", default="4g", help="memory of the driver")
    spread.add_argument("--out", type=Path, default=_OUT, help="folder for corpora and results")
    field = commands.add_parser("field", help="the tools, and which of them are installed")
    for command, peers in ((compare, [name for name in FIELD if name != "ours-run"]), (grow, ["ours-copies"])):
        command.add_argument("--peers", nargs="+", choices=list(FIELD), default=peers, metavar="NAME")
        command.add_argument("--rounds", type=int, default=3)
        command.add_argument("--cores", type=int, default=1, help="cores a tool may use")
        command.add_argument("--timeout", type=float, default=3600.0, help="seconds after which a run is given up")
        command.add_argument("--out", type=Path, default=_OUT, help="folder for corpora and results")
    for command in (compare, grow, field):
        command.add_argument(
            "--python",
            action="append",
            default=[],
            help="another interpreter to look for tools in; can be repeated, the first that has a tool runs it",
        )
    return parser


if __name__ == "__main__":
    sys.exit(main())
