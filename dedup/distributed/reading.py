"""Stage ``articles`` on Spark: files are read where the executors are.

In: inputs. Out: the articles with their position, the rejections, and what is odd. Must not know what happens to an
article.

What lies on a path that every machine sees is read by the readers of one machine, a file a task. What Spark alone
reaches (``s3a://``, ``hdfs://``, ...) is read by Spark, as Parquet or as JSON Lines.
"""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl
from pyspark.sql import Window
from pyspark.sql import functions as F

from dedup.config import InputConfig
from dedup.distributed.library import NUMBERED
from dedup.distributed.packing import schema
from dedup.engines.spark import Spark, Spread
from dedup.errors import InputError
from dedup.frames import TIME
from dedup.manifest import article_hash, hash_sum
from dedup.schemas import ARTICLES, SKIPPED
from dedup.store.addresses import STANDARD_INPUT
from dedup.store.articles import (
    PREFERENCE,
    Gathered,
    check_configured_columns,
    gather,
    judge,
    read_times,
    warnings_of,
)
from dedup.store.batch_limits import NO_FAILURES, check_failures, check_size
from dedup.store.fields import FIELDS
from dedup.store.files import Rejection, SourceFile, find_files
from dedup.store.readers import ENDINGS, Batch, is_known, is_recognised
from dedup.store.readers.json_records import read_records

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, Row

_FOUND: Final = schema(
    pl.Schema(dict.fromkeys(("what", *FIELDS), pl.String)),
    published_at=TIME,
    origin=pl.String,
    raw_time=pl.String,
    time_problem=pl.String,
    reason=pl.String,
    n=pl.Int64,
    n_bytes=pl.Int64,
)
"""An article; or a rejection (origin, reason); or a column, an odd value or a note, by ``reason``, ``n`` times."""
_FILE: Final = pl.Schema({"file": pl.Binary})
_LINE: Final = pl.Schema({"value": pl.String, "path": pl.String})
_HASHED: Final = pl.Schema({"high": pl.Int64, "low": pl.Int64})
_REMOTE: Final = "://"
_DATABASES: Final = ("sqlite:", "duckdb:")
_BEGINNING: Final = 40
"""Characters of a line of which Spark does not say where it stands: enough to find it by."""


@dataclass(frozen=True)
class ReadSpread:
    """What was read; see ``dedup.store.articles.Read``.

    Args:
        articles: Columns of ``library.NUMBERED``.
        skipped: The SKIPPED frame.
        warnings: What was read in part, as sentences.
        input_hash: See ``dedup.manifest.input_hash``.
        skipped_by_code: How many rejections have each code.
    """

    articles: Spread
    skipped: Spread
    warnings: list[str]
    input_hash: str
    skipped_by_code: dict[str, int]

    @property
    def n_read(self) -> int:
        """Articles and skipped inputs together."""
        return self.articles.height + self.skipped.height


def read_articles(spark: Spark, inputs: Sequence[str | Path], config: InputConfig) -> ReadSpread:
    """Read all articles, as ``dedup.store.articles.read_articles`` does.

    Args:
        spark: The session.
        inputs: Files, folders and globs that all machines see, and addresses that Spark reads.
        config: Columns and limits.

    Raises:
        InputError: As there; or an address is neither Parquet nor JSON Lines, or is not there.
    """
    remote = [str(one) for one in inputs if _REMOTE in str(one) and not str(one).startswith(_DATABASES)]
    parts = [_read_remotely(spark, address, config) for address in remote]
    passed: list[Rejection] = []
    if nearby := [one for one in inputs if str(one) not in remote]:
        files, passed = find_files(
            nearby, is_known, expected=ENDINGS, is_recognised=is_recognised, max_files=config.max_files
        )
        listed = spark.sent(pl.DataFrame({"file": [pickle.dumps(_reachable(file)) for file in files]}, _FILE))
        spread = listed.repartition(max(1, min(len(files), 4 * spark.partitions)))
        parts.append(spark.mapped(spread, _FILE, partial(_read_files, config=config), _FOUND))
    found = parts[0]
    for other in parts[1:]:
        found = found.unionByName(other)
    return _settled(spark, spark.kept("found", found).data, passed, config)


