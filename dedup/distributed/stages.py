"""The stages on Spark, under the names that the pipeline calls.

In: a session and the settings. Out: what ``dedup.pipeline`` asks of an engine. Must not know in which order it asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
from pyspark.sql import functions as F

from dedup.config import Config
from dedup.distributed.finding import FoundSpread, spread_candidates
from dedup.distributed.judging import spread_pairs, spread_recall
from dedup.distributed.outlets import OutletsSpread, spread_outlets
from dedup.distributed.preparing import spread_bands, spread_documents, spread_signatures, spread_terms
from dedup.distributed.reading import ReadSpread, read_articles
from dedup.distributed.reported import fetched_run
from dedup.distributed.telling import ToldSpread, spread_framing, spread_oddities, spread_stories
from dedup.distributed.totals import shared_by
from dedup.distributed.writing import RunSpread, check_address, write_spread
from dedup.engines.spark import Spark, Spread, opened
from dedup.manifest import said_of
from dedup.match.recall import Recall
from dedup.report.html_page import shown_pieces
from dedup.store.folders import work_folder
from dedup.store.remote import address_of


@contextmanager
def spark_stages(config: Config, out: Path) -> Iterator[SparkStages]:
    """The stages on the cluster of the settings, or on the session that is there.

    Raises:
        ConfigError: PySpark or Java is missing, or Spark does not start.
    """
    engine = config.engine
    work = engine.work or (f"{address}.work" if (address := address_of(out)) else work_folder(out).as_uri())
    with opened(engine.master, work, partitions=engine.partitions) as spark:
        yield SparkStages(spark, config, out)


@dataclass
class SparkStages:
    """What the pipeline calls.

    Args:
        spark: The session.
        config: All settings.
        out: The output folder or address.
    """

    spark: Spark
    config: Config
    out: Path
    _shown: dict[str, pl.DataFrame] = field(default_factory=dict)
    _oddities: Spread | None = None

    def articles(self, inputs: Sequence[str | Path]) -> ReadSpread:
        """See ``reading.read_articles``; whether they may be written where they are to be is asked before."""
        if address := address_of(self.out):
            check_address(self.spark, address, inputs)
        return read_articles(self.spark, inputs, self.config.input)

    def documents(self, read: ReadSpread) -> Spread:
        """The library."""
        return spread_documents(self.spark, read.articles, self.config.text)

    def terms(self, library: Spread) -> Spread:
        """The TERMS frame."""
        return spread_terms(self.spark, library)

    def signatures(self, library: Spread, _terms: Spread) -> Spread:
        """The SIGNATURES frame; made when it is cut into bands, and not kept."""
        return spread_signatures(self.spark, library, self.config.sketch)

    def bands(self, signed: Spread) -> Spread:
        """The BANDS frame."""
        return spread_bands(self.spark, signed, self.config.sketch)

    def candidates(self, banded: Spread, terms: Spread, read: ReadSpread) -> FoundSpread:
        """See ``finding.spread_candidates``."""
        return spread_candidates(self.spark, banded, terms, read.articles, self.config.match)

    def pairs(self, found: FoundSpread, _read: ReadSpread, library: Spread) -> Spread:
        """The PAIRS frame, with rows."""
        return spread_pairs(self.spark, found, library, self.config)

    def stories(self, verified: Spread, _read: ReadSpread, library: Spread) -> ToldSpread:
        """See ``telling.spread_stories``."""
        return spread_stories(self.spark, verified, library, self.config)

    def framing(self, told: ToldSpread, _read: ReadSpread, _library: Spread) -> Spread:
        """The FRAMING frame."""
        return spread_framing(self.spark, told, self.config)

    def outlets(self, told: ToldSpread, framed: Spread, _read: ReadSpread, _library: Spread) -> OutletsSpread:
        """See ``outlets.spread_outlets``."""
        return spread_outlets(self.spark, told, framed, self.config.stories.outlets)

    def recall(self, terms: Spread, found: FoundSpread, _read: ReadSpread, library: Spread) -> Recall:
        """See ``judging.spread_recall``."""
        return spread_recall(self.spark, terms, found, library, self.config)

    def manifest(
        self, read: ReadSpread, found: FoundSpread, recall: Recall, told: ToldSpread, started_at: datetime
    ) -> dict[str, Any]:
        """What ``run.json`` holds: as on one machine, and how the search for components went."""
        decisions = {row["decision"]: row["count"] for row in told.pairs.data.groupBy("decision").count().collect()}
        n_shared_stories, n_shared_articles = shared_by(told)
        counts = {
            "read": read.n_read,
            "skipped": read.skipped_by_code,
            "articles": read.articles.height,
            "candidates": found.counts,
            **{name: decisions.get(name, 0) for name in ("accepted", "rejected", "bridge_cut")},
            "stories": told.stories.height,
            "shared_stories": n_shared_stories,
            "articles_in_shared_stories": n_shared_articles,
            "sources": told.members.data.agg(F.countDistinct("source")).collect()[0][0],
        }
        said = said_of(counts, found.caps, read.input_hash, read.warnings, recall, self.config, started_at)
        return said | {"components": {"rounds": len(told.rounds), "changed": told.rounds}}

    def report(
        self,
        manifest: dict[str, Any],
        read: ReadSpread,
        library: Spread,
        told: ToldSpread,
        framed: Spread,
        summed: OutletsSpread,
    ) -> bytes:
        """``report.html``, of what came to the driver for it."""
        self._oddities = spread_oddities(self.spark, library, told, framed)
        run = RunSpread(read, told, framed, summed, self._oddities)
        fetched = fetched_run(self.spark, run, self.config.report.max_stories)
        self._shown = fetched.frames()
        return b"".join(shown_pieces(manifest, fetched.shown, fetched.whole, self.config.report))

    def outputs(
        self,
        manifest: dict[str, Any],
        read: ReadSpread,
        told: ToldSpread,
        framed: Spread,
        summed: OutletsSpread,
        page: bytes,
    ) -> dict[str, pl.DataFrame]:
        """Write the run; of what was written, the frames of the largest stories."""
        if self._oddities is None:
            raise AssertionError("the report is made before the outputs")
        write_spread(self.spark, self.out, manifest, RunSpread(read, told, framed, summed, self._oddities), page)
        return self._shown
