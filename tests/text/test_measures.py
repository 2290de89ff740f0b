"""What stands around a number: scales, units and bounds."""

from __future__ import annotations

import pytest

from dedup.text.claims import claims
from dedup.text.units import Quantity


def figures(text: str, lang: str) -> list[tuple[float, str, str]]:
    found = (claim.value for claim in claims(text, lang) if isinstance(claim.value, Quantity))
    return [(round(one.magnitude, 2), one.unit, one.bound) for one in found]


SCALES = [
    ("de", "3 Mrd. Euro", [(3000000000.0, "EUR")]),
    ("de", "5 Mio. Menschen", [(5000000.0, "")]),
    ("de", "1,5 Mio. € und 20 Tsd. Euro", [(1500000.0, "EUR"), (20000.0, "EUR")]),
    ("de", "3 Milliarden Euro", [(3000000000.0, "EUR")]),
    ("ru", "10 тыс. руб.", [(10000.0, "RUB")]),
    ("ru", "2 млрд долларов", [(2000000000.0, "USD")]),
    ("ru", "2 млрд. долларов", [(2000000000.0, "USD")]),
    ("ru", "5 млн. человек", [(5000000.0, "")]),
    ("ru", "$2 млрд", [(2000000000.0, "USD")]),
    ("es", "mil millones de dólares", [(1000000000.0, "USD")]),
    ("es", "dos mil millones de euros", [(2000000000.0, "EUR")]),
    ("es", "3.000 millones de euros", [(3000000000.0, "EUR")]),
    ("es", "3 mil millones de pesos", [(3000000000.0, "peso")]),
    ("es", "tres mil quinientos millones de euros", [(3500000000.0, "EUR")]),
    ("es", "5 millones de euros", [(5000000.0, "EUR")]),
    ("es", "20 M€", [(20000000.0, "EUR")]),
    ("es", "doscientos cincuenta barcos", [(250.0, "")]),
    ("en", "3bn", [(3000000000.0, "")]),
    ("en", "3bn euros", [(3000000000.0, "EUR")]),
    ("en", "£3m", [(3000000.0, "GBP")]),
    ("en", "$4.5 mln", [(4500000.0, "USD")]),
    ("en", "$3B", [(3000000000.0, "USD")]),
    ("en", "$2.5T", [(2500000000000.0, "USD")]),
    ("en", "€5 bn.", [(5000000000.0, "EUR")]),
    ("en", "A$5 million", [(5000000.0, "AUD")]),
    ("en", "US$3 billion", [(3000000000.0, "USD")]),
    ("en", "five hundred thousand million", [(500000000000.0, "")]),
    ("en", "3 hundred thousand", [(300000.0, "")]),
    ("en", "millions of dollars", [(1000000.0, "USD")]),
    ("fr", "3 Mds d'euros", [(3000000000.0, "EUR")]),
    ("fr", "2,5 Md€", [(2500000000.0, "EUR")]),
    ("fr", "3 M€", [(3000000.0, "EUR")]),
    ("fr", "1,8 million d'euros", [(1800000.0, "EUR")]),
    ("fr", "mille milliards de dollars", [(1000000000000.0, "USD")]),
    ("it", "3 mln di euro", [(3000000.0, "EUR")]),
    ("it", "2 mld di euro", [(2000000000.0, "EUR")]),
    ("it", "3 miliardi di euro", [(3000000000.0, "EUR")]),
    ("it", "300mila euro", [(300000.0, "EUR")]),
    ("pt", "R$ 3 milhões", [(3000000.0, "BRL")]),
    ("pt", "R$ 2,5 bi", [(2500000000.0, "BRL")]),
    ("pt", "US$ 2 bi", [(2000000000.0, "USD")]),
    ("pt", "3 mil milhões de euros", [(3000000000.0, "EUR")]),
    ("pt", "5 milhões de reais", [(5000000.0, "BRL")]),
]


@pytest.mark.parametrize(("lang", "text", "expected"), SCALES)
def test_short_and_long_scales_are_read_before_their_unit(
    lang: str, text: str, expected: list[tuple[float, str]]
) -> None:
    assert [one[:2] for one in figures(text, lang)] == expected


