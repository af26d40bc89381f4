"""VEVENTs as sessions: their times, texts and states, and what belongs to the same session."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from festival.feeds.imported import (
    ImportedOccurrence,
    ImportedPresenter,
    ImportedSession,
    OccurrenceState,
)
from festival.feeds.reading.ical_lines import CalendarComponent, ContentLine, unescaped
from festival.feeds.reading.ical_values import (
    CalendarZones,
    Moment,
    in_utc,
    read_duration,
    read_moment,
)
from festival.feeds.reading.limits import (
    MAX_DAYS,
    MAX_IDENTIFIER,
    MAX_NAME,
    MAX_OCCURRENCES,
    MAX_RAW_TITLE,
    MAX_RULES,
    MAX_SESSIONS,
    MAX_TEXT,
    MAX_TITLE,
)
from festival.feeds.reading.plain_text import paragraphs
from festival.feeds.reading.problems import ProblemLog
from festival.feeds.reading.recurrence import held_times
from festival.feeds.texts import one_line, web_address
from festival.shared.sentences import mark

# Our own calendar says which session an event belongs to, and the space without its address.
SESSION_CODE = "X-LEARNING-FESTIVAL-SESSION"
SPACE_NAME = "X-LEARNING-FESTIVAL-SPACE"
STATES: dict[str, OccurrenceState] = {"CANCELLED": "cancelled", "TENTATIVE": "tentative"}
SINGLE = ("UID", "DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "SUMMARY")
UNESCAPED_COMMA = re.compile(r"(?<!\\),")


@dataclass(frozen=True, slots=True)
class _Event:
    line: int
    uid: str
    session: ImportedSession  # with its occurrences; their uids are given at the end
    replaces: Moment | None  # RECURRENCE-ID


class CalendarEvents:
    """Gathers the events of a file, of all its calendars."""

    def __init__(self, log: ProblemLog) -> None:
        self.log = log
        self._events: list[_Event] = []
        self._occurrences = 0
        self._rules = 0

    def add(self, event: CalendarComponent, zones: CalendarZones) -> None:
        """Read one VEVENT; notes what is wrong with it in the log."""
        if len(self._events) >= MAX_SESSIONS:
            raise self.log.stop(event.line, mark("The file has too many sessions."))
        self._refuse_repeated(event)
        title = self._title(event)
        start = self._start(event, zones)
        minutes = self._minutes(event, start, zones) if start else None
        if start is None or minutes is None:
            return
        held = self._occurrences_of(event, start, minutes, zones)
        if held and title:
            session = self._session(event, title=title, held=held)
            replaces = event.first("RECURRENCE-ID")
            moment = read_moment(replaces, zones, self.log) if replaces else None
            self._events.append(_Event(event.line, event.text_of("UID").strip(), session, moment))

    def sessions(self) -> tuple[ImportedSession, ...]:
        """The sessions: replaced times put in their place, times of one session together."""
        masters = [each for each in self._events if each.replaces is None]
        uses = Counter(each.uid for each in masters)
        shared = {uid for uid, number in uses.items() if number > 1}
        if sum(uses[uid] for uid in shared) * 2 > len(masters):
            shared = set(uses)  # MOCA 2024: five UIDs for 88 events; the fifth is no better
        warned: set[str] = set()
        found: dict[str, ImportedSession] = {}
        for number, event in enumerate(masters):
            if uses[event.uid] > 1 and event.uid not in warned:
                warned.add(event.uid)
                self.log.warn(
                    event.line,
                    mark("The UID %(uid)s is used by several events, so it tells nothing apart."),
                    field="UID",
                    uid=event.uid or "—",
                )
            unique = event.uid not in shared
            key = event.uid if unique else f"{number}\0"
            found[key] = _with_uids(event.session, event.uid if unique else "")
        for number, event in enumerate(each for each in self._events if each.replaces):
            self._put_in_place(event, found, number)
        return _grouped(found.values())

    def _put_in_place(self, event: _Event, found: dict[str, ImportedSession], number: int) -> None:
        """A VEVENT with RECURRENCE-ID stands for one time of another event."""
        assert event.replaces is not None
        original = event.replaces.in_utc
        uid = _time_uid(event.uid, original.strftime("%Y%m%dT%H%M%SZ"))
        new = replace(event.session.occurrences[0], uid=uid)
        master = found.get(event.uid)
        if master is None:
            found[f"{number}\0\0"] = replace(event.session, guid=uid or None, occurrences=(new,))
            return
        if master.title != event.session.title:
            self.log.warn(
                event.line,
                mark("One time of %(title)s has a title of its own, which was not taken."),
                field="SUMMARY",
                title=master.title,
            )
        kept = [occ for occ in master.occurrences if occ.uid not in (uid, event.uid)]
        if len(master.occurrences) == 1 and master.occurrences[0].starts_at != original:
            kept = list(master.occurrences)
        held = sorted((*kept, new), key=lambda occ: occ.starts_at)
        found[event.uid] = replace(master, occurrences=tuple(held))

    def _refuse_repeated(self, event: CalendarComponent) -> None:
        uid = event.first("UID")
        if uid and len(uid.value) > MAX_IDENTIFIER:
            self.log.refuse(uid.line, mark("The text is too long."), field="UID")
        for name in SINGLE:
            lines = event.all(name)
            if len(lines) > 1:
                self.log.refuse(
                    lines[1].line,
                    mark("%(name)s stands more than once in the event."),
                    field=name,
                    name=name,
                )

    def _title(self, event: CalendarComponent) -> str:
        """The SUMMARY; where it is empty, what a reader would call the event instead."""
        title = self._line(event, "SUMMARY", MAX_TITLE)
        if title:
            return title
        described = event.text_of("DESCRIPTION")[:MAX_TEXT].strip().split("\n")[0]
        instead = self._line(event, "LOCATION", MAX_TITLE) or one_line(described)[:MAX_TITLE]
        line = event.first("SUMMARY")
        place = line.line if line else event.line
        if instead:
            self.log.warn(
                place,
                mark("The event has no title; %(title)s was taken instead."),
                field="SUMMARY",
                title=instead,
            )
        else:
            self.log.refuse(place, mark("The title is missing."), field="SUMMARY")
        return instead

    def _line(self, event: CalendarComponent, name: str, limit: int) -> str:
        """A text of one line that fits its column."""
        text = one_line(self._text(event, name, MAX_RAW_TITLE))
        line = event.first(name)
        return self.log.fit(text, limit, place=line.line if line else event.line, field=name)

    def _text(self, event: CalendarComponent, name: str, limit: int) -> str:
        line = event.first(name)
        if line is None:
            return ""
        if len(line.value) > limit:
            self.log.refuse(line.line, mark("The text is too long."), field=name)
            return line.value[:limit]
        return line.text

    def _start(self, event: CalendarComponent, zones: CalendarZones) -> Moment | None:
        line = event.first("DTSTART")
        if line is None:
            self.log.refuse(event.line, mark("The start is missing."), field="DTSTART")
            return None
        start = read_moment(line, zones, self.log)
        if start:
            self._warn_about(start, line)
        return start

    def _warn_about(self, start: Moment, line: ContentLine) -> None:
        if start.floating:
            self.log.warn(
                line.line,
                mark("The time %(time)s names no time zone; the festival's was taken."),
                field=line.name,
                time=line.value,
            )
        back = start.in_utc.astimezone(start.zone).replace(tzinfo=None)
        folded = start.local.replace(tzinfo=start.zone, fold=1).utcoffset()
        if back != start.local:
            self.log.warn(
                line.line,
                mark("The time %(time)s is skipped by a change of the clock."),
                field=line.name,
                time=line.value,
            )
        elif folded != start.local.replace(tzinfo=start.zone).utcoffset():
            self.log.warn(
                line.line,
                mark(
                    "The time %(time)s comes twice at a change of the clock; the first was taken."
                ),
                field=line.name,
                time=line.value,
            )

    def _minutes(self, event: CalendarComponent, start: Moment, zones: CalendarZones) -> int | None:
        """The event's length; 0 where the source names no end; None after a refusal."""
        line = event.first("DTEND") or event.first("DURATION")
        if line is None:
            if not start.whole_day:
                self.log.warn(event.line, mark("The event names no end."), field="DTEND")
            return 24 * 60 if start.whole_day else 0
        if line.name == "DTEND":
            end = read_moment(line, zones, self.log)
            length = end.in_utc - start.in_utc if end else None
        else:
            length = read_duration(line, self.log)
        if length is None:
            return None
        if not timedelta(0) <= length <= timedelta(days=MAX_DAYS):
            sentence = (
                mark("The event ends before it starts.")
                if length < timedelta(0)
                else mark("The event is longer than %(limit)s days.")
            )
            self.log.refuse(line.line, sentence, field=line.name, limit=MAX_DAYS)
            return None
        return -(-int(length.total_seconds()) // 60)

    def _occurrences_of(
        self, event: CalendarComponent, start: Moment, minutes: int, zones: CalendarZones
    ) -> tuple[ImportedOccurrence, ...]:
        self._rules += bool(event.first("RRULE"))
        if self._rules > MAX_RULES:
            raise self.log.stop(event.line, mark("The file has too many rules of repetition."))
        replacing = event.first("RECURRENCE-ID") is not None
        times = [start] if replacing else held_times(event, start, zones, self.log)
        self._occurrences += len(times)
        if self._occurrences > MAX_OCCURRENCES:
            raise self.log.stop(event.line, mark("The file has too many sessions."))
        room = self._line(event, SPACE_NAME, MAX_NAME) or self._line(event, "LOCATION", MAX_NAME)
        state = STATES.get(event.text_of("STATUS").strip().upper(), "confirmed")
        return tuple(
            ImportedOccurrence(
                starts_at=in_utc(each.local, each.zone),
                minutes=minutes,
                room=room,
                state=state,
                whole_day=each.whole_day,
            )
            for each in times
        )

    def _session(
        self, event: CalendarComponent, *, title: str, held: tuple[ImportedOccurrence, ...]
    ) -> ImportedSession:
        categories = [name for line in event.all("CATEGORIES") for name in _categories(line)]
        url = web_address(event.text_of("URL"))
        summary = event.first("SUMMARY")
        return ImportedSession(
            title=title,
            occurrences=held,
            source_id=event.text_of("UID").strip(),
            code=one_line(event.text_of(SESSION_CODE)[:MAX_NAME]),
            description=paragraphs(self._text(event, "DESCRIPTION", MAX_TEXT)),
            strand=categories[0][:MAX_NAME] if categories else "",
            tags=tuple(each[:MAX_NAME] for each in categories[1:]),
            language=summary.parameters.get("LANGUAGE", "") if summary else "",
            presenters=_presenters(event),
            links=_links(event, url),
            url=url,
        )


def _categories(line: ContentLine) -> list[str]:
    names = (one_line(unescaped(part)) for part in UNESCAPED_COMMA.split(line.value))
    return [name for name in names if name]


def _presenters(event: CalendarComponent) -> tuple[ImportedPresenter, ...]:
    """The ORGANIZER's name: programmes of talks put the speaker there.  Never the address."""
    line = event.first("ORGANIZER")
    name = one_line(line.parameters.get("CN")) if line else ""
    return (ImportedPresenter(name),) if name and "@" not in name else ()


def _links(event: CalendarComponent, url: str) -> tuple[tuple[str, str], ...]:
    links = {url: ""} if url else {}
    for line in event.all("CONFERENCE"):
        address = web_address(line.value)
        if address:
            links.setdefault(address, one_line(line.parameters.get("LABEL")))
    return tuple(links.items())


def _time_uid(uid: str, stamp: str) -> str:
    return f"{uid}/{stamp}" if uid else ""


def _with_uids(session: ImportedSession, uid: str) -> ImportedSession:
    """A single time bears the event's UID; of several, each bears its first start too."""
    alone = len(session.occurrences) == 1
    held = tuple(
        replace(occ, uid=uid if alone else _time_uid(uid, f"{occ.starts_at:%Y%m%dT%H%M%SZ}"))
        for occ in session.occurrences
    )
    return replace(session, guid=uid or None, occurrences=held)


def _grouped(sessions: Iterable[ImportedSession]) -> tuple[ImportedSession, ...]:
    """Events with one session code and one title are times of the same session."""
    found: dict[object, ImportedSession] = {}
    for number, session in enumerate(sessions):
        key: object = (session.code, session.title) if session.code else number
        known = found.get(key)
        if known is None:
            found[key] = session
        else:
            held = sorted((*known.occurrences, *session.occurrences), key=_by_start)
            found[key] = replace(known, occurrences=tuple(held))
    return tuple(found.values())


def _by_start(held: ImportedOccurrence) -> datetime:
    return held.starts_at
