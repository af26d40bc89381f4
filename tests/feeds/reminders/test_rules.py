"""When reminders are due: no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from festival.feeds.reminders.rules import (
    AHEAD,
    days_due,
    evening_before,
    held_pairs,
    on_day,
    starting_at,
    starts_due,
)
from festival.programme.published import PublishedOccurrence, PublishedProgramme, PublishedSession

TEN = datetime(2027, 5, 14, 8, 0, tzinfo=UTC)
ALWAYS = {"since": TEN - timedelta(days=400), "until": TEN + timedelta(days=400)}


def held(number: int, starts_at: datetime, **changes: Any) -> PublishedOccurrence:
    facts: dict[str, Any] = {
        "id": number, "uid": f"u{number}", "sequence": 0, "changed_at": TEN,
        "starts_at": starts_at, "minutes": 60, "space": None,
    }  # fmt: skip
    return PublishedOccurrence(**facts | changes)


def programme(*occurrences: PublishedOccurrence, zone: str = "Europe/Madrid") -> PublishedProgramme:
    sessions = tuple(
        PublishedSession(
            code=f"s{each.id}", guid="g", kind="activity", title=f"S{each.id}", language="en",
            occurrences=(each,),
        )
        for each in occurrences
    )  # fmt: skip
    return PublishedProgramme(
        festival_slug="f", edition_slug="e", title="T", city_name="C", time_zone=zone,
        languages=("en",), starts_on=date(2027, 5, 14), ends_on=date(2027, 5, 16), version=1,
        published_at=TEN, sessions=sessions,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "day", "utc"),
    [
        # Spain: clocks go forward on 28 March 2027 and back on 31 October 2027.
        ("Europe/Madrid", "2027-03-28", "2027-03-27T17:00"),
        ("Europe/Madrid", "2027-03-29", "2027-03-28T16:00"),
        ("Europe/Madrid", "2027-10-31", "2027-10-30T16:00"),
        ("Europe/Madrid", "2027-11-01", "2027-10-31T17:00"),
        # The days of the brief, 29 March and 25 October 2026.
        ("Europe/Madrid", "2026-03-29", "2026-03-28T17:00"),
        ("Europe/Madrid", "2026-03-30", "2026-03-29T16:00"),
        ("Europe/Madrid", "2026-10-25", "2026-10-24T16:00"),
        ("Europe/Madrid", "2026-10-26", "2026-10-25T17:00"),
        # New York: back on 7 November 2027; Caracas and Kolkata know no change.
        ("America/New_York", "2027-11-07", "2027-11-06T22:00"),
        ("America/New_York", "2027-11-08", "2027-11-07T23:00"),
        ("America/Caracas", "2027-03-28", "2027-03-27T22:00"),
        ("Asia/Kolkata", "2027-10-31", "2027-10-30T12:30"),
        # Lord Howe moves by half an hour: on 4 April and 3 October 2027.
        ("Australia/Lord_Howe", "2027-04-05", "2027-04-04T07:30"),
        ("Australia/Lord_Howe", "2027-04-04", "2027-04-03T07:00"),
        ("UTC", "2027-03-28", "2027-03-27T18:00"),
    ],
)
def test_the_evening_is_eighteen_o_clock_whatever_the_clock_does(
    zone: str, day: str, utc: str
) -> None:
    found = evening_before(date.fromisoformat(day), zone=ZoneInfo(zone))
    assert found == datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert found.astimezone(ZoneInfo(zone)).hour == 18


@pytest.mark.parametrize("day", ["2027-03-28", "2027-10-31"])
def test_a_day_of_23_or_25_hours_has_one_reminder(day: str) -> None:
    zone = ZoneInfo("Europe/Madrid")
    morning = datetime.combine(date.fromisoformat(day), datetime.min.time(), tzinfo=zone)
    every_hour = [morning.astimezone(UTC) + timedelta(hours=hour) for hour in range(23)]
    made = programme(*(held(number, at) for number, at in enumerate(every_hour)))

    due = days_due(made, held_pairs(made), **ALWAYS)

    assert [each.day.isoformat() for each in due] == [day]
    assert due[0].until == every_hour[-1]
    assert len(starts_due(held_pairs(made), **ALWAYS)) == 23


def test_the_hour_that_comes_twice_has_two_starts() -> None:
    """02:30 in Madrid on 31 October 2027 is two instants."""
    first = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    made = programme(held(1, first), held(2, first + timedelta(hours=1)))
    due = starts_due(held_pairs(made), **ALWAYS)
    assert [each.at for each in due] == [first - AHEAD, first]


def test_cancelled_is_not_reminded_of() -> None:
    made = programme(held(1, TEN, status="cancelled"), held(2, TEN))
    assert [occ.id for _session, occ in held_pairs(made)] == [2]
    assert [occ.id for _session, occ in starting_at(made, TEN)] == [2]


def test_a_day_that_is_half_over_has_only_what_is_to_come() -> None:
    made = programme(
        held(1, TEN), held(2, TEN + timedelta(hours=3)), held(3, TEN + timedelta(days=1))
    )
    mine = on_day(made, date(2027, 5, 14), after=TEN)
    assert [occ.id for _session, occ in mine] == [2]


def test_only_what_is_due_in_the_span() -> None:
    made = programme(held(1, TEN), held(2, TEN + timedelta(days=1)))
    pairs = held_pairs(made)
    at = TEN - AHEAD
    assert [each.starts_at for each in starts_due(pairs, since=at, until=at)] == [TEN]
    assert starts_due(pairs, since=at + timedelta(seconds=1), until=at + AHEAD) == []
    evening = datetime(2027, 5, 13, 16, tzinfo=UTC)
    assert len(days_due(made, pairs, since=evening, until=evening)) == 1
    assert days_due(made, pairs, since=TEN + timedelta(days=9), until=TEN) == []


def test_a_move_is_another_reminder_and_a_newcomer_another_fingerprint() -> None:
    one, two = held(1, TEN), held(2, TEN + timedelta(hours=1))
    alone = starts_due(held_pairs(programme(one, two)), **ALWAYS)
    moved = replace(two, starts_at=TEN)
    together = starts_due(held_pairs(programme(one, moved)), **ALWAYS)
    assert len(together) == 1
    assert together[0].starts_at == alone[0].starts_at
    assert together[0].fingerprint != alone[0].fingerprint
