"""What a run shows in Prefect, as text."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from dedup.pipeline import Run
from dedup.schemas import FRAMING, STORIES
from flows import artifacts
from flows.artifacts import (
    framing_markdown,
    outlets_caption,
    outlets_table,
    stories_caption,
    stories_table,
    summary_markdown,
)
from flows.history_artifacts import changes_caption
from flows.safe_markdown import WORD_JOINER
from tests.flows.builders import (
    CANONICAL,
    HOSTILE,
    VARIANT,
    make_article,
    make_member,
    make_run,
    make_story,
    make_variant,
)
from tests.flows.pages import MARKDOWN, Page
from tests.report.frames import MadeRun
from tests.report.outlets import AGENCY, TABLOID, outlets_run


def page(markdown: str) -> Page:
    return Page(MARKDOWN.render(markdown))


def sentences(markdown: str) -> list[str]:
    """Items of the Markdown lists without invisible characters and escapes."""
    plain = markdown.replace(WORD_JOINER, "").replace("\\", "")
    return [item.strip() for item in re.findall(r"^- (.*(?:\n  > .*)?)", plain, re.MULTILINE)]


def table(run: Run) -> list[dict[str, Any]]:
    return stories_table(run.stories, run.articles)


def test_the_largest_story_comes_first_and_equals_by_name() -> None:
    run = make_run(stories=[make_story("s2", size=1), make_story("s3", size=4), make_story("s1", size=1)])
    assert [row["story"] for row in table(run)] == ["s3", "s1", "s2"]


def test_a_row_says_what_the_story_is() -> None:
    story = make_story(
        canonical_title="Port shut",
        canonical_source="Harbour Times",
        cohesion_min=0.876,
        first_seen=datetime(2026, 5, 3, 8, 30, 59, tzinfo=UTC),
        last_seen=None,
    )
    assert table(make_run(stories=[story])) == [
        {
            "articles": 2,
            "sources": 2,
            "cohesion": "0.87",
            "canonical article": "Port shut",
            "its source": "Harbour Times",
            "first seen": "2026-05-03 08:30 UTC",
            "story": "s1",
        }
    ]


def test_an_article_without_a_title_is_called_by_its_first_line() -> None:
    run = make_run(
        stories=[make_story(canonical_title=None)],
        members=[make_member("a", "canonical"), make_member("b")],
        articles=[make_article("a", f"Harbour shut\n\n{CANONICAL}"), make_article("b", VARIANT)],
        framing=[],
    )
    assert table(run)[0]["canonical article"] == "Harbour shut"
    assert "## Harbour shut\n" in framing_markdown(run)


def test_a_column_that_would_be_empty_is_left_out() -> None:
    assert list(table(make_run())[0]) == ["articles", "sources", "cohesion", "canonical article", "story"]


def test_a_hostile_cell_begins_no_tag() -> None:
    story = make_story(canonical_title=HOSTILE, canonical_source=HOSTILE)
    for text in table(make_run(stories=[story]))[0].values():
        assert Page(str(text)).tags == []


def test_what_the_table_leaves_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(artifacts, "MAX_TABLE_STORIES", 2)
    run = make_run(stories=[make_story(f"s{number}", size=1 + number) for number in range(3)])
    assert len(table(run)) == 2
    assert stories_caption(run) == (
        "3 stories, 2 of several articles. The 2 largest are shown; all are in stories.jsonl."
    )


def test_a_complete_table_claims_no_more() -> None:
    assert stories_caption(make_run()) == "1 story, 1 of several articles."


def test_an_empty_run_has_an_empty_table_and_nothing_to_compare() -> None:
    run = make_run(stories=[], members=[], framing=[], articles=[])
    assert table(run) == []
    assert framing_markdown(run) == "No story has more than one article, so there is nothing to compare."
    assert "| articles | 0 |" in summary_markdown(run)


def test_a_run_that_hands_over_its_largest_stories_is_told_as_a_whole() -> None:
    counts = {
        "articles": 900,
        "skipped": {"not_json": 7, "empty_text": 2},
        "stories": 700,
        "shared_stories": 150,
        "articles_in_shared_stories": 350,
        "sources": 12,
    }
    run = make_run(manifest={"counts": counts})
    assert stories_caption(run) == (
        "700 stories, 150 of several articles. The 1 largest are shown; all are in stories.jsonl."
    )
    assert outlets_caption(run).startswith("12 outlets: ")
    assert "The 1 largest of 150 stories" in framing_markdown(run)
    text = summary_markdown(run)
    for row in (
        "articles | 900",
        "sources | 12",
        "stories | 700",
        "articles in them | 350 (39%)",
        "rejected inputs | 9",
    ):
        assert f"| {row} |" in text


def test_the_summary_says_what_each_stage_took_and_what_drifted() -> None:
    stages = [
        {"name": "pairs", "rows": 9, "seconds": 0.5, "rows_per_second": 18.0, "peak_mb": 412.4},
        {"name": "report", "rows": None, "seconds": 0.0, "rows_per_second": None, "peak_mb": 412.4},
    ]
    drift = "the share of articles in stories of several is 10%, against 60% in the last 7 runs"
    text = summary_markdown(make_run(manifest={"stages": stages, "warnings": [drift]}))
    assert text.replace(WORD_JOINER, "").replace("\\", "").startswith(f"⚠ {drift}")
    assert "| pairs | 0.50 | 4 | 9 | 412 |" in text
    assert "| report | 0.00 | — | — | 412 |" in text


def test_the_changes_name_the_outlets_of_the_batch_as_text() -> None:
    counts = {"new": 5, "grown": 1, "merged": 0, "split": 0}
    outlets = {"Gazette": 3, HOSTILE: 2}
    caption = changes_caption(make_run(manifest={"counts": {**counts, "outlets": outlets}}))
    assert caption.startswith(
        "Of 5 new articles: 1 stories grew, 0 merged, 0 split. Most articles of the batch: Gazette"
    )
    assert set(page(caption).tags) <= {"p"}
    assert "Most articles" not in changes_caption(make_run(manifest={"counts": counts}))


def test_every_kind_of_sentence_has_its_mark() -> None:
    assert sentences(framing_markdown(make_run())) == [
        "`reworded` The **angry** port is shut.\n  > The port is shut.",
        "`⚠ contradicted` Talks resume on **5** May.\n  > Talks resume on 4 May.",
        "`added` **It is a disgrace.**",
        "`dropped` ~~Nobody was hurt.~~",
    ]


def test_a_verbatim_sentence_is_not_shown_twice() -> None:
    same = {
        "start": 0,
        "end": 17,
        "kind": "verbatim",
        "score": 1.0,
        "canonical": [{"start": 0, "end": 17}],
        "added": [],
    }
    run = make_run(framing=[make_variant(sentences=[same], dropped=[])], articles=[
        make_article("a", CANONICAL), make_article("b", CANONICAL)
    ])  # fmt: skip
    assert sentences(framing_markdown(run)) == ["`same` The port is shut."]


def test_conflicts_and_framing_are_told_below_the_sentences() -> None:
    text = framing_markdown(make_run()).replace(WORD_JOINER, "")
    assert "In conflict: date **5 May** against 4 May." in text
    assert "Framing: **disgrace** (loaded, added)." in text


def test_the_reason_for_the_canonical_article_is_told() -> None:
    assert "chosen by the policy combined, ahead of b by 0.25" in framing_markdown(make_run())


def test_hostile_articles_make_no_markup_of_their_own() -> None:
    hostile = make_variant(
        variant_id=HOSTILE,
        sentences=[
            {
                "start": 0,
                "end": len(HOSTILE),
                "kind": "reworded",
                "score": 0.5,
                "canonical": [{"start": 0, "end": len(HOSTILE)}],
                "added": [{"start": start, "end": start + 9} for start in range(0, len(HOSTILE), 20)],
            }
        ],
        dropped=[{"start": 0, "end": len(HOSTILE)}],
        facts=[{"kind": "quote", "status": "conflict", "canonical": HOSTILE, "variant": HOSTILE}],
        framing=[{"signal": "loaded", "change": "replaced", "before": HOSTILE, "after": HOSTILE}],
    )
    members = [
        make_member("a", "canonical", title=HOSTILE, source=HOSTILE, url="javascript:alert(1)"),
        make_member(HOSTILE, title=HOSTILE, source=HOSTILE, url="https://news.example/)|<img src=x>"),
    ]
    articles = [make_article("a", HOSTILE), make_article(HOSTILE, HOSTILE)]
    shown = page(framing_markdown(make_run(members=members, framing=[hostile], articles=articles)))
    expected = {"p", "h2", "h3", "ul", "li", "code", "blockquote", "strong", "s", "a"}
    assert set(shown.tags) <= expected
    assert shown.tags.count("a") == 1
    assert (shown.tags.count("li"), shown.tags.count("code"), shown.tags.count("blockquote")) == (2, 2, 1)
    assert "<script>alert(1)</script>" in shown.text.replace(WORD_JOINER, "")


def test_a_hostile_file_name_in_the_summary_is_only_text() -> None:
    run = make_run(skipped=[{"where": HOSTILE, "reason": f"not-json: {HOSTILE}"}], manifest={"warnings": [HOSTILE]})
    shown = page(summary_markdown(run))
    assert set(shown.tags) <= {"p", "h3", "table", "thead", "tbody", "tr", "th", "td"}


def test_the_most_changed_variants_are_shown_and_the_rest_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(artifacts, "MAX_DIFF_VARIANTS", 2)
    counts = {"verbatim": 0, "reworded": 0, "added": 0, "contradicted": 0, "dropped": 0}
    variants = {"b": {"reworded": 9}, "c": {"contradicted": 1}, "d": {"added": 1}, "e": {"added": 1}}
    run = make_run(
        stories=[make_story(size=5)],
        members=[make_member("a", "canonical"), *(make_member(name, title=name) for name in variants)],
        framing=[make_variant(name, counts=counts | changed) for name, changed in variants.items()],
        articles=[make_article("a", CANONICAL), *(make_article(name, VARIANT) for name in variants)],
    )
    text = framing_markdown(run)
    assert [line for line in text.splitlines() if line.startswith("### ")] == ["### c", "### d"]
    assert "The 2 most changed of 4 variants; framing.jsonl has them all." in text


def test_a_long_variant_says_how_many_sentences_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(artifacts, "MAX_DIFF_SENTENCES", 1)
    assert sentences(framing_markdown(make_run()))[-1] == "3 more are in framing.jsonl."


def test_a_long_sentence_is_cut_where_it_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(artifacts, "MAX_SENTENCE_CHARACTERS", 10)
    assert sentences(framing_markdown(make_run()))[0] == "`reworded` The **angry**…\n  > The port…"


def test_stories_left_out_for_their_number_or_length_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["s1", "s2", "s3"]
    run = make_run(
        stories=[make_story(name) for name in names], framing=[make_variant(story_id=name) for name in names]
    )
    monkeypatch.setattr(artifacts, "MAX_DIFF_STORIES", 2)
    assert "The 2 largest of 3 stories" in framing_markdown(run)
    monkeypatch.setattr(artifacts, "MAX_MARKDOWN_CHARACTERS", len(artifacts.LEGEND) + 200)
    assert "Left out for length: 1 more of them." in framing_markdown(run)


def test_the_summary_counts_and_warns() -> None:
    run = make_run(
        skipped=[{"where": "a.txt", "reason": "empty: no text"}],
        manifest={"warnings": ["2 buckets were cut"], "lsh": {"copy": {"bands": 32}}},
    )
    text = summary_markdown(run).replace("\\", "")
    assert text.startswith("⚠ 2 buckets were cut\n")
    assert "| stories of several articles | 1 |" in text
    assert "| rejected inputs | 1 |" in text
    assert "| a.txt | empty: no text |" in text
    assert "| copy · bands | 32 |" in text


def test_the_builders_keep_the_frames_declarations() -> None:
    run = make_run()
    assert STORIES.check(run.stories).height == 1
    assert FRAMING.check(run.framing).height == 1


def of_outlets(made: MadeRun) -> Run:
    return replace(make_run(), members=made.members, outlets=made.outlets)


def test_the_table_of_outlets_says_who_follows_and_what_each_keeps_adding() -> None:
    made = outlets_run()
    outlets = made.outlets
    agency, thunder, *_, nobody = outlets_table(outlets)
    assert (agency["outlet"], agency["first in"], agency["gave text"]) == (AGENCY, "8 of 8", 17)
    assert (thunder["outlet"], thunder["follows after"]) == (TABLOID, "5.0 h")
    assert thunder["keeps adding"].startswith("beloved, disgraceful")
    assert nobody["outlet"] == "no outlet named"
    assert outlets_caption(of_outlets(made)).startswith("4 outlets: who is first")


def test_a_long_table_of_outlets_says_what_it_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(artifacts, "MAX_TABLE_OUTLETS", 2)
    made = outlets_run()
    assert len(outlets_table(made.outlets)) == 2
    assert outlets_caption(of_outlets(made)).endswith("The 2 with most articles are shown; all are in outlets.parquet.")


def test_the_names_of_outlets_are_cells_and_nothing_else() -> None:
    for row in outlets_table(outlets_run(tabloid=HOSTILE).outlets):
        assert not {"\n", "\u202e"} & set(row["outlet"])
        assert not re.search(r"<\w", row["outlet"])
