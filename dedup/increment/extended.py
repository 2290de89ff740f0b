"""What came of holding a batch against its history, before anything is written.

In: what the stages made. Out: what the run shows and what the history is to keep. Must not know how either is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from dedup.increment.groups import Gathered
from dedup.match.partners import Partners
from dedup.store.history.commits import Commit
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
    counts: dict[str, Any]
    caps: dict[str, int]
    warnings: list[str]
    kept: dict[str, Any]

    def commit(self, of_run: Mapping[str, Any], started_at: datetime) -> Commit:
        """What is to be committed."""
        named = {name: of_run[name] for name in ("run_id", "input_hash", "counts")}
        return Commit(**self.kept, **named, started_at=started_at)
