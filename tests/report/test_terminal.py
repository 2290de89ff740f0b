"""What a run looks like in a terminal: with colour, without, narrow, and when a stranger tries to command it.

In: frames made by hand. Out: the printed characters. Must not know how frames are made by a run.
"""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest
from rich.console import Console, RenderableType

from dedup.report.printable import printable
from dedup.report.terminal import FEW_STORIES, MAX_STORIES, run_summary, stories_table, story_view
from dedup.report.terminal_diff import variant_view
from dedup.report.totals import Totals, totals
from dedup.schemas import ARTICLES, FRAMING, MEMBERS, SKIPPED, STORIES

CANONICAL = "Two tugs towed the ship out at dawn. Nine dockers were hurt. The quay lies idle."
VARIANT = "Two tugs towed the ship out at dawn. Seven dockers were badly hurt. Prices will rise. It was raining."


def make_articles(texts: dict[str, str], **columns: dict[str, Any]) -> pl.DataFrame:
    """Articles by id; ``title={"a": ...}`` sets a column for some of them."""
    rows = [
        {
            "article_id": article_id,
            "text": text,
            **{
                name: columns.get(name, {}).get(article_id)
                for name in ("title", "url", "source", "published_at", "lang")
            },
            "origin": f"{article_id}.txt",
        }
        for article_id, text in sorted(texts.items())
    ]
    return ARTICLES.check(pl.DataFrame(rows, schema=ARTICLES.schema))


def make_members(articles: pl.DataFrame, story_of: dict[str, str], canonical: set[str]) -> pl.DataFrame:
    """Each article in the story named for it, as its canonical or as a rewrite."""
    rows = [
        {
            "article_id": row["article_id"],
            "story_id": story_of[row["article_id"]],
            "relation": "canonical" if row["article_id"] in canonical else "rewrite",
            "similarity": 1.0 if row["article_id"] in canonical else 0.61,
            "confidence": 1.0 if row["article_id"] in canonical else 0.83,
            **{name: row[name] for name in ("title", "source", "published_at", "url")},
        }
        for row in articles.iter_rows(named=True)
    ]
    return MEMBERS.check(pl.DataFrame(rows, schema=MEMBERS.schema))


def make_story(
    story_id: str = "st_1a2b", *, canonical_id: str = "wire", size: int = 2, **changes: Any
) -> dict[str, Any]:
    """A row of STORIES whose canonical article beat ``herald``."""
    scores = {"completeness": 0.91, "earliness": 1.0, "centrality": 0.5, "preference": 0.0, "total": 0.72}
    story: dict[str, Any] = {
        "story_id": story_id,
        "size": size,
        "n_sources": 0,
        "first_seen": None,
        "last_seen": None,
        "canonical_id": canonical_id,
        "canonical_title": None,
        "canonical_source": None,
        "canonical_published_at": None,
        "canonical_reason": {"policy": "combined", "scores": scores, "runner_up_id": "herald", "margin": 0.12},
        "cohesion_min": 0.83,
        "cohesion_mean": 0.83,
        "related": [],
        "lineage": [],
    }
    return {**story, **changes}


def make_stories(*rows: dict[str, Any]) -> pl.DataFrame:
    return STORIES.check(pl.DataFrame(rows, schema=STORIES.schema).sort("story_id"))


def span(text: str, part: str) -> dict[str, int]:
    start = text.index(part)
    return {"start": start, "end": start + len(part)}


def make_sentence(part: str, kind: str, *, cites: str | None = None, added: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        **span(VARIANT, part),
        "kind": kind,
        "score": 0.5,
        "canonical": [span(CANONICAL, cites)] if cites else [],
        "added": [span(VARIANT, words) for words in added],
    }


