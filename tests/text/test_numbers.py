"""Numbers of a text: what is read, with which unit, and when two agree."""

from __future__ import annotations

import pytest

from dedup.text.claims import claims
from dedup.text.units import Figures, Quantity, agree


def numbers(text: str, lang: str = "en") -> list[tuple[float, str]]:
    return [claim.value[:2] for claim in claims(text, lang) if isinstance(claim.value, Quantity)]


@pytest.mark.parametrize("text", ["3.2 million users", "3,200,000 users", "3.2m users", "some 3.2 million users"])
def test_a_magnitude_word_and_written_out_zeros_are_one_number(text: str) -> None:
    assert numbers(text) == [(3_200_000.0, "")]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("de", "1,8 Millionen Euro"),
        ("es", "1,8 millones de euros"),
        ("fr", "1,8 million d'euros"),
        ("pt", "1,8 milhões de euros"),
        ("it", "1,8 milioni di euro"),
        ("ru", "1,8 млн евро"),
    ],
)
def test_a_decimal_comma_is_read_where_the_language_writes_one(lang: str, text: str) -> None:
    assert numbers(text, lang)[0][0] == 1_800_000.0


@pytest.mark.parametrize("text", ["12 percent", "12%", "12 per cent", "twelve percent"])
def test_percent_is_percent_however_it_is_written(text: str) -> None:
    assert numbers(text) == [(12.0, "%")]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("$74m", 74e6, "USD"),
        ("74 million dollars", 74e6, "USD"),
        ("a $74-million dam", 74e6, "USD"),
        ("£45m", 45e6, "GBP"),
        ("P103 million", 103e6, "PHP"),
        ("900 GWh", 900.0, "GWh"),
        ("900 gigawatt hours", 900.0, "GWh"),
        ("310m cubic metres", 310e6, "m3"),
        ("a 30-day pause", 30.0, "day"),
        ("a ten-year deal", 10.0, "year"),
        ("an 18-year-old", 18.0, "year"),
        ("the 67th minute", 67.0, "ordinal"),
        ("half a million euros", 500_000.0, "EUR"),
        ("a third of them", 33.333333, "%"),
        ("two-thirds", 66.666666, "%"),
        ("three out of four votes", 75.0, "%"),
        ("two hundred and ten patients", 210.0, ""),
        ("twenty-three thousand fans", 23_000.0, ""),
        ("a dozen eggs", 12.0, ""),
        ("5½ hours", 5.5, "hour"),
        ("100m race", 100.0, "m"),
    ],
)
def test_units_words_and_fractions_are_read(text: str, value: float, unit: str) -> None:
    assert numbers(text) == [(value, unit)]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("6-1/8 percent", 6.125, "%"),
        ("12 3/4 percent", 12.75, "%"),
        ("3 1/2 hours", 3.5, "hour"),
        ("closed 17/32 up at 98-17/32", 98.53125, ""),
        ("a 5-1/2-year deal", 5.5, "year"),
    ],
)
def test_a_fraction_behind_a_whole_number_belongs_to_it(text: str, value: float, unit: str) -> None:
    assert numbers(text) == [(value, unit)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1/8", []),
        ("a stake of 5 3/7", [(5.0, "")]),
        ("a stake of 5 9/8", [(5.0, "")]),
        ("10 - 1/2", [(10.0, "")]),
        ("on 6-1/8/1987", [(6.0, "")]),
        ("won 16 10/2", [(16.0, "")]),
    ],
)
def test_other_numbers_around_a_slash_are_no_fractions(text: str, expected: list[tuple[float, str]]) -> None:
    assert numbers(text) == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3.2 mln", 3.2e6),
        ("3.2 mln dollars", 3.2e6),
        ("1.5 bn dollars", 1.5e9),
        ("1.5bn", 1.5e9),
        ("2 tn dollars", 2e12),
    ],
)
def test_the_short_magnitudes_of_wires_may_stand_behind_a_space(text: str, value: float) -> None:
    assert [number for number, _ in numbers(text)] == [value]


@pytest.mark.parametrize("text", ["gate 3 b", "size 42 m", "vitamin 3 k"])
def test_single_letters_behind_a_space_are_no_magnitudes(text: str) -> None:
    assert numbers(text)[0][0] < 100


@pytest.mark.parametrize(
    ("lang", "text", "value", "unit"),
    [
        ("zh", "造价增加约460万元", 4_600_000.0, "CNY"),
        ("zh", "成活率不足三成", 30.0, "%"),
        ("zh", "树龄三百二十年的香樟", 320.0, ""),
        ("es", "catorce toneladas de pescado", 14.0, "t"),
        ("de", "dreiundzwanzig Kilometer", 23.0, "km"),
        ("fr", "quatre-vingt-dix-sept euros", 97.0, "EUR"),
        ("it", "ventitré chilometri", 23.0, "km"),
        ("pt", "vinte e três quilômetros", 23.0, "km"),
        ("ru", "12 500 рублей", 12_500.0, "RUB"),
    ],
)
def test_other_languages_have_their_own_words(lang: str, text: str, value: float, unit: str) -> None:
    assert numbers(text, lang) == [(value, unit)]


def test_both_ends_of_a_range_have_its_unit_and_magnitude() -> None:
    assert numbers("eight to ten years") == [(8.0, "year"), (10.0, "year")]
    assert numbers("118-124 million pounds") == [(118e6, "GBP"), (124e6, "GBP")]


def test_ordinary_words_are_no_numbers() -> None:
    assert numbers("One of them left in the first half; the other had half-time tea and no second thoughts.") == []


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("about 140,000 hectares", "137,500 hectares"),
        ("more than 210 homes", "over two hundred homes"),
        ("almost a fifth", "nearly 20 percent"),
        ("287 millimetres", "close to 29 centimetres"),
        ("14 tonnes", "14,000 kilos"),
        ("three months", "twelve weeks"),
        ("a third of it", "two thirds of it"),
        ("2,104 votes", "2,100 votes"),
        ("a third of it", "33 percent"),
        ("thousands of fans", "17,204 fans"),
    ],
)
def test_rounding_and_other_units_agree(left: str, right: str) -> None:
    a, b = (next(c.value for c in claims(text, "en") if isinstance(c.value, Quantity)) for text in (left, right))
    assert agree(a, b)
    assert agree(b, a)


@pytest.mark.parametrize(
    ("left", "right"), [("74 million", "47 million"), ("23 dead", "32 dead"), ("$5", "£5 million"), ("12%", "21%")]
)
def test_other_figures_do_not_agree(left: str, right: str) -> None:
    a, b = (next(c.value for c in claims(text, "en") if isinstance(c.value, Quantity)) for text in (left, right))
    assert not agree(a, b)


def test_an_index_of_figures_answers_as_a_search_does() -> None:
    stated = [
        Quantity(float(n), unit, bound)
        for n in (1, 9, 30, 74e6)
        for unit in ("", "km", "%", "day")
        for bound in ("", "over")
    ]
    asked = [
        Quantity(n, unit, bound)
        for n in (1.0, 14.0, 30.4, 70.0, 74e6)
        for unit in ("", "mile", "%", "month")
        for bound in ("", "about", "order")
    ]
    figures = Figures(stated)
    assert [figures.state(one) for one in asked] == [any(agree(one, other) for other in stated) for one in asked]
