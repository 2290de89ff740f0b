"""Stage ``report`` on Spark: what its page shows of a run, on the driver.

In: the frames of a run, spread. Out: the largest stories with all that is shown of them, and what is said of the whole
run. Must not know how a page is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import polars as pl
from pyspark.sql import functions as F

from dedup.distributed.totals import spread_totals
from dedup.distributed.writing import RunSpread
from dedup.engines.spark import Spark
from dedup.outlet_frames import FLOWS_BETWEEN_OUTLETS, OUTLETS
from dedup.report.headings import beginning, with_headings
from dedup.report.lookalikes import OTHERS, best_lookalikes
from dedup.report.outlet_data import MAX_OUTLETS, examples_in, heard_most
from dedup.report.shown import Shown, Whole
from dedup.schemas import ARTICLES, FRAMING, MEMBERS, ODDITIES, PAIRS, SKIPPED, STORIES

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

LISTED: Final = 20_000
"""Rejections and flows that come to the driver as they are, the first by place and the largest; all are counted."""

_MOST_ROWS: Final = 2**31 - 1
"""The largest limit that Spark takes."""
_FLOW: Final = pl.Schema({name: FLOWS_BETWEEN_OUTLETS.schema[name] for name in ("follower", "source", "n_articles")})
_OTHER: Final = pl.Schema({name: MEMBERS.schema[name] for name in OTHERS})
_TEXT: Final = pl.Schema({name: ARTICLES.schema[name] for name in ("article_id", "text")})
_EXAMPLE: Final = pl.Schema({"article_id": pl.String, "story_id": pl.String, "text": pl.String})


@dataclass(frozen=True)
class Fetched:
    """What came to the driver.

    Args:
        shown: The stories shown.
        whole: What is said of the whole run.
        flows: The largest rows of the FLOWS_BETWEEN_OUTLETS frame.
    """

    shown: Shown
    whole: Whole
    flows: pl.DataFrame

    def frames(self) -> dict[str, pl.DataFrame]:
        """The frames of the stories shown, by the names that ``write_run`` gives them, as if there were no others."""
        shown, ids = self.shown, self.shown.members["article_id"].implode()
        return {
            "articles": shown.articles.sort("article_id"),
            "stories": shown.stories,
            "members": shown.members.sort("article_id"),
            "pairs": shown.pairs.filter(pl.col("left_id").is_in(ids), pl.col("right_id").is_in(ids)),
            "framing": shown.framing.sort("story_id", "variant_id"),
            "outlets": self.whole.outlets.sort("outlet", nulls_last=True),
            "flows": self.flows,
            "skipped": self.whole.skipped,
        }


def fetched_run(spark: Spark, run: RunSpread, max_stories: int) -> Fetched:
    """What a page shows of a run.

    Args:
        spark: The session.
        run: The frames of the whole run.
        max_stories: Stories that are shown; see ``dedup.report.shown.largest``.
    """
    largest = run.summed.flows.data.orderBy(F.desc("n_articles"), "follower", "source").limit(LISTED)
    flows = spark.fetched(largest, FLOWS_BETWEEN_OUTLETS.schema).sort("follower", "source", nulls_last=True)
    return Fetched(_shown(spark, run, max_stories), _whole(spark, run), flows)


def _shown(spark: Spark, run: RunSpread, max_stories: int) -> Shown:
    told = run.told
    chosen = told.stories.data.orderBy(F.desc("size"), "story_id").limit(min(max_stories, _MOST_ROWS))
    stories = spark.fetched(chosen, STORIES.schema).sort("story_id")
    within = partial(_semi, spark)
    names = stories["story_id"]
    members = spark.fetched(within(told.members.data, names), MEMBERS.schema)
    ids = members["article_id"]
    articles = spark.fetched(within(run.read.articles.data, ids), ARTICLES.schema)
    pairs = spark.fetched(_near(spark, told.pairs.data, ids), PAIRS.schema).sort("left_id", "right_id")
    lookalikes = best_lookalikes(pairs, members, _others(spark, told.members.data, pairs, members))
    beyond = lookalikes["other"].filter(~lookalikes["other"].is_in(ids.implode())).unique().alias("article_id")
    beginnings = spark.mapped(within(run.read.articles.data, beyond), _TEXT, _beginnings, _TEXT)
    known = pl.concat([articles.select(*_TEXT), _if_any(spark, beyond, beginnings, _TEXT)])
    return Shown(
        stories=stories,
        members=members,
        articles=articles,
        pairs=pairs,
        framing=spark.fetched(within(run.framed.data, names), FRAMING.schema),
        lookalikes=with_headings(lookalikes, known, article_id="other"),
        oddities=spark.fetched(within(run.oddities.data, ids), ODDITIES.schema),
    )


def _near(spark: Spark, pairs: DataFrame, ids: pl.Series) -> DataFrame:
    """Pairs that have at least one of some articles."""
    of_left = _semi(spark, pairs, ids.alias("left_id"))
    of_right = _semi(spark, pairs, ids.alias("right_id"))
    return of_left.unionByName(_semi(spark, of_right, ids.alias("left_id"), "left_anti"))


def _others(spark: Spark, everywhere: DataFrame, pairs: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Columns ``OTHERS`` of all members that pairs which were kept apart name."""
    apart = pairs.filter(pl.col("decision") != "accepted")
    named = pl.concat([apart["left_id"], apart["right_id"]]).unique().alias("article_id")
    beyond = named.filter(~named.is_in(members["article_id"].implode()))
    return pl.concat([members.select(*OTHERS), _if_any(spark, beyond, _semi(spark, everywhere, beyond), _OTHER)])


def _beginnings(articles: pl.DataFrame) -> pl.DataFrame:
    return articles.with_columns(pl.Series("text", map(beginning, articles["text"]), pl.String))


def _whole(spark: Spark, run: RunSpread) -> Whole:
    summed = run.summed
    most = summed.outlets.data.orderBy(F.col("outlet").isNull(), F.desc("n_articles"), "outlet").limit(MAX_OUTLETS)
    outlets = heard_most(spark.fetched(most, OUTLETS.schema))
    stood_in = examples_in(outlets)["article_id"]
    examples = _semi(spark, run.told.members.data.select("article_id", "story_id"), stood_in).join(
        _semi(spark, run.read.articles.data.select("article_id", "text"), stood_in), "article_id"
    )
    first = run.read.skipped.data.orderBy("where", "reason").limit(LISTED)
    return Whole(
        totals=spread_totals(spark, run.told, run.read),
        n_outlets=summed.outlets.height,
        outlets=outlets,
        flows=spark.fetched(summed.flows.data, _FLOW).sort("follower", "source", nulls_last=True),
        examples=_if_any(spark, stood_in, examples, _EXAMPLE),
        skipped=spark.fetched(first, SKIPPED.schema).sort("where", "reason"),
    )


def _semi(spark: Spark, data: DataFrame, keys: pl.Series, how: str = "left_semi") -> DataFrame:
    """The rows of which a column, named as ``keys`` is, has one of them."""
    return data.join(F.broadcast(spark.sent(keys.to_frame())), keys.name, how)


def _if_any(spark: Spark, keys: pl.Series, data: DataFrame, schema: pl.Schema) -> pl.DataFrame:
    """What was asked for by some keys; nothing is asked for without one."""
    return pl.DataFrame(schema=schema) if keys.is_empty() else spark.fetched(data, schema)
