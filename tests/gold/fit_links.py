"""Fit the model of sentence links (see ``dedup.match.alignment``) on the labelled alignments.

In: the corpora in this repository that have alignments. Out: the fitted model, and its figures, cross-validated story
by story. Must not know pairs of articles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from rich.console import Console

from dedup.evaluation import f1
from dedup.match import alignment
from dedup.match.logistic import Logistic
from dedup.match.profiles import make_profile
from tests.gold.corpora import WRITTEN, Corpus, load
from tests.gold.fitting import FOLDS, Labels, Matrix, fold_of

LINK_PENALTY: Final = 0.3


@dataclass(frozen=True)
class LinkCases:
    """Sentence pairs: (n, n_features) values, (n,) labels and folds."""

    values: Matrix
    labels: Labels
    fold: npt.NDArray[np.int64]


def link_cases(corpora: Sequence[Corpus]) -> LinkCases:
    """Every sentence pair of the labelled alignments that is not verbatim."""
    values, wanted_links, folds = [], [], []
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
            values.append(alignment.features(variant, source)[open_pairs])
            wanted_links.append(wanted[open_pairs])
            folds.append(np.full(int(open_pairs.sum()), fold_of(label["source"])))
    return LinkCases(np.concatenate(values), np.concatenate(wanted_links), np.concatenate(folds))


def fit_logistic(names: Sequence[str], values: Matrix, labels: Labels) -> Logistic:
    """Fit a logistic model over standardised features and their squares."""
    from sklearn.linear_model import LogisticRegression

    mean, scale = values.mean(axis=0), values.std(axis=0) + 1e-9
    standard = np.clip((values - mean) / scale, -4.0, 4.0)
    model = LogisticRegression(C=LINK_PENALTY, max_iter=5_000)
    model.fit(np.concatenate([standard, standard**2], axis=1), labels)
    linear, square = np.split(model.coef_[0], 2)
    return Logistic(tuple(names), mean, scale, linear, square, float(model.intercept_[0]))


def fit_links(cases: LinkCases) -> Logistic:
    """Fit the model of sentence links."""
    return fit_logistic(alignment.FEATURES, cases.values, cases.labels)


def links(console: Console) -> Logistic:
    """Print the cross-validated figures of the link model and fit it on everything."""
    cases = link_cases([corpus for corpus in map(load, WRITTEN) if corpus.alignment])
    chance = np.zeros(len(cases.labels))
    for held in range(FOLDS):
        seen = cases.fold != held
        model = fit_links(LinkCases(cases.values[seen], cases.labels[seen], cases.fold[seen]))
        chance[~seen] = model.probability(cases.values[~seen])
    right = int(((chance >= alignment.MIN_LINK) & cases.labels).sum())
    precision, recall = right / int((chance >= alignment.MIN_LINK).sum()), right / int(cases.labels.sum())
    told = (
        f"links that are not verbatim: precision {precision:.4f}, recall {recall:.4f}, F1 {f1(precision, recall):.4f}"
    )
    console.print(f"{len(cases.labels):,} sentence pairs, cross-validated by story; {told}")
    return fit_links(cases)
