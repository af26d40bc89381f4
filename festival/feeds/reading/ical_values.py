"""The values of calendar properties: moments, spans and zones.

Decoded by icalendar's types, then placed in a zone by us: UTC in the value, else the TZID by
name, else the file's own VTIMEZONE, else floating in the calendar's or the edition's zone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from icalendar import Timezone
from icalendar.prop import vDDDTypes

from festival.feeds.reading.ical_lines import CalendarComponent, ContentLine
from festival.feeds.reading.limits import EARLIEST_YEAR, LATEST_YEAR
from festival.feeds.reading.problems import ProblemLog
from festival.feeds.reading.zones import known_zone
from festival.shared.sentences import mark

MAX_OWN_ZONES = 5
MAX_TIMEZONE_LINES = 60
MAX_TIMEZONE_RULES = 4
# The rules that clocks really follow, one day a year.  dateutil walks a rule from its first day
# for every time it is asked about: one by the second would never come to an end, and Outlook's
# first day is in 1601, which is brought forward to the first year that is read at all.
CLOCK_CHANGE = re.compile(
    r"(?=.*BYMONTH=)(?=.*BYDAY=[-+]?\d|.*BYMONTHDAY=-?\d+(?:;|$)|.*BYDAY=.*BYMONTHDAY="
    r"|.*BYMONTHDAY=.*BYDAY=)FREQ=YEARLY(?:;(?:INTERVAL=1"
    r"|BYMONTH=\d{1,2}|BYDAY=[-+]?\d?(?:MO|TU|WE|TH|FR|SA|SU)|BYMONTHDAY=[-\d]+(?:,[-\d]+){0,6}"
    r"|BYHOUR=\d{1,2}|BYMINUTE=\d{1,2}|UNTIL=\w+|COUNT=\d{1,3}|WKST=\w\w))*"
)
ONSET = re.compile(r"(\d{4})\d{4}(T\d{6})")


@dataclass(frozen=True, slots=True)
class Moment:
    """A start or an end: local wall time with its zone, or a whole day."""

    local: datetime  # naive wall time; midnight for a whole day
    zone: tzinfo
    whole_day: bool = False
    floating: bool = False

    @property
    def in_utc(self) -> datetime:
        return in_utc(self.local, self.zone)


def in_utc(local: datetime, zone: tzinfo) -> datetime:
    """The instant of a wall time.  In the hour that a clock change skips, the offset before
    the change holds; in the hour that it repeats, the first time is meant (RFC 5545, 3.3.5)."""
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


class CalendarZones:
    """The zones that a file's times may name; ``floating`` is for times that name none."""

    def __init__(self, calendar: CalendarComponent, log: ProblemLog, *, floating: ZoneInfo) -> None:
        self.log = log
        self.floating: tzinfo = floating
        self._definitions = {
            each.text_of("TZID"): each for each in calendar.components if each.name == "VTIMEZONE"
        }
        self._own = 0
        self._resolved: dict[str, tzinfo | None] = {}

    def named(self, tzid: str, line: ContentLine) -> tzinfo | None:
        """The zone of that name; None, and a refusal noted, where it is not known."""
        if tzid not in self._resolved:
            zone: tzinfo | None = known_zone(tzid)
            if zone is None and tzid in self._definitions:
                zone = self._defined(self._definitions[tzid])
            self._resolved[tzid] = zone
        if self._resolved[tzid] is None:
            self.log.refuse(
                line.line,
                mark("The time zone %(zone)s is not known."),
                field=line.name,
                zone=tzid,
            )
        return self._resolved[tzid]

    def _defined(self, definition: CalendarComponent) -> tzinfo | None:
        """A zone made from the file's own VTIMEZONE."""
        lines = [line for part in definition.components for line in part.properties]
        rules = [line for line in lines if line.name == "RRULE"]
        for rule in rules:
            if not CLOCK_CHANGE.fullmatch(rule.value.strip().upper()):
                self._refuse_definition(rule.line, "RRULE", rule.value)
                return None
        self._own += 1
        too_long = len(lines) > MAX_TIMEZONE_LINES or len(rules) > MAX_TIMEZONE_RULES
        if too_long or self._own > MAX_OWN_ZONES:
            self._refuse_definition(definition.line, "VTIMEZONE", "")
            return None
        try:
            component = Timezone.from_ical(_as_text(definition))
            assert isinstance(component, Timezone)
            zone: tzinfo = component.to_tz(lookup_tzid=False)
            zone.utcoffset(datetime(2020, 1, 1))  # noqa: DTZ001 - wall time, as the zone asks for
        except (
            ValueError,
            TypeError,
            AttributeError,
            KeyError,
            IndexError,
            OverflowError,
        ) as error:
            self._refuse_definition(definition.line, "VTIMEZONE", str(error))
            return None
        return zone

    def _refuse_definition(self, line: int, field: str, detail: str) -> None:
        self.log.refuse(
            line,
            mark("The definition of the time zone cannot be used: %(detail)s"),
            field=field,
            detail=detail,
        )


