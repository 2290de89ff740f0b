"""Which language an article says it is in."""

from __future__ import annotations

import subprocess
import sys

import langcodes.data_dicts
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedup.sketch.salience import _STEMMERS
from dedup.text.language import _PLAUSIBLE
from dedup.text.language_tags import _CODES, _names, language_of
from dedup.text.lexicon import LANGUAGES
from tests.text.strange import few, strange_texts

NO_LANGUAGE = [
    "unknown", "5", "a", "C", "*", "x", "i-default", "x-klingon", "i-klingon", "POSIX", "und", "mul", "zxx", "xx",
    "tlh", "NA", "n/a", "none", "null", "", " ", "-", "_", "en us", "is unknown", "lingua", "-en", "many (en, fr)",
    "\x00", "\ud800", "🇬🇧",
]  # fmt: skip


@pytest.mark.parametrize(
    ("tag", "lang"),
    [
        ("en", "en"), ("EN", "en"), (" en\n", "en"), ("pt-BR", "pt"), ("en_US", "en"), ("zh-Hant-HK", "zh"),
        ("eng", "en"), ("ENG", "en"), ("eng-GB", "en"), ("ger", "de"), ("deu", "de"), ("fre", "fr"), ("fra", "fr"),
        ("chi", "zh"), ("zho", "zh"), ("dut", "nl"), ("cze", "cs"), ("gre", "el"), ("ell", "el"), ("cmn-Hans", "zh"),
        ("en_GB.UTF-8", "en"), ("de_DE@euro", "de"), ("en;q=0.8", "en"), ("fr,en", "fr"), ("de, en;q=0.5", "de"),
        ("['es']", "es"), ("ｅｎ", "en"), ("english", "en"), ("English (US)", "en"), ("English, US", "en"),
        ("ENGLISH-GB", "en"), ("American English", "en"), ("Brazilian_Portuguese", "pt"), ("deutsch", "de"),
        ("German", "de"), ("français", "fr"), ("Francais (Canada)", "fr"), ("Español", "es"), ("Русский", "ru"),
        ("русский язык", "ru"), ("Українська", "uk"), ("日本語", "ja"), ("中文", "zh"), ("中文（简体）", "zh"),
        ("Simplified Chinese", "zh"), ("한국어", "ko"), ("TÜRKÇE", "tr"), ("العربية", "ar"), ("हिन्दी", "hi"),
        ("tiếng Việt", "vi"), ("bahasa_indonesia", "id"), ("no", "nb"), ("nor", "nb"), ("nob", "nb"), ("iw", "he"),
    ],
)  # fmt: skip
def test_a_language_is_read_however_it_is_written(tag: str, lang: str) -> None:
    assert language_of(tag) == lang


@pytest.mark.parametrize("tag", [None, *NO_LANGUAGE])
def test_what_names_no_language_is_nothing(tag: str | None) -> None:
    assert language_of(tag) == ""


@few
@given(st.one_of(st.text(), strange_texts, st.text("aenx-_;,.=@ ()*5", max_size=9)))
@example("en" * 100_000)
@example("\udcff")
def test_no_string_ends_a_run(tag: str) -> None:
    found = language_of(tag)
    assert found == "" or (len(found) == 2 and language_of(found) == found)


def test_every_code_of_the_standard_is_that_of_a_well_kept_list() -> None:
    longer = langcodes.data_dicts.LANGUAGE_ALPHA3, langcodes.data_dicts.LANGUAGE_ALPHA3_BIBLIOGRAPHIC
    others = {"no": "nb", "tl": "tl", "sh": "sr", "mo": "ro", "iw": "he", "in": "id", "ji": "yi", "jw": "jv"}
    n_known = 0
    for short in {row.split("=")[0] for row in _CODES.split()} | others.keys():
        for codes in longer:
            if code := codes.get(short):
                n_known += 1
                assert language_of(code) == language_of(short) == others.get(short, short), code
    assert n_known >= 200


def test_no_code_stands_for_two_languages() -> None:
    codes = [code for row in _CODES.split() for code in set(row.split("=")[1:])]
    assert len(codes) == len(set(codes))


def test_every_language_with_a_list_of_words_or_a_stemmer_has_names() -> None:
    import wordfreq

    listed = {language_of(code) for code in [*LANGUAGES, *_STEMMERS, *wordfreq.available_languages("best")]}
    assert listed <= set(_names().values())


@pytest.mark.parametrize("lang", sorted(_PLAUSIBLE))
def test_the_code_of_a_tag_is_the_one_that_a_text_in_the_language_gets(lang: str) -> None:
    assert language_of(lang) == lang


def test_reading_a_tag_loads_no_library() -> None:
    heavy = "{'wordfreq', 'langcodes', 'babel', 'polars', 'numpy', 'py3langid'} & set(sys.modules)"
    code = f"import sys; from dedup.text.language_tags import language_of; language_of('english'); print({heavy})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
