"""What the usual tools make of the labelled corpora, to be read beside the product's figures.

MinHash as most people run it (``datasketch``, word 5-grams, 128 permutations, threshold 0.7) and TF-IDF cosine at the
threshold that is best for the very corpus, which nobody knows beforehand: an upper bound of what it can do. Sentence
embeddings, where somebody names the folder of a model on disk. All of them merge every pair they find (union-find).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dedup.match.closing import connected
from tests.gold.corpora import Corpus

Story = dict[str, str]
_WORDS: Final = re.compile(r"\w+")
_THRESHOLDS: Final = tuple(round(0.15 + 0.05 * at, 2) for at in range(17))
_ROWS: Final = 1_000


def minhash(corpus: Corpus) -> Story:
    """Clusters of MinHash LSH over word 5-grams (character 8-grams where no spaces are written) at 0.7."""
    import xxhash
    from datasketch import MinHash, MinHashLSH

    ids, texts = corpus.articles["id"].to_list(), corpus.articles["text"].to_list()
    index = MinHashLSH(threshold=0.7, num_perm=128)
    pairs: list[tuple[str, str]] = []
    for one, text in zip(ids, texts, strict=True):
        signature = MinHash(num_perm=128, hashfunc=xxhash.xxh32_intdigest)
        signature.update_batch([shingle.encode() for shingle in _shingles(text)])
        pairs += [(one, str(other)) for other in index.query(signature)]
        index.insert(one, signature)
    return joined(ids, pairs)


def _shingles(text: str) -> set[str]:
    words = _WORDS.findall(text.lower())
    size = 5
    if len(text) > 8 * max(1, len(words)):  # hardly any spaces
        words, size = list("".join(words)), 8
    return {" ".join(words[at : at + size]) for at in range(max(1, len(words) - size + 1))}


def tfidf(corpus: Corpus, worth: Callable[[Story], float]) -> tuple[Story, float]:
    """Clusters by TF-IDF cosine at the threshold with the largest ``worth``, and that threshold."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = corpus.articles["text"].to_list()
    unspaced = sum(len(text) > 8 * max(1, len(text.split())) for text in texts) * 2 > len(texts)
    vectors = TfidfVectorizer(
        sublinear_tf=True,
        max_df=0.5,
        **({"analyzer": "char", "ngram_range": (2, 2)} if unspaced else {"token_pattern": r"\w+"}),
    ).fit_transform(texts)
    return _best(corpus, list(_near(vectors)), worth)


def embeddings(corpus: Corpus, folder: Path, worth: Callable[[Story], float]) -> tuple[Story, float]:
    """The same by cosine of sentence embeddings; ``folder`` holds a sentence-transformers model."""
    from sentence_transformers import SentenceTransformer  # not a dependency: whoever wants this column has it

    vectors = SentenceTransformer(str(folder)).encode(corpus.articles["text"].to_list(), normalize_embeddings=True)
    return _best(corpus, list(_near(np.asarray(vectors, dtype=np.float32))), worth)


def _near(vectors: Any) -> Iterator[tuple[float, int, int]]:
    """Pairs from the lowest threshold on, some rows at a time."""
    for start in range(0, vectors.shape[0], _ROWS):
        block = vectors[start : start + _ROWS] @ vectors.T
        dense: npt.NDArray[np.float32] = block.toarray() if hasattr(block, "toarray") else block
        rows, columns = np.nonzero(dense >= _THRESHOLDS[0])
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            if start + row < column:
                yield float(dense[row, column]), start + row, column


def _best(corpus: Corpus, near: list[tuple[float, int, int]], worth: Callable[[Story], float]) -> tuple[Story, float]:
    ids = corpus.articles["id"].to_list()
    found: list[tuple[float, float, Story]] = []
    for threshold in _THRESHOLDS:
        story = joined(ids, ((ids[one], ids[other]) for cosine, one, other in near if cosine >= threshold))
        found.append((worth(story), threshold, story))
    _, threshold, story = max(found, key=lambda item: item[:2])
    return story, threshold


def joined(ids: Sequence[str], pairs: Iterable[tuple[str, str]]) -> Story:
    """Connected components: the story of each article is named by its smallest id."""
    return {one: group[0] for group in connected(ids, pairs) for one in group}