def _reachable(file: SourceFile) -> SourceFile:
    """A file as executors open it: they work in folders of their own, where a relative path leads nowhere.

    It is called what the user called it, so that rejections say the same as on one machine.
    """
    if file.path == STANDARD_INPUT:
        raise InputError(
            "executors cannot read what is piped to this command",
            where="-",
            hint="Write it to a file that all machines see, or use engine.name=local.",
        )
    return replace(file, path=file.path.absolute())


def _read_files(listed: pl.DataFrame, config: InputConfig) -> pl.DataFrame:
    # NOTE: these bytes were pickled by the driver of this very run; they come from nowhere else.
    files = [pickle.loads(file) for file in listed["file"]]  # noqa: S301
    return _rows(gather(files, config), config)


def _read_remotely(spark: Spark, address: str, config: InputConfig) -> DataFrame:
    from pyspark.errors import PySparkException

    bare = address.rstrip("/").lower()
    try:
        if bare.endswith((".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz", ".jsonl.zst", ".ndjson.zst")):
            lines = spark.session.read.text(address).select("value", F.col("_metadata.file_path").alias("path"))
        else:
            table = spark.session.read.parquet(address)
            lines = table.select(
                F.to_json(F.struct(*table.columns)).alias("value"), F.col("_metadata.file_path").alias("path")
            )
    except PySparkException as error:
        raise InputError(
            f"cannot be read: {str(error).splitlines()[0]}",
            where=address,
            expected="a folder or file of Parquet, or one whose name ends in .jsonl",
        ) from error
    return spark.mapped(lines, _LINE, partial(_read_lines, config=config), _FOUND)


def _read_lines(lines: pl.DataFrame, config: InputConfig) -> pl.DataFrame:
    records = (
        (f"{path}: {line[:_BEGINNING]}", line.encode("utf-8", "surrogatepass"))
        for line, path in lines.iter_rows()
        if line.strip()
    )
    batch = read_records(records, config)
    frame, rejections = judge(batch, config)
    gathered = Gathered(
        [frame], [*batch.rejections, *rejections], set(batch.columns), Counter(batch.left_out), Counter(batch.notes)
    )
    return _rows(gathered, config)


def _rows(gathered: Gathered, config: InputConfig) -> pl.DataFrame:
    """What a task hands over, as rows of ``_FOUND``."""
    frames = read_times(pl.concat([judge(Batch(), config)[0], *gathered.frames]))
    articles = frames.with_columns(what=pl.lit("article"), n_bytes=pl.col("text").str.len_bytes().cast(pl.Int64))
    rejected = pl.DataFrame(
        [("rejected", one.where, one.reason) for one in gathered.rejections], ("what", "origin", "reason"), orient="row"
    )
    counted = pl.DataFrame(
        [
            *(("column", name, 1) for name in sorted(gathered.columns)),
            *(("left_out", name, n) for name, n in gathered.left_out.items()),
            *(("note", name, n) for name, n in gathered.notes.items()),
        ],
        {"what": pl.String, "reason": pl.String, "n": pl.Int64},
        orient="row",
    )
    whole = pl.concat([_FOUND.to_frame(), articles, rejected.cast(pl.String), counted], how="diagonal_relaxed")
    return whole.select(pl.col(name).cast(dtype) for name, dtype in _FOUND.items())


