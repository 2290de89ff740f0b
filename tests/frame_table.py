"""The frame table of ARCHITECTURE.md, generated from ``dedup/schemas.py``.

In: the declared frames. Out: Markdown; ``python -m tests.frame_table`` writes it between its two marks in
ARCHITECTURE.md. Must not know how any frame is computed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import polars as pl
from polars.datatypes import DataTypeClass

from dedup.frames import SPAN, Frame
from dedup.schemas import EVIDENCE, FRAMES, PAIRS

DOCUMENT: Final = Path(__file__).resolve().parent.parent / "ARCHITECTURE.md"
BEGIN: Final = "<!-- frames: written by python -m tests.frame_table -->"
END: Final = "<!-- end of frames -->"


def type_name(dtype: pl.DataType | DataTypeClass) -> str:
    """A Polars type in few words.

    Examples:
        >>> type_name(pl.List(SPAN)), type_name(pl.Struct({"op": pl.String})), type_name(pl.Datetime("us", "UTC"))
        ('list of Span', '{op: String}', 'Datetime(us, UTC)')
    """
    if dtype == SPAN:
        return "Span"
    if isinstance(dtype, pl.List):
        return f"list of {type_name(dtype.inner)}"
    if isinstance(dtype, pl.Struct):
        return "{" + ", ".join(f"{field.name}: {type_name(field.dtype)}" for field in dtype.fields) + "}"
    if isinstance(dtype, pl.Datetime):
        return f"Datetime({dtype.time_unit}, {dtype.time_zone})"
    if isinstance(dtype, pl.Enum):
        return " or ".join(dtype.categories.to_list())
    return str(dtype)


def overview(frames: tuple[Frame, ...] = FRAMES) -> str:
    """One row a frame: what a row is, and by which columns it is told from others."""
    lines = ["| frame | a row is | key |", "|---|---|---|"]
    lines += [f"| `{one.name}` | {one.row} | {', '.join(f'`{name}`' for name in one.key)} |" for one in frames]
    return "\n".join(lines)


def columns(frame: Frame) -> str:
    """One row a column of a frame, folded away until somebody opens it."""
    lines = ["| column | type | meaning |", "|---|---|---|"]
    for name, column in frame.columns.items():
        empty = "; null where unknown" if column.nullable and "null" not in column.meaning else ""
        lines.append(f"| `{name}` | {type_name(column.dtype)} | {column.meaning}{empty} |")
    evidence = f", {len(EVIDENCE)} of them evidence" if frame is PAIRS else ""
    summary = f"<summary><code>{frame.name}</code>: {len(frame.columns)} columns{evidence}</summary>"
    return "\n".join(["<details>", summary, "", *lines, "", "</details>"])


def frame_table() -> str:
    """The whole passage: the overview, then the columns of each frame."""
    return "\n\n".join([overview(), *map(columns, FRAMES)])


def renewed(document: str) -> str:
    """``document`` with what stands between the two marks written anew.

    Raises:
        ValueError: It has not exactly one of each mark, in order.
    """
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end or BEGIN in after or END in after:
        raise ValueError(f"expected the marks {BEGIN!r} and {END!r}, once each and in this order")
    return f"{before}{BEGIN}\n\n{frame_table()}\n\n{END}{after}"


def main() -> int:
    """Write the table into ARCHITECTURE.md."""
    DOCUMENT.write_text(renewed(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
