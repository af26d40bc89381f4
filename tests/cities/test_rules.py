"""How the clocks of two cities stand to each other."""

from __future__ import annotations

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from festival.cities.rules import ClockSpan, TwinTime, clock_spans, minutes_ahead, twin_times

MADRID = ZoneInfo("Europe/Madrid")


def days(first: date, count: int) -> list[date]:
    return [first + timedelta(days=number) for number in range(count)]


@pytest.mark.parametrize(
    ("zone", "minutes"),
    [
        ("Asia/Seoul", 7 * 60),
        ("Europe/Dublin", -60),
        ("America/Mexico_City", -8 * 60),
        ("Asia/Kathmandu", 3 * 60 + 45),
        ("Europe/Rome", 0),
    ],
)
def test_a_clock_is_ahead_or_behind_in_summer(zone: str, minutes: int) -> None:
    assert minutes_ahead(ZoneInfo(zone), host=MADRID, day=date(2027, 5, 14)) == minutes


def test_three_ordinary_days_are_one_span() -> None:
    first = date(2027, 5, 14)
    found = clock_spans(ZoneInfo("Asia/Seoul"), host=MADRID, days=days(first, 3))
    assert found == [ClockSpan(first, date(2027, 5, 16), 420)]


def test_a_change_of_clocks_within_the_festival_makes_two_spans() -> None:
    found = clock_spans(ZoneInfo("Asia/Seoul"), host=MADRID, days=days(date(2027, 10, 30), 3))
    assert found == [
        ClockSpan(date(2027, 10, 30), date(2027, 10, 30), 420),
        ClockSpan(date(2027, 10, 31), date(2027, 11, 1), 480),
    ]


def test_no_days_have_no_span() -> None:
    assert clock_spans(MADRID, host=MADRID, days=[]) == []


def test_the_other_day_is_flagged_in_both_directions() -> None:
    day = date(2027, 5, 14)
    assert twin_times(ZoneInfo("Asia/Seoul"), host=MADRID, day=day, hours=(9, 18)) == [
        TwinTime(time(9), time(16), 0),
        TwinTime(time(18), time(1), 1),
    ]
    assert twin_times(ZoneInfo("Pacific/Honolulu"), host=MADRID, day=day, hours=(9,)) == [
        TwinTime(time(9), time(21), -1)
    ]