BOUNDS = [
    ("es", "hasta 300 personas", [(300.0, "", "under")]),
    ("es", "hasta el lunes 300 personas", [(300.0, "", "")]),
    ("es", "de 5 hasta 7 personas", [(5.0, "", ""), (7.0, "", "")]),
    ("es", "hasta Madrid 300 personas", [(300.0, "", "")]),
    ("es", "hasta el 30", []),
    ("es", "hasta un 15 % más", [(15.0, "%", "under")]),
    ("es", "subió del 5 % hasta el 15 %", [(5.0, "%", ""), (15.0, "%", "")]),
    ("es", "subió hasta el 15 %", [(15.0, "%", "")]),
    ("es", "hasta las 10 de la noche", []),
    ("ru", "до 300 человек", [(300.0, "", "under")]),
    ("ru", "с 5 до 7 процентов", [(5.0, "%", ""), (7.0, "%", "")]),
    ("ru", "вырос до 15 процентов", [(15.0, "%", "")]),
    ("ru", "снизилась с 20% до 15%", [(20.0, "%", ""), (15.0, "%", "")]),
    ("ru", "от 5 до 7 человек", [(5.0, "", ""), (7.0, "", "")]),
    ("de", "bis zu 300 Menschen", [(300.0, "", "under")]),
    ("de", "5 bis 7 Menschen", [(5.0, "", ""), (7.0, "", "")]),
    ("de", "von 5 auf bis zu 7 Prozent", [(5.0, "", ""), (7.0, "%", "under")]),
    ("fr", "jusqu'à 300 personnes", [(300.0, "", "under")]),
    ("fr", "de 5 à 7 personnes", [(5.0, "", ""), (7.0, "", "")]),
    ("fr", "a grimpé jusqu'à 35 °C", [(35.0, "°C", "")]),
    ("it", "fino a 300 persone", [(300.0, "", "under")]),
    ("it", "da 5 fino a 7 persone", [(5.0, "", ""), (7.0, "", "")]),
    ("pt", "até 300 pessoas", [(300.0, "", "under")]),
    ("pt", "de 5 até 7 pessoas", [(5.0, "", ""), (7.0, "", "")]),
    ("en", "up to 300 people", [(300.0, "", "under")]),
    ("en", "from 5 to 7 people", [(5.0, "", ""), (7.0, "", "")]),
    ("en", "from 5 up to 7 people", [(5.0, "", ""), (7.0, "", "")]),
    ("ru", "до 8 вечера", []),
]


@pytest.mark.parametrize(("lang", "text", "expected"), BOUNDS)
def test_a_bound_is_one_only_before_an_amount(lang: str, text: str, expected: list[tuple[float, str, str]]) -> None:
    assert figures(text, lang) == expected


UNITS = [
    ("en", "41.5C", [(41.5, "°C")]),
    ("en", "41.5 °C", [(41.5, "°C")]),
    ("en", "it hit 104F", [(104.0, "°F")]),
    ("en", "50c a litre", [(50.0, "cent")]),
    ("en", "41C heat", [(41.0, "°C")]),
    ("en", "the men's 800m final", [(800.0, "m")]),
    ("en", "the 800m race", [(800.0, "m")]),
    ("en", "she won the 800m in two minutes", [(800.0, "m"), (2.0, "minute")]),
    ("en", "800m people", [(800000000.0, "")]),
    ("en", "an 800m sprint", [(800.0, "m")]),
    ("en", "$800m", [(800000000.0, "USD")]),
    ("en", "3.2m users", [(3200000.0, "")]),
    ("en", "6m tonnes", [(6000000.0, "t")]),
    ("en", "gold in the 400m hurdles", [(400.0, "m")]),
    ("en", "a population of 3m", [(3000000.0, "")]),
    ("en", "a 30m tower", [(30.0, "m")]),
    ("en", "waves 5m high", [(5.0, "m")]),
    ("en", "the 1,500m", [(1500.0, "m")]),
    ("en", "a fortnight", [(2.0, "week")]),
    ("en", "three fortnights", [(3.0, "fortnight")]),
    ("en", "two weeks", [(2.0, "week")]),
    ("es", "41 grados centígrados", [(41.0, "°C")]),
    ("de", "41,5 Grad Celsius", [(41.5, "°C")]),
    ("fr", "41 degrés Celsius", [(41.0, "°C")]),
    ("ru", "41 градус Цельсия", [(41.0, "°C")]),
    ("en", "5k people and 300k users", [(5000.0, ""), (300000.0, "")]),
]


@pytest.mark.parametrize(("lang", "text", "expected"), UNITS)
def test_letters_behind_digits_are_what_they_are_before_the_words_around_them(
    lang: str, text: str, expected: list[tuple[float, str]]
) -> None:
    assert [one[:2] for one in figures(text, lang)] == expected
