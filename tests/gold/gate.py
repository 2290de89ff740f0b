"""The gold gate: score labelled corpora in the default configuration and hold the figures against pinned floors.

    python -m tests.gold.gate                       the corpora in the repository (CI)
    python -m tests.gold.gate --corpora DIR         the public sets as well, where DIR holds them
    python -m tests.gold.gate --semantic DIR        the diffs made with the encoder in that folder
    python -m tests.gold.gate --corpora DIR --baselines        MinHash and TF-IDF beside ours
    python -m tests.gold.gate --corpora DIR --mixed            all corpora in one batch, each scored by itself
    python -m tests.gold.gate --corpora DIR --only ecbplus reuters21578

``floors.json`` holds the floors. They are raised when the product gets better; CONTRIBUTING.md says when one may be
lowered.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
from rich.console import Console
from rich.table import Table

from dedup.config import Config, SemanticConfig
from dedup.evaluation import score_alignment, score_clusters
from dedup.pipeline import Run, run
from tests.gold import baselines
from tests.gold.corpora import PUBLIC, WRITTEN, Corpus, Pair, as_articles, load
from tests.gold.labelled import repeats, same_pairs

FLOORS = Path(__file__).parent / "floors.json"
SEMANTIC_FLOORS = Path(__file__).parent / "floors_semantic.json"
"""Of the diffs made with the encoder that the models were fitted with."""
EARLIEST = Config.model_validate({"stories": {"canonical": {"policy": "earliest"}}})
"""The labelled diffs are against the source, which is the earliest article."""
COLUMNS = {
    "pair P": "pair_precision",
    "pair R": "pair_recall",
    "pair F1": "pair_f1",
    "B³ P": "bcubed_precision",
    "B³ R": "bcubed_recall",
    "B³ F1": "bcubed_f1",
    "ARI": "ari",
    "pairs found": "same_found",
}
"""Columns of the table, and the figures in them; what else there is stands in the last column."""


def detect(articles: pl.DataFrame, config: Config) -> Run:
    """Run the product on articles, through files as a user would."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "articles.parquet"
        articles.write_parquet(source)
        return run([source], Path(folder) / "out", config)


def figures(corpus: Corpus, encoder: str | None = None) -> dict[str, float]:
    """Every figure that the labels of a corpus allow; names that begin with ``max_`` are better when smaller.

    Args:
        corpus: The corpus.
        encoder: Folder of an encoder that the diffs are made with; it has no part in the stories.
    """
    found = detect(corpus.articles, Config())
    result = of_run(corpus, found.members, found.pairs)
    if corpus.alignment:
        canonical, semantic = EARLIEST.stories, SemanticConfig(model=encoder)
        config = EARLIEST.model_copy(update={"stories": canonical.model_copy(update={"semantic": semantic})})
        aligned = score_alignment(detect(corpus.articles, config).framing.to_dicts(), corpus.alignment)
        figures = ("added_f1", "link_f1", "words_f1", "verbatim_found", "contradictions_found")
        result |= {name: getattr(aligned, name) for name in figures}
        result["max_contradictions_false"] = aligned.contradictions_false
    return result


def of_run(corpus: Corpus, members: pl.DataFrame, pairs: pl.DataFrame) -> dict[str, float]:
    """The figures of stories and of the candidate search."""
    result = of_stories(corpus, dict(members.select("article_id", "story_id").iter_rows()))
    if corpus.truth and not corpus.written:
        known = repeats(corpus, pairs)
        story = dict(members.select("article_id", "story_id").iter_rows())
        merged = score_clusters(story, {one: known[name] for one, name in corpus.truth.items()})
        result |= {"pair_f1_repeats_merged": merged.pair_f1, "bcubed_f1_repeats_merged": merged.bcubed_f1}
    candidates = set(pairs.select("left_id", "right_id").iter_rows())
    wanted = same_pairs(corpus)
    result["candidate_recall"] = sum(pair in candidates for pair in wanted) / max(1, len(wanted))
    return result


def of_stories(corpus: Corpus, story: Mapping[str, str]) -> dict[str, float]:
    """The figures of stories, whoever found them."""
    result: dict[str, float] = {}
    if corpus.truth:
        scores = score_clusters(story, corpus.truth)
        result |= {name: getattr(scores, name) for name in COLUMNS.values() if hasattr(scores, name)}
    if corpus.same:
        result["same_found"] = _together(story, corpus.same) / len(corpus.same)
    for kind, pairs in corpus.apart.items():
        if pairs:
            result[f"max_merged_{kind}"] = _together(story, pairs)
            result[f"max_share_merged_{kind}"] = _together(story, pairs) / len(pairs)
    return result


def _together(story: Mapping[str, str], pairs: Sequence[Pair]) -> int:
    return sum(one in story and story[one] == story.get(other) for one, other in pairs)


