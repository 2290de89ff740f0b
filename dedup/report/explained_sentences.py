"""The sentences of two articles side by side, for a terminal.

In: the sentences and links of an explanation in its plain form. Out: renderables of ``rich``: each sentence with its
partners, and the sentences without one. Must not know where they are printed, nor how anything was found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from rich.console import RenderableType
from rich.table import Column, Table
from rich.text import Text

from dedup.report.printable import printable

Row = dict[str, Any]

SIDES: Final = {"left": ("<", "cyan"), "right": (">", "magenta")}
"""Mark and style of each article."""


def linked_sentences(passages: Row, *, marks: bool) -> RenderableType:
    """Return each left sentence with its partners, in the order of the left article.

    Args:
        passages: The sentences and links of an explanation.
        marks: Whether shared words stand between asterisks, for output without colour.
    """
    if not passages["links"]:
        return Text("None.", style="dim")
    partners: defaultdict[int, list[Row]] = defaultdict(list)
    for link in passages["links"]:
        partners[link["left"]].append(link)
    (left_mark, left_style), (right_mark, right_style) = SIDES.values()
    lines = _grid()
    for at, links in partners.items():
        words = [span for link in links for span in link["left_words"]]
        verbatim = any(link["verbatim"] for link in links)
        said = _said(passages["left"][at], [] if verbatim else words, marks=marks)
        lines.add_row(Text(), Text(left_mark, style=f"bold {left_style}"), said)
        for link in links:
            sentence = passages["right"][link["right"]]
            if link["verbatim"]:
                said = Text("the same words", style="dim")
            else:
                said = _said(sentence, link["right_words"], marks=marks)
            sure = Text("=" if link["verbatim"] else f"{link['probability']:.0%}", style="dim")
            lines.add_row(sure, Text(right_mark, style=f"bold {right_style}"), said)
    return lines


def _said(sentence: Row, words: Iterable[Sequence[int]], *, marks: bool) -> Text:
    """A sentence with some of its words standing out; neighbours stand out as one."""
    text, offset = sentence["text"], sentence["start"]
    shown, at = Text(), 0
    for start, end in _joined(text, sorted((start - offset, end - offset) for start, end in words)):
        shown.append(printable(text[at:start]))
        part = printable(text[start:end])
        shown.append(f"*{part}*" if marks else part, style="bold green")
        at = end
    return shown.append(printable(text[at:]))


def _joined(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans with those made one that overlap, or that only blanks part."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and not text[joined[-1][1] : start].strip():
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def lone_sentences(passages: Row, side: str) -> RenderableType | None:
    """Return the sentences of one side without a partner; None if there are none.

    Args:
        passages: The sentences and links of an explanation.
        side: ``left`` or ``right``.
    """
    linked = {link[side] for link in passages["links"]}
    mark, style = SIDES[side]
    lines = _grid()
    for at, sentence in enumerate(passages[side]):
        if at in linked:
            continue
        said = Text(printable(sentence["text"]), style="dim" if sentence["furniture"] else "")
        if sentence["furniture"]:
            said.append("  (furniture, left out of matching)", style="dim italic")
        lines.add_row(Text(f"{sentence['carried']:.0%}", style="dim"), Text(mark, style=f"bold {style}"), said)
    return lines if lines.row_count else None


def _grid() -> Table:
    """How sure, which side, and the words."""
    return Table.grid(
        Column(width=4, justify="right", no_wrap=True),
        Column(width=1, no_wrap=True),
        Column(overflow="fold", ratio=1),
        padding=(0, 1, 0, 0),
    )
