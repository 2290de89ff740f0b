"""Names that a story spells in several ways, noted in both articles."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from dedup.config import Config
from dedup.pipeline import run
from dedup.schemas import DOCUMENTS, FRAMING
from dedup.sketch.documents import documents
from dedup.store.laid import Disk
from dedup.store.outputs import read_run
from dedup.stories.transliterations import with_transliterations
from tests.builders import Article, make_articles

CANONICAL = "The regulator Yevgeny Kaddour closed the Palisade refinery after a leak hurt nine workers on Monday."
VARIANT = "The Palisade refinery was closed by Evgeni Qaddur, the regulator, after nine workers were hurt in a leak."


def make_fact(
    status: str = "changed", kind: str = "entity", ours: str = "Yevgeny Kaddour", theirs: str = "Evgeni Qaddur"
) -> dict[str, object]:
    def span(text: str, name: str) -> dict[str, int]:
        return {"start": text.find(name), "end": text.find(name) + len(name)}

    fact = {"kind": kind, "status": status, "canonical": ours, "variant": theirs}
    return {**fact, "canonical_span": span(CANONICAL, ours), "variant_span": span(VARIANT, theirs)}


def make_framing(*facts: dict[str, object]) -> pl.DataFrame:
    row = dict.fromkeys(FRAMING.columns) | {"story_id": "s", "canonical_id": "a", "variant_id": "b"}
    empty = {"sentences": [], "dropped": [], "framing": [], "speakers": [], "facts": list(facts)}
    counts = dict.fromkeys(("verbatim", "reworded", "added", "contradicted", "dropped"), 0)
    headline: dict[str, object] = {"canonical": None, "variant": None, "added": []}
    return FRAMING.check(
        pl.DataFrame([{**row, **empty, "counts": counts, "headline": headline}], schema=FRAMING.schema)
    )


def noted(*facts: dict[str, object]) -> pl.DataFrame:
    articles = make_articles(Article(article_id="a", text=CANONICAL), Article(article_id="b", text=VARIANT))
    return with_transliterations(documents(articles, Config().text), articles, make_framing(*facts))


def test_both_articles_are_flagged_and_show_both_spellings() -> None:
    found = DOCUMENTS.check(noted(make_fact()))
    assert found["flags"].to_list() == [["transliteration"], ["transliteration"]]
    told = [[(CANONICAL, VARIANT)[row][fold["start"] : fold["end"]], fold["raw"], fold["folded"], fold["kind"]]
            for row, folds in enumerate(found["folds"].to_list()) for fold in folds]  # fmt: skip
    assert told == [
        ["Yevgeny Kaddour", "Yevgeny Kaddour", "Evgeni Qaddur", "transliteration"],
        ["Evgeni Qaddur", "Evgeni Qaddur", "Yevgeny Kaddour", "transliteration"],
    ]


def test_other_facts_are_no_transliterations() -> None:
    found = noted(
        make_fact(status="conflict"),
        make_fact(kind="number"),
        make_fact(ours="Kaddour", theirs="Qaddur, the"),
    )
    assert found["flags"].to_list() == [[], []]
    assert found["folds"].list.len().to_list() == [0, 0]


def test_it_is_noted_the_same_on_the_disk_some_articles_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dedup.places.TOGETHER", 1)
    others = [Article(article_id=f"c{n}", text="Xаnthic divers searched the basin.") for n in range(4)]
    articles = make_articles(Article(article_id="a", text=CANONICAL), Article(article_id="b", text=VARIANT), *others)
    prepared = documents(articles, Config().text)
    framed = make_framing(make_fact())
    laid = with_transliterations(prepared, articles, framed, Disk(tmp_path / "out"))
    assert laid.equals(with_transliterations(prepared, articles, framed))
    assert laid["folds"].list.len().to_list() == [1] * 6, "what was folded before is still there"


def test_a_name_that_two_facts_tell_is_noted_once() -> None:
    assert noted(make_fact(), make_fact())["folds"].list.len().to_list() == [1, 1]


def test_a_run_tells_it_beside_the_articles(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"{CANONICAL} Yevgeny Kaddour spoke of rust in the pipes.", "utf-8")
    (tmp_path / "b.txt").write_text(f"{VARIANT} Evgeni Qaddur spoke of rust in the pipes.", "utf-8")
    run([tmp_path / "a.txt", tmp_path / "b.txt"], tmp_path / "out", Config())
    stored = read_run(tmp_path / "out").oddities
    texts = dict(read_run(tmp_path / "out").articles.select("article_id", "text").iter_rows())
    assert stored["flags"].to_list() == [["transliteration"], ["transliteration"]]
    for article_id, folds in stored.select("article_id", "folds").iter_rows():
        assert folds
        assert all(texts[article_id][fold["start"] : fold["end"]] == fold["raw"] for fold in folds)
