"""Plain text files: one file, one article.

In: ``.txt`` files. Out: their stems as ids and their content, exactly as it is but for a byte order mark, as text.
Must not know headlines: a first line that looks like one stays where it is, because offsets count from there.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import polars as pl

from dedup.config import InputConfig
from dedup.store.addresses import STANDARD_INPUT
from dedup.store.files import Rejection, SourceFile, legal_text
from dedup.store.readers.batch import Batch, describe_bytes, failure, too_large
from dedup.store.readers.encodings import as_utf8, encoding_of
from dedup.store.readers.streams import HEAD_BYTES, LimitReachedError, open_bytes, whole_or_nothing

FILES_A_BATCH: Final = 2_000
"""A frame for every file would cost more than reading it: 1 ms against 30 microseconds."""

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def read(files: Sequence[SourceFile], config: InputConfig, /) -> Iterator[Batch]:
    """Read text files.

    Args:
        files: The files.
        config: ``max_article_bytes`` is looked at before a file is opened.

    Returns:
        Batches with the columns ``id`` and ``text``. Files that are no UTF-8, UTF-16 or UTF-32 (``not_utf8``),
        too large (``too_large``) or cannot be opened (``unreadable``) are rejections.
    """
    for start in range(0, len(files), FILES_A_BATCH):
        ids, texts, places, rejections = [], [], [], []
        for file in files[start : start + FILES_A_BATCH]:
            text = _text_of(file, config)
            if isinstance(text, Rejection):
                rejections.append(text)
            else:
                ids.append(stem(file.path.name))
                texts.append(text)
                places.append(file.origin)
        rows = pl.DataFrame({"id": ids, "text": texts}, schema={"id": pl.String, "text": pl.String})
        yield Batch(rows, places, rejections)


def stem(name: str) -> str:
    r"""The id of an article that is a file: its name without its ending and without one that says it is compressed.

    Examples:
        >>> stem("port.txt"), stem("port.html.gz"), stem("caf\udce9.txt")
        ('port', 'port', 'caf\\xe9')
    """
    parts = name.rsplit(".", 2)
    compressed = len(parts) == 3 and parts[0] and parts[2].lower() in ("gz", "zst")
    return legal_text(parts[0] if compressed else Path(name).stem)


def _text_of(file: SourceFile, config: InputConfig) -> str | Rejection:
    try:
        if file.path.suffix.lower() in (".gz", ".zst") or file.path == STANDARD_INPUT:
            data = _plain(file, config)
            size = len(data)
        else:
            with file.path.open("rb") as stream:
                size = os.fstat(stream.fileno()).st_size
                # A file may grow while it is read, and some have no size at all (/proc).
                data = stream.read(min(size, config.max_article_bytes) + len(BYTE_ORDER_MARK) + 1)
            size = max(size, len(data))
        if encoding_of(data[:HEAD_BYTES]):
            data = _plain(file, config)
            size = len(data)
        if size > config.max_article_bytes + len(BYTE_ORDER_MARK):
            return Rejection(file.origin, too_large(size, config))
        return data.removeprefix(BYTE_ORDER_MARK).decode()
    except UnicodeDecodeError as error:
        return Rejection(file.origin, describe_bytes(error, start=len(data) - len(error.object)))
    except (LimitReachedError, OSError, EOFError, zlib.error) as error:
        return failure(file, error)


def _plain(file: SourceFile, config: InputConfig) -> bytes:
    """The bytes of a file decompressed and in UTF-8, of one that is too long the beginning."""
    with open_bytes(file, config) as stream, whole_or_nothing():
        return as_utf8(stream).read(config.max_article_bytes + len(BYTE_ORDER_MARK) + 1)