def make_variant(variant_id: str = "herald", story_id: str = "st_1a2b", **changes: Any) -> dict[str, Any]:
    """A row of FRAMING with a sentence of every kind."""
    variant: dict[str, Any] = {
        "story_id": story_id,
        "canonical_id": "wire",
        "variant_id": variant_id,
        "counts": {"verbatim": 1, "reworded": 0, "added": 2, "contradicted": 1, "dropped": 1},
        "headline": {"canonical": None, "variant": None, "added": []},
        "sentences": [
            make_sentence(
                "Two tugs towed the ship out at dawn.", "verbatim", cites="Two tugs towed the ship out at dawn."
            ),
            make_sentence(
                "Seven dockers were badly hurt.",
                "contradicted",
                cites="Nine dockers were hurt.",
                added=("Seven", "badly"),
            ),
            make_sentence("Prices will rise.", "added", added=("Prices will rise.",)),
            make_sentence("It was raining.", "added", added=("It was raining.",)),
        ],
        "dropped": [span(CANONICAL, "The quay lies idle.")],
        "facts": [],
        "framing": [],
        "speakers": [],
    }
    return {**variant, **changes}


def make_framing(*rows: dict[str, Any]) -> pl.DataFrame:
    return FRAMING.check(pl.DataFrame(rows, schema=FRAMING.schema).sort("story_id", "variant_id"))


def printed(renderable: RenderableType, *, width: int = 100, colour: bool = False) -> str:
    """What arrives at a terminal of that width."""
    console = Console(
        file=io.StringIO(),
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        markup=False,
        highlight=False,
        emoji=False,
    )
    console.print(renderable)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def printed_lines(renderable: RenderableType, **how: Any) -> list[str]:
    return [line.rstrip() for line in printed(renderable, **how).splitlines()]


def show(**changes: Any) -> RenderableType:
    """The view of the story of two, its canonical "wire" and its variant "herald"."""
    articles = make_articles({"wire": CANONICAL, "herald": VARIANT})
    members = make_members(articles, dict.fromkeys(("wire", "herald"), "st_1a2b"), {"wire"})
    return story_view(make_story(), members, make_framing(make_variant(**changes)), articles, marks=True)


def make_whole(stories: pl.DataFrame, **changes: Any) -> Totals:
    return replace(totals(stories, MEMBERS.empty(), SKIPPED.empty()), **changes)


class TestRunSummary:
    def test_counts_articles_stories_shared_ones_and_skipped_inputs_in_one_line(self) -> None:
        stories = make_stories(make_story("st_a", size=3), make_story("st_b", size=2), make_story("st_c", size=1))
        line = "6 articles  ·  3 stories  ·  2 shared by 5 articles  ·  1,200 skipped"
        assert run_summary(make_whole(stories, n_articles=6, n_skipped=1200)).plain == line

    def test_knows_the_singular_and_the_nothing(self) -> None:
        summary = run_summary(make_whole(make_stories(make_story(size=1)), n_articles=1))
        assert summary.plain == "1 article  ·  1 story  ·  none shared  ·  none skipped"


