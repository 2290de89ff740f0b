"""What matching reads instead of what is written, and the way back."""

from __future__ import annotations

import time
import unicodedata

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from dedup.text import normalise as module
from dedup.text.normalise import _PLAIN, Normalised, normalise
from dedup.text.words import word_spans
from tests.text.strange import characters, plain_texts, strange_texts

READ_AS = [
    ("Palisade", "palisade"),
    ("Kеlvasti", "kelvasti"),
    ("Москвa", "москва"),
    ("Ёлка", "елка"),
    ("co\u00adoperate", "cooperate"),
    ("pass\u200bword", "password"),
    ("trans-\nport", "transport"),
    ("cafe\u0301", "café"),
    ("CAFÉ", "café"),
    ("straße", "strasse"),
    ("ﬁsh", "fish"),
    ("Ｆｕｌｌ", "full"),
    ("𝐁𝐨𝐥𝐝", "bold"),
    ("naÃ¯ve", "naïve"),
    ("&eacute;tat", "état"),
    ("&amp;amp;eacute;tat", "état"),
    (unicodedata.normalize("NFD", "한글"), "한글"),
    (unicodedata.normalize("NFD", "কোন"), "কোন"),
    ("don’t", "don't"),
    ("2½", "21⁄2"),
]
"""What is written and what matching reads, a word each."""


def offsets_of(found: Normalised) -> list[int]:
    return list(range(len(found.text) + 1)) if found.offsets is None else found.offsets.tolist()


class TestFolding:
    @pytest.mark.parametrize(("written", "read"), READ_AS)
    def test_reads_a_word_however_it_is_written(self, written: str, read: str) -> None:
        assert normalise(written).text == read

    @pytest.mark.parametrize(
        ("written", "read"),
        [
            ("“Lease”, «leash», „rope‟", '"lease", "leash", "rope"'),
            ("ten–year — deal − x", "ten-year - deal - x"),
            ("a\xa0b\u2009c\u3000d\te\u2028f", "a b c d e f"),
            ("<p>One</p><br/>two", " one  two"),
            ("AT&amp;T", "at&t"),
            ("2 &lt; 3", "2 < 3"),
            ("well-\nknown", "well-known"),
            ("well-known", "well-known"),
            ("1-\n2", "1- 2"),
            ("", ""),
        ],
    )
    def test_folds_quotes_dashes_blanks_markup_and_hyphenation(self, written: str, read: str) -> None:
        assert normalise(written).text == read

    @pytest.mark.parametrize("name", ["Кельвасти", "Ολυμπία", "Հայաստան", "澜河市", "Łódź", "O'Neill", "الرياض"])
    def test_leaves_a_name_in_one_script_its_letters(self, name: str) -> None:
        found = normalise(name)
        assert found.text == name.casefold()
        assert found.folds == ()

    @given(plain_texts)
    def test_plain_text_keeps_its_length_and_places(self, text: str) -> None:
        found = normalise(text)
        assert (found.text, found.offsets, found.folds) == (text.lower(), None, ())

    @given(st.text(st.sampled_from("aZ 7\t\n‘’‚“”„–—«»\xa0\u202f`'")))
    def test_easy_texts_are_folded_as_the_table_of_characters_says(self, text: str) -> None:
        assert normalise(text) == Normalised(text.translate(_PLAIN).lower(), None, ())

    @given(strange_texts)
    @example("&#38;lt;b&#38;gt;")
    @example("а\u00adb-\nc")
    @example("İ\u0307")
    def test_folding_twice_changes_nothing(self, text: str) -> None:
        once = normalise(text).text
        assert normalise(once).text == once

    @given(st.text(characters, max_size=30))
    @example("Aὰ")
    @example("Aѐ")
    def test_composed_and_decomposed_letters_are_the_same(self, text: str) -> None:
        composed = normalise(unicodedata.normalize("NFC", text))
        decomposed = normalise(unicodedata.normalize("NFD", text))
        # "Ã©" is an é read in the wrong code page; written apart it is not.
        assume("mojibake" not in {fold.kind for fold in composed.folds})
        assert composed.text == decomposed.text

    @given(plain_texts, st.sampled_from(["upper", "quotes", "blanks", "soft hyphens", "entities"]))
    def test_typography_and_case_do_not_matter(self, text: str, change: str) -> None:
        said = f'"{text}" - he said'
        changed = {
            "upper": said.upper(),
            "quotes": said.replace('"', "“", 1).replace('"', "”").replace(" - ", " – "),
            "blanks": said.replace(" ", "\xa0"),
            "soft hyphens": said.replace("a", "a\u00ad"),
            "entities": said.replace('"', "&quot;").replace(" - ", "&#32;- "),
        }[change]
        assert normalise(changed).text == normalise(said).text


