"""What a run shows in Prefect: tables of stories and outlets, the framing diff of the largest, a summary.

In: the frames and the manifest of a finished run. Out: table rows and Markdown; ``flows.detect`` hands them to Prefect.
Must not compute anything about news, nor import Prefect. Article text is untrusted and reaches a page through
``flows.safe_markdown`` alone; whatever is left out for length is said where it is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import polars as pl

from dedup.pipeline import Run
from dedup.report.headings import heading
from dedup.report.numbers import written_score
from dedup.report.overview import overview
from dedup.report.terminal_outlets import UNNAMED, written_hours
from dedup.report.totals import Totals, totals, with_counts
from flows.safe_markdown import cell, emphasised, escape, link, shorten, strong, struck

MAX_TABLE_STORIES: Final = 200
"""Rows of the table of stories. Prefect's page takes 1,000 and freezes at 10,000."""

MAX_TABLE_OUTLETS: Final = 100
MAX_TABLE_TERMS: Final = 5
"""Rows of the table of outlets, and terms named in one."""

MAX_DIFF_STORIES: Final = 10
MAX_DIFF_VARIANTS: Final = 4
MAX_DIFF_SENTENCES: Final = 80
MAX_SENTENCE_CHARACTERS: Final = 600
MAX_TITLE_CHARACTERS: Final = 160
MAX_COLUMN_CHARACTERS: Final = 60
"""Of a text in the table of stories, whose cells are one line each."""
MAX_FACTS: Final = 12
MAX_REJECTED: Final = 50
MAX_MARKDOWN_CHARACTERS: Final = 500_000
"""Size from which no further story is added to the framing diff, whatever the other limits allow."""

LEGEND: Final = (
    "Each variant, sentence by sentence. **Bold** words are not in the canonical article, whose sentences are quoted "
    "below those that carry them; ~~struck~~ ones are missing from the variant."
)
KIND_LABELS: Final = {
    "verbatim": "`same`",
    "reworded": "`reworded`",
    "added": "`added`",
    "contradicted": "`⚠ contradicted`",
    "dropped": "`dropped`",
}


def stories_table(stories: pl.DataFrame, articles: pl.DataFrame) -> list[dict[str, Any]]:
    """The largest stories as rows of a table artifact.

    Args:
        stories: The STORIES frame.
        articles: The ARTICLES frame, for the first line of canonical articles without a title.

    Returns:
        At most ``MAX_TABLE_STORIES`` rows, largest story first, ties by story_id. Long titles are cut; a column that
        would be empty is left out, because the page is narrow.
    """
    largest = stories.sort(["size", "story_id"], descending=[True, False]).head(MAX_TABLE_STORIES)
    texts = _texts(articles, largest["canonical_id"])
    rows = []
    for story in largest.iter_rows(named=True):
        title = heading(story["canonical_title"], texts[story["canonical_id"]], story["canonical_id"])
        rows.append(
            {
                "articles": story["size"],
                "sources": story["n_sources"],
                "cohesion": written_score(story["cohesion_min"]),
                "canonical article": cell(shorten(title, MAX_COLUMN_CHARACTERS)),
                "its source": cell(shorten(story["canonical_source"] or "", MAX_COLUMN_CHARACTERS)),
                "first seen": _minute(story["first_seen"]),
                "last seen": _minute(story["last_seen"]),
                "story": cell(story["story_id"]),
            }
        )
    used = {column for row in rows for column, value in row.items() if value}
    return [{column: value for column, value in row.items() if column in used} for row in rows]


def whole_of(run: Run) -> Totals:
    """What a run comes to, also where its frames hold the largest stories only.

    Args:
        run: A finished run.
    """
    return with_counts(totals(run.stories, run.members, run.skipped), run.manifest.get("counts", {}))


