"""Where a dateline ends, and that nothing else is taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given

from dedup.text.datelines import dateline
from tests.text.strange import strange_texts

LEAD = "Waste from a copper mine spilled into a river."


@pytest.mark.parametrize(
    "line",
    [
        "LIMA, May 19 (CPA) - ",
        "LIMA (CPA) -- ",
        "ASHPORT, Ore. — ",
        "PORT MADDERN, South Africa, Aug 21 – ",
        "ST. JOHN'S — ",
        "(Reuters) - ",
        "Lima (CPA) – ",
        "МОСКВА, 11 мар — ",
        "新华社北京1月13日电（记者 张三）",
        "本报讯（记者 张三）",
        "【東京時事】",
    ],
)
def test_the_place_the_day_and_the_agency_are_a_dateline(line: str) -> None:
    assert dateline(line + LEAD) == len(line)


@pytest.mark.parametrize(
    "sentence",
    [
        LEAD,
        "NATO said on Monday - and denied on Tuesday - that it would go.",
        "The firm (founded in 1984) - once the largest - was sold.",
        "(He laughed.) It rained.",
        "A man - who was not named - was held.",
        "LIMA, May 19 (CPA) - ",
        "电影院讯息很多，没有人去看。",
        "",
    ],
)
def test_nothing_else_is(sentence: str) -> None:
    assert dateline(sentence) == 0


@given(strange_texts)
def test_something_is_always_left(text: str) -> None:
    assert 0 <= dateline(text) < max(1, len(text))
