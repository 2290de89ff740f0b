"""Stage ``certificate``: hold the candidates against an exact join of all texts with all others.

In: candidates, documents, articles. Out: how many pairs are near-copies, and how many of them the search missed. Must
not know how candidates were found, nor anything of rewrites: they share few runs of words, and nothing here speaks of
them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.config import Config, SketchConfig
from dedup.match.copies import MIN_JACCARD, all_copies
from dedup.match.joins import components
from dedup.schemas import ARTICLES, CANDIDATES, DOCUMENTS
from dedup.text.words import UNSPACED

Int64s = npt.NDArray[np.int64]

_EXAMPLES: Final = 5
_BLOCK: Final = 1 << 22
"""Pairs of articles looked at together, so that ten thousand repeats of one notice need no memory to speak of."""


@dataclass(frozen=True)
class Certificate:
    """What an exact join says of the candidates.

    Args:
        min_jaccard: Exact Jaccard similarity of the sets of word runs from which a pair must have been found.
        n_pairs: Pairs of articles that reach it; those further apart than ``match.window_days``, and those of two
            articles that an earlier run has looked at, count only if joined.
        n_missed: Those of them that were no candidates, nor joined through candidates that are copies of both.
        n_not_checked: Articles that were not held against the others: too short to be matched at all, or written
            without spaces, where a run is of characters.
        missed: Some of the missed pairs, at most five.
    """

    min_jaccard: float
    n_pairs: int
    n_missed: int
    n_not_checked: int
    missed: tuple[tuple[str, str], ...] = ()

    def as_dict(self) -> dict[str, float | int]:
        """What ``run.json`` holds of it."""
        return {
            "min_jaccard": self.min_jaccard,
            "pairs": self.n_pairs,
            "missed": self.n_missed,
            "not_checked": self.n_not_checked,
        }

    @property
    def warnings(self) -> list[str]:
        """What a user must know and can do, if a pair was missed.

        Examples:
            >>> Certificate(0.7, 9, 0, 0).warnings
            []
        """
        if not self.n_missed:
            return []
        (left, right), n_pairs = self.missed[0], f"{self.n_missed:,} of {self.n_pairs:,} pairs"
        lost = f"{n_pairs} alike by {self.min_jaccard:g} or more were never compared, such as {left!r} and {right!r}."
        return [f"{lost} Raise sketch.copy_view.bands or match.max_bucket."]


def certificate(
    candidates: pl.DataFrame,
    documents: pl.DataFrame,
    articles: pl.DataFrame,
    config: Config,
    earlier: pl.Series | None = None,
) -> Certificate:
    """Find every pair of near-copies exactly, and look for each among the candidates.

    Args:
        candidates: CANDIDATES frame.
        documents: DOCUMENTS frame; its matching texts are what is compared.
        articles: ARTICLES frame of the same articles.
        config: All settings; ``sketch.shingle_words`` is the length of a run.
        earlier: Which of the articles an earlier run has held against one another; None for none of them.

    Returns:
        The certificate; the same for the same batch.
    """
    CANDIDATES.check(candidates)
    DOCUMENTS.check(documents)
    ARTICLES.check(articles)
    checked = documents.filter(_is_checked(config.sketch))
    rows = checked["row"].to_numpy().astype(np.int64)
    exact = all_copies(
        checked["matching"],
        min_jaccard=MIN_JACCARD,
        size=config.sketch.shingle_words,
        threads=config.engine.n_threads,
    )
    similar = exact.pairs.select("left", "right")
    joined: Int64s = components(len(rows), *_copies_among(candidates, rows, documents.height, exact.same_as, similar))
    n_pairs, apart = _counted(exact.same_as, joined, similar)
    n_missed, missed, n_excused = 0, list[tuple[int, int]](), 0
    too_far = _TooFar(articles["published_at"].gather(rows), config.match.window_days)
    done = np.zeros(len(rows), np.bool_) if earlier is None else earlier.gather(rows).to_numpy()
    for ours, theirs in _members(exact.same_as, apart):
        for left, right in _blocks(ours, theirs):
            lost = joined[left][:, None] != joined[right][None, :]
            if ours is theirs:
                lost &= left[:, None] < right[None, :]
            excused = lost & (too_far(left, right) | (done[left][:, None] & done[right][None, :]))
            n_excused += int(excused.sum())
            lost &= ~excused
            n_missed += int(lost.sum())
            if len(missed) < _EXAMPLES:
                missed += [(int(left[a]), int(right[b])) for a, b in np.argwhere(lost)[:_EXAMPLES]]
    ids = articles["article_id"].gather(rows)
    named = sorted(sorted((ids[left], ids[right])) for left, right in missed[:_EXAMPLES])
    return Certificate(
        MIN_JACCARD, n_pairs - n_excused, n_missed, documents.height - len(rows), tuple((a, b) for a, b in named)
    )


def _is_checked(config: SketchConfig) -> pl.Expr:
    """Whether an article was matched, by runs of words."""
    matched = ~pl.col("flags").list.eval(pl.element().is_in(["short", "empty"])).list.any()
    if config.shingle_words == config.shingle_characters:
        return matched
    # As in sketch.shingles: where most words are single characters of an unspaced script, a shingle is of characters.
    unspaced = 2 * pl.col("matching").str.count_matches(f"[{UNSPACED}]") > pl.col("n_words")
    return matched & ~unspaced


def _copies_among(
    candidates: pl.DataFrame, rows: Int64s, n_rows: int, same_as: Int64s, similar: pl.DataFrame
) -> tuple[Int64s, Int64s]:
    """The candidates that are near-copies, as places among the checked articles."""
    place = np.full(n_rows, -1, np.int64)
    place[rows] = np.arange(len(rows))
    left, right = (place[candidates[side].to_numpy()] for side in ("left", "right"))
    both = (left >= 0) & (right >= 0)
    left, right = left[both], right[both]
    known = _packed(similar["left"].to_numpy(), similar["right"].to_numpy())
    alike = (same_as[left] == same_as[right]) | np.isin(_packed(same_as[left], same_as[right]), known)
    return left[alike], right[alike]


def _packed(one: Int64s, other: Int64s) -> Int64s:
    """A number for each pair, whatever its order."""
    return (np.minimum(one, other) << np.int64(32)) | np.maximum(one, other)


def _counted(same_as: Int64s, joined: Int64s, similar: pl.DataFrame) -> tuple[int, pl.DataFrame]:
    """How many pairs of articles are similar, and the pairs of texts of which not all articles are joined.

    Repeats are counted, not listed: ten thousand of one text are fifty million pairs.
    """
    of = pl.DataFrame({"text": same_as, "group": joined}).group_by("text", "group").agg(n=pl.len().cast(pl.Int64))
    size = of.group_by("text").agg(size=pl.col("n").sum())
    repeated = size.filter(pl.col("size") > 1).select(left="text", right="text")
    texts = pl.concat([similar, repeated])
    ways = pl.when(pl.col("left") == pl.col("right")).then(pl.col("size") - 1).otherwise(2 * pl.col("size_right"))
    n_pairs = (
        texts.join(size, left_on="left", right_on="text")
        .join(size, left_on="right", right_on="text", suffix="_right")
        .select((pl.col("size") * ways // 2).sum())
        .item()
    )
    whole = (
        texts.join(of, left_on="left", right_on="text")
        .join(of, left_on=["right", "group"], right_on=["text", "group"], suffix="_right")
        .group_by("left", "right")
        .agg(together=(pl.col("n") * pl.col("n_right")).sum())
        .join(size, left_on="left", right_on="text")
        .join(size, left_on="right", right_on="text", suffix="_right")
        .filter(pl.col("together") == pl.col("size") * pl.col("size_right"))
    )
    return int(n_pairs), texts.join(whole, on=["left", "right"], how="anti").sort("left", "right")


def _members(same_as: Int64s, texts: pl.DataFrame) -> Iterator[tuple[Int64s, Int64s]]:
    """The articles of both texts of each pair, one and the same array where a text is held against itself."""
    order = np.argsort(same_as, kind="stable")
    ordered = same_as[order]
    for left, right in texts.iter_rows():
        ours, theirs = (order[slice(*np.searchsorted(ordered, [one, one + 1]))] for one in (left, right))
        yield ours, ours if left == right else theirs


def _blocks(ours: Int64s, theirs: Int64s) -> Iterator[tuple[Int64s, Int64s]]:
    step = max(1, _BLOCK // len(theirs))
    for start in range(0, len(ours), step):
        yield ours[start : start + step], theirs


class _TooFar:
    """Whether articles were published further apart than they are compared; an unknown time is never too far."""

    def __init__(self, published_at: pl.Series, days: float | None) -> None:
        self.seconds = published_at.dt.epoch("us").cast(pl.Float64).to_numpy() / 1e6  # unknown: not a number
        self.most = None if days is None else days * 86_400

    def __call__(self, left: Int64s, right: Int64s) -> npt.NDArray[np.bool_]:
        """(len(left), len(right)) whether the two are too far apart."""
        if self.most is None:
            return np.zeros((len(left), len(right)), np.bool_)
        # Whole seconds, as the search counts them.
        far: npt.NDArray[np.bool_] = (
            np.floor(np.abs(self.seconds[left][:, None] - self.seconds[right][None, :])) > self.most
        )
        return far
