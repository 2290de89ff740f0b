"""Made news for benchmarks: the same bytes for the same arguments, with copies planted whose kind is known.

    python -m benchmarks.corpus 100000 build/bench/c100000.parquet

In: a number of articles and a seed. Out: a Parquet file (zstd) with article_id, text, source, published_at, and
beside it ``*.truth.parquet`` with the cluster and the kind of every planted article. Must not know the tools that are
measured.

Words are drawn by their frequency in English (wordfreq), a twentieth are names nobody has; each article has a subject,
a few dozen rare words and names that it keeps coming back to. Every fifth article is a copy of another:

- ``exact``: the same bytes;
- ``block5``, ``block20``: 5 or 20 % of the words replaced in two runs (word 5-gram Jaccard around 0.87 and 0.64: a
  threshold of 0.7 keeps the first and splits the second);
- ``scatter5``: 5 % of the words replaced one by one (around 0.63);
- ``paraphrase``: only names, numbers and subject words kept, in the same order, all else drawn anew (around 0).

All but ``exact`` ones are written anew from their words; what is at the foot of the original is at theirs.
"""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

Int64s = npt.NDArray[np.int64]

KINDS: Final = ("exact", "block5", "block20", "scatter5", "paraphrase")
_COMMON: Final = 40_000
_NAMES: Final = 200_000
_SYLLABLES: Final = tuple(
    "ka mar del or vin tas be lo sun ri po ha gor lem ist du fal ne wick ham ster by ton dal vo mir eth an ul ga "
    "ber".split()
)
_FOOTERS: Final = 30


@dataclass(frozen=True)
class Words:
    """The vocabulary: forms, their chances, and from which index on they are names."""

    forms: npt.NDArray[np.str_]
    chance: npt.NDArray[np.float64]
    first_name: int


def vocabulary(rng: np.random.Generator) -> Words:
    """English by frequency, and invented names."""
    import wordfreq

    listed = [word for word in wordfreq.top_n_list("en", _COMMON) if word.isalpha()]
    frequency = np.asarray([wordfreq.word_frequency(word, "en") for word in listed])
    syllables = rng.integers(0, len(_SYLLABLES), (_NAMES, 4))
    length = rng.integers(2, 5, _NAMES)
    names = ["".join(_SYLLABLES[at] for at in row[:n]).capitalize() for row, n in zip(syllables, length, strict=True)]
    # Names follow Zipf's law, too.
    rank = 1.0 / np.arange(10, _NAMES + 10)
    chance = np.concatenate([0.95 * frequency / frequency.sum(), 0.05 * rank / rank.sum()])
    return Words(np.asarray([*listed, *names]), chance / chance.sum(), len(listed))