def stories_caption(run: Run) -> str:
    """One line above the table: what it holds and what it leaves out.

    Args:
        run: A finished run.
    """
    whole, n_shown = whole_of(run), min(run.stories.height, MAX_TABLE_STORIES)
    n_stories = f"{whole.n_stories:,} {'story' if whole.n_stories == 1 else 'stories'}"
    caption = f"{n_stories}, {whole.n_shared_stories:,} of several articles."
    if whole.n_stories > n_shown:
        caption += f" The {n_shown:,} largest are shown; all are in stories.jsonl."
    return caption


def outlets_table(outlets: pl.DataFrame) -> list[dict[str, Any]]:
    """The outlets with most articles as rows of a table artifact.

    Args:
        outlets: The OUTLETS frame.

    Returns:
        At most ``MAX_TABLE_OUTLETS`` rows, most articles first, ties by name, articles that name no outlet last.
    """
    named = pl.col("outlet").is_not_null()
    largest = outlets.sort([named, "n_articles", "outlet"], descending=[True, True, False]).head(MAX_TABLE_OUTLETS)
    return [
        {
            "outlet": cell(shorten(row["outlet"], MAX_COLUMN_CHARACTERS)) if row["outlet"] else UNNAMED,
            "articles": row["n_articles"],
            "first in": f"{row['n_first']} of {row['n_timed']}",
            "follows after": written_hours((row["hours_after_first"] or {}).get("median")),
            "took text": row["n_taken"],
            "gave text": row["n_given"],
            "keeps adding": cell(
                shorten(", ".join(term["term"] for term in row["terms"][:MAX_TABLE_TERMS]), MAX_COLUMN_CHARACTERS)
            ),
        }
        for row in largest.iter_rows(named=True)
    ]


def outlets_caption(run: Run) -> str:
    """One line above the table: what it holds and what it leaves out.

    Args:
        run: A finished run.
    """
    n_named = whole_of(run).n_sources
    caption = (
        f"{n_named:,} {'outlet' if n_named == 1 else 'outlets'}: who is first, who follows, what each keeps adding."
    )
    if run.outlets.height > MAX_TABLE_OUTLETS:
        caption += f" The {MAX_TABLE_OUTLETS} with most articles are shown; all are in outlets.parquet."
    return caption


def framing_markdown(run: Run) -> str:
    """The framing diff of the largest stories, each variant sentence by sentence against the canonical article.

    A list with quotations and not a table side by side: the older of Prefect's pages does not wrap table cells.

    Args:
        run: A finished run.

    Returns:
        Markdown; a sentence saying so when no story has a variant. Stories: largest first, ties by story_id. Variants:
        most contradicted, then most added, dropped, reworded first, ties by variant_id.
    """
    shared = run.stories.filter(pl.col("size") > 1).sort(["size", "story_id"], descending=[True, False])
    if shared.is_empty():
        return "No story has more than one article, so there is nothing to compare."
    stories = shared.head(MAX_DIFF_STORIES)
    variants = _most_changed(run.framing.filter(pl.col("story_id").is_in(stories["story_id"].implode())))
    shown_ids = pl.concat([stories["canonical_id"], variants["variant_id"]])
    members = _lookup(run.members, shown_ids)
    texts = _texts(run.articles, shown_ids)
    parts = [LEGEND]
    if (n_shared := whole_of(run).n_shared_stories) > stories.height:
        parts.append(f"The {stories.height} largest of {n_shared:,} stories; framing.jsonl has them all.")
    for place, story in enumerate(stories.iter_rows(named=True)):
        if sum(map(len, parts)) > MAX_MARKDOWN_CHARACTERS:
            parts.append(f"Left out for length: {stories.height - place} more of them. framing.jsonl has them all.")
            break
        parts.append(_story_heading(story, members[story["canonical_id"]], texts))
        shown = variants.filter(pl.col("story_id") == story["story_id"]).to_dicts()
        parts += [_variant_section(variant, members[variant["variant_id"]], texts) for variant in shown]
        if story["size"] - 1 > len(shown):
            parts.append(
                f"The {len(shown)} most changed of {story['size'] - 1:,} variants; framing.jsonl has them all."
            )
    return "\n\n".join(parts) + "\n"


