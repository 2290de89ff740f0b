"""text-dedup: its MinHash command, called in this process, so that its union-find can be read afterwards.

In: a corpus. Out: clusters. Must not know the other tools. It verifies nothing, keeps empty strings between punctuation
marks as words, and drops texts of fewer than five; its files go to a temporary folder.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from text_dedup import minhash

from benchmarks.peers import script


def main() -> None:
    """Run the command and read its clusters."""
    task, setting = script.arguments(), script.EQUAL
    with tempfile.TemporaryDirectory() as folder:
        chosen = {
            "path": "parquet",
            "data_files": task.corpus,
            "split": "train",
            "cache_dir": Path(folder, "cache"),
            "output": Path(folder, "out"),
            "column": "text",
            "batch_size": 10_000,
            "ngram": setting.words,
            "num_perm": setting.permutations,
            "b": setting.bands,
            "r": setting.rows,
            "threshold": setting.threshold,
            "hash_func": "xxh3",
            "hash_bits": 32,
            "num_proc": task.cores,
        }
        minhash.main(
            [part for name, value in chosen.items() for part in (f"--{name}", str(value))], standalone_mode=False
        )
    article_ids, _ = script.read(task.corpus)
    script.write(task.out, article_ids, [minhash.uf.find(row) for row in range(len(article_ids))])


if __name__ == "__main__":
    main()