class TestStoriesTable:
    def table(
        self, *rows: dict[str, Any], texts: dict[str, str] | None = None, **columns: dict[str, Any]
    ) -> RenderableType:
        articles = make_articles(texts or {"wire": CANONICAL, "herald": VARIANT}, **columns)
        members = make_members(articles, dict.fromkeys(articles["article_id"], rows[0]["story_id"]), {"wire"})
        stories = make_stories(*rows)
        table = stories_table(stories, members, articles, make_whole(stories))
        assert table is not None
        return table

    def rows_of(self, *stories: dict[str, Any]) -> list[list[str]]:
        """Id, size and the last column of each row."""
        rows = [line.split() for line in printed_lines(self.table(*stories))[2:]]
        return [[row[0], row[1], row[-1]] for row in rows]

    def test_lists_all_stories_of_a_small_run_the_largest_first_and_says_which_are_alone(self) -> None:
        assert self.rows_of(
            make_story("st_a", size=1, cohesion_min=1.0), make_story("st_b"), make_story("st_c", size=7)
        ) == [["st_c", "7", "0.83"], ["st_b", "2", "0.83"], ["st_a", "1", "alone"]]

    @pytest.mark.parametrize(("n_alone", "n_listed"), [(FEW_STORIES - 1, FEW_STORIES), (FEW_STORIES, 1)])
    def test_leaves_single_articles_out_as_soon_as_there_are_more(self, n_alone: int, n_listed: int) -> None:
        rows = self.rows_of(make_story("st_shared"), *(make_story(f"st_{n:02}", size=1) for n in range(n_alone)))
        assert rows[0] == ["st_shared", "2", "0.83"]
        assert len(rows) == n_listed

    @pytest.mark.parametrize("n_stories", [0, FEW_STORIES + 1])
    def test_is_absent_when_there_is_nothing_to_list(self, n_stories: int) -> None:
        articles = make_articles({f"a{n}": CANONICAL for n in range(n_stories)})
        members = make_members(
            articles, {one: f"st_{one}" for one in articles["article_id"]}, {*articles["article_id"]}
        )
        stories = make_stories(*(make_story(f"st_a{n}", canonical_id=f"a{n}", size=1) for n in range(n_stories)))
        assert stories_table(stories, members, articles, make_whole(stories)) is None

    def test_shows_the_first_words_of_a_canonical_article_without_a_headline(self) -> None:
        assert "Two tugs towed the ship out at dawn." in printed(self.table(make_story()))

    def test_shows_the_headline_of_one_that_has_it(self) -> None:
        assert "Tow at Palisade" in printed(self.table(make_story(canonical_title="Tow at Palisade")))

    def test_shows_the_lowest_confidence_of_a_story(self) -> None:
        assert printed_lines(self.table(make_story(cohesion_min=0.614, cohesion_mean=0.9)))[2].endswith("0.61")

    def test_names_the_first_outlets_and_counts_the_rest(self) -> None:
        ids = ["a", "b", "c", "d", "wire"]
        table = self.table(
            make_story(size=5),
            texts=dict.fromkeys(ids, CANONICAL),
            source=dict(zip(ids, ["Wire", "Herald", "Echo", "Mail", "Wire"], strict=True)),
        )
        assert "Echo, Herald, Mail +1" in printed(table, width=120)

    def test_has_no_column_of_outlets_where_nobody_names_one(self) -> None:
        assert "Sources" not in printed(self.table(make_story()))

    def test_says_how_many_stories_it_leaves_out(self) -> None:
        rows = [make_story(f"st_{n:03}") for n in range(MAX_STORIES + 4)]
        lines = printed_lines(self.table(*rows))
        assert len(lines) == 2 + MAX_STORIES + 1
        assert lines[-1] == "and 4 smaller stories more"

    @pytest.mark.parametrize("width", [60, 80, 120])
    def test_never_cuts_the_id_that_a_user_copies(self, width: int) -> None:
        table = self.table(make_story("st_0123456789abcdef", canonical_title="A headline " * 20))
        lines = printed_lines(table, width=width)
        assert "st_0123456789abcdef" in lines[2]
        assert max(map(len, lines)) <= width


