"""Recall, precision and B-cubed are what the words say, on cases small enough to count by hand."""

from __future__ import annotations

import polars as pl
import pytest

from benchmarks.scores import Truth, score, truth_of

IDS = pl.Series(["a", "b", "c", "d", "e"])


def make_exact(*pairs: tuple[int, int, float]) -> pl.DataFrame:
    schema = {"left": pl.Int64, "right": pl.Int64, "jaccard": pl.Float64}
    return pl.DataFrame(list(pairs), schema, orient="row")


def make_planted() -> pl.DataFrame:
    """Of a were made b and c; d and e of nothing."""
    kinds = ["original", "exact", "block5", "original", "original"]
    return pl.DataFrame({"article_id": IDS, "cluster": [0, 0, 0, 3, 4], "kind": kinds})


def make_truth(planted: pl.DataFrame | None = None) -> Truth:
    """Truly {a, b, c} by way of two pairs, {d, e} by chance."""
    return truth_of(IDS, make_exact((0, 1, 1.0), (0, 2, 0.75), (3, 4, 0.8)), planted)


def found(*clusters: int | str) -> pl.DataFrame:
    return pl.DataFrame({"article_id": IDS[: len(clusters)], "cluster": list(clusters)})


def test_the_exact_partition_scores_one_whatever_its_clusters_are_called() -> None:
    scores = score(found("x", "x", "x", "y", "y"), make_truth())
    assert scores.same
    assert (scores.recall, scores.precision, scores.bcubed_f1, scores.n_pairs) == (1.0, 1.0, 1.0, 3)


def test_recall_counts_planted_pairs_only() -> None:
    scores = score(found(1, 1, 2, 3, 4), make_truth(make_planted()))
    assert scores.n_pairs == 2
    assert scores.recall == 0.5
    assert scores.recall_by_kind == {"block5": 0.0, "exact": 1.0}
    assert scores.recall_by_similarity == {"0.7": 0.0, "0.9": 1.0}


def test_without_a_planted_truth_recall_counts_every_exact_pair() -> None:
    assert score(found(1, 1, 2, 3, 4), make_truth()).recall == pytest.approx(1 / 3)


def test_precision_is_of_all_pairs_put_together() -> None:
    # Put together: ab, ac, ad, bc, bd, cd. True: ab, ac, bc.
    scores = score(found(1, 1, 1, 1, 2), make_truth(make_planted()))
    assert scores.precision == 0.5
    assert not scores.same


def test_bcubed_is_the_mean_over_articles() -> None:
    scores = score(found(1, 1, 1, 1, 2), make_truth())
    # a, b, c: 3 of 4 belong; d: 1 of 4; e: all of itself.
    assert scores.bcubed_precision == pytest.approx((3 * 3 / 4 + 1 / 4 + 1) / 5)
    # a, b, c have all of theirs; d and e have half.
    assert scores.bcubed_recall == pytest.approx((3 + 1 / 2 + 1 / 2) / 5)
    precision, recall = scores.bcubed_precision, scores.bcubed_recall
    assert scores.bcubed_f1 == pytest.approx(2 * precision * recall / (precision + recall))


def test_a_missing_article_is_alone() -> None:
    scores = score(found(1, 1, 1, 2), make_truth())
    assert scores.recall == pytest.approx(2 / 3)
    assert scores.precision == 1.0
    assert not scores.same


def test_nothing_to_find_and_nothing_found_is_perfect() -> None:
    scores = score(found(1, 2, 3, 4, 5), truth_of(IDS, make_exact()))
    assert (scores.recall, scores.precision, scores.same, scores.n_pairs) == (1.0, 1.0, True, 0)


def test_pairs_between_two_copies_have_no_kind() -> None:
    truth = truth_of(IDS, make_exact((1, 2, 0.75)), make_planted())
    assert truth.pairs.select("planted", "kind").rows() == [(True, None)]
