"""Daft: its expressions for normalising and MinHash, a group-by over bands, pairs verified on the sketch.

In: a corpus. Out: clusters. Must not know the other tools. Daft reads the file itself, drops ASCII punctuation and
parts words by white space; it has no verification, so its sketches are compared here, with NumPy.
"""

from __future__ import annotations

from itertools import combinations

import daft
import numpy as np
from daft import col, lit
from daft.functions import chunk, hash, minhash, monotonically_increasing_id, normalize  # noqa: A004 - Daft's own name

from benchmarks.peers import script


def main() -> None:
    """Sketch, group by band, verify, join."""
    task, setting = script.arguments(), script.EQUAL
    folded = normalize(col("text"), remove_punct=True, lowercase=True, nfd_unicode=True, white_space=True)
    sketch = minhash(
        folded,
        num_hashes=setting.permutations,
        ngram_size=setting.words,
        seed=setting.seed,
        hash_function="xxhash",
    )
    articles = daft.read_parquet(str(task.corpus)).select("article_id", "text")
    signed = articles.with_column("row", monotonically_increasing_id()).select("row", "article_id", sketch.alias("sig"))
    signed = signed.collect()
    banded = signed.select(
        "row", chunk(col("sig"), setting.rows).alias("band"), lit(list(range(setting.bands))).alias("at")
    ).explode("band", "at")
    buckets = (
        banded.with_column("key", hash(col("at"), col("band")))
        .groupby("key")
        .agg(col("row").list_agg().alias("rows"), col("row").count().alias("n"))
        .where(col("n") > 1)
        .select("rows")
        .to_pydict()["rows"]
    )
    table = signed.to_arrow()
    # Row numbers of the second and later partitions do not follow on those of the first.
    place = {row: at for at, row in enumerate(table["row"].to_pylist())}
    signatures = table["sig"].combine_chunks().flatten().to_numpy().reshape(-1, setting.permutations)
    pairs = np.asarray(
        sorted({(place[one], place[other]) for rows in buckets for one, other in combinations(sorted(rows), 2)}),
        np.int64,
    ).reshape(-1, 2)
    groups = script.Groups(len(signatures))
    for start in range(0, len(pairs), 65_536):
        part = pairs[start : start + 65_536]
        alike = (signatures[part[:, 0]] == signatures[part[:, 1]]).mean(axis=1) >= setting.threshold
        for one, other in part[alike].tolist():
            groups.join(one, other)
    script.write(task.out, table["article_id"].to_pylist(), groups.firsts())


if __name__ == "__main__":
    main()