class TestTheWayBack:
    @given(strange_texts)
    def test_offsets_never_decrease_and_lie_in_the_text(self, text: str) -> None:
        found = normalise(text)
        offsets = offsets_of(found)
        assert len(offsets) == len(found.text) + 1
        assert offsets == sorted(offsets)
        assert offsets[-1] == len(text)
        assert all(0 <= place < len(text) for place in offsets[:-1])

    @given(strange_texts)
    def test_every_word_comes_from_a_piece_of_the_text_in_order(self, text: str) -> None:
        found = normalise(text)
        spans = [found.span(start, end) for start, end in word_spans(found.text)]
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert spans == sorted(spans)

    @given(st.lists(st.sampled_from(READ_AS), min_size=1, max_size=8), st.sampled_from([" ", "\n\n", " , ", "　"]))
    @example(
        [("trans-\nport", "transport"), ("naÃ¯ve", "naïve")], " "
    )  # two words, which are taken for another language
    def test_the_span_of_a_word_slices_to_the_word_as_written(self, words: list[tuple[str, str]], between: str) -> None:
        text = between.join(written for written, _ in words)
        found = normalise(text)
        at = 0
        for written, read in words:
            start = found.text.index(read, at)
            at = start + len(read)
            low, high = found.span(start, at)
            assert text[low:high] == written

    def test_a_letter_that_becomes_three_is_one_letter_of_the_text(self) -> None:
        found = normalise("coﬃn")
        assert [found.span(at, at + 1) for at in range(6)] == [(0, 1), (1, 2), (2, 3), (2, 3), (2, 3), (3, 4)]

    def test_letters_beyond_the_basic_plane_are_one_code_point(self) -> None:
        found = normalise("🧨 𝐁old")
        assert found.text == "🧨 bold"
        assert found.span(2, 6) == (2, 6)


class TestFolds:
    @pytest.mark.parametrize(
        ("text", "kind", "raw", "folded"),
        [
            ("by Odran Kеlvasti himself", "homoglyph", "Kеlvasti", "Kelvasti"),
            ("the pass\u200bword", "invisible", "\u200b", ""),
            ("a naÃ¯ve man", "mojibake", "Ã¯", "ï"),
            ("one<br>two", "markup", "<br>", " "),
            ("trans-\nport", "hyphenation", "-\n", ""),
        ],
    )
    def test_what_may_hide_something_is_told(self, text: str, kind: str, raw: str, folded: str) -> None:
        (fold,) = normalise(text).folds
        assert (fold.kind, fold.raw, fold.folded) == (kind, raw, folded)
        assert text[fold.start : fold.end] == raw

    @given(strange_texts)
    def test_every_fold_quotes_the_text_at_its_place(self, text: str) -> None:
        folds = normalise(text).folds
        assert all(text[fold.start : fold.end] == fold.raw for fold in folds)
        assert [(fold.start, fold.end) for fold in folds] == sorted((fold.start, fold.end) for fold in folds)

    def test_a_look_alike_behind_a_hidden_character_is_found(self) -> None:
        found = normalise("Kе\u200blvasti")
        assert found.text == "kelvasti"


class TestHostileText:
    @pytest.mark.parametrize(
        "unit",
        ["\u0301\u0323", "<", "<a ", "&amp;", "&#38;", "&", "aа", "Ã©", "a-\n", "- ", "\u200b", "&amp;#38;lt;"],
    )
    def test_costs_no_more_than_its_length(self, unit: str) -> None:
        # What grows with the square of the length took minutes here.
        before = time.process_time()
        normalise("x" + unit * (60_000 // len(unit)))
        assert time.process_time() - before < 20

    def test_offsets_are_integers_that_parquet_and_json_know(self) -> None:
        offsets = normalise("ﬁsh").offsets
        assert offsets is not None
        assert offsets.dtype == np.int32


@given(text=st.text(max_size=80))
def test_all_spans_at_once_are_the_spans_one_by_one(text: str) -> None:
    folded = normalise(text)
    places = [(at, min(at + 3, len(folded.text))) for at in range(len(folded.text))]
    together = folded.spans(np.asarray(places, dtype=np.int32).reshape(-1, 2)).tolist()
    assert [tuple(span) for span in together] == [folded.span(start, end) for start, end in places]


@given(st.one_of(strange_texts, st.text(st.sampled_from("aÉéßÇŁğŞıИйЁё澜，。한ｱﾞ́\u00ad -\n&<ΣσςⅣªＡ“’`"))))
@example("Łódź, Ёлка, 澜河，한글 “Éa”")
@example("ΣΑΣ")
def test_letter_by_letter_is_what_the_pieces_give(text: str) -> None:
    quick = module._letter_by_letter(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_letter_by_letter", lambda _: None)
        slow = normalise(text)
    if quick is not None:
        assert (quick, None, ()) == (slow.text, slow.offsets, slow.folds)
