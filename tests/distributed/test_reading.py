"""Files are opened where the executors are, and called what the user called them."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import polars as pl
import pytest

from dedup.config import InputConfig
from dedup.engines.spark import Spark
from dedup.errors import InputError
from dedup.schemas import ARTICLES, SKIPPED
from dedup.store.addresses import STANDARD_INPUT
from dedup.store.articles import read_articles as store_articles
from dedup.store.files import SourceFile
from tests.engines.sessions import mounted

pytest.importorskip("pyspark", reason="needs PySpark: install the extra 'spark'")

from dedup.distributed.reading import _reachable, read_articles  # after the check that PySpark is there


def test_a_relative_path_leads_to_the_same_file_from_any_folder_and_keeps_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one.txt").write_text("It hailed.")
    file = _reachable(SourceFile("one.txt", Path("one.txt"), named=True))
    monkeypatch.chdir("/")
    assert file.path.read_text() == "It hailed."
    assert (file.origin, file.named) == ("one.txt", True)


def test_what_is_piped_in_is_refused() -> None:
    with pytest.raises(InputError, match="executors cannot read what is piped to this command"):
        _reachable(SourceFile("-", STANDARD_INPUT, named=True))


def test_what_only_spark_reaches_is_read_as_the_readers_read_it(spark: Spark, tmp_path: Path) -> None:
    lines = [
        {"id": "a", "text": "It rained.", "pubDate": "2025-03-04T05:06:07Z", "outlet": "Wire"},
        {"id": "b", "text": "It hailed.", "pubDate": "03/04/2025", "outlet": "Wire"},
        {"id": "c", "text": " "},
    ]
    (tmp_path / "news.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    pl.DataFrame(lines).write_parquet(tmp_path / "news.parquet")
    here = store_articles([tmp_path / "news.jsonl"], InputConfig())
    address = mounted(spark, tmp_path, "reading")
    for name in ("news.jsonl", "news.parquet"):
        there = read_articles(spark, [f"{address}/{name}"], InputConfig())
        found = spark.fetched(there.articles.data, ARTICLES.schema).sort("article_id")
        assert found.drop("origin").equals(here.articles.drop("origin")), name
        assert there.warnings == here.warnings
        assert there.skipped_by_code == {"empty_text": 1}
        assert f"{address}/{name}: {{" in spark.fetched(there.skipped.data, SKIPPED.schema)["where"][0]


def test_an_address_that_is_not_there_is_told(spark: Spark, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be read: .*expected a folder or file of Parquet"):
        read_articles(spark, [(tmp_path / "none.parquet").as_uri()], InputConfig())


def test_a_delivery_of_which_most_is_unusable_stops_with_the_first_that_is(spark: Spark, tmp_path: Path) -> None:
    lines = [{"id": f"{number:02d}", "text": " "} for number in range(20)]
    (tmp_path / "news.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    told = []
    for read in (store_articles, partial(read_articles, spark)):
        with pytest.raises(InputError, match="20 of 20 inputs cannot be used") as refused:
            read([tmp_path], InputConfig())
        told.append(str(refused.value))
    assert told[0] == told[1]
