"""Stories from confidences of models that have not seen them.

In: a corpus, the evidence about its pairs, and confidences from elsewhere. Out: the figures that the gate computes from
stories. Must not know how the confidences came about.
"""

from __future__ import annotations

import polars as pl
from rich.table import Table

from dedup.config import Config
from dedup.match.same_texts import Edge
from dedup.match.verdict import container, relation_of
from dedup.schemas import EVIDENCE
from dedup.stories.clusters import groups
from tests.gold.corpora import Corpus
from tests.gold.fitting import Matrix
from tests.gold.gate import COLUMNS, of_stories, row

SHOWN = {name: figure for name, figure in COLUMNS.items() if figure not in {"bcubed_precision", "bcubed_recall"}}


def stories_of(corpus: Corpus, evidence: pl.DataFrame, chances: Matrix, config: Config) -> dict[str, str]:
    """The story of each article, named by its first article.

    Args:
        corpus: The corpus.
        evidence: Every candidate pair: left_id, right_id and the EVIDENCE columns.
        chances: (n,) confidence of each pair.
        config: All settings; those of the pairs' threshold and of the stories are read.
    """
    edges = []
    ends = evidence.select("left_id", "right_id").iter_rows()
    rows = zip(ends, evidence.select(*EVIDENCE).to_dicts(), chances, strict=True)
    for (left, right), known, chance in rows:
        holds = container(relation_of(known), known["aligned_left"], known["aligned_right"])
        accepted = bool(chance >= config.match.min_confidence)
        edges.append(Edge(left, right, float(chance), accepted, None if holds is None else (left, right)[holds]))
    ids = sorted(corpus.articles["id"].to_list())
    limits = {"min_bridge": config.stories.min_bridge, "min_support": config.stories.min_support}
    return {one: group[0] for group in groups(ids, edges, **limits) for one in group}


def scored(title: str, judged: list[tuple[Corpus, pl.DataFrame, Matrix]]) -> Table:
    """The figures of the stories of each corpus, as one table."""
    table = Table("corpus", *SHOWN, "besides", title=title)
    for corpus, evidence, chances in judged:
        found = of_stories(corpus, stories_of(corpus, evidence, chances, Config()))
        cells = dict(zip([*COLUMNS, "besides"], row(found), strict=True))
        table.add_row(corpus.name, *(cells[name] for name in (*SHOWN, "besides")))
    return table
