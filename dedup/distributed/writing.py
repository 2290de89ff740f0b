"""Stage ``outputs`` on Spark: the output contract as folders of parts.

In: the frames of a run, spread. Out: the output folder; ``run.json``, which says that it is whole, last. Must not know
how anything was found.

A name that is a file elsewhere is a folder here: ``stories.parquet/part-00000-....parquet``. On a path of this machine
the whole folder is put in its place in one step, as always; on one that only Spark reaches nothing like that exists, so
the old ``run.json`` is removed first and the new one written last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from dedup.distributed.outlets import OutletsSpread
from dedup.distributed.packing import schema
from dedup.distributed.reading import ReadSpread
from dedup.distributed.telling import ToldSpread
from dedup.engines.spark import Spark, Spread
from dedup.outlet_frames import FLOWS_BETWEEN_OUTLETS, OUTLETS
from dedup.schemas import ARTICLES, FRAMING, MEMBERS, ODDITIES, PAIRS, SCHEMA_VERSION, SKIPPED, STORIES
from dedup.store.folders import replace_folder
from dedup.store.outputs import finish_parts
from dedup.store.records import json_document, json_lines, spreadsheet
from dedup.store.remote import address_of
from dedup.store.targets import MARK, is_run

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_TOLD_WITH_TEXT: Final = schema(STORIES.schema, canonical_text=pl.String)
_STORED_ARTICLES: Final = schema(ARTICLES.schema, ODDITIES.schema)


@dataclass(frozen=True)
class RunSpread:
    """All frames of a run, spread."""

    read: ReadSpread
    told: ToldSpread
    framed: Spread
    summed: OutletsSpread
    oddities: Spread


def write_spread(spark: Spark, out: Path, manifest: Mapping[str, Any], run: RunSpread, report: bytes) -> None:
    """Write a run.

    Args:
        spark: The session.
        out: Folder or address; replaced as a whole.
        manifest: What ``run.json`` holds.
        run: The frames.
        report: The page.

    Raises:
        OutputError: The folder cannot be written.
    """
    document = json_document({"schema_version": SCHEMA_VERSION, **manifest})
    if address := address_of(out):
        spark.remove(f"{address}/{MARK}")
        _fill(spark, address, run)
        spark.write_file(f"{address}/report.html", report)
        spark.write_file(f"{address}/{MARK}", document)
        return

    def fill(folder: Path) -> None:
        _fill(spark, folder.absolute().as_uri(), run)
        finish_parts(folder, document, report)

    replace_folder(out, fill, is_run)


def _fill(spark: Spark, folder: str, run: RunSpread) -> None:
    told, articles = run.told, run.read.articles.data
    texts = articles.selectExpr("article_id as canonical_id", "text as canonical_text")
    with_text = told.stories.data.join(texts, "canonical_id")
    # The line an article stood on is no part of the result.
    stored = articles.drop("origin").selectExpr("*", "'' as origin").join(run.oddities.data, "article_id")
    tables: dict[str, tuple[DataFrame, pl.Schema]] = {
        "stories.parquet": (told.stories.data, STORIES.schema),
        "members.parquet": (told.members.data, MEMBERS.schema),
        "pairs.parquet": (told.pairs.data, PAIRS.schema),
        "outlets.parquet": (run.summed.outlets.data, OUTLETS.schema),
        "flows_between_outlets.parquet": (run.summed.flows.data, FLOWS_BETWEEN_OUTLETS.schema),
        "articles.parquet": (stored, _STORED_ARTICLES),
    }
    for name, (data, shape) in tables.items():
        data.select(*shape).write.mode("overwrite").parquet(f"{folder}/{name}")
    texts_of: dict[str, tuple[DataFrame, pl.Schema, Callable[[pl.DataFrame], str], str]] = {
        "stories.jsonl": (with_text, _TOLD_WITH_TEXT, _json, ""),
        "framing.jsonl": (run.framed.data, FRAMING.schema, _json, ""),
        "skipped.jsonl": (run.read.skipped.data, SKIPPED.schema, _json, ""),
        "members.csv": (told.members.data, MEMBERS.schema, _cells, spreadsheet(MEMBERS.empty()).decode()),
    }
    for name, (data, shape, written, head) in texts_of.items():
        spark.texts(data, shape, written, head).write.mode("overwrite").text(f"{folder}/{name}")


def _json(frame: pl.DataFrame) -> str:
    return json_lines(frame).decode()


def _cells(members: pl.DataFrame) -> str:
    return spreadsheet(members).decode().partition("\n")[2]
