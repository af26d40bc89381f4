"""The one place that reads the clock.  Everything else is given ``now``."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones


def utc_now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def is_time_zone(name: str) -> bool:
    """Whether ``name`` is an IANA zone such as ``Europe/Dublin``."""
    return name in available_timezones()


def day_bounds(day: date, *, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """First instant of a local day and first instant of the next, in UTC.

    A local day lasts 23 or 25 hours when the clock changes; never add 24 hours.
    """
    start = datetime.combine(day, time.min, tzinfo=zone)
    end = datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)
    return start.astimezone(UTC), end.astimezone(UTC)


def local_instant(day: date, at: time, *, zone: ZoneInfo) -> datetime:
    """The UTC instant of a wall-clock time on a day."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
