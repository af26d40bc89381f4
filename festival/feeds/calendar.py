"""The published programme as an iCalendar feed (RFC 5545, with the properties of RFC 7986).

The same version of the programme gives the same bytes: DTSTAMP and LAST-MODIFIED are the time
of the change, never of the request, so that an unchanged feed answers 304.  What is cancelled
stays and says so.  One unusable value costs itself or its event, never the feed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone
from icalendar.prop import vDuration, vGeo, vText, vUri

from festival.feeds.texts import many_lines, one_line, web_address
from festival.programme.published import (
    PublishedOccurrence,
    PublishedProgramme,
    PublishedSession,
    PublishedSpace,
)

Pair = tuple[PublishedSession, PublishedOccurrence]
PageUrl = Callable[[PublishedSession], str]

PRODID = "-//Learning Festival//Programme//EN"
REFRESH = timedelta(minutes=30)
SESSION_CODE = "X-LEARNING-FESTIVAL-SESSION"
SPACE_NAME = "X-LEARNING-FESTIVAL-SPACE"
COLOUR = "darkviolet"
COLOURS_OF_ACCENTS = {  # CSS names, as RFC 7986 asks for
    "sun": "gold",
    "coral": "coral",
    "mint": "mediumaquamarine",
    "sky": "skyblue",
    "violet": "blueviolet",
}
FIRST, LAST = date(1971, 1, 1), date(2100, 1, 1)  # of clock changes; a mistyped year is no century
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Setting:
    """What is the same for every event of one feed."""

    zone: ZoneInfo
    locale: str
    page_url: PageUrl


def programme_calendar(
    programme: PublishedProgramme,
    *,
    name: str,
    description: str,
    source_url: str,
    page_url: PageUrl,
    pairs: Iterable[Pair] | None = None,
    locale: str = "",
    home_url: str = "",
    image_url: str = "",
    method: str = "PUBLISH",
) -> bytes:
    """A calendar of the whole programme, or of ``pairs`` of it, in UTF-8 with CRLF.

    ``source_url`` is the feed's own stable address, ``page_url`` gives a session's page and
    ``home_url`` the programme's; ``locale`` chooses among translations.
    """
    chosen = list(programme.held if pairs is None else pairs)
    setting = _Setting(zone=programme.zone, locale=locale, page_url=page_url)
    events = [body for each in chosen if (body := _event_body(each, setting))]
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODID)
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    _add_names(calendar, name=one_line(name), description=many_lines(description))
    _add_addresses(calendar, source_url=source_url, home_url=home_url, image_url=image_url)
    changed = max((occ.changed_at for _, occ in chosen), default=programme.published_at or NEVER)
    calendar.add("last-modified", changed)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar["X-PUBLISHED-TTL"] = vDuration(REFRESH)
    calendar["X-WR-TIMEZONE"] = vText(programme.time_zone)
    calendar.add("color", COLOUR)
    head, end, tail = calendar.to_ical().rpartition(b"END:VCALENDAR")
    return b"".join([head, _zone_body(programme, chosen), *events, end, tail])


def _add_names(calendar: Calendar, *, name: str, description: str) -> None:
    calendar.add("name", name)
    calendar["X-WR-CALNAME"] = vText(name)
    if description:
        calendar.add("description", description)
        calendar["X-WR-CALDESC"] = vText(description)


def _add_addresses(calendar: Calendar, *, source_url: str, home_url: str, image_url: str) -> None:
    calendar.add("uid", str(uuid5(NAMESPACE_URL, source_url)))
    if source := web_address(source_url):
        calendar["SOURCE"] = vUri(source, params={"VALUE": "URI"})
    if home := web_address(home_url):
        calendar["URL"] = vUri(home)
    if image := web_address(image_url):
        calendar["IMAGE"] = vUri(image, params={"VALUE": "URI", "DISPLAY": "BADGE"})


def _zone_body(programme: PublishedProgramme, pairs: list[Pair]) -> bytes:
    """The VTIMEZONE, no longer than the events need it."""
    if not pairs or programme.time_zone == "UTC":
        return b""
    days = sorted(min(max(occ.starts_at.date(), FIRST), LAST) for _, occ in pairs)
    return _vtimezone(
        programme.time_zone, days[0] - timedelta(days=1), days[-1] + timedelta(days=31)
    )


@lru_cache(maxsize=64)
def _vtimezone(name: str, first: date, last: date) -> bytes:
    body: bytes = Timezone.from_tzid(name, first_date=first, last_date=last).to_ical()
    return body


def _event_body(pair: Pair, setting: _Setting) -> bytes:
    """The event as text; nothing, and a line in the log, where it cannot be written."""
    session, occurrence = pair
    try:
        body: bytes = _event(session, occurrence, setting).to_ical()
    except (ValueError, TypeError, AttributeError, OverflowError):
        LOG.exception("occurrence %s cannot stand in a calendar", occurrence.uid)
        return b""
    return body


def _event(session: PublishedSession, held: PublishedOccurrence, setting: _Setting) -> Event:
    event = Event()
    event.add("uid", one_line(held.uid))
    event.add("sequence", held.sequence)
    event.add("dtstamp", held.changed_at)
    event.add("last-modified", held.changed_at)
    event.add("dtstart", held.starts_at.astimezone(setting.zone))
    if held.minutes > 0:
        event.add("dtend", held.ends_at.astimezone(setting.zone))
    event.add("status", "CANCELLED" if held.is_cancelled else "CONFIRMED")
    _add_texts(event, session, setting)
    if held.space:
        _add_place(event, held.space)
    event[SESSION_CODE] = vText(one_line(session.code))
    return event


def _add_texts(event: Event, session: PublishedSession, setting: _Setting) -> None:
    locale = setting.locale
    page = web_address(setting.page_url(session))
    language = locale if session.translations.get(locale, {}).get("title") else session.language
    title = one_line(session.text("title", locale)) or one_line(session.code)
    event.add("summary", title, parameters={"LANGUAGE": language} if language else {})
    described = _description(session, locale, page)
    if described:
        event.add("description", described)
    categories = [session.strand.name if session.strand else "", *session.tags]
    named = [one_line(each) for each in categories if one_line(each)]
    if named:
        event.add("categories", named)
    if session.strand:
        event.add("color", COLOURS_OF_ACCENTS.get(session.strand.accent, COLOUR))
    if page:
        event["URL"] = vUri(page)
    if stream := web_address(session.stream_url):
        # FEATURE as a list: one text would be written quoted, as a single unknown feature.
        event["CONFERENCE"] = vUri(stream, params={"VALUE": "URI", "FEATURE": ["AUDIO", "VIDEO"]})


def _description(session: PublishedSession, locale: str, page: str) -> str:
    parts = [many_lines(session.text(name, locale)) for name in ("subtitle", "abstract")]
    longer = many_lines(session.text("description", locale))
    if longer not in parts:
        parts.append(longer)
    parts.append(", ".join(one_line(who.name) for who in session.presenters))
    parts.append(page)
    return "\n\n".join(part for part in parts if part)


def _add_place(event: Event, space: PublishedSpace) -> None:
    named = dict.fromkeys(
        one_line(each) for each in (space.name, space.venue.name, space.venue.address)
    )
    event.add("location", ", ".join(each for each in named if each))
    event[SPACE_NAME] = vText(one_line(space.name))
    if space.venue.latitude is not None and space.venue.longitude is not None:
        event["GEO"] = vGeo((space.venue.latitude, space.venue.longitude))
