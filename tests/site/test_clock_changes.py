"""When a city's clocks go forward or back, each appointment comes at its local time, once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from datetime import time as local_time
from zoneinfo import ZoneInfo

import pytest
import time_machine

from festival.shared.appointments import Appointment
from festival.shared.clock import local_instant
from festival.site.clock import Clock
from tests.site.conftest import enqueued, remind

# (zone, day of the change, minutes by which its clock goes forward)
CHANGES = [
    ("Europe/Madrid", date(2026, 3, 29), 60),
    ("Europe/Madrid", date(2026, 10, 25), -60),
    ("Europe/Madrid", date(2027, 3, 28), 60),
    ("Europe/Madrid", date(2027, 10, 31), -60),
    ("America/Santiago", date(2026, 9, 6), 60),
    ("Australia/Lord_Howe", date(2026, 10, 4), 30),
    ("Australia/Lord_Howe", date(2027, 4, 4), -30),
    ("Asia/Kolkata", date(2026, 3, 29), 0),
]


@pytest.mark.parametrize(("zone_name", "day", "shift"), CHANGES)
def test_across_a_change_of_the_clock_each_at_its_local_time_once(
    clock: Clock, said: list[Appointment], zone_name: str, day: date, shift: int
) -> None:
    """Three days in steps of ten minutes; evenings, and the hours in which the clock changes."""
    zone = ZoneInfo(zone_name)
    days = [day + timedelta(days=number) for number in (-1, 0, 1)]
    hours = [local_time(18, 0), local_time(0, 30), local_time(1, 45), local_time(2, 30)]
    for each in days:
        for hour in hours:
            key = f"{each}:{hour:%H%M}"
            said.append(remind(key, local_instant(each, hour, zone=zone)))
    evening_before = local_instant(days[0], local_time(18), zone=zone)
    evening = local_instant(day, local_time(18), zone=zone)
    assert evening - evening_before == timedelta(hours=24) - timedelta(minutes=shift)
    now = local_instant(days[0], local_time(0), zone=zone)
    seen: dict[str, datetime] = {}
    while len(seen) < len(said) and now < evening + timedelta(days=3):
        with time_machine.travel(now, tick=False):
            clock.plan()
        for key in enqueued():
            seen.setdefault(key, now)
        now += timedelta(minutes=10)
    assert enqueued() == [each.key for each in sorted(said, key=lambda one: one.at)]
    for each in said:
        assert timedelta(0) <= seen[each.key] - each.at < timedelta(minutes=10)
    for each in days:
        local = seen[f"{each}:1800"].astimezone(zone)
        assert (local.date(), local.hour, local.minute) == (each, 18, 0)
