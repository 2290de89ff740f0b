"""Stages ``pairs`` and ``recall`` on Spark.

In: candidates and the library. Out: the evidence, confidence and decision of each pair; what the search missed of a
sample. Must not know stories.

Candidates whose left articles stand near each other in the batch are judged together, so that an article is sent once
for all pairs it is the left of.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import polars as pl
from pyspark.sql import Window
from pyspark.sql import functions as F

from dedup.config import Config
from dedup.distributed.finding import FoundSpread
from dedup.distributed.library import LIBRARY, local_rows, taken
from dedup.distributed.packing import schema
from dedup.engines.spark import Spark, Spread
from dedup.match.comparing import COMPILED_FROM, compared, parcels_in
from dedup.match.keys import UNIT
from dedup.match.pairs import each_evidence, judged, pairs
from dedup.match.parcels import unpacked
from dedup.match.parts import Part
from dedup.match.recall import PARTNERS, SAMPLE, Recall
from dedup.match.sides import Sides
from dedup.match.verdict import confidences
from dedup.schemas import CANDIDATES, PAIRS

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

JUDGED: Final = schema(PAIRS.schema, left=pl.Int64, right=pl.Int64)
"""Pairs with the rows of their articles."""
_FOUND: Final = schema(CANDIDATES.schema, left=pl.Int64, right=pl.Int64)
_PARCELS: Final = pl.Schema({"row": pl.Int64, "article_id": pl.String, "parcel": pl.Binary})
_TOGETHER: Final = 4_000
"""Candidates that are judged together, about; their articles take some 30 kB each while that is done."""
_THREADS: Final = 1
"""A task has one core."""


def spread_pairs(spark: Spark, found: FoundSpread, library: Spread, config: Config) -> Spread:
    """Verify every candidate pair; columns of ``JUDGED``."""
    n_parts = max(1, found.frame.height // _TOGETHER)
    place = F.floor(F.col("left") * n_parts / max(1, library.height)).cast("long")
    placed = found.frame.data.withColumn("part", place)
    ends = (
        placed.select("part", F.col("left").alias("row"))
        .unionByName(placed.select("part", F.col("right").alias("row")))
        .distinct()
    )
    if found.frame.height < COMPILED_FROM:
        books = ends.join(library.data, "row")
        return spark.kept(
            "pairs", spark.paired((placed, _FOUND), (books, LIBRARY), partial(_judged, config=config), JUDGED)
        )
    wanted = library.data.join(ends.select("row").distinct(), "row", "left_semi")
    parcels = spark.kept("parcels", spark.mapped(wanted, LIBRARY, partial(_parcels, config=config), _PARCELS))
    work = partial(_judged_packed, config=config)
    return spark.kept("pairs", spark.paired((placed, _FOUND), (ends.join(parcels.data, "row"), _PARCELS), work, JUDGED))


def _judged(found: pl.DataFrame, library: pl.DataFrame, config: Config) -> pl.DataFrame:
    articles, documents, rows = taken(library)
    ordered, mine = _numbered(found, rows)
    frame = pairs(mine, articles, documents, config, compiled=False)
    # Sorted by their ids, pairs stand in the order of their rows.
    return frame.with_columns(ordered["left"], ordered["right"])


def _parcels(library: pl.DataFrame, config: Config) -> pl.DataFrame:
    """What comparing needs of each article: made once, and not for every part that it has a pair in."""
    articles, documents, rows = taken(library)
    made = parcels_in(Part(articles, documents, config))
    return pl.DataFrame({"row": rows, "article_id": articles["article_id"], "parcel": made}, _PARCELS)


def _judged_packed(found: pl.DataFrame, parcels: pl.DataFrame, config: Config) -> pl.DataFrame:
    known = parcels.sort("row")
    ordered, mine = _numbered(found, known["row"].to_numpy())
    articles = unpacked(known["parcel"].to_list())
    places = np.arange(known.height)
    frame = judged(compared(mine, articles, places, _THREADS), mine, known["article_id"], config)
    return frame.with_columns(ordered["left"], ordered["right"])


def _numbered(found: pl.DataFrame, rows: npt.NDArray[np.int64]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Candidates in order, and the same by places among ``rows``."""
    ordered = found.sort("left", "right")
    mine = ordered.with_columns(local_rows(ordered[side], rows) for side in ("left", "right"))
    return ordered, CANDIDATES.check(mine)


def spread_recall(spark: Spark, terms: Spread, found: FoundSpread, library: Spread, config: Config) -> Recall:
    """Compare a sample of articles exactly with all others; see ``dedup.match.recall``.

    Of the sample and its closest articles (384 at most) the texts come to the driver.
    """
    with_terms = spark.numbered(terms.data.select(F.col("row").alias("article")).distinct(), "article")
    n_articles = with_terms.count()
    step = max(1, n_articles // SAMPLE)
    sample = with_terms.where((F.col("row") % step == 0) & (F.col("row") < step * SAMPLE)).select(
        F.col("article").alias("row")
    )
    n_sampled = sample.count()
    closest = spark.fetched(_closest(terms.data, sample), pl.Schema({"left": pl.Int64, "right": pl.Int64})).sort(
        "left", "right"
    )
    if not closest.height:
        return Recall(None, n_sampled, 0)
    wanted = spark.sent(pl.DataFrame({"row": np.unique(closest.to_numpy())}))
    articles, documents, rows = taken(
        spark.fetched(library.data.join(F.broadcast(wanted), "row", "left_semi"), LIBRARY)
    )
    ends = [local_rows(closest[side], rows).to_list() for side in ("left", "right")]
    sides, compiled = Sides(articles, documents, config), found.frame.height >= COMPILED_FROM
    known = each_evidence(sides, list(zip(*ends, strict=True)), compiled=compiled)
    sure = closest.filter(pl.Series(confidences(known)) >= config.match.min_confidence)
    if not sure.height:
        return Recall(None, n_sampled, 0)
    hit = found.frame.data.join(F.broadcast(spark.sent(sure)), ["left", "right"], "left_semi").count()
    return Recall(hit / sure.height, n_sampled, sure.height)


def _closest(terms: DataFrame, sample: DataFrame) -> DataFrame:
    """The pairs of each sampled article with its closest others, left < right, each once."""
    # In whole parts of one, so that no sum depends on its order.
    terms = terms.withColumn("weight", F.floor(F.col("weight").cast("double") * UNIT))
    other = terms.select(F.col("row").alias("other"), "term", F.col("weight").alias("weight_other"))
    mass = terms.groupBy("row").agg(F.sum("weight").alias("mass"))
    mine = terms.join(F.broadcast(sample), "row", "left_semi")
    shared = (
        other.join(F.broadcast(mine), "term")
        .where("row != other")
        .groupBy("row", "other")
        .agg(F.sum(F.least("weight", "weight_other")).alias("shared"))
        .join(mass, "row")
        .join(mass.select(F.col("row").alias("other"), F.col("mass").alias("mass_other")), "other")
        .withColumn("score", F.col("shared") / F.least("mass", "mass_other"))
    )
    place = F.row_number().over(Window.partitionBy("row").orderBy(F.desc("score"), "other"))
    near = shared.withColumn("place", place).where(F.col("place") <= PARTNERS)
    return near.select(F.least("row", "other").alias("left"), F.greatest("row", "other").alias("right")).distinct()
