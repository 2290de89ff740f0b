"""What came of holding a batch against its history, before anything is written.

In: what the stages made. Out: what the run shows and what the history is to keep. Must not know how either is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from dedup.config import Config
from dedup.increment.groups import Gathered, candidate_rows
from dedup.match.certificate import Certificate, certificate
from dedup.match.partners import Partners
from dedup.store.history.brought import Commit
from dedup.stories.stories import Stories


@dataclass(frozen=True)
class Extended:
    """A history with a batch more, before it is committed.

    Args:
        found: The candidates.
        told: The stories that the batch touches; its pairs are those verified now.
        together: All articles of these stories.
        shown_pairs: All that is known of the pairs among them.
        sample: What the recall is estimated on: terms, candidates, articles and documents of the batch.
        against: The articles that were held against one another: the batch, and those of the history that any of
            it was a candidate with.
        counts: What ``run.json`` counts besides.
        caps: What was cut besides.
        warnings: What to know, as sentences.
        kept: What is to be committed but the manifest.
    """

    found: Partners
    told: Stories
    together: Gathered
    shown_pairs: pl.DataFrame
    sample: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, pl.DataFrame]
    against: Gathered
    counts: dict[str, Any]
    caps: dict[str, int]
    warnings: list[str]
    kept: dict[str, Any]

    def certified(self, config: Config) -> Certificate:
        """Hold what was found against an exact join of the batch with itself and with what it was held against.

        Args:
            config: All settings; the window is that of the history, over the times by which it is measured.
        """
        times = pl.Series([self.against.at[one] for one in self.against.articles["article_id"]], dtype=pl.Int64)
        articles = self.against.articles.with_columns(published_at=times.cast(pl.Datetime("us", "UTC")))
        match = config.match.model_copy(update={"window_days": config.history.window_days})
        earlier = ~articles["article_id"].is_in(self.kept["articles"]["article_id"].implode())
        return certificate(
            candidate_rows(self.found.frame, self.against),
            self.against.documents,
            articles,
            config.model_copy(update={"match": match}),
            earlier,
        )

    def commit(self, of_run: Mapping[str, Any], started_at: datetime) -> Commit:
        """What is to be committed."""
        named = {name: of_run[name] for name in ("run_id", "input_hash", "counts")}
        return Commit(**self.kept, **named, started_at=started_at)
