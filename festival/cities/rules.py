"""How the clocks of two cities stand to each other; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from zoneinfo import ZoneInfo

NOON = time(12)


@dataclass(frozen=True, slots=True)
class ClockSpan:
    """On the days from ``first`` to ``last`` the city's clock is ``minutes_ahead`` of the host's.

    Negative: behind.
    """

    first: date
    last: date
    minutes_ahead: int


@dataclass(frozen=True, slots=True)
class TwinTime:
    """One wall-clock time of the host and the same instant in the twin city."""

    here: time
    there: time
    day_shift: int
    """+1 where it is the next day there, -1 the day before."""


def minutes_ahead(city: ZoneInfo, *, host: ZoneInfo, day: date) -> int:
    """By how much the city's clock is ahead at noon of a day in the host city."""
    noon = datetime.combine(day, NOON, tzinfo=host)
    there, here = noon.astimezone(city).utcoffset(), noon.utcoffset()
    assert there is not None and here is not None  # aware by construction
    return round((there - here).total_seconds() / 60)


def clock_spans(city: ZoneInfo, *, host: ZoneInfo, days: Iterable[date]) -> list[ClockSpan]:
    """The difference over the days of an edition: one span, or more where a clock changes."""
    offsets = [(day, minutes_ahead(city, host=host, day=day)) for day in days]
    spans = []
    for minutes, group in groupby(offsets, key=lambda pair: pair[1]):
        members = [day for day, _ in group]
        spans.append(ClockSpan(members[0], members[-1], minutes))
    return spans


def twin_times(
    city: ZoneInfo, *, host: ZoneInfo, day: date, hours: Iterable[int]
) -> list[TwinTime]:
    """What the clock says in the twin city at full hours of the host's day."""
    found = []
    for hour in hours:
        here = datetime.combine(day, time(hour), tzinfo=host)
        there = here.astimezone(city)
        shift = (there.date() - day).days
        found.append(TwinTime(here.time(), there.time(), shift))
    return found
