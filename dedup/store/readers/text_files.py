"""Plain text files: one file, one article.

In: ``.txt`` files. Out: their stems as ids and their content, exactly as it is but for a byte order mark, as text.
Must not know headlines: a first line that looks like one stays where it is, because offsets count from there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

from dedup.config import InputConfig
from dedup.store.files import Rejection, SourceFile, legal_text
from dedup.store.readers.batch import Batch, describe_bytes, too_large

FILES_A_BATCH: Final = 2_000
"""A frame for every file would cost more than reading it: 1 ms against 30 microseconds."""

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def read(files: Sequence[SourceFile], config: InputConfig, /) -> Iterator[Batch]:
    """Read text files.

    Args:
        files: The files.
        config: ``max_article_bytes`` is looked at before a file is opened.

    Returns:
        Batches with the columns ``id`` and ``text``. Files that are not UTF-8 (``not_utf8``), too large
        (``too_large``) or cannot be opened (``unreadable``) are rejections.
    """
    for start in range(0, len(files), FILES_A_BATCH):
        ids, texts, places, rejections = [], [], [], []
        for file in files[start : start + FILES_A_BATCH]:
            text = _text_of(file, config)
            if isinstance(text, Rejection):
                rejections.append(text)
            else:
                ids.append(legal_text(file.path.stem))
                texts.append(text)
                places.append(file.origin)
        rows = pl.DataFrame({"id": ids, "text": texts}, schema={"id": pl.String, "text": pl.String})
        yield Batch(rows, places, rejections)


def _text_of(file: SourceFile, config: InputConfig) -> str | Rejection:
    try:
        with file.path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            if size > config.max_article_bytes + len(BYTE_ORDER_MARK):
                return Rejection(file.origin, too_large(size, config))
            data = stream.read()
        return data.removeprefix(BYTE_ORDER_MARK).decode()
    except UnicodeDecodeError as error:
        return Rejection(file.origin, describe_bytes(error, start=len(data) - len(error.object)))
    except OSError as error:
        return Rejection(file.origin, f"unreadable: {error.strerror or error}")
