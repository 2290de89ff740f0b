"""How frames move between many machines."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from dedup.engines.spark import Spark

SHAPE = pl.Schema({"row": pl.UInt32, "word": pl.String})


def doubled(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(row=pl.col("row") * 2)


def counted(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(row=pl.len().cast(pl.UInt32), word=pl.col("word").sort().str.join("+")).head(1)


def beside(one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    return pl.DataFrame({"row": [one.height * 10 + other.height], "word": ["seen"]}, SHAPE)


def make_frame(n: int) -> pl.DataFrame:
    return pl.DataFrame({"row": range(n), "word": [f"w{number:04d}" for number in range(n)]}, SHAPE)


def test_a_function_runs_on_every_batch(spark: Spark) -> None:
    given = make_frame(5_000)
    found = spark.fetched(spark.mapped(spark.sent(given), SHAPE, doubled, SHAPE), SHAPE)
    assert found.sort("row").equals(doubled(given))


def test_a_function_runs_on_rows_of_one_part_whole(spark: Spark) -> None:
    data = spark.sent(make_frame(6)).selectExpr("*", "row % 2 as part")
    found = spark.fetched(spark.grouped(data, SHAPE, counted, SHAPE), SHAPE)
    assert sorted(found["word"]) == ["w0000+w0002+w0004", "w0001+w0003+w0005"]


def test_a_part_that_only_one_side_has_is_seen_too(spark: Spark) -> None:
    one = spark.sent(make_frame(3)).selectExpr("*", "0L as part")
    other = spark.sent(make_frame(4)).selectExpr("*", "row % 2 as part")
    found = spark.fetched(spark.paired((one, SHAPE), (other, SHAPE), beside, SHAPE), SHAPE)
    assert sorted(found["row"]) == [2, 32]


def test_what_is_kept_is_read_back_with_its_height(spark: Spark) -> None:
    kept = spark.kept("some", spark.sent(make_frame(7)))
    assert (kept.height, kept.data.count()) == (7, 7)


def test_a_file_is_written_replaced_and_removed_where_spark_reaches(spark: Spark, tmp_path: Path) -> None:
    there = tmp_path / "far" / "run.json"
    spark.files.write(there.as_uri(), b"{}")
    spark.files.write(there.as_uri(), b'{"a": 1}')
    assert there.read_bytes() == b'{"a": 1}'
    spark.files.remove(there.as_uri())
    spark.files.remove(there.as_uri())
    assert not there.exists()


def test_rows_are_numbered_in_the_order_of_the_key(spark: Spark) -> None:
    words = [f"w{number:04d}" for number in range(300)]
    shuffled = random.Random(1).sample(words, len(words))
    numbered = spark.numbered(spark.sent(pl.DataFrame({"word": shuffled})), "word")
    found = spark.fetched(numbered, pl.Schema({"word": pl.String, "row": pl.Int64})).sort("word")
    assert found["row"].to_list() == [*range(300)]
    assert found["word"].to_list() == words


def test_components_are_those_of_a_union_find(spark: Spark) -> None:
    edges = [(number, number + 1) for number in range(5_000, 5_040)]  # a long chain
    for seed in range(3):  # beside it three graphs drawn by chance, out of reach of each other
        chance, nodes = random.Random(seed), range(1_000 * seed, 1_000 * seed + 200)
        drawn = [sorted(chance.sample(nodes, 2)) for _ in range(110)]
        edges += [(left, right) for left, right in drawn]
    leader = {node: node for edge in edges for node in edge}

    def root(node: int) -> int:
        while leader[node] != node:
            node = leader[node]
        return node

    for one, other in edges:
        first, second = sorted((root(one), root(other)))
        leader[second] = first
    found, changed = spark.components(spark.sent(pl.DataFrame(edges, ["left", "right"], orient="row")))
    assert dict(found.collect()) == {node: root(node) for node in leader}
    assert changed[-1] == 0
    assert len(changed) < 12


def test_no_edges_have_no_components(spark: Spark) -> None:
    none = spark.sent(pl.DataFrame(schema={"left": pl.Int64, "right": pl.Int64}))
    found, changed = spark.components(none)
    assert (found.count(), changed) == (0, [0])


WITHOUT = """
import sys
{hidden}
from pathlib import Path
from dedup.config import Config
from dedup.errors import ConfigError
from dedup.pipeline import run
try:
    run(["seeds"], Path(sys.argv[1]), Config.model_validate({{"engine": {{"name": "spark"}}}}))
except ConfigError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("hidden", "said"),
    [
        (
            'sys.modules["pyspark"] = None',
            "needs PySpark, which is not installed. Install it: pip install 'newsdedup[spark]', and Java 17.",
        ),
        (
            'import os; os.environ.pop("JAVA_HOME", None); os.environ["PATH"] = "/nowhere"',
            "needs Java 17 or newer, and there is no 'java'. Install a Java runtime, or set JAVA_HOME to one.",
        ),
    ],
    ids=["PySpark", "Java"],
)
def test_what_is_missing_is_said_in_a_sentence(tmp_path: Path, root: Path, hidden: str, said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT.format(hidden=hidden), str(tmp_path / "out")],
        capture_output=True,
        text=True,
        cwd=root,
        check=True,
    )
    assert done.stdout.strip() == f"engine.name=spark: {said}"
