"""What one variant changed, for a terminal.

In: a row of the FRAMING frame and the two texts it points into. Out: a renderable of ``rich``: the variant's sentences
in order, what it left out, changed facts and framing signals. Must not know where it is printed.

    =  verbatim   as in the canonical article
    ~  reworded   the canonical says it in other words; the words that are new stand out
    +  added      nothing in the canonical says this
    !  contradicted   the canonical says otherwise
    -  dropped    a sentence of the canonical that the variant leaves out
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from dedup.report.printable import printable

Row = dict[str, Any]

KINDS: Final = {
    "verbatim": ("=", "dim"),
    "reworded": ("~", ""),
    "added": ("+", "green"),
    "contradicted": ("!", "red"),
    "dropped": ("-", "yellow"),
}
"""Mark and style of each kind of sentence."""

STATUSES: Final = {"conflict": ("!", "red"), "changed": ("~", ""), "added": ("+", "green"), "dropped": ("-", "yellow")}
"""Mark and style of each status of a fact, in the order in which facts are listed: worst first."""

CHANGES: Final = {"replaced": ("~", ""), "added": ("+", "green"), "removed": ("-", "yellow")}
"""Mark and style of each change of framing."""

PLURALS: Final = {
    "entity": "names",
    "number": "numbers",
    "date": "dates",
    "quote": "quotes",
    "attribution": "attributions",
}


def variant_view(variant: Row, relation: str, variant_text: str, canonical_text: str, *, marks: bool) -> RenderableType:
    """Return what a variant changed.

    Args:
        variant: A row of the FRAMING frame.
        relation: What the variant is to the canonical article, as in MEMBERS.
        variant_text: The variant's text as it was given.
        canonical_text: The canonical article's text as it was given.
        marks: Whether added words stand in ``{+ +}``, for output without colour.
    """
    title = Text.assemble(
        (printable(variant["variant_id"]), "bold cyan"),
        (f"  {relation.replace('_', ' ')} of ", ""),
        (printable(variant["canonical_id"]), "cyan"),
    )
    parts: list[RenderableType] = [
        Rule(title, align="left", style="dim"),
        _counts(variant["counts"]),
        *_headline(variant, marks),
    ]
    parts += [Text(), _sentences(variant, variant_text, canonical_text, marks)]
    if variant["dropped"]:
        parts += [Text(), Text("Left out", style="bold"), _dropped(variant["dropped"], canonical_text)]
    if variant["facts"]:
        parts += [Text(), Text("Facts", style="bold"), _facts(variant["facts"])]
    if variant["framing"]:
        parts += [Text(), Text("Framing", style="bold"), _signals(variant["framing"])]
    if variant["speakers"]:
        parts += [Text(), Text("Quoted words", style="bold"), _speakers(variant["speakers"])]
    return Group(*parts)


def highlighted(text: str, start: int, end: int, added: Iterable[Row], style: str, *, marks: bool) -> Text:
    """Return ``text[start:end]`` with the added spans standing out.

    Args:
        text: The whole article.
        start: Where the part begins, in code points.
        end: Where it ends, exclusive.
        added: Spans into the article; what lies outside the part is left out, overlaps are joined.
        style: Style of the rest.
        marks: Whether added words stand in ``{+ +}``.

    Examples:
        >>> highlighted("Seven were badly hurt.", 0, 22, [{"start": 11, "end": 16}], "", marks=True).plain
        'Seven were {+badly+} hurt.'
    """
    shown = Text(style=style)
    at = start
    for span in sorted(added, key=lambda span: int(span["start"])):
        first, last = max(span["start"], at), min(span["end"], end)
        if first >= last:
            continue
        shown.append(printable(text[at:first]))
        words = printable(text[first:last])
        shown.append(f"{{+{words}+}}" if marks else words, style="bold green")
        at = last
    shown.append(printable(text[at:end]))
    return shown


def _counts(counts: Row) -> Text:
    parts = [Text(f"{KINDS[kind][0]} {counts[kind]:,} {kind}", style=KINDS[kind][1]) for kind in KINDS if counts[kind]]
    return Text("   ").join(parts) if parts else Text("no sentences", style="dim")


def _headline(variant: Row, marks: bool) -> list[RenderableType]:
    """Both headlines, where both articles have one and they differ."""
    headline = variant["headline"] or {}
    before, after = headline.get("canonical"), headline.get("variant")
    if not before or not after or before == after:
        return []
    lines = _grid()
    lines.add_row(Text("-", style="yellow"), Text(printable(before), style="yellow"))
    lines.add_row(
        Text("+", style="green"), highlighted(after, 0, len(after), headline.get("added") or [], "", marks=marks)
    )
    return [Text(), Text("Headline", style="bold"), lines]


def _sentences(variant: Row, text: str, canonical_text: str, marks: bool) -> Table:
    lines = _grid()
    for sentence in variant["sentences"]:
        mark, style = KINDS[sentence["kind"]]
        # A sentence that is added as a whole needs no second highlight.
        added = [] if sentence["kind"] in {"added", "verbatim"} else sentence["added"]
        shown = highlighted(text, sentence["start"], sentence["end"], added, style, marks=marks)
        lines.add_row(Text(mark, style=f"bold {style}"), shown)
        if sentence["kind"] == "contradicted":
            for span in sentence["canonical"]:
                said = printable(canonical_text[span["start"] : span["end"]])
                lines.add_row(Text(), Text.assemble(("canonical: ", "bold dim"), (said, "dim")))
    return lines


def _dropped(spans: Sequence[Row], canonical_text: str) -> Table:
    mark, style = KINDS["dropped"]
    lines = _grid()
    for span in spans:
        said = printable(canonical_text[span["start"] : span["end"]])
        lines.add_row(Text(mark, style=f"bold {style}"), Text(said, style=style))
    return lines


def _facts(facts: Sequence[Row]) -> RenderableType:
    """Conflicts and changes one by one, additions and losses listed by kind."""
    lines = _grid(columns=3)
    for status, (mark, style) in STATUSES.items():
        held = [fact for fact in facts if fact["status"] == status]
        if status in {"conflict", "changed"}:
            for fact in held:
                before, after = printable(fact["canonical"] or ""), printable(fact["variant"] or "")
                said = Text.assemble((before, "yellow"), " → ", (after, f"bold {style}".strip()))
                lines.add_row(Text(mark, style=f"bold {style}"), Text(f"{fact['kind']} {status}", style="dim"), said)
            continue
        side = "variant" if status == "added" else "canonical"
        for kind in dict.fromkeys(fact["kind"] for fact in held):
            values = dict.fromkeys(printable(fact[side] or "") for fact in held if fact["kind"] == kind)
            label = f"{PLURALS.get(kind, kind)} {status}"
            lines.add_row(Text(mark, style=f"bold {style}"), Text(label, style="dim"), Text(" · ".join(values), style))
    return lines


def _signals(signals: Sequence[Row]) -> RenderableType:
    """Replacements one by one, additions and removals listed by signal."""
    lines = _grid(columns=3)
    for change, (mark, style) in CHANGES.items():
        held: dict[str, list[Text]] = {}
        for signal in signals:
            if signal["change"] == change:
                held.setdefault(signal["signal"], []).append(_replacement(signal["before"], signal["after"]))
        for name, words in held.items():
            label = Text(f"{name.replace('_', ' ')} {change}", style="dim")
            for said in words if change == "replaced" else [Text(" · ", style="dim").join(words)]:
                lines.add_row(Text(mark, style=f"bold {style}"), label, said)
    return lines


def _replacement(before: str | None, after: str | None) -> Text:
    arrow = " → " if before and after else ""
    return Text.assemble((printable(before or ""), "yellow"), arrow, (printable(after or ""), "bold green"))


def _speakers(speakers: Sequence[Row]) -> RenderableType:
    lines = _grid(columns=3)
    for speaker in speakers:
        before, after = speaker["canonical_words"], speaker["variant_words"]
        mark = "+" if after > before else "-" if after < before else "="
        style = {"+": "green", "-": "yellow", "=": "dim"}[mark]
        name = Text(printable(speaker["speaker"] or "unnamed"))
        lines.add_row(Text(mark, style=f"bold {style}"), name, Text(f"{before:,} → {after:,}", style=style))
    return lines


def _grid(columns: int = 2) -> Table:
    """A gutter for the mark, then text that wraps beside it, never below it."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=1, no_wrap=True)
    for _ in range(columns - 2):
        grid.add_column(overflow="fold", max_width=28)
    grid.add_column(overflow="fold", ratio=1)
    return grid
