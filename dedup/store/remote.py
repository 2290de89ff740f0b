"""Places that are no path of this machine.

In: a path as it was given. Out: the address it stands for. Must not know who can reach it.

A path has no double slash, so that ``hdfs://news/out`` (on the file system ``news``) and ``hdfs:///news/out`` (on the
cluster's own) are one path. ``place_of`` keeps them apart: a server that is named without its port gets a colon, behind
which an address may leave the port out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from dedup.errors import OutputError

_BUCKETS: Final = re.compile(r"^(abfss?|gs|oss|s3[an]?|wasbs?):/+(?=[^/])")
"""An address that begins with a bucket, as a path writes it: with one slash after the colon."""
_HADOOP: Final = re.compile(r"^(hdfs|viewfs):/+([^/:]+)(?:(:\d+)|:)(?=/)")
"""The same of a file system whose server is named, with its port or a colon; without, the cluster knows its own."""
_NAMED: Final = re.compile(r"^(hdfs|viewfs)://([^/:]+)(?=/)")
"""A file system whose server is named without a port, as it is typed."""
_MAGIC: Final = re.compile(r"[*?\[{]")
_SLASHES: Final = re.compile(r":/{3,}")
"""Three slashes begin a path on the cluster's own file system, as one does."""


def place_of(given: str | Path) -> Path:
    """An output folder as it is typed, as a path that ``address_of`` understands; a path, such as a default, stays.

    Examples:
        >>> address_of(place_of("hdfs://news/out")), address_of(place_of("hdfs:///news/out"))
        ('hdfs://news/out', 'hdfs:/news/out')
        >>> place_of("out") == place_of(Path("out")) == Path("out")
        True
    """
    return Path(_NAMED.sub(r"\1://\2:", str(given)))


def address_of(out: Path) -> str | None:
    """The address that ``out`` stands for, None where it is a path of this machine.

    Examples:
        >>> address_of(Path("s3a://bucket/out")), address_of(Path("out"))
        ('s3a://bucket/out', None)
        >>> address_of(Path("hdfs://name:8020/out")), address_of(Path("hdfs:///out"))
        ('hdfs://name:8020/out', 'hdfs:/out')
    """
    text = str(out)
    if _BUCKETS.match(text):
        return _BUCKETS.sub(r"\1://", text)
    if found := _HADOOP.match(text):
        return f"{found[1]}://{found[2]}{found[3] or ''}{text[found.end() :]}"
    return text if text.startswith(("hdfs:/", "viewfs:/")) else None


def is_bucket(address: str) -> bool:
    """Whether an address is one of an object store, which has no folders that could be renamed in one step.

    Examples:
        >>> is_bucket("s3a://bucket/out"), is_bucket("hdfs:/out")
        (True, False)
    """
    return _BUCKETS.match(address) is not None


def check_apart(address: str, inputs: Sequence[str | Path]) -> None:
    """Raise OutputError if an address holds an input, or lies where one is read.

    Args:
        address: Where a run is to be written.
        inputs: What will be read.

    Raises:
        OutputError: It would overwrite an input, or the next run would read its own output.
    """
    target = _plain(address)
    for given in (str(one) for one in inputs if ":/" in str(one)):
        pattern = _plain(given)
        read = _MAGIC.split(pattern)[0] if _MAGIC.search(pattern) else pattern
        if target.startswith(read) or read.startswith(target):
            raise OutputError(
                "holds an input, which would be lost, or lies where one is read",
                where=address,
                got=given,
                hint="Name a place outside the input with --out.",
            )


def _plain(address: str) -> str:
    return _SLASHES.sub(":/", address).rstrip("/") + "/"
