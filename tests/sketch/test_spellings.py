"""Terms in the words of the article."""

from __future__ import annotations

import pytest

from dedup.config import Config
from dedup.sketch.documents import documents
from dedup.sketch.spellings import spellings
from dedup.sketch.terms import terms
from tests.builders import make_articles

ENGLISH = (
    "Odran Kеlvasti’s jetties — TEN of them — were closed on Monday, the ministry of trans\u00adport said; a co\ufb03n "
    "ship with 2,400 tonnes of &quot;flour&quot; lies at anchor. The jetties of Palisade, said Kеlvasti, stay closed."
)
CHINESE = "哈萨克斯坦与乌兹别克斯坦签署为期十年的用水协议，两国元首在塔什干举行了会晤，并讨论了水库的运营问题。"


@pytest.mark.parametrize(("text", "lang"), [(ENGLISH, "en"), (CHINESE, "zh"), (f"{CHINESE} {ENGLISH}", "zh")])
def test_every_salient_term_of_an_article_has_one(text: str, lang: str) -> None:
    prepared = documents(make_articles({"text": text, "lang": lang}), Config().text)
    salient = terms(prepared)["term"].to_list()
    assert salient
    spelt = spellings(text, lang)
    assert [term for term in salient if term not in spelt] == []
    # A term of two unspaced characters may have a comma between them.
    plain = text.replace("，", "")
    assert [word for term, word in spelt.items() if term in salient and word not in plain] == []


def test_they_are_what_is_written_not_what_is_matched() -> None:
    written = set(spellings(ENGLISH, "en").values())
    assert {"Kеlvasti", "trans\u00adport", "co\ufb03n", "Palisade"} <= written


def test_an_empty_text_has_none() -> None:
    assert spellings("", "en") == {}
