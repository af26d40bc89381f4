"""iCalendar files: every VEVENT becomes a session, or one more time of a session."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from festival.feeds.imported import ImportedProgramme
from festival.feeds.reading.ical_events import CalendarEvents
from festival.feeds.reading.ical_lines import CalendarComponent, read_components
from festival.feeds.reading.ical_values import CalendarZones, check_value
from festival.feeds.reading.problems import ProblemLog
from festival.feeds.reading.zones import known_zone
from festival.feeds.texts import one_line
from festival.shared.sentences import mark

DATED = {"DTSTART", "DTEND", "DUE", "RECURRENCE-ID", "COMPLETED", "TRIGGER", "DURATION"}


def read_ical(data: bytes, *, file_name: str, default_time_zone: str) -> ImportedProgramme:
    """The programme of an iCalendar file; times without a zone are in the calendar's own zone
    (X-WR-TIMEZONE) or else in ``default_time_zone``.  Raises ``ImportRefused``."""
    log = ProblemLog(file_name)
    components = read_components(data, log)
    if not components:
        raise log.stop(1, mark("The file is empty."))
    title, zone_name = "", None
    events = CalendarEvents(log)
    for calendar in components:
        if calendar.name != "VCALENDAR":
            raise log.stop(
                calendar.line,
                mark("The outermost component is %(name)s, not VCALENDAR."),
                name=calendar.name,
            )
        zone = _own_zone(calendar, log)
        zone_name = zone_name or (zone.key if zone else None)
        title = title or _title(calendar)
        zones = CalendarZones(calendar, log, floating=zone or ZoneInfo(default_time_zone))
        _read_components(calendar, events, zones, log)
    log.stop_if_refused()
    sessions = events.sessions()
    log.stop_if_refused()
    if not sessions:
        raise log.stop(components[0].line, mark("The file holds no sessions."))
    days_zone = ZoneInfo(zone_name or default_time_zone)
    held = [occ for each in sessions for occ in each.occurrences]
    return ImportedProgramme(
        file=file_name,
        source="ical",
        title=one_line(title),
        time_zone=zone_name,
        sessions=sessions,
        rooms=tuple(dict.fromkeys(occ.room for occ in held if occ.room)),
        days=tuple(sorted({occ.starts_at.astimezone(days_zone).date() for occ in held})),
        warnings=log.warnings(),
    )


def _title(calendar: CalendarComponent) -> str:
    names = ("NAME", "X-WR-CALNAME", "SUMMARY")
    return next((calendar.text_of(name) for name in names if calendar.text_of(name)), "")


def _own_zone(calendar: CalendarComponent, log: ProblemLog) -> ZoneInfo | None:
    line = calendar.first("X-WR-TIMEZONE")
    if line is None or not line.text.strip():
        return None
    zone = known_zone(line.text)
    if zone is None:
        log.refuse(
            line.line,
            mark("The time zone %(zone)s is not known."),
            field=line.name,
            zone=line.text,
        )
    return zone


def _read_components(
    calendar: CalendarComponent, events: CalendarEvents, zones: CalendarZones, log: ProblemLog
) -> None:
    """The events; of tasks, journals and alarms only whether their times can be read, since a
    file that is broken there was broken on its way."""
    for component in calendar.components:
        if component.name == "VEVENT":
            events.add(component, zones)
            for part in component.components:
                _check_times(part, log)
        elif component.name != "VTIMEZONE":
            _check_times(component, log)


def _check_times(component: CalendarComponent, log: ProblemLog) -> None:
    for line in component.properties:
        if line.name in DATED:
            check_value(line, log)
    for part in component.components:
        _check_times(part, log)
