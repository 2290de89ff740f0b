"""Apache Spark: how frames move between many machines.

In: Polars frames and functions from frames to frames. Out: Spark DataFrames, on which the same functions ran batch by
batch, and back. Must not know what a frame means.

A function runs in Python workers on Arrow batches (``mapInArrow``, ``cogroup().applyInArrow``), so that compiled code
is the same as on one machine. What a stage makes is written to the work folder and read from there by the next: a lost
executor costs the tasks it had, not the run, and a plan never grows beyond a stage.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from dedup.engines.hadoop import Hadoop
from dedup.engines.shapes import as_table, spark_type, storable
from dedup.errors import ConfigError, UsageError

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import Column, DataFrame, SparkSession

Work = Callable[[pl.DataFrame], pl.DataFrame]
WorkOnTwo = Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame]

_SETTINGS: Final = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "2000",
    "spark.sql.adaptive.enabled": "true",
    "spark.sql.adaptive.skewJoin.enabled": "true",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.python.worker.reuse": "true",
}
"""What the engine relies on, and sets whatever ``spark-submit --conf`` says."""
_LOCALLY: Final = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}
"""On one machine nobody else is to reach the driver."""
_PROPAGATION_ROUNDS: Final = 50
"""Rounds after which components that still change are given up; a chain of n articles takes about log2(n)."""


@dataclass(frozen=True)
class Spread:
    """A frame that lies on many machines.

    Args:
        data: The Spark DataFrame.
        height: Its rows.
    """

    data: DataFrame
    height: int


class Spark:
    """A session, and the folder in which the results of stages lie until the run is over.

    Args:
        session: The Spark session.
        work: Folder that driver and executors reach, as Spark writes it.
        partitions: Parts in which data is shuffled.

    Attributes:
        files: Single files and folders that the session reaches.
    """

    def __init__(self, session: SparkSession, work: str, partitions: int) -> None:
        self.session, self.work, self.partitions = session, work, partitions
        self.files = Hadoop(session)

    def sent(self, frame: pl.DataFrame) -> DataFrame:
        """A Polars frame, small enough for the driver, as a DataFrame."""
        schema = spark_type(frame.schema)
        if frame.is_empty():  # of whose columns Spark asks for a part to learn their type
            return self.session.createDataFrame([], schema)
        return self.session.createDataFrame(as_table(frame), schema=schema)

    def fetched(self, data: DataFrame, schema: pl.Schema) -> pl.DataFrame:
        """A DataFrame as a Polars frame: only counts, samples and tables whose size is bounded."""
        return storable(pl.DataFrame(pl.from_arrow(data.toArrow())), schema)

    def kept(self, name: str, data: DataFrame) -> Spread:
        """Write a DataFrame to the work folder and read it from there."""
        path = f"{self.work}/{name}"
        data.write.mode("overwrite").parquet(path)
        written = self.session.read.schema(data.schema).parquet(path)
        return Spread(written, written.count())

    def mapped(self, data: DataFrame, taken: pl.Schema, work: Work, given: pl.Schema) -> DataFrame:
        """``work`` on every batch of rows.

        Args:
            data: Its columns are those of ``taken``.
            taken: What ``work`` takes.
            work: A pure function; it is sent to the executors.
            given: What ``work`` returns.
        """

        def batches(parts: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            for part in parts:
                if part.num_rows:
                    yield from as_table(work(storable(_frame(part), taken)), given).to_batches()

        return data.select(*taken).mapInArrow(batches, spark_type(given))

    def texts(
        self, data: DataFrame, taken: pl.Schema, work: Callable[[pl.DataFrame], str], head: str = ""
    ) -> DataFrame:
        """What ``work`` writes of every batch of rows, to be stored as text.

        Args:
            data: Its columns are those of ``taken``.
            taken: What ``work`` takes.
            work: A pure function; the text it returns ends with a line feed, if there is any.
            head: What every stored part begins with.
        """
        stored = pl.Schema({"value": pl.String})

        def batches(parts: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            before = head
            for part in parts:
                if part.num_rows:
                    text = before + work(storable(_frame(part), taken))
                    before = ""
                    yield from as_table(pl.DataFrame({"value": [text.removesuffix("\n")]}), stored).to_batches()

        return data.select(*taken).mapInArrow(batches, spark_type(stored))

    def grouped(self, data: DataFrame, taken: pl.Schema, work: Work, given: pl.Schema) -> DataFrame:
        """``work`` on all rows that have the same ``part``, a column beside those of ``taken``."""

        def whole(table: pa.Table) -> pa.Table:
            return as_table(work(storable(_frame(table), taken)), given)

        return data.select("part", *taken).groupBy("part").applyInArrow(whole, spark_type(given))

    def paired(
        self, one: tuple[DataFrame, pl.Schema], other: tuple[DataFrame, pl.Schema], work: WorkOnTwo, given: pl.Schema
    ) -> DataFrame:
        """``work`` on the rows of two DataFrames that have the same ``part``.

        Args:
            one: A DataFrame with a column ``part`` and what ``work`` takes of it first.
            other: The same for what it takes second.
            work: A pure function of two frames.
            given: What it returns.
        """
        from pyspark.sql import functions as F

        taken, taken_other = one[1], other[1]

        def both(first: pa.Table, second: pa.Table) -> pa.Table:
            frames = storable(_frame(first), taken), storable(_frame(second), taken_other)
            return as_table(work(*frames), given)

        # Renamed to what they are called: both may come from one DataFrame, whose columns Spark would not tell apart.
        mine, theirs = (
            data.select(*(F.col(name).alias(name) for name in ("part", *columns))).groupBy("part")
            for data, columns in (one, other)
        )
        return mine.cogroup(theirs).applyInArrow(both, spark_type(given))

    def numbered(self, data: DataFrame, key: str) -> DataFrame:
        """``data`` with the column ``row``: the position of each row when all are sorted by ``key``.

        Only the number of rows of each part comes to the driver.
        """
        from pyspark.sql import functions as F

        ordered = data.repartitionByRange(self.partitions, key).sortWithinPartitions(key)
        placed = self.kept(
            f"numbered_{key}",
            ordered.withColumn("at", F.monotonically_increasing_id()).withColumn("part", F.shiftright("at", 33)),
        ).data
        counts = {row["part"]: row["count"] for row in placed.groupBy("part").count().collect()}
        offsets, total = [], 0
        for part in range(max(counts, default=-1) + 1):
            offsets.append((part, total))
            total += counts.get(part, 0)
        before = self.sent(pl.DataFrame(offsets, {"part": pl.Int64, "before": pl.Int64}, orient="row"))
        within = F.col("at").bitwiseAND(F.lit((1 << 33) - 1))
        return (
            placed.join(F.broadcast(before), "part")
            .withColumn("row", within + F.col("before"))
            .drop("at", "part", "before")
        )

    def components(self, edges: DataFrame) -> tuple[DataFrame, list[int]]:
        """Connected components by alternating large-star and small-star.

        Kiveris et al. 2014, "Connected Components in MapReduce and Beyond", section 3: each step joins every node to
        the smallest it can see, and the number of rounds grows with the logarithm of the longest chain.

        Args:
            edges: Columns ``left`` and ``right`` (whole numbers), no loops.

        Returns:
            Columns ``row`` and ``component`` (the smallest row of it) of every node that has an edge, and how many
            edges changed in each round, 0 in the last.

        Raises:
            UsageError: They do not settle, which a chain of more articles than there are can do only.
        """
        from pyspark.sql import functions as F

        # NOTE: kept, and not localCheckpoint(): what that cuts off from its plan is lost with the executor it lies on.
        found = edges.select(F.greatest("left", "right").alias("a"), F.least("left", "right").alias("b")).distinct()
        now = self.kept("edges_0", found).data
        changed: list[int] = []
        for number in range(1, _PROPAGATION_ROUNDS + 1):
            after = self.kept(f"edges_{number}", _small_star(_large_star(now))).data
            n_changed = after.exceptAll(now).count() + now.exceptAll(after).count()
            changed.append(n_changed)
            now = after
            if not n_changed:
                roots = now.select(F.col("b").alias("row"), F.col("b").alias("component")).distinct()
                leaves = now.select(F.col("a").alias("row"), F.col("b").alias("component"))
                return leaves.unionByName(roots), changed
        raise UsageError(f"connected groups did not settle in {_PROPAGATION_ROUNDS} rounds", where="engine.name=spark")


def part_of(key: Column, n_parts: int) -> Column:
    """The ``part`` in which rows with this key come together, 0 to ``n_parts`` - 1; null is a key like any other."""
    from pyspark.sql import functions as F

    return F.pmod(F.xxhash64(key), F.lit(n_parts)).cast("long")


def _large_star(edges: DataFrame) -> DataFrame:
    """Every larger neighbour of a node joined to the smallest it sees, itself included."""
    from pyspark.sql import functions as F

    both = edges.unionByName(edges.select(F.col("b").alias("a"), F.col("a").alias("b")))
    least = both.groupBy("a").agg(F.min("b").alias("least")).withColumn("least", F.least("a", "least"))
    joined = both.join(least, "a").where(F.col("b") > F.col("a"))
    return joined.select(F.col("b").alias("a"), F.col("least").alias("b")).where("a != b").distinct()


def _small_star(edges: DataFrame) -> DataFrame:
    """Every smaller neighbour of a node, and the node, joined to the smallest of them."""
    from pyspark.sql import functions as F

    down = edges.select(F.greatest("a", "b").alias("a"), F.least("a", "b").alias("b"))
    least = down.groupBy("a").agg(F.min("b").alias("least"))
    joined = down.join(least, "a")
    near = joined.select(F.col("b").alias("a"), F.col("least").alias("b"))
    own = least.select("a", F.col("least").alias("b"))
    return near.unionByName(own).where("a != b").distinct()


def _frame(part: pa.RecordBatch | pa.Table) -> pl.DataFrame:
    return pl.DataFrame(pl.from_arrow(part))


@contextmanager
def opened(
    master: str | None, work: str, *, partitions: int = 0, settings: dict[str, str] | None = None
) -> Iterator[Spark]:
    """A Spark session for one run; one that is there already is used and left open.

    Args:
        master: Spark's master, as ``local[2]`` or ``spark://host:7077``; None takes what ``spark-submit`` says, else
            all processors of this machine.
        work: Folder that driver and executors reach; what the run leaves there is removed at its end.
        partitions: Parts in which data is shuffled; 0 leaves it to Spark.
        settings: More of Spark's own settings.

    Raises:
        ConfigError: PySpark or Java is missing, or Spark does not start.
    """
    session, ours = _session(master, settings or {})
    if partitions:
        session.conf.set("spark.sql.shuffle.partitions", str(partitions))
    parts = int(session.conf.get("spark.sql.shuffle.partitions") or 200)
    try:
        yield Spark(session, work, parts)
    finally:
        with suppress(Exception):  # what cannot be removed is no reason to lose a run that is done
            Hadoop(session).remove(work)
        if ours:
            session.stop()


def check_spark() -> None:
    """Raise ConfigError, before any work, if this machine cannot start Spark.

    Raises:
        ConfigError: PySpark, what it needs, or Java is missing.
    """
    try:
        for needed in ("pyspark", "pyarrow", "pandas"):
            import_module(needed)
    except ImportError as error:
        raise ConfigError(
            "needs PySpark, which is not installed",
            where="engine.name=spark",
            hint="Install it: pip install 'newsdedup[spark]', and Java 17.",
        ) from error
    if not _java():
        raise ConfigError(
            "needs Java 17 or newer, and there is no 'java'",
            where="engine.name=spark",
            hint="Install a Java runtime, or set JAVA_HOME to one.",
        )


def _session(master: str | None, settings: dict[str, str]) -> tuple[SparkSession, bool]:
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    there = SparkContext._active_spark_context is not None  # noqa: SLF001  getActiveSession knows its own thread's only
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("PYSPARK_DRIVER_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("dedup")
    if master and not there:
        builder = builder.master(master)
    if not there and (master is None or master.startswith("local")):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        settings = _LOCALLY | settings
    for name, value in (_SETTINGS | settings).items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate(), not there
    except Exception as error:  # a Java error in one of many guises
        raise ConfigError(
            f"Spark does not start: {str(error).splitlines()[0]}",
            where="engine.master",
            got=master,
            expected="local[N], spark://host:port, yarn or k8s://...",
        ) from error


def _java() -> bool:
    home = os.environ.get("JAVA_HOME")
    return bool(shutil.which("java") or (home and Path(home, "bin", "java").exists()))
