"""A trace as one file.

In: a trace, the name of a file. Out: the file, replaced in one step. Must not know what was traced.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dedup.store.folders import replace_file


def write_trace(out: Path, trace: Mapping[str, Any]) -> None:
    """Write a trace as JSON, replacing the file that was there.

    Args:
        out: The file; see ``targets.check_file`` for what it may be.
        trace: What goes into it.

    Raises:
        OutputError: It cannot be written.
    """

    def fill(path: Path) -> None:
        path.write_text(json.dumps(trace) + "\n", encoding="utf-8")

    replace_file(out, fill)
