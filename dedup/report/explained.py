"""Why two articles are, or are not, one story, for a terminal.

In: an explanation in its plain form. Out: a renderable of ``rich``: the decision, how the pair was found, what made the
confidence, the evidence, the aligned sentences. Must not know where it is printed, nor how anything was found.

    <  the left article
    >  the right article
    =  a sentence that both have word for word
    *  around the rare words that two sentences share, where there is no colour
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from dedup.report.bars import Bar, bar_scale
from dedup.report.explained_sentences import SIDES, linked_sentences, lone_sentences
from dedup.report.headings import heading
from dedup.report.numbers import written_score
from dedup.report.printable import printable
from dedup.report.terminal import counted, shown_text
from dedup.schemas import EVIDENCE

Row = dict[str, Any]

MAX_ANCHORS: Final = 24
"""Shared anchors named before the rest is counted."""

DECISIONS: Final = {
    "accepted": ("One story", "bold green"),
    "rejected": ("Not one story", "bold red"),
    "bridge_cut": ("Kept apart", "bold yellow"),
    "not_compared": ("Never compared", "bold yellow"),
}
"""What each decision is called, and its style."""

VIEWS: Final = {"copy": "copy view", "story": "story view", "anchor": "anchors"}
"""What each view is called."""

_COUNTS: Final = frozenset(name for name, column in EVIDENCE.items() if column.dtype.is_integer())
"""Evidence that is shown without decimals."""


def explained_view(explained: Row, *, marks: bool) -> RenderableType:
    """Return an explanation as people read it.

    Args:
        explained: ``Explanation.as_record()``, or the same read back from JSON.
        marks: Whether shared words stand between asterisks, for output without colour.
    """
    parts: list[RenderableType] = [
        _decision(explained),
        Text(),
        *(_article(explained[side], side) for side in SIDES),
        Text(),
        *_stories(explained),
        *(shown_text(f"Note: {note}", "yellow") for note in explained["notes"]),
        *_section("How the pair was found" if explained["judgement"]["views"] else "Why the pair was missed"),
        *_finding(explained),
        *_section("What made the confidence", "effect of each feature on the log-odds, against an average pair"),
        _waterfall(explained["waterfall"], explained["min_confidence"]),
        *_section("Evidence"),
        _evidence(explained["evidence"]),
        *_section("Sentences that carry the same", "how sure, and the rare words both have"),
        linked_sentences(explained["passages"], marks=marks),
    ]
    for side in SIDES:
        alone = lone_sentences(explained["passages"], side)
        if alone is not None:
            parts += [*_section(f"Only in {explained[side]['article_id']}", "with the best partner's chance"), alone]
    return Group(*parts)


def _section(title: str, about: str = "") -> list[RenderableType]:
    return [Text(), Text.assemble((printable(title), "bold"), (f"  {about}" if about else "", "dim"))]


def _decision(explained: Row) -> Text:
    judged = explained["judgement"]
    label, style = DECISIONS[judged["decision"]]
    if judged["decision"] == "not_compared":
        would = "accepted" if judged["accepted"] else "rejected"
        label += f"; now it would be {would}"
    return Text.assemble(
        (label, style),
        f"  {judged['relation'].replace('_', ' ')}  ·  confidence {written_score(judged['confidence'])}",
        (f", accepted from {explained['min_confidence']:.2f}", "dim"),
        "\n",
        shown_text(f"{judged['reason'][:1].upper()}{judged['reason'][1:]}."),
    )


def _article(home: Row, side: str) -> RenderableType:
    mark, style = SIDES[side]
    line = shown_text(home["article_id"], style)
    if home["title"]:
        line.append_text(shown_text(f"  {heading(home['title'], '', home['article_id'])}", "bold"))
    if home["source"]:
        line.append_text(shown_text(f"  {home['source']}", "dim"))
    return _lines([(Text(mark, style=f"bold {style}"), line)])


def _stories(explained: Row) -> Iterable[Text]:
    """Where the two ended, and what holds that together."""
    left, right = explained["left"], explained["right"]
    if explained["one_story"]:
        yield shown_text(f"Both are in story {left['story_id']}: {_spoken_for(left)}.")
        if explained["chain"]:
            yield shown_text(f"Other pairs bring them together: {' ~ '.join(explained['chain'])}.")
        return
    for home, side in ((left, "left"), (right, "right")):
        mark, style = SIDES[side]
        where = shown_text(f" is in story {home['story_id']}: {_spoken_for(home)}.")
        yield Text.assemble((mark, f"bold {style}"), where)
    found = explained["bridge"]
    if found is None:
        yield Text("No pair of the two stories was ever compared.", style="dim")
        return
    yield Text(f"{_compared(found)}.")
    if found["outgrown"]:
        yield Text("They would be joined as they stand; weighed before they had all their articles, they were not.")
    if found["held"]:
        yield Text("Only an article that holds others among much else brings them together; that says nothing of them.")


def _compared(found: Row) -> str:
    """What was verified between two stories, and what they would need."""
    line = f"{counted(found['n_pairs'], 'pair')} of the two stories compared, {found['n_confident']:,} accepted alone"
    needed = found["n_confident"] > 0  # without an accepted pair nothing would join them
    line += f"; mean confidence {written_score(found['mean_confidence'])}"
    line += f" of {found['min_bridge']:.2f} needed" if needed else ""
    if found["support"] is not None:
        line += f", support {written_score(found['support'])}"
        line += f" of {found['min_support']:.2f} needed" if needed else ""
    return line


def _spoken_for(home: Row) -> str:
    size = counted(home["size"], "article")
    if home["canonical_id"] == home["article_id"]:
        return size if home["size"] == 1 else f"{size}, {home['article_id']} speaks for it"
    return f"{size}, {home['canonical_id']} speaks for it"


def _finding(explained: Row) -> list[RenderableType]:
    table = _table("View", "Similarity", "Bands × rows", "Odds", "Buckets shared")
    for odds in explained["views"]:
        shared = f"{odds['n_shared']:,} of {odds['bands']:,}" if odds["n_shared"] else "none"
        table.add_row(
            Text(odds["view"]),
            Text("too short" if odds["jaccard"] is None else f"{odds['jaccard']:.3f}"),
            Text(f"{odds['bands']:,} × {odds['rows']:,}"),
            Text(_odds(odds["chance"])),
            Text(shared, style="green" if odds["n_shared"] else "dim"),
        )
    parts: list[RenderableType] = [table, Text(), *_anchors(explained["anchors"], explained["n_articles"])]
    if explained["judgement"]["views"]:
        found_by = " and ".join(VIEWS.get(view, view) for view in explained["judgement"]["views"])
        return [Text(f"By the {found_by}."), *parts]
    missed = [
        (Text("-", style="bold yellow"), shown_text(f"{VIEWS.get(view, view)}: {why}."))
        for view, why in explained["misses"].items()
    ]
    return [_lines(missed), *parts]


def _anchors(anchors: Row, n_articles: int) -> Iterable[RenderableType]:
    enough = anchors["n_counted"] >= anchors["min_shared"] and anchors["score"] >= anchors["min_score"]
    line = Text.assemble(
        (counted(len(anchors["shared"]), "anchor"), "green" if enough else ""),
        f" shared, of {anchors['n_left']:,} and {anchors['n_right']:,}: ",
        (f"{anchors['score']:.1%}", "green" if enough else ""),
        " of one article's anchor value",
        (f", a pair needs {anchors['min_shared']:,} and {anchors['min_score']:.1%}", "dim"),
    )
    if anchors["n_sampled"] < n_articles:
        line.append(f" (estimated from {anchors['n_sampled']:,} of {n_articles:,} articles)", style="dim")
    yield line
    named = [_anchor(anchor) for anchor in anchors["shared"][:MAX_ANCHORS]]
    if len(anchors["shared"]) > MAX_ANCHORS:
        named.append(Text(f"{len(anchors['shared']) - MAX_ANCHORS:,} more", style="dim"))
    if named:
        yield Padding(Text(" · ", style="dim").join(named), (0, 0, 0, 2))


def _anchor(anchor: Row) -> Text:
    """Its words and its value."""
    left, right = printable(anchor["left"]), printable(anchor["right"])
    words = left if left.casefold() == right.casefold() else f"{left} / {right}"
    return Text.assemble(words, (f" {anchor['value']:.2f}", "dim"))


def _odds(chance: float) -> str:
    """A probability in percent that says no more than is so.

    Examples:
        >>> [_odds(chance) for chance in (0.0, 0.0002, 0.5, 0.9999, 1.0)]
        ['0%', '<0.1%', '50.0%', '>99.9%', '100%']
    """
    if chance in {0.0, 1.0}:
        return f"{chance:.0%}"
    return "<0.1%" if chance < 0.001 else ">99.9%" if chance > 0.999 else f"{chance:.1%}"


def _waterfall(steps: Row, min_confidence: float) -> RenderableType:
    sums = [0.0, steps["start"], *(factor["log_odds"] for factor in steps["factors"])]
    scale = bar_scale(sums, min_confidence)
    table = Table.grid(
        Column(no_wrap=True),
        Column(justify="right", no_wrap=True),
        Column(justify="right", no_wrap=True),
        Column(ratio=1),
        padding=(0, 2, 0, 0),
    )
    table.add_row(Text("starting point"), Text(), Text(f"{steps['start']:+.2f}"), Bar(0.0, steps["start"], scale))
    for factor, before in zip(steps["factors"], sums[1:], strict=False):
        effect = factor["effect"]
        style = "green" if effect >= 0.005 else "red" if effect <= -0.005 else "dim"
        table.add_row(
            shown_text(factor["meaning"]),
            Text("unknown" if factor["value"] is None else f"{factor['value']:.2f}", style="dim"),
            Text(f"{effect:+.2f}", style=style),
            Bar(before, factor["log_odds"], scale),
        )
    total = Text(f"{steps['log_odds']:+.2f}", style="bold")
    table.add_row(
        Text.assemble(("confidence ", "bold"), (f"{steps['confidence']:.3f}", "bold")),
        Text(),
        total,
        Bar(0.0, steps["log_odds"], scale),
    )
    return table


def _evidence(pieces: Sequence[Row]) -> RenderableType:
    table = Table.grid(
        Column(no_wrap=True),
        Column(justify="right", no_wrap=True),
        Column(overflow="fold", ratio=1),
        padding=(0, 2, 0, 0),
    )
    for piece in pieces:
        table.add_row(shown_text(piece["name"]), _value(piece), shown_text(piece["meaning"], "dim"))
    return table


def _value(piece: Row) -> Text:
    value = piece["value"]
    if value is None:
        return Text("unknown", style="dim")
    if piece["name"] in _COUNTS:
        return Text(f"{value:,.0f}", style="" if value else "dim")
    if piece["name"] == "hours_apart":
        return Text(f"{value:,.1f}")
    against = piece["name"].endswith("_conflict") and value > 0
    return Text(f"{value:.3f}", style="red" if against else "" if value else "dim")


def _table(first: str, *headers: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 2, 0, 0), pad_edge=False, show_edge=False, header_style="bold")
    table.add_column(first, no_wrap=True)
    for header in headers:
        table.add_column(header, justify="right", no_wrap=True)
    return table


def _lines(rows: Iterable[tuple[Text, Text]]) -> Table:
    lines = Table.grid(Column(width=1, no_wrap=True), Column(overflow="fold", ratio=1), padding=(0, 1))
    for mark, said in rows:
        lines.add_row(mark, said)
    return lines
