"""Publication times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.store import times
from dedup.store.times import parse_time

MODERN = st.datetimes(
    datetime(1974, 1, 1),  # noqa: DTZ001  bounds are naive, the strategy adds the zone
    datetime(2280, 1, 1),  # noqa: DTZ001
    timezones=st.integers(-14, 14).map(lambda h: timezone(timedelta(hours=h))),
)


@given(MODERN)
def test_every_iso_time_is_read_exactly(moment: datetime) -> None:
    assert parse_time(moment.isoformat()) == moment


@given(MODERN)
def test_every_mail_time_is_read_to_the_second(moment: datetime) -> None:
    assert parse_time(format_datetime(moment)) == moment.replace(microsecond=0)


@given(MODERN)
def test_unix_seconds_and_milliseconds_are_told_apart(moment: datetime) -> None:
    seconds = int(moment.timestamp())
    assert parse_time(str(seconds)) == moment.astimezone(UTC).replace(microsecond=0)
    assert parse_time(str(seconds * 1000)) == moment.astimezone(UTC).replace(microsecond=0)


@given(MODERN)
def test_day_and_month_are_never_guessed(moment: datetime) -> None:
    found = parse_time(moment.strftime("%d/%m/%Y"))
    sure = moment.day > 12 or moment.day == moment.month
    assert found == (datetime(moment.year, moment.month, moment.day, tzinfo=UTC) if sure else "ambiguous")


@given(st.text())
def test_any_text_is_a_time_in_utc_or_a_reason(text: str) -> None:
    found = parse_time(text)
    assert found in ("ambiguous", "unreadable") or (isinstance(found, datetime) and found.tzinfo is UTC)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2025-03-04T10:00Z", "2025-03-04T10:00:00+00:00"),
        ("20250304T101112Z", "2025-03-04T10:11:12+00:00"),
        ("2025/3/4 10:00", "2025-03-04T10:00:00+00:00"),
        ("2025-03-04 10:00:00.123456789 +00:00", "2025-03-04T10:00:00.123456+00:00"),
        ("2025-03-04T10:00:00,5+0530", "2025-03-04T04:30:00.500000+00:00"),
        ("Tue, 4 Mar 2025 10:00:00 EST", "2025-03-04T15:00:00+00:00"),
        ("4 March 2025", "2025-03-04T00:00:00+00:00"),
        ("March 4, 2025 at 12:30 AM", "2025-03-04T00:30:00+00:00"),
        (" 1741082400.5 ", "2025-03-04T10:00:00.500000+00:00"),
        ("27-MAR-1987 11:46:05.99&#5;&#5;V RM", "1987-03-27T11:46:05.990000+00:00"),
        ("26-FEB-1987 15:01:01.79 \x05\x05C T f0704", "1987-02-26T15:01:01.790000+00:00"),
        ("2025-03-04&#022;", "2025-03-04T00:00:00+00:00"),
        ("\n" * 200 + "2025-03-04", "2025-03-04T00:00:00+00:00"),
    ],
)
def test_common_forms_are_read(raw: str, expected: str) -> None:
    found = parse_time(raw)
    assert isinstance(found, datetime)
    assert found.isoformat() == expected


@pytest.mark.parametrize(
    "raw",
    [
        *("", "2025", "2025-02-30", "2025-03-04T25:00", "2025-03-04 10:00 CET", "0001-01-01T00:00:00Z", "12345678901"),
        *("March 4, 2025&#44; 10:00", "2025-03-04&#10;10:00", "\x052025-03-04", "2025-03-04 V RM"),
        *("9999-12-31T23:59:59-12:00", "2025-03-04T10:00+99:00", "yesterday", "-5", "13/13/2025"),
    ],
)
def test_what_cannot_be_known_is_unreadable(raw: str) -> None:
    assert parse_time(raw) == "unreadable"


def test_a_long_nearly_right_time_takes_no_time() -> None:
    assert parse_time("March" + " " * 20_000 + "x") == "unreadable"


@given(MODERN, st.sampled_from(["T", " "]))
def test_the_quick_way_finds_what_the_long_way_finds(moment: datetime, mark: str) -> None:
    usual = moment.isoformat(sep=mark)
    assert times._USUAL.fullmatch(usual)
    assert parse_time(usual) == parse_time(f"{usual} (comment)") == moment