def _most_changed(framing: pl.DataFrame) -> pl.DataFrame:
    kinds = ("contradicted", "added", "dropped", "reworded")
    counts = [pl.col("counts").struct.field(kind) for kind in kinds]
    ordered = framing.sort(["story_id", *counts, "variant_id"], descending=[False, *(True for _ in counts), False])
    return ordered.group_by("story_id", maintain_order=True).head(MAX_DIFF_VARIANTS)


def _story_heading(story: dict[str, Any], canonical: dict[str, Any], texts: dict[str, str]) -> str:
    reason = story["canonical_reason"]
    runner_up = (
        f", ahead of {_name(reason['runner_up_id'])} by {reason['margin']:.2f}" if reason["runner_up_id"] else ""
    )
    return (
        f"## {_headline(canonical, texts)}\n\n"
        f"Canonical article {_name(story['canonical_id'])}{_byline(canonical)}, chosen by the policy "
        f"{escape(reason['policy'])}{runner_up}. Story {_name(story['story_id'])}, {story['size']:,} articles."
    )


def _variant_section(variant: dict[str, Any], member: dict[str, Any], texts: dict[str, str]) -> str:
    counts = ", ".join(f"{number:,} {kind}" for kind, number in variant["counts"].items() if number)
    sentences = [*_variant_sentences(variant, texts), *_dropped_sentences(variant, texts)]
    shown = sentences[:MAX_DIFF_SENTENCES]
    if len(sentences) > len(shown):
        shown.append(f"- {len(sentences) - len(shown):,} more are in framing.jsonl.")
    parts = [
        f"### {_headline(member, texts)}",
        f"Variant {_name(variant['variant_id'])}{_byline(member)}: {_relation(member)}; {counts}.",
        "\n".join(shown),
        _facts_line(variant["facts"]),
        _signals_line(variant["framing"]),
    ]
    return "\n\n".join(part for part in parts if part)


def _variant_sentences(variant: dict[str, Any], texts: dict[str, str]) -> list[str]:
    text, canonical = texts[variant["variant_id"]], texts[variant["canonical_id"]]
    items = []
    for sentence in variant["sentences"]:
        start, end, kind = sentence["start"], sentence["end"], sentence["kind"]
        added = [(start, end)] if kind == "added" else [(span["start"], span["end"]) for span in sentence["added"]]
        said = shorten(text[start:end], MAX_SENTENCE_CHARACTERS)
        items.append(f"- {KIND_LABELS[kind]} {emphasised(said, [(low - start, high - start) for low, high in added])}")
        cited = " … ".join(canonical[span["start"] : span["end"]] for span in sentence["canonical"])
        if cited and kind != "verbatim":
            items[-1] += f"\n  > {escape(shorten(cited, MAX_SENTENCE_CHARACTERS))}"
    return items


def _dropped_sentences(variant: dict[str, Any], texts: dict[str, str]) -> list[str]:
    canonical = texts[variant["canonical_id"]]
    sentences = [canonical[span["start"] : span["end"]] for span in variant["dropped"]]
    return [f"- {KIND_LABELS['dropped']} {struck(shorten(each, MAX_SENTENCE_CHARACTERS))}" for each in sentences]


def _facts_line(facts: Sequence[dict[str, Any]]) -> str:
    conflicts = [fact for fact in facts if fact["status"] == "conflict"]
    named = []
    for fact in conflicts[:MAX_FACTS]:
        here, there = (shorten(fact[side] or "—", MAX_TITLE_CHARACTERS) for side in ("variant", "canonical"))
        named.append(f"{escape(fact['kind'])} {strong(here)} against {escape(there)}")
    return f"In conflict: {'; '.join(named)}{_and_more(len(conflicts))}." if named else ""


def _signals_line(signals: Sequence[dict[str, Any]]) -> str:
    named = []
    for signal in signals[:MAX_FACTS]:
        before, after = (shorten(signal[side] or "", MAX_TITLE_CHARACTERS) for side in ("before", "after"))
        shown = " → ".join([*([struck(before)] if before else []), *([strong(after)] if after else [])])
        named.append(f"{shown} ({escape(signal['signal'].replace('_', ' '))}, {escape(signal['change'])})")
    return f"Framing: {'; '.join(named)}{_and_more(len(signals))}." if named else ""


