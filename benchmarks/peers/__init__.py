"""One script a tool: the same Parquet file in, a Parquet file of clusters out.

    python -m benchmarks.peers.datasketch corpus.parquet clusters.parquet --cores 1

Every script runs in a process of its own, in whichever interpreter has the tool, and imports nothing from ``dedup`` but
``ours``. What they must not differ in stands in ``script``; where a tool allows no other choice, its docstring says so.
"""
