"""The cases that the pair models are fitted on.

In: labelled corpora. Out: the evidence about their candidate pairs in the default configuration, as cases whose labels
and weights are known. Must not know models.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from dedup.config import Config
from dedup.match.candidates import candidates
from dedup.match.pairs import gathered
from dedup.match.verdict import Columns, features
from dedup.schemas import EVIDENCE
from dedup.sketch.bands import bands
from dedup.sketch.documents import documents
from dedup.sketch.signatures import signatures
from dedup.sketch.terms import terms
from tests.gold.baselines import joined
from tests.gold.corpora import Corpus, as_articles
from tests.gold.fitting import Cases, Labels, Matrix, fold_of
from tests.gold.labelled import hard_pairs, true_pairs

LEAST: Final = 0.25
"""Share of the weight of a corpus that its true pairs have at least, and so its false ones."""
HARD: Final = 3.0
"""How often a follow-up, another account of the event or another filling of a template counts: there are few of them
among the candidates, and they are what a story must be kept apart from."""


def evidence_of(corpus: Corpus, kept: Path | None) -> pl.DataFrame:
    """The evidence about every candidate pair of a corpus in the default configuration."""
    return _kept(corpus.name, kept, lambda: _candidate_evidence(corpus))


def _candidate_evidence(corpus: Corpus) -> pl.DataFrame:
    config = Config()
    articles = as_articles(corpus)
    prepared = documents(articles, config.text)
    salient = terms(prepared)
    banded = bands(signatures(prepared, salient, config.sketch), config.sketch)
    found = candidates(banded, salient, articles, config.match).frame
    return _evidence(found, articles, prepared)


def _kept(name: str, folder: Path | None, make: Callable[[], pl.DataFrame]) -> pl.DataFrame:
    """What ``make`` makes, or what it made before if there is a folder to keep it in."""
    if folder is None:
        return make()
    path = folder / f"{name}.parquet"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        make().write_parquet(path)
    return pl.read_parquet(path)


def _evidence(found: pl.DataFrame, articles: pl.DataFrame, prepared: pl.DataFrame) -> pl.DataFrame:
    """The evidence about pairs, with the ids of both sides."""
    ids = articles["article_id"]
    sides = {"left_id": ids.gather(found["left"]), "right_id": ids.gather(found["right"])}
    return pl.DataFrame({**sides, **_columns(gathered(found, articles, prepared, Config()))})


def made_copies(corpora: Sequence[Corpus], kept: Path | None) -> tuple[Corpus, pl.DataFrame]:
    """Sources of the written corpora and what a machine makes of them: capitals, small letters, excerpts, repeats.

    People label the interesting; that an article and its copy in small letters are one story must be learnt, too.
    """
    rows: list[dict[str, str | None]] = []
    for corpus in corpora:
        for one, text, lang, title in _given(corpus):
            paragraphs = text.split("\n\n")
            made = {
                "": text,
                "~same": text,
                "~upper": text.upper(),
                "~lower": text.lower(),
                "~excerpt": "\n\n".join(paragraphs[: max(1, len(paragraphs) // 2)]),
            }
            rows += [
                {
                    "id": f"{one}{kind}",
                    "text": made_text,
                    "lang": lang,
                    "title": title if kind in {"", "~upper"} else None,
                }
                for kind, made_text in made.items()
            ]
    # By the story's own name, so that copies are in the fold of the story that they are copied from.
    stories = {f"{corpus.name}:{one}": story for corpus in corpora for one, story in corpus.truth.items()}
    truth = {str(row["id"]): stories[str(row["id"]).partition("~")[0]] for row in rows}
    corpus = Corpus("copies", pl.DataFrame(rows), truth, written=True)
    return corpus, _kept("copies", kept, lambda: _evidence_of_copies(corpus))


def _evidence_of_copies(corpus: Corpus) -> pl.DataFrame:
    """The evidence about every source and each of its copies."""
    articles = as_articles(corpus)
    row_of = {one: row for row, one in enumerate(articles["article_id"])}
    copied = [pair for pair in true_pairs(corpus.truth) if pair[1].startswith(f"{pair[0]}~")]
    pairs = [sorted((row_of[one], row_of[other])) for one, other in copied]
    schema = {"left": pl.UInt32, "right": pl.UInt32, **dict.fromkeys(("copy", "story", "anchor"), pl.Boolean)}
    found = pl.DataFrame([[*pair, True, False, False] for pair in pairs], schema=schema, orient="row")
    return _evidence(found, articles, documents(articles, Config().text))


def _given(corpus: Corpus) -> Iterator[tuple[str, str, str | None, str | None]]:
    """Id, text, language and title of the articles worth copying."""
    for row in corpus.articles.iter_rows(named=True):
        if row["id"].endswith("-0") and len(row["text"]) > 300:
            yield f"{corpus.name}:{row['id']}", row["text"], row.get("lang"), row.get("title")


def _columns(known: Columns) -> dict[str, pl.Series]:
    return {name: pl.Series(name, known[name], dtype=pl.Float64).fill_nan(None) for name in EVIDENCE}


def cases_of(corpus: Corpus, evidence: pl.DataFrame, decide: Callable[..., tuple[Labels, Labels]]) -> Cases:
    """Every candidate pair of a corpus that its labels decide."""
    wanted, known = decide(corpus, evidence)
    cases = _cases(corpus, evidence, wanted).only(known)
    return replace(cases, weight=_balanced(cases.weight, cases.labels))


def all_pairs_of(corpus: Corpus, evidence: pl.DataFrame, decide: Callable[..., tuple[Labels, Labels]]) -> Cases:
    """Every candidate pair of a corpus, also those that its labels do not decide (false here)."""
    return _cases(corpus, evidence, decide(corpus, evidence)[0])


def _cases(corpus: Corpus, evidence: pl.DataFrame, wanted: Labels) -> Cases:
    values = features(evidence.select(*EVIDENCE).to_dicts())
    # Pairs that are labelled one by one make stories, too.
    about = corpus.events or corpus.truth or joined([one for pair in corpus.same for one in pair], corpus.same)
    fold = np.asarray([fold_of(about.get(one, one)) for one in evidence["left_id"]], dtype=np.int64)
    return Cases(corpus.name, values, wanted, fold, np.where(hard_pairs(corpus, evidence), HARD, 1.0))


def _balanced(weight: Matrix, labels: Labels) -> Matrix:
    """Weights in which neither true nor false pairs count for less than ``LEAST`` of a corpus that has both."""
    found = weight.copy()
    for few, many in ((labels, ~labels), (~labels, labels)):
        mine, others = float(weight[few].sum()), float(weight[many].sum())
        if 0 < mine < LEAST * (mine + others):
            found[few] *= LEAST * others / ((1 - LEAST) * mine)
    return found
