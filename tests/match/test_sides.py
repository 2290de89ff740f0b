"""Articles with what every comparison of them needs."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from dedup.config import Config, SketchConfig
from dedup.match.sides import Side, Sides
from dedup.sketch.documents import documents
from dedup.sketch.salience import vocabulary
from tests.builders import Article, make_articles
from tests.match.builders import LEAK, TOW, make_side


def make_sides(*articles: str | Article, config: Config | None = None) -> Sides:
    config = config or Config()
    frame = make_articles(*articles)
    return Sides(frame, documents(frame, config.text), config)


def days(text: str, published: date | None) -> set[date | str]:
    """The days that the opening speaks of, those of the calendar as such."""
    time = None if published is None else datetime(published.year, published.month, published.day, 12, tzinfo=UTC)
    found = make_side(text, published_at=time).lead_days
    return {day if isinstance(day, str) else date.fromordinal(day) for day in found}


def names(side: Side) -> set[int]:
    return set(side.names.term.tolist())


class TestSides:
    def test_are_made_once(self) -> None:
        sides = make_sides(TOW, LEAK)
        assert sides[1] is sides[1]
        assert sides[0] is not sides[1]

    @pytest.mark.parametrize(("title", "is_there"), [(None, False), ("", False), (" \n", False), ("Ship towed", True)])
    def test_have_a_headline_where_something_stands_in_it(self, title: str | None, is_there: bool) -> None:
        side = make_sides(Article(text=TOW, title=title))[0]
        assert (side.headline is not None) is is_there

    def test_without_spaces_have_runs_of_characters(self) -> None:
        text, config = "这座桥长1200米，造价3亿元。", Config(sketch=SketchConfig(shingle_words=3, shingle_characters=6))
        chinese = make_sides(Article(text=text, lang="zh"), Article(text=TOW, lang="en"), config=config)
        assert (chinese[0].shingle_size, chinese[1].shingle_size) == (6, 3)
        assert len(chinese[0].shingles) == len(chinese[0].profile.word) - 5


class TestNames:
    def test_of_the_headline_are_what_no_language_has(self) -> None:
        side = make_side("Nine people were hurt.", headline="AMBERLIGHT LEAVES QUAY")
        assert names(side) == {vocabulary("en").term("amberlight").id}

    def test_of_some_sentences_are_those_and_the_headlines(self) -> None:
        side = make_side("Odran Kelvasti spoke. Nobody else from Quillon came.", headline="Amberlight towed")
        first = side.profile.spans[:, 0] == 0
        known = vocabulary("en")
        assert set(side.names_in(first).term.tolist()) == {
            known.term(name).id for name in ("odran", "kelvasti", "amberlight")
        }

    def test_that_are_named_often_weigh_more(self) -> None:
        told = make_side("Kelvasti spoke. Then Kelvasti left, and Amberlight with Kelvasti.").names
        known = vocabulary("en")
        weight = dict(zip(told.term.tolist(), told.weight.tolist(), strict=True))
        assert weight[known.term("kelvasti").id] == pytest.approx(2 * weight[known.term("amberlight").id])


class TestLeadDays:
    def test_without_a_year_are_those_next_to_the_publication(self) -> None:
        assert days("The council met on 31 December.", date(2026, 1, 2)) == {date(2025, 12, 31)}
        assert days("The council meets on 2 January.", date(2025, 12, 30)) == {date(2026, 1, 2)}

    def test_that_no_year_nearby_has_are_kept_as_they_are_stated(self) -> None:
        assert days("The council met on 29 February.", date(2025, 3, 1)) == {date(2024, 2, 29)}
        assert days("The council met on 31 June.", date(2025, 7, 1)) == {"6-31"}

    def test_that_are_called_by_their_weekday_are_numbered_by_the_publication(self) -> None:
        assert days("The council met on Monday.", date(2026, 3, 4)) == {date(2026, 3, 2)}
        assert days("The council met yesterday.", date(2026, 3, 4)) == {date(2026, 3, 3)}
        assert days("The council met on Monday and on 4 March.", None) == {"w1", "3-4"}

    def test_are_not_those_of_the_background_nor_of_furniture(self) -> None:
        text = "On Tuesday it rained. It rained. It rained. It rained on Monday."
        assert days(text, date(2026, 3, 4)) == {date(2026, 3, 3)}
        furnished = make_side("Printed on Monday. On Tuesday it rained.", furniture=[0])
        assert furnished.lead_days == make_side("On Tuesday it rained.").lead_days


class TestDates:
    def test_are_told_in_their_parts(self) -> None:
        assert make_side("It rained on Tuesday, 3 March 2026, and in April.").dates == {
            "weekday": {make_weekday("Tuesday")},
            "day": {303},
            "month": {3, 4},
            "year": {2026},
        }

    def test_of_furniture_are_none(self) -> None:
        assert make_side("It rained. Printed in March 2026.", furniture=[1]).dates == {}


def make_weekday(name: str) -> int:
    """The number by which a weekday is known."""
    (number,) = make_side(f"It rained on {name}.").dates["weekday"]
    return number
