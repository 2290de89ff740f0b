"""Framing signals and who speaks: what counts as added, removed, replaced."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dedup.schemas import SIGNAL, SPEAKER
from dedup.stories.signals import signals
from dedup.stories.speakers import speakers


def framed(canonical: str, variant: str, *, linked: bool = True, lang: str = "en") -> list[tuple[Any, ...]]:
    """Signals of one sentence against one, as (signal, change, before, after)."""
    links = [((0, len(variant)), [(0, len(canonical))] if linked else [])]
    rows = signals(canonical, variant, links, lang=lang)
    return [(row["signal"], row["change"], row["before"], row["after"]) for row in rows]


def test_a_hedge_the_cited_sentence_lacks_was_added() -> None:
    assert framed("The dam is safe.", "The dam is perhaps safe.") == [("hedge", "added", None, "perhaps")]


def test_a_hedge_the_carrying_sentence_lacks_was_removed() -> None:
    assert framed("The dam is probably safe.", "The dam is safe.") == [("hedge", "removed", "probably", None)]


def test_one_hedge_for_another_is_no_signal() -> None:
    assert framed("The dam may break.", "The dam could break.") == []


def test_the_month_of_may_hedges_nothing() -> None:
    assert framed("The dam opened.", "The dam opened in May.") == []


def test_intensifiers_and_loaded_words_are_told_apart() -> None:
    assert framed("The deal was signed.", "The shameful deal was utterly rushed.") == [
        ("loaded", "added", None, "shameful"),
        ("intensifier", "added", None, "utterly"),
    ]


def test_a_loaded_word_the_other_article_uses_anywhere_is_no_signal() -> None:
    canonical = "The deal was signed. Critics called it shameful."
    variant = "The shameful deal was signed."
    assert signals(canonical, variant, [((0, 29), [(0, 20)])], lang="en") == []


def test_a_louder_verb_replaces_said() -> None:
    rows = framed("Ada Byrne said that it rained.", "Ada Byrne claimed that it rained.")
    assert rows == [("attribution_verb", "replaced", "said", "claimed")]


def test_one_plain_verb_for_another_is_no_signal() -> None:
    assert framed("Ada Byrne said that it rained.", "Ada Byrne explained that it rained.") == []


def test_another_name_for_the_same_people_is_a_relabel_and_not_also_a_loaded_word() -> None:
    assert framed("Police met the protesters.", "Police met the mob.") == [("relabel", "replaced", "protesters", "mob")]


def test_a_negation_that_comes_or_goes_is_a_signal() -> None:
    kept, closed = "The firm will not close its plant in Darrow.", "The firm will close its plant in Darrow."
    assert framed(kept, closed) == [("negation", "removed", "not close", "close")]
    assert framed(closed, kept) == [("negation", "added", "close", "not close")]


def test_an_added_sentence_adds_all_its_signals() -> None:
    rows = framed("It rained.", "This is perhaps a scandal.", linked=False)
    assert rows == [("hedge", "added", None, "perhaps"), ("loaded", "added", None, "scandal")]


def test_verbatim_sentences_have_no_signals() -> None:
    canonical = "It is perhaps a scandal. It rained."
    assert signals(canonical, "It is perhaps\na scandal.", [((0, 24), [(0, 24)])], lang="en") == []


@pytest.mark.parametrize(
    ("lang", "canonical", "variant", "expected"),
    [
        ("es", "La lonja cerró.", "La lonja cerró, al parecer.", ("hedge", "added", None, "al parecer")),
        ("de", "Die Brücke ist zu.", "Die Brücke ist angeblich zu.", ("hedge", "added", None, "angeblich")),
        ("fr", "Le pont est fermé.", "Le pont est peut-être fermé.", ("hedge", "added", None, "peut-être")),
        ("pt", "A ponte fechou.", "A ponte talvez fechou.", ("hedge", "added", None, "talvez")),
        ("it", "Il ponte è chiuso.", "Il ponte forse è chiuso.", ("hedge", "added", None, "forse")),
        ("ru", "Мост закрыт.", "Мост, вероятно, закрыт.", ("hedge", "added", None, "вероятно")),
        ("zh", "大桥关闭了。", "大桥可能关闭了。", ("hedge", "added", None, "可能")),
    ],
)
def test_other_languages_have_signals_of_their_own(
    lang: str, canonical: str, variant: str, expected: tuple[str | None, ...]
) -> None:
    assert framed(canonical, variant, lang=lang) == [expected]


def test_a_language_without_lists_has_no_signals() -> None:
    assert framed("Het regende.", "Het regende misschien schandalig hard.", lang="nl") == []


def test_rows_keep_the_declared_shape() -> None:
    canonical, variant = "Police met the protesters.", "Police perhaps met the mob."
    rows = signals(canonical, variant, [((0, len(variant)), [(0, len(canonical))])], lang="en")
    assert len(rows) == 2
    assert pl.Series(rows, dtype=SIGNAL).to_list() == rows


WORDS = st.lists(
    st.sampled_from(
        [
            "Mr Dosymbek",
            "said",
            "claimed",
            "may",
            "utterly",
            "shameful",
            "protesters",
            "mob",
            "not",
            "close",
            "the plant",
            "“so it is now”",
            "safe",
            "toxic",
            ".",
            "\n",
            "Kеlva",
        ]
    ),
    max_size=25,
).map(" ".join) | st.text(max_size=60)


@given(canonical=WORDS, variant=WORDS, lang=st.sampled_from(["en", "es", "zh", "nl"]))
@settings(deadline=None)
def test_spans_of_any_signal_slice_to_its_words(canonical: str, variant: str, lang: str) -> None:
    links = [((0, len(variant)), [(0, len(canonical))])] if canonical and variant else []
    rows = signals(canonical, variant, links, lang=lang)
    for row in rows:
        for text, words, span in (
            (canonical, row["before"], row["canonical_span"]),
            (variant, row["after"], row["variant_span"]),
        ):
            assert (words is None) is (span is None)
            assert span is None or text[span["start"] : span["end"]] == words
    assert signals(canonical, variant, links, lang=lang) == rows


# ------------------------------------------------------------------------------------------------------------ speakers


def test_quoted_words_are_counted_for_their_speaker_on_both_sides() -> None:
    canonical = "“It is slow, it is safe,” said Ada Byrne. “We wait for the gauge,” she said."
    rows = speakers(canonical, "“It is slow,” Ms Byrne claimed.", "en")
    assert rows == [{"speaker": "Ada Byrne", "canonical_words": 11, "variant_words": 3}]
    assert pl.Series(rows, dtype=SPEAKER).to_list() == rows


def test_a_quotation_goes_on_behind_its_verb() -> None:
    rows = speakers("“We had papers before,” said Ada Byrne. “Paper does not grow rice.”", "", "en")
    assert rows == [{"speaker": "Ada Byrne", "canonical_words": 9, "variant_words": 0}]


def test_words_given_to_nobody_have_no_speaker() -> None:
    assert speakers("", "“Not worth the paper”, ran the line.", "en") == [
        {"speaker": "", "canonical_words": 0, "variant_words": 4}
    ]


def test_a_word_in_quotation_marks_is_no_speech() -> None:
    assert speakers("The “forever chemicals” are gone, said Ada Byrne.", "", "en") == []


@given(canonical=WORDS, variant=WORDS)
@example("Mr Dosymbek said Kelva Mr Dosymbek “so it is now”", "Kelva Mr Dosymbek “so it is now” Kelva said")
@settings(deadline=None)
def test_speakers_of_any_text_are_distinct_and_stable(canonical: str, variant: str) -> None:
    rows = speakers(canonical, variant, "en")
    assert len({row["speaker"] for row in rows}) == len(rows)
    assert all(row["canonical_words"] + row["variant_words"] > 0 for row in rows)
    assert speakers(canonical, variant, "en") == rows
