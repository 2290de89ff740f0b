"""The gold gate: score labelled corpora in the default configuration and hold the figures against pinned floors.

    python -m tests.gold.gate                       the corpora in the repository (CI)
    python -m tests.gold.gate --corpora DIR         the public sets as well, where DIR holds them
    python -m tests.gold.gate --corpora DIR --only ecbplus reuters21578

``floors.json`` holds the floors. They are raised when the product gets better and never lowered.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from dedup.config import Config
from dedup.evaluation import score_alignment, score_clusters
from dedup.pipeline import Run, run
from tests.gold.corpora import PUBLIC, WRITTEN, Corpus, Pair, load

FLOORS = Path(__file__).parent / "floors.json"
EARLIEST = Config.model_validate({"stories": {"canonical": {"policy": "earliest"}}})
"""The labelled diffs are against the source, which is the earliest article."""


def detect(corpus: Corpus, config: Config) -> Run:
    """Run the product on a corpus, through files as a user would."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "articles.parquet"
        corpus.articles.write_parquet(source)
        return run([source], Path(folder) / "out", config)


def figures(corpus: Corpus) -> dict[str, float]:
    """Every figure that the labels of a corpus allow; names that begin with ``max_`` are better when smaller."""
    found = detect(corpus, Config())
    story = dict(found.members.select("article_id", "story_id").iter_rows())
    result: dict[str, float] = {}
    if corpus.truth:
        scores = score_clusters(story, corpus.truth)
        result |= {
            "pair_precision": scores.pair_precision,
            "pair_recall": scores.pair_recall,
            "pair_f1": scores.pair_f1,
            "bcubed_f1": scores.bcubed_f1,
            "ari": scores.ari,
        }
    if corpus.same:
        result["same_found"] = _together(story, corpus.same) / len(corpus.same)
    for kind, pairs in corpus.apart.items():
        if pairs:
            result[f"max_merged_{kind}"] = _together(story, pairs)
            result[f"max_share_merged_{kind}"] = _together(story, pairs) / len(pairs)
    candidates = {(left, right) for left, right in found.pairs.select("left_id", "right_id").iter_rows()}
    wanted = corpus.same or _true_pairs(corpus.truth)
    result["candidate_recall"] = sum((min(pair), max(pair)) in candidates for pair in wanted) / max(1, len(wanted))
    if corpus.alignment:
        aligned = score_alignment(detect(corpus, EARLIEST).framing.to_dicts(), corpus.alignment)
        result |= {"added_f1": aligned.added_f1, "link_f1": aligned.link_f1}
    return result


def _together(story: Mapping[str, str], pairs: Sequence[Pair]) -> int:
    return sum(one in story and story[one] == story.get(other) for one, other in pairs)


def _true_pairs(truth: Mapping[str, str]) -> list[Pair]:
    members: dict[str, list[str]] = {}
    for one, story in sorted(truth.items()):
        members.setdefault(story, []).append(one)
    return [(one, other) for group in members.values() for at, one in enumerate(group) for other in group[at + 1 :]]


def broken(name: str, found: Mapping[str, float], floors: Mapping[str, Mapping[str, float]]) -> list[str]:
    """The floors that figures of corpus ``name`` break, as sentences."""
    complaints = []
    for figure, floor in floors.get(name, {}).items():
        value = found[figure]
        if value > floor if figure.startswith("max_") else value < floor:
            complaints.append(f"{name}: {figure} is {value:.4f}, the pinned floor is {floor:.4f}")
    return complaints


def floors() -> dict[str, dict[str, float]]:
    """The pinned floors by corpus and figure."""
    pinned: dict[str, dict[str, float]] = json.loads(FLOORS.read_text(encoding="utf-8"))
    return pinned


def main() -> int:
    """Score, print the table, and return 1 if a floor is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, help="folder of the public sets")
    parser.add_argument("--only", nargs="+", choices=[*WRITTEN, *PUBLIC], help="score these corpora only")
    arguments = parser.parse_args()
    names = arguments.only or [*WRITTEN, *(PUBLIC if arguments.corpora else ())]
    table = Table("corpus", "figure", "value", "floor", title="gold gate")
    complaints: list[str] = []
    pinned = floors()
    for name in names:
        found = figures(load(name, arguments.corpora))
        complaints += broken(name, found, pinned)
        for figure, value in found.items():
            floor = pinned.get(name, {}).get(figure)
            table.add_row(name, figure, f"{value:.4f}", "" if floor is None else f"{floor:.4f}")
    console = Console(width=100)
    console.print(table)
    for complaint in complaints:
        console.print(complaint, style="red")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
