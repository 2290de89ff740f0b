"""What the page of one story shows, as plain values.

In: the stories that are shown. Out: one object a story, made when it is asked for: those of all stories at once took
three times the memory that the file does. Must not know HTML: nothing here is escaped, everything here is untrusted.

Spans are ``[start, end]`` in code points of the article's text, and what is unknown is absent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import islice
from typing import Any, Final

import polars as pl

from dedup.memory import mapped_pages_go
from dedup.report.numbers import number
from dedup.report.shown import Shown

TOGETHER: Final = 200
"""Stories that are made at a time."""

Row = dict[str, Any]


def story_details(shown: Shown, people: pl.DataFrame, with_text: AbstractSet[str]) -> Iterator[Row]:
    """One object per story, in the order of ``story_id``.

    Args:
        shown: The stories.
        people: Their members as ``page_data.people_of`` gives them.
        with_text: Stories that are told with texts and diffs.
    """
    placed = shown.articles.select("article_id").with_row_index("at")
    is_told = pl.col("story_id").is_in(sorted(with_text))
    crews = people.join(placed, on="article_id", how="left", maintain_order="left").with_columns(
        pl.when(is_told).then("at")
    )
    texts = shown.articles["text"]
    # Only where they are: diffs are most of what a page shows, and are read where they lie.
    diffs = shown.framing.select("story_id", "variant_id").with_row_index("at")
    diffs = diffs.filter(is_told).sort("story_id", "variant_id").select("story_id", "at")
    lookalikes = shown.lookalikes.sort("story_id", maintain_order=True)
    odd = _odd(shown.oddities)
    for stories in shown.stories.iter_slices(TOGETHER):
        crew = _part(crews, stories)
        crew = crew.with_columns(texts.gather(crew["at"]).fill_null("").alias("text"))
        crew_of, lookalikes_of = _by_story(crew), _by_story(_part(lookalikes, stories))
        diffs_of = _diffs(shown.framing[_part(diffs, stories)["at"]])
        for story in stories.iter_rows(named=True):
            told = story["story_id"] in with_text
            yield {
                "canonical": story["canonical_id"],
                "reason": _reason(story["canonical_reason"]),
                "cohesion": [number(story["cohesion_min"]), number(story["cohesion_mean"])],
                "related": story["related"],
                "lineage": [[step["op"], step["story_id"]] for step in story["lineage"]],
                "articles": [_article(row, odd, with_text=told) for row in crew_of[story["story_id"]]],
                "diffs": diffs_of[story["story_id"]],
                **_lookalikes(lookalikes_of[story["story_id"]]),
                **({} if told else {"textless": True}),
            }
        mapped_pages_go()


def _part(frame: pl.DataFrame, stories: pl.DataFrame) -> pl.DataFrame:
    """The rows of some stories; both frames are sorted by ``story_id``, and no other story stands between these."""
    ids = frame["story_id"]
    start = ids.search_sorted(stories["story_id"][0], "left")
    end = ids.search_sorted(stories["story_id"][-1], "right")
    return frame.slice(start, end - start)


def _by_story(frame: pl.DataFrame) -> defaultdict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in frame.iter_rows(named=True):
        found[row["story_id"]].append(row)
    return found


def _article(row: Row, odd: Mapping[str, tuple[list[str], list[list[Any]]]], *, with_text: bool) -> Row:
    flags, folds = odd.get(row["article_id"], (None, None))
    article = {
        "id": row["article_id"],
        "heading": row["heading"],
        "title": row["title"],
        "source": row["source"],
        "time": row["time"],
        "url": row["url"],
        "lang": row["lang"],
        "relation": row["relation"],
        "similarity": number(row["similarity"]),
        "confidence": number(row["confidence"]),
        "why": row["why"],
        "text": row["text"] if with_text else None,
        "flags": flags or None,
        "folds": (folds or None) if with_text else None,
    }
    return {key: value for key, value in article.items() if value is not None}


def _diffs(framing: pl.DataFrame) -> defaultdict[str, Row]:
    """By story and variant, the diffs in some rows of the FRAMING frame."""
    found: defaultdict[str, Row] = defaultdict(dict)
    rows = framing.drop("sentences").iter_rows(named=True)
    for row, sentences in zip(rows, _sentences(framing["sentences"]), strict=True):
        found[row["story_id"]][row["variant_id"]] = _diff(row, sentences)
    return found


def _sentences(sentences: pl.Series) -> Iterator[list[list[Any]]]:
    """Per diff its sentences, as lists: start, end, kind, score, spans in the canonical text, spans added.

    Most of what a page holds beside texts, so spans become lists in compiled code; as objects they took nearly twice as
    long.
    """
    span = pl.element().struct
    as_lists = pl.concat_list(span.field("start"), span.field("end"))
    flat = sentences.filter(sentences.list.len() > 0).explode().to_frame("sentence").unnest("sentence")
    plain = flat.select("start", "end", "kind", "score", pl.col("canonical", "added").list.eval(as_lists))
    told = zip(*(column.to_list() for column in plain), strict=True)
    for n_sentences in sentences.list.len():
        yield [
            [start, end, kind, number(score), canonical, added]
            for start, end, kind, score, canonical, added in islice(told, n_sentences)
        ]


def _diff(row: Row, sentences: list[list[Any]]) -> Row:
    headline = row["headline"]
    return {
        "counts": [row["counts"][kind] or 0 for kind in ("verbatim", "reworded", "added", "contradicted", "dropped")],
        "headline": [headline["canonical"], headline["variant"], _spans(headline["added"])],
        "sentences": sentences,
        "dropped": _spans(row["dropped"]),
        "facts": [
            [f["kind"], f["status"], f["canonical"], f["variant"], _span(f["canonical_span"]), _span(f["variant_span"])]
            for f in row["facts"]
        ],
        "framing": [
            [s["signal"], s["change"], s["before"], s["after"], _span(s["canonical_span"]), _span(s["variant_span"])]
            for s in row["framing"]
        ],
        "speakers": [[s["speaker"], s["canonical_words"] or 0, s["variant_words"] or 0] for s in row["speakers"]],
    }


def _reason(reason: Row) -> Row:
    scores = {name: number(value) for name, value in reason["scores"].items()}
    return {
        "policy": reason["policy"],
        "scores": {name: value for name, value in scores.items() if value is not None},
        "runner_up_id": reason["runner_up_id"],
        "margin": number(reason["margin"]),
    }


def _lookalikes(rows: Sequence[Row]) -> Row:
    if not rows:
        return {}
    names = ("own", "other", "heading", "source", "story")
    return {
        "n_lookalikes": rows[0]["n_lookalikes"],
        "lookalikes": [
            {
                **{name: row[name] for name in names},
                "confidence": number(row["confidence"]),
                **{name: row[name] for name in ("relation", "decision", "reason")},
            }
            for row in rows
        ],
    }


def _odd(oddities: pl.DataFrame | None) -> dict[str, tuple[list[str], list[list[Any]]]]:
    """Flags of odd articles, and what was folded for matching in each: start, end, as given, as read, kind."""
    if oddities is None:
        return {}
    odd = oddities.filter((pl.col("flags").list.len() > 0) | (pl.col("folds").list.len() > 0))
    return {
        article_id: (flags, [[fold["start"], fold["end"], fold["raw"], fold["folded"], fold["kind"]] for fold in folds])
        for article_id, flags, folds in odd.select("article_id", "flags", "folds").iter_rows()
    }


def _span(span: Mapping[str, int | None] | None) -> list[int] | None:
    if span is None or span["start"] is None or span["end"] is None:
        return None
    return [span["start"], span["end"]]


def _spans(spans: Sequence[Mapping[str, int | None]] | None) -> list[list[int]]:
    return [pair for span in spans or () if (pair := _span(span)) is not None]
