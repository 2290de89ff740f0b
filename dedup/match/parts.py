"""Some articles of a batch, ready to be sent to another process.

In: the sides of a batch and rows of it. Out: parts that make the same sides elsewhere. Must not know what they are held
against, nor who works on them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from dedup.config import Config
from dedup.frames import as_bytes
from dedup.match.sides import Sides
from dedup.memory import mapped_pages_go
from dedup.workers import Cut


@dataclass(frozen=True)
class Part:
    """Some articles of a batch, in this process or another.

    Args:
        articles: ARTICLES frame.
        documents: DOCUMENTS frame of the same articles.
        config: All settings.
    """

    articles: pl.DataFrame
    documents: pl.DataFrame
    config: Config

    def sides(self) -> Sides:
        """Their sides; row ``n`` is the ``n``-th of those that ``part`` was given."""
        return Sides(self.articles, self.documents, self.config)

    def __reduce__(self) -> tuple[Callable[[bytes, bytes, Config], Part], tuple[bytes, bytes, Config]]:
        return _received, (as_bytes(self.articles), as_bytes(self.documents), self.config)


def _received(articles: bytes, documents: bytes, config: Config) -> Part:
    return Part(pl.read_ipc(articles), pl.read_ipc(documents), config)


def part(sides: Sides, rows: Sequence[int]) -> Part:
    """The articles in some rows of a batch."""
    articles, documents, config = sides.frames
    chosen = Part(articles[rows], documents[rows], config)
    mapped_pages_go()
    return chosen


def in_parts(sides: Sides, rows: Sequence[int], size: int) -> Sequence[Part]:
    """Articles of a batch part by part; each part is made when it is asked for.

    Args:
        sides: The batch.
        rows: Rows of it.
        size: Articles a part.
    """
    return Cut(len(rows), size, lambda at: part(sides, rows[at]))