def _and_more(total: int) -> str:
    return f"; and {total - MAX_FACTS:,} more" if total > MAX_FACTS else ""


def _name(text: str) -> str:
    return escape(shorten(text, MAX_TITLE_CHARACTERS))


def _headline(member: dict[str, Any], texts: dict[str, str]) -> str:
    return _name(heading(member["title"], texts[member["article_id"]], member["article_id"]))


def _relation(member: dict[str, Any]) -> str:
    return f"{escape(member['relation'].replace('_', ' '))}, {member['similarity']:.0%} of it carried by the canonical"


def _byline(member: dict[str, Any]) -> str:
    parts = [_name(member["source"] or ""), _minute(member["published_at"]), link(member["url"])]
    said = ", ".join(part for part in parts if part)
    return f" ({said})" if said else ""


def summary_markdown(run: Run) -> str:
    """The run in numbers, the same that report.html begins with.

    Args:
        run: A finished run.

    Returns:
        Markdown: warnings first, those of drift among them, then a table of figures, the rejected inputs, what the
        search did, and what each stage took.
    """
    whole = whole_of(run)
    figures = overview(run.manifest, whole, run.skipped)
    parts = [f"⚠ {escape(warning)}" for warning in figures.warnings]
    parts.append(
        _table(
            [
                ("articles", f"{whole.n_articles:,}"),
                ("sources", f"{whole.n_sources:,}"),
                ("stories", f"{whole.n_stories:,}"),
                ("stories of several articles", f"{whole.n_shared_stories:,}"),
                ("articles in them", f"{whole.n_shared_articles:,} ({whole.share_syndicated:.0%})"),
                ("rejected inputs", f"{whole.n_skipped:,}"),
                ("written to", escape(str(run.out))),
            ]
        )
    )
    if whole.n_skipped:
        parts.append("### Rejected inputs")
        rejected = [(_name(where), _name(reason)) for where, reason in figures.skipped[:MAX_REJECTED]]
        parts.append(_table(rejected))
        if whole.n_skipped > MAX_REJECTED:
            parts.append(f"{whole.n_skipped - MAX_REJECTED:,} more are in skipped.jsonl.")
    if figures.method:
        parts.append("### How it was found")
        parts.append(_table([(escape(name), escape(value)) for name, value in figures.method]))
    if stages := run.manifest.get("stages"):
        parts.append("### How long it took")
        parts.append(_rates(stages, whole.n_articles))
    return "\n\n".join(parts) + "\n"


def _rates(stages: Sequence[dict[str, Any]], n_articles: int) -> str:
    """A table of the stages; the rate is that of the articles shown, whatever a stage's own rows are."""
    lines = ["| stage | seconds | articles a second | rows | MB so far |", "|---|---:|---:|---:|---:|"]
    for stage in stages:
        seconds = stage["seconds"]
        rate = f"{n_articles / seconds:,.0f}" if seconds and n_articles else "—"
        rows = "—" if stage["rows"] is None else f"{stage['rows']:,}"
        name, memory = escape(stage["name"]), f"{stage['peak_mb']:,.0f}"
        lines.append(f"| {name} | {seconds:,.2f} | {rate} | {rows} | {memory} |")
    return "\n".join(lines)


def _table(rows: Sequence[tuple[str, str]]) -> str:
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)])


def _minute(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else ""


def _lookup(members: pl.DataFrame, ids: pl.Series) -> dict[str, dict[str, Any]]:
    chosen = members.filter(pl.col("article_id").is_in(ids.implode()))
    return {row["article_id"]: row for row in chosen.iter_rows(named=True)}


def _texts(articles: pl.DataFrame, ids: pl.Series) -> dict[str, str]:
    chosen = articles.filter(pl.col("article_id").is_in(ids.implode()))
    return dict(zip(chosen["article_id"], chosen["text"], strict=True))