def _settled(spark: Spark, found: DataFrame, passed: list[Rejection], config: InputConfig) -> ReadSpread:
    """One article for every id, the limits of the whole batch, and what is odd."""
    said = spark.fetched(
        found.where("what in ('column', 'left_out', 'note')").groupBy("what", "reason").agg(F.sum("n").alias("n")),
        pl.Schema({"what": pl.String, "reason": pl.String, "n": pl.Int64}),
    )
    counts = {
        what: dict(said.filter(what=what).select("reason", "n").iter_rows()) for what in ("column", "left_out", "note")
    }
    check_configured_columns(counts["column"], config)
    articles = found.where("what = 'article'")
    size = articles.agg(F.count("*").alias("n"), F.coalesce(F.sum("n_bytes"), F.lit(0)).alias("bytes")).collect()[0]
    check_size(size["n"], size["bytes"], config)
    rejected = found.where("what = 'rejected'").select(F.col("origin").alias("where"), "reason")
    _check_failures(rejected, size["n"], config)
    kept, repeated = _keep_one_each(articles)
    skipped = rejected.unionByName(repeated)
    if passed:
        rows = pl.DataFrame([(one.where, one.reason) for one in passed], SKIPPED.schema, orient="row")
        skipped = skipped.unionByName(spark.sent(rows))
    one_each = spark.kept("one_each", kept).data
    numbered = spark.numbered(
        one_each.select(F.col("id").alias("article_id"), *[n for n in ARTICLES.columns if n != "article_id"]),
        "article_id",
    )
    spread = spark.kept("articles", numbered.select(*NUMBERED))
    of_skipped = spark.kept("skipped", skipped)
    return ReadSpread(
        spread,
        of_skipped,
        warnings_of(_odd_times(one_each), counts["left_out"], counts["note"]),
        _input_hash(spark, spread.data),
        {row["code"]: row["n"] for row in _by_code(of_skipped.data)},
    )


def _by_code(rejected: DataFrame) -> list[Row]:
    """Of every code ``n``, how many rejections have it, and ``first``, the first of them; in the order of the codes."""
    counted = rejected.groupBy(F.split("reason", ":")[0].alias("code"))
    return (
        counted.agg(F.count("*").alias("n"), F.min(F.struct("where", "reason")).alias("first"))
        .orderBy("code")
        .collect()
    )


def _check_failures(rejected: DataFrame, n_articles: int, config: InputConfig) -> None:
    failed = [row for row in _by_code(rejected) if row["code"] not in NO_FAILURES]
    first = min(((row["first"]["where"], row["first"]["reason"]) for row in failed), default=("", ""))
    check_failures(n_articles, {row["code"]: row["n"] for row in failed}, first, config)


def _keep_one_each(articles: DataFrame) -> tuple[DataFrame, DataFrame]:
    """Split articles into one for every id and SKIPPED rows for the others; see ``store.articles.PREFERENCE``."""
    of_id = Window.partitionBy("id")
    ranked = articles.withColumn("same", F.count("*").over(of_id)).withColumn(
        "place", F.row_number().over(of_id.orderBy(*(F.col(name).asc_nulls_last() for name in PREFERENCE)))
    )
    kept = ranked.where("place = 1")
    first = kept.where("same > 1").select("id", F.col("text").alias("kept_text"), F.col("origin").alias("kept_origin"))
    others = ranked.where("place > 1").join(first, "id")
    same = F.concat(F.lit("duplicate_id: same text as "), "kept_origin", F.lit(", counted once"))
    other = F.concat(F.lit("conflicting_id: '"), "id", F.lit("' has another text in "), "kept_origin")
    reason = F.when(F.col("text") == F.col("kept_text"), same).otherwise(other)
    return kept, others.select(F.col("origin").alias("where"), reason.alias("reason"))


def _odd_times(kept: DataFrame) -> dict[str, tuple[int, str, str]]:
    first = F.min_by(F.struct("raw_time", "id"), "id").alias("first")
    rows = kept.where("time_problem is not null").groupBy("time_problem").agg(F.count("*").alias("n"), first).collect()
    return {row["time_problem"]: (row["n"], row["first"]["raw_time"], row["first"]["id"]) for row in rows}


def _hashed(articles: pl.DataFrame) -> pl.DataFrame:
    """The halves of the sum of the hashes of some articles: sums of many of them stay below 2**63."""
    found = [article_hash(one, text) for one, text in articles.select("article_id", "text").iter_rows()]
    return pl.DataFrame(
        {"high": [sum(one >> 32 for one in found)], "low": [sum(one & 0xFFFFFFFF for one in found)]}, _HASHED
    )


def _input_hash(spark: Spark, articles: DataFrame) -> str:
    parts = spark.mapped(articles, ARTICLES.schema, _hashed, _HASHED)
    total = parts.agg(*(F.coalesce(F.sum(name), F.lit(0)).alias(name) for name in _HASHED)).collect()[0]
    return hash_sum([(total["high"] << 32) + total["low"]])
