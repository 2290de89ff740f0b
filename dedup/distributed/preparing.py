"""Stages ``documents`` to ``bands`` on Spark.

In: numbered articles. Out: the library (articles with their documents), terms and bands. Must not know pairs.

An article is prepared by itself; only what its outlet prints under everything needs the others. So all are prepared as
if there were no such lines, the lines are counted, and the few articles that have one are prepared again.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import polars as pl
from pyspark.sql import Window
from pyspark.sql import functions as F

from dedup.config import SketchConfig, TextConfig
from dedup.distributed.library import LIBRARY, NUMBERED, shelved, taken
from dedup.distributed.packing import schema
from dedup.engines.spark import Spark, Spread
from dedup.schemas import ARTICLES, BANDS, LINES, SIGNATURES, TERMS
from dedup.sketch import furniture
from dedup.sketch.bands import bands
from dedup.sketch.documents import finished
from dedup.sketch.readings import readings
from dedup.sketch.signatures import signatures
from dedup.sketch.terms import terms

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_MARKED: Final = schema(LIBRARY, marks=pl.List(pl.Int64))
_TO_PREPARE: Final = schema(NUMBERED, furniture=pl.List(pl.Int64))
_TERMS: Final = schema(TERMS.schema, row=pl.Int64)
_SIGNED: Final = schema(SIGNATURES.schema, row=pl.Int64)
_BANDS: Final = schema(BANDS.schema, row=pl.Int64)


def spread_documents(spark: Spark, articles: Spread, config: TextConfig) -> Spread:
    """The library: every article with its document.

    Args:
        spark: The session.
        articles: Columns of ``library.NUMBERED``.
        config: The ``text`` settings.

    Returns:
        Columns of ``library.LIBRARY``.
    """
    marked = spark.kept("marked", spark.mapped(articles.data, NUMBERED, partial(_alone, config=config), _MARKED)).data
    if not config.drop_boilerplate:
        return spark.kept("library", marked.select(*LIBRARY))
    lines = marked.where("source is not null").selectExpr("row", "source", "explode(array_distinct(marks)) as mark")
    found = _furniture(lines)
    touched = spark.kept("touched", _held_by(lines, found))
    again = articles.data.join(touched.data, "row")
    changed = spark.mapped(again, _TO_PREPARE, partial(_again, config=config), LIBRARY)
    untouched = marked.join(touched.data.select("row"), "row", "left_anti").select(*LIBRARY)
    return spark.kept("library", untouched.unionByName(changed))


def _alone(articles: pl.DataFrame, config: TextConfig) -> pl.DataFrame:
    plain = articles.select(*ARTICLES.columns)
    read = readings(plain, config)
    library = shelved(plain, finished(plain, read, pl.DataFrame(schema=LINES), config), articles["row"].to_numpy())
    return library.with_columns(read["marks"].list.eval(pl.element().reinterpret(signed=True)))


def _again(articles: pl.DataFrame, config: TextConfig) -> pl.DataFrame:
    plain = articles.select(*ARTICLES.columns)
    lines = articles.select("source", mark="furniture").explode("mark").drop_nulls("mark").unique()
    known = lines.with_columns(pl.col("mark").reinterpret(signed=False))
    return shelved(plain, finished(plain, readings(plain, config), known, config), articles["row"].to_numpy())


def _furniture(lines: DataFrame) -> DataFrame:
    """Lines that are an outlet's, as ``dedup.sketch.furniture.outlet_furniture`` tells them: source and mark."""
    line = ["source", "mark"]
    shared = lines.groupBy(*line).count().where(F.col("count") >= furniture.ARTICLES).select(*line)
    place = F.row_number().over(Window.partitionBy(*line).orderBy("row"))
    holders = lines.join(shared, line).withColumn("place", place).where(F.col("place") <= furniture.LOOKED_AT)
    others = lines.select("row", F.col("mark").alias("other"))
    counted = holders.select(*line, "row").join(others, "row").groupBy(*line, "other").count()
    told = counted.groupBy(*line).agg(
        F.sum(F.when(F.col("count") == 1, 1).otherwise(0)).alias("own"), F.sum("count").alias("total")
    )
    return told.where(F.col("own") * 3 >= F.col("total")).select(*line)


def _held_by(lines: DataFrame, found: DataFrame) -> DataFrame:
    """The articles that have such a line: row, and ``furniture``, the marks of those lines."""
    return lines.join(found, ["source", "mark"]).groupBy("row").agg(F.collect_list("mark").alias("furniture"))


def spread_terms(spark: Spark, library: Spread) -> Spread:
    """The TERMS frame, its rows those of the batch."""
    return spark.kept("terms", spark.mapped(library.data, LIBRARY, _terms, _TERMS))


def _terms(library: pl.DataFrame) -> pl.DataFrame:
    _, documents, rows = taken(library)
    found = terms(documents)
    return found.with_columns(row=pl.Series(rows[found["row"].to_numpy()]))


def spread_signatures(spark: Spark, library: Spread, config: SketchConfig) -> Spread:
    """The SIGNATURES frame, its rows those of the batch; made when it is read, and not kept."""
    signed = spark.mapped(library.data, LIBRARY, partial(_signatures, config=config), _SIGNED)
    return Spread(signed, library.height)


def _signatures(library: pl.DataFrame, config: SketchConfig) -> pl.DataFrame:
    _, documents, rows = taken(library)
    return signatures(documents, terms(documents), config).with_columns(row=pl.Series(rows))


def spread_bands(spark: Spark, signed: Spread, config: SketchConfig) -> Spread:
    """The BANDS frame, its rows those of the batch."""
    return spark.kept("bands", spark.mapped(signed.data, _SIGNED, partial(_bands, config=config), _BANDS))


def _bands(signed: pl.DataFrame, config: SketchConfig) -> pl.DataFrame:
    rows = signed["row"].to_numpy()
    found = bands(signed.with_columns(row=pl.int_range(pl.len(), dtype=pl.UInt32)), config)
    return found.with_columns(row=pl.Series(rows[found["row"].to_numpy()]))
