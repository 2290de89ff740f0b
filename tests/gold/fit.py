"""Fit the two models that lie in ``dedup/match/models`` on labelled corpora.

    python -m tests.gold.fit links                     from the alignments in this repository
    python -m tests.gold.fit verdict --corpora DIR     from all labelled corpora

Every figure printed is cross-validated story by story: no sentence, and no pair, of a story is judged by a model that
has seen another of the same story. The model written is fitted on everything.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import xxhash
from rich.console import Console
from rich.table import Table

from dedup.config import Config
from dedup.evaluation import f1
from dedup.match import alignment, verdict
from dedup.match.candidates import candidates
from dedup.match.logistic import Logistic
from dedup.match.pairs import pairs
from dedup.match.profiles import make_profile
from dedup.schemas import ARTICLES, EVIDENCE, TIME
from dedup.sketch.bands import bands
from dedup.sketch.documents import documents
from dedup.sketch.signatures import signatures
from dedup.sketch.terms import terms
from dedup.store.times import parse_time
from tests.gold.corpora import PUBLIC, ROOT, WRITTEN, Corpus, Pair, load

MODELS = ROOT / "dedup" / "match" / "models"
FOLDS = 5
LINK_PENALTY = 0.3
VERDICT_PENALTY = 1.0
WEIGHT_OF_A_CORPUS = 4_000.0
"""Every corpus weighs the same, however many pairs it has: the product must do well on each kind of text."""
CARRIES_NOTHING = 0.35
"""An unlabelled pair of a corpus labelled pair by pair counts as a negative only if so little is carried."""

Matrix = npt.NDArray[np.float64]
Labels = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Cases:
    """Labelled cases of one corpus.

    Args:
        name: The corpus.
        values: (n, n_features).
        labels: (n,) true or not.
        fold: (n,) fold of each case; cases of one story share it.
        n_true: True cases there are, those that never became candidates included.
    """

    name: str
    values: Matrix
    labels: Labels
    fold: npt.NDArray[np.int64]
    n_true: int


def fold_of(story: str) -> int:
    """The fold of a story: a hash of its name, so that it never changes."""
    return int(xxhash.xxh32_intdigest(story.encode()) % FOLDS)


def fit(names: Sequence[str], cases: Sequence[Cases], penalty: float) -> Logistic:
    """Fit one model on all cases, each corpus with the same weight."""
    from sklearn.linear_model import LogisticRegression

    values, labels = np.concatenate([one.values for one in cases]), np.concatenate([one.labels for one in cases])
    weights = np.concatenate([np.full(len(one.labels), WEIGHT_OF_A_CORPUS / max(1, len(one.labels))) for one in cases])
    mean, scale = values.mean(axis=0), values.std(axis=0) + 1e-9
    standard = np.clip((values - mean) / scale, -4.0, 4.0)
    model = LogisticRegression(C=penalty, max_iter=5_000)
    model.fit(np.concatenate([standard, standard**2], axis=1), labels, sample_weight=weights)
    linear, square = np.split(model.coef_[0], 2)
    return Logistic(tuple(names), mean, scale, linear, square, float(model.intercept_[0]))


def cross_validated(names: Sequence[str], cases: Sequence[Cases], penalty: float) -> list[Matrix]:
    """Probabilities of every case from models that have not seen its story."""
    chances = [np.zeros(len(one.labels)) for one in cases]
    for held in range(FOLDS):
        seen = [
            Cases(one.name, one.values[one.fold != held], one.labels[one.fold != held], one.fold, one.n_true)
            for one in cases
        ]
        model = fit(names, seen, penalty)
        for one, chance in zip(cases, chances, strict=True):
            chance[one.fold == held] = model.probability(one.values[one.fold == held])
    return chances


def link_cases(corpora: Sequence[Corpus]) -> Iterator[Cases]:
    """Every sentence pair of the labelled alignments that is not verbatim."""
    for corpus in corpora:
        text = dict(corpus.articles.select("id", "text").iter_rows())
        for label in corpus.alignment:
            spans = [(one["start"], one["end"]) for one in label["sentences"]]
            sources = [(start, end) for start, end in label["source_sentences"]]
            variant = make_profile(text[label["variant"]], spans, [], label["lang"])
            source = make_profile(text[label["source"]], sources, [], label["lang"])
            wanted = np.zeros((len(spans), len(sources)), dtype=np.bool_)
            for at, one in enumerate(label["sentences"]):
                wanted[at, one["from"]] = True
            open_pairs = ~alignment.align(variant, source).verbatim
            values = alignment.features(variant, source)[open_pairs]
            fold = np.full(len(values), fold_of(label["source"]))
            yield Cases(label["variant"], values, wanted[open_pairs], fold, int(wanted.sum()))


def verdict_cases(corpus: Corpus) -> Cases:
    """Every verified candidate pair of a corpus that its labels decide."""
    verified = verified_pairs(corpus)
    same = {(min(pair), max(pair)) for pair in corpus.same} | set(_same_story(corpus.truth))
    apart = {(min(pair), max(pair)) for group in corpus.apart.values() for pair in group}
    by_pair = bool(corpus.same)
    values, labels, folds = [], [], []
    for row in verified.select("left_id", "right_id", *EVIDENCE).iter_rows(named=True):
        pair = row["left_id"], row["right_id"]
        carried = max(row["aligned_left"], row["aligned_right"])
        unlabelled = by_pair and pair not in same and pair not in apart and carried > CARRIES_NOTHING
        unscored = not by_pair and not all(one in corpus.truth for one in pair)
        if unlabelled or unscored:
            continue
        values.append(verdict.features(row))
        labels.append(pair in same)
        folds.append(fold_of(corpus.truth.get(pair[0], pair[0])))
    return Cases(corpus.name, np.asarray(values), np.asarray(labels), np.asarray(folds), len(same))


def _same_story(truth: Mapping[str, str]) -> Iterator[Pair]:
    members: dict[str, list[str]] = {}
    for one, story in sorted(truth.items()):
        members.setdefault(story, []).append(one)
    for group in members.values():
        yield from ((one, other) for at, one in enumerate(group) for other in group[at + 1 :])


def verified_pairs(corpus: Corpus) -> pl.DataFrame:
    """The PAIRS frame of a corpus in the default configuration."""
    config = Config()
    articles = as_articles(corpus)
    prepared = documents(articles, config.text)
    salient = terms(prepared)
    banded = bands(signatures(prepared, salient, config.sketch), config.sketch)
    found = candidates(banded, salient, articles, config.match)
    return pairs(found.frame, articles, prepared, config)


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


def report(title: str, cases: Sequence[Cases], chances: Sequence[Matrix], threshold: float) -> Table:
    """Precision, recall and F1 of each corpus at the threshold, and its reliability."""
    table = Table("corpus", "cases", "true", "precision", "recall", "F1", title=title)
    for one, chance in zip(cases, chances, strict=True):
        called = chance >= threshold
        right = int((called & one.labels).sum())
        precision, recall = right / max(1, int(called.sum())), right / max(1, one.n_true)
        figures = (f"{value:.4f}" for value in (precision, recall, f1(precision, recall)))
        table.add_row(one.name, str(len(one.labels)), str(one.n_true), *figures)
    return table


def reliability(cases: Sequence[Cases], chances: Sequence[Matrix]) -> Table:
    """How often a pair of a given confidence is true; every corpus weighs the same."""
    table = Table("confidence", "pairs", "mean confidence", "share true", title="reliability, cross-validated")
    chance, truth = np.concatenate(list(chances)), np.concatenate([one.labels for one in cases])
    weight = np.concatenate([np.full(len(one.labels), 1.0 / max(1, len(one.labels))) for one in cases])
    for low in np.arange(0.0, 1.0, 0.1):
        inside = (chance >= low) & (chance < low + 0.1 if low < 0.9 else chance <= 1.0)
        if inside.any():
            mean, share = (np.average(values[inside], weights=weight[inside]) for values in (chance, truth))
            table.add_row(f"{low:.1f} to {low + 0.1:.1f}", str(int(inside.sum())), f"{mean:.3f}", f"{share:.3f}")
    return table


def write(model: Logistic, name: str, about: str) -> None:
    """Write a model where the package reads it."""
    stored: dict[str, Any] = model.as_json(about)
    (MODELS / f"{name}.json").write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


def merged(cases: Sequence[Cases], name: str) -> Cases:
    """Many cases as one corpus."""
    return Cases(
        name,
        np.concatenate([one.values for one in cases]),
        np.concatenate([one.labels for one in cases]),
        np.concatenate([one.fold for one in cases]),
        sum(one.n_true for one in cases),
    )


def main() -> None:
    """Fit one of the models, print its cross-validated figures, write it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", choices=["links", "verdict"])
    parser.add_argument("--corpora", type=Path, help="folder of the public sets (verdict)")
    parser.add_argument("--dry", action="store_true", help="print the figures, write nothing")
    arguments = parser.parse_args()
    console = Console(width=100)
    names: tuple[str, ...]
    if arguments.model == "links":
        cases = [merged(list(link_cases([load("newsroom"), load("traps")])), "newsroom and traps")]
        names, penalty, threshold = alignment.FEATURES, LINK_PENALTY, alignment.MIN_LINK
        about = "Logistic model of sentence links; python -m tests.gold.fit links"
    else:
        wanted = [name for name in WRITTEN if name != "samples"] + [*(PUBLIC if arguments.corpora else ())]
        cases = [verdict_cases(load(name, arguments.corpora)) for name in wanted]
        names, penalty, threshold = verdict.FEATURES, VERDICT_PENALTY, Config().match.min_confidence
        about = "Logistic model of pair verdicts; python -m tests.gold.fit verdict --corpora DIR"
    chances = cross_validated(names, cases, penalty)
    console.print(report(f"{arguments.model}, cross-validated by story", cases, chances, threshold))
    console.print(reliability(cases, chances))
    if not arguments.dry:
        write(fit(names, cases, penalty), arguments.model, about)


if __name__ == "__main__":
    main()
