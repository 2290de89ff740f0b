"""Small labelled corpora, pairs of their articles, and cases to fit on.

In: the few labels or values a test is about. Out: what the measuring code takes. Must not know what it makes of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict, Unpack

import numpy as np
import polars as pl

from dedup.schemas import EVIDENCE
from tests.gold.corpora import Corpus, Pair
from tests.gold.fitting import FOLDS, Cases, Labels, Matrix


class Known(TypedDict, total=False):
    """What a test may know about a corpus."""

    truth: Mapping[str, str]
    apart: Mapping[str, list[Pair]]
    same: list[Pair]
    events: Mapping[str, str]
    written: bool


def make_corpus(texts: Mapping[str, str] | None = None, *, name: str = "corpus", **known: Unpack[Known]) -> Corpus:
    """A corpus of texts by id; without any, where labels alone matter."""
    given = texts or {}
    schema = {"id": pl.String, "text": pl.String}
    return Corpus(name, pl.DataFrame({"id": [*given], "text": [*given.values()]}, schema), **known)


def make_pairs(*pairs: str, **evidence: float) -> pl.DataFrame:
    """Evidence about pairs; ``"ab"`` is the pair of a and b. What is not given is 0.

    Examples:
        >>> make_pairs("ab", "ac", containment_left=0.5).select("left_id", "right_id", "containment_left").rows()
        [('a', 'b', 0.5), ('a', 'c', 0.5)]
    """
    ends = {"left_id": [pair[0] for pair in pairs], "right_id": [pair[1] for pair in pairs]}
    known = {name: [evidence.get(name, 0.0)] * len(pairs) for name in EVIDENCE}
    schema = {**dict.fromkeys(ends, pl.String), **dict.fromkeys(known, pl.Float64)}
    return pl.DataFrame({**ends, **known}, schema)


def make_cases(
    values: Mapping[str, Matrix],
    labels: Labels,
    *,
    name: str = "corpus",
    fold: Sequence[int] | None = None,
    weight: Sequence[float] | None = None,
) -> Cases:
    """Cases of one corpus; folds go round, times are known and every case weighs the same unless said otherwise."""
    n = len(labels)
    values = {"days_apart": np.zeros(n), **values}
    folds = np.arange(n) % FOLDS if fold is None else np.asarray(fold)
    weights = np.ones(n) if weight is None else np.asarray(weight, dtype=np.float64)
    return Cases(name, values, labels, folds.astype(np.int64), weights)
