"""The salient terms of articles."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from dedup.config import TextConfig
from dedup.schemas import DOCUMENTS, TERMS
from dedup.sketch.documents import documents
from dedup.sketch.salience import vocabulary
from dedup.sketch.terms import MIN_WEIGHT, terms
from tests.builders import Article, make_articles
from tests.text.strange import few, plain_texts, strange_texts


def terms_of(*articles: str | Article, min_words: int = 1) -> pl.DataFrame:
    return terms(documents(make_articles(*articles), TextConfig(min_words=min_words)))


@few
@given(st.lists(st.one_of(strange_texts, plain_texts), max_size=4))
def test_each_salient_term_stands_once_an_article(texts: list[str]) -> None:
    found = TERMS.check(terms_of(*texts))
    assert found.equals(found.unique(["row", "term"]).sort("row", "term"))
    assert found.is_empty() or found["weight"].is_between(MIN_WEIGHT * 0.999, 1).all()


@given(plain_texts)
def test_repeating_a_text_changes_nothing(text: str) -> None:
    assert terms_of(text).equals(terms_of(f"{text} {text}"))


def test_common_words_are_left_out_and_names_kept() -> None:
    found = set(terms_of("The hawser of Kelvasti was in the harbour for the day.")["term"].to_list())
    known = vocabulary("en")
    assert {known.term(word).id for word in ("hawser", "kelvasti")} <= found
    assert not {known.term(word).id for word in ("the", "of", "was", "in", "for", "day")} & found


def test_short_articles_have_none_so_they_join_no_story() -> None:
    assert terms_of("Kelvasti spoke.", "Kelvasti spoke of hawsers and of looms.", min_words=5)[
        "row"
    ].unique().to_list() == [1]


def test_furniture_has_none() -> None:
    plain, furnished = "Kelvasti spoke of hawsers.", "Kelvasti spoke of hawsers. © Amberlight Vision 2026."
    found = terms_of(plain, furnished)
    assert found.filter(row=0)["term"].to_list() == found.filter(row=1)["term"].to_list()


def test_the_headline_has_them_too() -> None:
    text, title = "Nine people were hurt on the quay.", "Kelvasti towed"
    told = set(terms_of(Article(text=text, title=title))["term"].to_list())
    assert told - set(terms_of(text)["term"].to_list()) == set(terms_of("Kelvasti towed")["term"].to_list())
    assert terms_of(Article(text=text, title=title)).equals(terms_of(f"{title}. {text}"))


def test_a_headline_alone_makes_no_article_long_enough() -> None:
    assert terms_of(Article(text="It rained.", title="Kelvasti spoke of hawsers and of looms"), min_words=5).is_empty()


def test_no_documents_give_no_terms() -> None:
    assert terms(DOCUMENTS.empty()).is_empty()
