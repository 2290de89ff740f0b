"""The claims of a text: names, dates, quotations, attributions; and what holds for any text."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dedup.text.claims import Claim, claims
from dedup.text.lexicon import LANGUAGES, lexicon
from dedup.text.moments import Moment, comparable, same_moment
from dedup.text.names import same_name
from dedup.text.quotes import quotations


def of_kind(text: str, kind: str, lang: str = "en") -> list[Claim]:
    return [claim for claim in claims(text, lang) if claim.kind == kind]


def names(text: str, lang: str = "en") -> list[str]:
    return [str(claim.value) for claim in of_kind(text, "entity", lang)]


# ---------------------------------------------------------------------------------------------------------------- names


def test_a_title_stands_apart_from_its_name() -> None:
    (claim,) = of_kind("Reporters met Mr Dosymbek’s aides.", "entity")
    assert (claim.value, claim.note) == ("dosymbek", "mr")


def test_a_word_at_the_start_of_a_sentence_is_no_name_because_of_its_capital() -> None:
    assert (
        names("Engineers put the cost at little. Gauges will be read, and the gauges checked. Quickly they left.") == []
    )


def test_a_name_at_the_start_of_a_sentence_is_a_name_where_the_text_vouches_for_it() -> None:
    assert names("The lake is in Besaryk. Besaryk grows rice.") == ["besaryk", "besaryk"]


def test_small_words_join_a_name_only_between_capitals() -> None:
    assert names("He left the University of Västerlund and the rest of the Said al-Harrasi group.") == [
        "university of vasterlund",
        "said al-harrasi",
    ]


def test_a_headline_in_capitals_is_not_one_long_name() -> None:
    assert names("WATER DEAL ENDS LONG DISPUTE\n\nThe deal ended a long dispute over water.") == []


def test_look_alike_letters_and_accents_do_not_hide_a_name() -> None:
    assert names("She met Ingrid Sjo\u0308wall and Noor Наddad.") == ["ingrid sjowall", "noor haddad"]


def test_months_and_weekdays_are_no_names() -> None:
    assert names("It came on Tuesday in March.") == []


def test_a_script_without_capitals_gives_no_names() -> None:
    assert names("澜河市住房和城乡建设局12日宣布，邵玉珍说。", "zh") == []


def test_german_nouns_are_no_names_but_full_names_are() -> None:
    text = "Der Bau verzögert sich, sagte Wiebke Asmussen. Später widersprach Asmussen der Behörde."
    assert names(text, "de") == ["wiebke asmussen", "asmussen"]


def test_russian_names_agree_across_cases() -> None:
    first, second = names("Рассказала вчера Алина Сотникова. Потом оплатили Алине Сотниковой лечение.", "ru")
    assert same_name(first, second)


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("es", "Ana García y Pedro Ruiz llegaron.", ["ana garcia", "pedro ruiz"]),
        ("es", "El filósofo José Ortega y Gasset murió.", ["jose ortega y gasset"]),
        ("es", "Leyó a Ortega y Gasset.", ["ortega y gasset"]),
        ("es", "Se vieron Pedro Sánchez y Feijóo. Luego salió Feijóo.", ["pedro sanchez", "feijoo", "feijoo"]),
        ("es", "Así lo ven Sánchez y Feijóo.", ["sanchez", "feijoo"]),
        ("es", "Firma el Ministerio de Cultura y Deporte.", ["ministerio de cultura y deporte"]),
        ("es", "Vive en Castilla y León.", ["castilla y leon"]),
        ("es", "Según Ana García, Luis e Isabel Pérez, no.", ["ana garcia", "luis", "isabel perez"]),
        ("fr", "Hier, Jean Dupont et Marie Curie sont venus.", ["jean dupont", "marie curie"]),
        ("it", "Sono arrivati Mario Rossi e Luca Bianchi.", ["mario rossi", "luca bianchi"]),
        ("pt", "Ontem Ana Souza e Pedro Lima chegaram.", ["ana souza", "pedro lima"]),
        ("pt", "Ontem chegou Luís Costa e Silva.", ["luis costa e silva"]),
        ("de", "Es kamen Olaf Scholz und Angela Merkel.", ["olaf scholz", "angela merkel"]),
        ("ru", "Пришли вчера Анна Иванова и Пётр Сидоров.", ["ан иванов", "петр сидор"]),
        ("en", "They met Ukrainian President Volodymyr Zelensky.", ["ukrainian", "volodymyr zelensky"]),
        ("en", "They met Finance Minister Ana Ruiz.", ["ana ruiz"]),
        ("en", "They met Federal Reserve Chair Jerome Powell.", ["federal reserve", "jerome powell"]),
        ("de", "Es kam Bundeskanzler Olaf Scholz.", ["olaf scholz"]),
        ("ru", "Выступил глава МИД Сергей Лавров.", ["мид", "серг лавр"]),
        ("en", "She saw the Lion King show and the Bank of England.", ["lion king", "bank of england"]),
    ],
)
def test_names_beside_one_another_are_told_apart(lang: str, text: str, expected: list[str]) -> None:
    assert names(text, lang) == expected


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("yerlan dosymbek", "dosymbek", True),
        ("tarnfield town", "tarnfield", True),
        ("y dosymbek", "yerlan dosymbek", True),
        ("yerlan dosymbek", "nodira dosymbek", False),
        ("dosymbek", "akhmedzoda", False),
    ],
)
def test_names_are_compared_by_their_words(left: str, right: str, *, same: bool) -> None:
    assert same_name(left, right) is same
    assert same_name(right, left) is same


# ---------------------------------------------------------------------------------------------------------------- dates


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("en", "on 14 February", (None, 2, 14)),
        ("en", "on February 14", (None, 2, 14)),
        ("en", "on Feb. 14, 2025", (2025, 2, 14)),
        ("en", "since 2025-02-14", (2025, 2, 14)),
        ("en", "in July 2023", (2023, 7, None)),
        ("en", "since 2021", (2021, None, None)),
        ("es", "el 10 de marzo de 2025", (2025, 3, 10)),
        ("de", "am 10. März 2025", (2025, 3, 10)),
        ("fr", "le 10 mars 2025", (2025, 3, 10)),
        ("pt", "em 10 de março de 2025", (2025, 3, 10)),
        ("it", "il 10 marzo 2025", (2025, 3, 10)),
        ("ru", "10 марта 2025", (2025, 3, 10)),
        ("zh", "3月10日宣布", (None, 3, 10)),
    ],
)
def test_dates_are_read_in_each_language(lang: str, text: str, expected: tuple[int | None, ...]) -> None:
    (claim,) = of_kind(text, "date", lang)
    assert isinstance(claim.value, Moment)
    assert claim.value[:3] == expected


def test_a_year_is_no_count_and_a_count_no_year() -> None:
    found = [(claim.kind, claim.start) for claim in claims("In 2019 the town had 2000 beds.", "en")]
    assert found == [("date", 3), ("number", 21)]


def test_may_the_verb_is_no_month() -> None:
    assert of_kind("It may rain. May it rain!", "date") == []
    assert len(of_kind("It rained in May.", "date")) == 1


def test_times_of_day_are_read() -> None:
    times = [claim.value.clock for claim in of_kind("from 4:20 to 8 pm", "date") if isinstance(claim.value, Moment)]
    assert times == [260, 1200]


def test_partial_dates_are_the_same_where_they_do_not_differ() -> None:
    assert same_moment(Moment(2025, 3), Moment(None, 3, 11))
    assert not same_moment(Moment(2025, 3), Moment(2024, 3))
    assert not comparable(Moment(month=5), Moment(month=6, bounded=True))


# --------------------------------------------------------------------------------------------------------------- quotes


@pytest.mark.parametrize(
    "text",
    [
        "He said: “It rains.” So",
        'He said: "It rains." So',
        "Er sagte: „Es regnet.“ So",
        "Er sagte: »Es regnet.« So",
        "Il dit : « Il pleut. » Bon",
        "他说：「下雨了。」好",
        "She said: ‘It’s the farmers’ rain.’ So",
    ],
)
def test_each_kind_of_mark_quotes(text: str) -> None:
    ((start, end),) = quotations(text)
    assert text[start - 1].isspace() or text[start - 1] == "："
    assert text[end:].strip() in {"So", "Bon", "好"}


def test_an_open_mark_never_reaches_beyond_its_paragraph() -> None:
    assert quotations("“It rains, he said.\n\nShe left. ”") == []
    assert quotations("The farmers’ union’s rain won’t stop") == []


def test_a_verb_of_saying_finds_its_speaker_across_an_apposition() -> None:
    (claim,) = of_kind("Farida Menlibay, who leads growers in Besaryk, claimed that it was slow.", "attribution")
    assert claim.value == ("claim", "loaded", "farida menlibay")


@pytest.mark.parametrize(
    ("lang", "text", "speaker"),
    [
        ("en", "“It rains all day long,” said Finance Minister Ana Ruiz.", "ana ruiz"),
        ("en", "“It rains,” said the finance minister, Ana Ruiz.", "ana ruiz"),
        ("en", "“It rains,” said White House Press Secretary Jane Doe.", "jane doe"),
        ("en", "“It rains,” said company spokesman John Doe.", "john doe"),
        ("en", "“It rains,” said its chief executive, Jane Doe.", "jane doe"),
        ("en", "“It rains,” said Ana Ruiz, the finance minister.", "ana ruiz"),
        ("en", "The finance minister, Ana Ruiz, said it rains.", "ana ruiz"),
        ("es", "“No hay dinero”, dijo la ministra de Hacienda, Ana Ruiz.", "ana ruiz"),
        ("es", "«Iremos», aseguró el alcalde Luis Gil.", "luis gil"),
        ("es", "La ministra de Hacienda, Ana Ruiz, dijo que no.", "ana ruiz"),
        ("es", "Ana Ruiz, ministra de Hacienda, dijo que no.", "ana ruiz"),
        ("fr", "« Il pleut », a déclaré le ministre de l'Intérieur, Jean Dupont.", "jean dupont"),
        ("fr", "« Il pleut », a indiqué la porte-parole du gouvernement Marie Curie.", "marie curie"),
        ("de", "„Es regnet“, sagte Bundeskanzler Olaf Scholz.", "olaf scholz"),
        ("de", "„Es regnet“, sagte die CDU-Politikerin Anna Weber am Montag.", "anna weber"),
        ("de", "„Es regnet“, sagte der Vorsitzende der Partei, Karl Meier.", "karl meier"),
        ("it", "«Piove», ha detto il ministro dell'Interno, Mario Rossi.", "mario rossi"),
        ("pt", "“Chove”, disse o ministro da Fazenda, Pedro Lima.", "pedro lima"),
        ("ru", "«Идёт дождь», — заявил министр финансов Антон Силуанов.", "антон силуан"),
        ("ru", "«Идёт дождь», — сказала пресс-секретарь компании Анна Иванова.", "ан иванов"),
        ("en", "“It rains,” said the president of France, Germany and Spain.", ""),
    ],
)
def test_a_title_between_verb_and_name_leaves_the_speaker_the_name(lang: str, text: str, speaker: str) -> None:
    assert [claim.value[2] for claim in of_kind(text, "attribution", lang)] == [speaker]


def test_a_pronoun_stands_for_the_person_last_named() -> None:
    text = "Ada Byrne left for Lorn. “It is slow,” she said."
    assert of_kind(text, "attribution")[-1].value == ("say", "neutral", "ada byrne")


def test_a_noun_that_looks_like_a_verb_of_saying_is_none() -> None:
    assert of_kind("The claim was a report of the suggestion.", "attribution") == []


# ------------------------------------------------------------------------------------------------------------- any text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_lexicon_reads_and_states_source_and_licence(lang: str) -> None:
    from importlib import resources

    header = resources.files("dedup.text").joinpath("lexicons", f"{lang}.toml").read_text(encoding="utf-8")[:400]
    assert "Source: " in header
    assert "Licence: Apache-2.0" in header
    assert lexicon(lang).phrases("signals", "hedges")
    assert lexicon(lang).stems("attribution", "neutral")


def test_a_language_without_lists_still_gives_what_needs_none() -> None:
    kinds = [claim.kind for claim in claims("Het kostte 2.500 in “heel veel geld” op 2025-02-14.", "nl")]
    assert kinds == ["number", "quote", "date"]


TEXTS = st.text(max_size=120) | st.lists(
    st.sampled_from(
        [
            *"“”‘’\"'«»„-–.,:%$€\n ",
            "Mr",
            "said",
            "three",
            "million",
            "12,500",
            "a third",
            "of",
            "May",
            "2025",
            "а",
            "e\u0301",
            "\u200b",
            "三百",
        ]
    ),
    max_size=40,
).map(" ".join)


@given(text=TEXTS, lang=st.sampled_from([*LANGUAGES, "nl", ""]))
@settings(deadline=None)
def test_claims_of_any_text_are_ordered_lie_inside_it_and_never_change(text: str, lang: str) -> None:
    found = claims(text, lang)
    assert all(0 <= claim.start < claim.end <= len(text) for claim in found)
    assert [(c.start, c.end, c.kind) for c in found] == sorted((c.start, c.end, c.kind) for c in found)
    assert claims(text, lang) == found


@given(text=TEXTS)
@example(text="0$0")
@settings(deadline=None)
def test_names_numbers_and_dates_never_overlap(text: str) -> None:
    found = [claim for claim in claims(text, "en") if claim.kind in {"entity", "number", "date"}]
    assert all(left.end <= right.start for left, right in pairwise(found))


@pytest.mark.parametrize(
    "piece",
    ["A of the ", "“", "‘a ", "1,", "a-", "twenty three million ", "Ada Byrne said. he said ", "<a ", "a\u0301", "三"],
)
def test_hostile_repetition_costs_no_more_than_any_text(piece: str) -> None:
    text = piece * (40_000 // len(piece))
    began = time.process_time()
    claims(text, "en")
    assert time.process_time() - began < 5.0  # milliseconds where linear, minutes where not
