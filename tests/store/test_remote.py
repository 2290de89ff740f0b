"""What an output that is no path of this machine stands for, and where it may lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from dedup.errors import OutputError
from dedup.store.remote import address_of, check_apart, place_of


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("s3a://bucket/out", "s3a://bucket/out"),
        ("abfss://box@account.example/out", "abfss://box@account.example/out"),
        ("hdfs://name:8020/out", "hdfs://name:8020/out"),
        ("hdfs://news/archive/out", "hdfs://news/archive/out"),
        ("hdfs:///archive/out", "hdfs:/archive/out"),
        ("viewfs://cluster/archive/out", "viewfs://cluster/archive/out"),
        ("viewfs:///archive/out", "viewfs:/archive/out"),
        ("out", None),
        ("archive:2025/out", None),
    ],
)
def test_an_address_is_what_was_typed(given: str, address: str | None) -> None:
    assert address_of(place_of(given)) == address
    assert address_of(place_of(str(place_of(given)))) == address


@pytest.mark.parametrize(
    "given",
    [
        "hdfs:///archive/out",
        "hdfs:///archive",
        "hdfs:/archive/out/2025/articles.parquet",
        "hdfs:///archive/*/articles.parquet",
    ],
)
def test_an_output_that_holds_an_input_or_lies_in_one_is_refused(given: str) -> None:
    with pytest.raises(OutputError, match="holds an input, which would be lost, or lies where one is read"):
        check_apart("hdfs:/archive/out", ["news.jsonl", given])


@pytest.mark.parametrize(
    "given", ["hdfs:///archive/output", "hdfs://other/archive/out", "*.jsonl", Path("archive/out"), "hdfs:///arch/*"]
)
def test_an_output_beside_the_inputs_is_taken(given: str | Path) -> None:
    check_apart("hdfs:/archive/out", [given])
