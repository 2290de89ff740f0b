"""Where sentences end, and that nothing is lost between them."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedup.text.sentences import _END, _MARK, _ends_sentence, _plainly_ends, sentences
from tests.text.strange import characters, plain_sentences, strange_texts

_AROUND_STOPS = st.one_of(
    st.sampled_from(
        [". ", ".", " ", "! ", "… ", "U.S", "Mr", "Co", "J", "8", "art", "Wes", "The", "é", "Mai", "water"]
    ),
    st.from_regex(r"\A[A-Za-z]{1,4}\. [A-Z]\Z"),
)
"""What full stops stand behind and before."""


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


class TestLaws:
    @given(strange_texts)
    @example("“水不等人。”他说。")
    @example("...\n\n...")
    @example("<p>")
    def test_every_character_that_is_not_blank_lies_in_exactly_one_sentence(self, text: str) -> None:
        covered = [0] * len(text)
        for start, end in sentences(text):
            for at in range(start, end):
                covered[at] += 1
        assert all(covered[at] == 1 for at, character in enumerate(text) if not character.isspace())
        assert max(covered, default=0) <= 1

    @given(strange_texts)
    def test_ends_are_looked_for_only_where_one_can_be(self, text: str) -> None:
        assert all(_MARK.match(text, match.start()) for match in _END.finditer(text))

    @given(st.lists(_AROUND_STOPS, max_size=9).map("".join))
    def test_a_plain_end_is_one_by_all_that_is_asked_of_others(self, text: str) -> None:
        for mark in _MARK.finditer(text):
            if _plainly_ends(text, 0, mark.start()):
                match = _END.match(text, mark.start())
                assert match is not None
                assert (match.group(), match.lastgroup) == (".", "weak")
                assert _ends_sentence(text, 0, match, wrapped=False, small=False)

    @given(strange_texts)
    def test_spans_are_in_order_and_begin_and_end_with_something(self, text: str) -> None:
        spans = sentences(text)
        assert spans == sorted(spans)
        assert all(piece and piece == piece.strip() for piece in split(text))

    @given(st.lists(plain_sentences, max_size=10), st.sampled_from([" ", "\n\n", "  ", "\n"]))
    def test_plain_sentences_come_back_one_by_one(self, written: list[str], between: str) -> None:
        assert split(between.join(written)) == written

    @given(st.text(characters.filter(lambda c: c not in "\n\u2028\u2029"), max_size=20), plain_sentences)
    def test_a_blank_line_always_ends_a_sentence(self, before: str, after: str) -> None:
        assert split(f"{before}\n\n{after}") == [*split(before), after]

    @given(strange_texts)
    def test_surrounding_blanks_only_shift_the_spans(self, text: str) -> None:
        shifted = [(start + 3, end + 3) for start, end in sentences(text.strip())]
        assert sentences(f" \t {text.strip()} \t ") == shifted


class TestFullStops:
    @pytest.mark.parametrize(
        "sentence",
        [
            "Mr. J. K. Doe met Dr. Ysolde Marchbane and Prof. Achterley.",
            "The U.S. Senate paid $1.5 m. for 3.14 acres.",
            "She works for Brask & Co. in St. Orvan.",
            "They sailed e.g. from No. 7 to no. 12, i.e. nowhere.",
            "Am 8. Mai kam Herr Dr. Vogt z.B. nach Kirchhollern.",
            "El Sr. Ruiz y la Sra. Paz viven en EE.UU. desde 2001.",
            "В 2024 г. на ул. Ленина построили 3 тыс. домов.",
            "He waited ... and waited … for nothing.",
            "Version 2.4.1 of site.example.org is out.",
            "“Is it over?” she asked.",
        ],
    )
    def test_one_that_belongs_to_a_word_ends_nothing(self, sentence: str) -> None:
        assert split(f"{sentence} Then it rained.") == [sentence, "Then it rained."]

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("He lives in the U.S. The other does not.", ["He lives in the U.S.", "The other does not."]),
            ("“It rained.” He left.", ["“It rained.”", "He left."]),
            ("(It rained.) He left.", ["(It rained.)", "He left."]),
            ("Really?! Yes. No!", ["Really?!", "Yes.", "No!"]),
            ("It rained.He left.", ["It rained.", "He left."]),
            ("It rained [1]. «He left.»", ["It rained [1].", "«He left.»"]),
            ("It rained. 31 deputies voted.", ["It rained.", "31 deputies voted."]),
            ("It rained… He left.", ["It rained…", "He left."]),
        ],
    )
    def test_one_at_the_end_ends_the_sentence_with_what_closes_it(self, text: str, expected: list[str]) -> None:
        assert split(text) == expected


class TestLettersNumbersAndHours:
    @pytest.mark.parametrize(
        "expected",
        [
            ["It was 6 °C.", "Within an hour it froze."],
            ["It reached 41.5C.", "Police closed roads."],
            ["They are in Group B.", "They play on Monday."],
            ["England are in Group B.", "Scotland are not."],
            ["He takes vitamin C.", "Doctors advise it."],
            ["It closed at 5 p.m.", "The port opened later."],
            ["It closed at 5 p.m.", "Police left."],
            ["It opened at 9 a.m.", "Workers came."],
            ["Malcolm X.", "The film was long."],
            ["Das war am 3. Tag.", "Dann kam Regen."],
            ["Er kommt z. B. aus Bonn.", "Sie nicht."],
            ["Er ist 12.", "Sie ist 13."],
            ["Platz 3.", "Der Trainer war froh."],
            ["Он ушёл, т. е. уехал.", "Она осталась."],
            ["Это стоит 5 млн руб.", "Он заплатил."],
            ["Он в группе Б.", "Они в группе В."],
            ["人们走了.", "他停下了."],
            ["« Il pleut. »", "Il part."],
            ["« Il pleut. », dit-il.", "Elle part."],
            ["« Il pleut ! »", "Elle part."],
            ["Il dit : « Oui. »", "Elle part."],
            ["Er ging.", "»Komm«, sagte er."],
            ["Er sagte: »Es regnet.«", "Sie ging."],
            ["El 5 p. m. llegó.", "Otro día."],
            ["Vive en EE. UU. desde 2001.", "Paga."],
            ["They live in the U.S.", "The other does not."],
            ["Mr. J. K. Doe paid.", "He left."],
            ["See No. 5.", "It is here."],
            ["Der 1. FC Köln gewann.", "Er jubelte."],
            ["Es kostet 3 Mio. Euro.", "Das ist viel."],
            ["It scored a 5.", "Police left."],
            ["Those who die.", "The rest live."],
            ["I am 5.", "The rest are 6."],
            ["Mme. Curie vint.", "Elle part."],
            ["Le 3.", "Ils partent."],
            ["Пл. Победы закрыта.", "Он ушёл."],
            ["Er sprach mit Ludwig v. Beethoven.", "Dann ging er."],
            ["She moved from A to B.", "They stayed."],
        ],
    )
    def test_end_a_sentence_where_they_name_something(self, expected: list[str]) -> None:
        assert split(" ".join(expected)) == expected

    @pytest.mark.parametrize(
        "sentence",
        [
            "It closes at 5 p.m. Monday in London.",
            "It closes at 5 p.m. EST on Friday.",
            "J. K. Rowling met V. I. Lenin.",
            "Am 3. Tag kam der Regen.",
            "Im 19. Jahrhundert war es so.",
            "Zum 100. Mal gewann er.",
            "Er kommt z. B. Montag an.",
            "Das gilt d. h. nur heute.",
            "В 2024 г. в городе было тихо.",
            "Он жил на ул. Ленина.",
            "« Il pleut. » dit-il.",
            "The U.S. Senate met.",
            "Es sind 5 Mrd. Menschen.",
        ],
    )
    def test_end_none_in_the_middle_of_one(self, sentence: str) -> None:
        assert split(sentence) == [sentence]

    def test_of_a_script_without_blanks_end_at_latin_marks_too(self) -> None:
        assert split("人们走了.他停下了!真的?好.") == ["人们走了.", "他停下了!", "真的?", "好."]
        assert split("他用了3.5小时") == ["他用了3.5小时"]


class TestSmallLetters:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("it rained. he left. nobody came.", ["it rained.", "he left.", "nobody came."]),
            ("версия была. он ушёл.", ["версия была.", "он ушёл."]),
            ("mr. j. k. doe came. he left.", ["mr. j. k. doe came.", "he left."]),
            ("the u.s. senate met. it voted.", ["the u.s. senate met.", "it voted."]),
            ("it cost 3.5 million. he paid.", ["it cost 3.5 million.", "he paid."]),
            ("he waited ... and waited. it rained.", ["he waited ... and waited.", "it rained."]),
        ],
    )
    def test_without_any_capital_end_at_full_stops(self, text: str, expected: list[str]) -> None:
        assert split(text) == expected

    def test_behind_a_full_stop_go_on_where_capitals_are_written(self) -> None:
        assert split("It rained. he left.") == ["It rained. he left."]

    def test_are_not_meant_by_single_letters_of_scripts_that_have_none(self) -> None:
        assert split("वह आई न. वह गया.") == ["वह आई न.", "वह गया."]
        assert split("水. 我停下了.") == ["水.", "我停下了."]

    @given(st.lists(plain_sentences.map(str.lower).filter(lambda one: len(one.split()[-1]) > 2), max_size=10))
    def test_of_plain_sentences_come_back_one_by_one(self, written: list[str]) -> None:
        assert split(" ".join(written)) == written


class TestOtherScripts:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("水不等人。我停下了！真的吗？", ["水不等人。", "我停下了！", "真的吗？"]),
            ("“我停下了。”他说。水不等人。", ["“我停下了。”他说。", "水不等人。"]),
            ("「止まった。」水は待たない。", ["「止まった。」水は待たない。"]),
            ("هل وصلت السفينة؟ نعم.", ["هل وصلت السفينة؟", "نعم."]),
            ("नाव आई। वह गया।", ["नाव आई।", "वह गया।"]),
        ],
    )
    def test_end_with_their_own_marks(self, text: str, expected: list[str]) -> None:
        assert split(text) == expected


class TestLines:
    def test_headlines_bullets_and_paragraphs_are_sentences(self) -> None:
        text = "Grain Ship Towed\n\nNine were hurt\nTwo tugs came\n• Item one\n• Item two"
        assert split(text) == ["Grain Ship Towed", "Nine were hurt", "Two tugs came", "• Item one", "• Item two"]

    def test_lines_broken_by_width_are_joined(self) -> None:
        text = (
            "The harbour of Palisade was closed on\nMonday after a grain ship broke its\n"
            "moorings, and two tugs\ntowed her. She\nlies at anchor."
        )
        assert split(text) == [text[: text.index(" She")], text[text.index("She") :]]

    def test_windows_line_ends_are_line_ends(self) -> None:
        assert split("One line\r\nAnother line\r\n\r\nA third.") == ["One line", "Another line", "A third."]

    def test_block_tags_end_sentences_and_stay_in_the_text(self) -> None:
        assert split("<p>It rained</p><p>He left</p>") == ["<p>", "It rained</p>", "<p>", "He left</p>"]


class TestCorpora:
    @pytest.mark.parametrize("corpus", ["newsroom", "traps"])
    def test_splits_like_the_people_who_labelled_it(self, root: Path, corpus: str) -> None:
        folder = root / "tests" / "gold" / corpus
        lines = (folder / "articles.jsonl").read_text(encoding="utf-8").splitlines()
        texts = {article["id"]: article["text"] for article in map(json.loads, lines)}
        labels = (folder / "alignment.jsonl").read_text(encoding="utf-8").splitlines()
        found = expected = both = 0
        for label in map(json.loads, labels):
            ends = {end for _, end in sentences(texts[label["variant"]])}
            wanted = {sentence["end"] for sentence in label["sentences"]}
            found, expected, both = found + len(ends), expected + len(wanted), both + len(ends & wanted)
        assert 2 * both / (found + expected) > 0.9


@pytest.mark.parametrize(
    "text",
    [
        "." * 300_000 + "x",
        " " * 300_000 + "x",
        "a." + " " * 300_000 + "b",
        "…" * 300_000 + "x",
        ".”" * 150_000 + "x",
        "\u2028 " * 150_000,
        "<p " * 100_000,
        "and on\nand off\n" * 20_000,
        "Mr. " * 75_000,
    ],
    ids=["dots", "blanks", "gap", "ellipses", "closing quotes", "lines", "tags", "wrapped", "abbreviations"],
)
def test_hostile_text_costs_no_more_than_its_length(text: str) -> None:
    # Ten thousand dots once took eight seconds, and time grew with the square.
    before = time.process_time()
    sentences(text)
    assert time.process_time() - before < 20