def worth(found: Mapping[str, float]) -> float:
    """One number for the choice of a baseline's threshold: B-cubed F1, or what is found less what is wrongly merged."""
    wrong = max((value for name, value in found.items() if name.startswith("max_share_")), default=0.0)
    return found.get("bcubed_f1", found.get("same_found", 0.0)) - wrong


def compared(corpus: Corpus, model: Path | None) -> dict[str, dict[str, float]]:
    """The figures of the baselines by name."""
    result = {"MinHash 0.7": of_stories(corpus, baselines.minhash(corpus))}
    story, threshold = baselines.tfidf(corpus, lambda tried: worth(of_stories(corpus, tried)))
    result[f"TF-IDF {threshold:.2f}"] = of_stories(corpus, story)
    if model:
        story, threshold = baselines.embeddings(corpus, model, lambda tried: worth(of_stories(corpus, tried)))
        result[f"embeddings {threshold:.2f}"] = of_stories(corpus, story)
    return result


def mixed(corpora: Sequence[Corpus]) -> dict[str, dict[str, float]]:
    """The figures of each corpus, all of them in one batch."""
    batch = pl.concat(
        as_articles(corpus).with_columns(pl.concat_str(pl.lit(f"{corpus.name}|"), "article_id").alias("article_id"))
        for corpus in corpora
    )
    found = detect(batch.drop("origin"), Config())
    result = {}
    for corpus in corpora:
        prefix = f"{corpus.name}|"
        members, pairs = (
            frame.filter(pl.all_horizontal(pl.col(*names).str.starts_with(prefix))).with_columns(
                pl.col(*names).str.strip_prefix(prefix)
            )
            for frame, names in ((found.members, ["article_id"]), (found.pairs, ["left_id", "right_id"]))
        )
        result[corpus.name] = of_run(corpus, members, pairs)
    return result


def broken(name: str, found: Mapping[str, float], floors: Mapping[str, Mapping[str, float]]) -> list[str]:
    """The floors that figures of corpus ``name`` break, as sentences."""
    complaints = []
    for figure, floor in floors.get(name, {}).items():
        value = found[figure]
        if value > floor if figure.startswith("max_") else value < floor:
            complaints.append(f"{name}: {figure} is {value:.4f}, the pinned floor is {floor:.4f}")
    return complaints


def floors(file: Path = FLOORS) -> dict[str, dict[str, float]]:
    """The pinned floors by corpus and figure."""
    pinned: dict[str, dict[str, float]] = json.loads(file.read_text(encoding="utf-8"))
    return pinned


def row(found: Mapping[str, float]) -> list[str]:
    """The cells of one line of the table."""
    cells = [f"{found[figure]:.3f}" if figure in found else "" for figure in COLUMNS.values()]
    rest = [
        # A count and the share of the same pairs stand side by side: one merged is 1, all merged are 1.000.
        f"{name.removeprefix('max_').replace('_', ' ')} {value:{'.0f' if name.startswith('max_merged_') else '.3f'}}"
        for name, value in found.items()
        if name not in COLUMNS.values()
    ]
    return [*cells, "; ".join(rest)]


def main() -> int:
    """Score, print the table, and return 1 if a floor is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, help="folder of the public sets")
    parser.add_argument("--only", nargs="+", choices=[*WRITTEN, *PUBLIC], help="score these corpora only")
    parser.add_argument("--baselines", action="store_true", help="score MinHash and TF-IDF, too")
    parser.add_argument("--embeddings", type=Path, help="folder of a sentence-transformers model to score, too")
    parser.add_argument("--semantic", help="folder of an encoder that the diffs are made with")
    parser.add_argument("--mixed", action="store_true", help="all corpora in one batch")
    arguments = parser.parse_args()
    names = arguments.only or [*WRITTEN, *(PUBLIC if arguments.corpora else ())]
    table = Table("corpus", "by", *COLUMNS, "besides", title="gold gate")
    complaints: list[str] = []
    pinned = {} if arguments.mixed else floors(SEMANTIC_FLOORS if arguments.semantic else FLOORS)
    corpora = [load(name, arguments.corpora) for name in names]
    together = mixed(corpora) if arguments.mixed else {}
    for corpus in corpora:
        ours = together.get(corpus.name) or figures(corpus, arguments.semantic)
        complaints += broken(corpus.name, ours, pinned)
        table.add_row(corpus.name, "ours, mixed" if arguments.mixed else "ours", *row(ours))
        if arguments.baselines or arguments.embeddings:
            for by, found in compared(corpus, arguments.embeddings).items():
                table.add_row("", by, *row(found))
    console = Console(width=190)
    console.print(table)
    for complaint in complaints:
        console.print(complaint, style="red")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
