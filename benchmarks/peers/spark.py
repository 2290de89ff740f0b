"""Spark: RegexTokenizer, NGram, HashingTF and MLlib's MinHashLSH, whose join verifies exactly.

In: a corpus. Out: clusters. Must not know the other tools. MLlib's tables have one row each, so 128 permutations in
bands of 8 cannot be asked of it: it gets as many tables as the others get bands. Needs Java.
"""

from __future__ import annotations

from pyspark import SparkContext
from pyspark.ml.feature import HashingTF, MinHashLSH, NGram, RegexTokenizer
from pyspark.sql import SparkSession
from pyspark.sql import functions as f

from benchmarks.peers import script

_FEATURES = 1 << 24
"""Columns that shingles are hashed to; MLlib's default of 2^18 makes strangers share some."""


def main() -> None:
    """Tokenise, hash, join."""
    task, setting = script.arguments(), script.EQUAL
    session = (
        SparkSession.builder.master(f"local[{task.cores}]")
        .config("spark.driver.memory", "8g")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", str(4 * task.cores))
        .config("spark.driver.extraJavaOptions", f"-XX:ActiveProcessorCount={task.cores}")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    frame = session.read.parquet(str(task.corpus)).select("article_id", "text")
    frame = RegexTokenizer(inputCol="text", outputCol="words", pattern=r"(?U)\W+").transform(frame)
    frame = NGram(n=setting.words, inputCol="words", outputCol="shingles").transform(frame)
    frame = frame.where(f.size("shingles") > 0).select("article_id", "shingles")
    counted = HashingTF(inputCol="shingles", outputCol="features", binary=True, numFeatures=_FEATURES).transform(frame)
    counted = counted.select("article_id", "features").cache()
    model = MinHashLSH(inputCol="features", outputCol="hashes", numHashTables=setting.bands, seed=setting.seed).fit(
        counted
    )
    pairs = (
        model.approxSimilarityJoin(counted, counted, 1 - setting.threshold + 1e-9, distCol="distance")
        .select(f.col("datasetA.article_id").alias("one"), f.col("datasetB.article_id").alias("other"))
        .where("one < other")
        .collect()
    )
    article_ids, _ = script.read(task.corpus)
    row_of = {article_id: row for row, article_id in enumerate(article_ids)}
    groups = script.Groups(len(article_ids))
    for pair in pairs:
        groups.join(row_of[pair["one"]], row_of[pair["other"]])
    _stop(session)
    script.write(task.out, article_ids, groups.firsts())


def _stop(session: SparkSession) -> None:
    """End the Java process and wait for it: the seconds of a child nobody waits for are counted nowhere."""
    gateway = getattr(SparkContext, "_gateway", None)
    session.stop()
    if gateway is not None:
        gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.wait(60)


if __name__ == "__main__":
    main()
