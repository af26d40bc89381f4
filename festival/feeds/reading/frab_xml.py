"""frab's ``schedule.xml`` in the dialects met in the wild, from FOSDEM 2007 to pretalx.

The oldest has events directly below the day, no guid and no date: then the event's number
and the day's date are used.
"""

from __future__ import annotations

from datetime import date, time
from zoneinfo import ZoneInfo

from festival.feeds.imported import ImportedProgramme
from festival.feeds.reading.frab import FrabSessions, RawEvent, calendar_day, clock_time
from festival.feeds.reading.problems import ProblemLog
from festival.feeds.reading.xml_tree import Element, read_tree
from festival.feeds.reading.zones import known_zone
from festival.feeds.texts import one_line
from festival.shared.sentences import mark


def read_frab_xml(data: bytes, *, file_name: str, default_time_zone: str) -> ImportedProgramme:
    """The programme of a ``schedule.xml``; times without an offset are in its own zone or else
    in ``default_time_zone`` (IANA name).  Raises ``ImportRefused``."""
    log = ProblemLog(file_name)
    root = read_tree(data, log)
    if root.tag != "schedule":
        raise log.stop(
            root.line, mark("The outermost element is %(tag)s, not schedule."), tag=root.tag
        )
    conference = root.first("conference") or Element("conference", {}, root.line)
    zone_name = _zone_name(conference, log)
    gathered = FrabSessions(
        log,
        zone=ZoneInfo(zone_name or default_time_zone),
        base_url=conference.text_of("base_url"),
        day_change=clock_time(conference.text_of("day_change")) or time.min,
    )
    days = [_read_day(day, gathered, log) for day in root.all("day")]
    _check(root, conference, days, gathered, log)
    return ImportedProgramme(
        file=file_name,
        source="frab_xml",
        title=one_line(conference.text_of("title")),
        time_zone=zone_name,
        sessions=gathered.sessions,
        rooms=tuple(gathered.rooms),
        days=tuple(dict.fromkeys(day for day in days if day)),
        warnings=log.warnings(),
    )


def _zone_name(conference: Element, log: ProblemLog) -> str | None:
    name = conference.text_of("time_zone_name")
    if not name:
        return None
    zone = known_zone(name)
    if zone is None:
        log.refuse(
            conference.line_of("time_zone_name"),
            mark("The time zone %(zone)s is not known."),
            field="time_zone_name",
            zone=name,
        )
        return None
    return zone.key


def _read_day(day: Element, gathered: FrabSessions, log: ProblemLog) -> date | None:
    on = calendar_day(day.attributes.get("date", ""))
    if on is None:
        log.refuse(
            day.line,
            mark("The day has no date in the form 2026-09-01."),
            field="date",
        )
    for event in day.all("event"):
        gathered.add(_raw_event(event, room=""), day=on)
    for room in day.all("room"):
        name = one_line(room.attributes.get("name"))
        if name:
            gathered.rooms.setdefault(name)
        for event in room.all("event"):
            gathered.add(_raw_event(event, room=name), day=on)
    return on


def _raw_event(event: Element, *, room: str) -> RawEvent:
    persons = event.first("persons")
    return RawEvent(
        place=lambda name: event.line_of(name) if name else event.line,
        guid=one_line(event.attributes.get("guid")),
        source_id=event.attributes.get("id", ""),
        code=event.attributes.get("code", ""),
        room=event.text_of("room") or room,
        date=event.text_of("date"),
        start=event.text_of("start"),
        duration=event.text_of("duration"),
        title=event.text_of("title"),
        subtitle=event.text_of("subtitle"),
        abstract=event.text_of("abstract"),
        description=event.text_of("description"),
        kind_label=event.text_of("type"),
        strand=event.text_of("track"),
        language=event.text_of("language"),
        url=event.text_of("url"),
        persons=tuple(
            (each.text, each.attributes.get("guid") or each.attributes.get("id", ""))
            for each in (persons.all("person") if persons else ())
        ),
        links=tuple(
            (each.attributes.get("href", ""), each.text)
            for group, kind in (("links", "link"), ("attachments", "attachment"))
            for parent in event.all(group)
            for each in parent.all(kind)
        ),
    )


def _check(
    root: Element,
    conference: Element,
    days: list[date | None],
    gathered: FrabSessions,
    log: ProblemLog,
) -> None:
    log.stop_if_refused()
    if not gathered.sessions:
        raise log.stop(root.line, mark("The file holds no sessions."))
    if not conference.text_of("title"):
        log.warn(conference.line, mark("The conference has no title."), field="title")
    begins = calendar_day(conference.text_of("start"))
    held = [day for day in days if day]
    if begins and held and abs((min(held) - begins).days) > 60:
        log.warn(
            conference.line_of("start"),
            mark("The conference is said to start on %(start)s, but its first day is %(day)s."),
            field="start",
            start=begins,
            day=min(held),
        )
