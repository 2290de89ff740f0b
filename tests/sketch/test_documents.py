"""Articles prepared for matching."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.config import TextConfig
from dedup.errors import SchemaError
from dedup.schemas import ARTICLES, DOCUMENTS
from dedup.sketch.documents import documents
from dedup.text.language_tags import language_of
from dedup.text.normalise import normalise
from dedup.text.words import words
from tests.builders import Article, make_articles
from tests.text.strange import few, strange_texts

SENTENCES = [
    "The council has ordered two fuel jetties to shut by October.",
    "Trawlers that refuel there will have to find another pump.",
    "Volunteers collected 640 oiled birds after the leak in July.",
]
FOOTER = "This bulletin reaches you from the Skarrel islets every morning."


def document(text: str, config: TextConfig | None = None) -> dict[str, object]:
    return documents(make_articles(text), config or TextConfig()).row(0, named=True)


@few
@given(st.lists(strange_texts, min_size=1, max_size=5))
def test_any_article_becomes_a_document(texts: list[str]) -> None:
    articles = make_articles(*texts)
    found = DOCUMENTS.check(documents(articles, TextConfig()))
    assert found["row"].to_list() == list(range(articles.height))
    for text, row in zip(articles["text"], found.iter_rows(named=True), strict=True):
        covered = {at for span in row["sentences"] for at in range(span["start"], span["end"])}
        assert covered >= {at for at, character in enumerate(text) if not character.isspace()}
        assert all(at < len(row["sentences"]) for at in row["boilerplate"])
        assert all(text[fold["start"] : fold["end"]] == fold["raw"] for fold in row["folds"])
        assert row["n_words"] == len(words(row["matching"]))


@few
@given(st.lists(strange_texts, min_size=2, max_size=5))
def test_an_article_without_outlet_does_not_depend_on_its_neighbours(texts: list[str]) -> None:
    alone = [documents(make_articles(Article(text=text, source=None)), TextConfig()).drop("row") for text in texts]
    together = documents(make_articles(*(Article(text=text, source=None) for text in texts)), TextConfig()).drop("row")
    assert pl.concat(alone).equals(together)


def test_matching_text_is_folded_and_without_furniture() -> None:
    row = document("The ‘Amberlight’ was towed. © Tavra Vision 2026.")
    assert row["boilerplate"] == [1]
    assert row["matching"] == "the 'amberlight' was towed."


@pytest.mark.parametrize(
    ("title", "headline"),
    [(None, ""), ("", ""), (" \n", ""), (" ‘Amberlight’ Towed\u00ad ", "'amberlight' towed"), ("Kеlvasti", "kelvasti")],
)
def test_the_headline_is_folded_and_none_is_empty(title: str | None, headline: str) -> None:
    articles = make_articles(Article(text="It rained in Palisade.", title=title))
    assert documents(articles, TextConfig())["headline"].to_list() == [headline]


def test_furniture_stays_when_the_user_wants_it() -> None:
    row = document("It rained. © Tavra Vision 2026.", TextConfig(drop_boilerplate=False))
    assert row["boilerplate"] == []
    assert row["matching"] == normalise("It rained. © Tavra Vision 2026.").text


def test_a_sentence_under_all_articles_of_an_outlet_is_furniture() -> None:
    texts = [f"{sentence} {FOOTER}" for sentence in SENTENCES]
    articles = make_articles(*(Article(text=text, source="Islet Daily") for text in texts))
    assert documents(articles, TextConfig())["boilerplate"].to_list() == [[1], [1], [1]]


def test_the_same_sentence_from_different_outlets_is_a_story() -> None:
    articles = make_articles(*(f"{sentence} {FOOTER}" for sentence in SENTENCES))
    assert documents(articles, TextConfig())["boilerplate"].to_list() == [[], [], []]


def test_versions_of_one_article_by_one_outlet_are_no_furniture() -> None:
    text = " ".join(SENTENCES)
    versions = [text, f"{text} It rained.", f"{text} It snowed.", f"{text} Nobody came."]
    articles = make_articles(*(Article(text=version, source="Islet Daily") for version in versions))
    assert documents(articles, TextConfig())["boilerplate"].to_list() == [[], [], [], []]


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("Two words.", "short"),
        ("© 2026 Tavra Vision", "empty"),
        ("🧨", "empty"),
        ("Odran Kеlvasti spoke.", "homoglyph"),
        ("A pass\u200bword.", "invisible"),
        ("A naÃ¯ve man.", "mojibake"),
        ("AT&amp;T closed.", "markup"),
    ],
)
def test_what_is_odd_is_flagged(text: str, flag: str) -> None:
    flags = document(text)["flags"]
    assert isinstance(flags, list)
    assert flag in flags


def test_the_shortest_article_is_the_users_choice() -> None:
    assert document("one two three", TextConfig(min_words=3))["flags"] == []
    assert document("one two three", TextConfig(min_words=4))["flags"] == ["short"]


@pytest.mark.parametrize(
    ("given_lang", "default", "expected"),
    [
        ("pt-BR", None, "pt"),
        ("DE", "fr", "de"),
        (None, "fr", "fr"),
        (None, None, "en"),
        ("en_US", "fr", "en"),
        ("ger", None, "de"),
        ("Deutsch", None, "de"),
        (None, "ENG", "en"),
        ("unknown", "fr", "fr"),
        ("*", None, "en"),
    ],
)
def test_the_language_is_the_articles_then_the_default_then_identified(
    given_lang: str | None, default: str | None, expected: str
) -> None:
    articles = make_articles({"text": " ".join(SENTENCES), "lang": given_lang})
    assert documents(articles, TextConfig(default_lang=default))["lang"].to_list() == [expected]


@few
@given(st.one_of(st.text(max_size=12), strange_texts, st.sampled_from(["x-klingon", "i-default", "日本語 ", "C", "5"])))
def test_an_article_whose_tag_names_no_language_is_read_as_one_without_a_tag(tag: str) -> None:
    text = " ".join(SENTENCES)
    with_tag, without = (documents(make_articles({"text": text, "lang": lang}), TextConfig()) for lang in (tag, None))
    lang = language_of(tag) or "en"
    assert with_tag["lang"].to_list() == [lang]
    assert with_tag.drop("lang").equals(without.drop("lang"))


def test_no_articles_give_no_documents() -> None:
    assert documents(ARTICLES.empty(), TextConfig()).is_empty()


def test_another_frame_is_refused() -> None:
    with pytest.raises(SchemaError, match="articles: wrong columns"):
        documents(DOCUMENTS.empty(), TextConfig())
