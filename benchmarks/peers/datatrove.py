"""datatrove: its MinHash blocks (signatures, buckets, clusters) run by its local executor.

In: a corpus. Out: clusters. Must not know the other tools. It verifies nothing and uses its own tokeniser; one file
is one task of it, so only the buckets use more than one core.
"""

from __future__ import annotations

import struct
import tempfile
from pathlib import Path

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup import MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupSignature
from datatrove.pipeline.dedup.minhash import MinhashConfig
from datatrove.pipeline.readers import ParquetReader
from datatrove.utils.hashing import HashConfig

from benchmarks.peers import script


def main() -> None:
    """Run the three blocks and read the cluster file."""
    task, setting = script.arguments(), script.EQUAL
    config = MinhashConfig(
        n_grams=setting.words,
        num_buckets=setting.bands,
        hashes_per_bucket=setting.rows,
        seed=setting.seed,
        hash_config=HashConfig(precision=64, hash_fc="xxhash"),
    )
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        signatures, buckets, found = str(folder / "signatures"), str(folder / "buckets"), str(folder / "clusters")
        reader = ParquetReader(
            str(task.corpus.parent.resolve()), glob_pattern=task.corpus.name, id_key="article_id", read_metadata=False
        )
        blocks = [
            (1, 1, [reader, MinhashDedupSignature(signatures, config=config)]),
            (setting.bands, task.cores, [MinhashDedupBuckets(signatures, buckets, config=config)]),
            (1, 1, [MinhashDedupCluster(buckets, found, config=config, save_cluster_id=True)]),
        ]
        for number, (tasks, workers, pipeline) in enumerate(blocks):
            LocalPipelineExecutor(
                pipeline=pipeline, tasks=tasks, workers=workers, logging_dir=str(folder / f"log{number}")
            ).run()
        listed = folder / "clusters" / "000000.clusters"
        pairs = list(struct.iter_unpack("<2I", listed.read_bytes())) if listed.exists() else []
    article_ids, texts = script.read(task.corpus)
    # Its reader drops empty texts and numbers the rest.
    kept = [row for row, text in enumerate(texts) if text]
    clusters = list(range(len(texts)))
    for document, cluster in pairs:
        clusters[kept[document]] = len(texts) + cluster
    script.write(task.out, article_ids, clusters)


if __name__ == "__main__":
    main()
