"""Write ``dedup/sketch/codepoints.npz``: what every character is to matching.

    python -m tests.codepoint_tables

Needed after a change of ``dedup.text.normalise`` or ``dedup.text.words``; run it with the oldest supported Python,
whose Unicode all newer ones know.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from dedup.sketch.codepoint_entries import build

FILE: Final = Path(__file__).resolve().parent.parent / "dedup" / "sketch" / "codepoints.npz"


def main() -> None:
    """Build and write the tables."""
    made = build()
    np.savez_compressed(FILE, pages=made.pages, entries=made.entries, pool=made.pool)
    print(f"{len(made.entries)} pages, {len(made.pool)} in the pool, {FILE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
