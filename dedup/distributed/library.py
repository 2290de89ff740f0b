"""Articles and what matching needs of them, side by side.

In: rows of articles with their documents, from anywhere in the batch. Out: the frames of ``dedup.schemas`` for these
articles alone, numbered from 0, and which rows of the batch they are. Must not know what is done with them.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.distributed.packing import schema
from dedup.schemas import ARTICLES, DOCUMENTS

NUMBERED: Final = schema(ARTICLES.schema, row=pl.Int64)
"""Articles with their position in the batch, all sorted by id."""
_RENAMED: Final = {"lang": "document_lang"}
LIBRARY: Final = pl.Schema(
    NUMBERED | {_RENAMED.get(name, name): dtype for name, dtype in DOCUMENTS.schema.items() if name != "row"}
)
"""Articles with their position and their documents."""


def shelved(articles: pl.DataFrame, documents: pl.DataFrame, rows: npt.NDArray[np.int64]) -> pl.DataFrame:
    """Articles and documents as one frame, columns of ``LIBRARY``."""
    beside = documents.drop("row").rename(_RENAMED)
    return pl.concat([articles, pl.DataFrame({"row": rows}), beside], how="horizontal").select(*LIBRARY)


def taken(library: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, npt.NDArray[np.int64]]:
    """The ARTICLES and DOCUMENTS frames of some rows, and the rows (n,), ascending.

    Args:
        library: Columns of ``LIBRARY``; in any order.
    """
    ordered = library.sort("row")
    articles = ordered.select(*ARTICLES.columns)
    documents = ordered.select(pl.col(_RENAMED.get(name, name)).alias(name) for name in DOCUMENTS.columns)
    numbered = documents.with_columns(row=pl.int_range(pl.len(), dtype=pl.UInt32))
    return ARTICLES.check(articles), DOCUMENTS.check(numbered), ordered["row"].to_numpy()


def local_rows(rows: pl.Series, known: npt.NDArray[np.int64]) -> pl.Series:
    """Rows of the batch as places among ``known``, which is ascending and has them all."""
    return pl.Series(rows.name, np.searchsorted(known, rows.to_numpy()), dtype=pl.UInt32)
