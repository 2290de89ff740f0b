"""Places that are no path of this machine.

In: a path as it was given. Out: the address it stands for. Must not know who can reach it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

_ADDRESS: Final = re.compile(r"^([a-z][a-z0-9+.-]+):/+(?=[^/])")
"""An address as a path writes it: with one slash after the colon."""


def address_of(out: Path) -> str | None:
    """The address that ``out`` stands for, None where it is a path of this machine.

    Examples:
        >>> address_of(Path("s3a://bucket/out")), address_of(Path("out"))
        ('s3a://bucket/out', None)
    """
    text = str(out)
    return _ADDRESS.sub(r"\1://", text) if _ADDRESS.match(text) else None