def _as_text(component: CalendarComponent) -> str:
    """The component written out again, under a name that icalendar knows already: it would
    keep a zone of an unknown name for every later file of the process."""
    lines = [f"BEGIN:{component.name}"]
    for each in component.properties:
        lines.append("TZID:UTC" if each.name == "TZID" else _as_line(each))
    for part in component.components:
        lines.append(_as_text(part))
    lines.append(f"END:{component.name}")
    return "\r\n".join(lines)


def _as_line(line: ContentLine) -> str:
    parameters = "".join(f';{name}="{value}"' for name, value in line.parameters.items())
    value = line.value.strip()
    onset = ONSET.fullmatch(value) if line.name == "DTSTART" else None
    if onset and int(onset[1]) < EARLIEST_YEAR:
        value = f"{EARLIEST_YEAR}0101{onset[2]}"
    return f"{line.name}{parameters}:{value}"


def read_moment(line: ContentLine, zones: CalendarZones, log: ProblemLog) -> Moment | None:
    """A DTSTART, DTEND or RECURRENCE-ID; None, and a refusal noted, where it is none."""
    value = _decoded(line.value.strip(), line, log)
    return None if value is None else _moment(value, line, zones, log)


def read_moments(line: ContentLine, zones: CalendarZones, log: ProblemLog) -> list[Moment]:
    """The list of an RDATE or EXDATE; of periods, the starts."""
    moments: list[Moment] = []
    if line.name == "RDATE" and not line.value.strip():
        return moments  # written by some programs for "none"
    for text in line.value.split(","):
        start, _, length = text.strip().partition("/")
        if length:
            log.warn(
                line.line,
                mark("The length of the period %(period)s was not taken."),
                field=line.name,
                period=text,
            )
        value = _decoded(start, line, log)
        moment = None if value is None else _moment(value, line, zones, log)
        if moment:
            moments.append(moment)
    return moments


def read_duration(line: ContentLine, log: ProblemLog) -> timedelta | None:
    value = _decoded(line.value.strip(), line, log)
    if isinstance(value, timedelta):
        return value
    if value is not None:
        _refuse_value(line, log)
    return None


def _decoded(text: str, line: ContentLine, log: ProblemLog) -> object | None:
    try:
        value: object = vDDDTypes.from_ical(text)  # type: ignore[no-untyped-call]
    except (ValueError, TypeError, OverflowError, AttributeError):
        _refuse_value(line, log)
        return None
    return value


def _refuse_value(line: ContentLine, log: ProblemLog) -> None:
    log.refuse(
        line.line,
        mark("%(name)s has a value that cannot be read: %(value)s"),
        field=line.name,
        name=line.name,
        value=line.value,
    )


def _moment(
    value: object, line: ContentLine, zones: CalendarZones, log: ProblemLog
) -> Moment | None:
    if not isinstance(value, date):
        _refuse_value(line, log)
        return None
    if not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
        log.refuse(
            line.line, mark("The year %(year)s cannot be meant."), field=line.name, year=value.year
        )
        return None
    if not isinstance(value, datetime):
        midnight = datetime(value.year, value.month, value.day)  # noqa: DTZ001 - wall time
        return Moment(midnight, zones.floating, whole_day=True)
    if value.tzinfo is not None:
        return Moment(value.astimezone(UTC).replace(tzinfo=None), UTC)
    tzid = line.parameters.get("TZID")
    if tzid is None:
        return Moment(value, zones.floating, floating=True)
    zone = zones.named(tzid, line)
    return Moment(value, zone) if zone else None


def check_value(line: ContentLine, log: ProblemLog) -> None:
    """Note a refusal where a moment or duration cannot be read."""
    _decoded(line.value.strip(), line, log)
