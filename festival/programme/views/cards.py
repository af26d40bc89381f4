"""What a page says about an occurrence: its times, its link, whether there is still room."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, get_timezone_location
from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from festival.programme.published import (
    PublishedOccurrence,
    PublishedProgramme,
    PublishedSession,
)
from festival.programme.rules import partner_time

Held = tuple[PublishedSession, PublishedOccurrence]


@functools.lru_cache(maxsize=256)
def _zone_city(zone: str, locale: str) -> str:
    return str(get_timezone_location(zone, locale=locale, return_city=True))


OWN_ORDER = {
    ("zh", "EEEE d MMMM"): "M月d日 EEEE",
    ("zh", "EEE d MMM"): "M月d日 EEE",
    ("es", "EEEE d MMMM"): "EEEE d 'de' MMMM",
}
"""Where weekday, day and month stand otherwise than in most languages."""


@functools.lru_cache(maxsize=2048)
def day_text(day: date, locale: str, pattern: str = "EEEE d MMMM") -> str:
    """``Friday 14 May`` in the page's language."""
    return format_date(day, OWN_ORDER.get((locale[:2], pattern), pattern), locale=locale)


@functools.lru_cache(maxsize=16)
def language_names(locale: str) -> dict[str, str]:
    """Code → name of the language in the reader's language."""
    known = Locale.parse(locale).languages
    return {str(code): str(name) for code, name in known.items()}


class Clock:
    """Times of one programme as a reader of ``locale`` sees them."""

    def __init__(self, programme: PublishedProgramme, *, locale: str) -> None:
        self.programme = programme
        self.locale = locale
        self.zone = programme.zone
        self.zone_text = _("%(city)s time", city=_zone_city(programme.time_zone, locale))

    def offset_at(self, instant: datetime) -> str:
        """``UTC+2`` or ``UTC+5:30``, as it is at that instant."""
        there = instant.astimezone(self.zone)
        minutes = int((there.utcoffset() or timedelta()).total_seconds()) // 60
        hours, rest = divmod(abs(minutes), 60)
        return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")

    def offset_text(self, day: date | None = None) -> str:
        """The offset at noon of ``day``; without a day all offsets that its days have."""
        days = (day,) if day else self.programme.days or (self.programme.starts_on,)
        noons = (datetime.combine(each, time(12), tzinfo=self.zone) for each in days)
        return " / ".join(dict.fromkeys(self.offset_at(noon) for noon in noons))

    def day_heading(self, day: date) -> str:
        return day_text(day, self.locale, "EEEE d MMMM")

    def times(self, occurrence: PublishedOccurrence) -> str:
        """``10:00–11:30`` on the festival's clock, 24 hours, the same in all languages."""
        starts = occurrence.starts_at.astimezone(self.zone)
        ends = occurrence.ends_at.astimezone(self.zone)
        return f"{starts:%H:%M}–{ends:%H:%M}"

    def day(self, occurrence: PublishedOccurrence) -> str:
        return day_text(self.programme.local_day(occurrence), self.locale)

    def short_day(self, day: date) -> str:
        return day_text(day, self.locale, "EEE d MMM")

    def moment(self, instant: datetime) -> str:
        """``Friday 14 May, 10:00``."""
        there = instant.astimezone(self.zone)
        return f"{day_text(there.date(), self.locale)}, {there:%H:%M}"

    def partner(self, session: PublishedSession, occurrence: PublishedOccurrence) -> str:
        """``17:00–18:00 in Daejeon (+1 day)``; empty where no partner city takes part."""
        if session.city is None:
            return ""
        there = partner_time(
            occurrence.starts_at,
            minutes=occurrence.minutes,
            home=self.zone,
            partner=ZoneInfo(session.city.time_zone),
        )
        times = f"{there.starts:%H:%M}–{there.ends:%H:%M}"
        text = str(_("%(times)s in %(city)s", times=times, city=session.city.name))
        if there.day_shift == 0:
            return text
        shift = ngettext("%(num)s day", "%(num)s days", abs(there.day_shift))
        return f"{text} ({'+' if there.day_shift > 0 else '−'}{shift})"


@dataclass(frozen=True, slots=True)
class Ticket:
    """One card of a list; the names are those of the macro ``session_card``."""

    session: PublishedSession
    occurrence: PublishedOccurrence | None
    href: str
    time_text: str = ""
    day_text: str = ""
    partner_time_text: str = ""
    places_left: int | None = None
    start_minute: int = 0
    minutes: int = 0
    space_key: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Cards under one heading; ``key`` is the anchor."""

    key: str
    heading: str
    tickets: list[Ticket]


def session_prefix() -> str:
    """Address of the session pages without the code, so that it is built once for 500 cards."""
    return url_for("programme.session", code="_")[:-1]


def tickets_of(held: Iterable[Held], *, clock: Clock, full: Collection[int]) -> Iterator[Ticket]:
    """Cards in the order given; ``full`` holds the ids of occurrences without a place left."""
    prefix = session_prefix()
    for session, occ in held:
        starts = occ.starts_at.astimezone(clock.zone)
        yield Ticket(
            session=session,
            occurrence=occ,
            href=prefix + session.code,
            time_text=clock.times(occ),
            partner_time_text=clock.partner(session, occ),
            places_left=0 if occ.id in full else None,
            start_minute=starts.hour * 60 + starts.minute,
            minutes=occ.minutes,
            space_key=occ.space.slug if occ.space else "",
        )


def by_hour(tickets: Iterable[Ticket]) -> list[Group]:
    """Cards of one day under the hour in which they begin."""
    return [
        Group(key=f"h{hour}", heading=f"{hour:02d}:00", tickets=list(group))
        for hour, group in groupby(tickets, key=lambda each: each.start_minute // 60)
    ]


def by_day(tickets: Iterable[Ticket], *, clock: Clock) -> list[Group]:
    """Cards of several days under their day."""

    def day_of(ticket: Ticket) -> date:
        assert ticket.occurrence is not None
        return clock.programme.local_day(ticket.occurrence)

    return [
        Group(key=f"d{day}", heading=day_text(day, clock.locale), tickets=list(group))
        for day, group in groupby(tickets, key=day_of)
    ]


def open_tickets(sessions: Iterable[PublishedSession]) -> list[Ticket]:
    """Cards of sessions whose time is not fixed yet."""
    prefix = session_prefix()
    return [Ticket(session=each, occurrence=None, href=prefix + each.code) for each in sessions]
