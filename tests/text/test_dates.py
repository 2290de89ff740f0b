"""Days and hours that belong together: ranges and lists name each of their ends."""

from __future__ import annotations

import pytest

from dedup.text.claims import claims
from dedup.text.moments import Moment


def days(text: str, lang: str) -> list[tuple[int | None, int | None, bool]]:
    found = (claim.value for claim in claims(text, lang) if isinstance(claim.value, Moment))
    return [(one.month, one.day, one.bounded) for one in found]


DAYS = [
    ("en", "on June 5-7", [(6, 5), (6, 7)]),
    ("en", "June 5–7, 2025", [(6, 5), (6, 7)]),
    ("en", "on June 5 and 6 at the port", [(6, 5), (6, 6)]),
    ("en", "June 5, 6 and 7.", [(6, 5), (6, 6), (6, 7)]),
    ("en", "June 5 to 7", [(6, 5), (6, 7)]),
    ("en", "June 5 through 7", [(6, 5), (6, 7)]),
    ("en", "from 5 to 7 June", [(6, 5), (6, 7)]),
    ("en", "5 and 6 June", [(6, 5), (6, 6)]),
    ("en", "5th and 6th of June", [(6, 5), (6, 6)]),
    ("en", "5, 6 and 7 June 2025", [(6, 5), (6, 6), (6, 7)]),
    ("en", "the 5th to the 7th of June", [(6, 5), (6, 7)]),
    ("en", "June 5 and 6 people died", [(6, 5)]),
    ("en", "On June 5, 12 people died", [(6, 5)]),
    ("en", "5-7 June", [(6, 5), (6, 7)]),
    ("en", "between 5 and 7 June", [(6, 5), (6, 7)]),
    ("en", "June 5th and 6th", [(6, 5), (6, 6)]),
    ("en", "from June 5 until June 7", [(6, 5), (6, 7)]),
    ("es", "del 5 al 7 de junio", [(6, 5), (6, 7)]),
    ("es", "los días 5 y 6 de junio de 2025", [(6, 5), (6, 6)]),
    ("es", "el 5, 6 y 7 de junio", [(6, 5), (6, 6), (6, 7)]),
    ("es", "entre el 5 y el 7 de junio", [(6, 5), (6, 7)]),
    ("es", "del 5 de mayo hasta el 7 de junio", [(5, 5), (6, 7)]),
    ("de", "vom 5. bis 7. Juni", [(6, 5), (6, 7)]),
    ("de", "vom 5. bis zum 7. Juni", [(6, 5), (6, 7)]),
    ("de", "am 5. und 6. Juni", [(6, 5), (6, 6)]),
    ("de", "5./6. Juni", [(6, 5), (6, 6)]),
    ("de", "zwischen dem 5. und dem 7. Juni", [(6, 5), (6, 7)]),
    ("fr", "du 5 au 7 juin", [(6, 5), (6, 7)]),
    ("fr", "les 5 et 6 juin", [(6, 5), (6, 6)]),
    ("fr", "entre le 5 et le 7 juin", [(6, 5), (6, 7)]),
    ("it", "dal 5 al 7 giugno", [(6, 5), (6, 7)]),
    ("it", "il 5 e 6 giugno", [(6, 5), (6, 6)]),
    ("it", "il 5 e il 6 giugno", [(6, 5), (6, 6)]),
    ("pt", "de 5 a 7 de junho", [(6, 5), (6, 7)]),
    ("pt", "nos dias 5 e 6 de junho", [(6, 5), (6, 6)]),
    ("ru", "5–7 июня", [(6, 5), (6, 7)]),
    ("ru", "с 5 по 7 июня", [(6, 5), (6, 7)]),
    ("ru", "5 и 6 июня", [(6, 5), (6, 6)]),
    ("ru", "5, 6 и 7 июня", [(6, 5), (6, 6), (6, 7)]),
    ("ru", "с 5 до 7 июня", [(6, 5), (6, 7)]),
    ("zh", "6月5日至7日", [(6, 5), (6, 7)]),
    ("zh", "6月5日和6日", [(6, 5), (6, 6)]),
    ("zh", "6月5-7日", [(6, 5), (6, 7)]),
]


@pytest.mark.parametrize(("lang", "text", "expected"), DAYS)
def test_each_day_of_a_range_or_list_is_named_with_its_month(
    lang: str, text: str, expected: list[tuple[int, int]]
) -> None:
    assert days(text, lang) == [(*one, False) for one in expected]


@pytest.mark.parametrize(
    ("lang", "text"),
    [("es", "hasta el 7 de junio"), ("de", "bis zum 7. Juni"), ("ru", "до 7 июня"), ("en", "by June 7")],
)
def test_a_bound_alone_names_no_end_of_a_range(lang: str, text: str) -> None:
    assert days(text, lang) == [(6, 7, True)]


@pytest.mark.parametrize(
    ("text", "expected"), [("June 5 and 6 people died", [6.0]), ("On June 5, 12 people died", [12.0])]
)
def test_a_count_behind_a_date_is_no_day(text: str, expected: list[float]) -> None:
    assert [claim.value.magnitude for claim in claims(text, "en") if claim.kind == "number"] == expected  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("en", "5 to 7 pm", [1020, 1140]),
        ("en", "5-7pm", [1020, 1140]),
        ("en", "11 to 1 pm", [660, 780]),
        ("de", "von 9 bis 18 Uhr", [540, 1080]),
        ("es", "de 5 a 7 horas", [420]),
    ],
)
def test_both_ends_of_a_range_of_hours_are_hours(lang: str, text: str, expected: list[int]) -> None:
    assert [claim.value.clock for claim in claims(text, lang) if isinstance(claim.value, Moment)] == expected
