"""What people write to name a language."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.config import TextConfig
from dedup.sketch.documents import documents
from dedup.sketch.terms import terms
from dedup.text.language_tags import language_of
from tests.builders import make_article, make_articles
from tests.text.strange import few, strange_texts

TEXT = "The council of the islets has ordered two of the three fuel jetties in its waters to shut by October."
SAYS_NOTHING = ["unknown", "5", "a", "C", "*", "x", "i-default", "x-klingon", "", "-", "und", "mul", "qqq", "en1", "日"]


def prepared(lang: str | None) -> pl.DataFrame:
    return documents(make_articles(make_article(text=TEXT, lang=lang)), TextConfig())


class TestLanguageOf:
    @pytest.mark.parametrize(
        ("tags", "code"),
        [
            (["en", "EN", "en-US", "en_GB", "en_GB.UTF-8", "eng", "English", "English (US)", "en;q=0.8", " en "], "en"),
            (["de", "ger", "deu", "DE-at", "Deutsch", "german"], "de"),
            (["fr", "fre", "fra", "fr,en", "Français"], "fr"),
            (["zh", "zh-Hant-TW", "zho", "chi", "cmn", "中文", "简体中文"], "zh"),
            (["nb", "no", "nob", "nor", "no-NO"], "nb"),
            (["he", "iw"], "he"),
            (["pt-BR", "por", "Português"], "pt"),
        ],
    )
    def test_ways_to_write_a_language_are_one_code(self, tags: list[str], code: str) -> None:
        assert {language_of(tag) for tag in tags} == {code}

    @pytest.mark.parametrize("tag", SAYS_NOTHING)
    def test_what_names_no_language_says_nothing(self, tag: str) -> None:
        assert language_of(tag) == ""

    @given(strange_texts)
    def test_of_any_string_is_a_code_or_nothing(self, tag: str) -> None:
        code = language_of(tag)
        assert code == "" or (len(code) == 2 and code.isascii() and code.islower() and language_of(code) == code)


class TestArticles:
    @few
    @given(st.one_of(st.sampled_from(SAYS_NOTHING), strange_texts.filter(lambda tag: not language_of(tag))))
    def test_with_a_tag_that_says_nothing_are_read_as_without_one(self, tag: str) -> None:
        assert prepared(tag).equals(prepared(None))

    @pytest.mark.parametrize("tag", ["eng", "en_US", "English"])
    def test_with_another_tag_of_a_language_are_read_alike(self, tag: str) -> None:
        assert prepared(tag).equals(prepared("en"))

    @pytest.mark.parametrize("tag", ["cy", "af", "ka", "ga", "no"])
    def test_in_languages_without_a_word_list_print_nothing(
        self, tag: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
    ) -> None:
        assert terms(prepared(tag)).height > 0
        assert capfd.readouterr() == ("", "")
        assert caplog.records == []
