"""gaoya: its index of strings, which tokenises, sketches and verifies on the sketch by itself.

In: texts. Out: clusters. Must not know the other tools. Its words are parted by white space alone, and a query signs
its text again: it has no way to ask about an article that is in the index.
"""

from __future__ import annotations

from gaoya.minhash import MinHashStringIndex

from benchmarks.peers import script


def clusters(texts: list[str], _task: script.Task) -> list[int]:
    """Insert all texts, query all texts; both use every core the process may have."""
    setting = script.EQUAL
    index = MinHashStringIndex(
        hash_size=32,
        jaccard_threshold=setting.threshold,
        num_bands=setting.bands,
        band_size=setting.rows,
        num_hashes=setting.permutations,
        analyzer="word",
        lowercase=True,
        ngram_range=(setting.words, setting.words),
        id_container="vec",
    )
    index.par_bulk_insert_docs(list(range(len(texts))), texts)
    groups = script.Groups(len(texts))
    for row, others in enumerate(index.par_bulk_query(texts)):
        for other in others:
            groups.join(row, other)
    return groups.firsts()


if __name__ == "__main__":
    script.run(clusters)
