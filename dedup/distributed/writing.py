"""Stage ``outputs`` on Spark: the output contract as folders of parts.

In: the frames of a run, spread. Out: the output folder; ``run.json``, which says that it is whole, last. Must not know
how anything was found.

A name that is a file elsewhere is a folder here: ``stories.parquet/part-00000-....parquet``. On a path of this machine
the whole folder is put in its place in one step, as always. On a file system that only Spark reaches a new folder is
written beside the old one and takes its name. An object store has no folders to rename: there a mark is set first, the
old ``run.json`` removed and the new one written last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from dedup.distributed.outlets import OutletsSpread
from dedup.distributed.packing import schema
from dedup.distributed.reading import ReadSpread
from dedup.distributed.telling import ToldSpread
from dedup.engines.spark import Spark, Spread
from dedup.errors import OutputError
from dedup.outlet_frames import FLOWS_BETWEEN_OUTLETS, OUTLETS
from dedup.schemas import ARTICLES, FRAMING, MEMBERS, ODDITIES, PAIRS, SCHEMA_VERSION, SKIPPED, STORIES
from dedup.store.folders import replace_folder
from dedup.store.outputs import FILES, finish_parts
from dedup.store.records import json_document, json_lines, spreadsheet
from dedup.store.remote import address_of, check_apart, is_bucket
from dedup.store.targets import MARK, check_names, is_run

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_TOLD_WITH_TEXT: Final = schema(STORIES.schema, canonical_text=pl.String)
_STORED_ARTICLES: Final = schema(ARTICLES.schema, ODDITIES.schema)
_PARTIAL: Final = ".partial"
_PREVIOUS: Final = ".previous"
UNFINISHED: Final = "unfinished"
"""A file that says that a run began to write here."""


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

        def write(folder: str) -> None:
            _fill(spark, folder, run)
            spark.files.write(f"{folder}/report.html", report)
            spark.files.write(f"{folder}/{MARK}", document)

        (_overwritten if is_bucket(address) else _replaced)(spark, address, write)
        return

    def fill(folder: Path) -> None:
        _fill(spark, folder.absolute().as_uri(), run)
        finish_parts(folder, document, report)

    replace_folder(out, fill, is_run)


def check_address(spark: Spark, address: str, inputs: Sequence[str | Path]) -> None:
    """Make sure, before any work, that nothing of anybody else is lost by writing to an address.

    Args:
        spark: The session.
        address: Where the run is to be written.
        inputs: What will be read.

    Raises:
        OutputError: It is a file, holds what no run has written, or lies where an input is read; or it cannot be
            reached.
    """
    check_apart(address, inputs)
    if spark.files.is_file(address):
        raise OutputError("is a file", where=address, expected="a folder", hint="Name another folder with --out.")
    names = spark.files.names(address)
    if names is None and MARK in (spark.files.names(f"{address}{_PREVIOUS}") or ()):
        spark.files.move(f"{address}{_PREVIOUS}", address)  # a run was killed between the two steps of taking its name
    elif names:
        check_names(names, address, {*FILES, UNFINISHED}, marks={MARK, UNFINISHED})


def _replaced(spark: Spark, address: str, write: Callable[[str], None]) -> None:
    """Write a new folder beside the old one, and give it its name."""
    fresh, previous = f"{address}{_PARTIAL}", f"{address}{_PREVIOUS}"
    spark.files.remove(fresh)
    write(fresh)
    spark.files.remove(previous)
    if spark.files.names(address) is not None:
        spark.files.move(address, previous)
    spark.files.move(fresh, address)
    spark.files.remove(previous)


def _overwritten(spark: Spark, address: str, write: Callable[[str], None]) -> None:
    """Write over what is there; the mark says to the next run that it may do the same if this one is killed."""
    spark.files.write(f"{address}/{UNFINISHED}", b"")
    spark.files.remove(f"{address}/{MARK}")
    write(address)
    spark.files.remove(f"{address}/{UNFINISHED}")


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