class TestStoryView:
    def test_says_why_the_canonical_article_speaks_for_the_story(self) -> None:
        text = " ".join(printed(show(), width=120).split())
        assert "Chosen by the policy 'combined': completeness 0.91, earliness 1.00, centrality 0.50" in text
        assert "in all 0.72, 0.12 ahead of herald." in text

    def test_lists_the_canonical_article_first_then_the_others_as_they_were_published(self) -> None:
        times = {"a": datetime(2026, 8, 2, tzinfo=UTC), "b": datetime(2026, 8, 1, tzinfo=UTC)}
        articles = make_articles({"a": "A.", "b": "B.", "c": "C.", "wire": CANONICAL}, published_at=times)
        members = make_members(articles, dict.fromkeys(articles["article_id"], "st_1a2b"), {"wire"})
        view = story_view(make_story(size=4), members, FRAMING.empty(), articles, marks=False)
        lines = printed_lines(view)
        table = lines[next(n for n, line in enumerate(lines) if line.startswith("Article")) + 2 :]
        assert [line.split()[0] for line in table] == ["wire", "b", "a", "c"]

    def test_names_related_and_earlier_stories_on_lines_of_their_own(self) -> None:
        articles = make_articles({"wire": CANONICAL})
        members = make_members(articles, {"wire": "st_1a2b"}, {"wire"})
        lineage = [{"op": "merged", "story_id": "st_7"}]
        story = make_story(size=1, related=["st_8", "st_9"], lineage=lineage)
        lines = printed_lines(story_view(story, members, FRAMING.empty(), articles, marks=False))
        assert lines[1:3] == ["Related: st_8, st_9", "Merged st_7"]

    def test_marks_each_sentence_by_what_became_of_it(self) -> None:
        lines = printed_lines(show())
        start = next(n for n, line in enumerate(lines) if line.startswith("= Two tugs"))
        assert lines[start : start + 5] == [
            "= Two tugs towed the ship out at dawn.",
            "! {+Seven+} dockers were {+badly+} hurt.",
            "  canonical: Nine dockers were hurt.",
            "+ Prices will rise.",
            "+ It was raining.",
        ]

    def test_lists_what_was_left_out_after_the_sentences(self) -> None:
        lines = printed_lines(show())
        assert lines[lines.index("Left out") + 1] == "- The quay lies idle."

    def test_counts_the_sentences_of_each_kind(self) -> None:
        assert "= 1 verbatim   + 2 added   ! 1 contradicted   - 1 dropped" in printed_lines(show())

    def test_colours_added_words_and_needs_no_braces_then(self) -> None:
        articles = make_articles({"wire": CANONICAL, "herald": VARIANT})
        members = make_members(articles, dict.fromkeys(("wire", "herald"), "st_1a2b"), {"wire"})
        view = story_view(make_story(), members, make_framing(make_variant()), articles, marks=False)
        shown = printed(view, colour=True)
        assert "\x1b[1;32mSeven\x1b[0m\x1b[31m dockers were \x1b[0m\x1b[1;32mbadly\x1b[0m" in shown
        assert "\x1b[32mPrices will rise." in shown
        assert "\x1b[2mTwo tugs towed the ship out at dawn." in shown
        assert "\x1b[33mThe quay lies idle." in shown
        assert "{+" not in shown

    def test_shows_both_headlines_where_they_differ(self) -> None:
        before, after = "Ship towed", "Ship towed at last"
        lines = printed_lines(show(headline={"canonical": before, "variant": after, "added": [span(after, "at last")]}))
        at = lines.index("Headline")
        assert lines[at + 1 : at + 3] == ["- Ship towed", "+ Ship towed {+at last+}"]

    def test_lists_facts_worst_first_and_joins_additions_of_one_kind(self) -> None:
        nothing = {"canonical_span": None, "variant_span": None}
        facts = [
            {"kind": "entity", "status": "added", "canonical": None, "variant": "Petrel Trust", **nothing},
            {"kind": "entity", "status": "added", "canonical": None, "variant": "Osgathe", **nothing},
            {"kind": "date", "status": "dropped", "canonical": "Friday", "variant": None, **nothing},
            {"kind": "number", "status": "conflict", "canonical": "nine", "variant": "seven", **nothing},
        ]
        lines = printed_lines(show(facts=facts))
        at = lines.index("Facts")
        assert [line.split() for line in lines[at + 1 : at + 4]] == [
            ["!", "number", "conflict", "nine", "→", "seven"],
            ["+", "names", "added", "Petrel", "Trust", "·", "Osgathe"],
            ["-", "dates", "dropped", "Friday"],
        ]

    def test_lists_framing_signals_and_quoted_words(self) -> None:
        nothing = {"canonical_span": None, "variant_span": None}
        signals = [
            {"signal": "hedge", "change": "removed", "before": "reportedly", "after": None, **nothing},
            {"signal": "hedge", "change": "removed", "before": "may", "after": None, **nothing},
            {"signal": "attribution_verb", "change": "replaced", "before": "said", "after": "claimed", **nothing},
        ]
        speakers = [{"speaker": "Perrin Osgathe", "canonical_words": 12, "variant_words": 0}]
        lines = printed_lines(show(framing=signals, speakers=speakers))
        at = lines.index("Framing")
        assert [line.split() for line in lines[at + 1 : at + 3]] == [
            ["~", "attribution", "verb", "replaced", "said", "→", "claimed"],
            ["-", "hedge", "removed", "reportedly", "·", "may"],
        ]
        assert lines[lines.index("Quoted words") + 1].split() == ["-", "Perrin", "Osgathe", "12", "→", "0"]

    def test_says_of_a_single_article_that_nobody_else_tells_the_story(self) -> None:
        articles = make_articles({"wire": CANONICAL})
        members = make_members(articles, {"wire": "st_1a2b"}, {"wire"})
        reason = {"policy": "combined", "scores": None, "runner_up_id": None, "margin": None}
        story = make_story(size=1, canonical_reason=reason, cohesion_min=1.0, cohesion_mean=1.0)
        shown = printed(story_view(story, members, FRAMING.empty(), articles, marks=False))
        assert "No other article tells this story." in shown
        assert "confidence" not in shown

    def test_wraps_sentences_beside_their_marks(self) -> None:
        lines = printed_lines(show(), width=40)
        start = next(n for n, line in enumerate(lines) if line.startswith("! "))
        assert lines[start + 1].startswith("  ")
        assert max(map(len, lines)) <= 40