def write_corpus(n_articles: int, path: Path, seed: int = 7, mean_words: int = 420) -> None:
    """Make a corpus and write it.

    Args:
        n_articles: Articles, a fifth of them copies.
        path: Parquet file; the truth goes beside it.
        seed: Another draws another corpus.
        mean_words: Words of the average article.
    """
    rng = np.random.default_rng(seed)
    words = vocabulary(rng)
    cumulative = np.cumsum(words.chance)
    footers = [sentences(_draw(rng, cumulative, 45), words) for _ in range(_FOOTERS)]
    n_original = n_articles - n_articles // 5
    lengths = np.clip(rng.lognormal(math.log(mean_words) - 0.08, 0.4, n_original), 60, 2_000).astype(np.int64)
    texts: list[str] = []
    ids: list[Int64s] = []
    below: list[str] = []
    for length in lengths.tolist():
        drawn = made_article(rng, cumulative, length)
        ids.append(drawn)
        below.append(_footer(footers, rng))
        texts.append(sentences(drawn, words) + below[-1])
    cluster = list(range(n_original))
    kind = ["original"] * n_original
    sources = rng.choice(n_original, size=max(1, n_articles // 20), replace=False)
    while len(texts) < n_articles:
        of = int(sources[rng.integers(len(sources))])
        made = KINDS[int(rng.integers(len(KINDS)))]
        copied = ids[of] if made == "exact" else edited_words(ids[of], made, rng, cumulative, words)
        texts.append(sentences(copied, words) + below[of])
        cluster.append(of)
        kind.append(made)
    order = rng.permutation(n_articles)
    names = np.asarray([f"a{at:07d}" for at in range(n_articles)])
    start = datetime(2025, 3, 1, tzinfo=UTC)
    minutes = np.sort(rng.integers(0, 43_200, n_articles))
    path.parent.mkdir(parents=True, exist_ok=True)
    pl.DataFrame(
        {
            "article_id": names,
            "text": [texts[at] for at in order],
            "source": [f"Outlet {at}" for at in rng.integers(0, 200, n_articles)],
            "published_at": [start + timedelta(minutes=int(minute)) for minute in minutes],
        }
    ).write_parquet(path, compression="zstd")
    truth = {"article_id": names, "cluster": [cluster[at] for at in order], "kind": [kind[at] for at in order]}
    pl.DataFrame(truth).write_parquet(path.with_suffix(".truth.parquet"))


def _draw(rng: np.random.Generator, cumulative: npt.NDArray[np.float64], n: int) -> Int64s:
    return np.minimum(np.searchsorted(cumulative, rng.random(n)), len(cumulative) - 1)


def made_article(rng: np.random.Generator, cumulative: npt.NDArray[np.float64], length: int) -> Int64s:
    """Words by frequency, every eighth of the article's subject."""
    drawn = _draw(rng, cumulative, length)
    subject = _draw(rng, cumulative, 400)
    subject = subject[subject > 2_000][:40]
    if len(subject):
        at = np.flatnonzero(rng.random(length) < 0.125)
        drawn[at] = subject[np.minimum(rng.geometric(0.08, len(at)) - 1, len(subject) - 1)]
    return drawn


def edited_words(
    drawn: Int64s, kind: str, rng: np.random.Generator, cumulative: npt.NDArray[np.float64], words: Words
) -> Int64s:
    """The words of an article, edited in one of ``KINDS`` but ``exact``."""
    edited = drawn.copy()
    n = len(edited)
    if kind == "paraphrase":
        common = edited < 2_000
        edited[common] = _draw(rng, cumulative[:2_000] / cumulative[1_999], int(common.sum()))
        keep = (edited >= words.first_name) | (rng.random(n) < 0.8)
        return edited[keep]
    if kind == "scatter5":
        at = rng.choice(n, max(1, n // 20), replace=False)
        edited[at] = _draw(rng, cumulative, len(at))
        return edited
    share = 0.05 if kind == "block5" else 0.20
    size = max(1, int(share * n / 2))
    for _ in range(2):
        start = int(rng.integers(0, max(1, n - size)))
        edited[start : start + size] = _draw(rng, cumulative, size)
    return edited


def sentences(drawn: Int64s, words: Words) -> str:
    """Words as sentences and paragraphs, with figures here and there."""
    forms = words.forms[drawn].tolist()
    # Where a sentence may end, and the figure it ends with, depend on the two words there alone. So a copy keeps all
    # sentences but those that were edited: a tool to which punctuation is part of a word must not see more edits than
    # were made.
    mixed = (drawn[1:] * 40_503 + drawn[:-1] * 10_007) % 65_521
    may_end = np.append(mixed % 12 == 0, True).tolist()
    figures = np.append(np.where(mixed % 5 < 2, mixed * 7_919 % 9_000 + 100, 0), 0).tolist()
    parts: list[str] = []
    start = n_sentences = 0
    for at in range(len(forms)):
        size = at + 1 - start
        if at + 1 < len(forms) and size < 27 and not (size >= 9 and may_end[at]):
            continue
        sentence = forms[start : at + 1]
        sentence[0] = sentence[0].capitalize()
        if figures[at]:
            sentence.append(f"{figures[at]:,}")
        n_sentences += 1
        parts += [" ".join(sentence), ".\n\n" if n_sentences % 4 == 0 else ". "]
        start = at + 1
    return "".join(parts).strip()


def _footer(footers: list[str], rng: np.random.Generator) -> str:
    return f"\n\n{footers[int(rng.integers(len(footers)))]}" if rng.random() < 0.2 else ""


def main() -> None:
    """Write a corpus."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=int)
    parser.add_argument("path", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    chosen = parser.parse_args()
    write_corpus(chosen.articles, chosen.path, chosen.seed)


if __name__ == "__main__":
    main()
