"""The days of the festival as one entry of a calendar, for whoever holds a badge."""

from __future__ import annotations

from datetime import datetime, timedelta

from icalendar import Calendar, Event

from festival.festivals.models import Edition


def days_calendar(
    edition: Edition, *, host: str, page_url: str, description: str, stamp: datetime
) -> bytes:
    """An all-day event from the first to the last day.

    ``page_url`` is the edition's public page: the code of the badge stays out of calendars, which
    people share.  ``stamp`` is when the badge was issued.
    """
    event = Event()
    event.add("uid", f"edition-{edition.id}@{host}")
    event.add("dtstamp", stamp)
    event.add("dtstart", edition.starts_on)
    event.add("dtend", edition.ends_on + timedelta(days=1))
    event.add("summary", edition.title)
    event.add("location", edition.festival.city_name)
    event.add("description", description)
    event.add("url", page_url)
    event.add("transp", "TRANSPARENT")
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//learning-festival//badge//EN")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
