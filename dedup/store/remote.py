"""Places that are no path of this machine.

In: a path as it was given. Out: the address it stands for. Must not know who can reach it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

_BUCKETS: Final = re.compile(r"^(abfss?|gs|oss|s3[an]?|wasbs?):/+(?=[^/])")
"""An address that begins with a bucket, as a path writes it: with one slash after the colon."""
_HADOOP: Final = re.compile(r"^(hdfs|viewfs):/+(?=[^/]+:\d+/)")
"""The same of a file system whose server is named with its port; without, the cluster knows its own."""


def address_of(out: Path) -> str | None:
    """The address that ``out`` stands for, None where it is a path of this machine.

    Examples:
        >>> address_of(Path("s3a://bucket/out")), address_of(Path("out"))
        ('s3a://bucket/out', None)
        >>> address_of(Path("hdfs://name:8020/out")), address_of(Path("hdfs:///out"))
        ('hdfs://name:8020/out', 'hdfs:/out')
    """
    text = str(out)
    for known in (_BUCKETS, _HADOOP):
        if known.match(text):
            return known.sub(r"\1://", text)
    return text if text.startswith(("hdfs:/", "viewfs:/")) else None