class TestStrangers:
    HOSTILE = "[bold red]x[/] \x1b]0;owned\x07\x1b[2J\x9b31m \u202egnp \ud800 :smile:"

    def test_an_article_cannot_command_the_terminal_anywhere_in_a_story(self) -> None:
        texts = {"wire": CANONICAL + self.HOSTILE, "herald": VARIANT + self.HOSTILE}
        hostile = self.HOSTILE.replace("\ud800", "")
        story = make_story(canonical_title=hostile, canonical_source=hostile, n_sources=1, related=[hostile])
        articles = make_articles({name: text.replace("\ud800", "") for name, text in texts.items()})
        articles = articles.with_columns(title=pl.lit(hostile), source=pl.lit(hostile))
        members = make_members(articles, dict.fromkeys(texts, "st_1a2b"), {"wire"})
        nothing = {"canonical_span": None, "variant_span": None}
        variant = make_variant(
            headline={"canonical": hostile, "variant": hostile + "!", "added": [{"start": 0, "end": 9}]},
            facts=[
                {"kind": "entity", "status": status, "canonical": hostile, "variant": hostile, **nothing}
                for status in ("added", "dropped", "changed", "conflict")
            ],
            framing=[{"signal": "hedge", "change": "replaced", "before": hostile, "after": hostile, **nothing}],
            speakers=[{"speaker": hostile, "canonical_words": 1, "variant_words": 2}],
            dropped=[{"start": len(CANONICAL), "end": len(CANONICAL) + len(hostile)}],
        )
        shown = printed(story_view(story, members, make_framing(variant), articles, marks=True), width=200)
        assert "[bold red]x[/]" in shown
        assert ":smile:" in shown
        assert [character for character in shown if printable(character) != character and character != "\n"] == []

    def test_nor_in_the_table_of_a_run(self) -> None:
        hostile = self.HOSTILE.replace("\ud800", "")
        articles = make_articles({"wire": CANONICAL, "herald": VARIANT}, source={"wire": hostile})
        members = make_members(articles, dict.fromkeys(("wire", "herald"), "st_1a2b"), {"wire"})
        stories = make_stories(make_story(canonical_title=hostile))
        table = stories_table(stories, members, articles, make_whole(stories))
        assert table is not None
        shown = printed(table, width=200)
        assert [character for character in shown if printable(character) != character and character != "\n"] == []


def test_a_variant_without_any_sentence_says_so() -> None:
    counts = dict.fromkeys(("verbatim", "reworded", "added", "contradicted", "dropped"), 0)
    variant = make_variant(counts=counts, sentences=[], dropped=[])
    assert "no sentences" in printed(variant_view(variant, "partial", "", "", marks=False))
