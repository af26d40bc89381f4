"""Times as a household reads them."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time


def when_text(starts_at: datetime, *, minutes: int, time_zone: str, locale: str) -> str:
    """``Friday, 14 May 2027, 10:00–11:30`` on the clock of ``time_zone``, in a language."""
    zone = ZoneInfo(time_zone)
    begin = starts_at.astimezone(zone)
    end = (starts_at + timedelta(minutes=minutes)).astimezone(zone)
    day = format_date(begin.date(), "full", locale=locale)
    first = format_time(begin, "short", tzinfo=zone, locale=locale)
    last = format_time(end, "short", tzinfo=zone, locale=locale)
    return f"{day}, {first}–{last}"
