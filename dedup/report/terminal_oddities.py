"""What is odd about the articles of a story, in a terminal.

In: flags and folds of its articles. Out: a list of them in words. Must not know how anything was folded, nor where the
list is printed.
"""

from __future__ import annotations

import unicodedata
from typing import Any, Final

import polars as pl
from rich.console import RenderableType
from rich.text import Text

from dedup.report.printable import printable

MAX_FOLDS: Final = 5
"""Places shown per article; the line says how many more there are, and articles.parquet holds them all."""
MAX_CHARACTERS: Final = 40
"""Characters shown of what stands at a place."""


def oddities_view(oddities: pl.DataFrame) -> list[RenderableType]:
    """Return what is odd about some articles, a line each and one below for every place that is read otherwise.

    Args:
        oddities: Rows of the ODDITIES frame.

    Returns:
        A heading and the lines; nothing if there is nothing to say.

    Examples:
        >>> from dedup.schemas import ODDITIES
        >>> fold = {"start": 3, "end": 10, "raw": "Yevgeny", "folded": "Evgeni", "kind": "transliteration"}
        >>> row = {"article_id": "wire-1", "flags": ["transliteration"], "folds": [fold]}
        >>> for line in oddities_view(pl.DataFrame([row], schema=ODDITIES.schema)):
        ...     print(line.plain)
        <BLANKLINE>
        Odd in these articles
          wire-1: transliteration
            at 3: "Yevgeny" is "Evgeni" elsewhere in the story
    """
    if oddities.is_empty():
        return []
    lines = [Text(), Text("Odd in these articles", style="bold")]
    for row in oddities.iter_rows(named=True):
        lines.append(Text.assemble("  ", (printable(row["article_id"]), "cyan"), f": {', '.join(row['flags'])}"))
        lines += [Text(f"    {_place(fold)}", style="dim") for fold in row["folds"][:MAX_FOLDS]]
        if len(row["folds"]) > MAX_FOLDS:
            lines.append(Text(f"    and {len(row['folds']) - MAX_FOLDS:,} more", style="dim"))
    return [*lines]


def _place(fold: dict[str, Any]) -> str:
    if fold["kind"] == "transliteration":
        return f'at {fold["start"]:,}: "{_shown(fold["raw"])}" is "{_shown(fold["folded"])}" elsewhere in the story'
    read = f'is read as "{_shown(fold["folded"])}"' if fold["folded"].strip() else "is not read"
    return f'at {fold["start"]:,}: "{_shown(fold["raw"])}" {read} ({fold["kind"]})'


def _shown(text: str) -> str:
    """A short piece of text in which every invisible character is named.

    Examples:
        >>> _shown("pass\u200bword")
        'pass<U+200B>word'
    """
    head = text[:MAX_CHARACTERS] + ("…" if len(text) > MAX_CHARACTERS else "")
    named = "".join(c if c == " " or (c.isprintable() and not _is_mark(c)) else f"<U+{ord(c):04X}>" for c in head)
    return printable(named)


def _is_mark(character: str) -> bool:

    return unicodedata.category(character) in {"Mn", "Me"}
