"""The stages on this machine, under the names that the pipeline calls.

In: the settings. Out: what ``dedup.pipeline`` asks of an engine; frames are whole, in memory or on its disk. Must not
know in which order it asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from dedup.config import Config
from dedup.manifest import manifest
from dedup.match.candidates import Candidates, candidates
from dedup.match.certificate import Certificate, certificate
from dedup.match.comparing import compile_ahead
from dedup.match.pairs import pairs
from dedup.match.recall import Recall, estimate_recall
from dedup.places import MEMORY, Document, Place
from dedup.report.html_page import report_pieces
from dedup.sketch.bands import bands
from dedup.sketch.documents import documents
from dedup.sketch.signatures import signatures
from dedup.sketch.terms import terms
from dedup.store.articles import Read, read_articles
from dedup.store.batch_limits import room
from dedup.store.laid import Disk
from dedup.store.outputs import write_run
from dedup.store.shelf import FileShelf
from dedup.stories.framing import framing
from dedup.stories.outlets import Outlets, outlets
from dedup.stories.stories import Stories, stories
from dedup.stories.transliterations import with_transliterations
from dedup.workers import at_most


@dataclass
class LocalStages:
    """What the pipeline calls; a large batch lies on the disk, beside the output folder.

    Args:
        config: All settings.
        out: The output folder.
    """

    config: Config
    out: Path
    _place: Place = MEMORY
    _held: int = 2
    _noted: pl.DataFrame | None = None

    def articles(self, inputs: Sequence[str | Path]) -> Read:
        """See ``store.articles.read_articles``."""
        read = read_articles(inputs, self.config.input, disk=Disk(self.out))
        compile_ahead(read.articles.height, self.config.input)
        self._place = read.place
        self._held = make_room(read.articles, self.config)
        return read

    def documents(self, read: Read) -> pl.DataFrame:
        """The DOCUMENTS frame."""
        return documents(read.articles, self.config.text, self._place)

    def terms(self, prepared: pl.DataFrame) -> pl.DataFrame:
        """The TERMS frame."""
        return terms(prepared, self._place)

    def signatures(self, prepared: pl.DataFrame, salient: pl.DataFrame) -> pl.DataFrame:
        """The SIGNATURES frame."""
        return signatures(prepared, salient, self.config.sketch, self.config.engine.n_threads, self._place)

    def bands(self, signed: pl.DataFrame) -> pl.DataFrame:
        """The BANDS frame."""
        return bands(signed, self.config.sketch, self._place)

    def candidates(self, banded: pl.DataFrame, salient: pl.DataFrame, read: Read) -> Candidates:
        """See ``match.candidates``."""
        threads = self.config.engine.n_threads
        return candidates(banded, salient, read.articles, self.config.match, threads, self._place)

    def pairs(self, found: Candidates, read: Read, prepared: pl.DataFrame) -> pl.DataFrame:
        """The PAIRS frame."""
        with FileShelf[int](self.out, self._held) as shelf:
            return pairs(found.frame, read.articles, prepared, self.config, shelf=shelf, place=self._place)

    def stories(self, verified: pl.DataFrame, read: Read, prepared: pl.DataFrame) -> Stories:
        """See ``stories.stories``."""
        return stories(verified, read.articles, prepared, self.config, place=self._place)

    def framing(self, told: Stories, read: Read, prepared: pl.DataFrame) -> pl.DataFrame:
        """The FRAMING frame."""
        return framing(told.members, read.articles, prepared, self.config, place=self._place)

    def outlets(self, told: Stories, framed: pl.DataFrame, read: Read, prepared: pl.DataFrame) -> Outlets:
        """See ``stories.outlets``."""
        config = self.config.stories.outlets
        return outlets(told.members, told.pairs, framed, read.articles, config, documents=prepared)

    def recall(self, salient: pl.DataFrame, found: Candidates, read: Read, prepared: pl.DataFrame) -> Recall:
        """See ``match.recall``."""
        return estimate_recall(salient, found.frame, read.articles, prepared, self.config)

    def certificate(self, found: Candidates, prepared: pl.DataFrame, read: Read) -> Certificate:
        """See ``match.certificate``."""
        return certificate(found.frame, prepared, read.articles, self.config)

    def manifest(
        self, read: Read, found: Candidates, recall: Recall, told: Stories, started_at: datetime
    ) -> dict[str, Any]:
        """What ``run.json`` holds."""
        return manifest(read, found, recall, told, self.config, started_at)

    def report(
        self,
        said: dict[str, Any],
        read: Read,
        prepared: pl.DataFrame,
        told: Stories,
        framed: pl.DataFrame,
        summed: Outlets,
    ) -> Document:
        """``report.html``."""
        self._noted = with_transliterations(prepared, read.articles, framed, self._place)
        frames = frames_of(read.articles, told, framed, summed, read.skipped)
        return page_of(said, frames, self._noted, self.config, self._place)

    def outputs(
        self, said: dict[str, Any], read: Read, told: Stories, framed: pl.DataFrame, summed: Outlets, page: Document
    ) -> dict[str, pl.DataFrame]:
        """Write the run; the frames that were written."""
        frames = frames_of(read.articles, told, framed, summed, read.skipped)
        write_run(self.out, said, **frames, report=page, documents=self._noted)
        return frames


def make_room(articles: pl.DataFrame, config: Config, *, n_earlier: int | None = None) -> int:
    """Let no more processes work on a batch than there is memory for.

    Args:
        articles: ARTICLES frame of the batch.
        config: All settings.
        n_earlier: Articles of a history that it may be held against; None where there is no history.

    Returns:
        How many articles may be in memory ready for comparison.
    """
    texts = articles["text"]
    size = len(texts), int(texts.str.len_bytes().sum())
    given = room(*size, config.input, config.engine.n_threads, n_earlier=n_earlier)
    at_most(given.processes)
    return given.held


def page_of(
    said: dict[str, Any], frames: dict[str, pl.DataFrame], documents: pl.DataFrame, config: Config, place: Place
) -> Document:
    """The page of a run.

    Args:
        said: What ``run.json`` holds.
        frames: The frames of the run by name.
        documents: DOCUMENTS frame of its articles.
        config: All settings.
        place: Where the page may lie.
    """
    return place.document(report_pieces(said, **frames, config=config.report, documents=documents))


def frames_of(
    articles: pl.DataFrame, told: Stories, framed: pl.DataFrame, summed: Outlets, skipped: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """The frames of a run by the names that ``render_report`` and ``write_run`` give them."""
    return {
        "articles": articles,
        "stories": told.stories,
        "members": told.members,
        "pairs": told.pairs,
        "framing": framed,
        "outlets": summed.outlets,
        "flows": summed.flows,
        "skipped": skipped,
    }
