"""Times as a household reads them."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date

PATTERNS = {"zh": "y年M月d日 EEEE", "es": "EEEE d 'de' MMMM 'de' y"}


def when_text(starts_at: datetime, *, minutes: int, time_zone: str, locale: str) -> str:
    """``Friday 14 May 2027, 10:00–11:30`` on the clock of ``time_zone``, in a language.

    24 hours in every language, as on the programme's pages.
    """
    zone = ZoneInfo(time_zone)
    begin = starts_at.astimezone(zone)
    end = (starts_at + timedelta(minutes=minutes)).astimezone(zone)
    day = format_date(begin.date(), PATTERNS.get(locale[:2], "EEEE d MMMM y"), locale=locale)
    return f"{day}, {begin:%H:%M}–{end:%H:%M}"
