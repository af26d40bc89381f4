"""What frab's XML and JSON have in common: a raw event becomes a session, or a problem.

The two readers fetch strings; everything that is decided about them is decided here once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from festival.feeds.imported import (
    ImportedOccurrence,
    ImportedPresenter,
    ImportedSession,
)
from festival.feeds.reading.limits import (
    EARLIEST_YEAR,
    LATEST_YEAR,
    MAX_DAYS,
    MAX_IDENTIFIER,
    MAX_LINKS,
    MAX_NAME,
    MAX_PRESENTERS,
    MAX_RAW_TITLE,
    MAX_SESSIONS,
    MAX_TEXT,
    MAX_TITLE,
)
from festival.feeds.reading.plain_text import paragraphs
from festival.feeds.reading.problems import Place, ProblemLog
from festival.feeds.texts import one_line, web_address
from festival.shared.sentences import mark

CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
DURATION = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,2}")


@dataclass(frozen=True, slots=True)
class RawEvent:
    """One event as it stands in the file; ``place`` finds the line of a part of it."""

    place: Callable[[str], Place]
    guid: str
    source_id: str
    code: str
    room: str
    date: str
    start: str
    duration: str
    title: str
    subtitle: str
    abstract: str
    description: str
    kind_label: str
    strand: str
    language: str
    url: str
    persons: tuple[tuple[str, str], ...]  # (name, the source's id)
    links: tuple[tuple[str, str], ...]  # (url, title)


class FrabSessions:
    """Gathers the sessions of one file.  ``day_change`` is when a day's night ends."""

    def __init__(
        self, log: ProblemLog, *, zone: ZoneInfo, base_url: str = "", day_change: time = time.min
    ) -> None:
        self.log = log
        self.zone = zone
        self.base_url = base_url
        self.day_change = day_change
        self.rooms: dict[str, None] = {}
        self._sessions: list[ImportedSession] = []
        self._by_code: dict[tuple[str, str], int] = {}
        self._places_of_guids: dict[str, Place] = {}

    @property
    def sessions(self) -> tuple[ImportedSession, ...]:
        return tuple(self._sessions)

    def add(self, event: RawEvent, *, day: date | None) -> None:
        """Read one event of that day; notes what is wrong with it in the log."""
        if len(self._sessions) >= MAX_SESSIONS:
            raise self.log.stop(event.place(""), mark("The file has too many sessions."))
        self._note_guid(event)
        title = self._title(event)
        starts_at = self._start(event, day)
        minutes = self._minutes(event)
        if starts_at is None or minutes is None or not title:
            return
        room = self._line(event, "room", event.room)
        if room:
            self.rooms.setdefault(room)
        held = ImportedOccurrence(starts_at=starts_at, minutes=minutes, room=room, uid=event.guid)
        self._place_session(self._session(event, title=title, held=held))

    def _place_session(self, session: ImportedSession) -> None:
        """Events with one code and one title are times of the same session."""
        key = (session.code, session.title)
        if session.code and key in self._by_code:
            index = self._by_code[key]
            known = self._sessions[index]
            held = sorted((*known.occurrences, *session.occurrences), key=lambda occ: occ.starts_at)
            self._sessions[index] = replace(known, occurrences=tuple(held))
            return
        self._by_code[key] = len(self._sessions)
        self._sessions.append(session)

    def _session(self, event: RawEvent, *, title: str, held: ImportedOccurrence) -> ImportedSession:
        return ImportedSession(
            title=title,
            occurrences=(held,),
            guid=event.guid or None,
            source_id=one_line(event.source_id[:MAX_NAME]),
            code=one_line(event.code[:MAX_NAME]),
            subtitle=self._line(event, "subtitle", event.subtitle, MAX_TITLE),
            abstract=paragraphs(self._bounded(event, "abstract", event.abstract)),
            description=paragraphs(self._bounded(event, "description", event.description)),
            kind_label=self._line(event, "type", event.kind_label),
            strand=self._line(event, "track", event.strand),
            language=self._language(event),
            presenters=self._presenters(event),
            links=self._links(event),
            url=web_address(event.url, base=self.base_url),
        )

    def _note_guid(self, event: RawEvent) -> None:
        if not event.guid:
            return
        if len(event.guid) > MAX_IDENTIFIER:
            self.log.refuse(event.place("guid"), mark("The text is too long."), field="guid")
        if event.guid in self._places_of_guids:
            self.log.refuse(
                event.place("guid"),
                mark("The guid %(guid)s is used by an earlier event too."),
                field="guid",
                guid=event.guid,
            )
        self._places_of_guids[event.guid] = event.place("guid")

    def _title(self, event: RawEvent) -> str:
        title = self._line(event, "title", event.title, MAX_TITLE)
        if not title:
            self.log.refuse(event.place("title"), mark("The title is missing."), field="title")
        return title

    def _line(self, event: RawEvent, name: str, text: str, limit: int = MAX_NAME) -> str:
        """A text of one line that fits its column."""
        if len(text) > MAX_RAW_TITLE:
            self.log.refuse(event.place(name), mark("The text is too long."), field=name)
            return ""
        return self.log.fit(one_line(text), limit, place=event.place(name), field=name)

    def _bounded(self, event: RawEvent, name: str, text: str) -> str:
        if len(text) <= MAX_TEXT:
            return text
        self.log.refuse(event.place(name), mark("The text is too long."), field=name)
        return ""

    def _start(self, event: RawEvent, day: date | None) -> datetime | None:
        if event.date:
            return self._start_of_date(event)
        clock = clock_time(event.start)
        if clock is None or day is None:
            self.log.refuse(
                event.place("start"),
                mark("The start %(start)s is no time of day."),
                field="start",
                start=event.start or "—",
            )
            return None
        after_midnight = clock < self.day_change
        local = datetime.combine(day + timedelta(days=1) if after_midnight else day, clock)
        return self._in_utc(local, event, "start")

    def _start_of_date(self, event: RawEvent) -> datetime | None:
        try:
            moment = datetime.fromisoformat(event.date)
        except ValueError:
            self.log.refuse(
                event.place("date"),
                mark("The date %(date)s is no moment in the form 2026-09-01T10:00:00+02:00."),
                field="date",
                date=event.date,
            )
            return None
        clock = clock_time(event.start) if event.start else None
        if len(event.date) <= len("2026-09-01") and clock is not None:
            moment = datetime.combine(moment.date(), clock)
        elif event.start and clock != moment.time():
            self.log.warn(
                event.place("start"),
                mark("The start %(start)s differs from the date %(date)s, which was taken."),
                field="start",
                start=event.start,
                date=event.date,
            )
        return self._in_utc(moment, event, "date")

    def _in_utc(self, moment: datetime, event: RawEvent, field: str) -> datetime | None:
        if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
            self.log.refuse(
                event.place(field),
                mark("The year %(year)s cannot be meant."),
                field=field,
                year=moment.year,
            )
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self.zone)
        return moment.astimezone(UTC)

    def _minutes(self, event: RawEvent) -> int | None:
        match = DURATION.fullmatch(event.duration.strip())
        if match is None or int(match.group(3)) > 59:
            self.log.refuse(
                event.place("duration"),
                mark("The duration %(duration)s is not in the form hours:minutes."),
                field="duration",
                duration=event.duration or "—",
            )
            return None
        days, hours, minutes = (int(part or 0) for part in match.groups())
        total = (days * 24 + hours) * 60 + minutes
        if total > MAX_DAYS * 24 * 60:
            self.log.refuse(
                event.place("duration"),
                mark("The duration %(duration)s is longer than %(limit)s days."),
                field="duration",
                duration=event.duration,
                limit=MAX_DAYS,
            )
            return None
        if match.group(1):
            self.log.warn(
                event.place("duration"),
                mark("The duration %(duration)s was read as days:hours:minutes."),
                field="duration",
                duration=event.duration,
            )
        return total

    def _language(self, event: RawEvent) -> str:
        language = one_line(event.language).replace("_", "-")
        return language if LANGUAGE.fullmatch(language) else ""

    def _presenters(self, event: RawEvent) -> tuple[ImportedPresenter, ...]:
        if len(event.persons) > MAX_PRESENTERS:
            self.log.refuse(
                event.place("persons"), mark("The session has too many persons."), field="persons"
            )
            return ()
        named = (
            (self._line(event, "persons", name), one_line(source[:MAX_NAME]))
            for name, source in event.persons
        )
        return tuple(ImportedPresenter(name, source) for name, source in named if name)

    def _links(self, event: RawEvent) -> tuple[tuple[str, str], ...]:
        if len(event.links) > MAX_LINKS:
            self.log.refuse(
                event.place("links"), mark("The session has too many links."), field="links"
            )
            return ()
        kept: dict[str, str] = {}
        for address, title in event.links:
            absolute = web_address(address, base=self.base_url)
            if absolute:
                kept.setdefault(absolute, self._line(event, "links", title))
            elif address.strip():
                self.log.warn(
                    event.place("links"),
                    mark("The link %(link)s is no web address and was left out."),
                    field="links",
                    link=address,
                )
        return tuple(kept.items())


def clock_time(text: str) -> time | None:
    """``09:30`` or ``09:30:00`` as a time of day; None for anything else."""
    match = CLOCK.fullmatch(text.strip())
    if match is None:
        return None
    hour, minute, second = (int(part or 0) for part in match.groups())
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


def calendar_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None
